//! Part of a tensor.

use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use ndarray::{Dim, Dimension, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

use crate::error::{InitError, TooLarge};
use crate::num::memory::room_for;
use crate::weight::dims::Dims;
use crate::weight::order::Order;
use crate::weight::weight::Weight;

/// A range of a tensor's row-major order, as a region: `Flat(1000..2000)` is one axis of 1000
/// elements, wherever rows begin and end.
///
/// This is how sharded training often cuts a parameter.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Flat<R>(pub R);

/// A type that selects part of a tensor: ranges, one per axis, or [`Flat`].
///
/// | given | number of axes of the result |
/// |---|---|
/// | a tuple of one to six ranges, such as `(1000..2000, ..)` | that of the tuple |
/// | an array of ranges | its length |
/// | a slice of ranges | dynamic |
/// | [`Flat`] of a range | 1 |
/// | a [`Region`] of the same weight | dynamic |
///
/// A range is anything with bounds, `a..b`, `a..`, `..b`, `a..=b`, `..`: of `usize` for an axis, and of
/// `u64` for the flat order, since a tensor may be larger than memory.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a region of a weight",
    label = "not a region",
    note = "a region is a tuple or an array of one range for every axis, as `(100..200, ..)` (one index is `3..4`), or `Flat(range)` of the row-major order"
)]
pub trait IntoRegion {
    /// The dimension of an array that holds the region.
    type Dim: Dimension;

    /// The region of that weight.
    ///
    /// # Errors
    ///
    /// [`InitError::RegionOutOfBounds`] if there are not as many ranges as axes, or a range ends
    /// before it begins or beyond its axis.
    fn into_region(self, weight: &Weight) -> Result<Region, InitError>;
}

/// Part of a tensor: what [`IntoRegion`] makes of ranges and a [`Weight`].
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The tensor that this is a part of; for a flat range, of one axis.
    whole: Dims,
    start: Dims,
    len: Dims,
    /// The order in which the tensor is drawn, and its shape.
    drawn: Option<Arc<Drawn>>,
}

/// In which order a tensor of that shape is drawn.
#[derive(Debug, PartialEq)]
struct Drawn {
    order: Order,
    shape: Dims,
}

/// A box of a region, in the order in which it is drawn.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Where it begins in the region; of one that is not flat, 0.
    pub(crate) from: u64,
    /// Its lengths in the order of the tensor's axes.
    pub(crate) lens: Vec<u64>,
    /// What it is of the tensor as it is drawn.
    pub(crate) region: Region,
}

impl Region {
    /// All of a weight.
    pub(crate) fn whole(weight: &Weight) -> Self {
        Region {
            whole: weight.dims(),
            start: Dims::zeros(weight.shape().len()),
            len: weight.dims(),
            drawn: drawn(weight),
        }
    }

    /// The length of every axis, in elements.
    #[must_use]
    pub fn shape(&self) -> &[u64] {
        self.len.as_slice()
    }

    /// The shape of the weight that it lies in; for a flat range, its number of elements.
    pub(crate) fn whole_lens(&self) -> Vec<usize> {
        self.whole.lens()
    }

    /// This region, if it was made of that weight and not of another.
    pub(crate) fn of(self, weight: &Weight) -> Result<Self, InitError> {
        let whole = self.whole.as_slice();
        let dims = weight.dims();
        if (whole == dims.as_slice() || whole == [weight.len()]) && self.drawn == drawn(weight) {
            Ok(self)
        } else {
            Err(InitError::RegionOfAnotherWeight {
                region: self.whole.lens(),
                weight: weight.shape().to_vec(),
            })
        }
    }

    /// The number of elements.
    pub(crate) fn len(&self) -> u64 {
        // A part of a tensor, whose elements have been counted.
        self.shape().iter().product()
    }

    /// The order in which the tensor is drawn, and its shape, if that is not the order of its axes.
    pub(crate) fn order(&self) -> Option<(&Order, &[u64])> {
        let drawn = self.drawn.as_deref()?;
        Some((&drawn.order, drawn.shape.as_slice()))
    }

    /// The region as boxes of the tensor as it is drawn: itself, or few of a flat range. They are in
    /// order, and nothing is between them.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        let Some(drawn) = &self.drawn else {
            return vec![self.piece(0, None)];
        };
        let shape = drawn.shape.as_slice();
        if self.whole.as_slice() == shape {
            return vec![self.piece(0, Some(&drawn.order))];
        }
        // A range of the flat order.
        let (start, len) = (self.start.as_slice(), self.len.as_slice());
        let (mut at, end) = (
            start.iter().sum::<u64>(),
            start.iter().chain(len).sum::<u64>(),
        );
        let mut pieces = Vec::new();
        while at < end {
            let (start, lens) = first_box(shape, at, end);
            let piece = Region {
                whole: drawn.shape.clone(),
                start: start.into_iter().collect(),
                len: lens.into_iter().collect(),
                drawn: None,
            };
            let from = at - self.start.as_slice().iter().sum::<u64>();
            at += piece.len();
            pieces.push(piece.piece(from, Some(&drawn.order)));
        }
        pieces
    }

    fn piece(&self, from: u64, order: Option<&Order>) -> Piece {
        let permuted = |dims: &Dims| match order {
            Some(order) => order.permuted(dims),
            None => dims.clone(),
        };
        Piece {
            from,
            lens: self.shape().to_vec(),
            region: Region {
                whole: permuted(&self.whole),
                start: permuted(&self.start),
                len: permuted(&self.len),
                drawn: None,
            },
        }
    }

    /// The part of a flat range from its place `from` to its place `to`.
    pub(crate) fn flat_part(&self, from: u64, to: u64) -> Self {
        let mut part = self.clone();
        part.start.as_mut_slice()[0] += from;
        part.len.as_mut_slice()[0] = to - from;
        part
    }

    /// The first flat index of the region, and the one after its last, in the order of draws; 0, 0 if it
    /// is empty.
    pub(crate) fn hull(&self) -> (u64, u64) {
        if self.len() == 0 {
            return (0, 0);
        }
        if self.drawn.is_some() {
            let hulls = self.pieces().into_iter().map(|piece| piece.region.hull());
            let both = |a: (u64, u64), b: (u64, u64)| (a.0.min(b.0), a.1.max(b.1));
            return hulls.reduce(both).unwrap_or((0, 0));
        }
        let lens = self.start.as_slice().iter().zip(self.len.as_slice());
        let axes = self.whole.as_slice().iter().zip(lens);
        let (first, last) = axes.fold((0, 0), |(first, last), (&whole, (&start, &len))| {
            (first * whole + start, last * whole + (start + len - 1))
        });
        (first, last + 1)
    }

    /// The shape for an array of it on this machine, whose elements take `size` bytes each.
    pub(crate) fn array_shape<D: Dimension>(&self, size: usize) -> Result<D, InitError> {
        let too_large = |why: TooLarge| why.error(self.len.lens());
        if D::NDIM.is_some_and(|rank| rank != self.shape().len()) {
            return Err(InitError::Rank {
                axes: D::NDIM.unwrap_or(0),
                shape: self.len.lens(),
            });
        }
        let mut shape = D::zeros(self.shape().len());
        // ndarray bounds the product of the lengths other than 0, also when the array is empty.
        let mut bytes = size;
        for (&dim, len) in self.shape().iter().zip(shape.slice_mut()) {
            *len = usize::try_from(dim).map_err(|_| too_large(TooLarge::Bytes))?;
            bytes = bytes
                .checked_mul((*len).max(1))
                .ok_or_else(|| too_large(TooLarge::Bytes))?;
        }
        // An array without elements takes no memory, whatever the product.
        let takes = if self.len() == 0 { 0 } else { bytes as u64 };
        if isize::try_from(bytes).is_err() {
            return Err(too_large(TooLarge::Bytes));
        }
        if !room_for(takes) {
            return Err(too_large(TooLarge::no_room(takes, 0)));
        }
        Ok(shape)
    }

    /// The parts before and from place `at` of axis `axis`.
    pub(crate) fn split_at(mut self, axis: usize, at: u64) -> (Self, Self) {
        let mut rest = self.clone();
        self.len.as_mut_slice()[axis] = at;
        rest.start.as_mut_slice()[axis] += at;
        rest.len.as_mut_slice()[axis] -= at;
        (self, rest)
    }

    /// The halves along the outermost axis that can be halved, so that one comes before the other
    /// in row-major order.
    pub(crate) fn halves(&self) -> Option<(Self, Self)> {
        let axis = self.shape().iter().position(|&len| len > 1)?;
        Some(self.clone().split_at(axis, self.shape()[axis] / 2))
    }

    /// The region as stretches of the tensor's row-major order, each as long as can be: the flat
    /// index of every stretch, in the region's own row-major order, and the length of all.
    pub(crate) fn stretches(&self) -> (Stretches<'_>, u64) {
        let (whole, len) = (self.whole.as_slice(), self.len.as_slice());
        // The axes from `inner` on are taken whole, so together with the one before them they are
        // contiguous.
        let mut inner = whole.len();
        while inner > 0 && whole[inner - 1] == len[inner - 1] {
            inner -= 1;
        }
        let outer = inner.saturating_sub(1);
        let stretch = len[outer..].iter().product();
        let stretches = Stretches {
            region: self,
            outer,
            next: (!len.contains(&0)).then(|| Dims::zeros(outer)),
        };
        (stretches, stretch)
    }

    /// The flat index of every element as it is drawn, in the region's own row-major order.
    pub(crate) fn indices(&self) -> impl Iterator<Item = u64> + '_ {
        let (stretches, len) = self.stretches();
        let drawn = self.drawn.as_deref();
        let drawn_index = drawn.map(|drawn| drawn.order.drawn_index(drawn.shape.as_slice()));
        let indices = stretches.flat_map(move |start| start..start + len);
        indices.map(move |index| drawn_index.as_ref().map_or(index, |drawn| drawn(index)))
    }

    fn new(weight: &Weight, whole: Dims, ranges: &[Bounds]) -> Result<Self, InitError> {
        let out_of_bounds = |axis| InitError::RegionOutOfBounds {
            shape: whole.as_slice().to_vec(),
            ranges: ranges.len(),
            axis,
        };
        if ranges.len() != whole.as_slice().len() {
            return Err(out_of_bounds(None));
        }
        let mut start = Dims::zeros(ranges.len());
        let mut len = Dims::zeros(ranges.len());
        for (axis, (&range, &size)) in ranges.iter().zip(whole.as_slice()).enumerate() {
            let (from, to) = range;
            let to = to.unwrap_or(size);
            if from > to || to > size {
                return Err(out_of_bounds(Some((axis, from..to))));
            }
            start.as_mut_slice()[axis] = from;
            len.as_mut_slice()[axis] = to - from;
        }
        Ok(Region {
            whole,
            start,
            len,
            drawn: drawn(weight),
        })
    }
}

fn drawn(weight: &Weight) -> Option<Arc<Drawn>> {
    let order = weight.order()?.clone();
    let shape = weight.dims();
    Some(Arc::new(Drawn { order, shape }))
}

/// The longest box of a tensor of that shape, as its start and its lengths, whose elements are those from
/// flat index `at` on, and end before `end`, which is behind it.
fn first_box(shape: &[u64], at: u64, end: u64) -> (Vec<u64>, Vec<u64>) {
    let mut start = vec![0; shape.len()];
    let mut index = at;
    for (start, &len) in start.iter_mut().zip(shape).rev() {
        *start = index % len.max(1);
        index /= len.max(1);
    }
    // Whole steps of as many axes as begin here and end before the end.
    let mut lens = vec![1; shape.len()];
    let mut step = 1;
    for axis in (0..shape.len()).rev() {
        let most = (end - at) / step;
        lens[axis] = most.min(shape[axis] - start[axis]).max(1);
        if lens[axis] < shape[axis] {
            break;
        }
        step *= shape[axis];
    }
    (start, lens)
}

/// The first index of a range and, unless it is open, the one after its last.
type Bounds = (u64, Option<u64>);

/// A number of a range: of an axis, which has fewer elements than memory, or of a tensor's flat order.
trait Position: Copy {
    fn position(self) -> u64;
}

impl Position for usize {
    fn position(self) -> u64 {
        self as u64
    }
}

impl Position for u64 {
    fn position(self) -> u64 {
        self
    }
}

fn bounds<P: Position>(range: &impl RangeBounds<P>) -> Bounds {
    // Where a sum saturates, no axis is long enough, and the range is refused.
    let from = match range.start_bound() {
        Bound::Included(&from) => from.position(),
        Bound::Excluded(&before) => before.position().saturating_add(1),
        Bound::Unbounded => 0,
    };
    let to = match range.end_bound() {
        Bound::Included(&last) => Some(last.position().saturating_add(1)),
        Bound::Excluded(&to) => Some(to.position()),
        Bound::Unbounded => None,
    };
    (from, to)
}

impl<R: RangeBounds<u64>> IntoRegion for Flat<R> {
    type Dim = Ix1;

    fn into_region(self, weight: &Weight) -> Result<Region, InitError> {
        let whole = [weight.len()].into_iter().collect();
        Region::new(weight, whole, &[bounds(&self.0)])
    }
}

impl<R: RangeBounds<usize>, const N: usize> IntoRegion for [R; N]
where
    Dim<[usize; N]>: Dimension,
{
    type Dim = Dim<[usize; N]>;

    fn into_region(self, weight: &Weight) -> Result<Region, InitError> {
        Region::new(weight, weight.dims(), &self.map(|range| bounds(&range)))
    }
}

/// What was made of another region of the same weight.
impl IntoRegion for Region {
    type Dim = IxDyn;

    fn into_region(self, weight: &Weight) -> Result<Region, InitError> {
        self.of(weight)
    }
}

impl<R: RangeBounds<usize>> IntoRegion for &[R] {
    type Dim = IxDyn;

    fn into_region(self, weight: &Weight) -> Result<Region, InitError> {
        let ranges: Vec<Bounds> = self.iter().map(bounds).collect();
        Region::new(weight, weight.dims(), &ranges)
    }
}

macro_rules! tuples {
    ($($dim:ident: ($($range:ident),+);)*) => {$(
        impl<$($range: RangeBounds<usize>),+> IntoRegion for ($($range,)+) {
            type Dim = $dim;

            fn into_region(self, weight: &Weight) -> Result<Region, InitError> {
                #[allow(non_snake_case, reason = "a range is called as its type is")]
                let ($($range,)+) = self;
                Region::new(weight, weight.dims(), &[$(bounds(&$range)),+])
            }
        }
    )*};
}

tuples! {
    Ix1: (A);
    Ix2: (A, B);
    Ix3: (A, B, C);
    Ix4: (A, B, C, D);
    Ix5: (A, B, C, D, E);
    Ix6: (A, B, C, D, E, F);
}

/// The flat indices of a region's stretches, in order.
pub(crate) struct Stretches<'a> {
    region: &'a Region,
    /// The axes before this one are walked.
    outer: usize,
    next: Option<Dims>,
}

impl Iterator for Stretches<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let place = self.next.as_mut()?;
        let Region {
            whole, start, len, ..
        } = self.region;
        let mut index = 0;
        for (axis, whole) in whole.as_slice().iter().enumerate() {
            let offset = place.as_slice().get(axis).unwrap_or(&0);
            index = index * whole + start.as_slice()[axis] + offset;
        }
        // Count on, as an odometer does.
        let mut axis = self.outer;
        loop {
            if axis == 0 {
                self.next = None;
                break;
            }
            axis -= 1;
            let digit = &mut place.as_mut_slice()[axis];
            *digit += 1;
            if *digit < len.as_slice()[axis] {
                break;
            }
            *digit = 0;
        }
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::{Flat, IntoRegion, Region};
    use crate::weight::Weight;

    fn stretches(region: &Region) -> (Vec<u64>, u64) {
        let (stretches, len) = region.stretches();
        (stretches.collect(), len)
    }

    #[test]
    fn whole_axes_join_into_one_stretch() {
        let weight = Weight::new((4, 5, 6)).unwrap();
        let region = |region: Region| stretches(&region);
        assert_eq!(region(Region::whole(&weight)), (vec![0], 120));
        assert_eq!(
            region((1..3, .., ..).into_region(&weight).unwrap()),
            (vec![30], 60)
        );
        assert_eq!(
            region((1..3, 2..=3, ..).into_region(&weight).unwrap()),
            (vec![42, 72], 12)
        );
        assert_eq!(
            region((..2, 3.., 5..).into_region(&weight).unwrap()),
            (vec![23, 29, 53, 59], 1)
        );
        assert_eq!(
            region(Flat(7..11).into_region(&weight).unwrap()),
            (vec![7], 4)
        );
        assert_eq!(region((2..2, .., ..).into_region(&weight).unwrap()).0, []);
        assert_eq!(
            region(Region::whole(&Weight::new(()).unwrap())),
            (vec![0], 1)
        );
    }
}
