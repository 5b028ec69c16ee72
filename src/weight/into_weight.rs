//! Conversions into a weight.

use std::fmt;

use ndarray::{Dim, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn, IxDynImpl};

use crate::error::InitError;
use crate::weight::axis::Axis;
use crate::weight::into_fan::IntoFan;
use crate::weight::reading::Reading;
use crate::weight::weight::Weight;

/// A type that converts into a [`Weight`]: shapes, arrays of [`Axis`], operations, and weights.
///
/// | given | number of axes of the result |
/// |---|---|
/// | `usize`, tuples, `[usize; N]`, `&[usize; N]`, ndarray's `Ix1` to `Ix6` | that of the shape |
/// | `[Axis; N]`, `&[Axis; N]` | `N` |
/// | arrays of 7 to 12 lengths or axes | dynamic |
/// | `&[usize]`, `Vec<usize>`, `&Vec<usize>`, `IxDyn`, the same of [`Axis`], `Weight`, `&Weight` | dynamic |
///
/// A plain shape is read as `[fan_out, fan_in, kernel...]`; [`read`](IntoWeight::read) states
/// another reading.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the shape of a weight",
    label = "not a shape",
    note = "a shape is a `usize`, a tuple or an array of `usize`, an array of `fanin::Axis`, a `Weight`, or an operation such as `Conv::new([3, 3]).inputs(3).outputs(64)`",
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

    /// The same shape read by a [`Reading`], or by the text of one. It replaces any earlier
    /// reading.
    ///
    /// ```
    /// use fanin::{HeNormal, Initializer, IntoWeight, Key};
    /// use ndarray::Array2;
    ///
    /// // A dense layer that computes x W has its weights as [in, out].
    /// let w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(0), (784, 256).read("i o"))?;
    /// assert_eq!(HeNormal.describe((784, 256).read("i o"))?.fan_in(), Some(784.0));
    /// # assert_eq!(w.dim(), (784, 256));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// If the text is not a reading, or does not fit the shape,
    /// [`into_weight`](IntoWeight::into_weight) returns the error, and so does every method that
    /// takes the shape.
    fn read<R>(self, reading: R) -> ReadAs<Self>
    where
        R: TryInto<Reading>,
        R::Error: Into<InitError>,
    {
        ReadAs {
            shape: self,
            reading: reading.try_into().map_err(Into::into),
        }
    }

    /// The same shape with stated fans, whatever its axes are: see [`Weight::fans`].
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
    fn fans(self, fan_in: impl IntoFan, fan_out: impl IntoFan) -> WithFans<Self> {
        WithFans {
            shape: self,
            fan_in: fan_in.into_fan(),
            fan_out: fan_out.into_fan(),
        }
    }
}

/// A shape with its reading: what [`IntoWeight::read`] returns.
#[derive(Clone, PartialEq)]
pub struct ReadAs<S> {
    shape: S,
    reading: Result<Reading, InitError>,
}

impl<S: fmt::Debug> fmt::Debug for ReadAs<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reading {
            Ok(reading) => write!(f, "{:?}.read({:?})", self.shape, reading.to_string()),
            Err(error) => write!(f, "{:?}.read(<{error:?}>)", self.shape),
        }
    }
}

impl<S: IntoWeight> IntoWeight for ReadAs<S> {
    type Dim = S::Dim;

    fn into_weight(self) -> Result<Weight, InitError> {
        self.reading?.weight(self.shape.into_weight()?.shape())
    }
}

/// A shape with its fans stated: what [`IntoWeight::fans`] returns.
#[derive(Clone, Copy, PartialEq)]
pub struct WithFans<S> {
    shape: S,
    fan_in: f64,
    fan_out: f64,
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
    /// [`InitError::TooLarge`] if the shape has 2^64 elements or more; and the errors of an operation's
    /// type.
    pub fn new(shape: impl IntoWeight) -> Result<Self, InitError> {
        shape.into_weight()
    }

    /// The weight of a shape, read by a [`Reading`] or by the text of one. Its number of axes is
    /// dynamic; [`IntoWeight::read`](crate::IntoWeight::read) keeps that of the shape.
    ///
    /// ```
    /// use fanin::Weight;
    ///
    /// // Grouped-query attention, stored as [in, out]: fewer keys and values than queries.
    /// let qkv = Weight::read("i ([512 128 128] o)", &[512, 768])?;
    /// assert_eq!(
    ///     qkv.to_string(),
    ///     "[512, 768] as i ([512 128 128] o): fan_in 512, fan_out by part [512, 128, 128]"
    /// );
    /// let error = Weight::read("i o", &[64, 32, 3, 3]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "cannot read this text:\n  \
    ///        i o\n  \
    ///        ^^^ the reading has 2 axes, but shape [64, 32, 3, 3] has 4: give one letter for each axis"
    /// );
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitError::Text`] for a text that is not a reading, and for a reading that does not fit the
    /// shape: with another number of axes, with parts that do not add up, with groups or parts that do
    /// not divide their axis. [`InitError::TooLarge`] if the shape has 2^64 elements or more; and the
    /// errors of an operation's type.
    pub fn read<R>(reading: R, shape: impl IntoWeight) -> Result<Self, InitError>
    where
        R: TryInto<Reading>,
        R::Error: Into<InitError>,
    {
        let reading = reading.try_into().map_err(Into::into)?;
        reading.weight(shape.into_weight()?.shape())
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

impl IntoWeight for &[Axis] {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::from_axes(self)
    }
}

impl IntoWeight for Vec<Axis> {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::from_axes(self)
    }
}

impl IntoWeight for &Vec<Axis> {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::from_axes(self)
    }
}

// By length, since ndarray has no type for an array of more than six axes.
macro_rules! arrays {
    ($($len:literal: $dim:ty;)*) => {$(
        impl IntoWeight for [usize; $len] {
            type Dim = $dim;

            fn into_weight(self) -> Result<Weight, InitError> {
                Weight::plain(&self)
            }
        }

        impl IntoWeight for &[usize; $len] {
            type Dim = $dim;

            fn into_weight(self) -> Result<Weight, InitError> {
                Weight::plain(self)
            }
        }

        impl IntoWeight for [Axis; $len] {
            type Dim = $dim;

            fn into_weight(self) -> Result<Weight, InitError> {
                Weight::from_axes(self)
            }
        }

        impl IntoWeight for &[Axis; $len] {
            type Dim = $dim;

            fn into_weight(self) -> Result<Weight, InitError> {
                Weight::from_axes(self)
            }
        }
    )*};
}

arrays! {
    0: Ix0;
    1: Ix1;
    2: Ix2;
    3: Ix3;
    4: Ix4;
    5: Ix5;
    6: Ix6;
    7: IxDyn;
    8: IxDyn;
    9: IxDyn;
    10: IxDyn;
    11: IxDyn;
    12: IxDyn;
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

impl IntoWeight for &Vec<usize> {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::plain(self)
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
