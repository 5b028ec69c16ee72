//! Trains a deep network of candle on handwritten digits, from three starts, each twice.
//!
//! ```text
//! cargo run --release -p fanin-candle --example digits
//! ```
//!
//! prints a line for each, and draws a picture. Both trainings of a start are the same to the last digit: the
//! weights come from a key, and so does the order of the examples.

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

use candle_core::{DType, Device, Result};
use candle_nn::{Activation, Sequential, VarBuilder, VarMap, linear, seq};
use fanin::{HeNormal, Key, Normal, Recipe, Rule, Zeros};
use indicatif::{ProgressBar, ProgressStyle};

use chart::{Figure, Panel, STYLES, Scale};
use data::{CLASSES, Digits, PIXELS, TRAINING};
use training::accuracy;

const ABOUT: &str = "Trains a network of candle on handwritten digits, from three starts.";

/// Layers with weights.
const DEPTH: usize = 20;
/// Units of every layer but the last.
const WIDTH: usize = 64;

/// The network, written as for any source of variables.
fn model(vb: VarBuilder) -> Result<Sequential> {
    let mut model = seq();
    for layer in 0..DEPTH {
        let inputs = if layer == 0 { PIXELS } else { WIDTH };
        let outputs = if layer == DEPTH - 1 { CLASSES } else { WIDTH };
        model = model.add(linear(inputs, outputs, vb.pp(format!("layers.{layer}")))?);
        if layer < DEPTH - 1 {
            model = model.add(Activation::Relu);
        }
    }
    Ok(model)
}

/// What is compared.
fn starts() -> std::result::Result<Vec<(&'static str, Recipe)>, fanin::InitError> {
    let recipe = |rule| Recipe::new().rule(rule).rule(Rule::new("**.bias", Zeros));
    let weights = "layers.{i}.weight";
    Ok(vec![
        ("he_normal", recipe(Rule::new(weights, HeNormal))),
        (
            "normal(std=0.01)",
            recipe(Rule::new(weights, Normal::new(0.0, 0.01)?)),
        ),
        (
            "as candle's layers ask",
            Recipe::new().rule(Rule::as_asked("**")),
        ),
    ])
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let key = Key::from_seed(seed);
    let digits = Digits::load()?;
    let starts = starts()?;
    // Shown in a terminal only.
    let progress = ProgressBar::new((2 * starts.len() * TRAINING.epochs) as u64).with_style(
        ProgressStyle::with_template("{bar:40} {pos:>3}/{len} epochs, {prefix} {msg}")?,
    );
    let mut curves = Vec::new();
    let mut legend = Vec::new();
    for ((name, recipe), style) in starts.iter().zip(STYLES) {
        progress.set_prefix(*name);
        let run = || {
            let varmap = VarMap::new();
            let (dtype, device) = (DType::F32, Device::Cpu);
            let model = fanin_candle::init_var_map(&varmap, recipe, &key, dtype, &device, model)?;
            let losses = TRAINING.train(&model, &varmap, &digits.training, &key, |loss| {
                progress.inc(1);
                progress.set_message(format!("has loss {loss:.3}"));
            })?;
            Ok::<_, fanin_candle::CandleError>((losses, accuracy(&model, &digits.test)?))
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
        title: format!("{DEPTH} layers of candle on digits"),
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
    for file in figure.save(&output::directory("candle")?.join("digits"))? {
        println!("The picture: {}", file.display());
    }
    Ok(())
}
