//! The policy: which law a weight should have.

use std::{fmt::Debug, sync::Arc};

use crate::error::InitError;
use crate::law::Law;
use crate::syntax::MAX_DEPTH;
use crate::weight::Weight;

/// A rule that selects the [`Law`] of a [`Weight`]. **This is the trait to implement.**
///
/// A scheme holds no randomness: it reads a weight's fans and returns a law. To draw from it,
/// import [`Initializer`](crate::Initializer), whose methods every scheme has.
///
/// The trait is object-safe, and implemented for `&S`, `Box<S>` and `Arc<S>`; configurations and
/// layers hold a `Box<dyn Scheme>`, or an `Arc<dyn Scheme>` if they must be `Clone`, or take a
/// `&dyn Scheme`, and import both traits.
///
/// ```
/// use fanin::{InitError, Initializer, Key, Law, Scheme, Weight};
/// use ndarray::Array2;
///
/// /// Variance 1 / (3 fan_in), the scale of `torch.nn.Linear`.
/// #[derive(Debug)]
/// struct Small;
///
/// impl Scheme for Small {
///     fn law(&self, weight: &Weight) -> Result<Law, InitError> {
///         Law::normal(0.0, 1.0 / (3.0 * weight.fan_in()?))
///     }
/// }
///
/// let w: Array2<f64> = Small.init_keyed(Key::from_seed(1), (300, 100))?;
/// let second_moment = w.mapv(|x| x * x).mean().unwrap();
/// // 30,000 values: one standard error is sqrt(2 / 30,000) = 0.8 %.
/// assert!((second_moment * 300.0 - 1.0).abs() < 0.033);
/// # Ok::<(), InitError>(())
/// ```
pub trait Scheme: Debug + Send + Sync {
    /// The law of `weight`.
    ///
    /// # Errors
    ///
    /// The errors of the weight ([`InitError::NoFan`] for a fan of a one-axis shape) and of
    /// [`Law`]'s constructors.
    fn law(&self, weight: &Weight) -> Result<Law, InitError>;

    /// The text that [`parse`](crate::parse) reads as this scheme: `he_normal`, `normal(std=0.02)`.
    ///
    /// By default this is the `Debug` output in angle brackets, which `parse` rejects: it is only for
    /// people to read.
    fn text(&self) -> String {
        format!("<{self:?}>")
    }

    /// How deeply schemes are nested: 1, or for a scheme that holds others, 1 more than the deepest of
    /// them. The schemes of this crate are at most 32 deep, so that none exhausts the stack.
    fn depth(&self) -> usize {
        1
    }
}

/// The depth of a scheme that holds others, the deepest of which is `inner` deep.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] beyond 32.
pub(super) fn deeper(inner: usize) -> Result<usize, InitError> {
    if inner < MAX_DEPTH {
        return Ok(inner + 1);
    }
    Err(InitError::InvalidParameter {
        name: "number of schemes within each other",
        value: inner as f64 + 1.0,
        rule: "at most 32; factors of one scheme multiply: give their product",
    })
}

impl<S: Scheme + ?Sized> Scheme for &S {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        (**self).law(weight)
    }

    fn text(&self) -> String {
        (**self).text()
    }

    fn depth(&self) -> usize {
        (**self).depth()
    }
}

impl<S: Scheme + ?Sized> Scheme for Box<S> {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        (**self).law(weight)
    }

    fn text(&self) -> String {
        (**self).text()
    }

    fn depth(&self) -> usize {
        (**self).depth()
    }
}

impl<S: Scheme + ?Sized> Scheme for Arc<S> {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        (**self).law(weight)
    }

    fn text(&self) -> String {
        (**self).text()
    }

    fn depth(&self) -> usize {
        (**self).depth()
    }
}
