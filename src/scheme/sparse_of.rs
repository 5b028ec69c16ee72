//! The values of another scheme in few connections.

use std::fmt;

use super::scheme::deeper;
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// The values of another scheme in exactly `nonzeros` of the connections of every output, 0 elsewhere: what
/// [`Sparse`](crate::Sparse) is of a normal law, which says what a connection is and what choosing costs.
///
/// - A kept value is that which the scheme draws from the same key at the same place. The scheme sees the weight's
///   fans; with a standard deviation of `g / sqrt(fan_in)`, a sum over inputs of variance 1 has the variance
///   `g^2 nonzeros / fan_in`.
/// - With a share `p = nonzeros / connections`, mean `m` and variance `v` of the scheme: mean `p m`, variance
///   `p (v + (1 - p) m^2)`.
/// - The scheme's law is for any shape: one that belongs to a shape, as a matrix or a table, is refused.
///
/// ```
/// use fanin::{Initializer, Key, Signs};
/// use ndarray::Array2;
///
/// let scheme = Signs::new(0.5)?.sparse(15)?;
/// let w: Array2<f32> = scheme.init_keyed(Key::from_seed(0), (100, 500))?;
/// for output in w.rows() {
///     assert_eq!(output.iter().filter(|x| x.abs() == 0.5).count(), 15);
///     assert_eq!(output.iter().filter(|x| **x == 0.0).count(), 485);
/// }
/// assert_eq!(scheme.to_string(), "signs(0.5).sparse(nonzeros=15)");
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct SparseOf<S> {
    inner: S,
    nonzeros: usize,
}

impl<S: Scheme> SparseOf<S> {
    /// `inner` in as many connections of every output. [`Initializer::sparse`](crate::Initializer::sparse) is
    /// the same.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `inner` is 32 schemes within each other.
    pub fn new(inner: S, nonzeros: usize) -> Result<Self, InitError> {
        deeper(inner.depth())?;
        Ok(SparseOf { inner, nonzeros })
    }
}

impl<S> SparseOf<S> {
    /// The scheme of what is kept.
    pub const fn inner(&self) -> &S {
        &self.inner
    }

    /// How many values of an output are kept.
    pub const fn nonzeros(&self) -> usize {
        self.nonzeros
    }
}

impl<S: Scheme> Scheme for SparseOf<S> {
    /// # Errors
    ///
    /// As [`Law::sparse_of`], and as the scheme.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::sparse_of(weight, self.nonzeros as u64, self.inner.law(weight)?)
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn depth(&self) -> usize {
        self.inner.depth() + 1
    }
}

impl<S: fmt::Debug> fmt::Debug for SparseOf<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.sparse({:?})", self.inner, self.nonzeros)
    }
}

/// What its `FromStr` and [`parse`](crate::parse) read.
impl<S: Scheme> fmt::Display for SparseOf<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!(
            "{}.sparse(nonzeros={})",
            self.inner.text(),
            self.nonzeros
        ))
    }
}
