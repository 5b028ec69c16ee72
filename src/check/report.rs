//! The report of a check.

use std::{borrow::Cow, fmt};

use super::sums::Sums;
use crate::error::{InitError, open_unit};
use crate::num::short::Short;

/// The chance of a false alarm of a whole report, unless another is stated.
pub(super) const SIGNIFICANCE: f64 = 1e-6;

/// The result of a test.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The array may follow the law.
    Passed,
    /// An array of the law would look like this with less than the stated probability, or never.
    Failed,
    /// Not tested: too few values, or the law does not determine this statistic.
    Unknown,
}

/// One line of a [`Report`].
#[derive(Clone, Debug, PartialEq)]
pub struct TestResult {
    name: Cow<'static, str>,
    pub(super) part: Option<usize>,
    statistic: Option<f64>,
    p_value: Option<f64>,
    verdict: Verdict,
    note: Cow<'static, str>,
    /// What was added up, of a test of moments.
    pub(super) sums: Option<Sums>,
}

impl TestResult {
    /// A chance, which gets its verdict when the number of tests is known.
    pub(super) fn chance(name: impl Into<Cow<'static, str>>, statistic: f64, p_value: f64) -> Self {
        TestResult {
            name: name.into(),
            part: None,
            statistic: Some(statistic),
            p_value: Some(p_value),
            verdict: Verdict::Passed,
            note: "".into(),
            sums: None,
        }
    }

    /// A figure that must be 0, or below a bound.
    pub(super) fn exact(name: impl Into<Cow<'static, str>>, statistic: f64, passed: bool) -> Self {
        TestResult {
            name: name.into(),
            part: None,
            statistic: Some(statistic),
            p_value: None,
            verdict: if passed {
                Verdict::Passed
            } else {
                Verdict::Failed
            },
            note: "".into(),
            sums: None,
        }
    }

    pub(super) fn not_known(
        name: impl Into<Cow<'static, str>>,
        why: impl Into<Cow<'static, str>>,
    ) -> Self {
        TestResult {
            name: name.into(),
            part: None,
            statistic: None,
            p_value: None,
            verdict: Verdict::Unknown,
            note: why.into(),
            sums: None,
        }
    }

    /// The same with more said to it.
    pub(super) fn noted(mut self, more: &str) -> Self {
        self.note = match &*self.note {
            "" => more.to_string().into(),
            note => format!("{more}; {note}").into(),
        };
        self
    }

    pub(super) fn note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note = note.into();
        self
    }

    pub(super) fn sums(mut self, sums: Sums) -> Self {
        self.sums = Some(sums);
        self
    }

    /// What is tested, such as `"mean"` or `"correlation, axis 0"`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the part of a [fused](crate::Fused) weight, counted from 0 as
    /// [`Weight::parts`](crate::Weight::parts) has them, if the parts were tested separately.
    #[must_use]
    pub fn part(&self) -> Option<usize> {
        self.part
    }

    /// What was found, if the test could be made. Moments are those of the standardised values.
    #[must_use]
    pub fn statistic(&self) -> Option<f64> {
        self.statistic
    }

    /// The p-value, or an upper bound on it; `None` if the test is not statistical.
    #[must_use]
    pub fn p_value(&self) -> Option<f64> {
        self.p_value
    }

    /// The verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
}

/// Whether an array follows a law, as returned by [`Law::check`](crate::Law::check) and
/// [`Initializer::check`](crate::Initializer::check).
///
/// `Display` is a table with one line for each [`TestResult`].
///
/// | test | statistic | p-value |
/// |---|---|---|
/// | `shape` | 1 if the law belongs to another shape | |
/// | `finite` | values that are NaN or infinite | |
/// | `support` | values outside of the law's bounds | |
/// | `strays` | of a rule of a recipe that has one: values of [exactly that size](crate::Rule::stray), which no other test sees | bound (Chernoff) |
/// | `bounds` | values at a bound, beyond which they may have been cut | bound (Chernoff) |
/// | `mean` | the mean's distance, in its own standard errors | exact for normal laws, else bound (Bernstein) |
/// | `variance` | the second moment about the law's mean, by the law's variance | the same |
/// | `kurtosis` | the mean fourth power of standardised values; of a normal law, cut at 4 | bound (Bernstein) |
/// | `extremes` | of a normal law: the largest distance in standard deviations; of orthogonal matrices: the largest entry, times the root of the columns | bound (union) |
/// | `distribution` | Kolmogorov and Smirnov's distance | bound (Massart) |
/// | `atoms` | the largest share of the values in one of the cells | bound (Chernoff) |
/// | `ties` | values that are equal to another, of at most 65,536 | bound (Chernoff) |
/// | `copies` | the share of short stretches that come twice, with either sign, at any distance; of orthogonal matrices, those that equal another | bound (union) |
/// | `slices, axis k` | of the slices across an axis (rows, columns), the second moment that is furthest out | as `variance`, and union |
/// | `copies, axis k` | slices across an axis that equal another, with either sign | bound (union) |
/// | `copies of parts` | parts of a fused weight that equal another | bound (union) |
/// | `correlation, axis k` | of values at a distance along an axis, in standard errors: of the distances 1, 2, 3, 4, 6, 8, 16, .. the one that is furthest out | exact for normal laws, else bound; and union |
/// | `values` | values other than those of their places | |
/// | `repetition` | values that are not those of the outputs that they repeat | |
/// | `non-zeros` | units with another number of them than the law's | |
/// | `entries` | the mean size of the entries of orthogonal matrices, times the root of the columns | bound (concentration) |
/// | `trace` | the trace of orthogonal matrices, by a bound of its standard deviation | bound (moments) |
/// | `orthogonality` | largest entry of Q Q' - gain^2 1, by gain^2 | |
///
/// The page `docs/check.md` explains why, and has a table of the size from which on each defect is
/// detected.
///
/// The moments and correlations of a user-supplied law without bounds have Chebyshev's bound, which
/// refuses little. A test that the law does not determine is [`Verdict::Unknown`], not passed.
///
/// **The probability of a false alarm** of the whole report is at most its
/// [`significance`](Report::significance), 1e-6 unless another is stated, for arrays of every size: a
/// test fails if its p-value is below the significance divided by the number of tests that have one.
/// Each test allows for rounding to the element type.
///
/// Large arrays are read on several threads; the report does not depend on their number. The check takes a
/// few mebibytes, and up to half a byte a value for the slices. An orthogonal law takes a copy of one of
/// its matrices in `f32` or `f64` (of all, where the array is not matrix by matrix): where there is no room
/// for it, that test is [`Verdict::Unknown`] and says so. Where the matrices need more than 2^39 products,
/// only some rows are multiplied with all rows, and the line says how many.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    law: String,
    values: usize,
    significance: f64,
    tests: Vec<TestResult>,
}

impl Report {
    pub(super) fn new(
        law: String,
        values: usize,
        significance: f64,
        mut tests: Vec<TestResult>,
    ) -> Self {
        let threshold = threshold(significance, &tests);
        for test in &mut tests {
            test.verdict = match test.p_value {
                Some(p_value) if p_value >= threshold => Verdict::Passed,
                // NaN is no evidence for the law.
                Some(_) => Verdict::Failed,
                None => test.verdict,
            };
        }
        Report {
            law,
            values,
            significance,
            tests,
        }
    }

    /// The same figures, judged at another significance: of many arrays that are checked together, each
    /// gets its share.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless the significance lies between 0 and 1.
    pub fn at(self, significance: f64) -> Result<Self, InitError> {
        open_unit("significance", significance)?;
        Ok(Report::new(self.law, self.values, significance, self.tests))
    }

    /// Whether no test failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// The tests that failed.
    pub fn failures(&self) -> impl Iterator<Item = &TestResult> {
        self.tests
            .iter()
            .filter(|test| test.verdict == Verdict::Failed)
    }

    /// Every test, in the order of the table above.
    #[must_use]
    pub fn tests(&self) -> &[TestResult] {
        &self.tests
    }

    /// The first test of that name.
    #[must_use]
    pub fn test(&self, name: &str) -> Option<&TestResult> {
        self.tests.iter().find(|test| test.name == name)
    }

    /// The law in words.
    #[must_use]
    pub fn law(&self) -> &str {
        &self.law
    }

    /// How many values the array has.
    #[must_use]
    pub fn values(&self) -> usize {
        self.values
    }

    /// The probability that an array of the law fails is at most this.
    #[must_use]
    pub fn significance(&self) -> f64 {
        self.significance
    }
}

/// Below which p-value a test fails: the significance, shared by the tests that have one.
fn threshold(significance: f64, tests: &[TestResult]) -> f64 {
    let chances = tests.iter().filter(|test| test.p_value.is_some()).count();
    significance / chances.max(1) as f64
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { law, values, .. } = self;
        let says = if self.passed() { "passed" } else { "FAILED" };
        write!(f, "{says}: {values} values; {law}")?;
        if self.tests.iter().any(|test| test.p_value.is_some()) {
            let threshold = threshold(self.significance, &self.tests);
            write!(f, "; a p-value below {} fails", Short(threshold))?;
        }
        writeln!(f)?;
        let cell = |figure: Option<f64>| figure.map_or("-".into(), |x| Short(x).to_string());
        let lines = self.tests.iter().map(|test| {
            let name = match test.part {
                Some(part) => format!("part {part}: {}", test.name),
                None => test.name.to_string(),
            };
            (name, cell(test.statistic), cell(test.p_value), test)
        });
        let lines: Vec<_> = lines.collect();
        let width = lines.iter().map(|line| line.0.len()).max().unwrap_or(0);
        write!(
            f,
            "{:width$}  {:>12}  {:>12}  verdict",
            "test", "statistic", "p-value"
        )?;
        for (name, statistic, p_value, test) in lines {
            let verdict = match test.verdict {
                Verdict::Passed => "passed",
                Verdict::Failed => "FAILED",
                Verdict::Unknown => "not known",
            };
            write!(
                f,
                "\n{name:width$}  {statistic:>12}  {p_value:>12}  {verdict}"
            )?;
            if !test.note.is_empty() {
                write!(f, " ({})", test.note)?;
            }
        }
        Ok(())
    }
}
