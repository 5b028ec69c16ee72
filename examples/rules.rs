//! Why a weight's variance is 1 / fan_in: `cargo run --release --example rules`.
//!
//! A neuron sums n inputs of variance 1. With weights of variance 1 its output has variance n; with
//! 1 / n it has 1, whatever n is. A ReLU then halves the second moment, which the 2 of He's rule
//! makes up for; tanh nearly keeps a small signal, and takes 1 / n too; 2 / (n_in + n_out) lies
//! between the needs of the signal and of the gradient.

use std::error::Error;

use comfy_table::{Table, presets::NOTHING};
use fanin::{GlorotNormal, HeNormal, Initializer, Key, LeCunNormal, Normal, Scheme, XavierNormal};
use ndarray::{Array1, Array2};

/// Neurons, each with its own weights: one standard error of a mean square is 2.2 %.
const NEURONS: usize = 4096;

/// The mean square of the outputs of `NEURONS` neurons with `n` inputs of variance 1, before and
/// after `activation`.
fn outputs(
    scheme: &dyn Scheme,
    n: usize,
    activation: fn(f32) -> f32,
) -> Result<(f32, f32), Box<dyn Error>> {
    let key = Key::from_seed(42).child(format!("{n} inputs"));
    let inputs: Array1<f32> = Normal::new(0.0, 1.0)?.init_keyed(key.child("inputs"), n)?;
    // Scaled to variance 1 exactly, so that any change comes from the weights.
    let size = (inputs.dot(&inputs) / n as f32).sqrt();
    let inputs = inputs / size;
    let mut squares = (0.0, 0.0);
    // In parts, so that 4096 neurons of 100,000 inputs need not be in memory at once.
    let rows = 64;
    for start in (0..NEURONS).step_by(rows) {
        let part: Array2<f32> = scheme
            .filler(key.child("weight"), (NEURONS, n))?
            .region((start..start + rows, ..))?;
        let outputs = part.dot(&inputs);
        squares.0 += outputs.mapv(|z| z * z).sum();
        squares.1 += outputs.mapv(|z| activation(z).powi(2)).sum();
    }
    Ok((squares.0 / NEURONS as f32, squares.1 / NEURONS as f32))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header([
        "inputs n",
        "variance 1",
        "1/n, LeCun",
        "2/n, after ReLU",
        "1/n, after tanh",
        "2/(n + 4096)",
    ]);
    let relu = |z: f32| z.max(0.0);
    for n in [4, 16, 100, 784, 4096, 20_000, 100_000] {
        let cell = |value: f32| format!("{value:.3}");
        let one = Normal::new(0.0, 1.0)?;
        table.add_row([
            n.to_string(),
            format!("{:.0}", outputs(&one, n, relu)?.0),
            cell(outputs(&LeCunNormal, n, relu)?.0),
            cell(outputs(&HeNormal, n, relu)?.1),
            cell(outputs(&XavierNormal, n, f32::tanh)?.1),
            cell(outputs(&GlorotNormal, n, relu)?.0),
        ]);
    }
    println!("Mean square of the outputs of {NEURONS} neurons, for inputs of mean square 1:\n");
    println!("{table}");
    Ok(())
}
