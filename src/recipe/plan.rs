//! A plan: a filler for each parameter, on demand.

use std::collections::HashMap;
use std::fmt;
use std::slice;
use std::sync::Arc;

use super::drawn::Drawn;
use super::dtype::Dtype;
use super::rule::Rule;
use crate::error::InitError;
use crate::filler::Filler;
use crate::initializer::Initializer;
use crate::key::Key;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A parameter with the rule that decides it.
///
/// It holds a scheme, a weight and a key, and no values: [`filler`](Planned::filler) makes what draws them.
#[derive(Clone, Debug)]
pub struct Planned {
    pub(super) name: Arc<str>,
    pub(super) weight: Weight,
    pub(super) dtype: Dtype,
    pub(super) rule: Arc<Rule>,
    pub(super) key: Key,
    pub(super) drawn: Option<Drawn>,
}

impl Planned {
    /// The full name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The weight, as the rule reads its shape.
    #[must_use]
    pub fn weight(&self) -> &Weight {
        &self.weight
    }

    /// The type of its elements.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// The rule that decides it.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Whether its rule leaves it alone: it has no values of its own, and may be copied from elsewhere.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.drawn.is_none()
    }

    /// The scheme, unless it is left alone.
    #[must_use]
    pub fn scheme(&self) -> Option<&Arc<dyn Scheme>> {
        self.drawn.as_ref().map(|drawn| &drawn.scheme)
    }

    /// The law of its values in words; that of several parts, one after the other.
    #[must_use]
    pub fn law(&self) -> Option<&str> {
        self.drawn.as_ref().map(|drawn| &*drawn.law)
    }

    /// The standard deviation of its values, where it is known and the same for all parts.
    #[must_use]
    pub fn std(&self) -> Option<f64> {
        self.drawn.as_ref().and_then(|drawn| drawn.std)
    }

    /// The one value that all elements have, if they have one. For a type of integers it is a whole number that
    /// the type can hold.
    #[must_use]
    pub fn constant(&self) -> Option<f64> {
        self.drawn.as_ref().and_then(|drawn| drawn.constant)
    }

    /// The number of elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.weight.len()
    }

    /// The bytes of its elements.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.elements().saturating_mul(self.dtype.size() as u64)
    }

    /// A new filler, under the key `key.child(name)` of the plan's key.
    ///
    /// That of a type of integers has their one value as floats.
    ///
    /// # Errors
    ///
    /// [`InitError::LeftAlone`] for a parameter that its rule leaves alone. What the scheme refuses has been found
    /// when the plan was made.
    pub fn filler(&self) -> Result<Filler, InitError> {
        match &self.drawn {
            Some(drawn) => drawn.scheme.filler(self.key.clone(), &self.weight),
            None => Err(InitError::LeftAlone {
                name: self.name.to_string(),
            }),
        }
    }
}

/// What a [`Recipe`](crate::Recipe) decides for a model: each parameter with its weight, scheme and key, checked.
///
/// It keeps no values and no matrices, is cheap to clone, and can be read from many threads. It prints as a table.
#[derive(Clone)]
pub struct Plan {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    planned: Vec<Planned>,
    places: HashMap<Arc<str>, usize>,
}

impl Plan {
    /// Of parameters with different names.
    pub(super) fn new(planned: Vec<Planned>) -> Self {
        let names = planned.iter().enumerate();
        let places = names.map(|(place, planned)| (planned.name.clone(), place));
        Plan {
            inner: Arc::new(Inner {
                places: places.collect(),
                planned,
            }),
        }
    }

    /// The parameters, in the order of the model.
    pub fn iter(&self) -> slice::Iter<'_, Planned> {
        self.inner.planned.iter()
    }

    /// The parameter of that full name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Planned> {
        self.inner.planned.get(*self.inner.places.get(name)?)
    }

    /// The number of parameters, as tensors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.planned.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.planned.is_empty()
    }

    /// The number of all elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.iter()
            .map(Planned::elements)
            .fold(0, u64::saturating_add)
    }

    /// The bytes of all elements.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.iter().map(Planned::bytes).fold(0, u64::saturating_add)
    }
}

impl<'a> IntoIterator for &'a Plan {
    type Item = &'a Planned;
    type IntoIter = slice::Iter<'a, Planned>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}
