//! A depthwise convolution in Keras's layout.

use super::layout::KernelShape;
use super::numbers::given;
use crate::error::InitError;
use crate::weight::axis::Axis;
use crate::weight::into_weight::IntoWeight;
use crate::weight::weight::Weight;

/// The weight of a depthwise convolution as Keras's `DepthwiseConv2D` has it:
/// `[kernel..., channels, multiplier]`, where every channel has its own `multiplier` outputs.
///
/// `fan_in = prod(kernel)`, `fan_out = multiplier * prod(kernel)`: a channel is in no fan. In the
/// layouts of PyTorch and Flax, use [`Conv`](crate::Conv) with as many groups as channels.
///
/// ```
/// use fanin::{DepthwiseConv, Weight};
///
/// let weight = Weight::new(DepthwiseConv::new([3, 3]).channels(16).multiplier(2))?;
/// assert_eq!(weight.shape(), [3, 3, 16, 2]);
/// assert_eq!((weight.fan_in()?, weight.fan_out()?), (9.0, 18.0));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct DepthwiseConv<K> {
    channels: Option<usize>,
    multiplier: usize,
    kernel: K,
}

impl<K: KernelShape> DepthwiseConv<K> {
    /// With the places of `kernel` along each spatial axis, and one output for each channel. The channels
    /// must be named: `DepthwiseConv::new([3, 3]).channels(16)`.
    #[must_use]
    pub const fn new(kernel: K) -> Self {
        DepthwiseConv {
            channels: None,
            multiplier: 1,
            kernel,
        }
    }

    /// A depthwise convolution of that many channels.
    #[must_use]
    pub fn channels(mut self, channels: usize) -> Self {
        self.channels = Some(channels);
        self
    }

    /// Sets the number of outputs for each channel.
    #[must_use]
    pub fn multiplier(mut self, multiplier: usize) -> Self {
        self.multiplier = multiplier;
        self
    }
}

impl<K: KernelShape> IntoWeight for DepthwiseConv<K> {
    type Dim = K::WeightDim;

    fn into_weight(self) -> Result<Weight, InitError> {
        let kernel = self.kernel.as_ref().iter().map(|&len| Axis::Kernel(len));
        let channels = given("channels", self.channels)?;
        let channels = [Axis::Batch(channels), Axis::Output(self.multiplier)];
        let axes: Vec<Axis> = kernel.chain(channels).collect();
        let weight = Weight::from_axes(axes)?;
        // An output sums over one channel, which no axis counts.
        let fan_in = weight.receptive_field() as f64;
        Ok(weight.effective_fans(Some(fan_in), None))
    }
}
