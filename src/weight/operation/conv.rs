//! A convolution.

use super::{convolution::convolution, groups_of, steps};
use crate::error::InitError;
use crate::weight::{Axis, IntoWeight, KernelShape, Layout, Weight};

convolution! {
    /// The weight of a convolution from `inputs` to `outputs` channels, with any number of spatial axes.
    ///
    /// `inputs` and `outputs` are those of the layer, as `torch.nn.Conv2d` has them. With `g`
    /// [groups](Conv::groups) the weight holds `inputs / g` of the inputs, and all outputs:
    ///
    /// | | shape, as `[out, in, kernel...]` | `fan_in` | `fan_out` |
    /// |---|---|---|---|
    /// | plain | `[outputs, inputs, k...]` | `inputs * prod(k)` | `outputs * prod(k)` |
    /// | `g` groups | `[outputs, inputs / g, k...]` | `inputs / g * prod(k)` | `outputs / g * prod(k)` |
    /// | stride `s` | as above | as above | as above, divided by `prod(s)` |
    ///
    /// As many groups as inputs are a depthwise convolution.
    ///
    /// A plain shape says nothing of groups, so that other libraries take its `fan_out` to be `g` times
    /// too large.
    ///
    /// ```
    /// use fanin::{Conv, HeNormal, Initializer, Key, Layout, Weight};
    /// use ndarray::Array4;
    ///
    /// let conv = Conv::new(64, 32, [3, 3]).groups(4);
    /// let w: Array4<f32> = HeNormal.init_keyed(Key::from_seed(0), conv)?;
    /// assert_eq!(w.dim(), (64, 8, 3, 3));
    /// let weight = Weight::new(conv)?;
    /// assert_eq!((weight.fan_in()?, weight.fan_out()?), (72.0, 144.0));
    ///
    /// let flax = Weight::new(conv.layout(Layout::HWIO))?;
    /// assert_eq!(flax.shape(), [3, 3, 8, 64]);
    /// assert_eq!((flax.fan_in()?, flax.fan_out()?), (72.0, 144.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    Conv in Layout::OutInKernel;

    /// The same with a step of more than one place along each spatial axis. An input then reaches
    /// fewer outputs: on average `fan_out / prod(stride)`. Without this, `fan_out` is that of a
    /// stride of 1, which is what the literature has.
    stride
}

impl<K: KernelShape> IntoWeight for Conv<K> {
    type Dim = K::WeightDim;

    fn into_weight(self) -> Result<Weight, InitError> {
        let inputs = groups_of(self.groups, "number of inputs", self.inputs)?;
        groups_of(self.groups, "number of outputs", self.outputs)?;
        let axes = self.layout.axes(self.outputs, inputs, self.kernel.as_ref());
        let is_output = |axis: &Axis| matches!(axis, Axis::Output(_));
        let output = axes.iter().position(is_output).unwrap_or(0);
        let weight = Weight::with_axes(axes)?.grouped(output, self.groups as u64);
        let steps = steps(self.stride.as_ref(), &self.kernel)?;
        let fan_out = weight.stated_fans().1.map(|fan| fan / steps);
        Ok(weight.effective_fans(None, fan_out))
    }
}
