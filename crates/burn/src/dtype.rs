//! Types of elements: burn's, and those of plans.

use burn_core::tensor::DType;
use fanin::Dtype;

/// That of a plan, unless nothing can be drawn of this type.
pub(crate) fn of(dtype: DType) -> Option<Dtype> {
    Some(match dtype {
        DType::F64 => Dtype::F64,
        DType::F32 => Dtype::F32,
        DType::F16 => Dtype::F16,
        DType::BF16 => Dtype::Bf16,
        DType::I64 => Dtype::I64,
        DType::I32 => Dtype::I32,
        DType::I16 => Dtype::I16,
        DType::I8 => Dtype::I8,
        DType::U64 => Dtype::U64,
        DType::U32 => Dtype::U32,
        DType::U16 => Dtype::U16,
        DType::U8 => Dtype::U8,
        DType::Bool(_) => Dtype::Bool,
        DType::Flex32 | DType::QFloat(_) => return None,
    })
}
