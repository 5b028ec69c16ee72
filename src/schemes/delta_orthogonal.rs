//! Orthogonal convolutions.

use std::fmt;

use crate::{Centre, InitError, Law, Scheme, Weight, error::non_negative};

/// `gain` times a random orthogonal matrix of outputs and inputs at the kernel's centre, and zeros
/// elsewhere: a convolution that keeps the length of every signal.
///
/// The matrix is that of [`Orthogonal`](crate::Orthogonal) without the kernel, and semi-orthogonal
/// where the numbers of outputs and inputs differ: with more inputs than outputs, the rows are
/// orthonormal (JAX refuses this), and the length of a signal is kept on its way back. The centre of an
/// even kernel is [`Centre::Lower`] unless [`with_centre`](DeltaOrthogonal::with_centre) says
/// otherwise, as in JAX.
///
/// With `n = max(outputs, inputs)` in a group, of an element chosen at random: variance
/// `gain^2 / (n prod(k))`, kurtosis `3 n / (n + 2) * prod(k)`, support `-gain` to `gain`.
///
/// ```
/// use fanin::{Conv, DeltaOrthogonal, Initializer, Key};
/// use ndarray::{Array2, Array4, s};
///
/// let conv = Conv::new(16, 8, [3, 3]);
/// let w: Array4<f64> = DeltaOrthogonal::new().init_keyed(&Key::from_seed(0), conv)?;
/// let centre = w.slice(s![.., .., 1, 1]);
/// let product = centre.t().dot(&centre) - Array2::eye(8);
/// assert!(product.iter().all(|defect: &f64| defect.abs() < 1e-13));
/// assert_eq!(w.iter().filter(|x| **x != 0.0).count(), 128);
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// L. Xiao et al., "Dynamical isometry and a mean field theory of CNNs", ICML 2018, algorithm 2.
#[derive(Clone, Copy, PartialEq)]
pub struct DeltaOrthogonal {
    gain: f64,
    centre: Centre,
}

impl DeltaOrthogonal {
    /// With a gain of 1.
    #[must_use]
    pub const fn new() -> Self {
        DeltaOrthogonal {
            gain: 1.0,
            centre: Centre::Lower,
        }
    }

    /// With a gain, which multiplies the standard deviation.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn with_gain(gain: f64) -> Result<Self, InitError> {
        let gain = non_negative("gain", gain)?;
        Ok(DeltaOrthogonal {
            gain,
            ..Self::new()
        })
    }

    /// The same at another centre of an even kernel.
    #[must_use]
    pub const fn with_centre(mut self, centre: Centre) -> Self {
        self.centre = centre;
        self
    }

    /// The gain.
    #[must_use]
    pub const fn gain(&self) -> f64 {
        self.gain
    }

    /// Which place is the centre.
    #[must_use]
    pub const fn centre(&self) -> Centre {
        self.centre
    }
}

impl Default for DeltaOrthogonal {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheme for DeltaOrthogonal {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::delta_orthogonal(weight, self.gain, self.centre)
    }
}

impl fmt::Debug for DeltaOrthogonal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.gain == 1.0 {
            f.write_str("DeltaOrthogonal::new()")?;
        } else {
            write!(f, "DeltaOrthogonal::with_gain({:?})", self.gain)?;
        }
        match self.centre {
            Centre::Lower => Ok(()),
            centre => write!(f, ".with_centre(Centre::{centre:?})"),
        }
    }
}
