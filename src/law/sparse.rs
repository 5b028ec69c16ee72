//! Normal values in few connections.

use std::fmt;

use super::draws::{Affine, Draws, StandardDraw};
use super::shape::{Connections, Grid, Moments, Unit};
use super::skeleton::Shaped;
use crate::error::InitError;
use crate::weight::{Dims, Weight};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sparse {
    connections: Connections,
    moments: Moments,
}

impl Sparse {
    pub(super) fn new(weight: &Weight, unit: Unit, nonzeros: u64) -> Result<Self, InitError> {
        let connections = chosen(weight, unit, nonzeros)?;
        let end = if nonzeros == 0 { 0.0 } else { f64::INFINITY };
        let share = nonzeros as f64 / connections.of_unit() as f64;
        Ok(Sparse {
            connections,
            moments: Moments::mixed(share, [1.0, 3.0], (-end, end)),
        })
    }
}

/// The choice of connections of a weight's units.
pub(super) fn chosen(weight: &Weight, unit: Unit, nonzeros: u64) -> Result<Connections, InitError> {
    let grid = Grid::of_matrices(weight, "a sparse law")?;
    let connections = Connections::new(grid, unit, nonzeros);
    if nonzeros > connections.of_unit() {
        return Err(InitError::InvalidParameter {
            name: match unit {
                Unit::Output => "number of non-zeros of an output",
                Unit::Input => "number of non-zeros of an input",
            },
            value: nonzeros as f64,
            rule: "at most the number of its connections",
        });
    }
    Ok(connections)
}

impl Shaped for Sparse {
    fn moments(&self) -> &Moments {
        &self.moments
    }

    fn shape(&self) -> &Dims {
        self.connections.shape()
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        let normal = Affine {
            draw: StandardDraw::Normal,
            middle: 0.0,
            spread: factor.sqrt(),
            bounds: None,
        };
        Draws::Connections {
            of: Box::new(Draws::Affine(normal)),
            connections: &self.connections,
        }
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    fn code(&self, gain: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.connections.kept;
        let name = match self.connections.unit {
            Unit::Output => "sparse",
            Unit::Input => "sparse_inputs",
        };
        write!(f, "Law::{name}(&weight, {kept}, {gain:?})")
    }

    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kept, unit) = (self.connections.kept, self.connections.unit.name());
        write!(f, "sparse, {kept} normal values per {unit}")
    }
}
