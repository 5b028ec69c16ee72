//! What a plan draws, as burn's data.

use burn_core::tensor::{Element, TensorData};
use fanin::half::{bf16, f16};
use fanin::{Dtype, InitError, Planned};

/// The values of a float parameter that is not left alone.
pub(crate) fn draw(planned: &Planned) -> Result<TensorData, InitError> {
    match planned.dtype() {
        Dtype::F64 => floats::<f64>(planned),
        Dtype::F16 => floats::<f16>(planned),
        Dtype::Bf16 => floats::<bf16>(planned),
        // A visit of floats gives no other.
        _ => floats::<f32>(planned),
    }
}

fn floats<F: fanin::Element + Element>(planned: &Planned) -> Result<TensorData, InitError> {
    let array = planned.filler()?.array::<F>()?;
    let shape = array.shape().to_vec();
    // It is new and in row-major order, and so begins at 0.
    let (values, _) = array.into_raw_vec_and_offset();
    Ok(TensorData::new(values, shape))
}
