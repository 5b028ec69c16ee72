//! A model's second pass: it is given what has been drawn.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Error, Result, Shape, Tensor};
use candle_nn::Init;
use candle_nn::var_builder::SimpleBackend;

/// Tensors by name. What it says of a name is what the first pass said.
pub(crate) struct Built {
    tensors: HashMap<String, Tensor>,
    /// The names of which there is something: those that were asked for, and the recipe's own.
    known: Mutex<HashSet<String>>,
}

impl Built {
    pub(crate) fn new(tensors: HashMap<String, Tensor>, literals: HashSet<String>) -> Self {
        Built {
            tensors,
            known: Mutex::new(literals),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashSet<String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimpleBackend for Built {
    fn get(&self, s: Shape, name: &str, _: Init, dtype: DType, dev: &Device) -> Result<Tensor> {
        let tensor = self.get_unchecked(name, dtype, dev)?;
        if tensor.shape() == &s {
            return Ok(tensor);
        }
        Err(Error::UnexpectedShape {
            msg: format!("the model asked for {name} in another shape before"),
            expected: s,
            got: tensor.shape().clone(),
        })
    }

    fn get_unchecked(&self, name: &str, dtype: DType, dev: &Device) -> Result<Tensor> {
        self.known().insert(name.to_string());
        let tensor = self.tensors.get(name).ok_or_else(|| {
            Error::Msg(format!(
                "{name}: the model did not ask for it when its requests were noted; it must ask for the same \
                 names whenever it is loaded"
            ))
        })?;
        // Neither copies where nothing changes.
        tensor.to_device(dev)?.to_dtype(dtype)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.known().contains(name)
    }
}
