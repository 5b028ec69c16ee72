//! Stochastic gradient descent with momentum.

use chacha20::ChaCha8Rng;
use fanin::Key;
use ndarray::{Array, Axis, Dimension, azip};
use rand::{SeedableRng, seq::SliceRandom};

use crate::{
    dense::{Dense, Gradient},
    examples::Examples,
    network::Network,
};

/// The settings of a training.
#[derive(Clone, Copy)]
pub(crate) struct Training {
    /// How often a network sees every example.
    pub(crate) epochs: usize,
    /// Examples per step.
    pub(crate) batch: usize,
    /// Multiplies the step.
    pub(crate) rate: f32,
    /// What remains of a step in the next one.
    pub(crate) momentum: f32,
}

/// How a training went.
pub(crate) struct History {
    /// The mean loss of every epoch's steps, to the end or until it is NaN.
    pub(crate) losses: Vec<f64>,
    /// The first step, counted from 1, whose loss was not finite.
    pub(crate) diverged_at: Option<usize>,
}

impl Training {
    /// Trains a network in place. The order of the examples depends on the key alone, so that it is the
    /// same for every initialiser. `report` receives the loss of every epoch.
    pub(crate) fn train(
        &self,
        network: &mut Network,
        examples: &Examples,
        key: &Key,
        mut report: impl FnMut(f64),
    ) -> History {
        // A key is 256 random bits, and so is the seed of a generator whose stream never changes.
        let mut rng = ChaCha8Rng::from_seed(key.child("batches").to_bytes());
        let mut order: Vec<usize> = (0..examples.labels.len()).collect();
        let mut velocities: Vec<Gradient> = network.layers.iter().map(at_rest).collect();
        let mut history = History {
            losses: Vec::with_capacity(self.epochs),
            diverged_at: None,
        };
        let mut step = 0;
        for _ in 0..self.epochs {
            order.shuffle(&mut rng);
            let mut sum = 0.0;
            // The few that do not fill a batch are left to another epoch.
            for batch in order.chunks_exact(self.batch) {
                step += 1;
                let inputs = examples.inputs.select(Axis(0), batch);
                let labels: Vec<usize> = batch.iter().map(|&row| examples.labels[row]).collect();
                let (loss, gradients) = network.gradients(&network.forward(&inputs), &labels);
                if !loss.is_finite() {
                    history.diverged_at = Some(step);
                    return history;
                }
                sum += loss;
                for ((layer, velocity), gradient) in network
                    .layers
                    .iter_mut()
                    .zip(&mut velocities)
                    .zip(&gradients)
                {
                    self.descend(&mut layer.weight, &mut velocity.weight, &gradient.weight);
                    self.descend(&mut layer.bias, &mut velocity.bias, &gradient.bias);
                }
            }
            let loss = sum / (order.len() / self.batch) as f64;
            history.losses.push(loss);
            report(loss);
        }
        history
    }

    /// One step of one parameter.
    fn descend<D: Dimension>(
        &self,
        parameter: &mut Array<f32, D>,
        velocity: &mut Array<f32, D>,
        gradient: &Array<f32, D>,
    ) {
        let Training { rate, momentum, .. } = *self;
        azip!((parameter in parameter, velocity in velocity, &gradient in gradient) {
            *velocity = momentum * *velocity + gradient;
            *parameter -= rate * *velocity;
        });
    }
}

fn at_rest(layer: &Dense) -> Gradient {
    Gradient {
        weight: Array::zeros(layer.weight.dim()),
        bias: Array::zeros(layer.bias.dim()),
    }
}

#[cfg(test)]
mod tests {
    use super::Training;
    use crate::{
        examples::Examples,
        network::{Network, Start},
    };
    use fanin::{HeNormal, Initializer, Key, Normal, Scheme};

    const SETTINGS: Training = Training {
        epochs: 20,
        batch: 32,
        rate: 0.002,
        momentum: 0.9,
    };

    /// Trains a small network to tell positive numbers from negative ones.
    fn losses(scheme: &dyn Scheme) -> (Vec<f64>, Option<usize>) {
        let key = Key::from_seed(0);
        let unit = Normal::new(0.0, 1.0).unwrap();
        let inputs = unit
            .init_keyed(key.child("inputs"), (8 * SETTINGS.batch, 1))
            .unwrap();
        let labels = inputs.iter().map(|&x: &f32| usize::from(x > 0.0)).collect();
        let mut network = Network::new(Start::relu(scheme), &key, &[1, 8, 2]).unwrap();
        let mut reported = Vec::new();
        let examples = Examples { inputs, labels };
        let history = SETTINGS.train(&mut network, &examples, &key, |loss| reported.push(loss));
        assert_eq!(reported, history.losses);
        (history.losses, history.diverged_at)
    }

    #[test]
    fn the_loss_falls_and_is_the_same_again() {
        let (first, diverged_at) = losses(&HeNormal);
        assert_eq!((first.len(), diverged_at), (SETTINGS.epochs, None));
        assert!(first[SETTINGS.epochs - 1] < first[0] / 2.0, "{first:?}");
        assert_eq!(losses(&HeNormal).0, first);
    }

    #[test]
    fn a_loss_that_is_no_number_ends_the_training() {
        let huge = Normal::new(0.0, 1e30).unwrap();
        assert_eq!(losses(&huge), (vec![], Some(1)));
    }
}
