//! Any region into any array, on threads.

use std::sync::{Mutex, PoisonError};

use ndarray::{
    ArrayView, ArrayViewD, ArrayViewMut, ArrayViewMutD, Axis, Dimension, Ix2, IxDyn, Slice,
};

use super::{
    block::LEN,
    source::{self, Source},
};
use crate::{Element, InitError, Key, Region, plan::Plan};

/// Elements up to which one thread does all: a few tens of microseconds, as long as it may take to
/// wake another.
const GRAIN: usize = 32 * LEN;

/// Bytes of a tile, which is what is drawn at once for an array that is not contiguous: `LINE` by
/// `SPAN` elements of `f32`. With what is between its rows it stays below 256 KiB, in the second cache.
const TILE: usize = 7 << 15;

/// Elements of a tile along the axis that is closest in memory, at least: seven cache lines of `f32`
/// for each visit of a page. Measured in Fortran order, 32 cost half as much again.
const LINE: usize = 112;

/// Elements of a tile along the last axis, at most, and those to which a tensor is cut first: the
/// tiles that follow one another then lie in the same pages, which are no more than a processor
/// remembers the addresses of, and a stretch is long enough to be worth its seed.
const SPAN: usize = 512;

/// Elements that are copied at once in either direction, a cache line of `f32`; and the distance
/// between rows of a tile beyond their length.
const BLOCK: usize = 16;

/// Whether this machine could hold what the laws need beside an array of `F`: the matrices that a
/// region touches.
///
/// # Errors
///
/// [`InitError::TooLarge`] if they take more than `isize::MAX` bytes.
pub(crate) fn has_room<F: Element>(plan: &Plan, region: &Region) -> Result<(), InitError> {
    source::has_room::<F::Draw>(plan, region.hull())
}

/// Fills `view` with a region of the tensor whose values follow `plan` under `key`, whatever the
/// view's order in memory. The laws have been checked against `F`, and the shapes are equal.
///
/// # Errors
///
/// [`InitError::NonFiniteDraw`] from a distribution that the caller brought; never otherwise.
pub(crate) fn fill<F: Element, D: Dimension>(
    plan: &Plan,
    key: &Key,
    region: &Region,
    mut view: ArrayViewMut<'_, F, D>,
) -> Result<(), InitError> {
    let source = Source::new(plan, key, region.hull());
    match view.as_slice_mut() {
        Some(slice) => fill_slice(&source, region, slice),
        None => fill_strided(&source, region.clone(), view.into_dyn(), &Scratch::new()),
    }
}

/// Fills a slice with a region, in row-major order.
fn fill_slice<F: Element>(
    source: &Source<'_, F>,
    region: &Region,
    slice: &mut [F],
) -> Result<(), InitError> {
    let (start, end) = region.hull();
    if end - start == slice.len() as u64 {
        return fill_stretch(source, start, slice);
    }
    if slice.len() > GRAIN {
        if let Some((first, second)) = region.halves() {
            let (a, b) = slice.split_at_mut(first.len() as usize);
            return join(
                || fill_slice(source, &first, a),
                || fill_slice(source, &second, b),
            );
        }
    }
    let (stretches, len) = region.stretches();
    for (start, out) in stretches.zip(slice.chunks_exact_mut(len as usize)) {
        source.read(start, out)?;
    }
    Ok(())
}

/// Fills a slice with what begins at a flat index, whole blocks to a thread.
fn fill_stretch<F: Element>(
    source: &Source<'_, F>,
    start: u64,
    slice: &mut [F],
) -> Result<(), InitError> {
    if slice.len() <= GRAIN {
        return source.read(start, slice);
    }
    let skip = (start % LEN as u64) as usize;
    let middle = (skip + slice.len() / 2).next_multiple_of(LEN) - skip;
    let (a, b) = slice.split_at_mut(middle);
    join(
        || fill_stretch(source, start, a),
        || fill_stretch(source, start + middle as u64, b),
    )
}

/// Tiles that nobody draws into just now: no more than there were threads drawing at once, however
/// deep the cuts are nested.
struct Scratch<F>(Mutex<Vec<Vec<F>>>);

impl<F> Scratch<F> {
    fn new() -> Self {
        Scratch(Mutex::new(Vec::new()))
    }

    /// A tile of that many elements, whatever they are.
    fn take(&self, len: usize) -> Vec<F>
    where
        F: Element,
    {
        let mut tiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tile = tiles.pop();
        drop(tiles);
        // One that is too small goes before another comes: growing would have both, and then some.
        let mut tile = tile
            .filter(|tile| tile.capacity() >= len)
            .unwrap_or_else(|| Vec::with_capacity(len));
        tile.resize(len, F::zero());
        tile
    }

    fn put_back(&self, tile: Vec<F>) {
        let mut tiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tiles.push(tile);
    }
}

/// Fills an array of any strides, tile by tile.
fn fill_strided<F: Element>(
    source: &Source<'_, F>,
    region: Region,
    mut view: ArrayViewMutD<'_, F>,
    scratch: &Scratch<F>,
) -> Result<(), InitError> {
    if let Some(slice) = view.as_slice_mut() {
        return fill_slice(source, &region, slice);
    }
    if view.len() * size_of::<F>() > TILE {
        let (axis, at) = cut(&view);
        let (first, second) = region.split_at(axis, at as u64);
        let parallel = view.len() > GRAIN;
        let (a, b) = view.split_at(Axis(axis), at);
        if parallel {
            return join(
                || fill_strided(source, first, a, scratch),
                || fill_strided(source, second, b, scratch),
            );
        }
        fill_strided(source, first, a, scratch)?;
        return fill_strided(source, second, b, scratch);
    }
    // Rows that are drawn one by one are kept apart: were they a power of two long, all of a column
    // would fall into a few places of the first cache.
    let width = view.shape().last().map_or(1, |&width| width.max(1));
    let (stretches, len) = region.stretches();
    let apart = len == width as u64 && width >= 8 * BLOCK;
    let pitch = if apart { width + BLOCK } else { width };
    let mut tile = scratch.take(view.len() / width * pitch);
    if apart {
        for (start, row) in stretches.zip(tile.chunks_exact_mut(pitch)) {
            source.read(start, &mut row[..width])?;
        }
    } else {
        fill_slice(source, &region, &mut tile)?;
    }
    // Both with the axis that is closest in the array's memory last, and before it the one that is
    // closest in the tile's.
    let (last, line) = closest(&view);
    let mut order: Vec<usize> = (0..view.ndim()).collect();
    order.sort_by_key(|&axis| {
        let stride = view.strides()[axis].unsigned_abs();
        (axis == line, axis == last, std::cmp::Reverse(stride))
    });
    let mut shape = view.raw_dim();
    if let Some(last) = shape.slice_mut().last_mut() {
        *last = pitch;
    }
    if let Ok(mut tile) = ArrayView::from_shape(shape, &tile) {
        tile.slice_axis_inplace(Axis(view.ndim() - 1), Slice::from(..width));
        let tile = tile.permuted_axes(IxDyn(&order));
        copy(tile, view.permuted_axes(IxDyn(&order)));
    }
    scratch.put_back(tile);
    Ok(())
}

/// Copies an array to one of the same shape, block by block of the last two axes, so that the lines
/// of both are in the first cache for as long as they are needed.
fn copy<F: Element>(from: ArrayViewD<'_, F>, mut to: ArrayViewMutD<'_, F>) {
    if to.ndim() > 2 {
        for (from, to) in from.outer_iter().zip(to.outer_iter_mut()) {
            copy(from, to);
        }
        return;
    }
    match (
        from.view().into_dimensionality::<Ix2>(),
        to.view_mut().into_dimensionality::<Ix2>(),
    ) {
        (Ok(from), Ok(mut to)) => {
            let rows = from.axis_chunks_iter(Axis(0), BLOCK);
            for (from, mut to) in rows.zip(to.axis_chunks_iter_mut(Axis(0), BLOCK)) {
                let blocks = from.axis_chunks_iter(Axis(1), BLOCK);
                for (from, mut to) in blocks.zip(to.axis_chunks_iter_mut(Axis(1), BLOCK)) {
                    to.zip_mut_with(&from, |to, from| *to = *from);
                }
            }
        }
        _ => to.assign(&from),
    }
}

/// The last axis, which is contiguous in the flat order, and the axis that is closest in memory; of
/// those that are longer than 1.
fn closest<F>(view: &ArrayViewMutD<'_, F>) -> (usize, usize) {
    let axes = || (0..view.ndim()).filter(|&axis| view.len_of(Axis(axis)) > 1);
    let last = axes().next_back().unwrap_or(0);
    let line = axes()
        .min_by_key(|&axis| view.strides()[axis].unsigned_abs())
        .unwrap_or(0);
    (last, line)
}

/// Where to cut an array in two, so that its tiles are long both along the last axis, which is
/// contiguous in the flat order, and along the one that is closest in memory.
fn cut<F>(view: &ArrayViewMutD<'_, F>) -> (usize, usize) {
    let axes = || (0..view.ndim()).filter(|&axis| view.len_of(Axis(axis)) > 1);
    let half = |axis| view.len_of(Axis(axis)).div_ceil(2);
    let (last, line) = closest(view);
    if let Some(other) = axes().find(|&axis| axis != last && axis != line) {
        (other, half(other))
    } else if line != last && view.len_of(Axis(last)) > SPAN {
        (last, half(last))
    } else if line != last && view.len_of(Axis(line)) > LINE {
        (line, half(line).next_multiple_of(LINE))
    } else {
        (last, half(last))
    }
}

/// Runs both, on two threads if another is free. The error is that of the first.
fn join<A, B>(a: A, b: B) -> Result<(), InitError>
where
    A: FnOnce() -> Result<(), InitError> + Send,
    B: FnOnce() -> Result<(), InitError> + Send,
{
    #[cfg(feature = "parallel")]
    let (a, b) = rayon::join(a, b);
    #[cfg(not(feature = "parallel"))]
    let (a, b) = (a(), b());
    a.and(b)
}
