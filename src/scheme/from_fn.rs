//! A closure as a scheme.

use std::fmt;

use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A scheme whose law for a weight is what `law` returns. `name` stands for it in `Debug`, in
/// descriptions and in texts, in angle brackets.
///
/// ```
/// use fanin::{Initializer, Key, Law, from_fn};
/// use ndarray::Array2;
///
/// // The scale of `torch.nn.Linear`.
/// let small = from_fn("small", |weight| Law::normal(0.0, 1.0 / (3.0 * weight.fan_in()?)));
/// let w: Array2<f32> = small.init_keyed(Key::from_seed(1), (256, 784))?;
/// assert_eq!(small.describe((256, 784))?.std(), Some((1.0 / (3.0 * 784.0_f64)).sqrt()));
/// assert_eq!(format!("{small:?}"), "<small>");
/// assert_eq!(w.dim(), (256, 784));
/// # Ok::<(), fanin::InitError>(())
/// ```
pub fn from_fn<F>(name: impl Into<String>, law: F) -> FromFn<F>
where
    F: Fn(&Weight) -> Result<Law, InitError> + Send + Sync,
{
    FromFn {
        name: name.into(),
        law,
    }
}

/// A closure as a scheme: what [`from_fn`] returns.
#[derive(Clone)]
pub struct FromFn<F> {
    name: String,
    law: F,
}

impl<F> FromFn<F> {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<F> Scheme for FromFn<F>
where
    F: Fn(&Weight) -> Result<Law, InitError> + Send + Sync,
{
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        (self.law)(weight)
    }

    fn text(&self) -> String {
        format!("{self:?}")
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name)
    }
}
