//! A parameter of a layer.

use std::{borrow::Cow, fmt, marker::PhantomData, sync::Arc};

use fanin::{
    Description, Element, InitError, Initializer as _, IntoWeight, Key, Law, Scheme, Weight,
};
use ndarray::{Array, ArrayRef, Dimension, IxDyn};
use rand::Rng;

/// A parameter of a framework's layer: its name, the weight as the framework reads its array, and
/// the scheme by which it is drawn. `D` is the dimension of the array.
///
/// It converts to its weight wherever a shape is expected, so that another scheme can be used with
/// the framework's shape; with [`scheme`](Parameter::scheme), a region can be drawn.
///
/// ```
/// use fanin_compat::pytorch::Conv2d;
/// use fanin::{HeNormal, Initializer, Key};
/// use ndarray::Array4;
///
/// let weight = Conv2d::new(16, 32, [3, 3]).weight()?;
/// assert_eq!(
///     weight.describe()?.to_string(),
///     "pytorch::kaiming_uniform_(2.23606797749979, Mode::FanIn, GainFor::LeakyRelu) for \
///      [32, 16, 3, 3] as o i k k: fan_in 144, fan_out 288; uniform, mean 0, variance 0.00231481; std 0.0481125"
/// );
/// let key = Key::from_seed(3);
/// let theirs: Array4<f32> = weight.init_keyed(key.clone())?;
/// let better: Array4<f32> = HeNormal.init_keyed(key.clone(), &weight)?;
/// assert_eq!(theirs.dim(), better.dim());
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone)]
pub struct Parameter<D = IxDyn> {
    name: Cow<'static, str>,
    weight: Weight,
    scheme: Arc<dyn Scheme>,
    dim: PhantomData<fn() -> D>,
}

impl<D: Dimension> Parameter<D> {
    /// `D` is the dimension of the weight's shape.
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        weight: Weight,
        scheme: impl Scheme + 'static,
    ) -> Self {
        Parameter {
            name: name.into(),
            weight,
            scheme: Arc::new(scheme),
            dim: PhantomData,
        }
    }

    /// The same under another name.
    pub(crate) fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// The framework's name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The weight, with the fans that the framework reads from its shape.
    #[must_use]
    pub fn weight(&self) -> &Weight {
        &self.weight
    }

    /// The scheme by which it is drawn.
    #[must_use]
    pub fn scheme(&self) -> &dyn Scheme {
        &*self.scheme
    }

    /// The law of its values.
    ///
    /// # Errors
    ///
    /// As the scheme for the weight.
    pub fn law(&self) -> Result<Law, InitError> {
        self.scheme.law(&self.weight)
    }

    /// What would be drawn: see [`Initializer::describe`](fanin::Initializer::describe).
    ///
    /// # Errors
    ///
    /// As the scheme for the weight.
    pub fn describe(&self) -> Result<Description, InitError> {
        self.scheme.describe(&self.weight)
    }

    /// A new array, from a key that is drawn from `rng`.
    ///
    /// # Errors
    ///
    /// As [`Initializer::init`](fanin::Initializer::init).
    pub fn init<F: Element, R: Rng + ?Sized>(&self, rng: &mut R) -> Result<Array<F, D>, InitError> {
        self.scheme.init(rng, self)
    }

    /// A new array, from a key.
    ///
    /// # Errors
    ///
    /// As [`Initializer::init_keyed`](fanin::Initializer::init_keyed).
    pub fn init_keyed<F: Element>(&self, key: Key) -> Result<Array<F, D>, InitError> {
        self.scheme.init_keyed(key, self)
    }

    /// Fills an array of its shape, from a key that is drawn from `rng`.
    ///
    /// # Errors
    ///
    /// As [`Filler::fill`](fanin::Filler::fill).
    pub fn fill<F: Element, R: Rng + ?Sized>(
        &self,
        rng: &mut R,
        array: &mut ArrayRef<F, D>,
    ) -> Result<(), InitError> {
        // A call that fails has drawn nothing.
        if array.shape() != self.weight.shape() {
            return Err(InitError::ShapeMismatch {
                weight: self.weight.shape().to_vec(),
                reading: self.weight.reading().to_string(),
                array: array.shape().to_vec(),
            });
        }
        self.scheme.filler(Key::from_seed(0), self)?.fits::<F>()?;
        self.fill_keyed(Key::from_rng(rng), array)
    }

    /// Fills an array of its shape, from a key.
    ///
    /// # Errors
    ///
    /// As [`Filler::fill`](fanin::Filler::fill).
    pub fn fill_keyed<F: Element>(
        &self,
        key: Key,
        array: &mut ArrayRef<F, D>,
    ) -> Result<(), InitError> {
        self.scheme.filler(key, self)?.fill(array)
    }

    /// The same parameter for arrays of a dynamic dimension.
    #[must_use]
    pub fn into_dyn(self) -> Parameter {
        Parameter {
            name: self.name,
            weight: self.weight,
            scheme: self.scheme,
            dim: PhantomData,
        }
    }
}

impl<D: Dimension> IntoWeight for &Parameter<D> {
    type Dim = D;

    fn into_weight(self) -> Result<Weight, InitError> {
        Ok(self.weight.clone())
    }
}

impl<D> fmt::Debug for Parameter<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("name", &self.name)
            .field("shape", &self.weight.shape())
            .field("scheme", &self.scheme)
            .finish()
    }
}
