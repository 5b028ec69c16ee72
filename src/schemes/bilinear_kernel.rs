//! Kernels that enlarge a picture.

use crate::{InitError, Law, Scheme, Weight};

/// Linear interpolation along every axis of the kernel, where output and input have the same number,
/// and zeros elsewhere: a transposed convolution that enlarges each channel by itself.
///
/// Along an axis of length `k`, with `f = ceil(k / 2)`, the value at place `i` is
/// `1 - |i - (k - 1) / 2| / f`. To enlarge by `f`, take a stride of `f` and a kernel of `2 f` (or
/// `2 f - 1`): away from the edges, a constant picture stays what it is. Called bilinear for its use
/// with two axes; any number will do. No random number is used, and any key gives the same.
///
/// ```
/// use fanin::{BilinearKernel, ConvTranspose, Initializer, Key};
/// use ndarray::{Array3, arr3};
///
/// // Twice as long, one channel.
/// let up = ConvTranspose::new(1, 1, [4]).stride([2]);
/// let w: Array3<f32> = BilinearKernel.init_keyed(&Key::from_seed(0), up)?;
/// assert_eq!(w, arr3(&[[[0.25, 0.75, 0.75, 0.25]]]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// J. Long, E. Shelhamer and T. Darrell, "Fully convolutional networks for semantic segmentation",
/// CVPR 2015, section 3.3.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct BilinearKernel;

impl Scheme for BilinearKernel {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::bilinear(weight, 1.0)
    }
}
