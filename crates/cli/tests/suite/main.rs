//! Tests of the built program.

mod commands;
mod common;
mod models;
mod ranks;
mod readme;
mod refused;
