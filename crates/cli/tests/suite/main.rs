//! Tests of the built program.

mod commands;
mod common;
mod readme;
mod refused;
