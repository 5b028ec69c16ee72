//! Tests of the public interface.

mod common;
mod read;
mod refused;
mod write;
