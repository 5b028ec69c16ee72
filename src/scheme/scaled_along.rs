//! A factor of the variance that varies along an axis.

use std::fmt;
use std::sync::Arc;

use super::formula::Formula;
use super::scheme::deeper;
use crate::error::{InitError, TooLarge, non_negative};
use crate::law::{Along, Factors, Law};
use crate::num::memory::room_for;
use crate::scheme::Scheme;
use crate::syntax::Number;
use crate::weight::Weight;

/// A scheme with its **variance** multiplied by a factor for every place along an axis. The draws do not change:
/// every value is multiplied by the root of the factor of its place.
///
/// - The factors: finite and at least 0, as many as the axis has places; a formula of the place `n`, counted from
///   0 ([`formula`](ScaledAlong::formula)); or a closure ([`from_fn`](ScaledAlong::from_fn)). A factor of 1
///   changes no bit, one of 0 gives zeros.
/// - With the mean `f` of the factors and `r` of their roots, mean `m` and variance `v` of the scheme: mean `r m`,
///   variance `f (v + m^2) - r^2 m^2`.
/// - [`Scaled`](crate::Scaled) around it or in it multiplies all of them. Along several axes they multiply.
/// - The scheme's values are independent or follow from their place; others are refused, as by
///   [`ZeroRows`](crate::ZeroRows), where parts and orders of axes are said, too.
///
/// ```
/// use fanin::{HeNormal, Initializer, Key, ScaledAlong};
/// use ndarray::Array2;
///
/// // The second output is half as large, the third is 0.
/// let scheme = HeNormal.scaled_along(0, [1.0, 0.25, 0.0])?;
/// let w: Array2<f32> = scheme.init_keyed(Key::from_seed(0), (3, 40))?;
/// let he: Array2<f32> = HeNormal.init_keyed(Key::from_seed(0), (3, 40))?;
/// assert_eq!(w.row(0), he.row(0));
/// assert_eq!(w.row(1), &he.row(1) * 0.5);
/// assert!(w.row(2).iter().all(|&x| x == 0.0));
/// assert_eq!(scheme.to_string(), "he_normal.scaled_along(axis=0, variance=[1, 0.25, 0])");
///
/// let falling = ScaledAlong::formula(HeNormal, 0, "1 / (n + 1)")?;
/// assert_eq!(falling.to_string(), "he_normal.scaled_along(axis=0, variance=1 / (n + 1))");
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone)]
pub struct ScaledAlong<S> {
    inner: S,
    axis: usize,
    variance: Variance,
}

type Function = Arc<dyn Fn(u64) -> f64 + Send + Sync>;

#[derive(Clone)]
pub(crate) enum Variance {
    Each(Arc<[f64]>),
    Formula(Formula),
    Function { name: String, function: Function },
}

impl<S: Scheme> ScaledAlong<S> {
    /// `inner` with its variance multiplied by a factor for every place along `axis`.
    /// [`Initializer::scaled_along`](crate::Initializer::scaled_along) is the same.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if a factor is negative, NaN or infinite, or `inner` is 32 schemes
    /// within each other.
    pub fn new(
        inner: S,
        axis: usize,
        variance: impl IntoIterator<Item = f64>,
    ) -> Result<Self, InitError> {
        let variance = variance.into_iter();
        let variance: Result<Vec<f64>, _> = variance.map(|x| non_negative(FACTOR, x)).collect();
        ScaledAlong::of(inner, axis, Variance::Each(variance?.into()))
    }

    /// The same with the factor that a formula has at place `n`: see [`Along`](crate::Along).
    ///
    /// # Errors
    ///
    /// [`InitError::Text`] if it cannot be read, or has another variable than `n`;
    /// [`InitError::InvalidParameter`] if `inner` is 32 schemes within each other.
    pub fn formula(inner: S, axis: usize, variance: &str) -> Result<Self, InitError> {
        ScaledAlong::of(inner, axis, Variance::Formula(Formula::read(variance)?))
    }

    /// The same with the factor that a closure returns for a place. `name` stands for it in `Debug`.
    ///
    /// The law [is not bit-stable](Law::is_bit_stable): nobody knows whether the closure is the same on every
    /// machine.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `inner` is 32 schemes within each other.
    pub fn from_fn(
        inner: S,
        name: impl Into<String>,
        axis: usize,
        variance: impl Fn(u64) -> f64 + Send + Sync + 'static,
    ) -> Result<Self, InitError> {
        let variance = Variance::Function {
            name: name.into(),
            function: Arc::new(variance),
        };
        ScaledAlong::of(inner, axis, variance)
    }

    pub(crate) fn of(inner: S, axis: usize, variance: Variance) -> Result<Self, InitError> {
        deeper(inner.depth())?;
        Ok(ScaledAlong {
            inner,
            axis,
            variance,
        })
    }
}

/// What a factor is called in errors.
const FACTOR: &str = "variance factor";

impl<S> ScaledAlong<S> {
    /// The scheme that is scaled.
    pub const fn inner(&self) -> &S {
        &self.inner
    }
}

impl Variance {
    /// The factors of the places of an axis of that length.
    fn of_places(&self, len: usize, shape: &[usize]) -> Result<Arc<[f64]>, InitError> {
        if let Variance::Each(each) = self {
            return Ok(each.clone());
        }
        let bytes = (len as u64).saturating_mul(size_of::<f64>() as u64);
        if !room_for(bytes) {
            return Err(TooLarge::no_room(0, bytes).error(shape));
        }
        let at = |n| match self {
            Variance::Each(_) => Ok(1.0), // They are returned above.
            Variance::Formula(formula) => formula.at(n),
            Variance::Function { function, .. } => Ok(function(n)),
        };
        let factors = (0..len as u64).map(|n| non_negative(FACTOR, at(n)?));
        let factors: Result<Vec<f64>, InitError> = factors.collect();
        Ok(factors?.into())
    }
}

impl<S: Scheme> Scheme for ScaledAlong<S> {
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if there is no such axis, or a factor is negative, NaN or infinite;
    /// [`InitError::TableOfAnotherShape`] if there are not as many as places; [`InitError::NotIndependent`] for
    /// a law that is not element-wise; what a law that is scaled by the least and by the largest of them
    /// returns; and as the scheme.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let law = self.inner.law(weight)?;
        law.belongs_to(weight)?;
        let len = weight.shape().get(self.axis).copied().unwrap_or(0);
        let each = self.variance.of_places(len, weight.shape())?;
        let factors = Factors::new(weight, self.axis, Along::Each(each))?;
        let law = law.factored(factors, "a factor along an axis")?;
        Ok(match self.variance {
            Variance::Function { .. } => law.of_this_machine(),
            _ => law,
        })
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn depth(&self) -> usize {
        self.inner.depth() + 1
    }
}

impl<S: fmt::Debug> fmt::Debug for ScaledAlong<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { inner, axis, .. } = self;
        match &self.variance {
            Variance::Each(each) => write!(f, "{inner:?}.scaled_along({axis}, {each:?})"),
            Variance::Formula(formula) => {
                let formula = formula.to_string();
                write!(f, "ScaledAlong::formula({inner:?}, {axis}, {formula:?})")
            }
            Variance::Function { name, .. } => {
                write!(f, "ScaledAlong::from_fn({inner:?}, <{name}>, {axis})")
            }
        }
    }
}

/// What its `FromStr` and [`parse`](crate::parse) read, but of a closure, which has no text.
impl<S: Scheme> fmt::Display for ScaledAlong<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inner, axis) = (self.inner.text(), self.axis);
        let along =
            |variance: &str| format!("{inner}.scaled_along(axis={axis}, variance={variance})");
        f.pad(&match &self.variance {
            Variance::Each(each) => {
                let each: Vec<String> = each.iter().map(|x| Number(*x).to_string()).collect();
                along(&format!("[{}]", each.join(", ")))
            }
            Variance::Formula(formula) => along(&formula.to_string()),
            Variance::Function { name, .. } => format!("<{}>", along(name)),
        })
    }
}

/// Of the same factors; two closures are the same if they are one.
impl<S: PartialEq> PartialEq for ScaledAlong<S> {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (&self.variance, &other.variance) {
            (Variance::Each(a), Variance::Each(b)) => a == b,
            (Variance::Formula(a), Variance::Formula(b)) => a == b,
            (Variance::Function { function: a, .. }, Variance::Function { function: b, .. }) => {
                Arc::ptr_eq(a, b)
            }
            _ => false,
        };
        is_same && self.inner == other.inner && self.axis == other.axis
    }
}
