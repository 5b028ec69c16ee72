//! Measures the maps from words to radii and angles, prints tables and fails if a documented
//! bound is broken.
//!
//! `maps [--stride N] [--samples N]`: `f32` on every Nth of all 2^32 words (1: all of them, a few
//! minutes), `f64` on N random and as many clustered words (10^7).

#[path = "../../../../src/engine/angle.rs"]
mod angle;
mod applied;
mod double;
mod pairs;
#[path = "../../../../src/engine/radius.rs"]
mod radius;
mod single;
mod tally;

fn main() {
    let (mut stride, mut samples) = (1, 10_000_000);
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args
            .next()
            .and_then(|value| value.parse().ok())
            .filter(|&value| value > 0);
        match (name.as_str(), value) {
            ("--stride", Some(value)) => stride = value,
            ("--samples", Some(value)) => samples = value,
            _ => {
                eprintln!("usage: maps [--stride N] [--samples N]");
                std::process::exit(2);
            }
        }
    }
    single::check(stride);
    pairs::check(samples);
    applied::check(samples);
}
