//! Convolutions before a pixel shuffle.

use std::fmt;

use crate::{InitError, Law, Scheme, Weight};

/// The law of `scheme` for a convolution to `outputs / copies` channels, each of which stands
/// `copies` times in a row: what comes out of the pixel shuffle behind it is as smooth as nearest-neighbour
/// enlargement.
///
/// A pixel shuffle that enlarges two spatial axes by `r` makes one channel of `r^2` in a row:
/// `copies` is `r^2`, and with `d` axes `r^d`. The fans that `scheme` sees are those of the smaller
/// convolution. Of an element chosen at random, all moments are those of its law. A value is not one of
/// its own draw alone, since it is shared.
///
/// ```
/// use fanin::{Conv, HeNormal, Icnr, Initializer, Key};
/// use ndarray::{Array4, s};
///
/// // Twice as high and wide: 12 channels become 3.
/// let scheme = Icnr::new(HeNormal, 4)?;
/// let w: Array4<f32> = scheme.init_keyed(&Key::from_seed(0), Conv::new(12, 8, [3, 3]))?;
/// assert_eq!(w.slice(s![0, .., .., ..]), w.slice(s![3, .., .., ..]));
/// assert_ne!(w.slice(s![3, .., .., ..]), w.slice(s![4, .., .., ..]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// A. Aitken et al., "Checkerboard artifact free sub-pixel convolution", 2017, section 3 (their
/// `W_n`).
#[derive(Clone, Copy, PartialEq)]
pub struct Icnr<S> {
    scheme: S,
    copies: usize,
}

impl<S: Scheme> Icnr<S> {
    /// `scheme`, with so many outputs in a row the same.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `copies` is 0.
    pub fn new(scheme: S, copies: usize) -> Result<Self, InitError> {
        if copies == 0 {
            return Err(InitError::InvalidParameter {
                name: "number of copies",
                value: 0.0,
                rule: "at least 1",
            });
        }
        Ok(Icnr { scheme, copies })
    }
}

impl<S> Icnr<S> {
    /// The scheme of the smaller convolution.
    pub const fn scheme(&self) -> &S {
        &self.scheme
    }

    /// How many outputs in a row are the same.
    #[must_use]
    pub const fn copies(&self) -> usize {
        self.copies
    }
}

impl<S: Scheme> Scheme for Icnr<S> {
    /// # Errors
    ///
    /// As `scheme` for the smaller weight; [`InitError::NotAMatrix`] for a weight without an axis of
    /// outputs; [`InitError::InvalidParameter`] if the number of outputs is not a multiple of that
    /// of copies, or if the convolution has groups.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let copies = self.copies as u64;
        let smaller = weight.with_fewer_outputs(copies)?;
        self.scheme.law(&smaller)?.repeated(weight, copies)
    }
}

impl<S: fmt::Debug> fmt::Debug for Icnr<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Icnr::new({:?}, {})", self.scheme, self.copies)
    }
}
