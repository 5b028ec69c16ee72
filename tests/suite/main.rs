//! What the crate promises, by its public API alone.
//!
//! One program, since fifty would each be linked with everything, and run after each other.

#[path = "../common/mod.rs"]
mod common;

mod arrays;
mod bad_input;
mod check_power;
mod combinators;
mod composed;
mod contract;
mod course;
mod defects;
mod draws;
mod errors;
mod extremes;
mod filler;
mod from_distribution;
mod gains;
mod gaussian;
mod haar;
mod key;
mod links;
mod memory_order;
mod narrow;
mod operations;
mod parse;
mod parts;
mod pool;
mod range;
mod reading;
mod real_operations;
mod recipe;
mod recipe_faults;
mod recipe_patterns;
#[cfg(feature = "toml")]
mod recipe_toml;
mod regions;
mod registry;
mod rules;
mod scaled;
mod self_check;
mod statistics;
mod structured;
mod tasks;
mod text;
mod vanish;
mod weight;
