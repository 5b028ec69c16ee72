//! Samples of a distribution that the caller brought.

use super::stream::by_block;
use crate::engine::element::{Draw, Element};
use crate::engine::word::{BLOCK_LEN, generator};
use crate::error::InitError;
use crate::key::Key;
use crate::law::Sampler;

/// The values of the elements from flat index `start` on: each block is sampled from its start.
///
/// # Errors
///
/// [`InitError::NonFiniteDraw`] at the first sample that is not finite in `F`.
pub(super) fn read<F: Element>(
    key: &Key,
    sampler: &dyn Sampler,
    scale: f64,
    start: u64,
    out: &mut [F],
) -> Result<(), InitError> {
    for (block, skip, out) in by_block(start, out) {
        let mut rng = generator(key, block);
        for _ in 0..skip {
            sampler.sample(&mut rng);
        }
        for (i, element) in out.iter_mut().enumerate() {
            let value = sampler.sample(&mut rng) * scale;
            *element = F::narrow(F::Draw::from_f64(value));
            if !element.is_finite() {
                return Err(InitError::NonFiniteDraw {
                    value,
                    index: block * BLOCK_LEN as u64 + (skip + i) as u64,
                    element: F::ELEMENT_NAME,
                });
            }
        }
    }
    Ok(())
}
