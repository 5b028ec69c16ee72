//! Keys that belong to one tensor.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::value;

/// Which random numbers: ``Key(seed)``, with a seed from 0 to 2**64 - 1.
///
/// A key belongs to one tensor. ``init``, ``fill_`` and ``filler`` use it up: the same key again would
/// give the same draws, so that it is a ``ValueError``. Take a child of it for another tensor, and a
/// ``copy()`` where the same draws are meant.
///
/// >>> key = fanin.Key(42)
/// >>> w = fanin.init("he_normal", key.child("fc.weight"), (256, 784))
#[pyclass(frozen, module = "fanin", name = "Key")]
pub(crate) struct Key {
    key: fanin::Key,
    is_used: AtomicBool,
}

impl Key {
    fn new(key: fanin::Key) -> Self {
        Key {
            key,
            is_used: AtomicBool::new(false),
        }
    }

    /// The key, for what gives each tensor a child.
    pub(crate) fn parent(&self) -> &fanin::Key {
        &self.key
    }

    /// The key, for the one tensor that it is for.
    pub(crate) fn take(&self) -> PyResult<()> {
        if !self.is_used.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        Err(PyValueError::new_err(format!(
            "{:?} has been used: a key belongs to one tensor, and would give the same draws again. Take \
             key.child(name) for another tensor, key.copy() where the same draws are meant, and one \
             fanin.filler(..) for the shards of one tensor",
            self.key
        )))
    }
}

#[pymethods]
impl Key {
    #[new]
    fn from_seed(seed: &Bound<'_, PyAny>) -> PyResult<Self> {
        // What is no number is a TypeError.
        seed.call_method0("__index__")?;
        let seed: u64 = seed.extract().map_err(|_| {
            PyValueError::new_err(format!(
                "seed is {seed}, but it must be a whole number from 0 to 2^64 - 1"
            ))
        })?;
        Ok(Key::new(fanin::Key::from_seed(seed)))
    }

    /// The key that ``str(key)`` wrote, as 64 hexadecimal digits.
    #[staticmethod]
    fn from_text(text: &str) -> PyResult<Self> {
        text.parse().map(Key::new).map_err(value)
    }

    /// The key of the thing called ``name`` below this one. It depends on this key and the name alone.
    fn child(&self, name: &str) -> Self {
        Key::new(self.key.child(name))
    }

    /// The key of the thing numbered ``index`` below this one: an expert, a head, a layer.
    fn child_index(&self, index: usize) -> Self {
        Key::new(self.key.child_index(index))
    }

    /// The same key, not yet used: where the same draws are meant.
    fn copy(&self) -> Self {
        Key::new(self.key.clone())
    }

    /// Whether a tensor has been drawn from it.
    #[getter]
    fn used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.key.to_bytes())
    }

    /// In full, as 64 hexadecimal digits.
    fn __str__(&self) -> String {
        self.key.to_string()
    }

    /// A fingerprint, which does not give the key away.
    fn __repr__(&self) -> String {
        let used = if self.used() { ", used" } else { "" };
        format!("<fanin.{:?}{used}>", self.key)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let other = other.cast::<Key>();
        other.is_ok_and(|other| other.get().key == self.key)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.key.hash(&mut hasher);
        hasher.finish()
    }

    /// What is unpickled, or copied by ``copy.copy``, is not yet used.
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let function = py.import("fanin._fanin")?.getattr("key_of_bytes")?;
        Ok((function, (self.__bytes__(py),)))
    }
}

/// The key that ``bytes(key)`` wrote.
#[pyfunction]
pub(crate) fn key_of_bytes(bytes: [u8; 32]) -> Key {
    Key::new(fanin::Key::from_bytes(bytes))
}
