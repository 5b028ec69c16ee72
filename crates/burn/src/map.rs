//! Values, given to the parameters of a module.

use burn_core::module::{ModuleMapper, Param};
use burn_core::tensor::{Bool, Int, Tensor, TensorCreationOptions};
use fanin::{Plan, Planned};

use crate::draw::draw;
use crate::error::BurnError;
use crate::path::Path;
use crate::seen::Seen;

/// Gives a plan's values. A mapper cannot fail: the first error is kept, and what comes after it stays as it is.
#[derive(Debug)]
pub(crate) struct Give<'a> {
    plan: &'a Plan,
    path: Path,
    pub(crate) error: Option<BurnError>,
}

impl<'a> Give<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Give {
            plan,
            path: Path::default(),
            error: None,
        }
    }

    /// What is to be drawn here.
    fn planned(&self) -> Option<&'a Planned> {
        let planned = self.plan.get(&self.path.name());
        planned.filter(|planned| self.error.is_none() && !planned.is_left())
    }

    /// The one value of integers or booleans, and the shape.
    fn constant(&self) -> Option<(f64, &'a [usize])> {
        let planned = self.planned()?;
        Some((planned.constant()?, planned.weight().shape()))
    }
}

impl ModuleMapper for Give<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(planned) = self.planned() else {
            return param;
        };
        let data = match draw(planned) {
            Ok(data) => data,
            Err(error) => {
                let name = planned.name().to_string();
                self.error = Some(BurnError::Draw { name, error });
                return param;
            }
        };
        let seen = Seen::of(&param);
        // Without the type it would be converted to the device's.
        let options: TensorCreationOptions = (&seen.device, seen.dtype).into();
        let tensor = Tensor::<D>::from_data(data, options);
        if param.is_initialized() {
            // Loading may transpose or convert, and this is no loading.
            return param.map(|before| match before.is_require_grad() {
                true => tensor.require_grad(),
                false => tensor,
            });
        }
        let id = param.id;
        match seen.load_transposes {
            true => param.transform_for_load(tensor.transpose(), id),
            false => param.transform_for_load(tensor, id),
        }
    }

    fn map_int<const D: usize>(&mut self, param: Param<Tensor<D, Int>>) -> Param<Tensor<D, Int>> {
        let Some((value, shape)) = self.constant() else {
            return param;
        };
        param.map(|before| {
            let options: TensorCreationOptions = (&before.device(), before.dtype()).into();
            Tensor::full(shape.to_vec(), value, options)
        })
    }

    fn map_bool<const D: usize>(
        &mut self,
        param: Param<Tensor<D, Bool>>,
    ) -> Param<Tensor<D, Bool>> {
        let Some((value, _)) = self.constant() else {
            return param;
        };
        param.map(|before| match value == 0.0 {
            true => before.zeros_like(),
            false => before.ones_like(),
        })
    }
}
