//! What many arrays add up to: an error that each of them is too small to show.

use std::collections::BTreeMap;

use super::report::{Report, SIGNIFICANCE, TestResult};
use super::sums::Sums;
use super::tails;

/// Arrays that are checked together: whether their means and variances, each against its own law, are right
/// on the whole.
///
/// An error that many arrays share, as a deviation of all layers that is 3 % too large, is seen in their sum
/// when each of them is too small to show it. The chances are those of [`Report`]: exact where all laws are
/// normal, else a bound that holds for every number of values. What has parts is added up by part, and all
/// together.
///
/// Laws of whole matrices and values that are not random have no such sums, and add nothing.
///
/// ```
/// use fanin::{Initializer, Key, HeNormal, Pool};
/// use ndarray::Array2;
///
/// let mut pool = Pool::new();
/// for layer in 0..24 {
///     let mut w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(1).child_index(layer), (64, 64))?;
///     w *= 1.03;
///     let report = HeNormal.check((64, 64), &w)?;
///     assert!(report.passed()); // 4,096 values: one standard error of the variance is 2.2 %.
///     pool.add(&report);
/// }
/// let report = pool.report();
/// assert!(!report.passed()); // 98,304 values: 0.45 %.
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Pool {
    arrays: usize,
    values: usize,
    parts: BTreeMap<Option<usize>, Sums>,
}

impl Pool {
    /// No arrays yet.
    #[must_use]
    pub fn new() -> Self {
        Pool::default()
    }

    /// Adds what the check of an array found.
    pub fn add(&mut self, report: &Report) {
        self.arrays += 1;
        self.values = self.values.saturating_add(report.values());
        for test in report.tests() {
            if let Some(sums) = &test.sums {
                let all = self.parts.entry(test.part).or_insert(Sums::NONE);
                *all = all.and(sums);
            }
        }
    }

    /// How many arrays have been added.
    #[must_use]
    pub fn arrays(&self) -> usize {
        self.arrays
    }

    /// The tests `mean` and `variance` of all values, with a chance of a false alarm of 1e-6;
    /// [`Report::at`] judges by another.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut all = Vec::new();
        let numbered = |part: Option<usize>, sums: &Sums| {
            tests(sums).map(|mut test| {
                test.part = part;
                test
            })
        };
        if self.parts.len() > 1 {
            let total = self
                .parts
                .values()
                .fold(Sums::NONE, |total, sums| total.and(sums));
            all.extend(numbered(None, &total));
        }
        for (&part, sums) in &self.parts {
            all.extend(numbered(part, sums));
        }
        let law = format!("the laws of {} arrays", self.arrays);
        Report::new(law, self.values, SIGNIFICANCE, all)
    }
}

/// What they say.
fn tests(sums: &Sums) -> [TestResult; 2] {
    let n = sums.n;
    if n == 0.0 {
        return ["mean", "variance"].map(|name| TestResult::not_known(name, "no values"));
    }
    let sum = (sums.sum.abs() - sums.slack[0]).max(0.0) / sums.widening;
    let chance = match sums.reach {
        _ if sums.are_normal => tails::normal(sum / n.sqrt()),
        Some(most) => tails::bounded(sum, n, most),
        None => tails::any(sum, n),
    };
    let mean = TestResult::chance("mean", sums.sum / n.sqrt(), chance);
    let off = sums.squares - n;
    let excess = (off.abs() - sums.slack[1]).max(0.0) / sums.widening;
    let chance = match (sums.fourths, sums.reach) {
        _ if sums.are_normal => Some(tails::mean_square(1.0 + excess.copysign(off) / n, n)),
        (Some(fourths), Some(most)) => {
            Some(tails::bounded(excess, fourths - n, (most * most).max(1.0)))
        }
        (Some(fourths), None) => Some(tails::any(excess, fourths - n)),
        (None, Some(most)) => {
            let most = (most * most).max(1.0);
            Some(tails::bounded(excess, (most - 1.0) * n, most))
        }
        (None, None) => None,
    };
    let second = sums.squares / n;
    let variance = match chance {
        Some(chance) => TestResult::chance("variance", second, chance),
        None => TestResult::not_known("variance", "nothing known of how it varies"),
    };
    [mean, variance]
}
