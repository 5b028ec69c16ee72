//! Stochastic gradient descent with momentum, by a mapper.

use std::collections::HashMap;

use burn_core::module::{Module, ModuleMapper, Param, ParamId};
use burn_core::tensor::{Device, Gradients, Int, Tensor, TensorData};
use burn_nn::loss::CrossEntropyLossConfig;
use chacha20::ChaCha8Rng;
use fanin::Key;
use rand::{SeedableRng, seq::SliceRandom};

use crate::Net;
use crate::data::PIXELS;
use crate::examples::Examples;

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

impl Training {
    /// Trains a network, and returns it with the mean loss of each epoch. The order of the examples depends on the key
    /// alone.
    pub(crate) fn train(
        &self,
        mut net: Net,
        device: &Device,
        examples: &Examples,
        key: &Key,
        mut report: impl FnMut(f64),
    ) -> (Net, Vec<f64>) {
        let mut rng = ChaCha8Rng::from_seed(key.child("batches").to_bytes());
        let mut order: Vec<i32> = (0..examples.labels.len() as i32).collect();
        let (inputs, labels) = tensors(examples, device);
        let loss = CrossEntropyLossConfig::new().init(device);
        let mut steps = HashMap::new();
        let mut losses = Vec::with_capacity(self.epochs);
        for _ in 0..self.epochs {
            order.shuffle(&mut rng);
            let mut sum = 0.0;
            // The few that do not fill a batch are left to another epoch.
            for batch in order.chunks_exact(self.batch) {
                let batch = Tensor::<1, Int>::from_ints(batch, device);
                let logits = net.forward(inputs.clone().select(0, batch.clone()));
                let loss = loss.forward(logits, labels.clone().select(0, batch));
                let gradients = loss.backward();
                sum += f64::from(loss.into_scalar::<f32>());
                net = net.map(&mut Descent {
                    training: self,
                    gradients: &gradients,
                    steps: &mut steps,
                });
            }
            let loss = sum / (order.len() / self.batch) as f64;
            losses.push(loss);
            report(loss);
        }
        (net, losses)
    }
}

/// One step of all parameters.
struct Descent<'a> {
    training: &'a Training,
    gradients: &'a Gradients,
    steps: &'a mut HashMap<ParamId, TensorData>,
}

impl ModuleMapper for Descent<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let id = param.id;
        param.map(|value| {
            let Some(gradient) = value.grad(self.gradients) else {
                return value;
            };
            let step = match self.steps.remove(&id) {
                Some(step) => {
                    let step = Tensor::<D>::from_data(step, &gradient.device());
                    step * self.training.momentum + gradient
                }
                None => gradient,
            };
            self.steps.insert(id, step.to_data());
            Tensor::from_inner(value.inner() - step * self.training.rate).require_grad()
        })
    }
}

/// The share of the examples that are answered correctly.
pub(crate) fn accuracy(net: &Net, device: &Device, examples: &Examples) -> f64 {
    let (inputs, _) = tensors(examples, device);
    let answers = net.forward(inputs).argmax(1).to_data();
    let answers = answers.iter::<i64>();
    let right = answers.zip(&examples.labels);
    let right = right.filter(|(answer, label)| *answer == **label as i64);
    right.count() as f64 / examples.labels.len() as f64
}

fn tensors(examples: &Examples, device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
    let inputs: Vec<f32> = examples.inputs.iter().copied().collect();
    let labels: Vec<i32> = examples.labels.iter().map(|&label| label as i32).collect();
    let inputs = TensorData::new(inputs, [examples.labels.len(), PIXELS]);
    (
        Tensor::from_data(inputs, device),
        Tensor::from_ints(&labels[..], device),
    )
}
