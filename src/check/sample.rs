//! One pass over values that are independent.

use crate::engine::Element;
use crate::num::float::wide;

use super::model::{Model, cut_fourth};
use super::report::Test;
use super::tails;

/// Equally likely cells in which values are counted, at most and by the value.
const CELLS: usize = 1 << 16;
const CELLS_PER_VALUE: usize = 64;

/// Values that are looked through for equal ones.
const SORTED: usize = 1 << 16;

/// Where values of a normal law are cut for their fourth power.
const CUT: f64 = 4.0;

/// Neighbours further apart than this, by the standard deviation, make the rounding of a value
/// count.
const COARSE: f64 = 1.0 / 65_536.0;

/// Values that have been counted.
pub(super) struct Sample<'a> {
    model: &'a Model,
    coarseness: f64,
    /// The bounds, rounded: a value beyond them is one that rounding cannot have made.
    outer: Option<[f64; 2]>,
    /// The least and the greatest number between the bounds.
    ends: Option<[f64; 2]>,
    n: f64,
    infinite: f64,
    outside: f64,
    at_end: [f64; 2],
    sum: f64,
    squares: f64,
    fourths: f64,
    extreme: f64,
    /// By the distribution function of the upper end of what was rounded to a value, and of the
    /// lower.
    upper: Vec<u64>,
    lower: Vec<u64>,
    /// The largest chance of a value in a cell.
    width: Vec<f32>,
    some: Vec<f64>,
    step: u64,
}

impl<'a> Sample<'a> {
    /// For about `len` values.
    pub(super) fn new<F: Element>(model: &'a Model, len: usize) -> Self {
        let coarseness = model.coarseness::<F>();
        let cells = if model.has_cdf() {
            let cells = len.saturating_mul(CELLS_PER_VALUE).clamp(1, CELLS);
            cells.next_power_of_two()
        } else {
            0
        };
        let coarse = if coarseness > COARSE { cells } else { 0 };
        let number = wide::<F>;
        let ends = model.support.and_then(F::within);
        let rounded = |bound: f64| F::from(bound).map_or(bound, number);
        Sample {
            model,
            coarseness,
            outer: (model.support).map(|(low, high)| [rounded(low), rounded(high)]),
            ends: ends.map(|(least, greatest)| [number(least), number(greatest)]),
            n: 0.0,
            infinite: 0.0,
            outside: 0.0,
            at_end: [0.0; 2],
            sum: 0.0,
            squares: 0.0,
            fourths: 0.0,
            extreme: 0.0,
            upper: vec![0; cells],
            lower: vec![0; coarse],
            width: vec![0.0; coarse],
            some: Vec::new(),
            step: len.div_ceil(SORTED).max(1) as u64,
        }
    }

    pub(super) fn add<F: Element>(&mut self, value: F) {
        let x = wide(value);
        if !x.is_finite() {
            self.infinite += 1.0;
            return;
        }
        let is_outside = matches!(self.outer, Some([low, high]) if x < low || x > high);
        if is_outside {
            self.outside += 1.0;
        } else if let Some([least, greatest]) = self.ends {
            if x <= least {
                self.at_end[0] += 1.0;
            } else if x >= greatest {
                self.at_end[1] += 1.0;
            }
        }
        if let (Some(mean), Some(std)) = (self.model.mean, self.model.std) {
            let y = (x - mean) / std;
            self.sum += y;
            self.squares += y * y;
            let size = if self.model.is_normal() {
                self.extreme = self.extreme.max(y.abs() - self.model.spacing::<F>(x) / std);
                y.abs().min(CUT)
            } else {
                y
            };
            self.fourths += size * size * size * size;
        }
        let model = self.model;
        if !self.upper.is_empty() {
            if self.lower.is_empty() {
                let cell = cell(model.cdf(x), self.upper.len());
                self.upper[cell] += 1;
            } else {
                let (low, high) = self.rounded_from::<F>(value, x);
                let (low, high) = (model.cdf(low), model.cdf(high));
                let cells = self.upper.len();
                self.upper[cell(high, cells)] += 1;
                let cell = cell(low, cells);
                self.lower[cell] += 1;
                self.width[cell] = self.width[cell].max((high - low) as f32);
            }
        }
        if self.n as u64 % self.step == 0 && self.some.len() < SORTED {
            self.some.push(x);
        }
        self.n += 1.0;
    }

    /// The interval of what is rounded to a value. One at the end of the support may have been put
    /// there from beyond it.
    fn rounded_from<F: Element>(&self, value: F, x: f64) -> (f64, f64) {
        let number = wide::<F>;
        let (above, below) = (number(value.next_up()), number(-(-value).next_up()));
        let grid = 0.5 * self.model.spacing::<F>(0.0);
        let mut ends = (
            (x / 2.0 + below / 2.0).min(x - grid),
            (x / 2.0 + above / 2.0).max(x + grid),
        );
        if let (Some([least, greatest]), Some((low, high))) = (self.ends, self.model.support) {
            if x <= least {
                ends.0 = low;
            }
            if x >= greatest {
                ends.1 = high;
            }
        }
        ends
    }

    /// What it all says.
    pub(super) fn tests<F: Element>(&self) -> Vec<Test> {
        let mut tests = vec![
            Test::exact("finite", self.infinite, self.infinite == 0.0),
            match self.model.support {
                Some(_) => Test::exact("support", self.outside, self.outside == 0.0),
                None => Test::not_known("support", "of this law"),
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
        if self.n == 0.0 {
            tests.extend(names.map(|name| Test::not_known(name, "no values")));
            return tests;
        }
        tests.push(self.bounds::<F>());
        tests.extend(self.moments());
        tests.extend(self.distribution());
        tests.push(self.ties());
        tests
    }

    /// Values at the very ends of the support are as rare as the density there says.
    fn bounds<F: Element>(&self) -> Test {
        let (Some(ends), Some((low, high))) = (self.ends, self.model.support) else {
            return Test::not_known("bounds", "of this law");
        };
        let model = self.model;
        if !model.has_cdf() {
            return Test::not_known("bounds", "of this law");
        }
        if low.is_infinite() && high.is_infinite() {
            return Test::not_known("bounds", "has none");
        }
        // Draws of other makes may be spaced by 2^-23 of the interval.
        let near = |end: f64| 2.0 * self.model.spacing::<F>(end) + (high - low) * 2.4e-7;
        let chances = [
            model.cdf(ends[0] + near(ends[0])),
            1.0 - model.cdf(ends[1] - near(ends[1])),
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
                chance = chance.min(2.0 * tails::events(self.at_end[end], self.n, p));
                count += self.at_end[end];
            }
        }
        Test::chance("bounds", count, chance.min(1.0))
    }

    fn moments(&self) -> [Test; 4] {
        let n = self.n;
        let squared = self.coarseness * self.coarseness;
        // What rounding to a grid can add; most of it where the grid's spacing changes.
        let beyond = |difference: f64, slack: f64| (difference.abs() - slack).max(0.0);
        let (Some(_), Some(_)) = (self.model.mean, self.model.std) else {
            return ["mean", "variance", "kurtosis", "extremes"]
                .map(|name| Test::not_known(name, "of this law"));
        };
        let model = self.model;
        let most = |power: i32| {
            let reach = model.reach?;
            let square = reach * reach;
            Some(match power {
                1 => reach,
                2 => square.max(1.0),
                _ => square * square,
            })
        };

        let sum = beyond(self.sum, 0.25 * squared * n);
        let p = match most(1) {
            _ if model.is_normal() => tails::normal(sum / n.sqrt()),
            Some(most) => tails::bounded(sum, n, most),
            None => tails::any(sum, n),
        };
        let mean = Test::chance("mean", self.sum / n.sqrt(), p);

        let second = self.squares / n;
        let excess = beyond(second - 1.0, 0.5 * squared);
        let p = match (model.kurtosis, most(2)) {
            _ if model.is_normal() => {
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
        };
        let variance = match p {
            Some(p) => Test::chance("variance", second, p),
            None => Test::not_known("variance", "nothing known of how it varies"),
        };

        let fourth = self.fourths / n;
        let expected = match (model.kurtosis, most(4)) {
            _ if model.is_normal() => {
                let (mean, variance) = cut_fourth(CUT);
                Some((mean, variance, CUT * CUT * CUT * CUT))
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
                let excess = n * beyond(fourth - mean, 4.0 * mean * squared);
                Test::chance(
                    "kurtosis",
                    fourth,
                    tails::bounded(excess, variance * n, most),
                )
            }
            None => Test::not_known("kurtosis", "of this law, or how it varies"),
        };
        let extremes = if model.is_normal() {
            let p = (n * tails::normal(self.extreme.max(0.0))).min(1.0);
            Test::chance("extremes", self.extreme, p)
        } else {
            Test::not_known("extremes", "for normal laws")
        };
        [mean, variance, kurtosis, extremes]
    }

    fn distribution(&self) -> [Test; 2] {
        if self.upper.is_empty() {
            return ["distribution", "atoms"].map(|name| Test::not_known(name, "of this law"));
        }
        let is_coarse = !self.lower.is_empty();
        let lower = if is_coarse { &self.lower } else { &self.upper };
        let n = self.n;
        let [mut above, mut below] = [0_u64; 2];
        let [mut distance, mut share] = [0.0_f64; 2];
        let mut chance = 1.0_f64;
        let cells = self.upper.len();
        for cell in 0..cells {
            above += self.upper[cell];
            below += lower[cell];
            let edge = (cell + 1) as f64 / cells as f64;
            distance = distance
                .max(above as f64 / n - edge)
                .max(edge - below as f64 / n);
            let width = if is_coarse {
                f64::from(self.width[cell])
            } else {
                self.coarseness
            };
            let count = lower[cell] as f64;
            share = share.max(count / n);
            let p = 1.0 / cells as f64 + width;
            if count > n * p {
                chance = chance.min(cells as f64 * tails::events(count, n, p));
            }
        }
        [
            Test::chance("distribution", distance, tails::distance(distance, n)),
            Test::chance("atoms", share, chance),
        ]
    }

    /// Equal values among some of them.
    fn ties(&self) -> Test {
        if !self.model.has_cdf() {
            return Test::not_known("ties", "of this law");
        }
        if !self.lower.is_empty() {
            return Test::not_known("ties", "the numbers of this element type are few");
        }
        let mut some = self.some.clone();
        some.sort_unstable_by(f64::total_cmp);
        let ties = some.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64;
        // Draws of 23 bits or more, also where they are widened.
        let p = 4.8e-7 + 4.0 * self.coarseness;
        let m = some.len() as f64;
        // Each value but the first is equal to one before it with at most this chance.
        let chance = (m * p).min(1.0);
        Test::chance("ties", ties, tails::events(ties, m, chance))
    }
}

fn cell(chance: f64, cells: usize) -> usize {
    ((chance * cells as f64) as usize).min(cells - 1)
}
