//! Measures the maps from words to draws, prints tables and fails if a documented bound is broken,
//! or if a level of instructions gives other bits than the others.
//!
//! `maps [--stride N] [--samples N]`: the `f32` maps on every Nth part of all 2^32 words (1: all of
//! them, minutes), the `f64` maps on N random and as many clustered words (10^7) and the edges.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "of the included files only the maps are used"
)]

mod applied;
mod double;
#[path = "../../../../src/engine"]
mod engine {
    pub(crate) mod angle;
    pub(crate) mod dispatch;
    pub(crate) mod quantile;
    pub(crate) mod radius;
    pub(crate) mod truncation;
    #[cfg(test)]
    pub(crate) mod ulp;
    pub(crate) mod uniform;
}
mod inverse;
mod levels;
mod pairs;
mod parts;
#[path = "../../../../src/quadrature.rs"]
mod quadrature;
mod single;
mod tally;
mod truncated;
#[path = "../../../../src/truncated_moments.rs"]
mod truncated_moments;

fn main() -> Result<(), lexopt::Error> {
    use lexopt::prelude::{Long, ValueExt};

    let (mut stride, mut samples) = (1, 10_000_000);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("stride") => stride = parser.value()?.parse::<u64>()?.max(1),
            Long("samples") => samples = parser.value()?.parse::<u64>()?.max(1),
            _ => return Err(argument.unexpected()),
        }
    }
    let levels = levels::levels();
    println!("levels of instructions: {levels:?}");
    let numbers = parts::numbers(stride);
    single::check(&numbers, &levels);
    truncated::check(&numbers, &levels);
    pairs::check(samples, &levels);
    inverse::check(samples, &levels);
    applied::check(samples.min(100_000_000));
    Ok(())
}
