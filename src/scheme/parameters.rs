//! Parameters that several schemes have, with their constructors and accessors.

use std::fmt;

/// The parameter `gain` of a scheme that has a field and a `new` of its own.
macro_rules! gain {
    ($scheme:ident) => {
        impl $scheme {
            /// With a gain, which multiplies every value, and so the standard deviation.
            ///
            /// # Errors
            ///
            /// [`InitError::InvalidParameter`](crate::InitError::InvalidParameter) if it is negative,
            /// NaN or infinite.
            pub fn with_gain(gain: f64) -> Result<Self, crate::InitError> {
                let mut scheme = $scheme::new();
                scheme.gain = crate::error::non_negative("gain", gain)?;
                Ok(scheme)
            }

            /// The gain.
            #[must_use]
            pub const fn gain(&self) -> f64 {
                self.gain
            }
        }

        impl Default for $scheme {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}

/// The parameter `centre`, beside a [`gain!`].
macro_rules! centre {
    ($scheme:ident) => {
        impl $scheme {
            /// The same with another reading of the centre of an even kernel.
            #[must_use]
            pub const fn with_centre(mut self, centre: crate::Centre) -> Self {
                self.centre = centre;
                self
            }

            /// Where the centre of an even kernel is.
            #[must_use]
            pub const fn centre(&self) -> crate::Centre {
                self.centre
            }
        }

        impl std::fmt::Debug for $scheme {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                super::parameters::write_gain(f, stringify!($scheme), self.gain)?;
                if self.centre != $scheme::new().centre {
                    write!(f, ".with_centre(Centre::{:?})", self.centre)?;
                }
                Ok(())
            }
        }
    };
}

pub(super) use {centre, gain};

/// The call that makes a scheme of that gain.
pub(super) fn write_gain(f: &mut fmt::Formatter<'_>, scheme: &str, gain: f64) -> fmt::Result {
    if gain == 1.0 {
        write!(f, "{scheme}::new()")
    } else {
        write!(f, "{scheme}::with_gain({gain:?})")
    }
}
