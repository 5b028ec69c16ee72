//! The course's experiment on initialisation: one small network with three initialisations.
//!
//! ```text
//! cargo run --release --example course
//! ```
//!
//! 300 points on two noisy circles, a 2-10-5-1 network with ReLU and a sigmoid output, 15,000 steps
//! of gradient descent on all points with a rate of 0.01; 100 other points to test it. From one start
//! to the next only the initial weights change. One network proves little: the table shows the
//! results of 20, each with its own points.

#[path = "../common/arguments.rs"]
mod arguments;
#[path = "../common/chart.rs"]
mod chart;
mod circles;
#[path = "../common/dense.rs"]
mod dense;
#[path = "../common/examples.rs"]
mod examples;
#[path = "../common/network.rs"]
mod network;
#[path = "../common/output.rs"]
mod output;
mod picture;
mod run;
mod table;
#[path = "../common/training.rs"]
mod training;

use std::{error::Error, time::Instant};

use fanin::{HeNormal, InitError, Key, Normal, Scheme, Zeros};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use run::{Run, TRAINING};

const ABOUT: &str = "Trains a small network on two circles, started in three ways.";

/// Networks for each start.
const NETWORKS: usize = 20;

/// A start: its scheme, and the accuracies in training and test that the course prints.
pub(crate) struct Entry {
    pub(crate) scheme: Box<dyn Scheme>,
    pub(crate) printed: (&'static str, &'static str),
}

fn entries() -> Result<[Entry; 3], InitError> {
    Ok([
        Entry {
            scheme: Box::new(Zeros),
            printed: ("50 %", "50 %"),
        },
        Entry {
            scheme: Box::new(Normal::new(0.0, 10.0)?),
            printed: ("83 %", "86 %"),
        },
        Entry {
            scheme: Box::new(HeNormal),
            printed: ("99 %", "96 %"),
        },
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let start = Instant::now();
    let entries = entries()?;
    let progress = ProgressBar::new((NETWORKS * entries.len() * TRAINING.epochs) as u64)
        .with_style(ProgressStyle::with_template("{bar:40} {percent} %")?);
    let all: Vec<Vec<Run>> = entries
        .iter()
        .map(|entry| {
            let network = |index| {
                let key = Key::from_seed(seed).child_index(index);
                Run::new(&*entry.scheme, &key, || progress.inc(1))
            };
            (0..NETWORKS).into_par_iter().map(network).collect()
        })
        .collect::<Result<_, InitError>>()?;
    progress.finish_and_clear();

    let seconds = start.elapsed().as_secs_f64();
    println!("{NETWORKS} networks for each start, seed {seed}, trained in {seconds:.0} s:\n");
    println!("{}\n", table::text(&entries, &all));
    println!("Accuracies: the median of the networks, and the lowest and highest of them.\n");
    let directory = output::directory("course")?;
    let file = directory.join("course.csv");
    table::save(&entries, &all, &file)?;
    println!("The table:   {}", file.display());
    for file in picture::figure(&entries, &all).save(&directory.join("course"))? {
        println!("The picture: {}", file.display());
    }
    Ok(())
}
