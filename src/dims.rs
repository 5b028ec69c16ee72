//! The lengths of a weight's axes.

use crate::InitError;

/// Axes that are held without an allocation.
const INLINE: usize = 6;

/// The lengths of a weight's axes, in 64 bits on every machine.
#[derive(Clone)]
pub(crate) enum Dims {
    Inline { rank: u8, lens: [u64; INLINE] },
    Heap(Box<[u64]>),
}

impl Dims {
    pub(crate) fn new(shape: &[usize]) -> Self {
        shape.iter().map(|&len| len as u64).collect()
    }

    /// As many axes, each of length 0.
    pub(crate) fn zeros(rank: usize) -> Self {
        std::iter::repeat_n(0, rank).collect()
    }

    pub(crate) fn as_slice(&self) -> &[u64] {
        match self {
            Dims::Inline { rank, lens } => &lens[..usize::from(*rank)],
            Dims::Heap(lens) => lens,
        }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u64] {
        match self {
            Dims::Inline { rank, lens } => &mut lens[..usize::from(*rank)],
            Dims::Heap(lens) => lens,
        }
    }

    /// The number of elements.
    ///
    /// # Errors
    ///
    /// [`InitError::TooLarge`] unless the product of the lengths other than 0 is below 2^64, so
    /// that no product of some of them overflows either.
    pub(crate) fn count(&self) -> Result<u64, InitError> {
        let lens = self.as_slice();
        let product = lens
            .iter()
            .try_fold(1_u64, |product, &len| product.checked_mul(len.max(1)))
            .ok_or_else(|| InitError::TooLarge {
                shape: lens.to_vec(),
            })?;
        Ok(if lens.contains(&0) { 0 } else { product })
    }
}

impl FromIterator<u64> for Dims {
    fn from_iter<I: IntoIterator<Item = u64>>(shape: I) -> Self {
        let mut rank = 0;
        let mut lens = [0; INLINE];
        let mut shape = shape.into_iter();
        while let Some(len) = shape.next() {
            if rank == INLINE {
                let mut heap = Vec::from(lens);
                heap.push(len);
                heap.extend(shape);
                return Dims::Heap(heap.into());
            }
            lens[rank] = len;
            rank += 1;
        }
        Dims::Inline {
            rank: rank as u8,
            lens,
        }
    }
}

impl PartialEq for Dims {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl std::fmt::Debug for Dims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_slice().fmt(f)
    }
}
