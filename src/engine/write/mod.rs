//! Any region into any array, on threads.

mod slice;
mod tiles;

use ndarray::{ArrayViewMut, Dimension};

use self::slice::fill_slice;
use self::tiles::{Tiles, fill_strided};
use crate::engine::element::Element;
use crate::engine::kept::Kept;
use crate::engine::read::Reader;
use crate::error::InitError;
use crate::key::Key;
use crate::law::Laws;
use crate::weight::Region;

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
    match view.as_slice_mut() {
        Some(slice) => fill_slice(&reader, region, slice),
        None => fill_strided(&reader, region.clone(), view.into_dyn(), &Tiles::new()),
    }
}
