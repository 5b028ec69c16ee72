//! Models, built.

use std::collections::HashMap;
use std::sync::PoisonError;

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{VarBuilder, VarMap};
use fanin::{Key, Plan, PlanError, Planned, Recipe};

use crate::built::Built;
use crate::draw::draw;
use crate::dtype;
use crate::error::{CandleError, Fault};
use crate::notes::{literals, note};

/// Builds a model for inference: `model` loads it from a `VarBuilder`, as from a checkpoint, and is called
/// [twice](crate#how-a-model-is-built).
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_transformers::models::bert::{BertModel, Config};
/// use fanin::{Key, Recipe};
///
/// let recipe = Recipe::from_toml(
///     r#"
///     [[rules]]
///     names = "**.LayerNorm.weight"
///     scheme = "ones"
///     [[rules]]
///     names = "**.bias"
///     scheme = "zeros"
///     [[rules]]
///     names = "**.weight"
///     scheme = "normal(std=0.02)"
///     "#,
/// )?;
/// let config = Config { num_hidden_layers: 2, hidden_size: 64, intermediate_size: 128, num_attention_heads: 4,
///     vocab_size: 500, ..Config::default() };
/// let bert = fanin_candle::init(&recipe, &Key::from_seed(42), DType::F32, &Device::Cpu, |vb| {
///     BertModel::load(vb, &config)
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`CandleError::Faults`] with everything that is wrong, before anything is drawn: requests that cannot be
/// met, and the faults of the plan. [`CandleError::ElementType`] for a `dtype` of which nothing is drawn,
/// [`CandleError::Draw`] where there is no room, and [`CandleError::Candle`] if the closure itself fails.
pub fn init<M>(
    recipe: &Recipe,
    key: &Key,
    dtype: DType,
    device: &Device,
    mut model: impl FnMut(VarBuilder<'static>) -> Result<M>,
) -> std::result::Result<M, CandleError> {
    let (parameters, mut requests) = note(recipe, dtype, device, &mut model)?;
    let plan = recipe.plan(key, parameters);
    let left = plan.iter().flatten().filter(|planned| planned.is_left());
    requests.extend(left.map(|planned| Fault::LeftAlone {
        name: planned.name().to_string(),
    }));
    let plan = accept(plan, requests)?;
    let mut tensors = HashMap::new();
    for planned in &plan {
        let tensor: Tensor = draw(planned, device)?;
        tensors.insert(planned.name().to_string(), tensor);
    }
    load(tensors, recipe, dtype, device, model)
}

/// Builds a model that is trained, whose variables `varmap` holds afterwards: as [`init`], and optimisers take
/// `varmap.all_vars()`.
///
/// A variable that the map holds already is taken as it is if its rule [leaves it alone](fanin::Rule::leave); another
/// rule for it is an error. `all_vars` is in an order that changes from run to run, which matters to an optimiser
/// whose sums go over all variables; `data()` has the names, to sort by.
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_nn::{VarBuilder, VarMap, linear};
/// use fanin::{HeNormal, Key, Recipe, Rule, Zeros};
///
/// let recipe = Recipe::new()
///     .rule(Rule::new("weight", HeNormal))
///     .rule(Rule::new("bias", Zeros));
/// let varmap = VarMap::new();
/// let model = |vb: VarBuilder| linear(784, 10, vb);
/// let layer = fanin_candle::init_var_map(
///     &varmap, &recipe, &Key::from_seed(42), DType::F32, &Device::Cpu, model,
/// )?;
/// assert_eq!(varmap.all_vars().len(), 2);
/// assert!(layer.weight().is_variable());
/// # Ok::<(), fanin_candle::CandleError>(())
/// ```
///
/// # Errors
///
/// As [`init`]; the map is as it was.
pub fn init_var_map<M>(
    varmap: &VarMap,
    recipe: &Recipe,
    key: &Key,
    dtype: DType,
    device: &Device,
    mut model: impl FnMut(VarBuilder<'static>) -> Result<M>,
) -> std::result::Result<M, CandleError> {
    let (parameters, mut requests) = note(recipe, dtype, device, &mut model)?;
    let plan = recipe.plan(key, parameters);
    let held = varmap.data();
    let held = held.lock().unwrap_or_else(PoisonError::into_inner).clone();
    requests.extend(plan.iter().flatten().filter_map(|planned| {
        let held = held.get(planned.name());
        refused(planned, held)
    }));
    let plan = accept(plan, requests)?;
    let mut vars = HashMap::new();
    for planned in &plan {
        let name = planned.name().to_string();
        let var = match held.get(&name) {
            Some(var) => var.clone(),
            None => draw(planned, device)?,
        };
        vars.insert(name, var);
    }
    let tensors = vars.iter();
    let tensors = tensors.map(|(name, var)| (name.clone(), var.as_tensor().clone()));
    let model = load(tensors.collect(), recipe, dtype, device, model)?;
    let data = varmap.data();
    data.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .extend(vars);
    Ok(model)
}

/// The plan, if nothing is wrong.
pub(crate) fn accept(
    plan: std::result::Result<Plan, PlanError>,
    requests: Vec<Fault>,
) -> std::result::Result<Plan, CandleError> {
    match plan {
        Ok(plan) if requests.is_empty() => Ok(plan),
        plan => Err(CandleError::Faults {
            requests,
            plan: plan.err(),
        }),
    }
}

/// What speaks against a variable for a parameter.
fn refused(planned: &Planned, held: Option<&Var>) -> Option<Fault> {
    let name = planned.name().to_string();
    let Some(var) = held else {
        return planned.is_left().then_some(Fault::LeftAlone { name });
    };
    if !planned.is_left() {
        return Some(Fault::Exists { name });
    }
    let shape = planned.weight().shape();
    let fits = var.dims() == shape && dtype::of(var.dtype()) == Some(planned.dtype());
    (!fits).then(|| Fault::HeldAs {
        name,
        shape: shape.into(),
        dtype: planned.dtype(),
        held_shape: var.shape().clone(),
        held_dtype: var.dtype(),
    })
}

/// The second pass.
fn load<M>(
    tensors: HashMap<String, Tensor>,
    recipe: &Recipe,
    dtype: DType,
    device: &Device,
    mut model: impl FnMut(VarBuilder<'static>) -> Result<M>,
) -> std::result::Result<M, CandleError> {
    let backend = Box::new(Built::new(tensors, literals(recipe)));
    let vb = VarBuilder::from_backend(backend, dtype, device.clone());
    Ok(model(vb)?)
}
