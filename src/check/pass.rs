//! One pass over an array of independent values.

use ndarray::ArrayViewD;

use super::copies::{Kept, Windows};
use super::lanes;
use super::model::Model;
use super::read::Values;
use super::report::TestResult;
use super::sample::{Sample, Tally};
use super::slices::{Slices, Sums};
use super::{correlation, threads};
use crate::engine::Element;

/// Values that are read together.
const BLOCK: usize = 1024;

/// Stretches that are passed over separately: at most this many, and the fewest values in one.
const STRETCHES: usize = 16;
const STRETCH: usize = 1 << 18;

/// What a stretch of the array gives.
struct Part {
    tally: Tally,
    sums: (Vec<Sums>, Sums),
    kept: Option<Kept>,
}

/// All tests of a law of independent values.
pub(super) fn tests<F: Element>(model: &Model, array: &ArrayViewD<'_, F>) -> Vec<TestResult> {
    let values = Values::new(array);
    let len = values.len();
    let sample = Sample::new::<F>(model, len);
    let slices = Slices::new(values.shape());
    let windows = Windows::new::<F>(model, len);
    // The sums of all stretches together are to be small beside the array. Counts are of 32 bits.
    let most = len / 32 / slices.held().max(1);
    let count = (len / STRETCH).min(STRETCHES).min(most).max(1);
    let count = count.max(len >> 31);
    let parts = threads::map(count, |number| {
        let range = threads::piece(len, count, number);
        part(&values, &sample, &slices, windows.as_ref().ok(), range)
    });
    let total = Sample::total(parts.iter().map(|part| &part.tally));
    // What is made of the sums takes as long as a pass over a small array.
    let tests = threads::map(3, |number| match number {
        0 => sample.tests::<F>(&total),
        1 => vec![match &windows {
            _ if len == 0 => TestResult::not_known("copies", "no values"),
            Ok(windows) => windows.test(parts.iter().filter_map(|part| part.kept.as_ref())),
            Err(why) => TestResult::not_known("copies", *why),
        }],
        _ => slices.tests::<F>(model, parts.iter().map(|part| &part.sums)),
    });
    let mut tests: Vec<TestResult> = tests.into_iter().flatten().collect();
    let axes = 0..array.ndim();
    tests.extend(axes.map(|axis| correlation::test(model, &values, axis)));
    tests
}

fn part<F: Element>(
    values: &Values<'_, F>,
    sample: &Sample<'_>,
    slices: &Slices,
    windows: Option<&Windows>,
    range: std::ops::Range<usize>,
) -> Part {
    let (mut x, mut y, mut mixed) = ([0.0; BLOCK], [0.0; BLOCK], [0; BLOCK]);
    let mut part = Part {
        tally: sample.tally(),
        sums: slices.sums(),
        kept: windows.map(Windows::kept),
    };
    let is_idle = slices.is_idle();
    let mut from = range.start;
    while from < range.end {
        let len = BLOCK.min(range.end - from);
        let (x, y, mixed) = (&mut x[..len], &mut y[..len], &mut mixed[..len]);
        values.read(from, x);
        sample.add(x, y, &mut part.tally);
        if windows.is_some() || !is_idle {
            lanes::mix(y, mixed);
        }
        if let (Some(windows), Some(kept)) = (windows, &mut part.kept) {
            windows.add(mixed, kept);
        }
        if !is_idle {
            slices.add(from, y, mixed, &mut part.sums);
        }
        from += len;
    }
    part
}
