//! Checks of checkpoints.

use std::path::PathBuf;

use fanin_safetensors::{Checker, Checkpoint, Outcome};
use pyo3::prelude::*;

use crate::error::value;
use crate::recipe::Recipe;
use crate::threads;

/// Whether a checkpoint is what a recipe draws: what ``fanin.check_checkpoint`` returns. ``str`` has a line for each
/// finding, and ``bool`` is whether there is none.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct CheckpointReport {
    outcome: Outcome,
}

#[pymethods]
impl CheckpointReport {
    /// Whether nothing was found.
    #[getter]
    fn passed(&self) -> bool {
        self.outcome.passed()
    }

    /// What was found: tuples of the tensor, tensors or rule that it is about, the test, what was expected, and what is.
    #[getter]
    fn findings(&self) -> Vec<(String, String, String, String)> {
        let findings = self.outcome.findings().iter();
        let tuple = findings.map(|finding| {
            (
                finding.subject().to_string(),
                finding.test().to_string(),
                finding.expected().to_string(),
                finding.found().to_string(),
            )
        });
        tuple.collect()
    }

    fn __bool__(&self) -> bool {
        self.outcome.passed()
    }

    fn __str__(&self) -> String {
        self.outcome.to_string()
    }

    fn __repr__(&self) -> String {
        let says = if self.outcome.passed() {
            "passed"
        } else {
            "FAILED"
        };
        format!("<fanin.CheckpointReport {says}>")
    }
}

/// Whether a checkpoint in the format safetensors, from any source, is what a recipe draws: each tensor, those of a rule
/// together, and copies between tensors. The chance that one that the recipe draws fails is at most ``significance``.
///
/// ``path`` is a file, an index, or a directory of either. A ``ValueError`` for a file that is none, and with all faults
/// of the plan.
#[pyfunction]
#[pyo3(signature = (path, recipe, *, significance=1e-6))]
pub(crate) fn check_checkpoint(
    py: Python<'_>,
    path: PathBuf,
    recipe: &Bound<'_, Recipe>,
    significance: f64,
) -> PyResult<CheckpointReport> {
    let checkpoint = Checkpoint::open(&path).map_err(value)?;
    // The key does not matter.
    let key = fanin::Key::from_seed(0);
    let plan = recipe.get().recipe.plan(&key, checkpoint.parameters());
    let plan = plan.map_err(value)?;
    let place = threads::place(py, usize::MAX, true)?;
    let checker = Checker::new(&plan).significance(significance);
    let outcome = place
        .run(py, || checker.check(&checkpoint))
        .map_err(value)?;
    Ok(CheckpointReport { outcome })
}
