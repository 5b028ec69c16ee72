//! Outputs that repeat others.

use ndarray::ArrayViewD;

use super::report::TestResult;
use crate::engine::Element;
use crate::law::Repetition;
use crate::num::memory::room_for;

/// Whether every output that is repeated equals the first of its copies.
pub(super) fn test<F: Element>(repetition: &Repetition, array: &ArrayViewD<'_, F>) -> TestResult {
    let inner = usize::try_from(repetition.inner).unwrap_or(usize::MAX);
    if !room_for((inner.min(array.len()) * size_of::<F>()) as u64) {
        return TestResult::not_known("repetition", "no room in memory for an output");
    }
    let mut first = vec![F::zero(); inner.min(array.len())];
    let mut wrong = 0.0;
    for (index, &value) in (0..).zip(array) {
        let Some(first) = first.get_mut((index % repetition.inner) as usize) else {
            continue;
        };
        if repetition.is_first(index) {
            *first = value;
        } else if value != *first {
            wrong += 1.0;
        }
    }
    TestResult::exact("repetition", wrong, wrong == 0.0)
}
