//! What can be turned into a weight.

use std::fmt;

use ndarray::{Dim, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn, IxDynImpl};

use crate::error::InitError;
use crate::weight::{Axis, Weight};

/// What can be turned into a [`Weight`]: shapes, arrays of [`Axis`], and weights.
///
/// | given | number of axes of the result |
/// |---|---|
/// | `usize`, tuples, `[usize; N]`, ndarray's `Ix1` to `Ix6` | that of the shape |
/// | `[Axis; N]` | `N` |
/// | `&[usize]`, `Vec<usize>`, `IxDyn`, `&[Axis]`, `Weight`, `&Weight` | dynamic |
///
/// A plain shape is read as `[fan_out, fan_in, kernel...]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the shape of a weight",
    label = "not a shape",
    note = "a shape is a `usize`, a tuple or an array of `usize`, an array of `fanin::Axis`, a `Weight`, or an operation such as `Conv::new(outputs, inputs, [3, 3])`",
    note = "that of an array `a` is `a.dim()`"
)]
pub trait IntoWeight: Sized {
    /// The dimension of an array that holds the weight.
    type Dim: Dimension;

    /// The weight.
    ///
    /// # Errors
    ///
    /// [`InitError::TooLarge`] if the shape has 2^64 elements or more, axes of length 0 not counted.
    fn into_weight(self) -> Result<Weight, InitError>;

    /// The same shape with its fans stated outright, whatever its axes say.
    ///
    /// ```
    /// use fanin::{HeNormal, Initializer, IntoWeight, Key};
    /// use ndarray::Array2;
    ///
    /// // One parameter per channel and place; each output sums over 9 of them.
    /// let shape = (64, 9).fans(9, 9);
    /// let w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(0), shape)?;
    /// assert_eq!(HeNormal.describe(shape)?.fan_in(), Some(9.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    fn fans(self, fan_in: usize, fan_out: usize) -> WithFans<Self> {
        WithFans {
            shape: self,
            fan_in,
            fan_out,
        }
    }
}

/// A shape with its fans stated: what [`IntoWeight::fans`] returns.
#[derive(Clone, Copy, PartialEq)]
pub struct WithFans<S> {
    shape: S,
    fan_in: usize,
    fan_out: usize,
}

impl<S: fmt::Debug> fmt::Debug for WithFans<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}.fans({}, {})",
            self.shape, self.fan_in, self.fan_out
        )
    }
}

impl<S: IntoWeight> IntoWeight for WithFans<S> {
    type Dim = S::Dim;

    fn into_weight(self) -> Result<Weight, InitError> {
        Ok(self.shape.into_weight()?.fans(self.fan_in, self.fan_out))
    }
}

impl Weight {
    /// A weight of any shape, or of anything else that can be [turned into one](IntoWeight).
    ///
    /// # Errors
    ///
    /// [`InitError::TooLarge`] if the shape has 2^64 elements or more; what an operation's type
    /// refuses.
    pub fn new(shape: impl IntoWeight) -> Result<Self, InitError> {
        shape.into_weight()
    }
}

impl IntoWeight for Weight {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Ok(self)
    }
}

impl IntoWeight for &Weight {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Ok(self.clone())
    }
}

impl<const N: usize> IntoWeight for [Axis; N]
where
    Dim<[usize; N]>: Dimension,
{
    type Dim = Dim<[usize; N]>;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::with_axes(self)
    }
}

impl IntoWeight for &[Axis] {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::with_axes(self)
    }
}

impl<const N: usize> IntoWeight for [usize; N]
where
    Dim<[usize; N]>: Dimension,
{
    type Dim = Dim<[usize; N]>;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::plain(&self)
    }
}

impl<const N: usize> IntoWeight for Dim<[usize; N]>
where
    Dim<[usize; N]>: Dimension,
{
    type Dim = Self;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::plain(self.slice())
    }
}

impl IntoWeight for Dim<IxDynImpl> {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::plain(self.slice())
    }
}

impl IntoWeight for &[usize] {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::plain(self)
    }
}

impl IntoWeight for Vec<usize> {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::plain(&self)
    }
}

impl IntoWeight for usize {
    type Dim = Ix1;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::plain(&[self])
    }
}

macro_rules! tuples {
    (@usize $n:ident) => { usize };
    ($($dim:ident: ($($n:ident),*);)*) => {$(
        impl IntoWeight for ($(tuples!(@usize $n),)*) {
            type Dim = $dim;

            fn into_weight(self) -> Result<Weight, InitError> {
                let ($($n,)*) = self;
                Weight::plain(&[$($n),*])
            }
        }
    )*};
}

tuples! {
    Ix0: ();
    Ix1: (a);
    Ix2: (a, b);
    Ix3: (a, b, c);
    Ix4: (a, b, c, d);
    Ix5: (a, b, c, d, e);
    Ix6: (a, b, c, d, e, f);
}
