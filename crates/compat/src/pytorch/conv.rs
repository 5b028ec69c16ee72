//! Convolutions.

use fanin::{InitError, KernelShape, Weight};
use ndarray::Ix1;

use super::{layer_default, uniform_over};
use crate::{Module, Parameter, layer::layer, reading::Reading};

/// `torch.nn.Conv1d(in_channels, out_channels, kernel_size)`.
pub type Conv1d = Conv<[usize; 1]>;
/// `torch.nn.Conv2d(in_channels, out_channels, kernel_size)`.
pub type Conv2d = Conv<[usize; 2]>;
/// `torch.nn.Conv3d(in_channels, out_channels, kernel_size)`.
pub type Conv3d = Conv<[usize; 3]>;
/// `torch.nn.ConvTranspose1d(in_channels, out_channels, kernel_size)`.
pub type ConvTranspose1d = ConvTranspose<[usize; 1]>;
/// `torch.nn.ConvTranspose2d(in_channels, out_channels, kernel_size)`.
pub type ConvTranspose2d = ConvTranspose<[usize; 2]>;
/// `torch.nn.ConvTranspose3d(in_channels, out_channels, kernel_size)`.
pub type ConvTranspose3d = ConvTranspose<[usize; 3]>;

macro_rules! conv {
    ($(#[doc = $doc:expr])* $name:ident) => {
        layer! {
            $(#[doc = $doc])*
            $name<K> {
                in_channels: usize,
                out_channels: usize,
                kernel_size: K,
                ; groups: usize = 1,
            }
            /// From `in_channels` to `out_channels`, in PyTorch's order of the arguments, with the
            /// places of the kernel along each spatial axis.
            new, [weight, bias]
        }

        impl<K: KernelShape + Clone> $name<K> {
            /// The same in groups. Both numbers of channels must be multiples of it.
            #[must_use]
            pub fn groups(mut self, groups: usize) -> Self {
                self.groups = groups;
                self
            }

            /// `weight`.
            ///
            /// # Errors
            ///
            /// As [`Module::parameters`].
            pub fn weight(&self) -> Result<Parameter<K::WeightDim>, InitError> {
                Ok(Parameter::new("weight", self.read()?, layer_default()?))
            }

            /// `bias`.
            ///
            /// # Errors
            ///
            /// As [`Module::parameters`]; of a layer without inputs, [`InitError::InvalidParameter`].
            pub fn bias(&self) -> Result<Parameter<Ix1>, InitError> {
                // More than a `usize` may count, where the outputs have no elements to draw.
                let inputs = (self.read()?.shape().iter().skip(1))
                    .fold(1_u64, |inputs, &len| inputs.saturating_mul(len as u64));
                let rule = uniform_over(inputs)?;
                Ok(Parameter::new("bias", Weight::vector(self.out_channels), rule))
            }

            /// The weight as PyTorch reads its shape.
            fn read(&self) -> Result<Weight, InitError> {
                let kernel = self.kernel_size.clone();
                let operation = fanin::$name::new(kernel).inputs(self.in_channels).outputs(self.out_channels);
                Reading::OutIn.read(&Weight::new(operation.groups(self.groups))?)
            }
        }
    };
}

conv! {
    /// `torch.nn.Conv1d` to `Conv3d`: weight `[out, in / groups, kernel...]` and bias `[out]`, both
    /// uniform between `-1 / sqrt(n)` and `1 / sqrt(n)`, with `n = in / groups * prod(kernel)`.
    ///
    /// ```
    /// use fanin_compat::pytorch::Conv2d;
    ///
    /// let weight = Conv2d::new(16, 32, [3, 3]).groups(4).weight()?;
    /// assert_eq!(weight.weight().shape(), [32, 4, 3, 3]);
    /// assert_eq!(weight.law()?.support().unwrap().1, 1.0 / 6.0);
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    Conv
}

conv! {
    /// `torch.nn.ConvTranspose1d` to `ConvTranspose3d`: weight `[in, out / groups, kernel...]` and
    /// bias `[out]`, both uniform between `-1 / sqrt(n)` and `1 / sqrt(n)`, **with
    /// `n = out / groups * prod(kernel)`**: PyTorch reads the shape as that of a convolution.
    ///
    /// An output sums over `in / groups * prod(kernel)` inputs (fewer with a stride): for the law
    /// that follows from that, give [`fanin::ConvTranspose`](fanin::ConvTranspose) to a scheme.
    ConvTranspose
}
