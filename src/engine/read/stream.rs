//! Values that take one draw each: the walk over the blocks of a key.

use crate::engine::element::{Draw, Element};
use crate::engine::kernel::GROUP;
use crate::engine::transform::Transform;
use crate::engine::word::BLOCK_LEN;
use crate::key::Key;

/// Where a walk over the blocks stands. Stretches that follow one another in a block continue the walk
/// of the one before, and those in one group share its draws.
pub(crate) struct Cursor<'r, D: Draw> {
    /// Which blocks those are, and what seeds them.
    key: Key,
    seeds: D::Seeds,
    /// Draws that are not made in place.
    buffer: Option<[D; BLOCK_LEN]>,
    /// What the buffer holds: of which transform, from which flat index on, and how many.
    held: Option<(&'r Transform<D>, u64, usize)>,
}

impl<'r, D: Draw> Cursor<'r, D> {
    #[inline(always)]
    pub(crate) fn new(key: &Key) -> Self {
        Cursor {
            key: key.clone(),
            seeds: D::seeds(key),
            buffer: None,
            held: None,
        }
    }

    /// Draws from a flat index on that begins a group, at most to the end of its block.
    fn draws(&mut self, transform: &'r Transform<D>, start: u64, len: usize) -> &[D] {
        let whole = len.next_multiple_of(GROUP);
        let buffer = self.buffer.get_or_insert_with(|| [D::zero(); BLOCK_LEN]);
        let at = match self.held {
            // Another part of a fused weight has another transform.
            Some((of, first, held)) if std::ptr::eq(of, transform) => start
                .checked_sub(first)
                .filter(|at| at + whole as u64 <= held as u64),
            _ => None,
        };
        let at = at.unwrap_or_else(|| {
            fill(&mut self.seeds, transform, start, &mut buffer[..whole]);
            self.held = Some((transform, start, whole));
            0
        });
        &buffer[at as usize..][..len]
    }
}

/// Whole groups, from the first of `start`'s group on, at most to the end of its block.
fn fill<D: Draw>(seeds: &mut D::Seeds, transform: &Transform<D>, start: u64, out: &mut [D]) {
    let (block, skip) = (start / BLOCK_LEN as u64, start % BLOCK_LEN as u64);
    D::fill(transform, seeds, block, skip as usize / GROUP, out);
}

/// The values of the elements from flat index `start` on.
pub(super) fn read<'r, F: Element>(
    cursor: &mut Cursor<'r, F::Draw>,
    key: &Key,
    transform: &'r Transform<F::Draw>,
    start: u64,
    out: &mut [F],
) {
    if cursor.key != *key {
        cursor.key = key.clone();
        cursor.seeds = F::Draw::seeds(key);
        cursor.held = None;
    }
    for (block, skip, out) in by_block(start, out) {
        // Whole groups are drawn. Where they begin and end with the stretch, and the element type is
        // that of the draws, in place.
        let lead = skip % GROUP;
        let start = block * BLOCK_LEN as u64 + (skip - lead) as u64;
        let whole = lead == 0 && out.len() % GROUP == 0;
        match F::as_draws(out) {
            Some(draws) if whole => {
                fill(&mut cursor.seeds, transform, start, draws);
            }
            _ => {
                let draws = cursor.draws(transform, start, lead + out.len());
                F::narrow_all(&draws[lead..], out);
            }
        }
    }
}

/// `std` times the standard normal draws from flat index `start` on.
#[cfg(test)]
pub(in crate::engine) fn read_normals<D: Draw>(key: &Key, std: f64, start: u64, out: &mut [D]) {
    let transform = Transform::Normal {
        mean: D::parts(0.0),
        std: D::from_f64(std),
    };
    read(&mut Cursor::new(key), key, &transform, start, out);
}

/// A stretch of the flat order cut at the blocks' ends: each block's number, how many of its
/// elements come before, and the part of `out` that lies in it.
pub(super) fn by_block<F>(
    start: u64,
    out: &mut [F],
) -> impl Iterator<Item = (u64, usize, &mut [F])> {
    let len = BLOCK_LEN as u64;
    let mut rest = out;
    let mut index = start;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (block, skip) = (index / len, (index % len) as usize);
        let here = rest.len().min(BLOCK_LEN - skip);
        let (here, after) = std::mem::take(&mut rest).split_at_mut(here);
        rest = after;
        index += here.len() as u64;
        Some((block, skip, here))
    })
}
