//! A tensor as a function: a scheme, a weight and a key.

use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeBounds;

use ndarray::{Array, ArrayRef, ArrayView1, ArrayViewMut1, Dimension, IxDyn};

use crate::check::{Report, check_laws, check_region};
use crate::describe::Description;
use crate::engine::{self, Element, Kept};
use crate::error::InitError;
use crate::key::Key;
use crate::law::Laws;
use crate::scheme::{Scheme, laws};
use crate::weight::{Dims, Flat, IntoRegion, Region, Weight};

/// A tensor that exists as a function and not yet in memory.
/// [`Initializer::filler`](crate::Initializer::filler) makes it of a scheme, a key and a weight.
///
/// Making it checks the scheme, the weight and the law. It can then be read any number of times, and from
/// many threads: whole, into existing memory, by region, in any element type. The value of an element
/// does not depend on how it is read. A filler borrows nothing.
///
/// | | new | in place | test |
/// |---|---|---|---|
/// | the whole | [`array`](Filler::array) | [`fill`](Filler::fill) | [`check`](Filler::check) |
/// | a range of the row-major order | | [`fill_slice`](Filler::fill_slice) | [`check_slice`](Filler::check_slice) |
/// | any region | [`region`](Filler::region) | [`fill_region`](Filler::fill_region) | [`check_region`](Filler::check_region) |
///
/// The matrices of a law that [is not element-wise](crate::Law::is_elementwise), such as that of
/// [`Orthogonal`](struct@crate::Orthogonal), are made when a read first touches them, kept for later reads,
/// and dropped with the filler.
///
/// `D` is the dimension of the whole as an array; [`into_dyn`](Filler::into_dyn) gives the fillers
/// of all weights one type.
///
/// ```
/// use fanin::{Flat, InitError, Initializer, Key, LeCunNormal};
/// use ndarray::{Array1, Array2, s};
///
/// let key = Key::from_seed(42);
/// // 500 outputs, 64 inputs.
/// let embedding = LeCunNormal.filler(key.child("embedding"), (500, 64))?;
/// let whole: Array2<f32> = embedding.array()?;
/// let rows: Array2<f32> = embedding.region((100..200, ..))?;
/// assert_eq!(rows, whole.slice(s![100..200, ..]));
///
/// // A range of the row-major order, whatever the rows, into memory of any owner.
/// let mut buffer = vec![0.0_f32; 6_400];
/// embedding.fill_slice(6_400..12_800, &mut buffer)?;
/// assert_eq!(Some(&buffer[..]), rows.as_slice());
/// # Ok::<(), InitError>(())
/// ```
///
/// # Errors
///
/// Every method that reads fails, before it writes anything, with [`InitError::StdOutOfRange`],
/// [`InitError::StdBelowSpacing`], [`InitError::ValueOutOfRange`], [`InitError::ValueVanishes`] or
/// [`InitError::BoundsTooNarrow`] for an element type that cannot hold the law, which
/// [`fits`](Filler::fits) tests beforehand; with [`InitError::TooLarge`] where the machine has no room for
/// the array or the matrices of the law; and with [`InitError::NonFiniteDraw`] where a user-supplied
/// distribution yields a value that is not finite. Only this error can occur during writing.
pub struct Filler<D = IxDyn> {
    weight: Weight,
    laws: Laws,
    key: Key,
    description: Description,
    kept: Kept,
    dimension: PhantomData<fn() -> D>,
}

impl<D: Dimension> Filler<D> {
    /// A filler of the laws of `scheme` for `weight`, under `key`.
    pub(crate) fn new<S: Scheme + ?Sized>(
        scheme: &S,
        key: Key,
        weight: Weight,
    ) -> Result<Self, InitError> {
        let laws = laws(scheme, &weight)?;
        let description = Description::new(format!("{scheme:?}"), &weight, &laws);
        Ok(Filler {
            weight,
            laws,
            key,
            description,
            kept: Kept::default(),
            dimension: PhantomData,
        })
    }

    /// The whole as a new array, in row-major order.
    ///
    /// # Errors
    ///
    /// See [the type](Filler#errors); and [`InitError::Rank`] if `D` has another number of axes than the weight,
    /// which only a wrong implementation of [`IntoWeight`](crate::IntoWeight) can cause.
    pub fn array<F: Element>(&self) -> Result<Array<F, D>, InitError> {
        self.new_array(&Region::whole(&self.weight))
    }

    /// Fills an array of any memory order with the whole.
    ///
    /// ```
    /// use fanin::{HeNormal, InitError, Initializer, Key};
    /// use ndarray::{Array2, ShapeBuilder};
    ///
    /// let filler = HeNormal.filler(Key::from_seed(42), (256, 784))?;
    /// let mut w = Array2::<f32>::zeros((256, 784).f());
    /// filler.fill(&mut w)?;
    /// assert_eq!(w, filler.array()?);
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [the type](Filler#errors); and [`InitError::ShapeMismatch`] if the array does not have the shape
    /// of the weight.
    pub fn fill<F: Element, E: Dimension>(
        &self,
        array: &mut ArrayRef<F, E>,
    ) -> Result<(), InitError> {
        self.fill_array(&Region::whole(&self.weight), array)
    }

    /// Fills a slice with a range of the row-major order of the same length. An open end is that of the
    /// tensor.
    ///
    /// # Errors
    ///
    /// See [the type](Filler#errors); [`InitError::RegionOutOfBounds`] if the range ends before it begins or
    /// beyond the tensor; and [`InitError::ShapeMismatch`] if its length is not that of the slice.
    pub fn fill_slice<F: Element>(
        &self,
        range: impl RangeBounds<u64>,
        slice: &mut [F],
    ) -> Result<(), InitError> {
        let region = self.region_of(Flat(range))?;
        self.fill_array(&region, &mut ArrayViewMut1::from(slice))
    }

    /// Part of the tensor as a new array: what slicing the whole would give. Its cost is that of the blocks
    /// of 2048 elements that it touches: one column of (50257, 768) takes a fifth of the time of the whole.
    /// Only the part must fit in memory; for a law that [is not element-wise](crate::Law::is_elementwise),
    /// so must every matrix that the part touches.
    ///
    /// # Errors
    ///
    /// See [the type](Filler#errors); and [`InitError::RegionOutOfBounds`] if the region does not lie in the
    /// weight; and [`InitError::RegionOfAnotherWeight`] for one that was made of another.
    pub fn region<F: Element, G: IntoRegion>(
        &self,
        region: G,
    ) -> Result<Array<F, G::Dim>, InitError> {
        self.new_array(&self.region_of(region)?)
    }

    /// Fills an array of any memory order with part of the tensor.
    ///
    /// # Errors
    ///
    /// As [`region`](Filler::region); and [`InitError::ShapeMismatch`] if the array does not have the
    /// shape of the region.
    pub fn fill_region<F: Element, E: Dimension>(
        &self,
        region: impl IntoRegion,
        array: &mut ArrayRef<F, E>,
    ) -> Result<(), InitError> {
        self.fill_array(&self.region_of(region)?, array)
    }

    /// Checks that `F` can hold the law; then only a lack of memory can make a read fail.
    ///
    /// # Errors
    ///
    /// Those of [the type](Filler#errors) for an element type that cannot hold the law.
    pub fn fits<F: Element>(&self) -> Result<(), InitError> {
        engine::holds::<F>(&self.laws)
    }

    /// Describes the rule, the fans, the law and its standard deviation. It prints on one line.
    #[must_use]
    pub fn describe(&self) -> &Description {
        &self.description
    }

    /// The weight.
    #[must_use]
    pub fn weight(&self) -> &Weight {
        &self.weight
    }

    /// Tests whether an array, from any source, is what the scheme draws for the weight: see [`Report`]. The
    /// key does not matter.
    ///
    /// # Errors
    ///
    /// [`InitError::ShapeMismatch`] if the array does not have the shape of the weight.
    pub fn check<F: Element, E: Dimension>(
        &self,
        array: &ArrayRef<F, E>,
    ) -> Result<Report, InitError> {
        check(&self.laws, &self.weight, array)
    }

    /// The same for the values of a range of the row-major order, as
    /// [`fill_slice`](Filler::fill_slice) takes it.
    ///
    /// # Errors
    ///
    /// [`InitError::RegionOutOfBounds`] if the range ends before it begins or beyond the tensor, and
    /// [`InitError::ShapeMismatch`] if its length is not that of the slice.
    pub fn check_slice<F: Element>(
        &self,
        range: impl RangeBounds<u64>,
        slice: &[F],
    ) -> Result<Report, InitError> {
        let region = self.region_of(Flat(range))?;
        if region.len() == self.weight.len() {
            if let Ok(array) = ndarray::ArrayView::from_shape(IxDyn(self.weight.shape()), slice) {
                return self.check(&array);
            }
        }
        self.check_part(&region, &ArrayView1::from(slice))
    }

    /// The same for an array that is part of the tensor. What only the whole can show, such as whether rows
    /// are orthogonal, is then [`Verdict::Unknown`](crate::Verdict::Unknown).
    ///
    /// # Errors
    ///
    /// [`InitError::RegionOutOfBounds`] if the region does not lie in the weight, and
    /// [`InitError::ShapeMismatch`] if the array does not have its shape.
    pub fn check_region<F: Element, E: Dimension>(
        &self,
        region: impl IntoRegion,
        array: &ArrayRef<F, E>,
    ) -> Result<Report, InitError> {
        let region = self.region_of(region)?;
        if region.shape() == self.weight.dims().as_slice() {
            return self.check(array);
        }
        self.check_part(&region, array)
    }

    fn check_part<F: Element, E: Dimension>(
        &self,
        region: &Region,
        array: &ArrayRef<F, E>,
    ) -> Result<Report, InitError> {
        has_shape(array.shape(), region.shape(), &self.weight)?;
        Ok(check_region(
            &self.laws,
            numbers(&self.weight),
            region,
            array,
        ))
    }

    /// The same filler, of a weight with any number of axes.
    #[must_use]
    pub fn into_dyn(self) -> Filler {
        Filler {
            weight: self.weight,
            laws: self.laws,
            key: self.key,
            description: self.description,
            kept: self.kept,
            dimension: PhantomData,
        }
    }

    fn region_of(&self, region: impl IntoRegion) -> Result<Region, InitError> {
        region.into_region(&self.weight)?.of(&self.weight)
    }

    fn new_array<F: Element, E: Dimension>(
        &self,
        region: &Region,
    ) -> Result<Array<F, E>, InitError> {
        let key = || self.key.clone();
        new(
            Drawn {
                weight: &self.weight,
                laws: &self.laws,
                kept: &self.kept,
            },
            key,
            region,
            region.array_shape(size_of::<F>())?,
        )
    }

    fn fill_array<F: Element, E: Dimension>(
        &self,
        region: &Region,
        array: &mut ArrayRef<F, E>,
    ) -> Result<(), InitError> {
        let key = || self.key.clone();
        fill(
            Drawn {
                weight: &self.weight,
                laws: &self.laws,
                kept: &self.kept,
            },
            key,
            region,
            array,
        )
    }
}

/// Shows a fingerprint of the key instead of the key.
impl<D> fmt::Debug for Filler<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filler")
            .field("description", &self.description)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The laws and key of a tensor, and what earlier reads have kept.
#[derive(Clone, Copy)]
pub(crate) struct Drawn<'a> {
    pub(crate) weight: &'a Weight,
    pub(crate) laws: &'a Laws,
    pub(crate) kept: &'a Kept,
}

/// Up to this size, memory is allocated and then zeroed: an allocator that must return zeroed memory may
/// bypass its list of small pieces, as glibc does.
const FEW: usize = 1024;

/// A region as a new array of that shape, which is [its own](Region::array_shape). Everything that can fail
/// comes before the key is drawn.
pub(crate) fn new<F: Element, D: Dimension>(
    drawn: Drawn<'_>,
    key: impl FnOnce() -> Key,
    region: &Region,
    shape: D,
) -> Result<Array<F, D>, InitError> {
    engine::holds::<F>(drawn.laws)?;
    engine::has_room::<F>(drawn.laws, region, drawn.kept, true)?;
    let mut array = if shape.size() * size_of::<F>() > FEW {
        Array::zeros(shape)
    } else {
        Array::from_shape_simple_fn(shape, F::zero)
    };
    engine::fill(drawn.laws, &key(), region, drawn.kept, array.view_mut())?;
    Ok(array)
}

/// Writes a region into an array that exists. Everything that can fail comes before the key is
/// drawn.
pub(crate) fn fill<F: Element, D: Dimension>(
    drawn: Drawn<'_>,
    key: impl FnOnce() -> Key,
    region: &Region,
    array: &mut ArrayRef<F, D>,
) -> Result<(), InitError> {
    has_shape(array.shape(), region.shape(), drawn.weight)?;
    engine::holds::<F>(drawn.laws)?;
    engine::has_room::<F>(drawn.laws, region, drawn.kept, false)?;
    engine::fill(drawn.laws, &key(), region, drawn.kept, array.view_mut())
}

/// Whether an array has the laws of a weight.
pub(crate) fn check<F: Element, D: Dimension>(
    laws: &Laws,
    weight: &Weight,
    array: &ArrayRef<F, D>,
) -> Result<Report, InitError> {
    has_shape(array.shape(), weight.dims().as_slice(), weight)?;
    let array = array.view().into_dyn();
    Ok(match weight.order() {
        Some(order) => {
            let drawn = array.permuted_axes(order.axes());
            check_laws(laws, &weight.drawn(), &drawn)
        }
        None => check_laws(laws, weight, &array),
    })
}

/// The numbers of the parts that have values.
fn numbers(weight: &Weight) -> impl Iterator<Item = usize> + '_ {
    let parts = weight.parts().enumerate();
    let parts = parts.filter(|(_, part)| !part.is_empty());
    parts.map(|(number, _)| number)
}

/// That an array has the shape of a region of a weight.
fn has_shape(array: &[usize], shape: &[u64], weight: &Weight) -> Result<(), InitError> {
    if array
        .iter()
        .map(|&len| len as u64)
        .eq(shape.iter().copied())
    {
        return Ok(());
    }
    Err(InitError::ShapeMismatch {
        weight: shape.iter().copied().collect::<Dims>().lens(),
        reading: weight.reading().to_string(),
        array: array.to_vec(),
    })
}
