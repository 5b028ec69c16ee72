//! Any region into a slice, on threads.

use crate::engine::element::Element;
use crate::engine::read::Reader;
use crate::engine::word::BLOCK_LEN;
use crate::error::InitError;
use crate::weight::Region;

/// Elements up to which one thread does all: a few tens of microseconds, about the time to wake
/// another thread.
pub(super) const GRAIN: usize = 32 * BLOCK_LEN;

/// Fills a slice with a region, in row-major order.
pub(super) fn fill_slice<F: Element>(
    reader: &Reader<'_, F>,
    region: &Region,
    slice: &mut [F],
) -> Result<(), InitError> {
    let (start, end) = region.hull();
    if end - start == slice.len() as u64 {
        return fill_stretch(reader, start, slice);
    }
    if slice.len() > GRAIN {
        if let Some((first, second)) = region.halves() {
            let (a, b) = slice.split_at_mut(first.len() as usize);
            return join(
                || fill_slice(reader, &first, a),
                || fill_slice(reader, &second, b),
            );
        }
    }
    let (stretches, len) = region.stretches();
    let mut cursor = reader.cursor();
    for (start, out) in stretches.zip(slice.chunks_exact_mut(len as usize)) {
        reader.read(&mut cursor, start, out)?;
    }
    Ok(())
}

/// Fills a slice with the values from a flat index on, in whole blocks for each thread.
fn fill_stretch<F: Element>(
    reader: &Reader<'_, F>,
    start: u64,
    slice: &mut [F],
) -> Result<(), InitError> {
    if slice.len() <= GRAIN {
        return reader.read(&mut reader.cursor(), start, slice);
    }
    let skip = (start % BLOCK_LEN as u64) as usize;
    let middle = (skip + slice.len() / 2).next_multiple_of(BLOCK_LEN) - skip;
    let (a, b) = slice.split_at_mut(middle);
    join(
        || fill_stretch(reader, start, a),
        || fill_stretch(reader, start + middle as u64, b),
    )
}

/// Runs both, on two threads if another is free. The error is that of the first.
pub(super) fn join<A, B>(a: A, b: B) -> Result<(), InitError>
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
