//! Values that were mapped: what they were made of is looked at, whose law is known.

use ndarray::{ArrayD, ArrayViewD};

use super::model::Model;
use super::pass;
use super::report::TestResult;
use crate::engine::Element;
use crate::law::{Draws, Law};
use crate::num::float::wide;
use crate::num::memory::room_for;
use crate::word::Map;

/// The tests of the law that values had before they were mapped.
pub(super) fn tests<F: Element>(law: &Law, array: &ArrayViewD<'_, F>) -> Vec<TestResult> {
    let (mut first, mut maps) = (law.clone(), Vec::new());
    while let Some((of, map)) = first.unmapped() {
        maps.push(map.to_string());
        first = of;
    }
    let draws = law.draws();
    let (Some(model), Draws::Mapped { bounds, .. }) = (Model::new(&first), &draws) else {
        return Vec::new(); // Constants are not mapped.
    };
    if !room_for((array.len() as u64).saturating_mul(size_of::<f64>() as u64)) {
        let why = "no room in memory for what the values were before they were mapped";
        return vec![TestResult::not_known("values", why)];
    }
    let rounded = |bound: f64| F::from(bound).map_or(bound, wide::<F>);
    let ends = (rounded(bounds.0), rounded(bounds.1));
    let inverse = |value: &F| {
        let value = wide(*value);
        let is_inside = ends.0 <= value && value <= ends.1;
        before(&draws, value, is_inside)
    };
    let values: ArrayD<f64> = array.map(inverse);
    let model = model.coarser(coarseness::<F>(&draws));
    let note = format!("before {}", maps.join(" of "));
    let tests = pass::tests(&model, &values.view());
    tests.into_iter().map(|test| test.noted(&note)).collect()
}

/// What a value was before it was mapped. One that is inside of the bounds but for rounding, was so.
fn before(draws: &Draws<'_>, value: f64, is_inside: bool) -> f64 {
    let within = |value: f64, (low, high): (f64, f64)| {
        if is_inside {
            value.max(low).min(high)
        } else {
            value
        }
    };
    match draws {
        Draws::Mapped {
            of,
            map,
            scale,
            bounds,
        } => before(of, map.inverse(within(value, *bounds) / scale), is_inside),
        Draws::Affine(affine) => affine.bounds.map_or(value, |bounds| within(value, bounds)),
        _ => value,
    }
}

/// How far apart what neighbouring values were made of can be, with what the arithmetic in `f32` loses.
fn coarseness<F: Element>(draws: &Draws<'_>) -> f64 {
    let Some((least, greatest)) = draws.reach() else {
        return 0.0;
    };
    let at = |value: f64| {
        let step = F::spacing(value) + lost(draws, value);
        (before(draws, value + step, false) - before(draws, value, false)).abs()
    };
    let here = at(least).max(at(greatest));
    match draws {
        Draws::Mapped { of, .. } => here + coarseness::<f64>(of),
        _ => here,
    }
}

/// The error of a value that is made in `f32`.
fn lost(draws: &Draws<'_>, value: f64) -> f64 {
    let size = match draws {
        // Sums that may cancel each other.
        Draws::Mapped {
            map: Map::InverseSoftplus | Map::Logit,
            scale,
            ..
        } => value.abs().max(*scale),
        _ => value.abs(),
    };
    4.0 * f64::from(f32::EPSILON) * size
}
