//! The order of a weight's axes.

use ndarray::{Dimension, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

use crate::weight::dims::PerAxis;
use crate::word::Role;

/// The order of a weight's axes: those of outputs, inputs and the kernel's places.
///
/// A dense layer has no kernel; [`OUT_IN`](Layout::OUT_IN) and [`IN_OUT`](Layout::IN_OUT) are its
/// two.
///
/// | layout | of a convolution in | of a transposed convolution in |
/// |---|---|---|
/// | `OutInKernel`, `OIHW` | PyTorch, Caffe, candle, burn | |
/// | `InOutKernel`, `IOHW` | | PyTorch, candle, burn |
/// | `KernelInOut`, `HWIO` | Keras, JAX, Flax, Haiku | Flax |
/// | `KernelOutIn`, `HWOI` | | Keras, Haiku |
/// | `OutKernelIn`, `OHWI` | MLX | MLX |
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Layout {
    /// `[out, in, kernel...]`.
    #[default]
    OutInKernel,
    /// `[in, out, kernel...]`.
    InOutKernel,
    /// `[kernel..., in, out]`.
    KernelInOut,
    /// `[kernel..., out, in]`.
    KernelOutIn,
    /// `[out, kernel..., in]`.
    OutKernelIn,
}

impl Layout {
    /// `[out, in]` of a dense layer: `W x`.
    pub const OUT_IN: Layout = Layout::OutInKernel;
    /// `[in, out]` of a dense layer: `x W`.
    pub const IN_OUT: Layout = Layout::InOutKernel;
    /// A convolution with two spatial axes in PyTorch.
    pub const OIHW: Layout = Layout::OutInKernel;
    /// A transposed convolution in PyTorch.
    pub const IOHW: Layout = Layout::InOutKernel;
    /// A convolution in JAX and Keras.
    pub const HWIO: Layout = Layout::KernelInOut;
    /// A transposed convolution in Keras.
    pub const HWOI: Layout = Layout::KernelOutIn;
    /// A convolution in MLX.
    pub const OHWI: Layout = Layout::OutKernelIn;

    /// The axes in this order, as lengths and roles.
    pub(super) fn axes(
        self,
        outputs: usize,
        inputs: usize,
        kernel: &[usize],
    ) -> (PerAxis<usize>, PerAxis<Role>) {
        let order = match self {
            Layout::OutInKernel => [Role::Output, Role::Input, Role::Kernel],
            Layout::InOutKernel => [Role::Input, Role::Output, Role::Kernel],
            Layout::KernelInOut => [Role::Kernel, Role::Input, Role::Output],
            Layout::KernelOutIn => [Role::Kernel, Role::Output, Role::Input],
            Layout::OutKernelIn => [Role::Output, Role::Kernel, Role::Input],
        };
        let lens_of = |role: Role| match role {
            Role::Output => std::slice::from_ref(&outputs),
            Role::Input => std::slice::from_ref(&inputs),
            _ => kernel,
        };
        let lens = order.iter().flat_map(|&role| lens_of(role).iter().copied());
        let roles = (order.iter()).flat_map(|&role| lens_of(role).iter().map(move |_| role));
        (lens.collect(), roles.collect())
    }
}

/// The lengths of a kernel's axes: an array of one to four, or a slice or `Vec` of any number.
///
/// The trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the shape of a kernel",
    label = "not a kernel",
    note = "a kernel is an array of one length for every spatial axis: `[3]`, `[3, 3]`"
)]
pub trait KernelShape: AsRef<[usize]> + sealed::Sealed {
    /// The dimension of an array of the weight, which has two axes more.
    type WeightDim: Dimension;
}

mod sealed {
    pub trait Sealed {}
    impl<const N: usize> Sealed for [usize; N] {}
    impl Sealed for &[usize] {}
    impl Sealed for Vec<usize> {}
}

macro_rules! arrays {
    ($($rank:literal: $dim:ident;)*) => {$(
        impl KernelShape for [usize; $rank] {
            type WeightDim = $dim;
        }
    )*};
}

arrays! {
    0: Ix2;
    1: Ix3;
    2: Ix4;
    3: Ix5;
    4: Ix6;
}

impl KernelShape for &[usize] {
    type WeightDim = IxDyn;
}

impl KernelShape for Vec<usize> {
    type WeightDim = IxDyn;
}
