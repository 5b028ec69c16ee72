//! The identity of a convolution.

use std::fmt;

use crate::{Centre, InitError, Law, Scheme, Weight};

/// 1 at the kernel's centre where output and input have the same number, and zeros elsewhere: a
/// convolution that passes its channels on.
///
/// Each group of a grouped convolution passes on its own channels. An even kernel has no middle:
/// [`with_centre`](Dirac::with_centre) says which of the two places next to it is meant. It is
/// [`Centre::Upper`] otherwise, as in PyTorch's `dirac_`. Multiply it by
/// [`scaled`](crate::Initializer::scaled), which takes the square of the factor. No random number is
/// used, and any key gives the same.
///
/// With `p = min(outputs, inputs) / (outputs * inputs * prod(k))` in a group, of an element chosen at
/// random: mean `p`, variance `p (1 - p)`.
///
/// ```
/// use fanin::{Centre, Conv, Dirac, Initializer, Key};
/// use ndarray::{Array3, arr3};
///
/// let key = Key::from_seed(0);
/// let w: Array3<f32> = Dirac::new().init_keyed(&key, Conv::new(2, 2, [4]))?;
/// assert_eq!(
///     w,
///     arr3(&[
///         [[0.0, 0.0, 1.0, 0.0], [0.0; 4]],
///         [[0.0; 4], [0.0, 0.0, 1.0, 0.0]],
///     ])
/// );
/// let lower = Dirac::new().with_centre(Centre::Lower);
/// let w: Array3<f32> = lower.init_keyed(&key, Conv::new(2, 2, [4]).groups(2))?;
/// assert_eq!(w, arr3(&[[[0.0, 1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0, 0.0]]]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// S. Zagoruyko and N. Komodakis, "DiracNets: training very deep neural networks without
/// skip-connections", 2017.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Dirac {
    centre: Centre,
}

impl Dirac {
    /// At place `k / 2` along each axis of the kernel.
    #[must_use]
    pub const fn new() -> Self {
        Dirac {
            centre: Centre::Upper,
        }
    }

    /// The same at another centre of an even kernel.
    #[must_use]
    pub const fn with_centre(mut self, centre: Centre) -> Self {
        self.centre = centre;
        self
    }

    /// Which place is the centre.
    #[must_use]
    pub const fn centre(&self) -> Centre {
        self.centre
    }
}

impl Scheme for Dirac {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::dirac(weight, 1.0, self.centre)
    }
}

impl fmt::Debug for Dirac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dirac::new()")?;
        match self.centre {
            Centre::Upper => Ok(()),
            centre => write!(f, ".with_centre(Centre::{centre:?})"),
        }
    }
}
