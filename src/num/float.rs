//! Floats by their bits, and as `f64`.

use num_traits::ToPrimitive;

/// 2^52, whose last bit is worth 1, and its bits: a whole number below it becomes a double, and back, by
/// an addition.
pub(crate) const TWO_52: f64 = 4_503_599_627_370_496.0;
pub(crate) const TWO_52_BITS: u64 = TWO_52.to_bits();

/// A float of any type that the library draws as `f64`, exactly.
#[inline]
pub(crate) fn wide<F: ToPrimitive>(value: F) -> f64 {
    // No float of these is refused.
    value.to_f64().unwrap_or(f64::NAN)
}
