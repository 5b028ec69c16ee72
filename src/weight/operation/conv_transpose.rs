//! A transposed convolution.

use super::convolution::convolution;
use super::layout::{KernelShape, Layout};
use super::numbers::{given, groups, groups_of, stride};
use crate::error::InitError;
use crate::weight::into_weight::IntoWeight;
use crate::weight::weight::{Operation, Weight};
use crate::word::Role;

convolution! {
    /// The weight of a transposed convolution from `inputs` to `outputs` channels.
    ///
    /// `inputs` and `outputs` are those of the layer, as in `torch.nn.ConvTranspose2d`. The layout
    /// is PyTorch's `[in, out, kernel...]`, unless [`layout`](ConvTranspose::layout) sets another.
    /// With `g` [groups](ConvTranspose::groups) the weight holds all inputs, and `outputs / g` of
    /// the outputs.
    ///
    /// With a [stride](ConvTranspose::stride) of `s`, inputs lie `s` places apart, and an output sums
    /// over one in `prod(s)` places of the kernel, on average:
    ///
    /// ```text
    /// fan_in  = inputs / g * prod(k) / prod(s)
    /// fan_out = outputs / g * prod(k)
    /// ```
    ///
    /// Where `s` divides `k` along every axis, every output has that `fan_in`; elsewhere the outputs
    /// differ, and it is their mean. With a stride beyond the kernel many outputs have no input at all,
    /// and `fan_in` can be below 1: the few outputs that have one make up for the others, with values
    /// far above 1.
    ///
    /// ```
    /// use fanin::{ConvTranspose, HeNormal, Initializer, Key, Weight};
    /// use ndarray::Array4;
    ///
    /// let up = ConvTranspose::new([4, 4]).inputs(64).outputs(128).stride([2, 2]);
    /// let w: Array4<f32> = HeNormal.init_keyed(Key::from_seed(0), up)?;
    /// assert_eq!(w.dim(), (64, 128, 4, 4));
    /// let weight = Weight::new(up)?;
    /// assert_eq!((weight.fan_in()?, weight.fan_out()?), (256.0, 2048.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ConvTranspose in Layout::InOutKernel;

    /// The same with that many places between neighbouring inputs along each spatial axis.
    stride
}

impl<K: KernelShape> IntoWeight for ConvTranspose<K> {
    type Dim = K::WeightDim;

    fn into_weight(self) -> Result<Weight, InitError> {
        let (inputs, all_outputs) = (
            given("inputs", self.inputs)?,
            given("outputs", self.outputs)?,
        );
        let outputs = groups_of(self.groups, "number of outputs", all_outputs)?;
        groups_of(self.groups, "number of inputs", inputs)?;
        let kernel = self.kernel.as_ref();
        let (lens, roles) = self.layout.axes(outputs, inputs, kernel);
        let operation = Operation {
            groups: groups(self.groups, &roles, Role::Input),
            stride: stride(self.stride.as_ref(), &self.kernel)?,
            transposed: true,
        };
        Weight::of(lens, roles, operation)
    }
}
