//! One network and its results.

use fanin::{InitError, Key, Scheme};

use crate::{
    circles::circles,
    examples::Examples,
    network::{Network, Start},
    training::{History, Training},
};

/// Gradient descent on all points at once.
pub(crate) const TRAINING: Training = Training {
    epochs: 15_000,
    batch: POINTS,
    rate: 0.01,
    momentum: 0.0,
};

/// Points for the training, and for the test.
const POINTS: usize = 300;
const TEST_POINTS: usize = 100;

pub(crate) struct Run {
    pub(crate) points: Examples,
    pub(crate) network: Network,
    pub(crate) history: History,
    /// The shares of the points that are in the right class.
    pub(crate) training: f64,
    pub(crate) test: f64,
}

impl Run {
    /// `report` is called after every step.
    pub(crate) fn new(
        scheme: &dyn Scheme,
        key: &Key,
        report: impl Fn(),
    ) -> Result<Self, InitError> {
        let points = circles(POINTS, &key.child("training"))?;
        let test = circles(TEST_POINTS, &key.child("test"))?;
        let mut network = Network::new(Start::relu(scheme), key, &[2, 10, 5, 1])?;
        let history = TRAINING.train(&mut network, &points, key, |_| report());
        Ok(Run {
            training: network.accuracy(&points),
            test: network.accuracy(&test),
            points,
            network,
            history,
        })
    }

    /// The loss of the last step.
    pub(crate) fn loss(&self) -> f64 {
        self.history.losses.last().copied().unwrap_or(f64::NAN)
    }
}
