//! Whether there is room for the array and for what its laws need.

use std::sync::Arc;

use super::connections::Chosen;
use super::matrices::Matrices;
use super::need::Need;
use super::reader::before;
use crate::engine::element::{Draw, Element};
use crate::engine::haar;
use crate::engine::kept::{Kept, OfPart};
use crate::error::{InitError, TooLarge};
use crate::law::{Draws, Law, Laws};
use crate::num::memory::room_for_threads;
use crate::weight::Region;

/// Whether this machine could hold an array of `F` for a region, if there is not one already, and with
/// it what the laws need beyond what is kept: the matrices that the region touches, of all parts, and what
/// making them takes, of one part after the other. The sum is tested, since each alone might fit where all
/// together do not.
///
/// # Errors
///
/// [`InitError::TooLarge`] with the shape of the weight, or the number of elements of a flat range's.
pub(crate) fn has_room<F: Element>(
    laws: &Laws,
    region: &Region,
    kept: &Kept,
    is_new: bool,
) -> Result<(), InitError> {
    let law = needed_for_laws::<F::Draw>(laws, region, kept)
        .and_then(|need| need.held.checked_add(need.passing))
        .unwrap_or(u64::MAX);
    if law == 0 {
        return Ok(()); // The array alone has been checked already.
    }
    let array = if is_new {
        region.len().saturating_mul(size_of::<F>() as u64)
    } else {
        0
    };
    if room_for_threads(array.saturating_add(law), haar::threads()) {
        Ok(())
    } else {
        Err(TooLarge::no_room(array, law).error(region.whole_lens()))
    }
}

/// `None` if more than can be counted.
fn needed_for_laws<D: Draw>(laws: &Laws, region: &Region, kept: &Kept) -> Option<Need> {
    let (inner, parts) = match laws {
        Laws::One(law) => return needed_for_law::<D>(law, || region.hull(), &|| kept.part(0)),
        Laws::ByPart { inner, parts } => (inner, parts),
    };
    let hull = region.hull();
    let period = parts.iter().map(|(len, _)| len * inner).sum();
    let mut start = 0;
    let mut all = Need::default();
    for ((len, law), number) in parts.iter().zip(0..) {
        let len = len * inner;
        let own = |index| before(index, period, start, len);
        let part = needed_for_law::<D>(law, || (own(hull.0), own(hull.1)), &|| kept.part(number))?;
        all = Need {
            held: all.held.checked_add(part.held)?,
            passing: all.passing.max(part.passing),
        };
        start += len;
    }
    Some(all)
}

fn needed_for_law<D: Draw>(
    law: &Law,
    hull: impl FnOnce() -> (u64, u64),
    part: &dyn Fn() -> Arc<OfPart>,
) -> Option<Need> {
    if law.has_shape() {
        needed_for_draws::<D>(&law.draws(), hull(), part)
    } else {
        Some(Need::default())
    }
}

fn needed_for_draws<D: Draw>(
    draws: &Draws<'_>,
    hull: (u64, u64),
    part: &dyn Fn() -> Arc<OfPart>,
) -> Option<Need> {
    match draws {
        Draws::Frames { frames, .. } => Matrices::<D>::needed(frames, hull, &part()),
        Draws::Connections { connections, .. } => Chosen::needed(connections, hull, &part()),
        Draws::Factored { of, .. } => needed_for_draws::<D>(of, hull, part),
        Draws::Repeated { draws, repetition } => {
            needed_for_draws::<D>(draws, repetition.base_hull(hull), part)
        }
        Draws::Constant(_)
        | Draws::Affine(_)
        | Draws::Mapped { .. }
        | Draws::Sampled { .. }
        | Draws::Pattern { .. } => Some(Need::default()),
    }
}
