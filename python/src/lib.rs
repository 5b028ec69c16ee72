//! The compiled half of the Python package `fanin`: keys, schemes, fillers, checks and recipes of the
//! crate of that name. What knows frameworks is in Python, in `python/fanin`.

// The macros of pyo3 write what the interpreter calls; nothing here does.
#![deny(unsafe_code)]

mod array;
mod checkpoint;
mod error;
mod filler;
mod key;
mod recipe;
mod report;
mod scheme;
mod threads;

use pyo3::prelude::*;

/// The compiled half of the package fanin.
#[pymodule]
mod _fanin {
    #[pymodule_export]
    use crate::{
        checkpoint::{CheckpointReport, check_checkpoint},
        filler::{Filler, filler},
        key::{Key, key_of_bytes},
        recipe::{Plan, Planned, Recipe, Rule, recipes},
        report::{Report, TestResult},
        scheme::{Scheme, names},
        threads::threads,
    };
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
