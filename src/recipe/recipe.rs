//! A recipe: variables, rules in an order, and a model of its own.

use std::collections::BTreeMap;

use super::compiled::Compiled;
use super::dtype::Dtype;
use super::fault::{Fault, PlanError};
use super::model::{self, Entry};
use super::parameter::Parameter;
use super::plan::Plan;
use super::planning;
use super::quantity::Quantity;
use super::rule::Rule;
use super::variables::{Values, Variable};
use crate::key::Key;

/// A whole model by the names of its parameters: rules, of which the first that matches a name decides.
///
/// Given the names, shapes and element types of a model, it makes a [`Plan`]: for each parameter a
/// [`Filler`](crate::Filler) on demand, under the key `key.child(name)` of the full name. Before that it tells all that
/// is wrong at once: [names without a rule and rules that decide nothing](PlanError), too.
///
/// It is made in code, or read from TOML (feature `toml`); the feature `recipes` has those of some model families.
///
/// ```
/// use fanin::{Key, Parameter, Recipe, Rule};
/// use ndarray::{Array2, Ix2};
///
/// let recipe = Recipe::new()
///     .variable("std", 0.02)
///     .rule(Rule::text("**.c_proj.weight", "normal(std=std / sqrt(2 * 12))"))
///     .rule(Rule::text("**.weight", "normal(std=std)"))
///     .rule(Rule::text("**.bias", "zeros"));
/// let names = [
///     Parameter::new("h.0.c_fc.weight", [64, 256]),
///     Parameter::new("h.0.c_proj.weight", [256, 64]),
///     Parameter::new("h.0.c_proj.bias", [64]),
/// ];
/// let plan = recipe.plan(&Key::from_seed(42), names.clone())?;
/// assert_eq!((plan.len(), plan.elements(), plan.bytes()), (3, 32_832, 131_328));
/// let weight = plan.get("h.0.c_proj.weight").unwrap();
/// assert_eq!(weight.std(), Some(0.02 / 24_f64.sqrt()));
/// let w: Array2<f32> = weight.filler().unwrap().array::<f32>().unwrap().into_dimensionality::<Ix2>().unwrap();
/// # assert_eq!(w.dim(), (256, 64));
///
/// // A special rule behind a general one decides nothing, and is told.
/// let error = recipe.rule(Rule::text("h.0.c_proj.bias", "ones")).plan(&Key::from_seed(42), names).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "rule 4: h.0.c_proj.bias: this rule decides nothing: the one name that it matches is decided before, by \
///      rule 3 (**.bias): move it up"
/// );
/// # Ok::<(), fanin::PlanError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    pub(super) name: Option<String>,
    pub(super) about: Option<String>,
    pub(super) variables: Vec<Variable>,
    pub(super) set: BTreeMap<String, f64>,
    pub(super) rules: Vec<Rule>,
    pub(super) model: Vec<Entry>,
}

impl Recipe {
    /// Without rules.
    #[must_use]
    pub fn new() -> Self {
        Recipe::default()
    }

    /// With a variable, which rules may use: a number, or arithmetic with other variables as text.
    ///
    /// ```
    /// use fanin::{Key, Parameter, Recipe, Rule};
    ///
    /// let recipe = Recipe::new()
    ///     .variable("layers", 12)
    ///     .variable("std", "0.02 / sqrt(2 * layers)")
    ///     .rule(Rule::text("**", "normal(std=std)"));
    /// let plan = recipe.set("layers", 48.0).plan(&Key::from_seed(0), [Parameter::new("w", [8, 8])])?;
    /// assert_eq!(plan.get("w").unwrap().std(), Some(0.02 / 96_f64.sqrt()));
    /// # Ok::<(), fanin::PlanError>(())
    /// ```
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Quantity>) -> Self {
        self.variables.push(Variable {
            name: name.into(),
            place: None,
            model: None,
            default: Some(value.into()),
        });
        self
    }

    /// With a variable that comes from the names and shapes of the model: arithmetic in which
    /// `count('**.h.{i}.**')` is how many different numbers a pattern binds, and `dim('**.wte.weight', 1)` the
    /// length of that axis, on which all names that match must agree.
    ///
    /// ```
    /// use fanin::{Key, Parameter, Recipe, Rule};
    ///
    /// let recipe = Recipe::new()
    ///     .variable_of_model("layers", "count('h.{i}.weight')")
    ///     .rule(Rule::text("**", "normal(std=0.02 / sqrt(2 * layers))"));
    /// let names = (0..8).map(|i| Parameter::new(format!("h.{i}.weight"), [8, 8]));
    /// let plan = recipe.plan(&Key::from_seed(0), names)?;
    /// assert_eq!(plan.get("h.3.weight").unwrap().std(), Some(0.02 / 4.0));
    /// # Ok::<(), fanin::PlanError>(())
    /// ```
    #[must_use]
    pub fn variable_of_model(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push(Variable {
            name: name.into(),
            place: None,
            model: Some(super::text::Text::new(value)),
            default: None,
        });
        self
    }

    /// With that value of a variable, whatever the recipe or the model says.
    #[must_use]
    pub fn set(mut self, variable: impl Into<String>, value: f64) -> Self {
        self.set.insert(variable.into(), value);
        self
    }

    /// With one rule more, after all others.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// With one rule more, before all others: an exception to a recipe that exists.
    #[must_use]
    pub fn rule_first(mut self, rule: Rule) -> Self {
        self.rules.insert(0, rule);
        self
    }

    /// With a parameter of its own model: a name, in which `{i < layers}` counts from 0, and lengths, each a number
    /// or arithmetic. See [`parameters`](Recipe::parameters).
    #[must_use]
    pub fn parameter<Q: Into<Quantity>>(
        mut self,
        name: impl Into<String>,
        shape: impl IntoIterator<Item = Q>,
    ) -> Self {
        self.model.push(Entry {
            name: super::text::Text::new(name),
            shape: shape.into_iter().map(Into::into).collect(),
            dtype: None,
        });
        self
    }

    /// The name that its file has, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What its file says of it.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The names of its variables, which [`set`](Recipe::set) takes.
    #[must_use]
    pub fn variables(&self) -> impl ExactSizeIterator<Item = &str> {
        self.variables.iter().map(|variable| variable.name.as_str())
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The parameters of its own model, of `f32` where the recipe does not say another type.
    ///
    /// A range counts from 0, and names that follow each other with the same text up to a range are counted together.
    ///
    /// ```
    /// use fanin::Recipe;
    ///
    /// let recipe = Recipe::new()
    ///     .variable("layers", 2)
    ///     .variable("width", 64)
    ///     .parameter("emb.weight", ["1000", "width"])
    ///     .parameter("h.{i < layers}.up.weight", ["4 * width", "width"])
    ///     .parameter("h.{i < layers}.down.weight", ["width", "4 * width"]);
    /// let names: Vec<String> = recipe.set("width", 8.0).parameters()?.iter().map(|p| p.name().to_string()).collect();
    /// assert_eq!(
    ///     names,
    ///     ["emb.weight", "h.0.up.weight", "h.0.down.weight", "h.1.up.weight", "h.1.down.weight"]
    /// );
    /// # Ok::<(), fanin::PlanError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError`] if it has no model, and for names and lengths that cannot be worked out.
    pub fn parameters(&self) -> Result<Vec<Parameter>, PlanError> {
        self.parameters_of(Dtype::F32)
    }

    /// The same, of that type where the recipe does not say another.
    ///
    /// # Errors
    ///
    /// As for [`parameters`](Recipe::parameters).
    pub fn parameters_of(&self, dtype: Dtype) -> Result<Vec<Parameter>, PlanError> {
        let mut faults = Vec::new();
        let values = Values::new(&self.variables, &self.set, None, &mut faults);
        let parameters = model::parameters(&self.model, &values, dtype, &mut faults);
        match faults.is_empty() {
            true => Ok(parameters),
            false => Err(PlanError::new(faults)),
        }
    }

    /// What the recipe decides for a model: of every parameter the weight, the scheme and the key, checked.
    ///
    /// # Errors
    ///
    /// [`PlanError`] with all that is wrong. Nothing is drawn before.
    pub fn plan(
        &self,
        key: &Key,
        parameters: impl IntoIterator<Item = Parameter>,
    ) -> Result<Plan, PlanError> {
        planning::plan(self, key, parameters)
    }

    /// The rules, with what is wrong with them whatever the model.
    pub(super) fn compiled(&self, values: &Values, faults: &mut Vec<Fault>) -> Vec<Compiled> {
        let rules = self.rules.iter().enumerate();
        rules
            .map(|(number, rule)| Compiled::new(rule, number, values, faults))
            .collect()
    }
}
