//! Whether there is room for what laws need beside the array.

use super::connections::Chosen;
use super::matrices::Matrices;
use super::reader::before;
use crate::engine::element::{Draw, Element};
use crate::error::InitError;
use crate::law::{Draws, Law, Laws};
use crate::num::memory::room_for;
use crate::weight::{Dims, Region};

/// Whether this machine could hold what the laws need beside an array of `F`, for a region: the
/// matrices that it touches, and what making them takes.
///
/// # Errors
///
/// [`InitError::TooLarge`] with the shape of the weight or part.
pub(crate) fn has_room<F: Element>(laws: &Laws, region: &Region) -> Result<(), InitError> {
    let (inner, parts) = match laws {
        Laws::One(law) => return has_room_for_law::<F::Draw>(law, || region.hull()),
        Laws::ByPart { inner, parts } => (inner, parts),
    };
    let hull = region.hull();
    let period = parts.iter().map(|(len, _)| len * inner).sum();
    let mut start = 0;
    for (len, law) in parts {
        let len = len * inner;
        let own = |index| before(index, period, start, len);
        has_room_for_law::<F::Draw>(law, || (own(hull.0), own(hull.1)))?;
        start += len;
    }
    Ok(())
}

fn has_room_for_law<D: Draw>(
    law: &Law,
    hull: impl FnOnce() -> (u64, u64),
) -> Result<(), InitError> {
    if law.has_shape() {
        has_room_for_draws::<D>(&law.draws(), hull())
    } else {
        Ok(())
    }
}

fn has_room_for_draws<D: Draw>(draws: &Draws<'_>, hull: (u64, u64)) -> Result<(), InitError> {
    match draws {
        Draws::Frames { frames, .. } => {
            let elements = Matrices::<D>::needed(frames, hull);
            let bytes = elements.and_then(|elements| elements.checked_mul(size_of::<D>() as u64));
            has_bytes(bytes, frames.shape())
        }
        Draws::Connections { connections, .. } => {
            let bytes = Chosen::needed(connections, hull);
            has_bytes(Some(bytes), connections.shape())
        }
        Draws::Repeated { draws, repetition } => {
            has_room_for_draws::<D>(draws, repetition.base_hull(hull))
        }
        Draws::Constant(_) | Draws::Affine(_) | Draws::Sampled { .. } | Draws::Pattern { .. } => {
            Ok(())
        }
    }
}

fn has_bytes(bytes: Option<u64>, shape: &Dims) -> Result<(), InitError> {
    match bytes {
        Some(bytes) if room_for(bytes) => Ok(()),
        _ => Err(InitError::TooLarge {
            shape: shape.as_slice().to_vec(),
        }),
    }
}
