//! One initialiser, and the results of its network.

use fanin::{InitError, Key, Scheme};

use crate::{
    data::{self, CLASSES, Digits, PIXELS},
    network::{Network, Start},
    probe::Probe,
    training::History,
};

/// Layers with weights.
pub(crate) const DEPTH: usize = 30;
/// Units of every layer but the last.
const WIDTH: usize = 128;

/// What was measured before, during and after a training.
pub(crate) struct Run {
    /// The scheme, as the call that makes it.
    pub(crate) initializer: String,
    /// The variance of its weights, as a formula.
    pub(crate) variance: &'static str,
    pub(crate) probe: Probe,
    pub(crate) history: History,
    /// The share of the test examples that were answered correctly.
    pub(crate) accuracy: f64,
}

impl Run {
    /// Builds a network by a scheme, measures it, trains it and tests it. `report` receives the
    /// loss of every epoch.
    pub(crate) fn new(
        scheme: &dyn Scheme,
        variance: &'static str,
        digits: &Digits,
        key: &Key,
        report: impl FnMut(f64),
    ) -> Result<Self, InitError> {
        let mut widths = [WIDTH; DEPTH + 1];
        widths[0] = PIXELS;
        widths[DEPTH] = CLASSES;
        let mut network = Network::new(Start::relu(scheme), key, &widths)?;
        Ok(Run {
            initializer: format!("{scheme:?}"),
            variance,
            probe: Probe::new(&network, &digits.training),
            history: data::TRAINING.train(&mut network, &digits.training, key, report),
            accuracy: network.accuracy(&digits.test),
        })
    }

    /// The mean loss of the last epoch; NaN if the training did not get there.
    pub(crate) fn loss(&self) -> f64 {
        match (self.history.diverged_at, self.history.losses.last()) {
            (None, Some(&loss)) => loss,
            _ => f64::NAN,
        }
    }

    /// The outcome as text.
    pub(crate) fn outcome(&self) -> String {
        match self.history.diverged_at {
            Some(step) => format!("diverged at step {step}"),
            None => format!("{:.1} %", 100.0 * self.accuracy),
        }
    }
}
