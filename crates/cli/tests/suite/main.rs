//! Tests of the built program.

mod commands;
mod common;
mod ranks;
mod readme;
mod refused;
