//! Whole models as safetensors checkpoints: names and shapes in, initialised checkpoints out, checkpoints
//! checked.

#![forbid(unsafe_code)]
// A panic is no way to report a bad argument.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod check;
mod checkpoint;
mod digest;
mod dtype;
mod error;
mod fault;
mod file;
mod header;
mod json;
mod layout;
mod list;
mod marks;
mod nearest;
mod origin;
mod part;
mod place;
mod rank;
mod sink;
mod source;
mod together;
mod value;
mod values;
mod writer;

pub use check::{Checker, Finding, Outcome, Subject};
pub use checkpoint::{Checkpoint, Tensor};
pub use error::CheckpointError;
pub use fault::{HeaderFault, IndexFault, ListFault, Mismatch};
pub use rank::Rank;
pub use source::parameters;
pub use value::Value;
pub use writer::{Writer, Written};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
