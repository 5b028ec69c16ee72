//! Recipes: a whole model by the names of its parameters.

use std::sync::Arc;

use fanin::{Dtype, Parameter};
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::{lens, value};
use crate::filler::Filler;
use crate::key::Key;
use crate::scheme::{Scheme, scheme};

/// What is decided for parameters of some names: ``Rule(names, scheme)``.
///
/// ``names`` is a pattern or a sequence of them: ``*`` is any letters within a segment of a dotted name, ``**`` any
/// number of whole segments, ``{i}`` a whole number. ``reading`` says how the shapes are read. A rule that decides
/// no name is a fault of the plan, unless it is ``optional``.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Rule {
    rule: fanin::Rule,
}

/// A rule with what all kinds of rules may have.
fn with(rule: fanin::Rule, reading: Option<&str>, optional: bool) -> Rule {
    let rule = match reading {
        Some(reading) => rule.reading(reading),
        None => rule,
    };
    Rule {
        rule: if optional { rule.optional() } else { rule },
    }
}

/// A pattern, or several.
#[derive(FromPyObject)]
enum Names {
    One(String),
    Several(Vec<String>),
}

impl From<Names> for fanin::Patterns {
    fn from(names: Names) -> Self {
        match names {
            Names::One(name) => name.into(),
            Names::Several(names) => names.into(),
        }
    }
}

#[pymethods]
impl Rule {
    #[new]
    #[pyo3(signature = (names, scheme, *, reading=None, optional=false))]
    fn new(
        names: Names,
        scheme: &Bound<'_, PyAny>,
        reading: Option<&str>,
        optional: bool,
    ) -> PyResult<Self> {
        // A text may have arithmetic with variables, which are known when there is a model.
        let rule = match scheme.extract::<String>() {
            Ok(text) => fanin::Rule::text(names, text),
            Err(_) => fanin::Rule::new(names, self::scheme(scheme)?),
        };
        Ok(with(rule, reading, optional))
    }

    /// A rule that leaves its parameters as they are.
    #[staticmethod]
    #[pyo3(signature = (names, *, optional=false))]
    fn leave(names: Names, optional: bool) -> Self {
        with(fanin::Rule::leave(names), None, optional)
    }

    /// A rule that does what the layer itself asks for, where the model says what that is.
    #[staticmethod]
    #[pyo3(signature = (names, *, reading=None, optional=false))]
    fn as_asked(names: Names, reading: Option<&str>, optional: bool) -> Self {
        with(fanin::Rule::as_asked(names), reading, optional)
    }

    fn __repr__(&self) -> String {
        format!("<fanin.{:?}>", self.rule)
    }
}

/// A whole model by the names of its parameters: rules, of which the first that matches a name decides.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Recipe {
    recipe: fanin::Recipe,
}

#[pymethods]
impl Recipe {
    #[new]
    fn new(rules: Vec<PyRef<'_, Rule>>) -> Self {
        let rules = rules.iter().map(|rule| rule.rule.clone());
        Recipe {
            recipe: rules.fold(fanin::Recipe::new(), fanin::Recipe::rule),
        }
    }

    /// What the recipe decides for a model, whose parameters are tuples ``(name, shape)``, ``(name, shape,
    /// dtype)`` or ``(name, shape, dtype, scheme)``, with the scheme that the layer itself asks for or ``None``.
    ///
    /// Each parameter has the key ``key.child(name)``. A ``ValueError`` with all faults at once: names that no rule
    /// matches, rules that decide nothing, readings and schemes that do not suit a shape.
    fn plan(&self, key: &Bound<'_, Key>, parameters: &Bound<'_, PyAny>) -> PyResult<Plan> {
        let parameters = parameters.try_iter()?.map(|given| parameter(&given?));
        let parameters = parameters.collect::<PyResult<Vec<_>>>()?;
        let plan = self.recipe.plan(key.get().parent(), parameters);
        plan.map(|plan| Plan { plan }).map_err(value)
    }
}

fn parameter(given: &Bound<'_, PyAny>) -> PyResult<Parameter> {
    let given = given.cast::<PyTuple>().map_err(|_| {
        PyTypeError::new_err(format!(
            "a parameter is a tuple of a name and a shape, but this is {}",
            given.get_type()
        ))
    })?;
    let name: String = given.get_item(0)?.extract()?;
    let mut parameter = Parameter::new(name, lens(&given.get_item(1)?)?);
    if given.len() > 2 {
        let dtype: Dtype = given.get_item(2)?.extract::<String>()?.parse().map_err(value)?;
        parameter = parameter.dtype(dtype);
    }
    if given.len() > 3 && !given.get_item(3)?.is_none() {
        parameter = parameter.asking(scheme(&given.get_item(3)?)?);
    }
    Ok(parameter)
}

/// What a recipe decides for a model: each parameter with its shape, scheme and key, checked. ``len``, ``for``,
/// and ``plan[name]``.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Plan {
    pub(crate) plan: fanin::Plan,
}

#[pymethods]
impl Plan {
    /// A table: name, shape as it is read, scheme, fans, law, standard deviation, parameters and bytes.
    fn table(&self) -> String {
        format!("{:?}", self.plan)
    }

    /// The number of all elements.
    #[getter]
    fn elements(&self) -> u64 {
        self.plan.elements()
    }

    /// The bytes of all elements.
    #[getter]
    fn bytes(&self) -> u64 {
        self.plan.bytes()
    }

    fn __len__(&self) -> usize {
        self.plan.len()
    }

    fn __getitem__(&self, name: &str) -> PyResult<Planned> {
        let planned = self.plan.get(name).cloned();
        planned.map(Planned::new).ok_or_else(|| PyKeyError::new_err(name.to_string()))
    }

    fn __contains__(&self, name: &str) -> bool {
        self.plan.get(name).is_some()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let planned: Vec<Planned> = self.plan.iter().cloned().map(Planned::new).collect();
        planned.into_pyobject(py)?.call_method0("__iter__")
    }

    fn __str__(&self) -> String {
        self.table()
    }

    fn __repr__(&self) -> String {
        format!(
            "<fanin.Plan of {} tensors, {} elements>",
            self.plan.len(),
            self.plan.elements()
        )
    }
}

/// A parameter with what a recipe decides for it.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Planned {
    planned: fanin::Planned,
}

impl Planned {
    fn new(planned: fanin::Planned) -> Self {
        Planned { planned }
    }
}

#[pymethods]
impl Planned {
    /// The full name.
    #[getter]
    fn name(&self) -> &str {
        self.planned.name()
    }

    /// The lengths of the axes.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.planned.weight().shape())
    }

    /// How the shape is read.
    #[getter]
    fn reading(&self) -> String {
        self.planned.weight().reading().to_string()
    }

    /// The type of the elements, as ``"f32"`` or ``"bf16"``.
    #[getter]
    fn dtype(&self) -> String {
        self.planned.dtype().to_string()
    }

    /// The scheme, or ``None`` for a parameter that its rule leaves alone.
    #[getter]
    fn scheme(&self) -> Option<Scheme> {
        let scheme: Option<&Arc<dyn fanin::Scheme>> = self.planned.scheme();
        scheme.cloned().map(|scheme| Scheme { scheme })
    }

    /// The law of the values in words, or ``None``.
    #[getter]
    fn law(&self) -> Option<&str> {
        self.planned.law()
    }

    /// The standard deviation of the values, where it is known.
    #[getter]
    fn std(&self) -> Option<f64> {
        self.planned.std()
    }

    /// The one value that all elements have, if they have one.
    #[getter]
    fn constant(&self) -> Option<f64> {
        self.planned.constant()
    }

    /// Whether its rule leaves it alone.
    #[getter]
    fn is_left(&self) -> bool {
        self.planned.is_left()
    }

    /// A new ``Filler`` of it, under its own key. A ``ValueError`` if it is left alone.
    fn filler(&self) -> PyResult<Filler> {
        self.planned.filler().map(Filler::from).map_err(value)
    }

    fn __repr__(&self) -> String {
        let shape = self.planned.weight().shape();
        let scheme = self.scheme().map_or("left alone".to_string(), |scheme| scheme.text());
        format!("<fanin.Planned {} {shape:?}: {scheme}>", self.planned.name())
    }
}
