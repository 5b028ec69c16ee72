//! Values that have a factor each, by their place: which should be zeros, and what the others were before.

use ndarray::{ArrayD, ArrayViewD, Axis};

use super::pattern;
use super::report::TestResult;
use crate::engine::Element;
use crate::law::{Draws, Factors, Law};
use crate::num::float::wide;
use crate::num::memory::room_for;

/// What is left beside zeros.
pub(super) enum Rest<F> {
    /// The values before they were multiplied, of a law whose values are independent.
    Values(ArrayD<F>),
    /// A result, of values that follow from their place, or where there is no room.
    Tested(TestResult),
}

/// A value before it was multiplied, as one of the element type.
pub(super) fn before<F: Element>(value: F, factor: f64) -> F {
    if factor == 1.0 {
        return value;
    }
    F::from(wide(value) / factor.sqrt()).unwrap_or_else(F::nan)
}

/// Whether all that should be zeros are, and the rest.
pub(super) fn apart<F: Element>(
    law: &Law,
    factors: &Factors,
    array: &ArrayViewD<'_, F>,
) -> (TestResult, Rest<F>) {
    let places = (0..).zip(array);
    let wrong = places.filter(|(index, value)| !value.is_zero() && factors.at(*index) == 0.0);
    let wrong = wrong.count() as f64;
    let zeros = TestResult::exact("zeros", wrong, wrong == 0.0);
    if let Some(test) = by_place(law, factors, array, |index| index) {
        return (zeros, Rest::Tested(test));
    }
    if !room_for((array.len() as u64).saturating_mul(2 * size_of::<F>() as u64)) {
        let why = "no room in memory for what the values were before they were multiplied";
        return (zeros, Rest::Tested(TestResult::not_known("values", why)));
    }
    let mut values = array.to_owned();
    for (index, value) in (0..).zip(&mut values) {
        *value = before(*value, factors.at(index));
    }
    for (axis, filled) in factors.filled() {
        if filled.len() < values.len_of(Axis(axis)) {
            values = values.select(Axis(axis), &filled);
        }
    }
    (zeros, Rest::Values(values))
}

/// The test of values that follow from their place, or are all the same, of which the `number`th has an index.
pub(super) fn by_place<F: Element>(
    law: &Law,
    factors: &Factors,
    array: &ArrayViewD<'_, F>,
    index: impl Fn(u64) -> u64,
) -> Option<TestResult> {
    let root = |number: u64| factors.at(index(number)).sqrt();
    match law.draws() {
        Draws::Pattern { pattern, scale } => {
            let expected = |number| scale * pattern.value(index(number)) * root(number);
            let largest = factors.extremes().map_or(1.0, |(_, most)| most.sqrt());
            let tolerance = scale * pattern.tolerance() * largest;
            Some(pattern::values(array, tolerance, expected))
        }
        Draws::Constant(value) => {
            let expected = |number| value * root(number);
            Some(pattern::values(array, 0.0, expected))
        }
        _ => None,
    }
}
