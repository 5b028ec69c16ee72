//! Fillers.

use fanin::Initializer;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::array::{self, Part};
use crate::error::{value, weight};
use crate::key::Key;
use crate::report::Report;
use crate::scheme::scheme;

/// A tensor that exists as a function and not yet in memory: a scheme, a key and a shape, put together by
/// ``fanin.filler``.
///
/// It is read any number of times, from many threads, whole or in part: what is read of an element never
/// depends on how. A **region** is a tuple of one slice for each axis, as ``numpy.s_[100:200, :]`` makes it, or
/// a ``range`` of the row-major order.
///
/// >>> embedding = fanin.filler("lecun_normal", fanin.Key(42), (50_000, 64))
/// >>> embedding.region(numpy.s_[100:200, :]).shape
/// (100, 64)
/// >>> embedding.region(range(6_400, 12_800)).shape
/// (6400,)
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Filler {
    inner: fanin::Filler,
}

impl From<fanin::Filler> for Filler {
    fn from(inner: fanin::Filler) -> Self {
        Filler { inner }
    }
}

/// What is written in Python, since it knows of arrays other than NumPy's.
fn python<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("fanin._memory")?.getattr(name)
}

#[pymethods]
impl Filler {
    /// The whole as a new NumPy array, in row-major order.
    ///
    /// ``dtype`` is float32, float64, float16, or bfloat16 with the package ml_dtypes. A ``ValueError`` if the
    /// type cannot hold the law, or there is no room for the array.
    #[pyo3(signature = (dtype=None))]
    fn array<'py>(
        slf: &Bound<'py, Self>,
        dtype: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        python(slf.py(), "new")?.call1((slf, slf.py().None(), dtype))
    }

    /// A region as a new NumPy array: what slicing the whole would give, without drawing the whole.
    ///
    /// Errors are those of ``array``, and a ``ValueError`` for a region that does not lie in the shape.
    #[pyo3(signature = (region, dtype=None))]
    fn region<'py>(
        slf: &Bound<'py, Self>,
        region: &Bound<'py, PyAny>,
        dtype: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        python(slf.py(), "new")?.call1((slf, region, dtype))
    }

    /// Fills what ``fanin.fill_`` fills, with the whole or with a region, and returns it. A ``ValueError`` if the
    /// shapes differ.
    #[pyo3(signature = (x, region=None))]
    fn fill_<'py>(
        slf: &Bound<'py, Self>,
        x: &Bound<'py, PyAny>,
        region: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        python(slf.py(), "fill")?.call1((slf, x, region))
    }

    /// Whether an array or tensor is what the scheme draws for the shape, or for a region of it, whatever the
    /// key: a ``Report``.
    #[pyo3(signature = (x, region=None))]
    fn check<'py>(
        slf: &Bound<'py, Self>,
        x: &Bound<'py, PyAny>,
        region: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        python(slf.py(), "check")?.call1((slf, x, region))
    }

    /// The lengths of the axes of the whole.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.weight().shape())
    }

    /// How the shape is read.
    #[getter]
    fn reading(&self) -> String {
        self.inner.weight().reading().to_string()
    }

    /// The scheme, the fans, the law and its standard deviation, in a line.
    fn describe(&self) -> String {
        self.inner.describe().to_string()
    }

    fn __repr__(&self) -> String {
        format!("<fanin.Filler {}>", self.inner.describe())
    }

    /// A ``ValueError`` if elements of that type cannot hold the law.
    fn _fits(&self, dtype: &str) -> PyResult<()> {
        array::fits(&self.inner, dtype)
    }

    /// Fills a NumPy array whose first element lies at `start`, of each axis or of the row-major order.
    fn _write(&self, array: &Bound<'_, PyAny>, dtype: &str, start: Part) -> PyResult<()> {
        array::fill(&self.inner, &start, array, dtype)
    }

    /// Checks such an array.
    fn _read(&self, array: &Bound<'_, PyAny>, dtype: &str, start: Part) -> PyResult<Report> {
        Ok(array::check(&self.inner, &start, array, dtype)?.into())
    }
}

/// A scheme, a key and a shape, put together: the tensor as a function, to be read whole or in part.
///
/// It is checked here, once, and uses up the key. ``shape`` is a length or a sequence of them, read as
/// [out, in, kernel...], or as ``reading`` says. A ``ValueError`` if the scheme has no law for the shape, as for one
/// axis and a scheme with a fan, or the key has been used.
#[pyfunction]
#[pyo3(signature = (scheme, key, shape, *, reading=None, _dtype=None))]
pub(crate) fn filler(
    scheme: &Bound<'_, PyAny>,
    key: &Bound<'_, Key>,
    shape: &Bound<'_, PyAny>,
    reading: Option<&str>,
    _dtype: Option<&str>,
) -> PyResult<Filler> {
    let scheme = self::scheme(scheme)?;
    let weight = weight(shape, reading)?;
    let key = key.get();
    let inner = scheme
        .filler(key.parent().clone(), &weight)
        .map_err(value)?;
    if let Some(dtype) = _dtype {
        array::fits(&inner, dtype)?;
    }
    // Last, so that a call that fails leaves the key as it was.
    key.take()?;
    Ok(Filler { inner })
}
