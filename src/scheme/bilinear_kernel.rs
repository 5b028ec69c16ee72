//! Linear interpolation as a kernel.

use super::spelled::{self, Spelled};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// Linear interpolation, for a transposed convolution that enlarges each channel separately
/// (bilinear for two spatial axes). Where output and input have the same number, it is the product
/// of a triangle along every axis of the kernel; elsewhere it is 0.
///
/// Along an axis of `k` places, with `f = ceil(k / 2)`, place `x` has
///
/// ```text
/// t(x) = 1 - |x - (k - 1) / 2| / f
/// ```
///
/// To enlarge by `s`, the kernel has `2 s - s mod 2` places and the layer a stride of `s`: then
/// `f = s`, and a constant image does not change. Groups, batches and parts each have their own
/// numbering, so that the usual form has as many groups as channels (of one output each); a full
/// square of channels is another.
///
/// - No parameter; `.scaled(v)` multiplies every value by the root of `v`. At most 65,536 places along
///   an axis.
/// - With `o` outputs and `i` inputs of a group, the mean is `min(o, i) / (o i)` times the product of
///   the means of `t` along every axis (`f / k`), the variance that of the values; support 0 (if there
///   are zeros) to the largest product.
/// - Every value is rounded once to the element type. No random number is used.
///
/// ```
/// use fanin::{BilinearKernel, ConvTranspose, Initializer, Key};
/// use ndarray::{Array4, arr2, s};
///
/// let double = ConvTranspose::new([4, 4]).inputs(8).outputs(8).groups(8).stride([2, 2]);
/// let w: Array4<f32> = BilinearKernel.init_keyed(Key::from_seed(0), double)?;
/// assert_eq!(w.dim(), (8, 1, 4, 4));
/// assert_eq!(w.slice(s![3, 0, .., ..]), arr2(&[
///     [0.0625, 0.1875, 0.1875, 0.0625],
///     [0.1875, 0.5625, 0.5625, 0.1875],
///     [0.1875, 0.5625, 0.5625, 0.1875],
///     [0.0625, 0.1875, 0.1875, 0.0625],
/// ]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// J. Long, E. Shelhamer and T. Darrell, "Fully convolutional networks for semantic segmentation",
/// CVPR 2015, section 3.3. Caffe's `bilinear` filler.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct BilinearKernel;

impl Scheme for BilinearKernel {
    /// # Errors
    ///
    /// [`InitError::NotAMatrix`] without outputs or inputs; [`InitError::InvalidParameter`] for a
    /// kernel of more than 65,536 places along an axis.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::bilinear(weight, 1.0)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Spelled for BilinearKernel {
    const NAME: &'static str = "bilinear_kernel";
}

spelled::display!(BilinearKernel);
