//! What the check refuses: how many of a scheme's own draws, and which defect from which size on.
//! Prints the tables of docs/check.md.
//!
//!     cargo run --release -p fanin-checks --bin check_power -- [--arrays N] [--largest N] [--time]
//!
//! Ends non-zero if more own draws are refused than the promise lets one expect in a hundred such runs,
//! or if a defect is not detected at its stated size.

mod defects;
mod promise;
#[path = "../../../../tests/common/registry.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod registry;

use std::{process::ExitCode, time::Instant};

use defects::DEFECTS;
use fanin::{HeNormal, Initializer, Key, Orthogonal, Scheme, Weight};
use half::{bf16, f16};
use lexopt::prelude::*;
use ndarray::Array2;
use promise::refused;

/// Arrays of a size with a defect.
const ARRAYS: u64 = 6;

/// Every scheme and law, with its weights.
fn registered() -> Vec<(Box<dyn Scheme>, Vec<Weight>)> {
    let all = registry::every_scheme().into_iter();
    all.map(|entry| (entry.scheme, entry.weights)).collect()
}

/// The table of false alarms: whether all is well.
fn alarms(arrays: u64) -> bool {
    println!("| type | own draws | refused |\n|---|---:|---:|");
    let mut all = (0, 0);
    let mut line = |name: &str, (failed, tried): (u64, u64)| {
        println!("| `{name}` | {tried} | {failed} |");
        all = (all.0 + failed, all.1 + tried);
    };
    line("f32", refused::<f32>("f32", arrays / 4, registered()));
    line("f64", refused::<f64>("f64", arrays / 4, registered()));
    line("f16", refused::<f16>("f16", arrays / 4, registered()));
    line("bf16", refused::<bf16>("bf16", arrays / 4, registered()));
    println!("| all | {} | {} |\n", all.1, all.0);
    // With 10^5 arrays, one is refused in a tenth of the runs, two in one run of 200.
    all.0 as f64 <= 1.0 + 3.0 * all.1 as f64 * 1e-6
}

/// The table of power: whether every defect is detected where it should be.
fn power(largest: usize) -> bool {
    let sizes: Vec<usize> = (3..)
        .map(|power| 1 << power)
        .take_while(|&n| n <= largest)
        .collect();
    let names: Vec<_> = sizes.iter().map(|n| format!(" {n} |")).collect();
    println!(
        "| defect, of {ARRAYS} arrays n x n |{} by |",
        names.concat()
    );
    println!("|---|{}---|", "---:|".repeat(sizes.len()));
    let mut all = true;
    for defect in DEFECTS {
        let mut by = Vec::new();
        let mut line = String::new();
        for &n in &sizes {
            let (refused, tests) = defect.refused(n, ARRAYS);
            let is_seen = refused == ARRAYS;
            all &= is_seen || n < defect.from;
            if is_seen && by.is_empty() {
                by = tests;
            }
            line += &format!(" {refused} |");
        }
        println!("| {} |{line} {} |", defect.name, by.join("; "));
    }
    println!();
    all
}

/// The least time of several calls, in seconds.
fn least_time(scheme: &dyn Scheme, n: usize, calls: usize) -> f64 {
    let w: Array2<f32> = scheme.init_keyed(Key::from_seed(1), (n, n)).unwrap();
    let times = (0..calls).map(|_| {
        let start = Instant::now();
        assert!(scheme.check((n, n), &w).unwrap().passed());
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() -> Result<ExitCode, lexopt::Error> {
    let (mut arrays, mut largest, mut times) = (100_000, 1024, false);
    let mut options = lexopt::Parser::from_env();
    while let Some(option) = options.next()? {
        match option {
            Long("arrays") => arrays = options.value()?.parse()?,
            Long("largest") => largest = options.value()?.parse()?,
            Long("time") => times = true,
            _ => return Err(option.unexpected()),
        }
    }
    if times {
        let n = 4096;
        let normal = least_time(&HeNormal, n, 9) * 1e9 / (n * n) as f64;
        println!("HeNormal, f32, {n} x {n}: {normal:.2} ns a value");
        println!(
            "Orthogonal, f32, {n} x {n}: {:.2} s",
            least_time(&Orthogonal, n, 3)
        );
        return Ok(ExitCode::SUCCESS);
    }
    let is_well = [alarms(arrays), power(largest)];
    Ok(if is_well == [true; 2] {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
