//! A convolution.

use super::convolution::convolution;
use super::layout::{KernelShape, Layout};
use super::numbers::{given, groups, groups_of, stride};
use crate::error::InitError;
use crate::weight::into_weight::IntoWeight;
use crate::weight::weight::{Operation, Weight};
use crate::word::Role;

convolution! {
    /// The weight of a convolution from `inputs` to `outputs` channels, with any number of spatial axes.
    ///
    /// `inputs` and `outputs` are those of the layer, as in `torch.nn.Conv2d`. With `g`
    /// [groups](Conv::groups) the weight holds `inputs / g` of the inputs, and all outputs:
    ///
    /// | | shape, as `[out, in, kernel...]` | `fan_in` | `fan_out` |
    /// |---|---|---|---|
    /// | plain | `[outputs, inputs, k...]` | `inputs * prod(k)` | `outputs * prod(k)` |
    /// | `g` groups | `[outputs, inputs / g, k...]` | `inputs / g * prod(k)` | `outputs / g * prod(k)` |
    /// | stride `s` | as above | as above | as above, divided by `prod(s)` |
    ///
    /// With as many groups as inputs it is a depthwise convolution.
    ///
    /// A plain shape does not show the groups, so other libraries compute a `fan_out` that is `g` times
    /// too large.
    ///
    /// ```
    /// use fanin::{Conv, HeNormal, Initializer, Key, Layout, Weight};
    /// use ndarray::Array4;
    ///
    /// let conv = Conv::new([3, 3]).inputs(32).outputs(64).groups(4);
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

    /// Sets the step along each spatial axis. An input then reaches fewer outputs: on average
    /// `fan_out / prod(stride)`. Without it, `fan_out` is that of a stride of 1, as in the
    /// literature.
    stride
}

impl<K: KernelShape> IntoWeight for Conv<K> {
    type Dim = K::WeightDim;

    fn into_weight(self) -> Result<Weight, InitError> {
        let (all_inputs, outputs) = (
            given("inputs", self.inputs)?,
            given("outputs", self.outputs)?,
        );
        let inputs = groups_of(self.groups, "number of inputs", all_inputs)?;
        groups_of(self.groups, "number of outputs", outputs)?;
        let kernel = self.kernel.as_ref();
        let (lens, roles) = self.layout.axes(outputs, inputs, kernel);
        let operation = Operation {
            groups: groups(self.groups, &roles, Role::Output),
            stride: stride(self.stride.as_ref(), &self.kernel)?,
            transposed: false,
        };
        Weight::of(lens, roles, operation)
    }
}
