//! Drawing: what every scheme can do.

use ndarray::{Array, ArrayRef, Dimension};
use rand::Rng;

use crate::check::Report;
use crate::describe::Description;
use crate::engine::{Element, Kept};
use crate::error::InitError;
use crate::filler::{self, Drawn, Filler};
use crate::key::Key;
use crate::scheme::{Mapped, Scaled, ScaledAlong, Scheme, SparseOf, ZeroRows, laws};
use crate::weight::{IntoWeight, Region, Weight};
use crate::word::Map;

/// Draws weights by a [`Scheme`]. **This is the trait to call.** Every scheme has these methods,
/// and so do `&dyn Scheme` and `Box<dyn Scheme>`. Only this trait must be imported for them.
///
/// | | from a generator | from a key |
/// |---|---|---|
/// | a new array | [`init`](Initializer::init) | [`init_keyed`](Initializer::init_keyed) |
/// | an existing array | [`fill`](Initializer::fill) | [`fill_keyed`](Initializer::fill_keyed) |
/// | anything else | | [`filler`](Initializer::filler) |
///
/// Anything else is an array whose weight is more than its shape, a slice, or part of a tensor: see
/// [`Filler`]. These four methods are shortcuts for it.
///
/// The methods that take a generator draw one [`Key`] from it, which takes 32 bytes whatever is
/// filled, and then call the keyed method. **A call that fails draws nothing and writes nothing**,
/// with one exception: a user-supplied distribution that yields a value which is not finite
/// ([`InitError::NonFiniteDraw`]).
///
/// The element type and the number of axes follow from the type of the result:
///
/// ```
/// use fanin::{HeNormal, InitError, Initializer};
/// use ndarray::{Array2, Array4};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let mut rng = StdRng::seed_from_u64(42);
/// let dense: Array2<f32> = HeNormal.init(&mut rng, (256, 784))?;
/// let conv: Array4<f64> = HeNormal.init(&mut rng, (64, 3, 7, 7))?;
/// # assert_eq!((dense.dim(), conv.dim()), ((256, 784), (64, 3, 7, 7)));
/// # Ok::<(), InitError>(())
/// ```
///
/// # Errors
///
/// Every method fails as its scheme does for the weight ([`InitError::NoFan`] for a shape of one
/// axis and a scheme with a fan), with [`InitError::TooLarge`] for a shape that no array can have,
/// with [`InitError::LawOfAnotherShape`] for a law that belongs to another shape than the weight's,
/// and with [`InitError::StdOutOfRange`], [`InitError::StdBelowSpacing`],
/// [`InitError::ValueOutOfRange`], [`InitError::ValueVanishes`] or [`InitError::BoundsTooNarrow`] for a
/// law that the element type cannot hold. Filling a tensor without elements does nothing, whatever the
/// scheme. If the machine has no room for an array and the matrices of its law together, the error is
/// [`InitError::TooLarge`]; if they take less than 64 MiB, a failed allocation aborts, as with `Vec`.
pub trait Initializer: Scheme {
    /// A new array, from a key that is drawn from `rng`. It is in row-major order.
    ///
    /// For large arrays, allocation costs more than drawing: reuse an existing array with
    /// [`fill`](Initializer::fill).
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors).
    fn init<F, W, R>(&self, rng: &mut R, weight: W) -> Result<Array<F, W::Dim>, InitError>
    where
        F: Element,
        W: IntoWeight,
        R: Rng + ?Sized,
    {
        init(self, || Key::from_rng(rng), &weight.into_weight()?)
    }

    /// A new array, from a key. It is in row-major order.
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors).
    fn init_keyed<F, W>(&self, key: Key, weight: W) -> Result<Array<F, W::Dim>, InitError>
    where
        F: Element,
        W: IntoWeight,
    {
        init(self, || key, &weight.into_weight()?)
    }

    /// Fills an array of any memory order, whose shape is read as `[fan_out, fan_in, kernel...]`,
    /// from a key that is drawn from `rng`. The array may be a field of another type, or a view.
    ///
    /// ```
    /// use fanin::{HeNormal, InitError, Initializer};
    /// use ndarray::{Array2, ShapeBuilder};
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let mut weight = Array2::<f32>::zeros((256, 784).f());
    /// HeNormal.fill(&mut StdRng::seed_from_u64(42), &mut weight)?;
    /// // The values are those of `init`: memory order does not matter.
    /// assert_eq!(weight, HeNormal.init(&mut StdRng::seed_from_u64(42), (256, 784))?);
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors).
    fn fill<F, D, R>(&self, rng: &mut R, array: &mut ArrayRef<F, D>) -> Result<(), InitError>
    where
        F: Element,
        D: Dimension,
        R: Rng + ?Sized,
    {
        fill(self, || Key::from_rng(rng), array)
    }

    /// Fills an array as [`fill`](Initializer::fill) does, from a key.
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors).
    fn fill_keyed<F, D>(&self, key: Key, array: &mut ArrayRef<F, D>) -> Result<(), InitError>
    where
        F: Element,
        D: Dimension,
    {
        fill(self, || key, array)
    }

    /// The tensor of this scheme for a weight and a key, as a function that is not yet in memory: see
    /// [`Filler`].
    ///
    /// ```
    /// use fanin::{Axis, HeNormal, InitError, Initializer, Key};
    /// use ndarray::Array2;
    ///
    /// // A dense layer that computes x W has its weights as [in, out].
    /// let filler = HeNormal.filler(Key::from_seed(42), [Axis::Input(784), Axis::Output(256)])?;
    /// let mut weight = Array2::<f32>::zeros((784, 256));
    /// filler.fill(&mut weight)?;
    /// assert!(filler.check(&weight)?.passed());
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the scheme for the weight ([`InitError::NoFan`] for a shape of one axis and a scheme with a fan),
    /// and [`InitError::LawOfAnotherShape`] for a law that belongs to another shape than the weight's.
    fn filler<W: IntoWeight>(&self, key: Key, weight: W) -> Result<Filler<W::Dim>, InitError> {
        Filler::new(self, key, weight.into_weight()?)
    }

    /// Describes what would be drawn for a weight: the rule, the fans, the law and its standard
    /// deviation. It prints on one line.
    ///
    /// ```
    /// use fanin::{HeNormal, InitError, Initializer};
    ///
    /// let description = HeNormal.scaled(0.5)?.describe((256, 784))?;
    /// assert_eq!(description.std(), Some((1.0_f64 / 784.0).sqrt()));
    /// assert_eq!(
    ///     description.to_string(),
    ///     "HeNormal.scaled(0.5) for [256, 784] as o i: fan_in 784, fan_out 256; \
    ///      normal, mean 0, variance 0.00127551; std 0.0357143"
    /// );
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the scheme for the weight.
    fn describe<W: IntoWeight>(&self, weight: W) -> Result<Description, InitError> {
        let weight = weight.into_weight()?;
        let laws = laws(self, &weight)?;
        Ok(Description::new(format!("{self:?}"), &weight, &laws))
    }

    /// Tests whether an array, from any source, is what this scheme draws for a weight: see
    /// [`Report`]. Where the parts of a [fused](crate::Fused) weight differ in their laws, each part
    /// is checked separately.
    ///
    /// ```
    /// use fanin::{GlorotNormal, HeNormal, Initializer, Key};
    /// use ndarray::Array2;
    ///
    /// let w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(42), (256, 784))?;
    /// assert!(HeNormal.check((256, 784), &w)?.passed());
    /// let report = GlorotNormal.check((256, 784), &w)?;
    /// println!("{report}");
    /// assert!(!report.passed());
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the scheme for the weight, and [`InitError::ShapeMismatch`] if the array does not have its
    /// shape.
    fn check<F, D, W>(&self, weight: W, array: &ArrayRef<F, D>) -> Result<Report, InitError>
    where
        F: Element,
        D: Dimension,
        W: IntoWeight,
    {
        let weight = weight.into_weight()?;
        filler::check(&laws(self, &weight)?, &weight, array)
    }

    /// This scheme with its variance multiplied by `variance`: see [`Scaled`].
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the factor is negative, NaN or infinite.
    fn scaled(self, variance: f64) -> Result<Scaled<Self>, InitError>
    where
        Self: Sized,
    {
        Scaled::new(self, variance)
    }

    /// This scheme with its variance multiplied by a factor for every place along an axis: see [`ScaledAlong`].
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if a factor is negative, NaN or infinite, or this is 32 schemes within
    /// each other.
    fn scaled_along<V>(self, axis: usize, variance: V) -> Result<ScaledAlong<Self>, InitError>
    where
        Self: Sized,
        V: IntoIterator<Item = f64>,
    {
        ScaledAlong::new(self, axis, variance)
    }

    /// This scheme with zeros in some rows, or at places along [another axis](ZeroRows::axis): see
    /// [`ZeroRows`].
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if this is 32 schemes within each other.
    fn zero_rows<I>(self, at: I) -> Result<ZeroRows<Self>, InitError>
    where
        Self: Sized,
        I: IntoIterator<Item = usize>,
    {
        ZeroRows::new(self, at)
    }

    /// This scheme in that many connections of every output, with zeros elsewhere: see [`SparseOf`].
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if this is 32 schemes within each other.
    fn sparse(self, nonzeros: usize) -> Result<SparseOf<Self>, InitError>
    where
        Self: Sized,
    {
        SparseOf::new(self, nonzeros)
    }

    /// This scheme with each value mapped by an increasing function: see [`Mapped`].
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if this is 32 schemes within each other.
    fn mapped(self, map: Map) -> Result<Mapped<Self>, InitError>
    where
        Self: Sized,
    {
        Mapped::new(self, map)
    }
}

impl<S: Scheme + ?Sized> Initializer for S {}

fn init<S, F, D>(
    scheme: &S,
    key: impl FnOnce() -> Key,
    weight: &Weight,
) -> Result<Array<F, D>, InitError>
where
    S: Scheme + ?Sized,
    F: Element,
    D: Dimension,
{
    let region = Region::whole(weight);
    // Whether an array can have this shape, tested before the scheme is called.
    let shape = region.array_shape(size_of::<F>())?;
    let drawn = Drawn {
        weight,
        laws: &laws(scheme, weight)?,
        kept: &Kept::default(),
    };
    filler::new(drawn, key, &region, shape)
}

fn fill<S, F, D>(
    scheme: &S,
    key: impl FnOnce() -> Key,
    array: &mut ArrayRef<F, D>,
) -> Result<(), InitError>
where
    S: Scheme + ?Sized,
    F: Element,
    D: Dimension,
{
    let weight = Weight::plain(array.shape())?;
    let drawn = Drawn {
        weight: &weight,
        laws: &laws(scheme, &weight)?,
        kept: &Kept::default(),
    };
    filler::fill(drawn, key, &Region::whole(&weight), array)
}
