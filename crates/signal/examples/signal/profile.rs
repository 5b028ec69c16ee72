//! A scheme and an activation: every layer's signal and gradient, measured and predicted.

use fanin::{Activation, HeNormal, InitError, Initializer, Key, LeCunNormal, Normal, Scheme};
use fanin_signal::{Layer, SignalError, measure, predict};
use ndarray::Array2;

use crate::drawn::Drawn;

pub(crate) const DEPTH: usize = 100;
pub(crate) const WIDTH: usize = 256;
pub(crate) const NETWORKS: usize = 8;
/// Inputs that are sent through a network.
const EXAMPLES: usize = 8;

pub(crate) const ACTIVATIONS: [Activation; 4] = [
    Activation::Relu,
    Activation::Tanh,
    Activation::Gelu,
    Activation::Selu,
];

pub(crate) struct Case {
    pub(crate) activation: Activation,
    /// What the rule is called.
    pub(crate) rule: &'static str,
    scheme: Box<dyn Scheme>,
}

/// Four rules for each activation.
pub(crate) fn cases() -> Result<Vec<Case>, InitError> {
    let mut cases = Vec::new();
    for activation in ACTIVATIONS {
        let gain = activation.forward_gain(1.0)?;
        let mut add = |rule, scheme: Box<dyn Scheme>| {
            cases.push(Case {
                activation,
                rule,
                scheme,
            });
        };
        add("1 / fan_in", Box::new(LeCunNormal));
        add("2 / fan_in", Box::new(HeNormal));
        add(
            "gain^2 / fan_in",
            Box::new(LeCunNormal.scaled(gain * gain)?),
        );
        add("0.02^2", Box::new(Normal::new(0.0, 0.02)?));
    }
    Ok(cases)
}

/// What was measured and predicted, layer by layer.
pub(crate) struct Profile {
    pub(crate) activation: Activation,
    pub(crate) rule: &'static str,
    pub(crate) signal: Vec<Moment>,
    pub(crate) gradient: Vec<Moment>,
}

/// A moment in one layer.
pub(crate) struct Moment {
    pub(crate) mean: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) predicted: f64,
}

impl Profile {
    pub(crate) fn new(case: &Case, key: &Key, report: impl Fn()) -> Result<Self, SignalError> {
        let activation = case.activation;
        let mut signals = vec![vec![]; DEPTH];
        let mut gradients = vec![vec![]; DEPTH];
        for network in 0..NETWORKS {
            let key = key.child_index(network);
            let layers: Vec<Drawn> = (0..DEPTH)
                .map(|layer| Drawn {
                    scheme: &*case.scheme,
                    key: key.child("layers").child_index(layer),
                    width: WIDTH,
                    activation: &case.activation,
                })
                .collect();
            let inputs = inputs(&key.child("inputs"), EXAMPLES, WIDTH)?;
            let measured = measure(&layers, inputs.view(), &key.child("gradient"))?;
            for (index, layer) in measured.layers().iter().enumerate() {
                signals[index].push(layer.preactivation_second_moment);
                gradients[index].extend(layer.gradient);
            }
            report();
        }
        let layer = Layer::of(&*case.scheme, (WIDTH, WIDTH), activation)?;
        let predicted = predict(&vec![layer; DEPTH], 1.0)?;
        let moments = |measured: &[Vec<f64>], predicted: &dyn Fn(usize) -> f64| {
            let moment = |(index, values): (usize, &Vec<f64>)| Moment {
                mean: values.iter().sum::<f64>() / values.len() as f64,
                low: values.iter().copied().fold(f64::INFINITY, f64::min),
                high: values.iter().copied().fold(0.0, f64::max),
                predicted: predicted(index),
            };
            measured.iter().enumerate().map(moment).collect()
        };
        Ok(Profile {
            activation,
            rule: case.rule,
            signal: moments(&signals, &|layer| {
                predicted[layer].preactivation_second_moment()
            }),
            gradient: moments(&gradients, &|layer| predicted[layer].gradient()),
        })
    }
}

/// Normal, with a mean square of exactly 1 for every example.
pub(crate) fn inputs(key: &Key, examples: usize, width: usize) -> Result<Array2<f64>, InitError> {
    let mut inputs: Array2<f64> =
        Normal::new(0.0, 1.0)?.init_keyed(key.clone(), (examples, width))?;
    for mut row in inputs.rows_mut() {
        let square = row.dot(&row) / width as f64;
        row /= square.sqrt();
    }
    Ok(inputs)
}
