//! The sizes of the pieces in which matrices are made.

/// Reflectors in a bundle, and rows in a stretch that has a sum of its own: both part of the
/// specification.
pub(super) const BUNDLE: usize = 64;

/// Columns that are made together: a divisor of `BUNDLE`.
pub(super) const STRIP: usize = 32;

/// Rows that the processor's registers hold at once: a divisor of `BUNDLE`.
pub(super) const ROWS: usize = 4;
