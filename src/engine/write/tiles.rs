//! Arrays that are not contiguous, tile by tile.

use std::sync::{Mutex, PoisonError};

use ndarray::{ArrayView, ArrayViewD, ArrayViewMutD, Axis, Dimension, Ix2, IxDyn, Slice};

use super::slice::{GRAIN, fill_slice, join};
use crate::engine::element::Element;
use crate::engine::read::Reader;
use crate::error::InitError;
use crate::weight::Region;

/// Bytes of a tile, which is what is drawn at once for an array that is not contiguous: `TILE_HEIGHT` by
/// `TILE_WIDTH` elements of `f32`. With what is between its rows it stays below 256 KiB, in the second cache.
const TILE_BYTES: usize = 7 << 15;

/// Elements of a tile along the axis that is closest in memory, at least: seven cache lines of `f32`
/// for each visit of a page. Measured in Fortran order, a height of 32 takes 1.5 times as long.
const TILE_HEIGHT: usize = 112;

/// Elements of a tile along the last axis, at most, and those to which a tensor is cut first: the
/// tiles that follow one another then lie in the same pages, few enough for the processor's address
/// cache, and a stretch is long enough to be worth its seed.
const TILE_WIDTH: usize = 512;

/// Elements that are copied at once in either direction, a cache line of `f32`; and the distance
/// between rows of a tile beyond their length.
const CACHE_LINE: usize = 16;

/// Tiles that are free: at most as many as threads have drawn at once, however deeply the cuts are
/// nested.
pub(super) struct Tiles<F>(Mutex<Vec<Vec<F>>>);

impl<F> Tiles<F> {
    pub(super) fn new() -> Self {
        Tiles(Mutex::new(Vec::new()))
    }

    /// A tile of that many elements, with arbitrary values.
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
pub(super) fn fill_strided<F: Element>(
    reader: &Reader<'_, F>,
    region: Region,
    mut view: ArrayViewMutD<'_, F>,
    tiles: &Tiles<F>,
) -> Result<(), InitError> {
    if let Some(slice) = view.as_slice_mut() {
        return fill_slice(reader, &region, slice);
    }
    if view.len() * size_of::<F>() > TILE_BYTES {
        let (axis, at) = cut(&view);
        let (first, second) = region.split_at(axis, at as u64);
        let parallel = view.len() > GRAIN;
        let (a, b) = view.split_at(Axis(axis), at);
        if parallel {
            return join(
                || fill_strided(reader, first, a, tiles),
                || fill_strided(reader, second, b, tiles),
            );
        }
        fill_strided(reader, first, a, tiles)?;
        return fill_strided(reader, second, b, tiles);
    }
    // Rows that are drawn one by one are kept apart: were they a power of two long, all of a column
    // would fall into a few places of the first cache.
    let width = view.shape().last().map_or(1, |&width| width.max(1));
    let (stretches, len) = region.stretches();
    let apart = len == width as u64 && width >= 8 * CACHE_LINE;
    let pitch = if apart { width + CACHE_LINE } else { width };
    let mut tile = tiles.take(view.len() / width * pitch);
    if apart {
        let mut cursor = reader.cursor();
        for (start, row) in stretches.zip(tile.chunks_exact_mut(pitch)) {
            reader.read(&mut cursor, start, &mut row[..width])?;
        }
    } else {
        fill_slice(reader, &region, &mut tile)?;
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
    tiles.put_back(tile);
    Ok(())
}

/// Copies an array to one of the same shape, a square of cache lines at a time of the last two axes, so that the lines
/// of both stay in the first cache.
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
            let rows = from.axis_chunks_iter(Axis(0), CACHE_LINE);
            for (from, mut to) in rows.zip(to.axis_chunks_iter_mut(Axis(0), CACHE_LINE)) {
                let squares = from.axis_chunks_iter(Axis(1), CACHE_LINE);
                for (from, mut to) in squares.zip(to.axis_chunks_iter_mut(Axis(1), CACHE_LINE)) {
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
    } else if line != last && view.len_of(Axis(last)) > TILE_WIDTH {
        (last, half(last))
    } else if line != last && view.len_of(Axis(line)) > TILE_HEIGHT {
        (line, half(line).next_multiple_of(TILE_HEIGHT))
    } else {
        (last, half(last))
    }
}
