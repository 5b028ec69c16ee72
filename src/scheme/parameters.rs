//! Parts that several schemes share: a value without arguments, a gain, a centre.

use std::fmt;

/// The scheme as a value of its own name, with defaults that its setters change.
macro_rules! value {
    ($scheme:ident { $($field:ident: $default:expr),+ }) => {
        /// The scheme with its defaults, as a value: `$scheme.init(..)`.
        #[allow(non_upper_case_globals, reason = "it is written as unit structs are")]
        pub const $scheme: $scheme = $scheme { $($field: $default),+ };

        impl Default for $scheme {
            fn default() -> Self {
                $scheme
            }
        }
    };
}

/// The parameter `gain` of a scheme that has such a field and a value.
macro_rules! gain {
    ($scheme:ident) => {
        impl $scheme {
            /// Sets the gain, which multiplies every value, and so the standard deviation.
            ///
            /// # Errors
            ///
            /// [`InitError::InvalidParameter`](crate::InitError::InvalidParameter) if it is negative,
            /// NaN or infinite.
            pub fn gain(mut self, gain: f64) -> Result<Self, crate::InitError> {
                self.gain = crate::error::non_negative("gain", gain)?;
                Ok(self)
            }
        }
    };
}

/// The parameter `centre`, beside a [`gain!`].
macro_rules! centre {
    ($scheme:ident) => {
        impl $scheme {
            /// Sets where the centre of an even kernel is.
            #[must_use]
            pub const fn centre(mut self, centre: crate::Centre) -> Self {
                self.centre = centre;
                self
            }
        }

        impl std::fmt::Debug for $scheme {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                super::parameters::write_gain(f, stringify!($scheme), self.gain)?;
                if self.centre != $scheme.centre {
                    write!(f, ".centre(Centre::{:?})", self.centre)?;
                }
                Ok(())
            }
        }
    };
}

pub(super) use {centre, gain, value};

/// The expression that makes a scheme of that gain.
pub(super) fn write_gain(f: &mut fmt::Formatter<'_>, scheme: &str, gain: f64) -> fmt::Result {
    f.write_str(scheme)?;
    if gain != 1.0 {
        write!(f, ".gain({gain:?})")?;
    }
    Ok(())
}
