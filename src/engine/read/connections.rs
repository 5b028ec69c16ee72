//! Values in the connections that units choose.

use std::ops::Range;

use rand::Rng;

use super::need::Need;
use crate::engine::element::Element;
use crate::engine::kept::{Cut, OfPart, Piece};
use crate::engine::word::generator;
use crate::error::InitError;
use crate::key::Key;
use crate::law::Connections;

/// A stretch of at most this many elements is drawn only if one of them is chosen.
const FEW: usize = 8;

/// The choices of those units of a weight that a stretch of the flat order touches.
pub(super) struct Chosen<'a> {
    connections: &'a Connections,
    cut: Cut,
    /// The number of the first piece.
    first: u64,
    /// A bit for each connection, unit by unit, which is set for those that are kept, or for those
    /// that are left out: whichever are fewer.
    pieces: Vec<Piece<u64>>,
    kept_are_marked: bool,
}

impl<'a> Chosen<'a> {
    /// The choices of the units between two flat indices.
    pub(super) fn new(
        connections: &'a Connections,
        key: &Key,
        hull: (u64, u64),
        kept: &OfPart,
    ) -> Self {
        let all = connections.of_unit();
        let left_out = all - connections.kept;
        let kept_are_marked = connections.kept <= left_out;
        let some = connections.kept.min(left_out);
        let (cut, numbers) = Self::cut(connections, hull);
        let first = numbers.start;
        let make = |piece| {
            let units: Range<u64> = cut.items(piece);
            let mut bits = vec![0_u64; words(&units, all) as usize];
            let first = units.start;
            for unit in units {
                choose(key, unit, some, all, |connection| {
                    let bit = (unit - first) * all + connection;
                    let (word, mask) = (&mut bits[(bit / 64) as usize], 1 << (bit % 64));
                    let unmarked = *word & mask == 0;
                    *word |= mask;
                    unmarked
                });
            }
            bits
        };
        let pieces = kept.choices.get(numbers, |missing| {
            missing.iter().map(|&piece| make(piece)).collect()
        });
        Chosen {
            connections,
            cut,
            first,
            pieces,
            kept_are_marked,
        }
    }

    /// How the units are cut into pieces, and those between two flat indices.
    fn cut(connections: &Connections, hull: (u64, u64)) -> (Cut, Range<u64>) {
        let cut = Cut::new(connections.units(), connections.of_unit());
        (cut, cut.pieces(&connections.between(hull)))
    }

    /// What [`new`](Chosen::new) takes; `None` if more than can be counted.
    pub(super) fn needed(
        connections: &Connections,
        hull: (u64, u64),
        kept: &OfPart,
    ) -> Option<Need> {
        let (cut, pieces) = Self::cut(connections, hull);
        let bytes = words(&cut.items(pieces.start), connections.of_unit()).checked_mul(8)?;
        Need::of_pieces(kept.choices.count_missing(&pieces), bytes, 0)
    }

    /// The values of the elements from flat index `start` on; `read` gets what is kept of them.
    pub(super) fn read<F: Element>(
        &self,
        start: u64,
        out: &mut [F],
        read: impl FnOnce(&mut [F]) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        // A stretch of a column is one element or a few, most of which are not chosen.
        if out.len() <= FEW && !(start..start + out.len() as u64).any(|index| self.is_chosen(index))
        {
            out.fill(F::zero());
            return Ok(());
        }
        read(out)?;
        for (index, out) in (start..).zip(out) {
            if !self.is_chosen(index) {
                *out = F::zero();
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn is_chosen(&self, index: u64) -> bool {
        let (unit, connection) = self.connections.at(index);
        let (piece, within) = self.cut.at(unit);
        let bits = &self.pieces[(piece - self.first) as usize];
        let bit = within * self.connections.of_unit() + connection;
        let is_marked = bits[(bit / 64) as usize] >> (bit % 64) & 1 == 1;
        is_marked == self.kept_are_marked
    }
}

/// Words of the bits of units with `all` connections each.
fn words(units: &Range<u64>, all: u64) -> u64 {
    // No more bits than the weight has elements, and so the product does not wrap.
    ((units.end - units.start) * all).div_ceil(64)
}

/// Marks `some` of `all` connections of a unit, each subset of that size being equally likely: R. W.
/// Floyd's algorithm, in J. Bentley, "Programming pearls", Comm. ACM 30, 1987. `mark` is to mark a
/// connection, and says whether it was unmarked.
fn choose(key: &Key, unit: u64, some: u64, all: u64, mut mark: impl FnMut(u64) -> bool) {
    let mut rng = generator(key, unit);
    for last in all - some..all {
        if !mark(below(&mut rng, last + 1)) {
            mark(last);
        }
    }
}

/// A number below `bound`, each equally likely: D. Lemire, "Fast random integer generation in an
/// interval", ACM Trans. Model. Comput. Simul. 29, 2019.
fn below(rng: &mut impl Rng, bound: u64) -> u64 {
    loop {
        let product = u128::from(rng.next_u64()) * u128::from(bound);
        let low = product as u64;
        if low >= bound || low >= bound.wrapping_neg() % bound {
            return (product >> 64) as u64;
        }
    }
}
