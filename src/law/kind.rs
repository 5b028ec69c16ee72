//! The kinds of law, before a factor scales them, and what there is to draw of each.

use std::sync::Arc;

use super::{
    nearer_end,
    structure::{Form, Structure},
};
use crate::{
    InitError,
    engine::{Draw, Truncation},
    schemes::Brought,
    truncated_moments::TruncatedMoments,
};

/// A law before its factor.
#[derive(Clone)]
pub(super) enum Kind {
    Constant(f64),
    Normal {
        mean: f64,
        variance: f64,
    },
    /// The square of half its width beside its bounds, so that a root is taken once.
    Uniform {
        bounds: (f64, f64),
        half_squared: f64,
        variance: f64,
    },
    /// The parent's mean and variance, and where it is cut, in its standard deviations.
    Truncated {
        mean: f64,
        variance: f64,
        cuts: (f64, f64),
        /// Where it was stated in absolute numbers; else it follows from the cuts.
        bounds: Option<(f64, f64)>,
        moments: TruncatedMoments,
    },
    Brought(Brought),
    /// One that belongs to a shape, before its scale.
    Structured(Arc<Structure>),
    /// The law of a smaller weight, each of whose outputs stands for so many in a row.
    Repeated(Arc<Repeated>),
}

/// A law of a smaller weight, and the weights' places.
pub(crate) struct Repeated {
    pub(super) kind: Kind,
    /// Outputs that have the same values.
    pub(crate) times: u64,
    /// Of the larger weight: the axis of its outputs, the elements of a step along it, and its
    /// length.
    pub(crate) axis: usize,
    pub(crate) inner: u64,
    pub(crate) outputs: u64,
    pub(super) shape: crate::dims::Dims,
}

/// What the engine draws: the law with its factor applied.
#[derive(PartialEq)]
pub(crate) enum Draws<'a> {
    Constant(f64),
    Normal {
        mean: f64,
        std: f64,
    },
    /// `middle + half * t` with `t` in (-1, 1), kept within the bounds when rounding.
    Uniform {
        middle: f64,
        half: f64,
        bounds: (f64, f64),
    },
    /// `mean + std * z` with `z` between the cuts, kept within the bounds when rounding.
    Truncated {
        mean: f64,
        std: f64,
        cuts: (f64, f64),
        bounds: (f64, f64),
    },
    Brought {
        brought: &'a Brought,
        scale: f64,
    },
    /// `scale` times what the structure says.
    Structured {
        structure: &'a Structure,
        scale: f64,
    },
    Repeated {
        draws: Box<Draws<'a>>,
        repeated: &'a Repeated,
    },
}

impl Repeated {
    /// The flat index in the smaller weight of an element of the larger.
    fn base(&self, index: u64) -> u64 {
        let (row, within) = (index / self.inner, index % self.inner);
        // Outputs are numbered within whatever comes before their axis.
        let (outer, output) = (row / self.outputs, row % self.outputs);
        (outer * (self.outputs / self.times) + output / self.times) * self.inner + within
    }

    /// What of the smaller weight lies behind a stretch of the larger one.
    pub(crate) fn base_hull(&self, (start, end): (u64, u64)) -> (u64, u64) {
        if start >= end {
            return (0, 0);
        }
        // A whole step of the outputs on either side: within one, indices run from its start.
        let first = self.base(start) / self.inner * self.inner;
        (
            first,
            self.base(end - 1) / self.inner * self.inner + self.inner,
        )
    }

    /// The flat index in the larger weight of the first element that has the value of one of the
    /// smaller.
    fn first_copy(&self, base: u64) -> u64 {
        let (row, within) = (base / self.inner, base % self.inner);
        // What comes before the axis of the outputs is the same in both, and so rows only stretch.
        row * self.times * self.inner + within
    }

    /// Reads a stretch of the larger weight by stretches of the smaller. An error that tells an
    /// index is told of the larger.
    pub(crate) fn read<F: Copy>(
        &self,
        start: u64,
        out: &mut [F],
        read: impl Fn(u64, &mut [F]) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let read = |start, out: &mut [F]| {
            read(start, out).map_err(|mut error| {
                if let InitError::NonFiniteDraw { index, .. } = &mut error {
                    *index = self.first_copy(*index);
                }
                error
            })
        };
        let (mut index, mut rest) = (start, out);
        while !rest.is_empty() {
            // As far as indices of the smaller weight follow each other, or each is repeated.
            let here = if self.inner > 1 {
                self.inner - index % self.inner
            } else {
                self.outputs - index % self.outputs
            };
            let here = usize::try_from(here).unwrap_or(usize::MAX).min(rest.len());
            let (out, after) = std::mem::take(&mut rest).split_at_mut(here);
            let first = self.base(index);
            if self.inner > 1 {
                read(first, out)?;
            } else if let Some(&filler) = out.first() {
                let count = self.base(index + here as u64 - 1) - first + 1;
                let mut singles = vec![filler; count as usize];
                read(first, &mut singles)?;
                let skip = (index % self.outputs % self.times) as usize;
                let copies = singles
                    .iter()
                    .flat_map(|single| std::iter::repeat_n(single, self.times as usize));
                for (out, single) in out.iter_mut().zip(copies.skip(skip)) {
                    *out = *single;
                }
            }
            index += here as u64;
            rest = after;
        }
        Ok(())
    }
}

/// Two are the same if they repeat the same law in the same way.
impl PartialEq for Repeated {
    fn eq(&self, other: &Self) -> bool {
        let place = |repeated: &Self| (repeated.times, repeated.inner, repeated.outputs);
        place(self) == place(other) && self.shape == other.shape
    }
}

impl Kind {
    pub(super) fn mean(&self) -> Option<f64> {
        match self {
            Kind::Constant(value) => Some(*value),
            Kind::Normal { mean, .. } => Some(*mean),
            Kind::Uniform { bounds, .. } => Some(middle(*bounds)),
            Kind::Truncated {
                mean,
                variance,
                moments,
                ..
            } => Some(mean + variance.sqrt() * moments.mean),
            Kind::Brought(brought) => brought.mean(),
            Kind::Structured(structure) => Some(structure.moments.mean),
            Kind::Repeated(repeated) => repeated.kind.mean(),
        }
    }

    pub(super) fn variance(&self) -> Option<f64> {
        match self {
            Kind::Constant(_) => Some(0.0),
            Kind::Normal { variance, .. } => Some(*variance),
            Kind::Uniform { variance, .. } => Some(*variance),
            Kind::Truncated {
                variance, moments, ..
            } => Some(variance * moments.variance),
            Kind::Brought(brought) => brought.variance(),
            Kind::Structured(structure) => Some(structure.moments.variance),
            Kind::Repeated(repeated) => repeated.kind.variance(),
        }
    }

    pub(super) fn kurtosis(&self) -> Option<f64> {
        match self {
            Kind::Constant(_) => None,
            Kind::Normal { .. } => Some(3.0),
            Kind::Uniform { .. } => Some(1.8),
            Kind::Truncated { moments, .. } => Some(moments.kurtosis),
            Kind::Brought(brought) => brought.kurtosis(),
            Kind::Structured(structure) => structure.moments.kurtosis,
            Kind::Repeated(repeated) => repeated.kind.kurtosis(),
        }
    }

    /// The draws of the law whose variance is `factor` times as large.
    pub(super) fn draws(&self, factor: f64) -> Draws<'_> {
        let root = factor.sqrt();
        match *self {
            // Zeros, also of what the caller brings; and infinite bounds times 0 are NaN.
            _ if factor == 0.0 => Draws::Constant(0.0),
            Kind::Constant(value) => Draws::Constant(value * root),
            Kind::Normal {
                mean,
                variance: 0.0,
            } => Draws::Constant(mean * root),
            Kind::Normal { mean, variance } => Draws::Normal {
                mean: mean * root,
                std: root_of_product(variance, factor),
            },
            Kind::Uniform {
                bounds,
                half_squared,
                ..
            } => {
                let half = root_of_product(half_squared, factor);
                let middle = middle(bounds) * root;
                // A centred law has its bounds from the one root, or a chain of factors could
                // leave them one rounding away from it.
                let bounds = if middle == 0.0 {
                    (-half, half)
                } else {
                    (bounds.0 * root, bounds.1 * root)
                };
                Draws::Uniform {
                    middle,
                    half,
                    bounds,
                }
            }
            Kind::Truncated {
                mean,
                variance,
                cuts,
                bounds,
                ..
            } => {
                let (mean, std) = (mean * root, root_of_product(variance, factor));
                let bounds = match bounds {
                    Some((low, high)) => (low * root, high * root),
                    None => (mean + std * cuts.0, mean + std * cuts.1),
                };
                Draws::Truncated {
                    mean,
                    std,
                    cuts,
                    bounds,
                }
            }
            Kind::Brought(ref brought) => Draws::Brought {
                brought,
                scale: root,
            },
            Kind::Structured(ref structure) => Draws::Structured {
                structure,
                scale: root,
            },
            Kind::Repeated(ref repeated) => Draws::Repeated {
                draws: Box::new(repeated.kind.draws(factor)),
                repeated,
            },
        }
    }
}

impl Draws<'_> {
    pub(super) fn support(&self) -> Option<(f64, f64)> {
        match *self {
            Draws::Constant(value) => Some((value, value)),
            Draws::Normal { .. } => Some((f64::NEG_INFINITY, f64::INFINITY)),
            Draws::Uniform { bounds, .. } | Draws::Truncated { bounds, .. } => Some(bounds),
            Draws::Brought { brought, scale } => {
                let (low, high) = brought.support()?;
                Some((low * scale, high * scale))
            }
            Draws::Structured { structure, scale } => {
                let (low, high) = structure.moments.support;
                Some((low * scale, high * scale))
            }
            Draws::Repeated { ref draws, .. } => draws.support(),
        }
    }

    /// The largest magnitude of a value that is drawn as a `D`, where it is known beforehand and
    /// larger than `most`.
    pub(super) fn beyond<D: Draw>(&self, most: f64) -> Option<f64> {
        let largest = match *self {
            Draws::Constant(value) => value.abs(),
            Draws::Normal { mean, std } => mean.abs() + std * D::LARGEST_NORMAL,
            Draws::Uniform { bounds, .. } => bounds.0.abs().max(bounds.1.abs()),
            Draws::Truncated {
                mean,
                std,
                cuts,
                bounds,
            } => {
                // The ends take a microsecond, which nearly all laws can do without: a draw as far
                // out as `reach` has less than 2^-70 of the mass beyond it.
                let nearer = nearer_end(cuts);
                let reach = (nearer * nearer + 100.0).sqrt();
                let bound = bounds.0.abs().max(bounds.1.abs());
                if bound.min(mean.abs() + std * reach) <= most {
                    return None;
                }
                // A bound may be infinite: then it is the draw next to it that counts.
                let (first, last) = D::ends(&Truncation::new(cuts.0, cuts.1)?);
                let end = |bound: f64, z: f64| bound.abs().min((mean + std * z).abs());
                end(bounds.0, first).max(end(bounds.1, last))
            }
            Draws::Brought { .. } => return None,
            Draws::Structured { structure, scale } => match structure.form {
                Form::Sparse { .. } => scale * D::LARGEST_NORMAL,
                _ => scale,
            },
            Draws::Repeated { ref draws, .. } => return draws.beyond::<D>(most),
        };
        (largest > most).then_some(largest)
    }

    /// Whether bits can be promised.
    pub(super) fn is_bit_stable(&self) -> bool {
        match self {
            Draws::Brought { .. } => false,
            Draws::Repeated { draws, .. } => draws.is_bit_stable(),
            _ => true,
        }
    }
}

/// Without overflow for any finite bounds.
fn middle((low, high): (f64, f64)) -> f64 {
    low / 2.0 + high / 2.0
}

/// The root of the product of two positive normal numbers whose product is one too, rounded once:
/// the product itself is not rounded, which would take a quarter of a unit of the root. Of 0, 0.
pub(super) fn root_of_product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    // Then there is nothing to round before the root, which IEEE 754 rounds once.
    if a == 1.0 || b == 1.0 {
        return (a * b).sqrt();
    }
    // a = m 2^e with a whole m of 53 bits, and so b; their product has 105 or 106.
    let whole = |x: f64| {
        (
            (x.to_bits() & MANTISSA) | (1 << 52),
            (x.to_bits() >> 52) as i32 - 1075,
        )
    };
    let ((m_a, e_a), (m_b, e_b)) = (whole(a), whole(b));
    let exponent = e_a + e_b;
    // Twenty more bits, or one more to make the exponent even, for a root of 63 bits.
    let shift = 20 + exponent.rem_euclid(2);
    let product = (u128::from(m_a) * u128::from(m_b)) << shift;
    let root = product.isqrt() as u64;
    // What is left over must not look like a tie when the root is rounded to 53 bits.
    let inexact = u128::from(root) * u128::from(root) != product;
    let root = (root | u64::from(inexact)) as f64;
    let scale = (exponent - shift) / 2;
    root * f64::from_bits(((1023 + scale) as u64) << 52)
}

const MANTISSA: u64 = (1 << 52) - 1;

#[cfg(test)]
mod tests {
    use super::root_of_product;

    #[test]
    fn roots_of_products_are_rounded_once() {
        assert_eq!(root_of_product(2.0, 0.5), 1.0);
        assert_eq!(root_of_product(3.0, 3.0), 3.0);
        assert_eq!(root_of_product(1e-300, 1e300), 1.0);
        assert_eq!(root_of_product(2.0, 3.0), 6.0_f64.sqrt());
        assert_eq!(root_of_product(1.7e308, 0.9), (1.7e308_f64 * 0.9).sqrt());
        // Computed with 60 digits: the rounded product has another root.
        for (a, b, root) in [
            (0.23308445025757263, 0.2308665415409843, 0.23197284521673517),
            (0.9925434121760651, 0.8599465287952899, 0.9238691801220776),
            (0.7214844075832684, 0.7111917696952796, 0.7163196022982304),
            (0.3033685109329176, 0.5875806061435594, 0.42220072659676083),
        ] {
            assert_eq!(root_of_product(a, b), root);
            assert_ne!((a * b).sqrt(), root);
        }
    }
}
