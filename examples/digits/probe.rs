//! What an untrained network does to a signal and to its gradient, layer by layer.

use ndarray::Array2;

use crate::{examples::Examples, network::Network};

/// Root mean squares, one for every layer.
pub(crate) struct Probe {
    /// That of the layer's output, before the ReLU.
    pub(crate) signal: Vec<f64>,
    /// That of the gradient of the loss in the layer's weight.
    pub(crate) gradient: Vec<f64>,
}

impl Probe {
    /// All examples are sent through the network as one batch.
    pub(crate) fn new(network: &Network, examples: &Examples) -> Self {
        let trace = network.forward(&examples.inputs);
        let (_, gradients) = network.gradients(&trace, &examples.labels);
        Probe {
            signal: trace.outputs.iter().map(rms).collect(),
            gradient: gradients.iter().map(|layer| rms(&layer.weight)).collect(),
        }
    }
}

/// In `f64`: the square of a signal that has vanished is 0 in `f32`.
fn rms(values: &Array2<f32>) -> f64 {
    let squares = values
        .iter()
        .map(|&value| f64::from(value) * f64::from(value));
    (squares.sum::<f64>() / values.len() as f64).sqrt()
}
