//! Laws under a key, for one element type.

use std::sync::Arc;

use num_traits::{Float, Zero};

use super::connections::Chosen;
use super::factored;
use super::matrices::Matrices;
use super::stream::Cursor;
use super::{repeated, sampled, stream};
use crate::engine::element::{Draw, Element};
use crate::engine::kept::{Kept, OfPart};
use crate::engine::map::Truncation;
use crate::engine::transform::Transform;
use crate::engine::word::BLOCK_LEN;
use crate::error::InitError;
use crate::key::Key;
use crate::law::{Affine, Draws, Factors, Laws, Pattern, Repetition, Sampler, StandardDraw};
use crate::num::float::wide;
use crate::word::Map;

/// Laws under a key, from which any stretch of the flat order can be read.
pub(crate) struct Reader<'a, F: Element> {
    key: Key,
    values: Values<'a, F>,
}

/// How values are made: the equivalent of [`Draws`] for one element type.
#[allow(
    clippy::large_enum_variant,
    reason = "one a call, on the stack: a box would be an allocation where there is none"
)]
enum Values<'a, F: Element> {
    Constant(F),
    Transformed(Transform<F::Draw>),
    Sampled(&'a dyn Sampler, f64),
    Pattern(&'a dyn Pattern, f64),
    Matrices(Matrices<'a, F::Draw>, f64),
    Chosen(Chosen<'a>, Box<Reader<'a, F>>),
    Factored(Box<Factored<'a, F>>),
    Repeated(Box<Reader<'a, F>>, &'a Repetition),
    Parts {
        /// Elements from one step before the fused axis to the next.
        period: u64,
        parts: Vec<Part<'a, F>>,
    },
}

/// Values that have a factor each, by their place.
struct Factored<'a, F: Element> {
    factors: &'a Factors,
    /// Those of the values before.
    bounds: Option<(f64, f64)>,
    /// Whether these follow from the place, too: the index in the part, rather than in the whole.
    is_by_place: bool,
    reader: Reader<'a, F::Draw>,
}

impl<F: Element> Factored<'_, F> {
    /// The values from flat index `start` of the part on, which is `draw` in the whole.
    fn read<'r>(
        &'r self,
        cursor: &mut Cursor<'r, F::Draw>,
        start: u64,
        draw: u64,
        out: &mut [F],
    ) -> Result<(), InitError> {
        let mut buffer = [F::Draw::zero(); BLOCK_LEN];
        for (out, at) in out.chunks_mut(BLOCK_LEN).zip((0..).step_by(BLOCK_LEN)) {
            let values = &mut buffer[..out.len()];
            let from = if self.is_by_place { start } else { draw } + at;
            let read = self.reader.read_part(cursor, from, draw + at, values);
            read.map_err(|mut error| {
                // Of an element of the whole, which is asked for by its index in the part.
                if let InitError::NonFiniteDraw { index, .. } = &mut error {
                    *index = *index - from + start + at;
                }
                error
            })?;
            factored::times(self.factors, self.bounds, start + at, values, out)?;
        }
        Ok(())
    }
}

/// A part of a fused weight.
struct Part<'a, F: Element> {
    /// Where it ends within a period, and how many elements of it one has.
    end: u64,
    len: u64,
    /// Whether it is read by the flat index in the part, rather than in the whole.
    is_own: bool,
    reader: Reader<'a, F>,
}

impl<F: Element> Part<'_, F> {
    /// The error with the index in the whole.
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
pub(super) fn before(index: u64, period: u64, start: u64, len: u64) -> u64 {
    index / period * len + (index % period).saturating_sub(start).min(len)
}

impl<'a, F: Element> Reader<'a, F> {
    /// A reader of laws that `F` holds. For laws of whole matrices, everything between the two flat
    /// indices is made at once. They and the choices of connections are left in `kept`, or found
    /// there.
    pub(crate) fn new(laws: &'a Laws, key: &Key, hull: (u64, u64), kept: &Kept) -> Self {
        let (inner, parts) = match laws {
            Laws::One(law) => {
                let own = || (key.part(0), kept.part(0));
                return Reader::of(law.draws(), key.clone(), &own, hull);
            }
            Laws::ByPart { inner, parts } => (*inner, parts),
        };
        let mut end = 0;
        let lens = parts.iter().map(|(len, _)| len * inner);
        let period = lens.clone().sum();
        let parts = parts.iter().zip(lens).zip(0..);
        let part_own = |number| (key.part(number), kept.part(number));
        let parts = parts.map(|(((_, law), len), number)| {
            let own = |index| before(index, period, end, len);
            let part_hull = (own(hull.0), own(hull.1));
            end += len;
            // In a smaller weight, the flat indices of the whole have no meaning.
            let key = match law.draws() {
                Draws::Repeated { .. } => key.part(number),
                _ => key.clone(),
            };
            Part {
                end,
                len,
                is_own: law.has_shape(),
                reader: Reader::of(law.draws(), key, &|| part_own(number), part_hull),
            }
        });
        let values = Values::Parts {
            period,
            parts: parts.collect(),
        };
        Reader {
            key: key.clone(),
            values,
        }
    }

    /// `own` gives the key of what belongs to no element, and what is kept of it.
    fn of(
        draws: Draws<'a>,
        key: Key,
        own: &dyn Fn() -> (Key, Arc<OfPart>),
        hull: (u64, u64),
    ) -> Self {
        let constant = |value| Values::Constant(F::narrow(F::Draw::from_f64(value)));
        let values = match draws {
            Draws::Constant(value) => constant(value),
            Draws::Affine(affine) => transformed::<F>(&affine)
                .map_or_else(|| constant(affine.middle), Values::Transformed),
            Draws::Mapped {
                of,
                map,
                scale,
                bounds,
            } => mapped::<F>(&of, map, scale, bounds)
                .map_or_else(|| constant(0.0), Values::Transformed),
            Draws::Sampled { sampler, scale } => Values::Sampled(sampler, scale),
            Draws::Pattern { pattern, scale } => Values::Pattern(pattern, scale),
            Draws::Frames { frames, scale } => {
                let (key, kept) = own();
                Values::Matrices(Matrices::new(frames, &key, hull, &kept), scale)
            }
            Draws::Connections { connections, of } => {
                let (own_key, kept) = own();
                let chosen = Chosen::new(connections, &own_key, hull, &kept);
                Values::Chosen(chosen, Box::new(Reader::of(*of, key.clone(), own, hull)))
            }
            Draws::Factored { of, factors } => Values::Factored(Box::new(Factored {
                factors,
                bounds: of.bounds(),
                is_by_place: matches!(*of, Draws::Pattern { .. }),
                reader: Reader::of(*of, key.clone(), own, hull),
            })),
            Draws::Repeated { draws, repetition } => {
                let hull = repetition.base_hull(hull);
                Values::Repeated(
                    Box::new(Reader::of(*draws, key.clone(), own, hull)),
                    repetition,
                )
            }
        };
        Reader { key, values }
    }

    /// Where a walk over stretches that are read one after the other begins.
    #[inline(always)]
    pub(crate) fn cursor<'r>(&self) -> Cursor<'r, F::Draw> {
        Cursor::new(&self.key)
    }

    /// The values of the elements from flat index `start` on.
    ///
    /// # Errors
    ///
    /// [`InitError::NonFiniteDraw`] from a distribution that the caller brought; never otherwise.
    pub(crate) fn read<'r>(
        &'r self,
        cursor: &mut Cursor<'r, F::Draw>,
        start: u64,
        out: &mut [F],
    ) -> Result<(), InitError> {
        self.read_part(cursor, start, start, out)
    }

    /// The same of a part of a fused weight, where the first element has the flat index `start` in
    /// the part and `draw` in the whole. Element draws are those of the whole.
    fn read_part<'r>(
        &'r self,
        cursor: &mut Cursor<'r, F::Draw>,
        start: u64,
        draw: u64,
        out: &mut [F],
    ) -> Result<(), InitError> {
        match &self.values {
            Values::Constant(value) => out.fill(*value),
            Values::Transformed(transform) => {
                stream::read(cursor, &self.key, transform, start, out);
            }
            Values::Sampled(sampler, scale) => {
                sampled::read(&self.key, *sampler, *scale, start, out)?;
            }
            Values::Pattern(pattern, scale) => {
                for (index, element) in (start..).zip(out) {
                    *element = F::narrow(F::Draw::from_f64(pattern.value(index) * scale));
                }
            }
            Values::Matrices(matrices, scale) => {
                narrowed(out, |at, draws| matrices.read(*scale, start + at, draws));
            }
            Values::Chosen(chosen, reader) => {
                chosen.read(start, out, |out| reader.read(cursor, draw, out))?;
            }
            Values::Factored(factored) => factored.read(cursor, start, draw, out)?,
            Values::Repeated(reader, repetition) => {
                repeated::read(repetition, start, out, |start, out| {
                    reader.read(cursor, start, out)
                })?;
            }
            Values::Parts { period, parts } => {
                let (mut index, mut rest) = (start, out);
                while !rest.is_empty() {
                    let (outer, within) = (index / period, index % period);
                    // The ends rise to the period, so that there is one.
                    let before = parts.partition_point(|part| part.end <= within);
                    let Some(part) = parts.get(before) else {
                        return Ok(());
                    };
                    let room = usize::try_from(part.end - within).unwrap_or(usize::MAX);
                    let here = rest.len().min(room);
                    let (out, after) = std::mem::take(&mut rest).split_at_mut(here);
                    let own = outer * part.len + (within - (part.end - part.len));
                    let start = if part.is_own { own } else { index };
                    part.reader
                        .read_part(cursor, start, index, out)
                        .map_err(|error| part.in_whole(*period, error))?;
                    index += here as u64;
                    rest = after;
                }
            }
        }
        Ok(())
    }
}

/// How the values of an affine law come about in `F`, which holds it; `None` if its cuts could not be, and
/// then no law was made of them.
fn transformed<F: Element>(affine: &Affine) -> Option<Transform<F::Draw>> {
    let Affine {
        draw,
        middle,
        spread,
        bounds,
    } = *affine;
    let bounds = between::<F>(bounds);
    let std = F::Draw::from_f64(spread);
    Some(match draw {
        StandardDraw::Normal => Transform::Normal {
            mean: F::Draw::parts(middle),
            std,
        },
        StandardDraw::Sign => Transform::Sign { std },
        StandardDraw::Uniform => Transform::Uniform {
            middle: F::Draw::parts(middle),
            half: std,
            bounds,
        },
        StandardDraw::Truncated { cuts } => Transform::Truncated {
            mean: F::Draw::parts(middle),
            std,
            truncation: Truncation::new(cuts.0, cuts.1)?,
            bounds,
        },
    })
}

/// The same of a mapped law. What is mapped is in the type of the draws.
fn mapped<F: Element>(
    of: &Draws<'_>,
    map: Map,
    scale: f64,
    bounds: (f64, f64),
) -> Option<Transform<F::Draw>> {
    let of = match of {
        Draws::Affine(affine) => transformed::<F::Draw>(affine)?,
        Draws::Mapped {
            of,
            map,
            scale,
            bounds,
        } => mapped::<F::Draw>(of, *map, *scale, *bounds)?,
        _ => return None, // No other law is mapped.
    };
    Some(Transform::Mapped {
        of: Box::new(of),
        map,
        scale: F::Draw::from_f64(scale),
        bounds: between::<F>(Some(bounds)),
    })
}

/// Between which draws those are that are rounded to numbers of `F` within bounds.
fn between<F: Element>(bounds: Option<(f64, f64)>) -> (F::Draw, F::Draw) {
    // A draw that is kept within the numbers of `F` is rounded to one of them.
    let as_draw = |bound: F| F::Draw::from_f64(wide(bound));
    match bounds.and_then(F::within) {
        Some((least, greatest)) => (as_draw(least), as_draw(greatest)),
        None => (F::Draw::neg_infinity(), F::Draw::infinity()),
    }
}

/// Values that are read as draws, from an offset in `out` on: in place, or through a buffer where the
/// element type is another.
fn narrowed<F: Element>(out: &mut [F], read: impl Fn(u64, &mut [F::Draw])) {
    let mut buffer = [F::Draw::zero(); BLOCK_LEN];
    for (out, at) in out.chunks_mut(BLOCK_LEN).zip((0..).step_by(BLOCK_LEN)) {
        match F::as_draws(out) {
            Some(out) => read(at, out),
            None => {
                let buffer = &mut buffer[..out.len()];
                read(at, buffer);
                F::narrow_all(buffer, out);
            }
        }
    }
}
