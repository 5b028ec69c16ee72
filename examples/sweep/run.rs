//! One network.

use fanin::{InitError, Key, Scheme};

use crate::{
    data::{self, CLASSES, Digits, PIXELS},
    network::{Network, Start},
    training::Training,
};

/// Units of every layer but the last.
pub(crate) const WIDTH: usize = 64;
pub(crate) const EPOCHS: usize = 20;

pub(crate) struct Outcome {
    /// The share of the test examples that were answered correctly.
    pub(crate) accuracy: f64,
    /// The mean loss of the first epoch; infinite if it was no number at some step.
    pub(crate) first_loss: f64,
}

pub(crate) fn train(
    scheme: &dyn Scheme,
    depth: usize,
    digits: &Digits,
    key: &Key,
) -> Result<Outcome, InitError> {
    let mut widths = vec![WIDTH; depth + 1];
    widths[0] = PIXELS;
    widths[depth] = CLASSES;
    let mut network = Network::new(Start::relu(scheme), key, &widths)?;
    let training = Training {
        epochs: EPOCHS,
        ..data::TRAINING
    };
    let history = training.train(&mut network, &digits.training, key, |_| ());
    Ok(Outcome {
        // A network that has diverged answers what it answers.
        accuracy: network.accuracy(&digits.test),
        first_loss: history.losses.first().copied().unwrap_or(f64::INFINITY),
    })
}
