//! Dense layers with ReLU between them, and softmax cross-entropy at the end.

use fanin::{InitError, Key, Scheme};
use ndarray::{Array2, azip};

use crate::{
    data::Examples,
    dense::{Dense, Gradient},
};

/// A classifier.
pub(crate) struct Network {
    pub(crate) layers: Vec<Dense>,
}

/// What a batch was on its way through a [`Network`].
pub(crate) struct Trace {
    /// What every layer was given.
    pub(crate) inputs: Vec<Array2<f32>>,
    /// What every layer made of it, before the ReLU; the last are the logits.
    pub(crate) outputs: Vec<Array2<f32>>,
}

impl Network {
    /// Layers between `widths`, the first of which is that of the input, all initialised by
    /// `scheme`.
    pub(crate) fn new(scheme: &dyn Scheme, key: &Key, widths: &[usize]) -> Result<Self, InitError> {
        let layers = widths.windows(2).enumerate().map(|(index, width)| {
            Dense::new(scheme, key, &format!("layers.{index}"), width[0], width[1])
        });
        Ok(Network {
            layers: layers.collect::<Result<_, _>>()?,
        })
    }

    /// Sends a batch, `[batch, inputs]`, through the layers.
    pub(crate) fn forward(&self, batch: &Array2<f32>) -> Trace {
        let mut inputs = Vec::with_capacity(self.layers.len());
        let mut outputs: Vec<Array2<f32>> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let input = outputs.last().map_or_else(|| batch.clone(), relu);
            outputs.push(layer.forward(&input));
            inputs.push(input);
        }
        Trace { inputs, outputs }
    }

    /// The mean loss of a batch, and its gradient in the parameters of every layer.
    pub(crate) fn gradients(&self, trace: &Trace, labels: &[usize]) -> (f64, Vec<Gradient>) {
        let (loss, mut output_gradient) = cross_entropy(trace.logits(), labels);
        let mut gradients = Vec::with_capacity(self.layers.len());
        for (layer, input) in self.layers.iter().zip(&trace.inputs).rev() {
            let (gradient, mut input_gradient) = layer.backward(input, &output_gradient);
            gradients.push(gradient);
            // Where an input is 0, the ReLU before this layer has let nothing through.
            azip!((gradient in &mut input_gradient, &input in input) {
                if input <= 0.0 {
                    *gradient = 0.0;
                }
            });
            output_gradient = input_gradient;
        }
        gradients.reverse();
        (loss, gradients)
    }

    /// The share of examples whose own digit has the largest logit, and it alone: a network whose
    /// logits are all equal, or no numbers, has answered nothing.
    pub(crate) fn accuracy(&self, examples: &Examples) -> f64 {
        let trace = self.forward(&examples.pixels);
        let rows = trace.logits().rows().into_iter();
        let right = rows.zip(&examples.labels).filter(|&(row, &label)| {
            let mut logits = row.iter().enumerate();
            logits.all(|(class, &logit)| class == label || logit < row[label])
        });
        right.count() as f64 / examples.labels.len() as f64
    }
}

impl Trace {
    fn logits(&self) -> &Array2<f32> {
        &self.outputs[self.outputs.len() - 1]
    }
}

fn relu(x: &Array2<f32>) -> Array2<f32> {
    // Not `x.max(0.0)`, which would turn NaN into 0 and hide that a network has diverged.
    x.mapv(|x| if x < 0.0 { 0.0 } else { x })
}

/// The mean cross-entropy of softmax, and its gradient in the logits.
fn cross_entropy(logits: &Array2<f32>, labels: &[usize]) -> (f64, Array2<f32>) {
    let count = labels.len() as f32;
    let mut gradient = logits.clone();
    let mut loss = 0.0;
    for (mut row, &label) in gradient.rows_mut().into_iter().zip(labels) {
        // The largest logit is subtracted from all, so that no power of e overflows.
        let largest = row.fold(f32::NEG_INFINITY, |largest, &logit| largest.max(logit));
        row.mapv_inplace(|logit| logit - largest);
        let own = row[label];
        row.mapv_inplace(f32::exp);
        let sum = row.sum();
        loss += f64::from(sum.ln() - own);
        row.mapv_inplace(|power| power / sum / count);
        row[label] -= 1.0 / count;
    }
    (loss / labels.len() as f64, gradient)
}

#[cfg(test)]
mod tests {
    use super::Network;
    use crate::data::Examples;
    use fanin::{HeNormal, Initializer, Key, Normal, Zeros};
    use ndarray::Array2;

    #[test]
    fn gradients_are_finite_differences() {
        const LABELS: [usize; 6] = [0, 1, 2, 3, 0, 1];
        const STEP: f32 = 1e-3;
        // The loss is about 1 and has 24 bits: its difference over two steps is known to 1e-4.
        const TOLERANCE: f64 = 1e-3;

        let key = Key::from_seed(0);
        let mut network = Network::new(&HeNormal, &key, &[3, 5, 5, 4]).unwrap();
        let unit = Normal::new(0.0, 1.0).unwrap();
        let batch: Array2<f32> = unit.init_keyed(&key.child("batch"), (6, 3)).unwrap();
        let (_, gradients) = network.gradients(&network.forward(&batch), &LABELS);
        for (index, gradient) in gradients.iter().enumerate() {
            let count = gradient.weight.len() + gradient.bias.len();
            let expected = gradient.weight.iter().chain(&gradient.bias);
            let mut seen = 0.0_f64;
            for (parameter, &expected) in expected.enumerate() {
                let mut loss_after = |step: f32| {
                    let layer = &mut network.layers[index];
                    let mut all = layer.weight.iter_mut().chain(&mut layer.bias);
                    *all.nth(parameter).unwrap() += step;
                    network.gradients(&network.forward(&batch), &LABELS).0
                };
                let up = loss_after(STEP);
                let down = loss_after(-2.0 * STEP);
                loss_after(STEP);
                let found = (up - down) / f64::from(2.0 * STEP);
                assert!(
                    (found - f64::from(expected)).abs() < TOLERANCE,
                    "layer {index}, parameter {parameter} of {count}: {found}, {expected}"
                );
                seen = seen.max(found.abs());
            }
            // Zeros would be near zeros, too.
            assert!(seen > 20.0 * TOLERANCE, "layer {index}: {seen}");
        }
    }

    #[test]
    fn a_network_that_prefers_nothing_knows_nothing() {
        let network = Network::new(&Zeros, &Key::from_seed(0), &[4, 8, 10]).unwrap();
        for pixel in [1.0, f32::INFINITY, f32::NAN] {
            let examples = Examples {
                pixels: Array2::from_elem((10, 4), pixel),
                labels: (0..10).collect(),
            };
            let trace = network.forward(&examples.pixels);
            let (loss, _) = network.gradients(&trace, &examples.labels);
            // Infinity times 0 is NaN, which the layers in between have to let through.
            assert_eq!(loss.is_finite(), pixel.is_finite());
            assert!(!loss.is_finite() || (loss - 10_f64.ln()).abs() < 1e-6);
            assert_eq!(network.accuracy(&examples), 0.0);
        }
    }
}
