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

/// Where the parts of a weight lie in its flat order.
pub(crate) struct Places {
    /// Where each part ends within a period; those without elements are not counted.
    ends: Vec<u64>,
}

impl Laws {
    pub(crate) fn places(&self) -> Places {
        let ends = match self {
            Laws::One(_) => vec![u64::MAX],
            Laws::ByPart { inner, parts } => {
                let ends = parts.iter().scan(0, |end, (len, _)| {
                    *end += len * inner;
                    Some(*end)
                });
                ends.collect()
            }
        };
        Places { ends }
    }
}

impl Places {
    /// Which part an element is of, by its flat index, and its flat index in that part.
    pub(crate) fn at(&self, index: u64) -> (usize, u64) {
        let period = self.ends.last().copied().unwrap_or(1).max(1);
        let (outer, within) = (index / period, index % period);
        let number = self.ends.partition_point(|&end| end <= within);
        let start = number
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let start = start.copied().unwrap_or(0);
        let len = self.ends.get(number).map_or(0, |end| end - start);
        (number, outer * len + (within - start))
    }
}
