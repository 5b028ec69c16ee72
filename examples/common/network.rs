//! Dense layers with an activation between them, and cross-entropy at the end.

use fanin::{InitError, Key, Scheme, Zeros};
use ndarray::{Array2, ArrayView1, azip};

use crate::{
    dense::{Dense, Gradient},
    examples::Examples,
};

/// A classifier. Its last layer has an output for every class, or one for two classes: the
/// logit of the second, where that of the first is 0, which makes of softmax a sigmoid.
pub(crate) struct Network {
    pub(crate) layers: Vec<Dense>,
    pub(crate) activation: Activation,
}

/// The activation between the layers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Activation {
    #[allow(dead_code, reason = "not every example has it")]
    Relu,
    #[allow(dead_code, reason = "not every example has it")]
    Tanh,
}

impl Activation {
    pub(crate) fn of(self, x: &Array2<f32>) -> Array2<f32> {
        match self {
            // Not `x.max(0.0)`, which would turn NaN into 0 and hide that a network has diverged.
            Activation::Relu => x.mapv(|x| if x < 0.0 { 0.0 } else { x }),
            Activation::Tanh => x.mapv(tanh),
        }
    }

    /// Multiplies a gradient by the slope, which follows from the activation's output.
    fn back(self, output: &Array2<f32>, gradient: &mut Array2<f32>) {
        match self {
            Activation::Relu => azip!((gradient in gradient, &output in output) {
                // Where the output is 0, nothing was let through.
                if output <= 0.0 {
                    *gradient = 0.0;
                }
            }),
            Activation::Tanh => azip!((gradient in gradient, &output in output) {
                *gradient *= 1.0 - output * output;
            }),
        }
    }
}

/// To 1e-4: the continued fraction x / (1 + x^2 / (3 + x^2 / (5 + ...))) in 7 steps, as a quotient of
/// polynomials. The compiler makes vectors of it, and a deep network is trained four times as fast
/// as with the platform's.
fn tanh(x: f32) -> f32 {
    // Beyond, the quotient is above 1. NaN stays NaN.
    let x = if x > 4.97 { 4.97 } else { x };
    let x = if x < -4.97 { -4.97 } else { x };
    let s = x * x;
    let above = x * (135_135.0 + s * (17_325.0 + s * (378.0 + s)));
    let below = 135_135.0 + s * (62_370.0 + s * (3_150.0 + s * 28.0));
    above / below
}

/// The initial state of a network.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) weights: &'a dyn Scheme,
    pub(crate) biases: &'a dyn Scheme,
    pub(crate) activation: Activation,
}

impl<'a> Start<'a> {
    /// With ReLU, and biases of 0.
    #[allow(dead_code, reason = "not every example has it")]
    pub(crate) fn relu(weights: &'a dyn Scheme) -> Self {
        Start {
            weights,
            biases: &Zeros,
            activation: Activation::Relu,
        }
    }
}

/// The inputs and outputs of each layer of a [`Network`] for a batch.
pub(crate) struct Trace {
    /// The input of every layer.
    pub(crate) inputs: Vec<Array2<f32>>,
    /// The output of every layer before the activation; the last are the logits.
    pub(crate) outputs: Vec<Array2<f32>>,
}

impl Network {
    /// Layers between `widths`, the first of which is that of the input, all started alike.
    pub(crate) fn new(start: Start<'_>, key: &Key, widths: &[usize]) -> Result<Self, InitError> {
        let Start {
            weights, biases, ..
        } = start;
        let layers = widths.windows(2).enumerate().map(|(index, width)| {
            let name = format!("layers.{index}");
            Dense::new(weights, biases, key, &name, width[0], width[1])
        });
        Ok(Network {
            layers: layers.collect::<Result<_, _>>()?,
            activation: start.activation,
        })
    }

    /// Sends a batch, `[batch, inputs]`, through the layers.
    pub(crate) fn forward(&self, batch: &Array2<f32>) -> Trace {
        let mut inputs = Vec::with_capacity(self.layers.len());
        let mut outputs: Vec<Array2<f32>> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let input = outputs
                .last()
                .map_or_else(|| batch.clone(), |output| self.activation.of(output));
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
            // What the first layer was given is no activation's output; but what this makes of its
            // gradient is not used.
            self.activation.back(input, &mut input_gradient);
            output_gradient = input_gradient;
        }
        gradients.reverse();
        (loss, gradients)
    }

    /// Which examples are answered correctly: only their own class has the largest logit. A network
    /// whose logits are all equal, or NaN, has answered nothing. (With one logit it has answered
    /// with the first class.)
    pub(crate) fn answers(&self, examples: &Examples) -> Vec<bool> {
        let trace = self.forward(&examples.inputs);
        let rows = trace.logits().rows().into_iter().zip(&examples.labels);
        let is_right = |(row, &label): (ArrayView1<f32>, &usize)| match row.to_slice() {
            Some(&[logit]) => (label == 1) == (logit > 0.0),
            _ => {
                let mut logits = row.iter().enumerate();
                logits.all(|(class, &logit)| class == label || logit < row[label])
            }
        };
        rows.map(is_right).collect()
    }

    /// The share of examples that are answered correctly.
    pub(crate) fn accuracy(&self, examples: &Examples) -> f64 {
        let answers = self.answers(examples);
        let right = answers.iter().filter(|&&right| right);
        right.count() as f64 / answers.len() as f64
    }
}

impl Trace {
    fn logits(&self) -> &Array2<f32> {
        &self.outputs[self.outputs.len() - 1]
    }
}

/// The mean cross-entropy of softmax, or of a sigmoid for one logit, and its gradient in the logits.
fn cross_entropy(logits: &Array2<f32>, labels: &[usize]) -> (f64, Array2<f32>) {
    let count = labels.len() as f32;
    let mut gradient = logits.clone();
    let mut loss = 0.0;
    if logits.ncols() == 1 {
        for (logit, &label) in gradient.iter_mut().zip(labels) {
            // ln(1 + e^z) - z y, with a power of e that does not overflow.
            let (z, y) = (*logit, label as f32);
            let power = (-z.abs()).exp();
            loss += f64::from(z.max(0.0) - z * y + power.ln_1p());
            let probability = if z < 0.0 { power } else { 1.0 } / (1.0 + power);
            *logit = (probability - y) / count;
        }
        return (loss / labels.len() as f64, gradient);
    }
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
    use super::{Activation, Network, Start};
    use crate::examples::Examples;
    use fanin::{HeNormal, Initializer, Key, Normal, Zeros};
    use ndarray::Array2;

    #[test]
    fn gradients_are_finite_differences() {
        check_gradients(Activation::Relu, 4, [0, 1, 2, 3, 0, 1]);
        check_gradients(Activation::Tanh, 4, [0, 1, 2, 3, 0, 1]);
        check_gradients(Activation::Tanh, 1, [0, 1, 1, 0, 0, 1]);
    }

    fn check_gradients(activation: Activation, outputs: usize, labels: [usize; 6]) {
        const STEP: f32 = 1e-3;
        // The loss is about 1 and has 24 bits: its difference over two steps is known to 1e-4.
        const TOLERANCE: f64 = 1e-3;

        let key = Key::from_seed(0);
        let start = Start {
            activation,
            ..Start::relu(&HeNormal)
        };
        let mut network = Network::new(start, &key, &[3, 5, 5, outputs]).unwrap();
        let unit = Normal::new(0.0, 1.0).unwrap();
        let batch: Array2<f32> = unit.init_keyed(key.child("batch"), (6, 3)).unwrap();
        let (_, gradients) = network.gradients(&network.forward(&batch), &labels);
        for (index, gradient) in gradients.iter().enumerate() {
            let count = gradient.weight.len() + gradient.bias.len();
            let expected = gradient.weight.iter().chain(&gradient.bias);
            let mut seen = 0.0_f64;
            for (parameter, &expected) in expected.enumerate() {
                let mut loss_after = |step: f32| {
                    let layer = &mut network.layers[index];
                    let mut all = layer.weight.iter_mut().chain(&mut layer.bias);
                    *all.nth(parameter).unwrap() += step;
                    network.gradients(&network.forward(&batch), &labels).0
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
    fn tanh_is_near_the_platforms() {
        for step in -800_i16..=800 {
            let x = f32::from(step) / 100.0;
            assert!((super::tanh(x) - x.tanh()).abs() < 1e-4, "{x}");
            assert!(super::tanh(x).abs() <= 1.0);
        }
        assert!(super::tanh(f32::NAN).is_nan());
        assert_eq!(super::tanh(f32::INFINITY), super::tanh(5.0));
    }

    #[test]
    fn a_network_that_prefers_nothing_knows_nothing() {
        let network = Network::new(Start::relu(&Zeros), &Key::from_seed(0), &[4, 8, 10]).unwrap();
        for input in [1.0, f32::INFINITY, f32::NAN] {
            let examples = Examples {
                inputs: Array2::from_elem((10, 4), input),
                labels: (0..10).collect(),
            };
            let trace = network.forward(&examples.inputs);
            let (loss, _) = network.gradients(&trace, &examples.labels);
            // Infinity times 0 is NaN, which the layers in between have to let through.
            assert_eq!(loss.is_finite(), input.is_finite());
            assert!(!loss.is_finite() || (loss - 10_f64.ln()).abs() < 1e-6);
            assert_eq!(network.accuracy(&examples), 0.0);
        }
    }
}
