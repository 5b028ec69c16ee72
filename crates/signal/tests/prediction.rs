//! The theory against networks: what `predict` says before a weight is drawn, and what `measure`
//! finds.
//!
//! The example `signal` does the same at 1,000 units and 50 layers.

#[path = "../../../tests/common/mod.rs"]
mod common;

use common::key;
use fanin::{Activation, HeNormal, Initializer, LeCunNormal, Normal, Scheme};
use fanin_signal::{DenseLayer, Layer, Prediction, measure, predict};
use ndarray::{Array1, Array2};

const NETWORKS: u64 = 16;

/// Layers between widths, and what stands for each of them.
struct Stack<'a> {
    widths: &'a [usize],
    scheme: &'a dyn Scheme,
    bias_variance: f64,
    activation: Activation,
}

/// Of a layer, or of as many layers as a gradient has come through, over all networks.
struct Moments {
    mean: f64,
    standard_error: f64,
}

impl Stack<'_> {
    /// Signals from the first layer on, gradients from the last.
    fn measured(&self, name: &str) -> [Vec<Moments>; 2] {
        let mut all: Vec<[Vec<f64>; 2]> = Vec::new();
        let unit = Normal::new(0.0, 1.0).unwrap();
        let biases = Normal::new(0.0, self.bias_variance.sqrt()).unwrap();
        for network in 0..NETWORKS {
            let key = key(name).child_index(network);
            let parameters: Vec<(Array2<f32>, Array1<f32>)> = self
                .widths
                .windows(2)
                .zip(0..)
                .map(|(pair, layer)| {
                    let key = key.child_index(layer);
                    let shape = (pair[1], pair[0]);
                    (
                        self.scheme.init_keyed(&key.child("w"), shape).unwrap(),
                        biases.init_keyed(&key.child("b"), pair[1]).unwrap(),
                    )
                })
                .collect();
            let layers: Vec<DenseLayer<f32>> = parameters
                .iter()
                .map(|(weight, bias)| {
                    let layer = DenseLayer::new(weight.view(), &self.activation).unwrap();
                    layer.with_bias(bias.view()).unwrap()
                })
                .collect();
            let mut input: Array2<f64> = unit
                .init_keyed(&key.child("input"), (1, self.widths[0]))
                .unwrap();
            let square = input.mapv(|x| x * x).mean().unwrap();
            input /= square.sqrt();
            let report = measure(&layers, input.view(), &key.child("gradient")).unwrap();
            let rows = report.layers().iter();
            all.push([
                rows.clone().map(|row| row.second_moment).collect(),
                rows.rev().map(|row| row.gradient.unwrap()).collect(),
            ]);
        }
        [0, 1].map(|moment| {
            (0..all[0][moment].len())
                .map(|layer| {
                    let values: Vec<f64> = all.iter().map(|one| one[moment][layer]).collect();
                    let count = values.len() as f64;
                    let mean = values.iter().sum::<f64>() / count;
                    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                    Moments {
                        mean,
                        standard_error: (squares / (count - 1.0) / count).sqrt(),
                    }
                })
                .collect()
        })
    }

    /// The same, predicted, with weights of another variance.
    fn predicted(&self, factor: f64) -> [Vec<f64>; 2] {
        let stack: Vec<Layer> = self
            .widths
            .windows(2)
            .map(|pair| {
                let layer = Layer::of(self.scheme, (pair[1], pair[0]), self.activation).unwrap();
                let layer = layer.with_bias_variance(self.bias_variance).unwrap();
                layer.scaled(factor).unwrap()
            })
            .collect();
        let layers = predict(&stack, 1.0).unwrap();
        [
            layers.iter().map(Prediction::variance).collect(),
            layers.iter().rev().map(Prediction::gradient).collect(),
        ]
    }

    /// The number of means that are further from their prediction than 4 standard errors and
    /// `c l / n` of it after l layers of width n.
    ///
    /// A mean of 16 is so by chance once in some 900; the layers of a stack are not independent of
    /// each other.
    fn outside(&self, measured: &[Vec<Moments>; 2], factor: f64, c: f64) -> usize {
        let width = self.widths.iter().copied().min().unwrap() as f64;
        let predicted = self.predicted(factor);
        let mut outside = 0;
        for (measured, predicted) in measured.iter().zip(&predicted) {
            for (layers, (measured, predicted)) in (1..).zip(measured.iter().zip(predicted)) {
                let allowed =
                    4.0 * measured.standard_error + c * f64::from(layers) / width * predicted;
                outside += usize::from((measured.mean - predicted).abs() > allowed);
            }
        }
        outside
    }
}

/// The term for the finite width: of a mean after l layers of width n, l / n of it.
const C: f64 = 1.0;

#[test]
fn what_is_predicted_is_measured() {
    let he: &dyn Scheme = &HeNormal;
    let lecun: &dyn Scheme = &LeCunNormal;
    for (activation, scheme) in [
        (Activation::Relu, he),
        (Activation::Tanh, lecun),
        (Activation::Gelu, he),
        (Activation::Silu, he),
        (Activation::Selu, lecun),
        (Activation::Sin, lecun),
    ] {
        let stack = Stack {
            widths: &[150; 17],
            scheme,
            bias_variance: 0.0,
            activation,
        };
        let measured = stack.measured(&format!("{activation:?}"));
        assert_eq!(stack.outside(&measured, 1.0, C), 0, "{activation:?}");
        // Controls: with a tenth more or less of weight variance, most of the layers are outside.
        for factor in [0.9, 1.1] {
            let outside = stack.outside(&measured, factor, C);
            assert!(outside >= 8, "{activation:?} {factor}: {outside} of 32");
        }
    }
}

#[test]
fn widths_and_biases_are_as_predicted() {
    let stack = Stack {
        widths: &[100, 300, 150, 400, 100],
        scheme: &LeCunNormal,
        bias_variance: 0.3,
        activation: Activation::Tanh,
    };
    let measured = stack.measured("widths");
    assert_eq!(stack.outside(&measured, 1.0, C), 0);
    assert!(stack.outside(&measured, 0.8, C) > 0);
    // Controls: without the biases, or with all layers as wide as each other.
    let without = Stack {
        bias_variance: 0.0,
        ..stack
    };
    assert!(without.outside(&measured, 1.0, C) > 0);
    let square = Stack {
        widths: &[100; 5],
        ..stack
    };
    assert!(square.outside(&measured, 1.0, C) > 0);
}
