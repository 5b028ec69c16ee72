//! Weights that know their operation: types that say what the axes of a shape are, one per file.

mod conv;
mod conv_transpose;
mod convolution;
mod dense;
mod depthwise_conv;
mod embedding;
mod fused;
mod layout;

pub use conv::Conv;
pub use conv_transpose::ConvTranspose;
pub use dense::Dense;
pub use depthwise_conv::DepthwiseConv;
pub use embedding::Embedding;
pub use fused::Fused;
pub use layout::{KernelShape, Layout};

use crate::error::InitError;

/// `count` as the number of groups of that many features.
fn groups_of(count: usize, name: &'static str, features: usize) -> Result<usize, InitError> {
    if count == 0 {
        return Err(InitError::InvalidParameter {
            name: "number of groups",
            value: 0.0,
            rule: "at least 1",
        });
    }
    if features % count != 0 {
        return Err(InitError::InvalidParameter {
            name,
            value: features as f64,
            rule: "a multiple of the number of groups",
        });
    }
    Ok(features / count)
}

/// The product of a stride along every axis of a kernel; 1 of none. A slice can have another length
/// than the kernel.
fn steps<K: KernelShape>(stride: Option<&K>, kernel: &K) -> Result<f64, InitError> {
    let Some(stride) = stride.map(AsRef::as_ref) else {
        return Ok(1.0);
    };
    if stride.len() != kernel.as_ref().len() {
        return Err(InitError::InvalidParameter {
            name: "number of strides",
            value: stride.len() as f64,
            rule: "that of the axes of the kernel",
        });
    }
    if stride.contains(&0) {
        return Err(InitError::InvalidParameter {
            name: "stride",
            value: 0.0,
            rule: "at least 1 along every axis",
        });
    }
    Ok(stride.iter().map(|&step| step as f64).product())
}
