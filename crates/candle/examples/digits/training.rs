//! Stochastic gradient descent with momentum, of variables by name.

use std::collections::BTreeMap;

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::{Module, VarMap, loss};
use chacha20::ChaCha8Rng;
use fanin::Key;
use rand::{SeedableRng, seq::SliceRandom};

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
    /// Trains the variables of a model, and returns the mean loss of each epoch. The order of the examples depends on
    /// the key alone.
    pub(crate) fn train(
        &self,
        model: &impl Module,
        varmap: &VarMap,
        examples: &Examples,
        key: &Key,
        mut report: impl FnMut(f64),
    ) -> Result<Vec<f64>> {
        let mut rng = ChaCha8Rng::from_seed(key.child("batches").to_bytes());
        let mut order: Vec<u32> = (0..examples.labels.len() as u32).collect();
        let (inputs, labels) = tensors(examples)?;
        let mut steps: BTreeMap<String, (Var, Tensor)> = BTreeMap::new();
        if let Ok(data) = varmap.data().lock() {
            for (name, var) in data.iter() {
                steps.insert(name.clone(), (var.clone(), var.zeros_like()?));
            }
        }
        let mut losses = Vec::with_capacity(self.epochs);
        for _ in 0..self.epochs {
            order.shuffle(&mut rng);
            let mut sum = 0.0;
            // The few that do not fill a batch are left to another epoch.
            for batch in order.chunks_exact(self.batch) {
                let batch = Tensor::new(batch, &Device::Cpu)?;
                let logits = model.forward(&inputs.index_select(&batch, 0)?)?;
                let loss = loss::cross_entropy(&logits, &labels.index_select(&batch, 0)?)?;
                let gradients = loss.backward()?;
                for (var, step) in steps.values_mut() {
                    if let Some(gradient) = gradients.get(var) {
                        *step = ((&*step * f64::from(self.momentum))? + gradient)?;
                        var.set(&(var.as_tensor() - (&*step * f64::from(self.rate))?)?)?;
                    }
                }
                sum += f64::from(loss.to_scalar::<f32>()?);
            }
            let loss = sum / (order.len() / self.batch) as f64;
            losses.push(loss);
            report(loss);
        }
        Ok(losses)
    }
}

/// The share of the examples that are answered correctly.
pub(crate) fn accuracy(model: &impl Module, examples: &Examples) -> Result<f64> {
    let (inputs, labels) = tensors(examples)?;
    let answers = model.forward(&inputs)?.argmax(1)?;
    let right = answers.eq(&labels)?.to_dtype(candle_core::DType::F32)?;
    Ok(f64::from(right.mean_all()?.to_scalar::<f32>()?))
}

fn tensors(examples: &Examples) -> Result<(Tensor, Tensor)> {
    let inputs: Vec<f32> = examples.inputs.iter().copied().collect();
    let labels: Vec<u32> = examples.labels.iter().map(|&label| label as u32).collect();
    let inputs = Tensor::from_vec(inputs, examples.inputs.dim(), &Device::Cpu)?;
    Ok((inputs, Tensor::new(labels, &Device::Cpu)?))
}
