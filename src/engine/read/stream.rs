//! Values that are made of a draw each: the walk over the blocks of a key.

use num_traits::Zero;

use crate::engine::element::{Draw, Element};
use crate::engine::kernel::GROUP;
use crate::engine::transform::Transform;
use crate::engine::word::BLOCK_LEN;
use crate::key::Key;

/// The values of the elements from flat index `start` on.
pub(super) fn read<F: Element>(
    key: &Key,
    transform: &Transform<F::Draw>,
    start: u64,
    out: &mut [F],
) {
    let mut seeds = F::Draw::seeds(key);
    let mut buffer = None;
    for (block, skip, out) in by_block(start, out) {
        // Whole groups are drawn. Where they begin and end with the stretch, and the element type is
        // that of the draws, in place.
        let lead = skip % GROUP;
        let whole = lead == 0 && out.len() % GROUP == 0;
        match F::as_draws(out) {
            Some(draws) if whole => {
                F::Draw::fill(transform, &mut seeds, block, skip / GROUP, draws);
            }
            _ => {
                let buffer = buffer.get_or_insert_with(|| [F::Draw::zero(); BLOCK_LEN]);
                let len = (lead + out.len()).next_multiple_of(GROUP);
                let draws = &mut buffer[..len];
                F::Draw::fill(transform, &mut seeds, block, skip / GROUP, draws);
                F::narrow_all(&buffer[lead..lead + out.len()], out);
            }
        }
    }
}

/// `std` times the standard normal draws from flat index `start` on.
pub(in crate::engine) fn read_normals<D: Draw>(key: &Key, std: f64, start: u64, out: &mut [D]) {
    let transform = Transform::Normal {
        mean: D::parts(0.0),
        std: D::from_f64(std),
    };
    read(key, &transform, start, out);
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
