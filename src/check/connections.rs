//! Values in chosen connections.

use ndarray::ArrayViewD;

use super::model::Model;
use super::report::TestResult;
use super::sample::Sample;
use super::tails;
use crate::engine::Element;
use crate::law::{Connections, Draws, Law, StandardDraw};
use crate::num::float::wide;
use crate::num::memory::room_for;

/// Values that are read together.
const BLOCK: usize = 2048;

/// How many connections of every unit are not zeros, and the law of those.
pub(super) fn tests<F: Element>(
    connections: &Connections,
    std: f64,
    array: &ArrayViewD<'_, F>,
) -> Vec<TestResult> {
    let model = Model::normal(0.0, std);
    let sample = Sample::new::<F>(&model, array.len());
    let mut tally = sample.tally();
    let (mut x, mut y) = (Vec::with_capacity(BLOCK), vec![0.0; BLOCK]);
    for &value in array.iter().filter(|value| !value.is_zero()) {
        x.push(wide(value));
        if x.len() == BLOCK {
            sample.add(&x, &mut y, &mut tally);
            x.clear();
        }
    }
    sample.add(&x, &mut y[..x.len()], &mut tally);
    // A normal value may be rounded to 0, if the least numbers of the type are not small.
    let mut tests = counts(connections, 0.8 * F::spacing(0.0) / std, array);
    tests.extend(sample.tests::<F>(&Sample::total([&tally])));
    tests
}

/// At most this is the chance that a value of a law is rounded to 0.
pub(super) fn chance_of_zero<F: Element>(law: &Law) -> f64 {
    let least = 0.5 * F::spacing(0.0);
    match (law.draws(), law.std()) {
        (Draws::Constant(_), _) => 0.0,
        (Draws::Affine(affine), _) if affine.draw == StandardDraw::Sign => 0.0,
        (Draws::Mapped { bounds, .. }, _) if bounds.0 > least || bounds.1 < -least => 0.0,
        // The density is at most 1 by the standard deviation.
        (Draws::Affine(_), Some(std)) => (2.0 * least / std).min(1.0),
        _ => 1.0,
    }
}

/// How many connections of every unit are not zeros. `zero` is the chance of one that is chosen.
pub(super) fn counts<F: Element>(
    connections: &Connections,
    zero: f64,
    array: &ArrayViewD<'_, F>,
) -> Vec<TestResult> {
    let (units, kept) = (connections.units(), connections.kept);
    if !room_for(units.saturating_mul(8)) {
        return vec![TestResult::not_known(
            "non-zeros",
            "no room in memory for their counts",
        )];
    }
    let mut counts = vec![0_u64; usize::try_from(units).unwrap_or(0)];
    for (index, value) in (0..).zip(array) {
        let (unit, _) = connections.at(index);
        if let Some(count) = counts.get_mut(unit as usize) {
            *count += u64::from(!value.is_zero());
        }
    }
    let (total, found) = (kept * units, counts.iter().sum::<u64>());
    let missing = total.saturating_sub(found) as f64;
    let may_miss = tails::events(missing, total.max(1) as f64, zero) >= 1e-12;
    let wrong = counts.iter().filter(|&&count| match count {
        _ if count < kept => !may_miss,
        _ => count > kept,
    });
    let wrong = wrong.count() as f64;
    vec![TestResult::exact("non-zeros", wrong, wrong == 0.0)]
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use crate::check::Verdict;
    use crate::error::InitError;
    use crate::initializer::Initializer;
    use crate::key::Key;
    use crate::law::Law;
    use crate::scheme::Scheme;
    use crate::weight::Weight;

    #[derive(Debug)]
    struct Columns;

    impl Scheme for Columns {
        fn law(&self, weight: &Weight) -> Result<Law, InitError> {
            Law::sparse_inputs(weight, 15, 0.1)
        }
    }

    #[test]
    fn non_zeros_are_counted_by_the_unit_of_the_law() {
        let w: Array2<f32> = Columns.init_keyed(Key::from_seed(1), (40, 30)).unwrap();
        let verdict = |law: Law| law.check(&w).test("non-zeros").unwrap().verdict();
        let weight = Weight::new((40, 30)).unwrap();
        let law = Columns.law(&weight).unwrap();
        assert!(law.check(&w).passed());
        assert_eq!(verdict(law), Verdict::Passed);
        let rows = Law::sparse(&weight, 15, 0.1).unwrap();
        assert_eq!(verdict(rows), Verdict::Failed);
    }
}
