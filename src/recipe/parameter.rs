//! A parameter of a model.

use std::fmt;
use std::sync::Arc;

use super::dtype::Dtype;
use crate::scheme::Scheme;

/// A parameter of a model as it is known before it has values: name, shape, element type, and what the layer
/// itself asked for, where that is known.
///
/// ```
/// use fanin::{Dtype, HeNormal, Parameter};
///
/// let weight = Parameter::new("h.0.mlp.c_fc.weight", [768, 3072]).dtype(Dtype::Bf16);
/// assert_eq!((weight.name(), weight.shape()), ("h.0.mlp.c_fc.weight", &[768, 3072][..]));
/// assert_eq!(weight.element_type(), Dtype::Bf16);
/// let head = Parameter::new("head.weight", [10, 768]).asking(HeNormal);
/// assert_eq!(head.asked().unwrap().text(), "he_normal");
/// ```
#[derive(Clone)]
pub struct Parameter {
    name: Arc<str>,
    shape: Vec<usize>,
    dtype: Dtype,
    asked: Option<Arc<dyn Scheme>>,
    reading: Option<Arc<str>>,
}

impl Parameter {
    /// A parameter of `f32`, by its full name and the shape in which it is stored.
    #[must_use]
    pub fn new(name: impl Into<String>, shape: impl Into<Vec<usize>>) -> Self {
        Parameter {
            name: name.into().into(),
            shape: shape.into(),
            dtype: Dtype::F32,
            asked: None,
            reading: None,
        }
    }

    /// With elements of that type.
    #[must_use]
    pub fn dtype(mut self, dtype: Dtype) -> Self {
        self.dtype = dtype;
        self
    }

    /// With the scheme that the layer itself asks for, which a rule of the kind
    /// [`as_asked`](crate::Rule::as_asked) takes.
    #[must_use]
    pub fn asking(mut self, scheme: impl Scheme + 'static) -> Self {
        self.asked = Some(Arc::new(scheme));
        self
    }

    /// With the reading that its layer is known to have, for a rule that says none: what a framework knows of a
    /// layer whose shape is not a plain one.
    ///
    /// ```
    /// use fanin::{HeNormal, Key, Parameter, Recipe, Rule};
    ///
    /// let stored = Parameter::new("fc.weight", [784, 256]).reading("i o");
    /// let plan = Recipe::new().rule(Rule::new("**", HeNormal)).plan(&Key::from_seed(0), [stored])?;
    /// assert_eq!(plan.get("fc.weight").unwrap().weight().fan_in(), Ok(784.0));
    /// # Ok::<(), fanin::PlanError>(())
    /// ```
    #[must_use]
    pub fn reading(mut self, reading: impl Into<String>) -> Self {
        self.reading = Some(reading.into().into());
        self
    }

    /// The full name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The shape in which it is stored.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The type of its elements.
    #[must_use]
    pub fn element_type(&self) -> Dtype {
        self.dtype
    }

    /// The scheme that the layer asks for.
    #[must_use]
    pub fn asked(&self) -> Option<&Arc<dyn Scheme>> {
        self.asked.as_ref()
    }

    pub(super) fn own_reading(&self) -> Option<&str> {
        self.reading.as_deref()
    }

    pub(super) fn shared_name(&self) -> Arc<str> {
        self.name.clone()
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Parameter::new({:?}, {:?}).dtype(Dtype::{:?})",
            self.name, self.shape, self.dtype
        )?;
        if let Some(reading) = &self.reading {
            write!(f, ".reading({reading:?})")?;
        }
        match &self.asked {
            Some(scheme) => write!(f, ".asking({scheme:?})"),
            None => Ok(()),
        }
    }
}
