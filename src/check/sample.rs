//! Values that are independent, wherever they are: moments, extremes, cells.

use crate::engine::Element;
use crate::num::float::wide;

use super::cells::Cells;
use super::lanes::{self, Powers};
use super::model::{Model, cut_fourth};
use super::report::TestResult;
use super::sums::Sums;
use super::tails;

/// Where values of a normal law are cut for their fourth power.
const CUT: f64 = 4.0;

/// Above this chance of one value there are so few different ones that equal ones say nothing.
const COMMON: f64 = 6e-5;

/// Values that are looked through for equal ones.
const SORTED: usize = 1 << 16;

/// At most this is the chance of a value that a generator of another make leaves in place of a draw: that of one
/// of its uniform numbers, which have 23 bits or more.
const STRAY: f64 = 1.0 / (1_u64 << 23) as f64;

/// What is counted: the law, its bounds and its cells.
pub(super) struct Sample<'a> {
    pub(super) model: &'a Model,
    /// The bounds, rounded: a value beyond them is one that rounding cannot have made.
    outer: Option<[f64; 2]>,
    /// The least and the greatest number between the bounds.
    ends: Option<[f64; 2]>,
    cells: Option<Cells>,
    cut: f64,
    /// One value in every `step` is tested for ties; 0 if none is.
    step: u64,
    /// A value that is counted apart, rounded.
    stray: Option<f64>,
}

/// What was found, of some of the values.
pub(super) struct Tally {
    n: u64,
    infinite: u64,
    strays: u64,
    outside: u64,
    at_end: [u64; 2],
    powers: Powers,
    cells: Vec<u32>,
    some: Vec<f64>,
}

/// What was found, of all of them.
pub(super) struct Total {
    n: f64,
    infinite: f64,
    strays: f64,
    outside: f64,
    at_end: [f64; 2],
    sum: f64,
    squares: f64,
    fourths: f64,
    largest: f64,
    cells: Vec<u64>,
    some: Vec<f64>,
}

impl<'a> Sample<'a> {
    /// For about `len` values.
    pub(super) fn new<F: Element>(model: &'a Model, len: usize) -> Self {
        let number = wide::<F>;
        let rounded = |bound: f64| F::from(bound).map_or(bound, number);
        let ends = model.support.and_then(F::within);
        Sample {
            model,
            outer: (model.support).map(|(low, high)| [rounded(low), rounded(high)]),
            ends: ends.map(|(least, greatest)| [number(least), number(greatest)]),
            cells: Cells::new(model, len),
            cut: if model.is_normal() {
                CUT
            } else {
                f64::INFINITY
            },
            step: match model.commonest::<F>() {
                Some(chance) if chance < COMMON => len.div_ceil(SORTED).max(1) as u64,
                _ => 0,
            },
            stray: model.stray.map(rounded),
        }
    }

    pub(super) fn tally(&self) -> Tally {
        Tally {
            n: 0,
            infinite: 0,
            strays: 0,
            outside: 0,
            at_end: [0; 2],
            powers: Powers::default(),
            cells: self.cells.as_ref().map_or(Vec::new(), Cells::empty),
            some: Vec::new(),
        }
    }

    /// Adds values. What is not finite, or stray, is counted, and left out; it becomes 0 in `y`, where the
    /// others are standardised.
    pub(super) fn add(&self, x: &[f64], y: &mut [f32], tally: &mut Tally) {
        let mut all = true;
        lanes::are_finite(x, &mut all);
        if all && !self.stray.is_some_and(|stray| x.contains(&stray)) {
            self.add_finite(x, y, tally);
            return;
        }
        let is_sound = |x: &f64| x.is_finite() && self.stray != Some(*x);
        let sound: Vec<f64> = x.iter().copied().filter(is_sound).collect();
        let infinite = x.iter().filter(|x| !x.is_finite()).count();
        tally.infinite += infinite as u64;
        tally.strays += (x.len() - sound.len() - infinite) as u64;
        self.add_finite(&sound, y, tally);
        for (y, x) in y.iter_mut().zip(x) {
            *y = match self.model.standard {
                Some(standard) if is_sound(x) => standard.of(*x) as f32,
                _ => 0.0,
            };
        }
    }

    fn add_finite(&self, x: &[f64], y: &mut [f32], tally: &mut Tally) {
        if self.step > 0 {
            let first = (self.step - tally.n % self.step) % self.step;
            let some = x.iter().skip(first as usize).step_by(self.step as usize);
            tally.some.extend(some);
        }
        tally.n += x.len() as u64;
        if let Some(standard) = self.model.standard {
            let y = &mut y[..x.len()];
            lanes::standardise(x, standard, y);
            lanes::powers(x, standard, self.cut, &mut tally.powers);
        } else {
            y.fill(0.0);
        }
        if let Some(cells) = &self.cells {
            cells.count(x, &mut tally.cells);
        }
        let Some([low, high]) = self
            .outer
            .filter(|[low, high]| low.is_finite() || high.is_finite())
        else {
            return;
        };
        let ends = self.ends.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
        let mut found = [f64::INFINITY, f64::NEG_INFINITY];
        lanes::ends(x, &mut found);
        if found[0] > ends[0].max(low) && found[1] < ends[1].min(high) {
            return;
        }
        for &x in x {
            if x < low || x > high {
                tally.outside += 1;
            } else if self.ends.is_some() {
                tally.at_end[0] += u64::from(x <= ends[0]);
                tally.at_end[1] += u64::from(x > ends[0] && x >= ends[1]);
            }
        }
    }

    /// All of it, in the order in which it comes.
    pub(super) fn total<'t>(tallies: impl IntoIterator<Item = &'t Tally>) -> Total {
        let mut total = Total {
            n: 0.0,
            infinite: 0.0,
            strays: 0.0,
            outside: 0.0,
            at_end: [0.0; 2],
            sum: 0.0,
            squares: 0.0,
            fourths: 0.0,
            largest: 0.0,
            cells: Vec::new(),
            some: Vec::new(),
        };
        for tally in tallies {
            total.n += tally.n as f64;
            total.infinite += tally.infinite as f64;
            total.strays += tally.strays as f64;
            total.outside += tally.outside as f64;
            for (sum, count) in total.at_end.iter_mut().zip(tally.at_end) {
                *sum += count as f64;
            }
            total.sum += tally.powers.sum;
            total.squares += tally.powers.squares;
            total.fourths += tally.powers.fourths;
            total.largest = total.largest.max(tally.powers.largest);
            total.cells.resize(tally.cells.len(), 0);
            for (sum, count) in total.cells.iter_mut().zip(&tally.cells) {
                *sum += u64::from(*count);
            }
            total.some.extend_from_slice(&tally.some);
        }
        total
    }

    /// What it all says.
    pub(super) fn tests<F: Element>(&self, total: &Total) -> Vec<TestResult> {
        let mut tests = vec![
            TestResult::exact("finite", total.infinite, total.infinite == 0.0),
            match self.model.support {
                Some(_) => TestResult::exact("support", total.outside, total.outside == 0.0),
                None => TestResult::not_known("support", "of this law"),
            },
        ];
        let names = [
            "bounds",
            "mean",
            "variance",
            "kurtosis",
            "extremes",
            "distribution",
            "atoms",
            "ties",
        ];
        if self.stray.is_some() {
            let chance = tails::events(total.strays, total.n + total.strays, STRAY);
            tests.push(TestResult::chance("strays", total.strays, chance));
        }
        if total.n == 0.0 {
            tests.extend(names.map(|name| TestResult::not_known(name, "no values")));
            return tests;
        }
        tests.push(self.bounds::<F>(total));
        tests.extend(self.moments::<F>(total));
        match &self.cells {
            Some(cells) => tests.extend(cells.tests::<F>(self.model, &total.cells, total.n)),
            None => tests.extend(
                ["distribution", "atoms"].map(|name| TestResult::not_known(name, "of this law")),
            ),
        }
        tests.push(self.ties::<F>(total));
        tests
    }

    /// Equal values among some of them.
    fn ties<F: Element>(&self, total: &Total) -> TestResult {
        let Some(commonest) = self.model.commonest::<F>() else {
            return TestResult::not_known("ties", "of this law");
        };
        if self.step == 0 {
            return TestResult::not_known("ties", "the numbers of this element type are few");
        }
        let mut some = total.some.clone();
        some.sort_unstable_by(f64::total_cmp);
        let ties = some.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64;
        let m = some.len() as f64;
        // Each value but the first is equal to one before it with at most this chance.
        let chance = (m * commonest).min(1.0);
        TestResult::chance("ties", ties, tails::events(ties, m, chance))
    }

    /// Values at the very ends of the support are as rare as the density there says.
    fn bounds<F: Element>(&self, total: &Total) -> TestResult {
        let (Some(ends), Some((low, high))) = (self.ends, self.model.support) else {
            return TestResult::not_known("bounds", "of this law");
        };
        let model = self.model;
        if !model.has_cdf() {
            return TestResult::not_known("bounds", "of this law");
        }
        if low.is_infinite() && high.is_infinite() {
            return TestResult::not_known("bounds", "has none");
        }
        // Draws of other makes may be spaced by 2^-23 of the interval.
        let near =
            |end: f64| 2.0 * model.spacing::<F>(end) + 2.0 * model.miss() + (high - low) * 2.4e-7;
        let place = |end: f64| end - model.centre();
        let chances = [
            model.cdf(place(ends[0]) + near(ends[0])),
            1.0 - model.cdf(place(ends[1]) - near(ends[1])),
        ];
        let bounded = [low.is_finite(), high.is_finite()];
        let mut chance = 1.0_f64;
        let mut count = 0.0;
        for end in 0..2 {
            if bounded[end] {
                // The difference from 1 has lost what is below the rounding of 1.
                let p = if chances[end] < 1e-15 {
                    0.0
                } else {
                    chances[end]
                };
                chance = chance.min(2.0 * tails::events(total.at_end[end], total.n, p));
                count += total.at_end[end];
            }
        }
        TestResult::chance("bounds", count, chance.min(1.0))
    }

    fn moments<F: Element>(&self, total: &Total) -> [TestResult; 4] {
        let model = self.model;
        let Some(standard) = model.standard else {
            return ["mean", "variance", "kurtosis", "extremes"]
                .map(|name| TestResult::not_known(name, "of this law"));
        };
        let n = total.n;
        let moments = Moments::of::<F>(model);
        let sum = beyond(total.sum, n * moments.slack[0]);
        let mean = TestResult::chance("mean", total.sum / n.sqrt(), moments.sum(sum, n));
        let second = total.squares / n;
        let variance = match moments.second(second, n) {
            Some(p) => TestResult::chance("variance", second, p),
            None => TestResult::not_known("variance", "nothing known of how it varies"),
        };
        let variance = variance.sums(Sums {
            n,
            sum: total.sum,
            squares: total.squares,
            slack: [n * moments.slack[0], n * moments.slack[1]],
            widening: moments.widening,
            are_normal: model.is_normal(),
            fourths: model.kurtosis.map(|kurtosis| n * kurtosis),
            reach: model.reach,
        });

        let fourth = total.fourths / n;
        let most = |reach: f64| reach * reach * reach * reach;
        let expected = match (model.kurtosis, model.reach.map(most)) {
            _ if model.is_normal() => {
                let (mean, variance) = cut_fourth(CUT);
                Some((mean, variance, most(CUT)))
            }
            // The eighth moment is at most the largest fourth power times the fourth moment.
            (Some(kurtosis), Some(most)) => {
                let eighth = model.eighth_moment().unwrap_or(most * kurtosis);
                Some((kurtosis, eighth - kurtosis * kurtosis, most))
            }
            _ => None,
        };
        let kurtosis = match expected {
            Some((mean, variance, most)) => {
                let excess = n * beyond(fourth - mean, mean * moments.slack[2]);
                TestResult::chance(
                    "kurtosis",
                    fourth,
                    tails::bounded(excess, variance * n, most),
                )
            }
            None => TestResult::not_known("kurtosis", "of this law, or how it varies"),
        };
        let extremes = if model.is_normal() {
            let far = model.centre().abs() + total.largest / standard.inverse;
            let rounding = model.spacing::<F>(far) * standard.inverse + model.shift;
            let extreme = total.largest - rounding;
            let p = (n * tails::normal(extreme.max(0.0))).min(1.0);
            TestResult::chance("extremes", extreme, p)
        } else {
            TestResult::not_known("extremes", "for normal laws")
        };
        [mean, variance, kurtosis, extremes]
    }
}

/// What is left of a difference, beside what rounding can add.
fn beyond(difference: f64, slack: f64) -> f64 {
    (difference.abs() - slack).max(0.0)
}

/// Chances of the sums and sums of squares of standardised values.
pub(super) struct Moments<'a> {
    model: &'a Model,
    /// What rounding to a grid can add to the mean, to the mean square and, as a separate figure,
    /// to the mean fourth power; most of it where the grid's spacing changes.
    slack: [f64; 3],
    /// By how much rounding widens a sum.
    widening: f64,
}

impl<'a> Moments<'a> {
    pub(super) fn of<F: Element>(model: &'a Model) -> Self {
        let coarseness = model.coarseness::<F>();
        let (squared, shift) = (coarseness * coarseness, model.shift);
        let mut slack = [
            0.25 * squared + shift,
            0.5 * squared + shift * (2.0 * squared + shift),
            4.0 * squared + 8.0 * shift,
        ];
        // What would be rounded beyond a bound is put one spacing before it.
        for (mass, place) in model.near_bounds(coarseness).into_iter().flatten() {
            let (moved, size) = (mass * coarseness, place.abs() + coarseness);
            slack[0] += moved;
            slack[1] += 2.0 * size * moved;
            slack[2] += 4.0 * size * size * size * moved;
        }
        Moments {
            model,
            slack,
            widening: (1.0 + 0.5 * squared).sqrt(),
        }
    }

    fn sum(&self, sum: f64, n: f64) -> f64 {
        let sum = sum / self.widening;
        match self.model.reach {
            _ if self.model.is_normal() => tails::normal(sum / n.sqrt()),
            Some(most) => tails::bounded(sum, n, most),
            None => tails::any(sum, n),
        }
    }

    /// The same where squares were rounded by that much, relative to their sum.
    pub(super) fn rounded(mut self, by: f64) -> Self {
        self.slack[1] += by;
        self
    }

    /// The chance that the mean square of `n` values is as far from 1.
    pub(super) fn second(&self, second: f64, n: f64) -> Option<f64> {
        let excess = beyond(second - 1.0, self.slack[1]) / self.widening;
        let most = self.model.reach.map(|reach| (reach * reach).max(1.0));
        match (self.model.kurtosis, most) {
            _ if self.model.is_normal() => {
                let side = if second > 1.0 { excess } else { -excess };
                Some(tails::mean_square(1.0 + side, n))
            }
            (Some(fourth), Some(most)) => {
                Some(tails::bounded(excess * n, (fourth - 1.0) * n, most))
            }
            (Some(fourth), None) => Some(tails::any(excess * n, (fourth - 1.0) * n)),
            // Squares between 0 and the square of the reach.
            (None, Some(most)) => Some(tails::bounded(excess * n, (most - 1.0).max(0.0) * n, most)),
            (None, None) => None,
        }
    }
}
