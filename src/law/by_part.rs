//! One law for a weight, or one for each part of a weight with parts.

use super::law::Law;

/// Which law every element of a weight has.
#[derive(Debug)]
pub(crate) enum Laws {
    One(Law),
    ByPart {
        /// Elements from one step of the axis with parts to the next.
        inner: u64,
        /// The places that every part has along that axis in one turn, and its law. Turns follow each
        /// other without anything between them, along the axis and those before it.
        parts: Vec<(u64, Law)>,
    },
}
