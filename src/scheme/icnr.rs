//! Kernels for sub-pixel convolutions.

use std::fmt;

use super::scheme::deeper;
use super::spelled::{Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A scheme for the convolution before a sub-pixel shuffle that enlarges by `upscale`: the
/// `upscale^d` outputs that become one channel's neighbours get the same kernel, with `d` the number of
/// spatial axes. So the enlarged image starts as that of nearest neighbours, without a checkerboard.
///
/// The kernel is what the scheme draws, from the same key, for the weight with `outputs / upscale^d`
/// outputs, each repeated `upscale^d` times in a row: the order of PyTorch's `PixelShuffle`, in which
/// outputs `upscale^d c` to `upscale^d (c + 1) - 1` are those of channel `c`. (TensorFlow's
/// `depth_to_space` has the channel last, and is not supported.) That weight has the `fan_in` of the whole
/// weight, and its `fan_out` divided by `upscale^d`.
///
/// - `upscale`: at least 1; 1 is the scheme itself.
/// - Mean, variance, kurtosis and support are those of the scheme's law; outputs are not independent.
/// - With groups, the outputs of a group must be a multiple of `upscale^d`.
///
/// ```
/// use fanin::{Conv, HeNormal, Icnr, Initializer, Key};
/// use ndarray::{Array4, s};
///
/// // To three channels of twice the size: 12 outputs.
/// let key = Key::from_seed(0);
/// let w: Array4<f32> = Icnr::new(HeNormal, 2)?.init_keyed(key.clone(), Conv::new([3, 3]).inputs(64).outputs(12))?;
/// assert_eq!(w.slice(s![4, .., .., ..]), w.slice(s![7, .., .., ..]));
/// let small: Array4<f32> = HeNormal.init_keyed(key.clone(), Conv::new([3, 3]).inputs(64).outputs(3))?;
/// assert_eq!(w.slice(s![4, .., .., ..]), small.slice(s![1, .., .., ..]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// A. Aitken, C. Ledig, L. Theis, J. Caballero, Z. Wang and W. Shi, "Checkerboard artifact free
/// sub-pixel convolution", 2017 (arXiv:1707.02937).
#[derive(Clone, Copy, PartialEq)]
pub struct Icnr<S> {
    scheme: S,
    upscale: usize,
}

impl<S: Scheme> Icnr<S> {
    /// `scheme` for a convolution before a shuffle that enlarges every spatial axis by `upscale`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `upscale` is 0, or `scheme` is 32 schemes within each other.
    pub fn new(scheme: S, upscale: usize) -> Result<Self, InitError> {
        if upscale == 0 {
            return Err(InitError::InvalidParameter {
                name: "upscale",
                value: 0.0,
                rule: "at least 1",
            });
        }
        deeper(scheme.depth())?;
        Ok(Icnr { scheme, upscale })
    }
}

impl<S> Icnr<S> {
    /// The scheme of the smaller weight.
    pub const fn scheme(&self) -> &S {
        &self.scheme
    }

    /// By how much every spatial axis is enlarged.
    pub const fn upscale(&self) -> usize {
        self.upscale
    }
}

impl<S: Scheme> Scheme for Icnr<S> {
    /// # Errors
    ///
    /// [`InitError::Unsuited`] for a transposed convolution, which no shuffle follows;
    /// [`InitError::InvalidParameter`] for a weight without spatial axes or with more than one axis of
    /// outputs, and if the outputs of a group are not a multiple of `upscale^d`; and as the scheme for
    /// the smaller weight.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let spatial = weight.kernel_axes();
        if spatial == 0 {
            return Err(InitError::InvalidParameter {
                name: "number of spatial axes",
                value: 0.0,
                rule: "at least 1 for Icnr: say which axes are a kernel's with Conv or \
                       a reading",
            });
        }
        if weight.is_transposed() {
            return Err(InitError::Unsuited {
                scheme: "Icnr",
                reading: weight.reading().to_string(),
                rule: "it is for the convolution before a sub-pixel shuffle, which a transposed \
                       convolution does not have; without a checkerboard that one starts with \
                       BilinearKernel",
            });
        }
        // Where the power is too large, nothing is a multiple of it.
        let times = u32::try_from(spatial)
            .ok()
            .and_then(|spatial| (self.upscale as u64).checked_pow(spatial))
            .unwrap_or(u64::MAX);
        let small = weight.with_fewer_outputs(times)?;
        self.scheme.law(&small)?.repeated(weight, times)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn depth(&self) -> usize {
        self.scheme.depth() + 1
    }
}

impl<S: fmt::Debug> fmt::Debug for Icnr<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Icnr::new({:?}, {:?})", self.scheme, self.upscale)
    }
}

impl<S: Scheme> Spelled for Icnr<S> {
    const NAME: &'static str = "icnr";

    fn arguments(&self, call: &mut Spelling) {
        call.value(self.scheme.text());
        call.named("upscale", self.upscale);
    }
}

/// What its `FromStr` and [`parse`](crate::parse) read.
impl<S: Scheme> fmt::Display for Icnr<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Spelling::of(self))
    }
}
