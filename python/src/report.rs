//! What a check says.

use fanin::Verdict;
use pyo3::prelude::*;

/// Whether an array follows a law: what ``fanin.check`` returns. ``str`` is a table with a line for each test,
/// and ``bool`` whether all passed.
///
/// The chance that an array of the law fails is at most ``significance``.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Report {
    report: fanin::Report,
}

impl From<fanin::Report> for Report {
    fn from(report: fanin::Report) -> Self {
        Report { report }
    }
}

#[pymethods]
impl Report {
    /// Whether no test failed.
    #[getter]
    fn passed(&self) -> bool {
        self.report.passed()
    }

    /// Every test, as a list.
    #[getter]
    fn tests(&self) -> Vec<TestResult> {
        self.report.tests().iter().map(TestResult::new).collect()
    }

    /// The tests that failed, as a list.
    #[getter]
    fn failures(&self) -> Vec<TestResult> {
        self.report.failures().map(TestResult::new).collect()
    }

    /// At most this is the chance of a false alarm of the whole report.
    #[getter]
    fn significance(&self) -> f64 {
        self.report.significance()
    }

    fn __bool__(&self) -> bool {
        self.report.passed()
    }

    fn __str__(&self) -> String {
        self.report.to_string()
    }

    fn __repr__(&self) -> String {
        let text = self.report.to_string();
        format!("<fanin.Report {}>", text.lines().next().unwrap_or(""))
    }
}

/// One line of a report.
#[pyclass(frozen, module = "fanin", get_all)]
pub(crate) struct TestResult {
    /// What is tested, as ``"mean"`` or ``"copies, axis 0"``.
    name: String,
    /// The number of the part of a fused weight, if parts were tested separately.
    part: Option<usize>,
    /// What was found.
    statistic: Option<f64>,
    /// The chance that an array of the law is as far out, or a bound above it.
    p_value: Option<f64>,
    /// ``"passed"``, ``"failed"`` or ``"unknown"``.
    verdict: &'static str,
}

impl TestResult {
    fn new(test: &fanin::TestResult) -> Self {
        TestResult {
            name: test.name().to_string(),
            part: test.part(),
            statistic: test.statistic(),
            p_value: test.p_value(),
            verdict: match test.verdict() {
                Verdict::Passed => "passed",
                Verdict::Failed => "failed",
                _ => "unknown",
            },
        }
    }
}

#[pymethods]
impl TestResult {
    fn __repr__(&self) -> String {
        let number = |value: Option<f64>| value.map_or("None".to_string(), |x| format!("{x:e}"));
        format!(
            "<fanin.TestResult {}: {}, statistic {}, p_value {}>",
            self.name,
            self.verdict,
            number(self.statistic),
            number(self.p_value)
        )
    }
}
