//! From standard draws to values.

use super::map::Truncation;
use crate::word::Map;

/// What turns a draw into a value; all of it is in the type of the draws. A mean is the sum of two
/// floats, of which the second is 0 in `f64`: see [`Draw::parts`](super::element::Draw::parts). One of
/// 0 is not added.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one a call, on the stack: a box would be an allocation where there is none"
)]
pub enum Transform<D> {
    /// `mean + std * z` of a standard normal draw.
    Normal { mean: (D, D), std: D },
    /// `middle + half * t` of a uniform draw, kept within the bounds.
    Uniform {
        middle: (D, D),
        half: D,
        bounds: (D, D),
    },
    /// `std` with the sign of a draw.
    Sign { std: D },
    /// `scale * map(value)` of the value of another transform, kept within the bounds.
    Mapped {
        of: Box<Transform<D>>,
        map: Map,
        scale: D,
        bounds: (D, D),
    },
    /// `mean + std * z` of a draw between two cuts, kept within the bounds.
    Truncated {
        mean: (D, D),
        std: D,
        truncation: Truncation,
        bounds: (D, D),
    },
}
