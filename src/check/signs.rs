//! Random signs of one size.

use ndarray::ArrayViewD;

use super::pattern;
use super::report::TestResult;
use crate::engine::Element;
use crate::num::float::wide;

/// Whether every value has the size, and as many are positive, and equal to the next, as should be.
pub(super) fn tests<F: Element>(size: f64, array: &ArrayViewD<'_, F>) -> Vec<TestResult> {
    let mut wrong = 0.0;
    let (mut n, mut positive, mut equal) = (0.0, 0.0, 0.0);
    let mut last = None;
    for value in array {
        let value = wide(*value);
        wrong += f64::from(!pattern::is_near::<F>(value.abs(), size, 0.0));
        let sign = value.is_sign_positive();
        n += 1.0;
        positive += f64::from(sign);
        equal += f64::from(last == Some(sign));
        last = Some(sign);
    }
    // Neighbours are equal as often as not, each independent of those before. Hoeffding's bound.
    let chance = |count: f64, n: f64| {
        let off = 2.0 * count - n;
        (2.0 * libm::exp(-off * off / (2.0 * n.max(1.0)))).min(1.0)
    };
    vec![
        TestResult::exact("values", wrong, wrong == 0.0),
        TestResult::chance("signs", positive, chance(positive, n)),
        TestResult::chance("neighbours", equal, chance(equal, (n - 1.0_f64).max(0.0))),
    ]
}
