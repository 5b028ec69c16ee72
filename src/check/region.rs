//! Whether an array that is part of a tensor has the laws of the tensor.

use std::collections::BTreeMap;

use ndarray::{Array1, ArrayRef, Dimension};

use super::check::{report, tests};
use super::report::{Report, SIGNIFICANCE, TestResult};
use super::{pass, pattern};
use crate::engine::Element;
use crate::law::{Draws, Law, Laws};
use crate::num::float::wide;
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
    let numbers = numbers.into_iter().chain(0..);
    let mut pieces: Vec<Piece<F>> = (parts.iter().zip(numbers))
        .map(|(_, number)| Piece {
            number,
            values: Vec::new(),
            indices: Vec::new(),
        })
        .collect();
    for (index, value) in region.indices().zip(array) {
        let (part, own) = laws.at(index);
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
            scale * pattern.tolerance(),
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
    if let Draws::Connections { std, .. } = draws {
        // The chosen ones are independent; how many there are in a unit is the whole's.
        let kept: Vec<F> = array.into_iter().filter(|value| !value.is_zero()).collect();
        let model = super::model::Model::normal(0.0, std);
        all.extend(pass::tests(
            &model,
            &Array1::from_vec(kept).view().into_dyn(),
        ));
    }
    all.push(TestResult::not_known(
        "structure",
        "a law of whole matrices or units, or one that repeats, is checked on the whole weight",
    ));
    all
}
