//! Values that depend on their place: laws of whole matrices, and patterns.

use std::ops::Range;

use ndarray::ArrayViewMut2;

use super::{block, draw::Draw, haar, source::Normals};
use crate::{
    InitError, Key,
    law::{Form, Structure, Unit},
    num_float::wide,
};
use rand::Rng;

/// A structure under a key, from which any stretch of the flat order can be read.
pub(crate) struct Placed<'a, D: Draw> {
    structure: &'a Structure,
    scale: f64,
    content: Content<D>,
}

enum Content<D: Draw> {
    /// Every value follows from its place.
    Pattern,
    /// The matrices of the batches from `first` on, each row by row.
    Matrices { first: u64, values: Vec<D> },
    /// Normal values, and which of them are kept: of the units from `first` on, a bit for each
    /// connection.
    Sparse {
        normals: Normals<D>,
        first: u64,
        kept: Vec<u64>,
    },
}

impl<'a, D: Draw> Placed<'a, D> {
    /// What is needed of it between two flat indices. `key` is that of the weight's elements, `own`
    /// that of what belongs to none of them.
    pub(super) fn new(
        structure: &'a Structure,
        scale: f64,
        key: &Key,
        own: &Key,
        hull: (u64, u64),
    ) -> Self {
        let places = &structure.places;
        let content = match structure.form {
            Form::Dirac(_) | Form::Bilinear | Form::Block { .. } => Content::Pattern,
            Form::Orthogonal | Form::DeltaOrthogonal(_) => {
                let batches = batches(structure, hull);
                matrices(own, batches, places.outputs(), columns(structure))
            }
            Form::Sparse { unit, nonzeros } => {
                let (units, connections) = units(structure, unit, hull);
                let first = units.start;
                let count = (units.end - units.start) * connections;
                let mut kept = vec![0_u64; count.div_ceil(64) as usize];
                for unit in units {
                    choose(own, unit, nonzeros, connections, |connection| {
                        let bit = (unit - first) * connections + connection;
                        kept[(bit / 64) as usize] |= 1 << (bit % 64);
                    });
                }
                let normals = Normals::new(key);
                Content::Sparse {
                    normals,
                    first,
                    kept,
                }
            }
        };
        Placed {
            structure,
            scale,
            content,
        }
    }

    /// Whether this machine has room for it and for what making it takes: an allocation that fails
    /// would end the process.
    ///
    /// # Errors
    ///
    /// [`InitError::TooLarge`] with the shape of the weight.
    pub(super) fn has_room(structure: &Structure, hull: (u64, u64)) -> Result<(), InitError> {
        // No product is more than the number of elements of the weight, and so none wraps.
        let bytes = match structure.form {
            Form::Dirac(_) | Form::Bilinear | Form::Block { .. } => Some(0),
            Form::Orthogonal | Form::DeltaOrthogonal(_) => {
                let Range { start, end } = batches(structure, hull);
                let matrix = structure.places.outputs() * columns(structure);
                let beside = haar::beside(structure.places.outputs(), columns(structure));
                let beside = if start < end { beside } else { Some(0) };
                beside
                    .and_then(|beside| beside.checked_add((end - start) * matrix))
                    .and_then(|elements| elements.checked_mul(size_of::<D>() as u64))
            }
            Form::Sparse { unit, .. } => {
                let (Range { start, end }, connections) = units(structure, unit, hull);
                Some(((end - start) * connections).div_ceil(64) * 8)
            }
        };
        match bytes {
            Some(bytes) if room_for(bytes) => Ok(()),
            _ => Err(InitError::TooLarge {
                shape: structure.shape().to_vec(),
            }),
        }
    }

    /// The values of the elements from flat index `start` on. Where it is a part of a fused weight,
    /// its element draws are those from `draw` on of the whole; elsewhere the two are the same.
    pub(super) fn read(&self, start: u64, draw: u64, out: &mut [D]) {
        let Placed {
            structure, scale, ..
        } = self;
        let places = &structure.places;
        let indices = start..start + out.len() as u64;
        match &self.content {
            Content::Pattern => {
                for (index, out) in indices.zip(out) {
                    *out = D::from_f64(structure.pattern(index) * scale);
                }
            }
            Content::Matrices { first, values } => {
                let width = columns(structure);
                let size = places.outputs() * width;
                let finish = |value: &D| D::from_f64(wide(*value) * scale);
                if let (Form::Orthogonal, true) = (&structure.form, places.is_in_order()) {
                    let start = (start - first * size) as usize;
                    for (value, out) in values[start..].iter().zip(out) {
                        *out = finish(value);
                    }
                    return;
                }
                for (index, out) in indices.zip(out) {
                    let place = places.at(index);
                    let column = match structure.form {
                        Form::DeltaOrthogonal(centre) if place.kernel != places.centre(centre) => {
                            *out = D::zero();
                            continue;
                        }
                        Form::DeltaOrthogonal(_) => place.input,
                        _ => place.column,
                    };
                    let at = (place.batch - first) * size + place.output * width + column;
                    *out = finish(&values[at as usize]);
                }
            }
            Content::Sparse {
                normals,
                first,
                kept,
            } => {
                normals.read(0.0, *scale, draw, out);
                let unit = match structure.form {
                    Form::Sparse { unit, .. } => unit,
                    _ => Unit::Output,
                };
                for (index, out) in indices.zip(out) {
                    let place = places.at(index);
                    let (unit, connection, connections) = match unit {
                        Unit::Output => (
                            place.batch * places.outputs() + place.output,
                            place.column,
                            places.inputs() * places.kernel,
                        ),
                        Unit::Input => (
                            place.batch * places.inputs() + place.input,
                            place.output * places.kernel + place.kernel,
                            places.outputs() * places.kernel,
                        ),
                    };
                    let bit = (unit - first) * connections + connection;
                    if kept[(bit / 64) as usize] >> (bit % 64) & 1 == 0 {
                        *out = D::zero();
                    }
                }
            }
        }
    }
}

/// Bytes up to which nobody asks whether they can be had: where so few cannot, nothing works. (A
/// trial of fewer would also change how some allocators get memory of that size from then on.)
const FEW: usize = 1 << 26;

/// Whether this machine has room for so many bytes, as far as its allocator says.
pub(crate) fn room_for(bytes: u64) -> bool {
    match isize::try_from(bytes) {
        Ok(bytes) if bytes.unsigned_abs() <= FEW => true,
        Ok(bytes) => Vec::<u8>::new()
            .try_reserve_exact(bytes.unsigned_abs())
            .is_ok(),
        Err(_) => false,
    }
}

/// The batches between two flat indices; where flat order is not batch by batch, all of them.
fn batches(structure: &Structure, (start, end): (u64, u64)) -> Range<u64> {
    let places = &structure.places;
    if start >= end {
        0..0
    } else if places.is_batch_by_batch() {
        places.at(start).batch..places.at(end - 1).batch + 1
    } else {
        0..places.batches
    }
}

/// The units of a sparse law between two flat indices, or more, and the connections of each.
fn units(structure: &Structure, unit: Unit, hull: (u64, u64)) -> (Range<u64>, u64) {
    let places = &structure.places;
    let (count, connections) = match unit {
        Unit::Output => (places.outputs(), places.inputs() * places.kernel),
        Unit::Input => (places.inputs(), places.outputs() * places.kernel),
    };
    let Range { start, end } = batches(structure, hull);
    let units = match unit {
        // Where flat order is also output by output.
        Unit::Output if places.is_in_order() && start < end => {
            let unit = |index| {
                let place = places.at(index);
                place.batch * count + place.output
            };
            unit(hull.0)..unit(hull.1 - 1) + 1
        }
        _ => start * count..end * count,
    };
    (units, connections)
}

/// The number of columns of a matrix.
fn columns(structure: &Structure) -> u64 {
    let places = &structure.places;
    match structure.form {
        Form::Orthogonal => places.inputs() * places.kernel,
        _ => places.inputs(),
    }
}

/// The matrices of some batches. That of batch `b` takes the draws from position `b` times its
/// number of elements on.
fn matrices<D: Draw>(key: &Key, batches: Range<u64>, outputs: u64, inputs: u64) -> Content<D> {
    let size = outputs * inputs;
    let first = batches.start;
    let mut values = vec![D::zero(); ((batches.end - first) * size) as usize];
    let normals = Normals::new(key);
    for (batch, matrix) in batches.zip(values.chunks_exact_mut((size as usize).max(1))) {
        let draws = |start: u64, out: &mut [D]| normals.read(0.0, 1.0, batch * size + start, out);
        let shape = (outputs as usize, inputs as usize);
        if let Ok(view) = ArrayViewMut2::from_shape(shape, matrix) {
            haar::fill(view, draws, |value: D| value.max(-D::one()).min(D::one()));
        }
    }
    Content::Matrices { first, values }
}

/// Calls `keep` for `some` of `all` connections of a unit, each set of so many being equally
/// likely: D. E. Knuth, *The Art of Computer Programming*, vol. 2, section 3.4.2, algorithm S.
fn choose(key: &Key, unit: u64, some: u64, all: u64, mut keep: impl FnMut(u64)) {
    let mut rng = block::generator(key, unit);
    let mut wanted = some;
    for connection in 0..all {
        if wanted == 0 {
            return;
        }
        if below(&mut rng, all - connection) < wanted {
            keep(connection);
            wanted -= 1;
        }
    }
}

/// A number below `bound`, every one as likely: D. Lemire, "Fast random integer generation in an
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
