//! Tests of the public interface.

mod check;
mod common;
mod ranks;
mod read;
mod refused;
mod write;
