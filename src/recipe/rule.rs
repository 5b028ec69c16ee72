//! A rule: names, how their shapes are read, and a scheme.

use std::fmt;
use std::sync::Arc;

use super::fault::Place;
use super::parameter::Parameter;
use super::text::Text;
use crate::error::InitError;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// Patterns over names: what a [`Rule`] is made of. One text, or a list of texts.
///
/// Names are segments with dots between them, and a pattern goes over all of a name:
///
/// | | stands for |
/// |---|---|
/// | `*` | letters within a segment, none too |
/// | `**`, alone between dots | segments, none too |
/// | `{i}` | a whole number, in a segment or all of it, which arithmetic may use |
///
/// So `**.bias` matches `bias` and `h.0.ln_1.bias`, and `**.h.{i}.*.c_proj.weight` matches
/// `transformer.h.11.mlp.c_proj.weight` with `i = 11`. The same name twice is the same number; one name of a pattern
/// may come twice. Numbers are decimal, without leading zeros and below 2^53.
#[derive(Clone, Debug, PartialEq)]
pub struct Patterns(pub(super) Vec<Text>);

/// A closure that chooses a scheme.
pub(super) type Choose =
    dyn Fn(&Parameter, &Weight) -> Result<Arc<dyn Scheme>, InitError> + Send + Sync;

/// What a rule decides.
#[derive(Clone)]
pub(super) enum Decision {
    Scheme(Arc<dyn Scheme>),
    Text(Text),
    Fn(Arc<Choose>),
    Leave,
    AsAsked,
}

/// A rule of a [`Recipe`](crate::Recipe): which parameters it decides, how their shapes are read, and what they
/// get.
///
/// Constructors say what they get; the rest is said by name. `docs/recipes.md` has each with its key in a TOML file.
///
/// ```
/// use fanin::{HeNormal, InitError, Key, Law, Parameter, Recipe, Rule, Scheme, Zeros, from_fn};
/// use std::sync::Arc;
///
/// let recipe = Recipe::new()
///     .variable("layers", 12)
///     .rule(Rule::text("**.h.{i}.mlp.c_proj.weight", "normal(std=0.02 / sqrt(2 * layers))").reading("i o"))
///     .rule(Rule::from_fn("**.emb.weight", |parameter, _| -> Result<Arc<dyn Scheme>, InitError> {
///         let width = parameter.shape().last().copied().unwrap_or(1) as f64;
///         Ok(Arc::new(Law::normal(0.0, 1.0 / width)?))
///     }))
///     .rule(Rule::new(["**.bias", "**.beta"], Zeros).optional())
///     .rule(Rule::leave("**.num_batches_tracked").optional())
///     .rule(Rule::new("**", HeNormal));
/// let plan = recipe.plan(&Key::from_seed(0), [
///     Parameter::new("h.0.mlp.c_proj.weight", [3072, 768]),
///     Parameter::new("h.0.mlp.c_fc.weight", [3072, 768]),
///     Parameter::new("emb.weight", [100, 64]),
/// ])?;
/// assert_eq!(plan.get("emb.weight").unwrap().std(), Some(0.125));
/// assert_eq!(plan.get("h.0.mlp.c_proj.weight").unwrap().std(), Some(0.02 / 24_f64.sqrt()));
/// assert_eq!(plan.get("h.0.mlp.c_fc.weight").unwrap().scheme().unwrap().text(), "he_normal");
/// # Ok::<(), fanin::PlanError>(())
/// ```
#[derive(Clone)]
pub struct Rule {
    pub(super) patterns: Vec<Text>,
    pub(super) decision: Decision,
    pub(super) place: Option<Place>,
    pub(super) reading: Option<Text>,
    pub(super) axes: Option<usize>,
    pub(super) with: Option<Text>,
    pub(super) without: Option<Text>,
    pub(super) fans_of: Option<Text>,
    pub(super) tolerance: Option<f64>,
    pub(super) stray: Option<f64>,
    pub(super) optional: bool,
}

impl Rule {
    pub(super) fn of(patterns: impl Into<Patterns>, decision: Decision) -> Self {
        Rule {
            patterns: patterns.into().0,
            decision,
            place: None,
            reading: None,
            axes: None,
            with: None,
            without: None,
            fans_of: None,
            tolerance: None,
            stray: None,
            optional: false,
        }
    }

    /// A scheme for the parameters that a pattern, or one of several, matches.
    #[must_use]
    pub fn new(patterns: impl Into<Patterns>, scheme: impl Scheme + 'static) -> Self {
        Rule::of(patterns, Decision::Scheme(Arc::new(scheme)))
    }

    /// A scheme by its text, as [`parse`](crate::parse) reads it, in which every number may be arithmetic with
    /// variables, the numbers that the pattern binds, and `dim(0)`, the length of axis 0 of the parameter.
    #[must_use]
    pub fn text(patterns: impl Into<Patterns>, scheme: impl Into<String>) -> Self {
        Rule::of(patterns, Decision::Text(Text::new(scheme)))
    }

    /// A closure that chooses a scheme for each parameter, from what the model says of it and from its weight, as
    /// this rule reads it.
    #[must_use]
    pub fn from_fn<F>(patterns: impl Into<Patterns>, choose: F) -> Self
    where
        F: Fn(&Parameter, &Weight) -> Result<Arc<dyn Scheme>, InitError> + Send + Sync + 'static,
    {
        Rule::of(patterns, Decision::Fn(Arc::new(choose)))
    }

    /// Parameters that are left alone: part of the plan, but not drawn.
    #[must_use]
    pub fn leave(patterns: impl Into<Patterns>) -> Self {
        Rule::of(patterns, Decision::Leave)
    }

    /// Parameters that get [what their own layer asks for](Parameter::asking).
    #[must_use]
    pub fn as_asked(patterns: impl Into<Patterns>) -> Self {
        Rule::of(patterns, Decision::AsAsked)
    }

    /// With shapes that are read so, in the notation of [`Reading`](crate::Reading), where `{arithmetic}` stands
    /// for a whole number: `"([{q} {kv} {kv}] o) i"`. A plain shape is `[out, in, kernel...]`.
    #[must_use]
    pub fn reading(mut self, reading: impl Into<String>) -> Self {
        self.reading = Some(Text::new(reading));
        self
    }

    /// Only for parameters with that many axes.
    #[must_use]
    pub fn axes(mut self, axes: usize) -> Self {
        self.axes = Some(axes);
        self
    }

    /// Only if the model has that sibling of the parameter: the name that replaces as many segments at the end of
    /// the parameter's own name. `"weight"` is the weight beside a bias, `"bn3.weight"` beside `bn2.weight` that of
    /// the layer `bn3`. `{i}` stands for a number that the pattern binds.
    #[must_use]
    pub fn with(mut self, sibling: impl Into<String>) -> Self {
        self.with = Some(Text::new(sibling));
        self
    }

    /// Only if the model does not have that [sibling](Rule::with).
    #[must_use]
    pub fn without(mut self, sibling: impl Into<String>) -> Self {
        self.without = Some(Text::new(sibling));
        self
    }

    /// With the fans of that [sibling](Rule::with), as its own rule reads it, whatever the axes say: for biases whose
    /// scale is that of their layer. Parts have the fans of the sibling's parts, if they are as many.
    ///
    /// ```
    /// use fanin::{Key, LeCunUniform, Parameter, Recipe, Rule};
    ///
    /// let recipe = Recipe::new()
    ///     .rule(Rule::new("**.bias", LeCunUniform).fans_of("weight"))
    ///     .rule(Rule::new("**.weight", LeCunUniform).reading("i o"));
    /// let plan = recipe.plan(&Key::from_seed(0), [
    ///     Parameter::new("fc.weight", [784, 256]),
    ///     Parameter::new("fc.bias", [256]),
    /// ])?;
    /// assert_eq!(plan.get("fc.bias").unwrap().weight().fan_in(), Ok(784.0));
    /// # Ok::<(), fanin::PlanError>(())
    /// ```
    #[must_use]
    pub fn fans_of(mut self, sibling: impl Into<String>) -> Self {
        self.fans_of = Some(Text::new(sibling));
        self
    }

    /// With a check that accepts values as far from a constant or a table, beside rounding: frameworks compute
    /// tables in `f32`. What is drawn does not change.
    #[must_use]
    pub fn tolerance(mut self, distance: f64) -> Self {
        self.tolerance = Some(distance);
        self
    }

    /// With a check that counts random values of exactly this size apart: what a framework's generator leaves in place of
    /// a draw. timm's `trunc_normal_` does so with -2, once in 2^24. More than one in 2^23 fail, by more than chance
    /// allows. What is drawn does not change.
    #[must_use]
    pub fn stray(mut self, value: f64) -> Self {
        self.stray = Some(value);
        self
    }

    /// No fault if it decides nothing.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The patterns.
    pub fn patterns(&self) -> impl ExactSizeIterator<Item = &str> {
        self.patterns.iter().map(Text::as_str)
    }

    /// Where it stands, of a rule of a plan or of a file. No two rules of a recipe stand at the same place.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// All patterns, for a message.
    pub(super) fn title(&self) -> String {
        const SHOWN: usize = 3;
        let shown: Vec<&str> = self.patterns().take(SHOWN).collect();
        let more = if self.patterns.len() > SHOWN {
            ", .."
        } else {
            ""
        };
        shown.join(", ") + more
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decision = match &self.decision {
            Decision::Scheme(scheme) => scheme.text(),
            Decision::Text(text) => format!("{:?}", text.as_str()),
            Decision::Fn(_) => "<closure>".to_string(),
            Decision::Leave => "left alone".to_string(),
            Decision::AsAsked => "as asked".to_string(),
        };
        write!(f, "Rule({}: {decision})", self.title())
    }
}

impl From<&str> for Patterns {
    fn from(pattern: &str) -> Self {
        Patterns(vec![Text::new(pattern)])
    }
}

impl From<String> for Patterns {
    fn from(pattern: String) -> Self {
        Patterns(vec![Text::new(pattern)])
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Patterns {
    fn from(patterns: [S; N]) -> Self {
        patterns.into_iter().collect()
    }
}

impl<S: Into<String>> From<Vec<S>> for Patterns {
    fn from(patterns: Vec<S>) -> Self {
        patterns.into_iter().collect()
    }
}

impl<S: Into<String>> FromIterator<S> for Patterns {
    fn from_iter<I: IntoIterator<Item = S>>(patterns: I) -> Self {
        Patterns(patterns.into_iter().map(Text::new).collect())
    }
}
