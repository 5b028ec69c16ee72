//! Weights: shapes, the roles of their axes, the fans that follow, and parts of a tensor.

mod axis;
mod dims;
mod drawn;
mod into_fan;
mod into_weight;
mod operation;
mod order;
mod outputs;
mod parts;
mod reading;
mod region;
mod text;
mod weight;

pub use axis::Axis;
pub(crate) use axis::LogicalAxis;
pub(crate) use dims::Dims;
pub use into_fan::IntoFan;
pub use into_weight::{IntoWeight, ReadAs, WithFans};
pub use operation::{
    Conv, ConvTranspose, Dense, DepthwiseConv, Embedding, Fused, KernelShape, Layout,
};
pub(crate) use order::Order;
pub use reading::Reading;
pub use region::{Flat, IntoRegion, Region};
pub use weight::Weight;
