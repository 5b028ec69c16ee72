//! The moments of a law whose values depend on their place.

use super::structure::{Form, Places, Unit, triangle};
use crate::{InitError, axis::Role};

/// Of an element chosen at random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moments {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    pub(crate) kurtosis: Option<f64>,
    pub(crate) support: (f64, f64),
    /// The root mean square of the values that are not zeros by their place.
    pub(crate) spread: f64,
}

/// Kernels longer than this along an axis are not bilinear ones that anybody means, and would take
/// long to sum over.
const LONGEST_TRIANGLE: u64 = 1 << 16;

impl Places {
    pub(super) fn moments(&self, form: &Form) -> Result<Moments, InitError> {
        let (outputs, inputs) = (self.outputs() as f64, self.inputs() as f64);
        let kernel = self.kernel as f64;
        // A value x with probability p, else 0, of which the moments from 0 of x are m2 and m4.
        let mixed = |p: f64, m2: f64, m4: f64, support| Moments {
            mean: 0.0,
            variance: p * m2,
            kurtosis: (p * m2 > 0.0).then(|| p * m4 / (p * m2 * (p * m2))),
            support,
            spread: m2.sqrt(),
        };
        // An entry of a uniformly distributed orthonormal frame in n dimensions.
        let entry = |n: f64| (1.0 / n, 3.0 / (n * (n + 2.0)));
        let line = (-1.0, 1.0);
        Ok(match *form {
            Form::Orthogonal => {
                let (m2, m4) = entry(outputs.max(inputs * kernel));
                mixed(1.0, m2, m4, line)
            }
            Form::DeltaOrthogonal(_) => {
                let (m2, m4) = entry(outputs.max(inputs));
                mixed(1.0 / kernel, m2, m4, line)
            }
            Form::Dirac(_) => {
                let p = outputs.min(inputs) / (outputs * inputs * kernel);
                sums(p, p, p, p, (if p == 1.0 { 1.0 } else { 0.0 }, 1.0))
            }
            Form::Sparse { unit, nonzeros } => {
                let (name, of) = match unit {
                    Unit::Output => (
                        "number of non-zeros of an output",
                        self.inputs().saturating_mul(self.kernel),
                    ),
                    Unit::Input => (
                        "number of non-zeros of an input",
                        self.outputs().saturating_mul(self.kernel),
                    ),
                };
                if nonzeros > of {
                    return Err(InitError::InvalidParameter {
                        name,
                        value: nonzeros as f64,
                        rule: "at most the number of its connections",
                    });
                }
                let p = nonzeros as f64 / of as f64;
                let end = if nonzeros == 0 { 0.0 } else { f64::INFINITY };
                mixed(p, 1.0, 3.0, (-end, end))
            }
            Form::Bilinear => {
                let mut means = [outputs.min(inputs) / (outputs * inputs); 4];
                let (mut least, mut largest) = (means[0].floor(), 1.0);
                for axis in self.axes.iter().filter(|axis| axis.role == Role::Kernel) {
                    if axis.len > LONGEST_TRIANGLE {
                        return Err(InitError::InvalidParameter {
                            name: "length of a bilinear kernel",
                            value: axis.len as f64,
                            rule: "at most 65,536",
                        });
                    }
                    // In the middle, and at either end.
                    least *= triangle(0, axis.len);
                    largest *= triangle(axis.len / 2, axis.len);
                    let mut powers = [0.0; 4];
                    for at in 0..axis.len {
                        let x = triangle(at, axis.len);
                        let mut power = 1.0;
                        for sum in &mut powers {
                            power *= x;
                            *sum += power;
                        }
                    }
                    for (mean, sum) in means.iter_mut().zip(powers) {
                        *mean *= sum / axis.len as f64;
                    }
                }
                let [m1, m2, m3, m4] = means;
                sums(m1, m2, m3, m4, (least, largest))
            }
            Form::Block { blocks, which } => {
                if which >= blocks {
                    return Err(InitError::InvalidParameter {
                        name: "number of the block",
                        value: which as f64,
                        rule: "below that of the blocks",
                    });
                }
                if self.blocks() % blocks != 0 {
                    return Err(InitError::InvalidParameter {
                        name: "number of outputs of a weight in blocks",
                        value: self.blocks() as f64,
                        rule: "a multiple of the number of its blocks (4 for the gates of an LSTM)",
                    });
                }
                let p = 1.0 / blocks as f64;
                sums(p, p, p, p, (if blocks == 1 { 1.0 } else { 0.0 }, 1.0))
            }
        })
    }
}

/// Moments about the mean from those about 0.
fn sums(m1: f64, m2: f64, m3: f64, m4: f64, support: (f64, f64)) -> Moments {
    let variance = m2 - m1 * m1;
    let fourth = m4 - 4.0 * m1 * m3 + 6.0 * m1 * m1 * m2 - 3.0 * m1 * m1 * m1 * m1;
    Moments {
        mean: m1,
        variance,
        kurtosis: (variance > 0.0).then(|| fourth / (variance * variance)),
        support,
        spread: 1.0,
    }
}
