//! The variance of the initial weights as a hyper-parameter, swept from 1/64 to 64 times He's.
//!
//! ```text
//! cargo run --release --example sweep
//! ```
//!
//! trains ReLU networks of three depths on handwritten digits, at every factor from five keys. From
//! one factor to the next a key's draws are the same: only the scale is compared. The range of
//! factors from which a network learns is wide when it is shallow, and narrows with depth.

mod picture;
mod run;
#[path = "../common/study.rs"]
mod study;
mod table;

use std::{error::Error, time::Instant};

use fanin::{HeNormal, InitError, Key, Scaled};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use data::Digits;
use run::{EPOCHS, Outcome, WIDTH, train};
use study::{arguments, chart, data, dense, examples, network, output, training};

const ABOUT: &str = "Sweeps the variance of the initial weights, at three depths.";

/// Layers with weights.
const DEPTHS: [usize; 3] = [5, 15, 30];
/// Networks for every factor and depth.
const KEYS: usize = 5;

/// The results of the networks of one factor and depth.
pub(crate) struct Point {
    pub(crate) depth: usize,
    /// A factor of the variance 2 / fan_in.
    pub(crate) factor: f64,
    /// One for each key.
    pub(crate) outcomes: Vec<Outcome>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let start = Instant::now();
    let digits = Digits::load()?;
    let factors = (-12..=12).map(|half| 2_f64.powf(f64::from(half) / 2.0));
    let schemes = Scaled::sweep(HeNormal, factors)?;
    let places: Vec<(usize, Scaled<HeNormal>)> = DEPTHS
        .iter()
        .flat_map(|&depth| schemes.iter().map(move |&scheme| (depth, scheme)))
        .collect();

    let progress = ProgressBar::new((places.len() * KEYS) as u64).with_style(
        ProgressStyle::with_template("{bar:40} {pos:>3}/{len} networks")?,
    );
    let point = |&(depth, scheme): &(usize, Scaled<HeNormal>)| {
        let outcomes = (0..KEYS).into_par_iter().map(|index| {
            let key = Key::from_seed(seed).child_index(index);
            let outcome = train(&scheme, depth, &digits, &key);
            progress.inc(1);
            outcome
        });
        Ok(Point {
            depth,
            factor: scheme.factor(),
            outcomes: outcomes.collect::<Result<_, InitError>>()?,
        })
    };
    let points: Vec<Point> = places
        .par_iter()
        .map(point)
        .collect::<Result<_, InitError>>()?;
    progress.finish_and_clear();

    let seconds = start.elapsed().as_secs_f64();
    let networks = points.len() * KEYS;
    println!(
        "{networks} ReLU networks of width {WIDTH}, {EPOCHS} epochs, seed {seed}, trained in {seconds:.0} s:\n"
    );
    println!("{}\n", table::text(&points));
    println!(
        "Accuracies in the test, and losses of the first epoch: medians of {KEYS} networks, and the"
    );
    println!("lowest and highest accuracies; 0 % is a network that diverged.\n");
    for depth in DEPTHS {
        println!("{}", table::good_range(&points, depth));
    }

    let directory = output::directory("sweep")?;
    let file = directory.join("sweep.csv");
    table::save(&points, &file)?;
    println!("\nThe table:   {}", file.display());
    for file in picture::figure(&points).save(&directory.join("sweep"))? {
        println!("The picture: {}", file.display());
    }
    Ok(())
}
