//! One law for a weight, or one for each part of a fused weight.

use super::law::Law;

/// Which law every element of a weight has.
#[derive(Debug)]
pub(crate) enum Laws {
    One(Law),
    ByPart {
        /// Elements from one step of the fused axis to the next.
        inner: u64,
        /// The length of every part along that axis, and its law.
        parts: Vec<(u64, Law)>,
    },
}
