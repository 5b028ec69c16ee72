//! The sizes of the pieces in which matrices are made.

/// Reflectors in a bundle, and rows in a stretch that has a sum of its own: both part of the
/// specification.
pub(super) const BUNDLE: usize = 64;

/// Columns that are made together: a divisor of `BUNDLE`.
pub(super) const STRIP: usize = 32;

/// Reflectors that are drawn before they are put into rows: a cache line of `f32`.
pub(super) const LINE: usize = 16;

/// From one of these to the next, for vectors of that length: were that a power of two, all would fall
/// into a few places of the first cache.
pub(super) const fn pitch(len: usize) -> usize {
    len.saturating_add(LINE)
}

/// Elements of a matrix that one thread makes, and up to which the matrices of a batch are spread over
/// threads: what one takes beside it is little then.
pub(super) const SMALL: usize = BUNDLE * BUNDLE;
pub(crate) const SPREAD: u64 = 1 << 16;

/// Rows that the processor's registers hold at once: a divisor of `BUNDLE`.
pub(super) use crate::num::product::ROWS;
