//! Values that follow from their place.

use ndarray::ArrayViewD;

use super::{Test, model::Model, sample::Sample};
use crate::{
    Element,
    law::{Repeated, Structure, Unit},
};

/// Values that are not what they should be: further from it than the next number.
pub(super) fn values<F: Element>(array: &ArrayViewD<'_, F>, expected: impl Fn(u64) -> f64) -> Test {
    let mut wrong = 0.0;
    for (index, value) in (0..).zip(array) {
        let (value, expected) = (crate::num_float::wide(*value), expected(index));
        // NaN is wrong.
        let is_right = value == expected
            || (expected != 0.0 && (value - expected).abs() <= F::spacing(expected));
        wrong += f64::from(u8::from(!is_right));
    }
    Test::exact("values", wrong, wrong == 0.0)
}

/// How many connections of every unit are not zeros, and the law of those.
pub(super) fn sparse<F: Element>(
    structure: &Structure,
    (unit, nonzeros): (Unit, u64),
    std: f64,
    array: &ArrayViewD<'_, F>,
) -> Vec<Test> {
    let places = &structure.places;
    let of_batch = match unit {
        Unit::Output => places.outputs(),
        Unit::Input => places.inputs(),
    };
    let model = Model::normal(0.0, std);
    let units = of_batch.saturating_mul(places.batches);
    let mut counts = vec![0_u64; usize::try_from(units).unwrap_or(0)];
    let mut sample = Sample::new::<F>(&model, array.len());
    for (index, &value) in (0..).zip(array) {
        if value == F::zero() {
            continue;
        }
        sample.add(value);
        let place = places.at(index);
        let number = match unit {
            Unit::Output => place.output,
            Unit::Input => place.input,
        };
        if let Some(count) = counts.get_mut((place.batch * of_batch + number) as usize) {
            *count += 1;
        }
    }
    // A normal value may be rounded to 0, if the least numbers of the type are not small.
    let zero = 0.8 * F::spacing(0.0) / std;
    let (total, found) = (nonzeros * units, counts.iter().sum::<u64>());
    let missing = total.saturating_sub(found) as f64;
    let may_miss = super::tails::events(missing, total.max(1) as f64, zero) >= 1e-12;
    let wrong = counts.iter().filter(|&&count| match count {
        _ if count < nonzeros => !may_miss,
        _ => count > nonzeros,
    });
    let wrong = wrong.count() as f64;
    let mut tests = vec![Test::exact("non-zeros", wrong, wrong == 0.0)];
    tests.extend(sample.tests::<F>());
    tests
}

/// Whether every output that is repeated is the first of its likes.
pub(super) fn repeated<F: Element>(repeated: &Repeated, array: &ArrayViewD<'_, F>) -> Test {
    let inner = usize::try_from(repeated.inner).unwrap_or(usize::MAX);
    let mut first = vec![F::zero(); inner.min(array.len())];
    let mut wrong = 0.0;
    for (index, &value) in (0..).zip(array) {
        let Some(first) = first.get_mut((index % repeated.inner) as usize) else {
            continue;
        };
        if is_first(repeated, index) {
            *first = value;
        } else if value != *first {
            wrong += 1.0;
        }
    }
    Test::exact("repetition", wrong, wrong == 0.0)
}

/// Whether the element is one of an output that is the first of its likes.
fn is_first(repeated: &Repeated, index: u64) -> bool {
    let output = index / repeated.inner.max(1) % repeated.outputs.max(1);
    output % repeated.times.max(1) == 0
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use crate::{InitError, Initializer, Key, Law, Scheme, Verdict, Weight};

    #[derive(Debug)]
    struct Columns;

    impl Scheme for Columns {
        fn law(&self, weight: &Weight) -> Result<Law, InitError> {
            Law::sparse_inputs(weight, 15, 0.1)
        }
    }

    #[test]
    fn non_zeros_are_counted_by_the_unit_of_the_law() {
        let w: Array2<f32> = Columns.init_keyed(&Key::from_seed(1), (40, 30)).unwrap();
        let verdict = |law: Law| law.check(&w).test("non-zeros").unwrap().verdict();
        let weight = Weight::new((40, 30)).unwrap();
        let law = Columns.law(&weight).unwrap();
        assert!(law.check(&w).passed());
        assert_eq!(verdict(law), Verdict::Passed);
        let rows = Law::sparse(&weight, 15, 0.1).unwrap();
        assert_eq!(verdict(rows), Verdict::Failed);
    }
}
