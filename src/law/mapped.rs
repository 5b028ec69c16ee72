//! The values of another law, each mapped by an increasing function.

use std::fmt;

use super::draws::{Affine, Draws, StandardDraw};
use super::skeleton::Skeleton;
use crate::error::{InitError, finite, normal_or_zero, valid_variance};
use crate::num::functions::in_f64;
use crate::num::quadrature::{NODES, WEIGHTS};
use crate::word::Map;

#[derive(Clone, PartialEq)]
pub(super) struct Mapped<L> {
    /// The law before it is mapped, and its own factor.
    pub(super) law: L,
    pub(super) factor: f64,
    pub(super) map: Map,
    bounds: (f64, f64),
    mean: f64,
    variance: f64,
    kurtosis: Option<f64>,
}

impl<L: Skeleton> Mapped<L> {
    /// Of a law of independent values with one distribution, none of them constant.
    pub(super) fn new(law: L, factor: f64, map: Map) -> Result<Self, InitError> {
        let line = (f64::NEG_INFINITY, f64::INFINITY);
        let (low, high) = law.support(factor).unwrap_or(line);
        let (least, most) = law.draws(factor).reach().unwrap_or((low, high));
        let ((from, to), rule) = map.domain();
        for (name, value) in [
            ("least value of what is mapped", least),
            ("largest value of what is mapped", most),
        ] {
            if !(from < value && value < to) {
                return Err(InitError::InvalidParameter { name, value, rule });
            }
        }
        Mapped::within(law, factor, map, (map.of(low), map.of(high)))
    }

    /// The same with stated bounds.
    pub(super) fn within(
        law: L,
        factor: f64,
        map: Map,
        bounds: (f64, f64),
    ) -> Result<Self, InitError> {
        let nodes = nodes(&law.draws(factor));
        let values = || nodes.iter().map(|&(x, weight)| (map.of(x), weight));
        let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
        // What is left of a node far out, where the density has vanished, is 0 times infinity.
        let mean_of = |f: &dyn Fn(f64) -> f64| {
            let terms = values().filter(|(_, weight)| *weight > 0.0);
            terms.map(|(y, weight)| f(y) * weight).sum::<f64>() / total
        };
        // From a value in the middle on, so that a narrow law keeps its digits.
        let centre = nodes.get(nodes.len() / 2).map_or(0.0, |&(x, _)| map.of(x));
        let off = mean_of(&|y| y - centre);
        let mean = finite("mean", centre + off)?;
        let deviation = |y: f64| (y - centre) - off;
        let variance = mean_of(&|y| deviation(y) * deviation(y));
        let variance = valid_variance(normal_or_zero("variance", variance, true)?)?;
        let fourth = mean_of(&|y| {
            let squared = deviation(y) * deviation(y) / variance;
            squared * squared
        });
        Ok(Mapped {
            law,
            factor,
            map,
            bounds,
            mean,
            variance,
            kurtosis: Some(fourth).filter(|fourth| fourth.is_finite()),
        })
    }

    fn is_uniform(&self) -> bool {
        let draw = match self.law.draws(self.factor) {
            Draws::Affine(affine) => Some(affine.draw),
            _ => None,
        };
        draw == Some(StandardDraw::Uniform)
    }
}

/// Places of a law and the density there, up to a factor, times the weight of a quadrature.
fn nodes(draws: &Draws<'_>) -> Vec<(f64, f64)> {
    const PANELS: usize = 96;
    let over = |from: f64, to: f64, density: &dyn Fn(f64) -> f64| {
        let width = (to - from) / PANELS as f64;
        let panels = (0..PANELS).map(|panel| from + width * (panel as f64 + 0.5));
        let nodes = panels.flat_map(|middle| {
            let nodes = NODES.iter().zip(WEIGHTS);
            nodes.map(move |(node, weight)| (middle + 0.5 * width * node, weight))
        });
        let mut nodes: Vec<_> = nodes.map(|(z, weight)| (z, weight * density(z))).collect();
        nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
        nodes
    };
    match draws {
        Draws::Affine(Affine {
            draw,
            middle,
            spread,
            ..
        }) => {
            let places = match *draw {
                StandardDraw::Sign => return Vec::new(), // Not mapped: see `Law::mapped`.
                StandardDraw::Uniform => over(-1.0, 1.0, &|_| 1.0),
                StandardDraw::Normal => over(-37.0, 37.0, &|z| in_f64::exp(-0.5 * z * z)),
                StandardDraw::Truncated { cuts: (low, high) } => {
                    let peak = StandardDraw::nearer_cut((low, high));
                    // Beyond, exp(-690) of the density at the peak is left.
                    let reach = 1380.0 / (peak + (peak * peak + 1380.0).sqrt()) + peak;
                    let density = |z: f64| in_f64::exp(-0.5 * (z - peak) * (z + peak));
                    over(low.max(-reach), high.min(reach), &density)
                }
            };
            let places = places.into_iter();
            places
                .map(|(z, weight)| (middle + spread * z, weight))
                .collect()
        }
        Draws::Mapped { of, map, scale, .. } => {
            let of = nodes(of).into_iter();
            of.map(|(x, weight)| (map.of(x) * scale, weight)).collect()
        }
        _ => Vec::new(),
    }
}

impl<L: Skeleton> Skeleton for Mapped<L> {
    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        self.kurtosis
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        let ((low, high), root) = (self.bounds, factor.sqrt());
        Some((low * root, high * root))
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Mapped {
            of: Box::new(self.law.draws(self.factor)),
            map: self.map,
            scale: factor.sqrt(),
            bounds: self.support(factor).unwrap_or(self.bounds),
        }
    }

    fn is_bit_stable(&self) -> bool {
        self.law.is_bit_stable()
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Map::Exp, true) = (self.map, self.is_uniform()) {
            let (low, high) = self.support(factor).unwrap_or(self.bounds);
            return write!(f, "Law::log_uniform({low:?}, {high:?})");
        }
        self.law.code(self.factor, f)?;
        write!(f, ".mapped(Map::{:?})", self.map)?;
        if factor != 1.0 {
            write!(f, ".scaled({factor:?})")?;
        }
        Ok(())
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Map::Exp, true) = (self.map, self.is_uniform()) {
            return f.write_str("log-uniform");
        }
        write!(f, "{} of ", self.map)?;
        self.law.words(self.factor, f)
    }
}
