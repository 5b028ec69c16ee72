//! Weights that know their operation: types that say what the axes of a shape are, one per file.

mod conv;
mod conv_transpose;
mod convolution;
mod dense;
mod depthwise_conv;
mod embedding;
mod fused;
mod layout;
mod numbers;

pub use conv::Conv;
pub use conv_transpose::ConvTranspose;
pub use dense::Dense;
pub use depthwise_conv::DepthwiseConv;
pub use embedding::Embedding;
pub use fused::Fused;
pub use layout::{KernelShape, Layout};
