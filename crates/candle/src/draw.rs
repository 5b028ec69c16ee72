//! What a plan draws, as candle's.

use candle_core::{Device, Error, Result, Tensor, Var, WithDType};
use fanin::{Dtype, Element, Planned};

use crate::error::CandleError;

/// Something that is made of values without copying them.
pub(crate) trait Make: Sized {
    fn make<T: WithDType>(values: Vec<T>, shape: &[usize], device: &Device) -> Result<Self>;
}

impl Make for Tensor {
    fn make<T: WithDType>(values: Vec<T>, shape: &[usize], device: &Device) -> Result<Self> {
        Tensor::from_vec(values, shape, device)
    }
}

impl Make for Var {
    fn make<T: WithDType>(values: Vec<T>, shape: &[usize], device: &Device) -> Result<Self> {
        Var::from_vec(values, shape, device)
    }
}

/// A parameter that is not left alone, with its values.
pub(crate) fn draw<M: Make>(
    planned: &Planned,
    device: &Device,
) -> std::result::Result<M, CandleError> {
    match planned.dtype() {
        Dtype::F64 => floats::<f64, M>(planned, device),
        Dtype::F32 => floats::<f32, M>(planned, device),
        Dtype::F16 => floats::<fanin::half::f16, M>(planned, device),
        Dtype::Bf16 => floats::<fanin::half::bf16, M>(planned, device),
        Dtype::I64 => integers::<i64, M>(planned, device),
        Dtype::I32 => integers::<i32, M>(planned, device),
        Dtype::I16 => integers::<i16, M>(planned, device),
        Dtype::U32 => integers::<u32, M>(planned, device),
        // `dtype::of` gives no other.
        _ => integers::<u8, M>(planned, device),
    }
}

fn floats<F: Element + WithDType, M: Make>(
    planned: &Planned,
    device: &Device,
) -> std::result::Result<M, CandleError> {
    let array = planned.filler().and_then(|filler| filler.array::<F>());
    let array = array.map_err(|error| CandleError::Draw {
        name: planned.name().to_string(),
        error,
    })?;
    let shape = array.shape().to_vec();
    // It is new and in row-major order, and so begins at 0.
    let (values, _) = array.into_raw_vec_and_offset();
    Ok(M::make(values, &shape, device)?)
}

/// The one value of a plan's integers.
fn integers<T: WithDType, M: Make>(
    planned: &Planned,
    device: &Device,
) -> std::result::Result<M, CandleError> {
    let shape = planned.weight().shape();
    let value = T::from_f64(planned.constant().unwrap_or(0.0));
    let len = shape.iter().product();
    let mut values = Vec::new();
    if values.try_reserve_exact(len).is_err() {
        let name = planned.name();
        let error = format!(
            "{name}: there is no room for {len} elements of {:?}",
            T::DTYPE
        );
        return Err(Error::Msg(error).into());
    }
    values.resize(len, value);
    Ok(M::make(values, shape, device)?)
}
