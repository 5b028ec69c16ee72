//! Values that are made once and read often: matrices, and choices of connections.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// The least number of elements in a piece, unless there are fewer in all.
const AT_LEAST: u64 = 1 << 12;

/// What the readers of one tensor keep for later readers, part by part.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<BTreeMap<u64, Arc<OfPart>>>);

/// What is kept of one part: matrices in either type of draws, and choices, which have no type.
#[derive(Debug, Default)]
pub struct OfPart {
    pub(crate) matrices_f32: Pieces<f32>,
    pub(crate) matrices_f64: Pieces<f64>,
    pub(crate) choices: Pieces<u64>,
}

impl Kept {
    pub(super) fn part(&self, number: u64) -> Arc<OfPart> {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(parts.entry(number).or_default())
    }
}

/// Pieces of which each holds what belongs to some consecutive items.
#[derive(Debug)]
pub struct Pieces<T>(Mutex<BTreeMap<u64, Piece<T>>>);

/// One piece. Readers share it, so that none holds a lock.
pub(super) type Piece<T> = Arc<Vec<T>>;

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Pieces(Mutex::default())
    }
}

/// How items are cut into pieces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// Items of a piece.
    per: u64,
    /// The number of all items.
    count: u64,
}

impl Cut {
    /// For `count` items of `size` elements each.
    pub(super) fn new(count: u64, size: u64) -> Self {
        let per = (AT_LEAST / size.max(1)).max(1);
        Cut { per, count }
    }

    /// The piece of an item, and its number in there.
    #[inline(always)]
    pub(super) fn at(&self, item: u64) -> (u64, u64) {
        (item / self.per, item % self.per)
    }

    /// The pieces of consecutive items.
    pub(super) fn pieces(&self, items: &Range<u64>) -> Range<u64> {
        if items.is_empty() {
            return 0..0;
        }
        items.start / self.per..items.end.div_ceil(self.per)
    }

    /// The items of a piece.
    pub(super) fn items(&self, piece: u64) -> Range<u64> {
        let start = piece * self.per;
        start..(start.saturating_add(self.per)).min(self.count)
    }
}

impl<T: Send + Sync> Pieces<T> {
    /// The pieces of those numbers, in order. Missing ones are made by `make`, which takes their numbers
    /// and returns as many pieces. No lock is held while it works: if two threads make the same piece, its
    /// values are the same, and the first to finish is kept.
    pub(super) fn get(
        &self,
        pieces: Range<u64>,
        make: impl FnOnce(&[u64]) -> Vec<Vec<T>>,
    ) -> Vec<Piece<T>> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = Self::missing(&lock(), &pieces);
        let made = if missing.is_empty() {
            Vec::new()
        } else {
            make(&missing)
        };
        let mut kept = lock();
        for (number, piece) in missing.into_iter().zip(made) {
            kept.entry(number).or_insert_with(|| Arc::new(piece));
        }
        // None is ever taken out, so that what is in the range is all of it.
        kept.range(pieces)
            .map(|(_, piece)| Arc::clone(piece))
            .collect()
    }

    /// How many of those are missing.
    pub(super) fn count_missing(&self, pieces: &Range<u64>) -> u64 {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let there = kept.range(pieces.clone()).count() as u64;
        (pieces.end - pieces.start).saturating_sub(there)
    }

    fn missing(kept: &BTreeMap<u64, Piece<T>>, pieces: &Range<u64>) -> Vec<u64> {
        let mut missing = Vec::new();
        let mut next = pieces.start;
        for &number in kept.range(pieces.clone()).map(|(number, _)| number) {
            missing.extend(next..number);
            next = number + 1;
        }
        missing.extend(next..pieces.end);
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, Pieces};

    #[test]
    fn what_is_there_is_not_made_again() {
        let pieces = Pieces::<u64>::default();
        let make = |numbers: &[u64]| numbers.iter().map(|&n| vec![n; 2]).collect();
        let first = pieces.get(3..5, make);
        assert_eq!(first.iter().map(|p| p[0]).collect::<Vec<_>>(), [3, 4]);
        let all = pieces.get(1..7, |numbers| {
            assert_eq!(numbers, [1, 2, 5, 6]);
            make(numbers)
        });
        assert_eq!(
            all.iter().map(|p| p[0]).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5, 6]
        );
        pieces.get(1..7, |_| unreachable!("all are there"));
        assert_eq!(pieces.count_missing(&(0..7)), 1);
        assert_eq!(pieces.count_missing(&(1..7)), 0);
    }

    #[test]
    fn items_are_cut_and_found() {
        let cut = Cut::new(10, 1500);
        assert_eq!(cut.pieces(&(3..5)), 1..3);
        assert_eq!(cut.items(1), 2..4);
        assert_eq!(cut.at(3), (1, 1));
        let odd = Cut::new(9, 1500);
        assert_eq!(odd.items(4), 8..9);
        assert_eq!(Cut::new(5, 0).pieces(&(2..2)), 0..0);
    }
}
