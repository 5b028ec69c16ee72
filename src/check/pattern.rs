//! Values that follow from their index.

use ndarray::ArrayViewD;

use super::report::TestResult;
use crate::engine::Element;
use crate::num::float::wide;

/// Values that are not what they should be: further from it than the next number, and than `tolerance`.
pub(super) fn values<F: Element>(
    array: &ArrayViewD<'_, F>,
    tolerance: f64,
    expected: impl Fn(u64) -> f64,
) -> TestResult {
    let mut wrong = 0.0;
    for (index, value) in (0..).zip(array) {
        let (value, expected) = (wide(*value), expected(index));
        wrong += f64::from(!is_near::<F>(value, expected, tolerance));
    }
    TestResult::exact("values", wrong, wrong == 0.0)
}

/// Whether a value is what it should be, the next number, or within `tolerance` of it. NaN is not.
pub(super) fn is_near<F: Element>(value: f64, expected: f64, tolerance: f64) -> bool {
    value == expected
        || (expected != 0.0 && (value - expected).abs() <= F::spacing(expected))
        || (value - expected).abs() <= tolerance
}
