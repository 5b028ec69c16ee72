//! Recipes: a whole model by the names of its parameters.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fanin::{Dtype, Parameter};
use fanin_safetensors::Writer;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::{lens, value};
use crate::filler::Filler;
use crate::key::Key;
use crate::scheme::{Scheme, scheme};
use crate::threads;

/// What is decided for parameters of some names: ``Rule(names, scheme)``.
///
/// ``names`` is a pattern or a sequence of them: ``*`` is any letters within a segment of a dotted name, ``**`` any
/// number of whole segments, ``{i}`` a whole number. ``scheme`` is a ``Scheme``, or a text that may have arithmetic
/// with variables and bound numbers, as ``"normal(std=0.02 / sqrt(2 * layers))"``.
///
/// ``reading`` says how the shapes are read, ``axes`` is how many a parameter must have, ``with_`` and ``without``
/// name a sibling (same parent module) that must or must not be there, ``fans_of`` one whose fans the scheme sees,
/// and ``tolerance`` is how far constant values may be away in a check. A rule that decides no name is a fault of
/// the plan, unless it is ``optional``.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Rule {
    rule: fanin::Rule,
}

/// What any rule may have.
#[derive(Default)]
struct Conditions {
    reading: Option<String>,
    axes: Option<usize>,
    with: Option<String>,
    without: Option<String>,
    fans_of: Option<String>,
    tolerance: Option<f64>,
    optional: bool,
}

impl Conditions {
    fn of(self, mut rule: fanin::Rule) -> Rule {
        if let Some(reading) = self.reading {
            rule = rule.reading(reading);
        }
        if let Some(axes) = self.axes {
            rule = rule.axes(axes);
        }
        if let Some(sibling) = self.with {
            rule = rule.with(sibling);
        }
        if let Some(sibling) = self.without {
            rule = rule.without(sibling);
        }
        if let Some(sibling) = self.fans_of {
            rule = rule.fans_of(sibling);
        }
        if let Some(distance) = self.tolerance {
            rule = rule.tolerance(distance);
        }
        if self.optional {
            rule = rule.optional();
        }
        Rule { rule }
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
    #[pyo3(signature = (
        names, scheme, *, reading=None, axes=None, with_=None, without=None, fans_of=None, tolerance=None,
        optional=false
    ))]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword in Python")]
    fn new(
        names: Names,
        scheme: &Bound<'_, PyAny>,
        reading: Option<String>,
        axes: Option<usize>,
        with_: Option<String>,
        without: Option<String>,
        fans_of: Option<String>,
        tolerance: Option<f64>,
        optional: bool,
    ) -> PyResult<Self> {
        // A text may have arithmetic with variables, which are known when there is a model.
        let rule = match scheme.extract::<String>() {
            Ok(text) => fanin::Rule::text(names, text),
            Err(_) => fanin::Rule::new(names, self::scheme(scheme)?),
        };
        let conditions = Conditions {
            reading,
            axes,
            with: with_,
            without,
            fans_of,
            tolerance,
            optional,
        };
        Ok(conditions.of(rule))
    }

    /// A rule that leaves its parameters as they are.
    #[staticmethod]
    #[pyo3(signature = (names, *, axes=None, with_=None, without=None, optional=false))]
    fn leave(
        names: Names,
        axes: Option<usize>,
        with_: Option<String>,
        without: Option<String>,
        optional: bool,
    ) -> Self {
        let conditions = Conditions {
            axes,
            with: with_,
            without,
            optional,
            ..Conditions::default()
        };
        conditions.of(fanin::Rule::leave(names))
    }

    /// A rule that does what the layer itself asks for, where the model says what that is.
    #[staticmethod]
    #[pyo3(signature = (names, *, axes=None, with_=None, without=None, optional=false))]
    fn as_asked(
        names: Names,
        axes: Option<usize>,
        with_: Option<String>,
        without: Option<String>,
        optional: bool,
    ) -> Self {
        let conditions = Conditions {
            axes,
            with: with_,
            without,
            optional,
            ..Conditions::default()
        };
        conditions.of(fanin::Rule::as_asked(names))
    }

    fn __repr__(&self) -> String {
        format!("<fanin.{:?}>", self.rule)
    }
}

/// A whole model by the names of its parameters: rules, of which the first that matches a name decides.
///
/// It is made of a list of ``Rule``s; of a text in TOML, which has several lines; of a file, by a path that ends in
/// ``.toml``; or of a name from ``fanin.recipes()``. A ``ValueError`` with all faults, each with its line.
#[pyclass(frozen, module = "fanin")]
pub(crate) struct Recipe {
    pub(crate) recipe: fanin::Recipe,
}

#[pymethods]
impl Recipe {
    #[new]
    fn new(source: &Bound<'_, PyAny>) -> PyResult<Self> {
        let recipe = if let Ok(text) = source.extract::<String>() {
            if text.contains('\n') {
                fanin::Recipe::from_toml(&text)
            } else if text.ends_with(".toml") {
                return Recipe::of_file(Path::new(&text));
            } else {
                fanin::Recipe::named(&text)
            }
        } else if let Ok(path) = source.extract::<PathBuf>() {
            return Recipe::of_file(&path);
        } else {
            let rules: Vec<PyRef<'_, Rule>> = source.extract()?;
            let rules = rules.iter().map(|rule| rule.rule.clone());
            Ok(rules.fold(fanin::Recipe::new(), fanin::Recipe::rule))
        };
        recipe.map(|recipe| Recipe { recipe }).map_err(value)
    }

    /// The recipe with a rule before all others.
    fn rule_first(&self, rule: &Bound<'_, Rule>) -> Self {
        Recipe {
            recipe: self.recipe.clone().rule_first(rule.get().rule.clone()),
        }
    }

    /// The recipe with a value for one of its variables, which wins over what a model says.
    fn set(&self, variable: &str, value: f64) -> Self {
        Recipe {
            recipe: self.recipe.clone().set(variable, value),
        }
    }

    /// The names of its variables.
    #[getter]
    fn variables(&self) -> Vec<String> {
        self.recipe.variables().map(str::to_string).collect()
    }

    /// The names, shapes and types of the model that the recipe itself describes, as ``plan`` takes them. A
    /// ``ValueError`` if it describes none.
    #[pyo3(signature = (dtype="f32"))]
    fn parameters(&self, dtype: &str) -> PyResult<Vec<(String, Vec<usize>, String)>> {
        let dtype: Dtype = dtype.parse().map_err(value)?;
        let parameters = self.recipe.parameters_of(dtype).map_err(value)?;
        let tuple = |parameter: &Parameter| {
            (
                parameter.name().to_string(),
                parameter.shape().to_vec(),
                parameter.element_type().to_string(),
            )
        };
        Ok(parameters.iter().map(tuple).collect())
    }

    fn __repr__(&self) -> String {
        format!(
            "<fanin.Recipe {}>",
            self.recipe.name().unwrap_or("of rules")
        )
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

impl Recipe {
    fn of_file(path: &Path) -> PyResult<Self> {
        let text = fs::read_to_string(path)?;
        let recipe = fanin::Recipe::from_toml(&text);
        let recipe = recipe.map_err(|error| value(format!("{}:\n{error}", path.display())))?;
        Ok(Recipe { recipe })
    }
}

/// The names of the recipes that come with the package.
#[pyfunction]
pub(crate) fn recipes() -> Vec<&'static str> {
    fanin::recipes().collect()
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
        let dtype: Dtype = given
            .get_item(2)?
            .extract::<String>()?
            .parse()
            .map_err(value)?;
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
        self.plan.to_string()
    }

    /// Writes a checkpoint in the format safetensors, without the model in memory; returns the paths of its files.
    ///
    /// ``path`` is a file that ends in ``.safetensors``, or else a directory, where shards of at most ``shard_size``
    /// bytes (5 GB unless it is given) and their index are written under the names that transformers reads. ``seed``
    /// is noted in the metadata. A ``ValueError`` if a parameter is left alone, or a file is there already and not to
    /// be replaced; after any error nothing is left. A ``KeyboardInterrupt`` comes when all is written.
    #[pyo3(signature = (path, *, shard_size=None, seed=None, replace=false))]
    fn save_safetensors(
        &self,
        py: Python<'_>,
        path: PathBuf,
        shard_size: Option<u64>,
        seed: Option<u64>,
        replace: bool,
    ) -> PyResult<Vec<PathBuf>> {
        let mut writer = Writer::new(&self.plan).replace(replace);
        if let Some(bytes) = shard_size {
            writer = writer.shard_size(bytes);
        }
        if let Some(seed) = seed {
            writer = writer.seed(seed);
        }
        let place = threads::place(py, usize::MAX, true)?;
        let written = place.run(py, || writer.write(&path)).map_err(value)?;
        Ok(written.files().to_vec())
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
        planned
            .map(Planned::new)
            .ok_or_else(|| PyKeyError::new_err(name.to_string()))
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
        let scheme = self
            .scheme()
            .map_or("left alone".to_string(), |scheme| scheme.text());
        format!(
            "<fanin.Planned {} {shape:?}: {scheme}>",
            self.planned.name()
        )
    }
}
