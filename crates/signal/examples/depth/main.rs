//! How deep a plain tanh network can be and still learn: as deep as a signal reaches.
//!
//! ```text
//! cargo run --release --example depth
//! ```
//!
//! trains networks of many depths and weight variances on handwritten digits, with biases of variance
//! 0.05. Before any of them is drawn, the theory says over how many layers, xi, what tells two
//! inputs apart shrinks by a factor of e; at the critical variance it never does. Schoenholz et al.
//! (2017) found that networks can be trained to a depth of about 6 xi.

mod picture;
mod run;
#[path = "../../../../examples/common/study.rs"]
mod study;
mod table;

use std::{error::Error, time::Instant};

use fanin::{Activation, Key};
use fanin_signal::{CriticalPoint, FixedPoint, FixedPoints, Layer, SignalError, critical_variance};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use data::Digits;
use run::{Family, train};
use study::{arguments, chart, data, dense, examples, network, output, training};

const ABOUT: &str = "Trains tanh networks of many depths and weight variances.";

/// That of Schoenholz et al., figure 5.
const BIAS_VARIANCE: f64 = 0.05;
/// Layers with weights.
const DEPTHS: [usize; 8] = [5, 10, 20, 30, 45, 60, 90, 120];

/// Networks for each law, variance and depth.
const NETWORKS: usize = 3;

/// The networks of one law.
pub(crate) struct Study {
    pub(crate) family: Family,
    /// Mean accuracies on the training examples, by variance and then by depth.
    pub(crate) accuracies: Vec<Vec<f64>>,
}

/// A weight variance, times fan_in, and what the theory says of it.
pub(crate) struct Place {
    pub(crate) variance: f64,
    pub(crate) xi: f64,
}

fn places() -> Result<Vec<Place>, SignalError> {
    let critical = critical_variance(&Activation::Tanh, BIAS_VARIANCE)?;
    let critical = critical
        .points()
        .first()
        .map_or(1.0, CriticalPoint::weight_variance);
    let place = |variance| {
        Ok(Place {
            variance,
            xi: xi(variance)?,
        })
    };
    [1.0, 1.25, 1.5, critical, 2.25, 3.0, 4.0]
        .into_iter()
        .map(place)
        .collect()
}

/// The depth scale of the correlation, at the fixed point that a signal comes to.
pub(crate) fn xi(variance: f64) -> Result<f64, SignalError> {
    let layer = Layer::new(variance, Activation::Tanh)?.bias_variance(BIAS_VARIANCE)?;
    Ok(match layer.fixed_points()? {
        FixedPoints::Isolated(points) => points
            .last()
            .and_then(FixedPoint::correlation_depth)
            .unwrap_or(f64::NAN),
        _ => f64::NAN,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let start = Instant::now();
    let digits = Digits::load()?;
    let places = places()?;
    let cells: Vec<(Family, f64, usize)> = Family::ALL
        .into_iter()
        .flat_map(|family| {
            let depths = |place: &Place| {
                let variance = place.variance;
                DEPTHS.map(move |depth| (family, variance, depth))
            };
            places.iter().flat_map(depths).collect::<Vec<_>>()
        })
        .collect();
    // In layers, which the time goes with.
    let layers = cells
        .iter()
        .map(|&(_, _, depth)| (depth * NETWORKS) as u64)
        .sum();
    let progress =
        ProgressBar::new(layers).with_style(ProgressStyle::with_template("{bar:40} {percent} %")?);
    let train = |&(family, variance, depth): &(Family, f64, usize)| {
        let mut sum = 0.0;
        for network in 0..NETWORKS {
            let key = Key::from_seed(seed).child_index(network);
            sum += train(family, variance, depth, &digits, &key)?;
            progress.inc(depth as u64);
        }
        Ok(sum / NETWORKS as f64)
    };
    // One by one rather than in equal shares: the deep ones are at the end.
    let accuracies: Vec<f64> = cells
        .par_iter()
        .with_max_len(1)
        .map(train)
        .collect::<Result<_, SignalError>>()?;
    progress.finish_and_clear();
    let studies: Vec<Study> = Family::ALL
        .into_iter()
        .zip(accuracies.chunks(places.len() * DEPTHS.len()))
        .map(|(family, accuracies)| Study {
            family,
            accuracies: accuracies
                .chunks(DEPTHS.len())
                .map(<[f64]>::to_vec)
                .collect(),
        })
        .collect();

    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} tanh networks of width {}, {} epochs, seed {seed}, trained in {seconds:.0} s.\n",
        (cells.len() * NETWORKS) as u64,
        run::WIDTH,
        run::EPOCHS
    );
    println!("{}\n", table::text(&places, &studies));
    println!("xi: the layers over which what tells two inputs apart shrinks by e, predicted.");
    println!("Learnt at: the greatest depth, of {DEPTHS:?},");
    println!(
        "up to which {NETWORKS} networks answer at least half of the training examples rightly, on average.\n"
    );
    let directory = output::directory("depth")?;
    let file = directory.join("depth.csv");
    table::save(&places, &studies, &file)?;
    println!("The table:   {}", file.display());
    for file in picture::figure(&places, &studies)?.save(&directory.join("depth"))? {
        println!("The picture: {}", file.display());
    }
    Ok(())
}
