//! A rule: names, how their shapes are read, and a scheme.

use std::fmt;
use std::sync::Arc;

use super::parameter::Parameter;
use crate::error::InitError;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// Patterns over names: what a [`Rule`] is made of. One text, or a list of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Patterns(Vec<String>);

/// A closure that chooses a scheme.
pub(super) type Choose =
    dyn Fn(&Parameter, &Weight) -> Result<Arc<dyn Scheme>, InitError> + Send + Sync;

/// What a rule decides.
#[derive(Clone)]
pub(super) enum Decision {
    Scheme(Arc<dyn Scheme>),
    Text(String),
    Fn(Arc<Choose>),
    Leave,
    AsAsked,
}

/// A rule of a [`Recipe`](crate::Recipe).
#[derive(Clone)]
pub struct Rule {
    pub(super) patterns: Vec<String>,
    pub(super) decision: Decision,
    pub(super) reading: Option<String>,
    pub(super) axes: Option<usize>,
    pub(super) with: Option<String>,
    pub(super) without: Option<String>,
    pub(super) fans_of: Option<String>,
    pub(super) tolerance: Option<f64>,
    pub(super) optional: bool,
}

impl Rule {
    fn of(patterns: impl Into<Patterns>, decision: Decision) -> Self {
        Rule {
            patterns: patterns.into().0,
            decision,
            reading: None,
            axes: None,
            with: None,
            without: None,
            fans_of: None,
            tolerance: None,
            optional: false,
        }
    }

    /// A scheme for the parameters that a pattern, or one of several, matches.
    #[must_use]
    pub fn new(patterns: impl Into<Patterns>, scheme: impl Scheme + 'static) -> Self {
        Rule::of(patterns, Decision::Scheme(Arc::new(scheme)))
    }

    /// A scheme by its text, in which every number may be arithmetic with variables.
    #[must_use]
    pub fn text(patterns: impl Into<Patterns>, scheme: impl Into<String>) -> Self {
        Rule::of(patterns, Decision::Text(scheme.into()))
    }

    /// A closure that chooses a scheme for each parameter.
    #[must_use]
    pub fn from_fn<F>(patterns: impl Into<Patterns>, choose: F) -> Self
    where
        F: Fn(&Parameter, &Weight) -> Result<Arc<dyn Scheme>, InitError> + Send + Sync + 'static,
    {
        Rule::of(patterns, Decision::Fn(Arc::new(choose)))
    }

    /// Parameters that are left alone: planned, but not drawn.
    #[must_use]
    pub fn leave(patterns: impl Into<Patterns>) -> Self {
        Rule::of(patterns, Decision::Leave)
    }

    /// Parameters that get [what their own layer asks for](Parameter::asking).
    #[must_use]
    pub fn as_asked(patterns: impl Into<Patterns>) -> Self {
        Rule::of(patterns, Decision::AsAsked)
    }

    /// With shapes that are read so, in the notation of [`Reading`](crate::Reading).
    #[must_use]
    pub fn reading(mut self, reading: impl Into<String>) -> Self {
        self.reading = Some(reading.into());
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
        self.patterns.iter().map(String::as_str)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({})", self.patterns.join(", "))
    }
}

impl From<&str> for Patterns {
    fn from(pattern: &str) -> Self {
        Patterns(vec![pattern.to_string()])
    }
}

impl From<String> for Patterns {
    fn from(pattern: String) -> Self {
        Patterns(vec![pattern])
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
        Patterns(patterns.into_iter().map(Into::into).collect())
    }
}
