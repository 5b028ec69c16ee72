//! Tests of the public interface.

mod check;
mod common;
mod read;
mod refused;
mod write;
