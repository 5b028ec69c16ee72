//! A law under a key, from which any stretch of the flat order can be read.

use num_traits::Zero;

use super::placed::Placed;
use super::{
    block::{self, LEN},
    draw::{Draw, Map},
    kernel::GROUP,
    truncation::Truncation,
};
use crate::{
    Element, InitError, Key,
    element::sealed::Sealed as _,
    law::{Draws, Repeated},
    plan::Plan,
};

/// Laws under a key, for one element type.
pub(crate) struct Source<'a, F: Element> {
    key: Key,
    values: Values<'a, F>,
}

#[allow(
    clippy::large_enum_variant,
    reason = "one a call, on the stack: a box would be an allocation where there is none"
)]
enum Values<'a, F: Element> {
    Constant(F),
    Mapped {
        map: Map<F::Draw>,
        /// Checked once more where the element type rounds coarser than its draws.
        bounds: Option<(F, F)>,
    },
    Brought(&'a crate::schemes::Brought, f64),
    Placed(Placed<'a, F::Draw>),
    Repeated(Box<Source<'a, F>>, &'a Repeated),
    Parts {
        /// Elements from one step before the fused axis to the next.
        period: u64,
        parts: Vec<Part<'a, F>>,
    },
}

/// A part of a fused weight.
struct Part<'a, F: Element> {
    /// Where it ends within a period, and how many elements of it one has.
    end: u64,
    len: u64,
    /// Whether its source is read by the flat index in the part, rather than in the whole.
    is_own: bool,
    source: Source<'a, F>,
}

impl<F: Element> Part<'_, F> {
    /// An error that tells an index, told of the whole.
    fn in_whole(&self, period: u64, mut error: InitError) -> InitError {
        if let InitError::NonFiniteDraw { index, .. } = &mut error {
            if self.is_own {
                *index = *index / self.len * period + (self.end - self.len) + *index % self.len;
            }
        }
        error
    }
}

/// How many elements of a part come before a flat index of the whole: of every period, the part has
/// the `len` elements that begin `start` after it does.
fn before(index: u64, period: u64, start: u64, len: u64) -> u64 {
    index / period * len + (index % period).saturating_sub(start).min(len)
}

/// Whether this machine could hold what the laws need beside the array for what lies between two
/// flat indices.
///
/// # Errors
///
/// [`InitError::TooLarge`] with the shape of the weight or part.
pub(super) fn has_room<D: Draw>(plan: &Plan, hull: (u64, u64)) -> Result<(), InitError> {
    let (inner, parts) = match plan {
        Plan::Whole(law) if !law.has_shape() => return Ok(()),
        Plan::Whole(law) => return can_hold::<D>(&law.draws(), hull),
        Plan::Parts { inner, parts } => (inner, parts),
    };
    let period = parts.iter().map(|(len, _)| len * inner).sum();
    let mut start = 0;
    for (len, law) in parts {
        let len = len * inner;
        let own = |index| before(index, period, start, len);
        can_hold::<D>(&law.draws(), (own(hull.0), own(hull.1)))?;
        start += len;
    }
    Ok(())
}

fn can_hold<D: Draw>(draws: &Draws<'_>, hull: (u64, u64)) -> Result<(), InitError> {
    match draws {
        Draws::Structured { structure, .. } => Placed::<D>::has_room(structure, hull),
        Draws::Repeated { draws, repeated } => can_hold::<D>(draws, repeated.base_hull(hull)),
        _ => Ok(()),
    }
}

/// The standard normal draws of a key.
pub(super) struct Normals<D: Draw> {
    key: Key,
    draws: std::marker::PhantomData<fn() -> D>,
}

impl<D: Draw> Normals<D> {
    pub(super) fn new(key: &Key) -> Self {
        Normals {
            key: *key,
            draws: std::marker::PhantomData,
        }
    }

    /// `mean + std` times the draws from flat index `start` on.
    pub(super) fn read(&self, mean: f64, std: f64, start: u64, out: &mut [D]) {
        let source: Source<'_, D> = Source {
            key: self.key,
            values: Values::Constant(D::zero()),
        };
        source.read_mapped(&Map::Normal { mean, std }, None, start, out);
    }
}

impl<'a, F: Element> Source<'a, F> {
    /// The source of laws that have been checked against `F`. Of laws of whole matrices, what lies
    /// between two flat indices is made at once.
    pub(crate) fn new(plan: &'a Plan, key: &Key, hull: (u64, u64)) -> Self {
        let (inner, parts) = match plan {
            Plan::Whole(law) => return Source::of(law.draws(), *key, &|| key.part(0), hull),
            Plan::Parts { inner, parts } => (*inner, parts),
        };
        let mut end = 0;
        let lens = parts.iter().map(|(len, _)| len * inner);
        let period = lens.clone().sum();
        let parts = parts.iter().zip(lens).zip(0..);
        let part_key = |number| key.part(number);
        let parts = parts.map(|(((_, law), len), number)| {
            let own = |index| before(index, period, end, len);
            let part_hull = (own(hull.0), own(hull.1));
            end += len;
            // Of a smaller weight, the flat indices of the whole say nothing.
            let key = match law.draws() {
                Draws::Repeated { .. } => key.part(number),
                _ => *key,
            };
            Part {
                end,
                len,
                is_own: law.has_shape(),
                source: Source::of(law.draws(), key, &|| part_key(number), part_hull),
            }
        });
        let values = Values::Parts {
            period,
            parts: parts.collect(),
        };
        Source { key: *key, values }
    }

    /// `own` gives the key of what belongs to no element.
    fn of(draws: Draws<'a>, key: Key, own: &dyn Fn() -> Key, hull: (u64, u64)) -> Self {
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
                        truncation,
                        bounds: F::Draw::within(bounds)
                            .unwrap_or((F::Draw::zero(), F::Draw::zero())),
                    },
                    bounds: F::within(bounds),
                },
                // The law was made with these cuts, so they can be.
                None => Values::Constant(F::narrow(F::Draw::from_f64(mean))),
            },
            Draws::Brought { brought, scale } => Values::Brought(brought, scale),
            Draws::Structured { structure, scale } => {
                Values::Placed(Placed::new(structure, scale, &key, &own(), hull))
            }
            Draws::Repeated { draws, repeated } => {
                let hull = repeated.base_hull(hull);
                Values::Repeated(Box::new(Source::of(*draws, key, own, hull)), repeated)
            }
        };
        Source { key, values }
    }

    /// The values of the elements from flat index `start` on.
    ///
    /// # Errors
    ///
    /// [`InitError::NonFiniteDraw`] from a distribution that the caller brought; never otherwise.
    pub(crate) fn read(&self, start: u64, out: &mut [F]) -> Result<(), InitError> {
        self.read_part(start, start, out)
    }

    /// The same of a part of a fused weight, where the first element has the flat index `start` in
    /// the part and `draw` in the whole. Element draws are those of the whole.
    fn read_part(&self, start: u64, draw: u64, out: &mut [F]) -> Result<(), InitError> {
        match &self.values {
            Values::Constant(value) => out.fill(*value),
            Values::Mapped { map, bounds } => self.read_mapped(map, *bounds, start, out),
            Values::Brought(brought, scale) => {
                for (block, skip, out) in by_block(start, out) {
                    let mut rng = block::generator(&self.key, block);
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
            Values::Placed(placed) => {
                let mut buffer = [F::Draw::zero(); LEN];
                for (out, at) in out.chunks_mut(LEN).zip((0..).step_by(LEN)) {
                    let (start, draw) = (start + at, draw + at);
                    match F::as_draws(out) {
                        Some(out) => placed.read(start, draw, out),
                        None => {
                            let buffer = &mut buffer[..out.len()];
                            placed.read(start, draw, buffer);
                            F::narrow_all(buffer, out);
                        }
                    }
                }
            }
            Values::Repeated(source, repeated) => {
                repeated.read(start, out, |start, out| source.read(start, out))?;
            }
            Values::Parts { period, parts } => {
                let (mut index, mut rest) = (start, out);
                while !rest.is_empty() {
                    let (outer, within) = (index / period, index % period);
                    // The ends rise to the period, so that there is one.
                    let Some(part) = parts.iter().find(|part| within < part.end) else {
                        return Ok(());
                    };
                    let room = usize::try_from(part.end - within).unwrap_or(usize::MAX);
                    let here = rest.len().min(room);
                    let (out, after) = std::mem::take(&mut rest).split_at_mut(here);
                    let own = outer * part.len + (within - (part.end - part.len));
                    let start = if part.is_own { own } else { index };
                    part.source
                        .read_part(start, index, out)
                        .map_err(|error| part.in_whole(*period, error))?;
                    index += here as u64;
                    rest = after;
                }
            }
        }
        Ok(())
    }

    fn read_mapped(&self, map: &Map<F::Draw>, bounds: Option<(F, F)>, start: u64, out: &mut [F]) {
        let mut seeds = F::Draw::seeds(&self.key);
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
