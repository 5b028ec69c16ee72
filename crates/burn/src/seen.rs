//! A float parameter as its module sees it, without initialising it.

use burn_core::module::Param;
use burn_core::tensor::{DType, Device, Tensor};

pub(crate) struct Seen {
    /// That of the tensor once it exists.
    pub(crate) shape: Vec<usize>,
    pub(crate) dtype: DType,
    pub(crate) device: Device,
    /// Whether loading transposes: it wants the tensor as it is stored, and the module sees it transposed.
    pub(crate) load_transposes: bool,
}

impl Seen {
    pub(crate) fn of<const D: usize>(param: &Param<Tensor<D>>) -> Self {
        let device = param.lazy_device();
        let mut shape = param.lazy_shape().as_slice().to_vec();
        if param.is_initialized() {
            return Seen {
                shape,
                dtype: param.base().dtype(),
                device,
                load_transposes: false,
            };
        }
        // The shape of a `Linear` in columns is [out, in] until it is initialised, and then [in, out].
        let load_transposes = D == 2 && transposes(param, &device);
        if load_transposes {
            shape.reverse();
        }
        Seen {
            shape,
            dtype: device.settings().float_dtype.into(),
            device,
            load_transposes,
        }
    }
}

/// Whether loading a small tensor transposes it. The parameter itself stays as it is.
fn transposes<const D: usize>(param: &Param<Tensor<D>>, device: &Device) -> bool {
    let probe = Tensor::<D>::zeros([1, 2], device);
    let loaded = param.clone().transform_for_load(probe, param.id);
    loaded.lazy_shape().as_slice() == [2, 1]
}
