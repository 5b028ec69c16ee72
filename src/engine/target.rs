//! Any region into any array, on threads.

use std::sync::{Mutex, PoisonError};

use ndarray::{ArrayView, ArrayViewMut, ArrayViewMutD, Axis, Dimension, IxDyn};

use super::{block::LEN, source::Source};
use crate::{Element, InitError, Key, Region, plan::Plan};

/// Elements up to which one thread does all: a few tens of microseconds, as long as it may take to
/// wake another.
const GRAIN: usize = 32 * LEN;

/// Bytes of a tile, which is what is drawn at once for an array that is not contiguous: they stay
/// in the second cache.
const TILE: usize = 1 << 17;

/// Elements of a tile along the axis that is closest in memory, at least: a cache line of `f32`.
const LINE: usize = 16;

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
    let (mut stretches, len) = region.stretches();
    if len == slice.len() as u64 {
        return stretches
            .next()
            .map_or(Ok(()), |start| fill_stretch(source, start, slice));
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

    fn take(&self) -> Vec<F> {
        let mut tiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tiles.pop().unwrap_or_default()
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
    let mut tile = scratch.take();
    tile.resize(view.len(), F::zero());
    fill_slice(source, &region, &mut tile)?;
    // Both with the axis that is closest in the array's memory last, so that its lines are written
    // one after the other.
    let mut order: Vec<usize> = (0..view.ndim()).collect();
    order.sort_by_key(|&axis| std::cmp::Reverse(view.strides()[axis].unsigned_abs()));
    if let Ok(tile) = ArrayView::from_shape(view.raw_dim(), &tile) {
        let tile = tile.permuted_axes(IxDyn(&order));
        view.permuted_axes(IxDyn(&order)).assign(&tile);
    }
    scratch.put_back(tile);
    Ok(())
}

/// Where to cut an array in two, so that its tiles are long both along the last axis, which is
/// contiguous in the flat order, and along the one that is closest in memory.
fn cut<F>(view: &ArrayViewMutD<'_, F>) -> (usize, usize) {
    let axes = || (0..view.ndim()).filter(|&axis| view.len_of(Axis(axis)) > 1);
    let half = |axis| view.len_of(Axis(axis)).div_ceil(2);
    let last = axes().next_back().unwrap_or(0);
    let line = axes()
        .min_by_key(|&axis| view.strides()[axis].unsigned_abs())
        .unwrap_or(0);
    if let Some(other) = axes().find(|&axis| axis != last && axis != line) {
        (other, half(other))
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
