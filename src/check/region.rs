//! Whether an array that is part of a tensor has the laws of the tensor.

use std::collections::BTreeMap;

use ndarray::{Array1, ArrayRef, Dimension};

use super::check::{report, tests};
use super::model::Model;
use super::report::{Report, SIGNIFICANCE, TestResult};
use super::{connections, factored, pass, pattern};
use crate::engine::Element;
use crate::law::{Connections, Draws, Frames, Law, Laws};
use crate::num::float::wide;
use crate::num::memory::room_for;
use crate::weight::Region;

/// The values of one part of a weight that lie in the region, with their flat indices in the part.
struct Piece<F> {
    number: usize,
    values: Vec<F>,
    indices: Vec<u64>,
}

/// Whether an array of a region's shape has the laws of the weight, whose parts have those numbers.
pub(crate) fn check_region<F: Element, D: Dimension>(
    laws: &Laws,
    numbers: impl IntoIterator<Item = usize>,
    region: &Region,
    array: &ArrayRef<F, D>,
) -> Report {
    let parts = match laws {
        Laws::One(law) if !law.has_shape() => return report(law, array, SIGNIFICANCE),
        Laws::One(law) => vec![law],
        Laws::ByPart { parts, .. } => parts.iter().map(|(_, law)| law).collect(),
    };
    let is_whole = matches!(laws, Laws::One(_));
    // A value and its index, and up to seven times as much in order where values repeat.
    let bytes = size_of::<F>() as u64 + 64;
    if !room_for(region.len().saturating_mul(bytes)) {
        let why = "no room in memory for the values of each part and their places";
        let tests = vec![TestResult::not_known("values", why)];
        return Report::new(String::new(), array.len(), SIGNIFICANCE, tests);
    }
    let numbers = numbers.into_iter().chain(0..);
    let mut pieces: Vec<Piece<F>> = (parts.iter().zip(numbers))
        .map(|(_, number)| Piece {
            number,
            values: Vec::new(),
            indices: Vec::new(),
        })
        .collect();
    let places = laws.places();
    for (index, value) in region.indices().zip(array) {
        let (part, own) = places.at(index);
        if let Some(piece) = pieces.get_mut(part) {
            piece.values.push(*value);
            piece.indices.push(own);
        }
    }
    let mut all = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for (law, piece) in parts.iter().zip(pieces) {
        let number = piece.number;
        words.push(law.to_string());
        all.extend(tests_of_piece(law, piece).into_iter().map(|mut test| {
            test.part = (!is_whole).then_some(number);
            test
        }));
    }
    let words = words.join("; ");
    let words = if is_whole {
        words
    } else {
        format!("parts: {words}")
    };
    Report::new(words, array.len(), SIGNIFICANCE, all)
}

fn tests_of_piece<F: Element>(law: &Law, mut piece: Piece<F>) -> Vec<TestResult> {
    let indices = &piece.indices;
    let array = Array1::from_vec(std::mem::take(&mut piece.values));
    let view = array.view().into_dyn();
    if !law.has_shape() {
        return tests(law, &view);
    }
    if array.is_empty() {
        return vec![TestResult::not_known("values", "no values")];
    }
    if let Some((law, factors)) = law.unfactored() {
        let is_zero = |index: u64| factors.at(index) == 0.0;
        let zeros = indices.iter().zip(&array);
        let wrong = zeros.filter(|(index, value)| is_zero(**index) && !value.is_zero());
        let wrong = wrong.count() as f64;
        let mut all = vec![TestResult::exact("zeros", wrong, wrong == 0.0)];
        if let Some(test) =
            factored::by_place(&law, factors, &view, |number| indices[number as usize])
        {
            all.push(test);
            return all;
        }
        let rest = indices.iter().zip(&array);
        let rest = rest.filter(|(index, _)| !is_zero(**index));
        let rest = rest.map(|(index, value)| factored::before(*value, factors.at(*index)));
        let rest: Vec<F> = rest.collect();
        all.extend(tests(&law, &Array1::from_vec(rest).view().into_dyn()));
        return all;
    }
    if let Some((repetition, law)) = law.unrepeated() {
        // One value of each that is repeated, and whether its copies here are equal to it.
        let mut firsts = BTreeMap::new();
        let mut wrong = 0.0;
        for (&index, &value) in indices.iter().zip(&array) {
            let first = *firsts.entry(repetition.base(index)).or_insert(value);
            wrong += f64::from(u8::from(first != value));
        }
        let (indices, values) = firsts.into_iter().unzip();
        let piece = Piece {
            values,
            indices,
            ..piece
        };
        let copies = TestResult::exact("copies", wrong, wrong == 0.0);
        return std::iter::once(copies)
            .chain(tests_of_piece(&law, piece))
            .collect();
    }
    let (draws, mut all) = (law.draws(), Vec::new());
    if let Draws::Pattern { pattern, scale } = draws {
        let expected = |at: u64| scale * pattern.value(indices[at as usize]);
        return vec![pattern::values(
            &view,
            law.tolerance().max(scale * pattern.tolerance()),
            expected,
        )];
    }
    // What follows from its index, and what is random.
    let is_zero = |index: u64| match &draws {
        Draws::Frames { frames, .. } => frames.at(index).is_none(),
        _ => false,
    };
    let zeros = indices
        .iter()
        .zip(&array)
        .filter(|(index, _)| is_zero(**index));
    let wrong = zeros.filter(|(_, value)| !value.is_zero()).count() as f64;
    all.push(TestResult::exact("zeros", wrong, wrong == 0.0));
    if let Some((low, high)) = law.support().filter(|(low, high)| (high - low).is_finite()) {
        let outside = |value: &&F| {
            let slack = F::spacing(low.abs().max(high.abs()));
            !(low - slack..=high + slack).contains(&wide(**value))
        };
        let outside = array.iter().filter(outside).count() as f64;
        all.push(TestResult::exact("support", outside, outside == 0.0));
    }
    match draws {
        Draws::Connections { connections, of } => {
            let kept = law.unchosen();
            let zero = match &kept {
                Some((law, _)) => connections::chance_of_zero::<F>(law),
                None => 0.8 * F::spacing(0.0) / of.spread(),
            };
            let (counts, values) = chosen(connections, zero, indices, array);
            all.extend(counts);
            let values = Array1::from_vec(values);
            let values = values.view().into_dyn();
            all.extend(match kept {
                Some((law, _)) => tests(&law, &values),
                None => pass::tests(&Model::normal(0.0, of.spread()), &values),
            });
        }
        Draws::Frames { frames, scale } => all.extend(norms(frames, scale, indices, &array)),
        _ => {}
    }
    all.push(TestResult::not_known(
        "structure",
        "a law of whole matrices or units, or one that repeats, is checked on the whole weight",
    ));
    all
}

/// How many connections are kept, of the units that lie in the region whole and of all together; and the law
/// of their values.
fn chosen<F: Element>(
    connections: &Connections,
    zero: f64,
    indices: &[u64],
    array: Array1<F>,
) -> (Vec<TestResult>, Vec<F>) {
    let (of_unit, kept) = (connections.of_unit(), connections.kept);
    // For each unit the elements that are here, and those that are no zeros.
    let mut units = BTreeMap::<u64, (u64, u64)>::new();
    for (&index, value) in indices.iter().zip(&array) {
        let counts = units.entry(connections.at(index).0).or_default();
        counts.0 += 1;
        counts.1 += u64::from(!value.is_zero());
    }
    // A normal value may be rounded to 0, if the least numbers of the type are not small.
    let may_miss = zero > 1e-16;
    let is_wrong = |(here, found): &&(u64, u64)| {
        *found > kept || (*here == of_unit && *found < kept && !may_miss)
    };
    let wrong = units.values().filter(is_wrong).count() as f64;
    // Drawn without replacement, so that Hoeffding's bound holds (W. Hoeffding, "Probability inequalities
    // for sums of bounded random variables", JASA 58, 1963, section 6).
    let n = array.len() as f64;
    let found: u64 = units.values().map(|(_, found)| found).sum();
    let expected = n * kept as f64 / of_unit.max(1) as f64;
    let off = found as f64 - expected;
    let off = if may_miss { off.max(0.0) } else { off };
    let chance = (2.0 * libm::exp(-2.0 * off * off / n)).min(1.0);
    let all = vec![
        TestResult::exact("non-zeros", wrong, wrong == 0.0),
        TestResult::chance("share of non-zeros", found as f64 / n, chance),
    ];
    // The chosen ones are independent.
    let kept: Vec<F> = array.into_iter().filter(|value| !value.is_zero()).collect();
    (all, kept)
}

/// The root of the sum of squares of those entries of each matrix that are here. It moves by no more than the
/// matrix does, and so it is as close to its mean as docs/check.md has it of `entries`; the mean is as close to
/// the root of the mean square, which is known.
fn norms<F: Element>(
    frames: &Frames,
    scale: f64,
    indices: &[u64],
    array: &Array1<F>,
) -> Option<TestResult> {
    let n = frames.rows.max(frames.columns) as f64;
    if n < 4.0 {
        return None;
    }
    let mut matrices = BTreeMap::<u64, (f64, f64)>::new();
    for (&index, &value) in indices.iter().zip(array) {
        if let Some(at) = frames.at(index) {
            let sums = matrices.entry(at.matrix).or_default();
            sums.0 += 1.0;
            let entry = wide(value) / scale;
            sums.1 += entry * entry;
        }
    }
    let off = |(count, squares): &(f64, f64)| (squares.sqrt() - (count / n).sqrt()).abs();
    let most = matrices.values().map(off).fold(0.0, f64::max);
    // A deviation of at most 2 / sqrt(n - 2) lies between the mean and the root of the mean square.
    let t = (most - 2.0 / (n - 2.0).sqrt()).max(0.0);
    let one = 2.0 * libm::exp(-(n - 2.0) * t * t / 8.0);
    let chance = (one * matrices.len() as f64).min(1.0);
    Some(TestResult::chance("norm", most, chance))
}
