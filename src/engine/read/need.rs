//! What a law needs of memory.

/// Bytes that a law needs beside the array.
#[derive(Clone, Copy, Default)]
pub(super) struct Need {
    /// For as long as values are read.
    pub(super) held: u64,
    /// While it is made.
    pub(super) passing: u64,
}
