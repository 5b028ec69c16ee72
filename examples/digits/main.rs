//! Trains a deep network on handwritten digits, once per initialiser: whether it learns is decided
//! before its first step.
//!
//! ```text
//! cargo run --release --example digits
//! ```
//!
//! takes some ten seconds (without `--release`, minutes), prints a table, and draws a picture.
//!
//! Every network has 30 layers with ReLU between them. From one initialiser to the next only the
//! variance of the initial weights changes: the underlying draws, the order of the examples and the
//! settings of the training are the same. `common/dense.rs` shows how a layer takes its weights from a
//! scheme.

mod picture;
mod probe;
mod run;
#[path = "../common/study.rs"]
mod study;
mod table;

use std::{error::Error, time::Instant};

use fanin::{GlorotNormal, HeNormal, InitError, Initializer, Key, LeCunNormal, Normal, Scheme};
use indicatif::{ProgressBar, ProgressStyle};

use data::{Digits, TRAINING};
use run::Run;
use study::{arguments, chart, data, dense, examples, network, output, training};

const ABOUT: &str = "Trains a 30-layer network on handwritten digits, once per initialiser.";

/// A scheme, and the variance that it stands for.
type Entry = (Box<dyn Scheme>, &'static str);

/// What is compared.
fn entries() -> Result<Vec<Entry>, InitError> {
    Ok(vec![
        (Box::new(HeNormal), "2 / fan_in"),
        (Box::new(LeCunNormal), "1 / fan_in"),
        (Box::new(GlorotNormal), "2 / (fan_in + fan_out)"),
        (Box::new(Normal::new(0.0, 0.01)?), "0.0001"),
        (Box::new(HeNormal.scaled(4.0)?), "8 / fan_in"),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let start = Instant::now();
    let key = Key::from_seed(seed);
    let digits = Digits::load()?;
    let entries = entries()?;

    // Shown in a terminal only.
    let progress = ProgressBar::new((entries.len() * TRAINING.epochs) as u64).with_style(
        ProgressStyle::with_template("{bar:40} {pos:>3}/{len} epochs, {prefix} {msg}")?,
    );
    let mut runs = Vec::with_capacity(entries.len());
    for (index, (scheme, variance)) in entries.iter().enumerate() {
        progress.set_position((index * TRAINING.epochs) as u64);
        progress.set_prefix(format!("{scheme:?}"));
        progress.set_message("");
        runs.push(Run::new(scheme, variance, &digits, &key, |loss| {
            progress.inc(1);
            progress.set_message(format!("has loss {loss:.3}"));
        })?);
    }
    progress.finish_and_clear();

    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} networks, seed {seed}, trained in {seconds:.0} s:\n",
        runs.len()
    );
    println!("{}\n", table::text(&runs));
    println!("Signal: root mean square of a layer's output before the ReLU and before training.");
    println!("Gradient: root mean square of the loss's gradient in a layer's weight, likewise.\n");

    let directory = output::directory("digits")?;
    let file = directory.join("digits.csv");
    table::save(&runs, &file)?;
    println!("The table:   {}", file.display());
    for file in picture::figure(&runs).save(&directory.join("digits"))? {
        println!("The picture: {}", file.display());
    }
    Ok(())
}
