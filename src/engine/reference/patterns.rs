//! Laws that belong to a shape: patterns. No draw is used.

use super::places::{Axes, Place, Role, digits, product};

/// The centre of an axis of `k` places: `floor(k / 2)`, or the lower of the two of an even length.
pub(super) fn centre(k: u64, lower: bool) -> u64 {
    if lower { (k - 1) / 2 } else { k / 2 }
}

/// Whether every digit of the kernel is at its axis' centre.
pub(super) fn is_centre(place: &Place, lower: bool) -> bool {
    let mut digits = place.kernel_digits.iter();
    digits.all(|&(digit, k)| digit == centre(k, lower))
}

/// Identity, Dirac.
pub(super) fn dirac(axes: &Axes, index: u64, lower: bool) -> f64 {
    let place = Place::of(axes, index);
    let is_one = place.output == place.input && is_centre(&place, lower);
    f64::from(u8::from(is_one))
}

/// Bilinear.
pub(super) fn bilinear(axes: &Axes, index: u64) -> f64 {
    let place = Place::of(axes, index);
    if place.output != place.input {
        return 0.0;
    }
    let mut product = 1.0;
    for &(x, k) in place.kernel_digits.iter().rev() {
        let middle = (k as f64 - 1.0) / 2.0;
        product *= 1.0 - (x as f64 - middle).abs() / k.div_ceil(2) as f64;
    }
    product
}

/// Block `w` of `n`.
pub(super) fn block(axes: &Axes, index: u64, w: u64, n: u64) -> f64 {
    let blocks = product(axes, &[Role::Output, Role::Vector]);
    let is_one = Place::of(axes, index).block / (blocks / n) == w;
    f64::from(u8::from(is_one))
}

/// The place along an axis, by which a table has its value.
pub(super) fn along(axes: &Axes, index: u64, axis: usize) -> u64 {
    digits(axes, index)[axis]
}
