//! The variance as a hyper-parameter.

use std::fmt;

use super::scheme::deeper;
use crate::error::{InitError, non_negative};
use crate::law::Law;
use crate::scheme::Scheme;
use crate::syntax::Number;
use crate::weight::Weight;

/// A scheme whose **variance** is multiplied by a factor, to be tuned like any hyper-parameter.
///
/// Every value is multiplied by the factor's root; the draws do not change. A sweep over the
/// factor is a controlled experiment: the same network, larger or smaller.
///
/// - `Scaled` of `Scaled` is `Scaled` with the product of the factors.
/// - A factor of 1 changes no bit, a factor of 0 gives zeros.
/// - A value of a law around 0 is the factor's root times the unscaled one: exactly if the root is
///   a power of two, else within 3.5 units in the last place in `f32`, 1.51 in `f16` and `bf16`, and
///   within 2 epsilon in `f64`. (With a mean, the rounding of the sum adds to this.)
/// - A law's mean and bounds are multiplied by the root as its values are:
///   `Constant::new(c)?.scaled(f)?` is `Constant::new(c * f.sqrt())?`.
///
/// ```
/// use fanin::{HeNormal, Initializer, Key, LeCunNormal, Scaled};
/// use ndarray::Array2;
///
/// let key = Key::from_seed(1);
/// let half = HeNormal.scaled(0.5)?;
/// assert_eq!(half, Scaled::new(HeNormal, 0.5)?);
///
/// // Half of 2 / fan_in is 1 / fan_in.
/// let w: Array2<f32> = half.init_keyed(key.clone(), (256, 784))?;
/// assert_eq!(w, LeCunNormal.init_keyed(key.clone(), (256, 784))?);
///
/// // Four times the variance is twice every value.
/// let v: Array2<f32> = HeNormal.scaled(2.0)?.init_keyed(key.clone(), (256, 784))?;
/// assert_eq!(v, &w * 2.0);
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Scaled<S> {
    inner: S,
    factor: f64,
}

impl<S: Scheme> Scaled<S> {
    /// `inner` with its variance multiplied by `variance`, which must be finite and at least 0.
    /// [`Initializer::scaled`](crate::Initializer::scaled) is the same.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the factor is negative, NaN or infinite, or `inner` is 32 schemes
    /// within each other.
    pub fn new(inner: S, variance: f64) -> Result<Self, InitError> {
        let factor = non_negative("variance factor", variance)?;
        deeper(inner.depth())?;
        Ok(Scaled { inner, factor })
    }

    /// `inner` with its variance multiplied by each of the factors, in their order: the steps of a
    /// sweep. From one key all of them have the same draws, so that two steps differ only in scale.
    ///
    /// ```
    /// use fanin::{HeNormal, Initializer, Key, Scaled};
    /// use ndarray::Array2;
    ///
    /// let key = Key::from_seed(7).child("layers.0.weight");
    /// let one: Array2<f32> = HeNormal.init_keyed(key.clone(), (30, 20))?;
    /// for step in Scaled::sweep(HeNormal, [0.25, 1.0, 4.0])? {
    ///     let w: Array2<f32> = step.init_keyed(key.clone(), (30, 20))?;
    ///     assert_eq!(w, &one * step.factor().sqrt() as f32);
    /// }
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// `scheme` may be a `&dyn Scheme`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if a factor is negative, NaN or infinite.
    pub fn sweep(inner: S, factors: impl IntoIterator<Item = f64>) -> Result<Vec<Self>, InitError>
    where
        S: Clone,
    {
        let step = |factor| Scaled::new(inner.clone(), factor);
        factors.into_iter().map(step).collect()
    }
}

impl<S> Scaled<S> {
    /// The scheme that is scaled.
    pub const fn inner(&self) -> &S {
        &self.inner
    }

    /// The factor of its variance.
    pub const fn factor(&self) -> f64 {
        self.factor
    }
}

impl<S: Scheme> Scheme for Scaled<S> {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        self.inner.law(weight)?.scaled(self.factor)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn depth(&self) -> usize {
        self.inner.depth() + 1
    }
}

impl<S: fmt::Debug> fmt::Debug for Scaled<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.scaled({:?})", self.inner, self.factor)
    }
}

/// What its `FromStr` and [`parse`](crate::parse) read.
impl<S: Scheme> fmt::Display for Scaled<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.scaled({})", self.inner.text(), Number(self.factor));
        f.pad(&text)
    }
}
