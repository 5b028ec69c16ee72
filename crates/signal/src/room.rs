//! Whether temporaries can be had, tested before they are allocated: a failed allocation would end the
//! process.

use fanin::TooLarge;
use ndarray::{Array, ArrayView, Dimension};

use crate::SignalError;

/// Bytes up to which nobody asks, as in `fanin`.
const FEW: usize = 1 << 26;

/// Whether there is room for arrays of those shapes in `f64` at once, as far as the allocator says.
///
/// # Errors
///
/// [`InitError::TooLarge`] with the largest of the shapes.
pub(crate) fn room_for(shapes: &[(usize, usize)]) -> Result<(), SignalError> {
    let bytes = |&(rows, columns): &(usize, usize)| {
        rows.checked_mul(columns)
            .and_then(|len| len.checked_mul(size_of::<f64>()))
    };
    let all = (shapes.iter()).try_fold(0_usize, |sum, shape| sum.checked_add(bytes(shape)?));
    let fits = |bytes: usize| {
        let asked = bytes <= FEW || Vec::<u8>::new().try_reserve_exact(bytes).is_ok();
        asked && isize::try_from(bytes).is_ok()
    };
    if all.is_some_and(fits) {
        return Ok(());
    }
    let largest = shapes
        .iter()
        .max_by_key(|shape| bytes(shape).unwrap_or(usize::MAX));
    let (rows, columns) = largest.copied().unwrap_or((0, 0));
    let all = all.map_or(u64::MAX, |all| all as u64);
    Err(TooLarge::no_room(all, 0).error([rows, columns]).into())
}

/// A copy in row-major order, if there is room for it.
///
/// # Errors
///
/// [`InitError::TooLarge`] with its shape.
pub(crate) fn copy<F: Copy, D: Dimension>(
    array: ArrayView<'_, F, D>,
) -> Result<Array<F, D>, SignalError> {
    let mut values = Vec::new();
    let bytes = array.len().saturating_mul(size_of::<F>()) as u64;
    let too_large = || TooLarge::no_room(bytes, 0).error(array.shape());
    values
        .try_reserve_exact(array.len())
        .map_err(|_| too_large())?;
    values.extend(array.iter().copied());
    let copy = Array::from_shape_vec(array.raw_dim(), values);
    Ok(copy.map_err(|_| too_large())?)
}
