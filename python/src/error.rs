//! Errors as exceptions, and the arguments that they are about.

use std::fmt::Display;

use fanin::{InitError, Weight};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// A `ValueError` with the text of an error.
pub(crate) fn value(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The weight of a shape, which is a length or a sequence of them, and of a reading.
pub(crate) fn weight(shape: &Bound<'_, PyAny>, reading: Option<&str>) -> PyResult<Weight> {
    let shape = lens(shape)?;
    let weight: Result<Weight, InitError> = match reading {
        Some(reading) => Weight::read(reading, &shape),
        None => Weight::new(shape.as_slice()),
    };
    weight.map_err(value)
}

/// The lengths of axes.
pub(crate) fn lens(shape: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
    let refused = |what: &Bound<'_, PyAny>| {
        let type_name = what
            .get_type()
            .name()
            .map_or("?".into(), |name| name.to_string());
        match what.call_method0("__index__") {
            Ok(_) => PyValueError::new_err(format!(
                "{what} is no length of an axis: it must be a whole number from 0 to 2^63 - 1"
            )),
            Err(_) => PyTypeError::new_err(format!(
                "a shape is a whole number or a sequence of them, but this has a {type_name}: {what}"
            )),
        }
    };
    if let Ok(len) = shape.extract() {
        return Ok(vec![len]);
    }
    let Ok(axes) = shape.try_iter() else {
        return Err(refused(shape));
    };
    axes.map(|len| {
        let len = len?;
        len.extract().map_err(|_| refused(&len))
    })
    .collect()
}
