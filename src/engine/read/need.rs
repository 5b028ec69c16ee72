//! The memory that a law needs.

/// Bytes that a law needs in addition to the array.
#[derive(Clone, Copy, Default)]
pub(super) struct Need {
    /// As long as values are read.
    pub(super) held: u64,
    /// Only while it is made.
    pub(super) passing: u64,
}

impl Need {
    /// The need of `missing` pieces of `bytes` each, and of `passing` bytes if any are missing.
    pub(super) fn of_pieces(missing: u64, bytes: u64, passing: u64) -> Option<Self> {
        Some(Need {
            held: missing.checked_mul(bytes)?,
            passing: if missing == 0 { 0 } else { passing },
        })
    }
}
