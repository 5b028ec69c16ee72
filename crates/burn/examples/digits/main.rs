//! Trains a deep network of burn on handwritten digits, from three starts, each twice.
//!
//! ```text
//! cargo run --release -p fanin-burn --example digits
//! ```
//!
//! prints a line for each, and draws a picture. Both trainings of a start are the same to the last digit: the
//! weights come from a key, and so does the order of the examples.

use burn_core as burn;

#[path = "../../../../examples/common/arguments.rs"]
mod arguments;
#[path = "../../../../examples/common/chart.rs"]
mod chart;
#[path = "../../../../examples/common/data.rs"]
mod data;
#[path = "../../../../examples/common/examples.rs"]
mod examples;
#[path = "../../../../examples/common/output.rs"]
mod output;
mod training;

use std::error::Error;

use burn_core::module::Module;
use burn_core::tensor::{Device, Tensor, activation::relu};
use burn_nn::{Linear, LinearConfig};
use fanin::{HeNormal, Key, LeCunNormal, Normal, Recipe, Rule, Scheme, Zeros};
use indicatif::{ProgressBar, ProgressStyle};

use chart::{Figure, Panel, STYLES, Scale};
use data::{CLASSES, Digits, PIXELS, TRAINING};
use training::accuracy;

const ABOUT: &str = "Trains a network of burn on handwritten digits, from three starts.";

/// Layers with weights.
const DEPTH: usize = 20;
/// Units of every layer but the last.
const WIDTH: usize = 64;

#[derive(Module, Debug)]
pub(crate) struct Net {
    layers: Vec<Linear>,
}

impl Net {
    fn new(device: &Device) -> Self {
        let layers = (0..DEPTH).map(|layer| {
            let inputs = if layer == 0 { PIXELS } else { WIDTH };
            let outputs = if layer == DEPTH - 1 { CLASSES } else { WIDTH };
            LinearConfig::new(inputs, outputs).init(device)
        });
        Net {
            layers: layers.collect(),
        }
    }

    fn forward(&self, inputs: Tensor<2>) -> Tensor<2> {
        let layers = self.layers.iter().enumerate();
        layers.fold(inputs, |signal, (number, layer)| {
            let signal = layer.forward(signal);
            if number < DEPTH - 1 {
                relu(signal)
            } else {
                signal
            }
        })
    }
}

fn recipe(scheme: impl Scheme + 'static) -> Recipe {
    Recipe::new()
        // The order of draws is that of candle's layers: the example of fanin-candle has the same networks.
        .rule(Rule::new("layers.{i}.weight", scheme).reading("i o, drawn as o i"))
        .rule(Rule::new("**.bias", Zeros))
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let (key, device) = (Key::from_seed(seed), Device::flex().autodiff());
    let digits = Digits::load()?;
    let starts = [
        ("he_normal", recipe(HeNormal)),
        ("normal(std=0.01)", recipe(Normal::new(0.0, 0.01)?)),
        ("lecun_normal", recipe(LeCunNormal)),
    ];
    // Shown in a terminal only.
    let progress = ProgressBar::new((2 * starts.len() * TRAINING.epochs) as u64).with_style(
        ProgressStyle::with_template("{bar:40} {pos:>3}/{len} epochs, {prefix} {msg}")?,
    );
    let mut curves = Vec::new();
    let mut legend = Vec::new();
    for ((name, recipe), style) in starts.iter().zip(STYLES) {
        progress.set_prefix(*name);
        let run = || {
            let net = fanin_burn::init(Net::new(&device), recipe, &key)?;
            let (net, losses) = TRAINING.train(net, &device, &digits.training, &key, |loss| {
                progress.inc(1);
                progress.set_message(format!("has loss {loss:.3}"));
            });
            let right = accuracy(&net, &device, &digits.test);
            Ok::<_, fanin_burn::BurnError>((losses, right))
        };
        let (losses, right) = run()?;
        let again = run()?;
        if again != (losses.clone(), right) {
            return Err(format!("{name}: two runs differ").into());
        }
        let last = losses.last().copied().unwrap_or(f64::NAN);
        let outcome = format!("{name}: test accuracy {:.1} %", 100.0 * right);
        progress.suspend(|| println!("{outcome}, loss {last} in both runs"));
        curves.push((1..).map(f64::from).zip(losses).collect());
        legend.push((outcome, style));
    }
    progress.finish_and_clear();
    let figure = Figure {
        title: format!("{DEPTH} layers of burn on digits"),
        columns: 1,
        panels: vec![Panel {
            title: "Training: a guess has a loss of ln 10 = 2.30".into(),
            x: ("epoch", Scale::Linear),
            y: ("mean cross-entropy of an epoch (nats)", Scale::Linear),
            references: vec![(10_f64.ln(), "ln 10")],
            curves,
            ..Panel::default()
        }],
        legend,
    };
    for file in figure.save(&output::directory("burn")?.join("digits"))? {
        println!("The picture: {}", file.display());
    }
    Ok(())
}
