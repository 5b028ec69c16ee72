//! Tensors that exist, filled in place.

use std::cell::RefCell;
use std::sync::PoisonError;

use candle_core::{CpuStorage, Device, Error, InplaceOp1, Layout, Result, Tensor, Var};
use candle_nn::VarMap;
use fanin::ndarray::{ArrayViewMut, Dimension, IxDyn, ShapeBuilder};
use fanin::{Element, Filler, InitError, Key, Parameter, Recipe};

use crate::dtype;
use crate::error::{CandleError, Fault};
use crate::init::accept;

/// Fills a tensor in the CPU's memory, in place and without a copy: whatever shares its storage sees the values.
///
/// A view in another memory order, as a transposed one, is filled by its own axes.
///
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use fanin::{HeNormal, Initializer, Key};
///
/// let w = Tensor::zeros((256, 784), DType::F32, &Device::Cpu)?;
/// let filler = HeNormal.filler(Key::from_seed(42), (256, 784))?;
/// fanin_candle::fill(&w, &filler)?;
/// assert_eq!(w.to_vec2::<f32>()?[0], filler.region::<f32, _>((0, ..))?.to_vec());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`CandleError::Device`] for a tensor elsewhere, [`CandleError::ElementType`] for one that is not of `F32`, `F64`,
/// `BF16` or `F16`, [`CandleError::Draw`] for one of another shape than the filler's weight or of a type that cannot
/// hold the law, and [`CandleError::Candle`] for one that repeats elements, as one that was broadcast. The tensor is as
/// it was.
pub fn fill<D: Dimension>(
    tensor: &Tensor,
    filler: &Filler<D>,
) -> std::result::Result<(), CandleError> {
    fill_named("", tensor, filler)
}

/// Gives new values to the variables that a `VarMap` holds, in place, by the recipe. Optimisers, and models that
/// share their storage, see them.
///
/// The order of the model is that of the names here. A rule that [leaves alone](fanin::Rule::leave) does so.
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_nn::{VarBuilder, VarMap, linear};
/// use fanin::{HeNormal, Key, Recipe, Rule, Zeros};
///
/// let varmap = VarMap::new();
/// let layer = linear(784, 10, VarBuilder::from_varmap(&varmap, DType::F32, &Device::Cpu))?;
/// let recipe = Recipe::new()
///     .rule(Rule::new("weight", HeNormal))
///     .rule(Rule::new("bias", Zeros));
/// fanin_candle::fill_var_map(&varmap, &recipe, &Key::from_seed(42))?;
/// assert_eq!(layer.bias().unwrap().to_vec1::<f32>()?, [0.0; 10]);
/// # Ok::<(), fanin_candle::CandleError>(())
/// ```
///
/// # Errors
///
/// [`CandleError::Faults`] with everything that is wrong, [`CandleError::Device`] for variables that are not in the CPU's
/// memory, and [`CandleError::Draw`] where there is no room. All but the last leave all variables as they were.
pub fn fill_var_map(
    varmap: &VarMap,
    recipe: &Recipe,
    key: &Key,
) -> std::result::Result<(), CandleError> {
    let held = varmap.data();
    let held = held.lock().unwrap_or_else(PoisonError::into_inner);
    let mut vars: Vec<(&String, &Var)> = held.iter().collect();
    vars.sort_by_key(|(name, _)| *name);
    let mut requests = Vec::new();
    let mut parameters = Vec::new();
    for (name, var) in &vars {
        match dtype::of(var.dtype()) {
            Some(dtype) => parameters.push(Parameter::new(*name, var.dims()).dtype(dtype)),
            None => requests.push(Fault::ElementType {
                name: (*name).clone(),
                dtype: var.dtype(),
            }),
        }
    }
    let plan = accept(recipe.plan(key, parameters), requests)?;
    let drawn = || {
        vars.iter().filter_map(|(name, var)| {
            let planned = plan.get(name)?;
            (!planned.is_left()).then_some((planned, var.as_tensor()))
        })
    };
    drawn().try_for_each(|(_, tensor)| on_cpu(tensor))?;
    for (planned, tensor) in drawn() {
        let name = planned.name();
        let filler = planned.filler().map_err(|error| CandleError::Draw {
            name: name.to_string(),
            error,
        })?;
        fill_named(name, tensor, &filler)?;
    }
    Ok(())
}

fn on_cpu(tensor: &Tensor) -> std::result::Result<(), CandleError> {
    match tensor.device() {
        Device::Cpu => Ok(()),
        device => Err(CandleError::Device(device.location())),
    }
}

fn fill_named<D: Dimension>(
    name: &str,
    tensor: &Tensor,
    filler: &Filler<D>,
) -> std::result::Result<(), CandleError> {
    on_cpu(tensor)?;
    let fill = Fill {
        filler,
        refused: RefCell::new(None),
    };
    let filled = tensor.inplace_op1(&fill);
    match fill.refused.into_inner() {
        Some(Refused::Draw(error)) => Err(CandleError::Draw {
            name: name.to_string(),
            error,
        }),
        Some(Refused::ElementType) => Err(CandleError::ElementType(tensor.dtype())),
        None => Ok(filled?),
    }
}

/// The operation, and why it failed, of which candle's error would keep the text alone.
struct Fill<'a, D> {
    filler: &'a Filler<D>,
    refused: RefCell<Option<Refused>>,
}

enum Refused {
    Draw(InitError),
    ElementType,
}

impl<D: Dimension> InplaceOp1 for Fill<'_, D> {
    fn name(&self) -> &'static str {
        "fanin-fill"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        match storage {
            CpuStorage::F32(values) => self.values(values, layout),
            CpuStorage::F64(values) => self.values(values, layout),
            CpuStorage::BF16(values) => self.values(values, layout),
            CpuStorage::F16(values) => self.values(values, layout),
            _ => self.refuse(Refused::ElementType),
        }
    }
}

impl<D: Dimension> Fill<'_, D> {
    fn values<F: Element>(&self, values: &mut [F], layout: &Layout) -> Result<()> {
        let shape = IxDyn(layout.dims()).strides(IxDyn(layout.stride()));
        let values = values.get_mut(layout.start_offset()..).unwrap_or_default();
        let mut view = ArrayViewMut::from_shape(shape, values).map_err(Error::wrap)?;
        let filled = self.filler.fill(&mut view);
        filled.or_else(|error| self.refuse(Refused::Draw(error)))
    }

    fn refuse(&self, refused: Refused) -> Result<()> {
        *self.refused.borrow_mut() = Some(refused);
        Err(Error::Msg("it cannot be filled".to_string()))
    }
}
