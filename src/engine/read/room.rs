//! Whether there is room for what laws need beside the array.

use super::connections::Chosen;
use super::matrices::Matrices;
use super::need::Need;
use super::reader::before;
use crate::engine::element::{Draw, Element};
use crate::engine::haar;
use crate::error::InitError;
use crate::law::{Draws, Law, Laws};
use crate::num::memory::room_for_threads;
use crate::weight::Region;

/// Whether this machine could hold an array of `F` for a region, if there is not one already, and with
/// it what the laws need: the matrices that the region touches, of all parts, and what making them
/// takes, of one part after the other. It is one question: each alone might find room that all
/// together have not.
///
/// # Errors
///
/// [`InitError::TooLarge`] with the shape of the weight.
pub(crate) fn has_room<F: Element>(
    laws: &Laws,
    region: &Region,
    is_new: bool,
) -> Result<(), InitError> {
    let fits = needed_for_laws::<F::Draw>(laws, region).is_some_and(|need| {
        if need.held == 0 && need.passing == 0 {
            return true; // Of the array alone it has been asked.
        }
        let array = if is_new {
            region.len().checked_mul(size_of::<F>() as u64)
        } else {
            Some(0)
        };
        let all = array.and_then(|array| array.checked_add(need.held));
        all.and_then(|all| all.checked_add(need.passing))
            .is_some_and(|all| room_for_threads(all, haar::threads()))
    });
    fits.then_some(()).ok_or_else(|| InitError::TooLarge {
        shape: region.whole_lens(),
    })
}

/// `None` if more than can be counted.
fn needed_for_laws<D: Draw>(laws: &Laws, region: &Region) -> Option<Need> {
    let (inner, parts) = match laws {
        Laws::One(law) => return needed_for_law::<D>(law, || region.hull()),
        Laws::ByPart { inner, parts } => (inner, parts),
    };
    let hull = region.hull();
    let period = parts.iter().map(|(len, _)| len * inner).sum();
    let mut start = 0;
    let mut all = Need::default();
    for (len, law) in parts {
        let len = len * inner;
        let own = |index| before(index, period, start, len);
        let part = needed_for_law::<D>(law, || (own(hull.0), own(hull.1)))?;
        all = Need {
            held: all.held.checked_add(part.held)?,
            passing: all.passing.max(part.passing),
        };
        start += len;
    }
    Some(all)
}

fn needed_for_law<D: Draw>(law: &Law, hull: impl FnOnce() -> (u64, u64)) -> Option<Need> {
    if law.has_shape() {
        needed_for_draws::<D>(&law.draws(), hull())
    } else {
        Some(Need::default())
    }
}

fn needed_for_draws<D: Draw>(draws: &Draws<'_>, hull: (u64, u64)) -> Option<Need> {
    match draws {
        Draws::Frames { frames, .. } => Matrices::<D>::needed(frames, hull),
        Draws::Connections { connections, .. } => Some(Need {
            held: Chosen::needed(connections, hull),
            passing: 0,
        }),
        Draws::Repeated { draws, repetition } => {
            needed_for_draws::<D>(draws, repetition.base_hull(hull))
        }
        Draws::Constant(_) | Draws::Affine(_) | Draws::Sampled { .. } | Draws::Pattern { .. } => {
            Some(Need::default())
        }
    }
}
