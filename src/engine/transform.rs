//! From standard draws to values.

use super::map::Truncation;

/// What turns a draw into a value.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one a call, on the stack: a box would be an allocation where there is none"
)]
pub enum Transform<F> {
    /// `mean + std * z` of a standard normal draw.
    Normal { mean: f64, std: f64 },
    /// `middle + half * t` of a uniform draw, kept within the bounds.
    Uniform {
        middle: f64,
        half: f64,
        bounds: (F, F),
    },
    /// `mean + std * z` of a draw between two cuts, kept within the bounds.
    Truncated {
        mean: f64,
        std: f64,
        truncation: Truncation,
        bounds: (F, F),
    },
}
