//! All that a check says.

use std::collections::HashMap;
use std::fmt;

use fanin::Report;

use super::finding::{Finding, Short};

/// Lines of the table for one subject; there may be many tests that say the same.
const LINES: usize = 3;

/// Whether a checkpoint is what a plan draws: what [`Checker::check`](crate::Checker::check) returns.
///
/// `Display` is a line that says whether it passed, and a table of what fails: the test, what the law says, what is
/// there, and the chance of that.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub(super) tensors: usize,
    pub(super) values: u64,
    pub(super) left: Vec<String>,
    pub(super) significance: f64,
    pub(super) reports: Vec<(String, Report)>,
    pub(super) pools: Vec<(String, Report)>,
    pub(super) findings: Vec<Finding>,
}

impl Outcome {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.findings.is_empty()
    }

    /// All that is wrong, in the order of the plan; then by rule; then between tensors.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many tensors were checked.
    #[must_use]
    pub fn tensors(&self) -> usize {
        self.tensors
    }

    /// How many values they have.
    #[must_use]
    pub fn values(&self) -> u64 {
        self.values
    }

    /// The names that their rules leave alone, so that there is nothing to check.
    #[must_use]
    pub fn left(&self) -> &[String] {
        &self.left
    }

    /// At most this is the chance that a checkpoint that the plan draws fails.
    #[must_use]
    pub fn significance(&self) -> f64 {
        self.significance
    }

    /// Every test of every tensor of floats, by name.
    #[must_use]
    pub fn reports(&self) -> &[(String, Report)] {
        &self.reports
    }

    /// The tests of all tensors of a rule together, by the rule's patterns.
    #[must_use]
    pub fn pools(&self) -> &[(String, Report)] {
        &self.pools
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says = if self.passed() { "passed" } else { "FAILED" };
        write!(
            f,
            "{says}: {} tensors, {} values",
            self.tensors, self.values
        )?;
        if !self.left.is_empty() {
            write!(
                f,
                "; {} more are left alone and not checked",
                self.left.len()
            )?;
        }
        write!(
            f,
            "; chance of a false alarm at most {:e}",
            self.significance
        )?;
        if self.passed() {
            return Ok(());
        }
        let mut lines = vec![["what", "test", "expected", "found", "chance"].map(String::from)];
        let mut of_subject: HashMap<String, usize> = HashMap::new();
        for finding in &self.findings {
            let subject = finding.subject.to_string();
            let count = of_subject.entry(subject.clone()).or_default();
            *count += 1;
            if *count > LINES {
                continue;
            }
            let chance = finding.p_value.map(|p| format!("{}", Short(p)));
            lines.push([
                subject,
                finding.test.clone(),
                finding.expected.clone(),
                finding.found.clone(),
                chance.unwrap_or_else(|| "-".into()),
            ]);
        }
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        let widths: Vec<usize> = (0..5).map(|column| width(column).unwrap_or(0)).collect();
        for line in &lines {
            let cells: Vec<String> = (line.iter().zip(&widths))
                .map(|(cell, &width)| format!("{cell:width$}"))
                .collect();
            write!(f, "\n{}", cells.join("  ").trim_end())?;
        }
        let more: usize = of_subject
            .values()
            .map(|count| count.saturating_sub(LINES))
            .sum();
        match more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more tests of these"),
        }
    }
}
