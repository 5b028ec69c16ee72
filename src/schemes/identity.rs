//! The identity.

use std::fmt;

use crate::{Centre, InitError, Law, Scheme, Weight, error::non_negative};

/// `gain` where output and input have the same number, and zeros elsewhere: a dense layer that
/// passes its input on, `y = gain x`.
///
/// Of a rectangular weight, the first `min(outputs, inputs)` are passed on. Each batch and each part of
/// a [fused](crate::Fused) weight is an identity of its own. No random number is used, and any key
/// gives the same. For a convolution, see [`Dirac`](crate::Dirac).
///
/// With `p = min(outputs, inputs) / (outputs * inputs)`, of an element chosen at random: mean
/// `gain p`, variance `gain^2 p (1 - p)`.
///
/// ```
/// use fanin::{Identity, Initializer, Key};
/// use ndarray::{Array2, arr2};
///
/// let w: Array2<f32> = Identity::with_gain(0.5)?.init_keyed(&Key::from_seed(0), (2, 3))?;
/// assert_eq!(w, arr2(&[[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// Q. V. Le, N. Jaitly and G. Hinton, "A simple way to initialize recurrent networks of rectified
/// linear units", 2015.
#[derive(Clone, Copy, PartialEq)]
pub struct Identity {
    gain: f64,
}

impl Identity {
    /// With a gain of 1.
    #[must_use]
    pub const fn new() -> Self {
        Identity { gain: 1.0 }
    }

    /// With a gain: what is on the diagonal.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn with_gain(gain: f64) -> Result<Self, InitError> {
        let gain = non_negative("gain", gain)?;
        Ok(Identity { gain })
    }

    /// The gain.
    #[must_use]
    pub const fn gain(&self) -> f64 {
        self.gain
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheme for Identity {
    /// # Errors
    ///
    /// As [`Law::dirac`]; and [`InitError::InvalidParameter`] for a weight with a kernel of more than
    /// one place.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        if weight.receptive_field() != 1 {
            return Err(InitError::InvalidParameter {
                name: "receptive field of an identity",
                value: weight.receptive_field() as f64,
                rule: "1; for a kernel of more places there is Dirac",
            });
        }
        Law::dirac(weight, self.gain, Centre::Upper)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.gain == 1.0 {
            f.write_str("Identity::new()")
        } else {
            write!(f, "Identity::with_gain({:?})", self.gain)
        }
    }
}
