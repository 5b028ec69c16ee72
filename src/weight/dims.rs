//! One value per axis of a weight: lengths, roles.

use crate::error::{InitError, TooLarge};

/// Axes that are held without an allocation.
const INLINE: usize = 6;

/// One value per axis of a weight.
#[derive(Clone)]
pub(crate) enum PerAxis<T> {
    Inline { rank: u8, values: [T; INLINE] },
    Heap(Box<[T]>),
}

/// The lengths of a weight's axes, in 64 bits on every machine.
pub(crate) type Dims = PerAxis<u64>;

impl<T: Copy + Default> PerAxis<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            PerAxis::Inline { rank, values } => &values[..usize::from(*rank)],
            PerAxis::Heap(values) => values,
        }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            PerAxis::Inline { rank, values } => &mut values[..usize::from(*rank)],
            PerAxis::Heap(values) => values,
        }
    }
}

impl Dims {
    pub(crate) fn new(shape: &[usize]) -> Self {
        shape.iter().map(|&len| len as u64).collect()
    }

    /// As many axes, each of length 0.
    pub(crate) fn zeros(rank: usize) -> Self {
        std::iter::repeat_n(0, rank).collect()
    }

    /// The lengths as those of an array. More than this machine can count are as many as it can.
    pub(crate) fn lens(&self) -> Vec<usize> {
        let lens = self.as_slice().iter();
        lens.map(|&len| usize::try_from(len).unwrap_or(usize::MAX))
            .collect()
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
            .ok_or_else(|| TooLarge::Elements.error(self.lens()))?;
        Ok(if lens.contains(&0) { 0 } else { product })
    }
}

impl<T: Copy + Default> FromIterator<T> for PerAxis<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut rank = 0;
        let mut values = [T::default(); INLINE];
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            if rank == INLINE {
                let mut heap = Vec::from(values);
                heap.push(item);
                heap.extend(items);
                return PerAxis::Heap(heap.into());
            }
            values[rank] = item;
            rank += 1;
        }
        PerAxis::Inline {
            rank: rank as u8,
            values,
        }
    }
}

impl<T: Copy + Default + PartialEq> PartialEq for PerAxis<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Copy + Default + std::fmt::Debug> std::fmt::Debug for PerAxis<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_slice().fmt(f)
    }
}
