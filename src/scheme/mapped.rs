//! The values of another scheme, each mapped by an increasing function.

use std::fmt;

use super::scheme::deeper;
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;
use crate::word::Map;

/// A scheme whose values are each mapped by an increasing function with an inverse: a parameter that a model
/// stores as the inverse of what it uses.
///
/// - `map`: see [`Map`]. The values that are mapped must be those that it is for.
/// - What is mapped has a normal, uniform or truncated normal law, or is itself mapped, or is constant; others
///   are refused. [`Scaled`](crate::Scaled) of it multiplies the mapped values, as those of any scheme; to
///   scale what is mapped, scale it before.
/// - Mean, variance and kurtosis are computed with 1536 nodes of Gauss and Legendre, to 1e-10 of themselves
///   where the law is not wider than that needs.
/// - Precision: the map is computed in the type of the draws, to 4 units in the last place of the value, or of
///   1 for sums that cancel each other; and its argument has the precision of a draw. Bits are the same on every
///   machine.
/// - The check looks at what the values were before they were mapped.
///
/// ```
/// use fanin::{Initializer, Key, LogUniform, Map};
/// use ndarray::Array1;
///
/// // Mamba's bias of the step: softplus of it is log-uniform between 0.001 and 0.1.
/// let bias = LogUniform::new(0.001, 0.1)?.mapped(Map::InverseSoftplus)?;
/// let b: Array1<f64> = bias.init_keyed(Key::from_seed(0), 1536)?;
/// let step = b.mapv(|b| b.exp().ln_1p());
/// assert!(step.iter().all(|dt| (0.000_999..0.100_1).contains(dt)));
/// assert!(bias.check(1536, &b)?.passed());
/// assert_eq!(bias.to_string(), "log_uniform(low=0.001, high=0.1).inverse_softplus");
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// A. Gu and T. Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023
/// (arXiv:2312.00752), section 3.6.
#[derive(Clone, Copy, PartialEq)]
pub struct Mapped<S> {
    inner: S,
    map: Map,
}

impl<S: Scheme> Mapped<S> {
    /// `inner` with each value mapped. [`Initializer::mapped`](crate::Initializer::mapped) is the same.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `inner` is 32 schemes within each other.
    pub fn new(inner: S, map: Map) -> Result<Self, InitError> {
        deeper(inner.depth())?;
        Ok(Mapped { inner, map })
    }
}

impl<S> Mapped<S> {
    /// The scheme of what is mapped.
    pub const fn inner(&self) -> &S {
        &self.inner
    }

    /// The function.
    pub const fn map(&self) -> Map {
        self.map
    }
}

impl<S: Scheme> Scheme for Mapped<S> {
    /// # Errors
    ///
    /// As [`Law::mapped`], and as the scheme of what is mapped.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        self.inner.law(weight)?.mapped(self.map)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn depth(&self) -> usize {
        self.inner.depth() + 1
    }
}

impl<S: fmt::Debug> fmt::Debug for Mapped<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.mapped(Map::{:?})", self.inner, self.map)
    }
}

/// What its `FromStr` and [`parse`](crate::parse) read.
impl<S: Scheme> fmt::Display for Mapped<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.inner.text(), self.map))
    }
}
