//! Any region into any array, on threads.

mod slice;
mod tiles;

use ndarray::{ArrayViewMut, ArrayViewMut1, ArrayViewMutD, Axis, Dimension};

use self::slice::fill_slice;
use self::tiles::{Tiles, fill_strided};
use crate::engine::element::Element;
use crate::engine::kept::Kept;
use crate::engine::read::Reader;
use crate::error::InitError;
use crate::key::Key;
use crate::law::Laws;
use crate::weight::{Order, Region};

/// Fills `view` with a region of the tensor whose values follow `laws` under `key`, whatever the
/// view's order in memory. The laws have been checked against `F`, and the shapes are equal.
///
/// # Errors
///
/// [`InitError::NonFiniteDraw`] from a distribution that the caller brought; never otherwise.
pub(crate) fn fill<F: Element, D: Dimension>(
    laws: &Laws,
    key: &Key,
    region: &Region,
    kept: &Kept,
    mut view: ArrayViewMut<'_, F, D>,
) -> Result<(), InitError> {
    let reader = Reader::new(laws, key, region.hull(), kept);
    if let Some((order, shape)) = region.order() {
        let filled = fill_permuted(&reader, region, order, view.into_dyn());
        return filled.map_err(|error| match error {
            InitError::NonFiniteDraw {
                value,
                index,
                element,
            } => InitError::NonFiniteDraw {
                value,
                index: order.stored_index(shape, index),
                element,
            },
            error => error,
        });
    }
    match view.as_slice_mut() {
        Some(slice) => fill_slice(&reader, region, slice),
        None => fill_strided(&reader, region.clone(), view.into_dyn(), &Tiles::new()),
    }
}

/// Elements of a flat range that are drawn at once where they do not lie side by side.
const APART: usize = 1 << 16;

/// Fills a view with a region of a tensor that is drawn in another order of its axes.
fn fill_permuted<F: Element>(
    reader: &Reader<'_, F>,
    region: &Region,
    order: &Order,
    mut view: ArrayViewMutD<'_, F>,
) -> Result<(), InitError> {
    let tiles = Tiles::new();
    let whole = |region: Region, view: ArrayViewMutD<'_, F>| {
        fill_strided(reader, region, view.permuted_axes(order.axes()), &tiles)
    };
    let is_flat = view.ndim() != order.axes().len();
    if !is_flat {
        let pieces = region.pieces().into_iter();
        return pieces
            .take(1)
            .try_for_each(|piece| whole(piece.region, view.view_mut()));
    }
    // Each box of a flat range is a separate array.
    if let Some(slice) = view.as_slice_mut() {
        return region.pieces().into_iter().try_for_each(|piece| {
            let lens: Vec<usize> = piece.lens.iter().map(|&len| len as usize).collect();
            let from = piece.from as usize;
            let slice = &mut slice[from..from + piece.region.len() as usize];
            match ArrayViewMutD::from_shape(lens, slice) {
                Ok(view) => whole(piece.region, view),
                Err(_) => Ok(()), // It has the elements of the box.
            }
        });
    }
    let mut buffer = vec![F::zero(); APART.min(view.len())];
    let mut from = 0;
    for mut out in view.axis_chunks_iter_mut(Axis(0), APART) {
        let to = from + out.len() as u64;
        let slice = &mut buffer[..out.len()];
        let part = region.flat_part(from, to);
        fill_permuted(
            reader,
            &part,
            order,
            ArrayViewMut1::from(&mut *slice).into_dyn(),
        )?;
        out.iter_mut()
            .zip(slice)
            .for_each(|(out, value)| *out = *value);
        from = to;
    }
    Ok(())
}
