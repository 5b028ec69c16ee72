//! What a model asks for, noted without drawing anything.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Error, Result, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};
use fanin::{Parameter, Recipe, Rule};

use crate::asked::asking;
use crate::dtype;
use crate::error::{CandleError, Fault};

/// The names, shapes and element types of what a model asks for, in the order in which it does, each with
/// the layer's hint as [what it asks](Parameter::asked). Nothing is drawn and no memory taken, so a model of
/// any size is noted in a moment.
///
/// The recipe decides what `contains_tensor` answers, and nothing else. [`Recipe::plan`] takes the parameters, and
/// the plan prints as a table.
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_nn::{VarBuilder, embedding};
/// use fanin::{Key, Normal, Recipe, Rule};
///
/// // 525 million parameters.
/// let model = |vb: VarBuilder| embedding(128_256, 4_096, vb.pp("wte"));
/// let recipe = Recipe::new().rule(Rule::new("wte.weight", Normal::new(0.0, 0.02)?));
/// let parameters = fanin_candle::parameters(&recipe, DType::BF16, &Device::Cpu, model)?;
/// assert_eq!(parameters[0].name(), "wte.weight");
/// let plan = recipe.plan(&Key::from_seed(42), parameters)?;
/// assert_eq!((plan.len(), plan.elements()), (1, 525_336_576));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`CandleError::ElementType`] for a `dtype` of which nothing is drawn, [`CandleError::Faults`] with all
/// requests that cannot be met, and [`CandleError::Candle`] if the closure itself fails.
pub fn parameters<M>(
    recipe: &Recipe,
    dtype: DType,
    device: &Device,
    model: impl FnOnce(VarBuilder<'static>) -> Result<M>,
) -> std::result::Result<Vec<Parameter>, CandleError> {
    let (parameters, requests) = note(recipe, dtype, device, model)?;
    if requests.is_empty() {
        return Ok(parameters);
    }
    Err(CandleError::Faults {
        requests,
        plan: None,
    })
}

/// The requests, and which of them cannot be met.
pub(crate) fn note<M>(
    recipe: &Recipe,
    dtype: DType,
    device: &Device,
    model: impl FnOnce(VarBuilder<'static>) -> Result<M>,
) -> std::result::Result<(Vec<Parameter>, Vec<Fault>), CandleError> {
    if dtype::of(dtype).is_none() {
        return Err(CandleError::ElementType(dtype));
    }
    let notes = Notes(Arc::new(Mutex::new(State {
        literals: literals(recipe),
        ..State::default()
    })));
    let backend = Box::new(notes.clone());
    let loaded = model(VarBuilder::from_backend(backend, dtype, device.clone()));
    let state = std::mem::take(&mut *notes.state());
    match loaded {
        // What it makes of an answer that was refused is no news.
        Err(error) if state.faults.is_empty() => Err(error.into()),
        _ => Ok((state.parameters, state.faults)),
    }
}

/// The names that patterns give in full.
pub(crate) fn literals(recipe: &Recipe) -> HashSet<String> {
    let patterns = recipe.rules().flat_map(Rule::patterns);
    let literals = patterns.filter(|pattern| !pattern.contains(['*', '{']));
    literals.map(str::to_string).collect()
}

#[derive(Clone)]
struct Notes(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    literals: HashSet<String>,
    shapes: HashMap<String, Shape>,
    parameters: Vec<Parameter>,
    faults: Vec<Fault>,
}

impl Notes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self, shape: &Shape, name: &str, hint: Init, dtype: DType) {
        match self.shapes.get(name) {
            None => {
                self.shapes.insert(name.to_string(), shape.clone());
                let Some(known) = dtype::of(dtype) else {
                    self.faults.push(Fault::ElementType {
                        name: name.to_string(),
                        dtype,
                    });
                    return;
                };
                let parameter = Parameter::new(name, shape.dims()).dtype(known);
                self.parameters.push(asking(parameter, hint));
            }
            Some(first) if first != shape => self.faults.push(Fault::Shapes {
                name: name.to_string(),
                first: first.clone(),
                second: shape.clone(),
            }),
            Some(_) => {}
        }
    }
}

impl SimpleBackend for Notes {
    fn get(&self, s: Shape, name: &str, h: Init, dtype: DType, dev: &Device) -> Result<Tensor> {
        self.state().note(&s, name, h, dtype);
        zeros(&s, dtype, dev)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, dev: &Device) -> Result<Tensor> {
        let mut state = self.state();
        if let Some(shape) = state.shapes.get(name) {
            return zeros(shape, dtype, dev);
        }
        let name = name.to_string();
        state.faults.push(Fault::NoShape { name: name.clone() });
        Err(Error::CannotFindTensor { path: name })
    }

    fn contains_tensor(&self, name: &str) -> bool {
        let state = self.state();
        state.shapes.contains_key(name) || state.literals.contains(name)
    }
}

/// Zeros that take no memory: one, which all places share.
fn zeros(shape: &Shape, dtype: DType, device: &Device) -> Result<Tensor> {
    // Not all types have a zero. The request is refused then, and what is answered until then does not matter.
    let zero = Tensor::zeros((), dtype, device).or_else(|_| Tensor::zeros((), DType::F32, device));
    zero?.broadcast_as(shape)
}
