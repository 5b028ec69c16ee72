//! A law under a key, from which any stretch of the flat order can be read.

use num_traits::Zero;

use super::{
    block::{self, LEN},
    draw::{Draw, Map},
    kernel::GROUP,
    truncation::Truncation,
};
use crate::{Element, InitError, Key, element::sealed::Sealed as _, law::Draws};

/// A law under a key, for one element type.
pub(crate) struct Source<'a, F: Element> {
    key: &'a Key,
    values: Values<'a, F>,
}

enum Values<'a, F: Element> {
    Constant(F),
    Mapped {
        map: Map<F::Draw>,
        /// Checked once more where the element type rounds coarser than its draws.
        bounds: Option<(F, F)>,
    },
    Brought(&'a crate::schemes::Brought, f64),
}

impl<'a, F: Element> Source<'a, F> {
    /// The source of a law that has been checked against `F`.
    pub(crate) fn new(draws: Draws<'a>, key: &'a Key) -> Self {
        let values = match draws {
            Draws::Constant(value) => Values::Constant(F::narrow(F::Draw::from_f64(value))),
            Draws::Normal { mean, std } => Values::Mapped {
                map: Map::Normal { mean, std },
                bounds: None,
            },
            Draws::Uniform {
                middle,
                half,
                bounds,
            } => Values::Mapped {
                map: Map::Uniform {
                    middle,
                    half,
                    bounds: F::Draw::within(bounds).unwrap_or((F::Draw::zero(), F::Draw::zero())),
                },
                bounds: F::within(bounds),
            },
            Draws::Truncated {
                mean,
                std,
                cuts,
                bounds,
            } => match Truncation::new(cuts.0, cuts.1) {
                Some(truncation) => Values::Mapped {
                    map: Map::Truncated {
                        mean,
                        std,
                        truncation: Box::new(truncation),
                        bounds: F::Draw::within(bounds)
                            .unwrap_or((F::Draw::zero(), F::Draw::zero())),
                    },
                    bounds: F::within(bounds),
                },
                // The law was made with these cuts, so they can be.
                None => Values::Constant(F::narrow(F::Draw::from_f64(mean))),
            },
            Draws::Brought { brought, scale } => Values::Brought(brought, scale),
        };
        Source { key, values }
    }

    /// The values of the elements from flat index `start` on.
    ///
    /// # Errors
    ///
    /// [`InitError::NonFiniteDraw`] from a distribution that the caller brought; never otherwise.
    pub(crate) fn read(&self, start: u64, out: &mut [F]) -> Result<(), InitError> {
        match &self.values {
            Values::Constant(value) => out.fill(*value),
            Values::Mapped { map, bounds } => self.read_mapped(map, *bounds, start, out),
            Values::Brought(brought, scale) => {
                for (block, skip, out) in by_block(start, out) {
                    let mut rng = block::generator(self.key, block);
                    for _ in 0..skip {
                        brought.sample(&mut rng);
                    }
                    for (i, element) in out.iter_mut().enumerate() {
                        let value = brought.sample(&mut rng) * scale;
                        *element = F::narrow(F::Draw::from_f64(value));
                        if !element.is_finite() {
                            return Err(InitError::NonFiniteDraw {
                                value,
                                index: block * LEN as u64 + (skip + i) as u64,
                                element: F::ELEMENT_NAME,
                            });
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn read_mapped(&self, map: &Map<F::Draw>, bounds: Option<(F, F)>, start: u64, out: &mut [F]) {
        let mut seeds = F::Draw::seeds(self.key);
        let mut buffer = None;
        for (block, skip, out) in by_block(start, out) {
            // Whole groups are drawn. Where they begin and end with the stretch, and the element
            // type is that of the draws, in place.
            let lead = skip % GROUP;
            let whole = lead == 0 && out.len() % GROUP == 0;
            match F::as_draws(out) {
                Some(draws) if whole => {
                    F::Draw::fill(map, &mut seeds, block, skip / GROUP, draws);
                }
                _ => {
                    let buffer = buffer.get_or_insert_with(|| [F::Draw::zero(); LEN]);
                    let len = (lead + out.len()).next_multiple_of(GROUP);
                    F::Draw::fill(map, &mut seeds, block, skip / GROUP, &mut buffer[..len]);
                    F::narrow_all(&buffer[lead..lead + out.len()], out);
                    if let Some((least, greatest)) = bounds {
                        for element in out {
                            *element = element.max(least).min(greatest);
                        }
                    }
                }
            }
        }
    }
}

/// A stretch of the flat order cut at the blocks' ends: each block's number, how many of its
/// elements come before, and the part of `out` that lies in it.
fn by_block<F>(start: u64, out: &mut [F]) -> impl Iterator<Item = (u64, usize, &mut [F])> {
    let len = LEN as u64;
    let mut rest = out;
    let mut index = start;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (block, skip) = (index / len, (index % len) as usize);
        let here = rest.len().min(LEN - skip);
        let (here, after) = std::mem::take(&mut rest).split_at_mut(here);
        rest = after;
        index += here.len() as u64;
        Some((block, skip, here))
    })
}
