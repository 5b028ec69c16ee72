//! A depthwise convolution in Keras' layout.

use crate::error::InitError;
use crate::weight::{Axis, IntoWeight, KernelShape, Weight};

/// The weight of a depthwise convolution as Keras' `DepthwiseConv2D` has it:
/// `[kernel..., channels, multiplier]`, where every channel has `multiplier` outputs of its own.
///
/// `fan_in = prod(kernel)`, `fan_out = multiplier * prod(kernel)`: a channel is in no fan. In
/// PyTorch's layout, and in Flax', the same is [`Conv`](crate::Conv) with as many groups as
/// channels.
///
/// ```
/// use fanin::{DepthwiseConv, Weight};
///
/// let weight = Weight::new(DepthwiseConv::new(16, 2, [3, 3]))?;
/// assert_eq!(weight.shape(), [3, 3, 16, 2]);
/// assert_eq!((weight.fan_in()?, weight.fan_out()?), (9.0, 18.0));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DepthwiseConv<K> {
    channels: usize,
    multiplier: usize,
    kernel: K,
}

impl<K: KernelShape> DepthwiseConv<K> {
    /// A convolution of each of `channels` channels by itself, to `multiplier` outputs each, with
    /// the places of `kernel` along each spatial axis.
    #[must_use]
    pub const fn new(channels: usize, multiplier: usize, kernel: K) -> Self {
        DepthwiseConv {
            channels,
            multiplier,
            kernel,
        }
    }
}

impl<K: KernelShape> IntoWeight for DepthwiseConv<K> {
    type Dim = K::WeightDim;

    fn into_weight(self) -> Result<Weight, InitError> {
        let kernel = self.kernel.as_ref().iter().map(|&len| Axis::Kernel(len));
        let channels = [Axis::Batch(self.channels), Axis::Output(self.multiplier)];
        let axes: Vec<Axis> = kernel.chain(channels).collect();
        let weight = Weight::with_axes(axes)?;
        // An output sums over one channel, which no axis counts.
        let fan_in = weight.receptive_field() as f64;
        Ok(weight.effective_fans(Some(fan_in), None))
    }
}
