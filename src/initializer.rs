//! Drawing: what every scheme can do.

use ndarray::{Array, ArrayRef, ArrayViewMut, Dimension};
use rand::Rng;

use crate::check::{Report, check_laws};
use crate::describe::Description;
use crate::engine::{self, Element};
use crate::error::InitError;
use crate::key::Key;
use crate::law::Laws;
use crate::scheme::{Scaled, Scheme, laws};
use crate::weight::{IntoRegion, IntoWeight, Region, Weight};

/// Draws weights by a [`Scheme`]. **This is what one calls**: every scheme has these methods,
/// `&dyn Scheme` and `Box<dyn Scheme>` too, and this is the one trait to import for them.
///
/// | | from a generator | from a key |
/// |---|---|---|
/// | a new array | [`init`](Initializer::init) | [`init_keyed`](Initializer::init_keyed) |
/// | an array that exists | [`fill`](Initializer::fill) | [`fill_keyed`](Initializer::fill_keyed) |
/// | one whose weight is more than its shape | [`fill_as`](Initializer::fill_as) | [`fill_as_keyed`](Initializer::fill_as_keyed) |
/// | part of a tensor, new | | [`init_region`](Initializer::init_region) |
/// | part of a tensor, in place | | [`fill_region`](Initializer::fill_region) |
///
/// The forms that take a generator draw one [`Key`] from it, 32 bytes whatever is filled, and are
/// then the keyed form. **A call that fails draws nothing and writes nothing**, with one exception: a
/// distribution of the caller's own that yields what is not finite
/// ([`InitError::NonFiniteDraw`]).
///
/// The element type and the number of axes follow from what the result is used as:
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
/// with [`InitError::ShapeMismatch`] for a law that belongs to another shape than the weight's,
/// and with [`InitError::StdOutOfRange`], [`InitError::StdBelowSpacing`],
/// [`InitError::ValueOutOfRange`], [`InitError::ValueVanishes`] or [`InitError::BoundsTooNarrow`] for a
/// law that the element type cannot hold. A tensor without elements is filled by doing nothing, whatever the
/// scheme. An array with the matrices of its law for which the machine has no room, all together, is
/// [`InitError::TooLarge`]; where they take less than 64 MiB, failing to allocate aborts, as `Vec` does.
pub trait Initializer: Scheme {
    /// A new array, from a key that is drawn from `rng`. It is in row-major order.
    ///
    /// Of a large array, the memory costs more to get than the values to draw: where an array exists,
    /// [`fill`](Initializer::fill) it.
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
        let weight = weight.into_weight()?;
        new(
            self,
            || Key::from_rng(rng),
            &weight,
            &Region::whole(&weight),
        )
    }

    /// A new array, from a key. It is in row-major order.
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors).
    fn init_keyed<F, W>(&self, key: &Key, weight: W) -> Result<Array<F, W::Dim>, InitError>
    where
        F: Element,
        W: IntoWeight,
    {
        let weight = weight.into_weight()?;
        new(self, || *key, &weight, &Region::whole(&weight))
    }

    /// Fills an array of any memory order, whose shape is read as `[fan_out, fan_in, kernel...]`,
    /// from a key that is drawn from `rng`.
    ///
    /// ```
    /// use fanin::{HeNormal, InitError, Initializer};
    /// use ndarray::{Array2, ShapeBuilder};
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let mut weight = Array2::<f32>::zeros((256, 784).f());
    /// HeNormal.fill(&mut StdRng::seed_from_u64(42), weight.view_mut())?;
    /// // The values are those of `init`: memory order does not matter.
    /// assert_eq!(weight, HeNormal.init(&mut StdRng::seed_from_u64(42), (256, 784))?);
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors).
    fn fill<F, D, R>(&self, rng: &mut R, view: ArrayViewMut<'_, F, D>) -> Result<(), InitError>
    where
        F: Element,
        D: Dimension,
        R: Rng + ?Sized,
    {
        let weight = Weight::plain(view.shape())?;
        fill(
            self,
            || Key::from_rng(rng),
            &weight,
            &Region::whole(&weight),
            view,
        )
    }

    /// Fills an array as [`fill`](Initializer::fill) does, from a key.
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors).
    fn fill_keyed<F, D>(&self, key: &Key, view: ArrayViewMut<'_, F, D>) -> Result<(), InitError>
    where
        F: Element,
        D: Dimension,
    {
        let weight = Weight::plain(view.shape())?;
        fill(self, || *key, &weight, &Region::whole(&weight), view)
    }

    /// Fills an array with a weight that is more than its shape: a layout, stated fans.
    ///
    /// ```
    /// use fanin::{Axis, HeNormal, InitError, Initializer};
    /// use ndarray::Array2;
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let mut rng = StdRng::seed_from_u64(42);
    /// // A dense layer that computes x W has its weights as [in, out].
    /// let mut weight = Array2::<f32>::zeros((784, 256));
    /// HeNormal.fill_as(&mut rng, [Axis::Input(784), Axis::Output(256)], weight.view_mut())?;
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors); and [`InitError::ShapeMismatch`] if the view does not
    /// have the shape of the weight.
    fn fill_as<F, D, W, R>(
        &self,
        rng: &mut R,
        weight: W,
        view: ArrayViewMut<'_, F, D>,
    ) -> Result<(), InitError>
    where
        F: Element,
        D: Dimension,
        W: IntoWeight,
        R: Rng + ?Sized,
    {
        let weight = weight.into_weight()?;
        fill(
            self,
            || Key::from_rng(rng),
            &weight,
            &Region::whole(&weight),
            view,
        )
    }

    /// Fills an array as [`fill_as`](Initializer::fill_as) does, from a key.
    ///
    /// # Errors
    ///
    /// See [`fill_as`](Initializer::fill_as).
    fn fill_as_keyed<F, D, W>(
        &self,
        key: &Key,
        weight: W,
        view: ArrayViewMut<'_, F, D>,
    ) -> Result<(), InitError>
    where
        F: Element,
        D: Dimension,
        W: IntoWeight,
    {
        let weight = weight.into_weight()?;
        fill(self, || *key, &weight, &Region::whole(&weight), view)
    }

    /// Part of a tensor as a new array: what slicing the whole would give, without drawing the
    /// whole. The fans are those of the whole weight; only the part must fit in memory. (A law that
    /// [is not elementwise](crate::Law::is_elementwise), such as that of
    /// [`Orthogonal`](crate::Orthogonal), needs room for every matrix that the part touches.)
    ///
    /// ```
    /// use fanin::{Flat, InitError, Initializer, Key, LeCunNormal};
    /// use ndarray::{Array1, Array2, s};
    ///
    /// let key = Key::from_seed(42).child("embedding");
    /// let rows: Array2<f32> = LeCunNormal.init_region(&key, (500, 64), (100..200, ..))?;
    /// let whole: Array2<f32> = LeCunNormal.init_keyed(&key, (500, 64))?;
    /// assert_eq!(rows, whole.slice(s![100..200, ..]));
    ///
    /// // A range of the row-major order, wherever rows begin and end.
    /// let flat: Array1<f32> = LeCunNormal.init_region(&key, (500, 64), Flat(6_400..12_800))?;
    /// assert_eq!(flat.as_slice(), rows.as_slice());
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the trait](Initializer#errors); and [`InitError::RegionOutOfBounds`] if the region does
    /// not lie in the weight.
    fn init_region<F, W, G>(
        &self,
        key: &Key,
        weight: W,
        region: G,
    ) -> Result<Array<F, G::Dim>, InitError>
    where
        F: Element,
        W: IntoWeight,
        G: IntoRegion,
    {
        let weight = weight.into_weight()?;
        let region = region.into_region(&weight)?.of(&weight)?;
        new(self, || *key, &weight, &region)
    }

    /// Fills an array with part of a tensor: see [`init_region`](Initializer::init_region).
    ///
    /// # Errors
    ///
    /// See [`init_region`](Initializer::init_region); and [`InitError::ShapeMismatch`] if
    /// the view does not have the shape of the region.
    fn fill_region<F, D, W, G>(
        &self,
        key: &Key,
        weight: W,
        region: G,
        view: ArrayViewMut<'_, F, D>,
    ) -> Result<(), InitError>
    where
        F: Element,
        D: Dimension,
        W: IntoWeight,
        G: IntoRegion,
    {
        let weight = weight.into_weight()?;
        let region = region.into_region(&weight)?.of(&weight)?;
        fill(self, || *key, &weight, &region, view)
    }

    /// What would be drawn for a weight: the rule, the fans, the law and its standard deviation,
    /// as a value that prints on one line.
    ///
    /// ```
    /// use fanin::{HeNormal, InitError, Initializer};
    ///
    /// let description = HeNormal.scaled(0.5)?.describe((256, 784))?;
    /// assert_eq!(description.std(), Some((1.0_f64 / 784.0).sqrt()));
    /// assert_eq!(
    ///     description.to_string(),
    ///     "HeNormal.scaled(0.5) for [256, 784]: fan_in 784, fan_out 256; \
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
        Description::new(self, &weight)
    }

    /// Whether an array is what this scheme draws for a weight, wherever it is from: see [`Report`].
    /// Each part of a [fused](crate::Fused) weight is checked by itself where their laws differ.
    ///
    /// ```
    /// use fanin::{GlorotNormal, HeNormal, Initializer, Key};
    /// use ndarray::Array2;
    ///
    /// let w: Array2<f32> = HeNormal.init_keyed(&Key::from_seed(42), (256, 784))?;
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
        if array.shape() != weight.shape() {
            return Err(InitError::ShapeMismatch {
                weight: weight.dims().as_slice().to_vec(),
                array: array.shape().iter().map(|&len| len as u64).collect(),
            });
        }
        let laws = laws(self, &weight)?;
        let array = array.view().into_dyn();
        Ok(match weight.order() {
            Some(order) => {
                let drawn = array.permuted_axes(order.axes());
                check_laws(&laws, &weight.drawn(), &drawn)
            }
            None => check_laws(&laws, &weight, &array),
        })
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
}

impl<S: Scheme + ?Sized> Initializer for S {}

/// Bytes that are written as zeros rather than asked for: an allocator that has to hand out zeros may do
/// without its list of small pieces, and glibc's does up to this size.
const FEW: usize = 1024;

/// Everything that can fail comes before the key is drawn.
fn new<S, F, D>(
    scheme: &S,
    key: impl FnOnce() -> Key,
    weight: &Weight,
    region: &Region,
) -> Result<Array<F, D>, InitError>
where
    S: Scheme + ?Sized,
    F: Element,
    D: Dimension,
{
    let shape: D = region.array_shape(size_of::<F>())?;
    let laws = drawable::<F, S>(scheme, weight, region, true)?;
    let mut array = if shape.size() * size_of::<F>() > FEW {
        Array::zeros(shape)
    } else {
        Array::from_shape_simple_fn(shape, F::zero)
    };
    engine::fill(&laws, &key(), region, array.view_mut())?;
    Ok(array)
}

fn fill<S, F, D>(
    scheme: &S,
    key: impl FnOnce() -> Key,
    weight: &Weight,
    region: &Region,
    view: ArrayViewMut<'_, F, D>,
) -> Result<(), InitError>
where
    S: Scheme + ?Sized,
    F: Element,
    D: Dimension,
{
    let shape = view.shape().iter().map(|&len| len as u64);
    if !shape.clone().eq(region.shape().iter().copied()) {
        return Err(InitError::ShapeMismatch {
            weight: region.shape().to_vec(),
            array: shape.collect(),
        });
    }
    let laws = drawable::<F, S>(scheme, weight, region, false)?;
    engine::fill(&laws, &key(), region, view)
}

/// The laws of a weight, if `F` can hold them and the machine what drawing a region takes, together with
/// the array if that `is_new`.
fn drawable<F, S>(
    scheme: &S,
    weight: &Weight,
    region: &Region,
    is_new: bool,
) -> Result<Laws, InitError>
where
    S: Scheme + ?Sized,
    F: Element,
{
    let laws = laws(scheme, weight)?;
    engine::holds::<F>(&laws)?;
    engine::has_room::<F>(&laws, region, is_new)?;
    Ok(laws)
}
