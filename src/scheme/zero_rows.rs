//! Rows of zeros in another scheme.

use std::fmt;
use std::sync::Arc;

use super::scheme::deeper;
use crate::error::InitError;
use crate::law::{Along, Factors, Law};
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A scheme with zeros at some places along an axis, as an embedding has in the row of its padding. All other
/// values are those of the scheme alone, from the same key; fans are those of the weight.
///
/// - `at`: places along the axis, from 0, in any order; `axis`: 0, the rows, unless
///   [`axis`](ZeroRows::axis) says otherwise. That they exist is seen where the scheme meets a weight.
/// - With a share `z` of zeros, mean `m` and variance `v` of the scheme: mean `(1 - z) m`, variance
///   `(1 - z) (v + z m^2)`.
/// - The scheme's values are independent or follow from their place: of a matrix, a choice or repeated outputs, zeros
///   leave what has no known law, and they are refused ([`ByPart`](crate::ByPart) draws each part by itself).
/// - Of a weight with [parts](Weight::parts) each part is asked for, with places of its own; of one that is drawn
///   in another order of axes, axes are counted in that order.
///
/// ```
/// use fanin::{Initializer, Key, Normal};
/// use ndarray::{Array2, s};
///
/// let normal = Normal::new(0.0, 1.0)?;
/// let padded = normal.zero_rows([1280])?;
/// let filler = padded.filler(Key::from_seed(0), (1282, 16))?;
/// let w: Array2<f32> = filler.array()?.into_dimensionality().unwrap();
/// let all: Array2<f32> = normal.init_keyed(Key::from_seed(0), (1282, 16))?;
/// assert!(w.row(1280).iter().all(|&x| x == 0.0));
/// assert_eq!(w.row(1281), all.row(1281));
///
/// // A shard knows, and so does the check.
/// let shard: Array2<f32> = filler.region((1270..1282, ..))?;
/// assert_eq!(shard, w.slice(s![1270.., ..]));
/// assert!(filler.check(&w)?.passed());
/// assert!(!filler.check(&all)?.passed());
/// assert_eq!(padded.to_string(), "normal(std=1).zero_rows(at=[1280])");
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct ZeroRows<S> {
    inner: S,
    axis: usize,
    at: Arc<[usize]>,
}

impl<S: Scheme> ZeroRows<S> {
    /// `inner` with zeros in those rows. [`Initializer::zero_rows`](crate::Initializer::zero_rows) is the same.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `inner` is 32 schemes within each other.
    pub fn new(inner: S, at: impl IntoIterator<Item = usize>) -> Result<Self, InitError> {
        deeper(inner.depth())?;
        let mut at: Vec<usize> = at.into_iter().collect();
        at.sort_unstable();
        at.dedup();
        Ok(ZeroRows {
            inner,
            axis: 0,
            at: at.into(),
        })
    }
}

impl<S> ZeroRows<S> {
    /// The same along another axis.
    #[must_use]
    pub fn axis(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The scheme of the other values.
    pub const fn inner(&self) -> &S {
        &self.inner
    }

    /// The places, in order.
    pub fn at(&self) -> &[usize] {
        &self.at
    }
}

impl<S: Scheme> Scheme for ZeroRows<S> {
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if there is no such axis or place; [`InitError::NotIndependent`] for
    /// a law that is not element-wise; and as the scheme.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let law = self.inner.law(weight)?;
        law.belongs_to(weight)?;
        let factors = Factors::new(weight, self.axis, Along::Zeros(self.at.clone()))?;
        law.factored(factors, "a row of zeros")
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn depth(&self) -> usize {
        self.inner.depth() + 1
    }
}

impl<S: fmt::Debug> fmt::Debug for ZeroRows<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.zero_rows({:?})", self.inner, self.at)?;
        if self.axis != 0 {
            write!(f, ".axis({})", self.axis)?;
        }
        Ok(())
    }
}

/// What its `FromStr` and [`parse`](crate::parse) read.
impl<S: Scheme> fmt::Display for ZeroRows<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axis = match self.axis {
            0 => String::new(),
            axis => format!(", axis={axis}"),
        };
        f.pad(&format!(
            "{}.zero_rows(at={:?}{axis})",
            self.inner.text(),
            self.at
        ))
    }
}
