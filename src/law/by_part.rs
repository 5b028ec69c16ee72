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

impl Laws {
    /// Which law an element has, by its flat index, and its flat index in the part that has it. Of laws by
    /// part, those of parts without elements are not counted.
    pub(crate) fn at(&self, index: u64) -> (usize, u64) {
        let Laws::ByPart { inner, parts } = self else {
            return (0, index);
        };
        let period = parts.iter().map(|(len, _)| len * inner).sum::<u64>().max(1);
        let (outer, mut within) = (index / period, index % period);
        for (number, len) in parts.iter().map(|(len, _)| len * inner).enumerate() {
            if within < len {
                return (number, outer * len + within);
            }
            within -= len;
        }
        (parts.len(), 0) // There is one, since the lengths add up to the period.
    }
}
