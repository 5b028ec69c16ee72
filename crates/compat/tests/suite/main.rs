//! What the crate promises, by its public API alone.
//!
//! One program, since fifty would each be linked with everything, and run after each other.

#[path = "../../../../tests/common/mod.rs"]
mod common;

mod compat;
mod contract;
mod frameworks;
mod limits;
mod porting;
