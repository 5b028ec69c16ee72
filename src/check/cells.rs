//! How many values are in which cell, and what the distribution function says of it.

use super::lanes::{self, Ruler};
use super::model::Model;
use super::report::TestResult;
use super::tails;
use crate::engine::Element;
use crate::num::float::wide;

/// Cells, at least and at most; between these, as many as values.
const FEWEST: usize = 1 << 6;
const CELLS: usize = 1 << 14;

/// What lies beyond the first and the last cell.
const BEYOND: f64 = 1e-5;

/// Cells of equal width. Which one a value is in is exact; what is rounded to the numbers of a cell
/// has a known chance, within two bounds.
pub(super) struct Cells {
    ruler: Ruler,
    count: usize,
}

impl Cells {
    /// For about `len` values; `None` for a law without a known distribution function.
    pub(super) fn new(model: &Model, len: usize) -> Option<Self> {
        if !model.has_cdf() {
            return None;
        }
        let count = len.clamp(FEWEST, CELLS).next_power_of_two();
        let (low, high) = (quantile(model, BEYOND), quantile(model, 1.0 - BEYOND));
        let last = (count - 1) as f64;
        let scale = last / (high - low);
        let ruler = Ruler {
            centre: model.centre(),
            start: low,
            // If the law is too narrow to be divided, all values are in one cell.
            scale: if scale.is_finite() { scale } else { 0.0 },
            last,
        };
        Some(Cells { ruler, count })
    }

    /// No values yet.
    pub(super) fn empty(&self) -> Vec<u32> {
        vec![0; self.count]
    }

    /// Counts values.
    pub(super) fn count(&self, x: &[f64], counts: &mut [u32]) {
        lanes::count(x, self.ruler, counts);
    }

    /// Kolmogorov and Smirnov's distance, and the fullest cell, from `n` values.
    pub(super) fn tests<F: Element>(
        &self,
        model: &Model,
        counts: &[u64],
        n: f64,
    ) -> [TestResult; 2] {
        let edges = Edges::<F>::new(self, model);
        let (mut below, mut distance, mut share, mut chance) = (0_u64, 0.0_f64, 0.0_f64, 1.0_f64);
        let filled = counts.iter().filter(|&&count| count > 0).count() as f64;
        // Within a run of filled cells, the upper end of one is the lower end of the next.
        let mut known = None;
        for (cell, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let low = match known {
                Some((number, chances)) if number == cell => chances,
                _ => edges.chances(cell),
            };
            let high = edges.chances(cell + 1);
            known = Some((cell + 1, high));
            distance = distance.max(low.0 - below as f64 / n);
            below += count;
            distance = distance.max(below as f64 / n - high.1);
            let count = count as f64;
            share = share.max(count / n);
            let p = (high.1 - low.0).max(0.0);
            if count > n * p {
                // Times the number of all cells, not of the filled ones: which cells are filled is
                // random too.
                chance = chance.min(self.count as f64 * tails::events(count, n, p));
            }
        }
        let atoms = TestResult::chance("atoms", share, chance);
        [
            TestResult::chance("distribution", distance, tails::distance(distance, n)),
            atoms.note(if filled < 2.0 { "one cell" } else { "" }),
        ]
    }
}

/// What is known of the ends of cells.
struct Edges<'a, F> {
    cells: &'a Cells,
    model: &'a Model,
    miss: f64,
    /// The least and the greatest number between the bounds.
    ends: Option<(F, F)>,
}

impl<'a, F: Element> Edges<'a, F> {
    fn new(cells: &'a Cells, model: &'a Model) -> Self {
        Edges {
            cells,
            model,
            miss: model.miss(),
            ends: model.support.and_then(F::within),
        }
    }

    /// At least and at most this is the chance of a value that is rounded to a number of the first
    /// `edge` cells.
    fn chances(&self, edge: usize) -> (f64, f64) {
        if edge == 0 {
            return (0.0, 0.0);
        }
        if edge == self.cells.count {
            return (1.0, 1.0);
        }
        let last = self.last_below(edge);
        let next = last.next_up();
        let place = |x: F| wide(x) - self.model.centre();
        let middle = if next.is_finite() {
            place(last) / 2.0 + place(next) / 2.0
        } else {
            place(last)
        };
        let low = self.model.cdf(middle - self.miss);
        let high = self.model.cdf(middle + self.miss);
        match self.ends {
            // What would be rounded to a number beyond the bounds may have been put at the bound.
            Some((least, _)) if last < least => (0.0, high),
            Some((_, greatest)) if last >= greatest => (low, 1.0),
            _ => (low, high),
        }
    }

    /// The greatest number of the first `edge` cells.
    fn last_below(&self, edge: usize) -> F {
        let ruler = self.cells.ruler;
        let is_below = |x: F| (ruler.cell(wide(x)) as usize) < edge;
        let about = ruler.centre + (ruler.start + (edge as f64 - 0.5) / ruler.scale);
        let mut x = F::from(about).unwrap_or_else(F::zero);
        // It is off by a few roundings.
        for _ in 0..64 {
            if is_below(x) {
                break;
            }
            x = -(-x).next_up();
        }
        for _ in 0..64 {
            let next = x.next_up();
            if !is_below(next) || !next.is_finite() {
                break;
            }
            x = next;
        }
        x
    }
}

/// A place that has about that chance below it.
fn quantile(model: &Model, chance: f64) -> f64 {
    let (mut low, mut high) = match (model.limits(), model.standard) {
        (Some(limits), _) => limits,
        (None, Some(standard)) => {
            let reach = 10.0 / standard.inverse;
            (standard.mean - reach, standard.mean + reach)
        }
        (None, None) => (-1.0, 1.0),
    };
    for _ in 0..40 {
        let middle = low / 2.0 + high / 2.0;
        if model.cdf(middle) < chance {
            low = middle;
        } else {
            high = middle;
        }
    }
    low / 2.0 + high / 2.0
}
