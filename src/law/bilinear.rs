//! Linear interpolation as a kernel.

use std::fmt;

use super::draws::{Draws, Pattern};
use super::shape::{Grid, Moments};
use super::skeleton::Shaped;
use crate::error::InitError;
use crate::weight::{Dims, Weight};

/// Kernels longer than this along an axis are not meant as bilinear, and would take long to sum
/// over.
const LONGEST: u64 = 1 << 16;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bilinear {
    grid: Grid,
    moments: Moments,
}

impl Bilinear {
    pub(super) fn new(weight: &Weight) -> Result<Self, InitError> {
        let grid = Grid::of_matrices(weight, "a bilinear kernel")?;
        let moments = moments(&grid)?;
        Ok(Bilinear { grid, moments })
    }
}

fn moments(grid: &Grid) -> Result<Moments, InitError> {
    let (outputs, inputs) = (grid.outputs as f64, grid.inputs as f64);
    let mut means = [outputs.min(inputs) / (outputs * inputs); 4];
    let (mut least, mut largest) = (means[0].floor(), 1.0);
    for len in grid.kernel() {
        if len > LONGEST {
            return Err(InitError::InvalidParameter {
                name: "length of a bilinear kernel",
                value: len as f64,
                rule: "at most 65,536",
            });
        }
        // In the middle, and at either end.
        least *= triangle(0, len);
        largest *= triangle(len / 2, len);
        let mut powers = [0.0; 4];
        for tap in 0..len {
            let x = triangle(tap, len);
            let mut power = 1.0;
            for sum in &mut powers {
                power *= x;
                *sum += power;
            }
        }
        for (mean, sum) in means.iter_mut().zip(powers) {
            *mean *= sum / len as f64;
        }
    }
    Ok(Moments::about_zero(means, (least, largest)))
}

impl Pattern for Bilinear {
    fn value(&self, index: u64) -> f64 {
        let at = self.grid.at(index);
        if at.output != at.input {
            return 0.0;
        }
        let (mut tap, mut product) = (at.tap, 1.0);
        for len in self.grid.kernel().rev() {
            product *= triangle(tap % len.max(1), len);
            tap /= len.max(1);
        }
        product
    }
}

/// A triangle over `len` taps, symmetric about their middle, which falls to 0 just outside: linear
/// interpolation by a factor of `ceil(len / 2)`.
fn triangle(tap: u64, len: u64) -> f64 {
    let factor = len.div_ceil(2) as f64;
    let middle = (len as f64 - 1.0) / 2.0;
    let distance = tap as f64 - middle;
    1.0 - distance.abs() / factor
}

impl Shaped for Bilinear {
    fn moments(&self) -> &Moments {
        &self.moments
    }

    fn shape(&self) -> &Dims {
        self.grid.shape()
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Pattern {
            pattern: self,
            scale: factor.sqrt(),
        }
    }

    fn code(&self, gain: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Law::bilinear(&weight, {gain:?})")
    }

    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bilinear kernel")
    }
}

#[cfg(test)]
mod tests {
    use super::triangle;

    #[test]
    fn triangles_interpolate() {
        let values = |len| (0..len).map(|tap| triangle(tap, len)).collect::<Vec<_>>();
        assert_eq!(values(4), [0.25, 0.75, 0.75, 0.25]);
        assert_eq!(values(3), [0.5, 1.0, 0.5]);
        assert_eq!(values(2), [0.5, 0.5]);
        assert_eq!(values(1), [1.0]);
    }
}
