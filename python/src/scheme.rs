//! Schemes, by their texts.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use fanin::{Initializer, Scheme as _};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::error::{value, weight};

/// A policy: it looks at the fans of a weight and answers with a law.
///
/// ``Scheme(text)`` reads a text, as ``he_normal.scaled(0.5)`` or ``normal(std=0.02 / sqrt(2 * 12))``, and
/// ``fanin.HeNormal()`` and its like make the same objects. Where a scheme is an argument, its text may stand.
///
/// >>> fanin.HeNormal().scaled(0.5) == fanin.Scheme("he_normal.scaled(0.5)")
/// True
///
/// ``repr`` is the call that makes it. An unknown name is a ``ValueError`` with the nearest ones.
#[pyclass(frozen, module = "fanin", name = "Scheme")]
#[derive(Clone)]
pub(crate) struct Scheme {
    pub(crate) scheme: Arc<dyn fanin::Scheme>,
}

#[pymethods]
impl Scheme {
    #[new]
    fn parse(text: &str) -> PyResult<Self> {
        let scheme = fanin::parse(text).map_err(value)?;
        Ok(Scheme { scheme })
    }

    /// The text that reads back as this scheme.
    #[getter]
    pub(crate) fn text(&self) -> String {
        self.scheme.text()
    }

    /// This scheme with its **variance** multiplied by ``variance``; the draws stay. A ``ValueError`` if the
    /// factor is negative, NaN or infinite.
    fn scaled(&self, variance: f64) -> PyResult<Self> {
        let scaled = self.scheme.clone().scaled(variance).map_err(value)?;
        Ok(Scheme {
            scheme: Arc::new(scaled),
        })
    }

    /// What would be drawn for a shape, in a line: the fans, the law and its standard deviation.
    #[pyo3(signature = (shape, *, reading=None))]
    fn describe(&self, shape: &Bound<'_, PyAny>, reading: Option<&str>) -> PyResult<String> {
        let weight = weight(shape, reading)?;
        let description = self.scheme.describe(&weight).map_err(value)?;
        Ok(description.to_string())
    }

    fn __str__(&self) -> String {
        self.scheme.text()
    }

    fn __repr__(&self) -> String {
        call(&self.scheme.text())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let other = other.cast::<Scheme>();
        other.is_ok_and(|other| other.get().text() == self.text())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyAny>, (String,)) {
        (py.get_type::<Scheme>().into_any(), (self.text(),))
    }
}

/// What stands for a scheme: itself, or its text.
pub(crate) fn scheme(given: &Bound<'_, PyAny>) -> PyResult<Arc<dyn fanin::Scheme>> {
    if let Ok(scheme) = given.cast::<Scheme>() {
        return Ok(scheme.get().scheme.clone());
    }
    if let Ok(text) = given.extract::<&str>() {
        return fanin::parse(text).map_err(value);
    }
    if given.is_callable() {
        // The class itself, as in `init(fanin.HeNormal, ..)`.
        return Err(PyTypeError::new_err(format!(
            "a scheme is an object or a text, but this is what makes one: call it, with (), in place of {}",
            given.repr()?
        )));
    }
    Err(PyTypeError::new_err(format!(
        "a scheme is an object, as fanin.HeNormal(), or a text, as \"he_normal\", but this is {}",
        given.repr()?
    )))
}

/// Every name that a text may have: the name, its arguments, its meaning, and the names that frameworks have
/// for it, each with where it is from.
#[pyfunction]
pub(crate) fn names() -> Vec<(
    &'static str,
    &'static str,
    &'static str,
    Vec<(&'static str, &'static str)>,
)> {
    let row = |name: &'static fanin::Name| {
        let aliases = name.aliases().collect();
        (name.name(), name.usage(), name.meaning(), aliases)
    };
    fanin::names().map(row).collect()
}

/// The calls in Python that make what a text says: `by_part(he_normal, zeros).scaled(2)` as
/// `ByPart(HeNormal(), Zeros()).scaled(2)`.
fn call(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    while let Some(first) = rest.chars().next() {
        if !first.is_ascii_lowercase() {
            // What begins with a digit ends before the next sign: 1e-6 holds a letter.
            let number = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let end = if first.is_ascii_digit() {
                number
            } else {
                first.len_utf8()
            };
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        if let Some(behind) = rest.strip_prefix("inf") {
            out.push_str("float('inf')");
            rest = behind;
            continue;
        }
        if out.ends_with('=') {
            // The value of an argument: a number has been dealt with, and what has a name is a text in Python.
            let end = end_of_argument(rest);
            out.push_str(&format!("'{}'", &rest[..end]));
            rest = &rest[end..];
            continue;
        }
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if behind.starts_with('=') || out.ends_with('.') {
            out.push_str(word);
        } else {
            out.push_str(&class(word));
            if !behind.starts_with('(') {
                out.push_str("()");
            }
        }
        rest = behind;
    }
    out
}

/// Where an argument ends: before a comma or a parenthesis that is not its own.
fn end_of_argument(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' | ',' if depth == 0 => return at,
            ')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// `lecun_normal` as `LeCunNormal`.
fn class(name: &str) -> String {
    let words = name.split('_').map(|word| match word {
        "lecun" => "LeCun".to_string(),
        _ => word[..1].to_ascii_uppercase() + &word[1..],
    });
    words.collect()
}
