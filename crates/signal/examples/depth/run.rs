//! One network.

use fanin::{Fan, InitError, Key, Normal, Orthogonal, Scheme, VarianceScaling};

use crate::{
    BIAS_VARIANCE,
    data::{self, CLASSES, Digits, PIXELS},
    network::{Activation, Network, Start},
    training::Training,
};

/// Units of every layer but the last.
pub(crate) const WIDTH: usize = 64;
pub(crate) const EPOCHS: usize = 10;

/// The law of the weights.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Family {
    Normal,
    Orthogonal,
}

impl Family {
    pub(crate) const ALL: [Family; 2] = [Family::Normal, Family::Orthogonal];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Family::Normal => "normal",
            Family::Orthogonal => "orthogonal",
        }
    }

    /// The scheme with a variance of `variance / fan_in`.
    fn scheme(self, variance: f64) -> Result<Box<dyn Scheme>, InitError> {
        Ok(match self {
            Family::Normal => Box::new(VarianceScaling::new(
                variance,
                Fan::In,
                fanin::Family::Normal,
            )?),
            Family::Orthogonal => Box::new(Orthogonal.gain(variance.sqrt())?),
        })
    }
}

/// The share of the training examples that a network answers rightly after training.
pub(crate) fn train(
    family: Family,
    variance: f64,
    depth: usize,
    digits: &Digits,
    key: &Key,
) -> Result<f64, InitError> {
    let weights = family.scheme(variance)?;
    let biases = Normal::new(0.0, BIAS_VARIANCE.sqrt())?;
    let start = Start {
        weights: &*weights,
        biases: &biases,
        activation: Activation::Tanh,
    };
    let mut widths = vec![WIDTH; depth + 1];
    widths[0] = PIXELS;
    widths[depth] = CLASSES;
    let mut network = Network::new(start, key, &widths)?;
    let training = Training {
        epochs: EPOCHS,
        ..data::TRAINING
    };
    training.train(&mut network, &digits.training, key, |_| ());
    Ok(network.accuracy(&digits.training))
}
