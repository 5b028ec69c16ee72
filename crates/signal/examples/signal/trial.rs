//! The theory on trial: the mean of many wide networks against the prediction.

use fanin::{Activation, HeNormal, Key, LeCunNormal, Scheme};
use fanin_signal::{Layer, SignalError, measure, predict};

use crate::{drawn::Drawn, profile::inputs};
use rayon::prelude::*;

pub(crate) const DEPTH: usize = 50;
pub(crate) const WIDTH: usize = 1000;
pub(crate) const NETWORKS: usize = 64;
/// What a mean is allowed to be off by, in its standard errors.
const ERRORS: f64 = 4.0;

/// An activation, and the rule that it is mostly used with.
pub(crate) struct Case {
    pub(crate) activation: Activation,
    pub(crate) scheme: Box<dyn Scheme>,
}

pub(crate) fn cases() -> Vec<Case> {
    let case = |activation, scheme| Case { activation, scheme };
    vec![
        case(Activation::Relu, Box::new(HeNormal) as Box<dyn Scheme>),
        case(Activation::Tanh, Box::new(LeCunNormal)),
        case(Activation::Gelu, Box::new(HeNormal)),
        case(Activation::Silu, Box::new(HeNormal)),
        case(Activation::Selu, Box::new(LeCunNormal)),
        case(Activation::Sin, Box::new(LeCunNormal)),
    ]
}

pub(crate) struct Trial {
    pub(crate) activation: Activation,
    pub(crate) scheme: String,
    /// From the first layer to the last.
    pub(crate) signal: Vec<Outcome>,
    /// From the last layer to the first, by how many it has come through.
    pub(crate) gradient: Vec<Outcome>,
}

/// A moment after a number of layers.
pub(crate) struct Outcome {
    pub(crate) predicted: f64,
    pub(crate) mean: f64,
    /// Between networks.
    pub(crate) std: f64,
}

impl Outcome {
    fn new(values: &[f64], predicted: f64) -> Self {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Outcome {
            predicted,
            mean,
            std: (squares / (count - 1.0)).sqrt(),
        }
    }

    pub(crate) fn standard_error(&self) -> f64 {
        self.std / (NETWORKS as f64).sqrt()
    }

    /// Relative to the prediction.
    pub(crate) fn off_by(&self) -> f64 {
        self.mean / self.predicted - 1.0
    }
}

/// The least c for which every mean is within 4 standard errors and c l / n of its prediction.
pub(crate) fn finite_width_term(outcomes: &[Outcome]) -> f64 {
    let beyond = |(layers, outcome): (usize, &Outcome)| {
        let allowed = ERRORS * outcome.standard_error() / outcome.predicted;
        (outcome.off_by().abs() - allowed) * WIDTH as f64 / layers as f64
    };
    (1..).zip(outcomes).map(beyond).fold(0.0, f64::max)
}

impl Trial {
    pub(crate) fn new(
        case: &Case,
        key: &Key,
        report: impl Fn() + Sync,
    ) -> Result<Self, SignalError> {
        let network = |index| -> Result<(Vec<f64>, Vec<f64>), SignalError> {
            let key = key.child_index(index);
            let layers: Vec<Drawn> = (0..DEPTH)
                .map(|layer| Drawn {
                    scheme: &*case.scheme,
                    key: key.child("layers").child_index(layer),
                    width: WIDTH,
                    activation: &case.activation,
                })
                .collect();
            let inputs = inputs(&key.child("inputs"), 1, WIDTH)?;
            let measured = measure(&layers, inputs.view(), &key.child("gradient"))?;
            report();
            let rows = measured.layers().iter();
            Ok((
                rows.clone()
                    .map(|layer| layer.preactivation_second_moment)
                    .collect(),
                rows.rev().filter_map(|layer| layer.gradient).collect(),
            ))
        };
        let networks: Vec<(Vec<f64>, Vec<f64>)> = (0..NETWORKS)
            .into_par_iter()
            .map(network)
            .collect::<Result<_, _>>()?;
        let layer = Layer::of(&*case.scheme, (WIDTH, WIDTH), case.activation)?;
        let predicted = predict(&vec![layer; DEPTH], 1.0)?;
        let signal = |layer: usize| {
            let values: Vec<f64> = networks.iter().map(|(signal, _)| signal[layer]).collect();
            Outcome::new(&values, predicted[layer].preactivation_second_moment())
        };
        let gradient = |layer: usize| {
            let values: Vec<f64> = networks
                .iter()
                .map(|(_, gradient)| gradient[layer])
                .collect();
            Outcome::new(&values, predicted[DEPTH - 1 - layer].gradient())
        };
        Ok(Trial {
            activation: case.activation,
            scheme: format!("{:?}", case.scheme),
            signal: (0..DEPTH).map(signal).collect(),
            gradient: (0..DEPTH).map(gradient).collect(),
        })
    }
}
