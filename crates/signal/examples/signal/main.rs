//! What 100 layers do to a signal and its gradient, by scheme and activation: measured in networks,
//! beside what the theory predicts before any tensor is drawn.
//!
//! ```text
//! cargo run --release --example signal
//! ```
//!
//! Then the theory is put to a test: 64 networks of 1,000 units and 50 layers for each of six
//! activations, and how far their mean is from the prediction.

#[path = "../../../../examples/common/arguments.rs"]
mod arguments;
#[path = "../../../../examples/common/chart.rs"]
mod chart;
mod drawn;
#[path = "../../../../examples/common/output.rs"]
mod output;
mod picture;
mod profile;
mod table;
mod trial;

use std::{error::Error, time::Instant};

use fanin::Key;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use profile::{Profile, cases};
use trial::Trial;

const ABOUT: &str = "Measures what deep networks do to a signal, beside the theory.";

fn main() -> Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let start = Instant::now();
    let key = Key::from_seed(seed);
    let cases = cases()?;
    let trials = trial::cases();
    let steps = cases.len() * profile::NETWORKS + trials.len() * trial::NETWORKS;
    let progress = ProgressBar::new(steps as u64).with_style(ProgressStyle::with_template(
        "{bar:40} {pos:>3}/{len} networks",
    )?);
    let profiles: Vec<Profile> = cases
        .par_iter()
        .map(|case| Profile::new(case, &key.child("profile"), || progress.inc(1)))
        .collect::<Result<_, _>>()?;
    let trials: Vec<Trial> = trials
        .par_iter()
        .map(|case| Trial::new(case, &key.child("trial"), || progress.inc(1)))
        .collect::<Result<_, _>>()?;
    progress.finish_and_clear();

    let seconds = start.elapsed().as_secs_f64();
    println!("{steps} networks, seed {seed}, measured in {seconds:.0} s.\n");
    println!(
        "{} layers of {} units, the mean of {} networks (and the theory):\n",
        profile::DEPTH,
        profile::WIDTH,
        profile::NETWORKS
    );
    println!("{}\n", table::profiles(&profiles));
    println!("Signal: the mean square of a layer's pre-activations, of an input of mean square 1.");
    println!(
        "Gradient: the mean square by a layer's inputs, of one of mean square 1 by the outputs.\n"
    );
    println!(
        "{} layers of {} units, {} networks, against the theory:\n",
        trial::DEPTH,
        trial::WIDTH,
        trial::NETWORKS
    );
    println!("{}\n", table::trials(&trials));
    println!("Spread: the standard deviation between networks over their mean, in the last layer.");
    println!("Off by: the mean over the prediction, less 1; in standard errors of that mean.");
    println!(
        "c: what, of all layers l, is left of |off by| beyond 4 standard errors, over l / n.\n"
    );

    let directory = output::directory("signal")?;
    let files = [directory.join("signal.csv"), directory.join("trial.csv")];
    table::save_profiles(&profiles, &files[0])?;
    table::save_trials(&trials, &files[1])?;
    println!("The tables:  {}", files[0].display());
    println!("             {}", files[1].display());
    for file in picture::figure(&profiles).save(&directory.join("signal"))? {
        println!("The picture: {}", file.display());
    }
    Ok(())
}
