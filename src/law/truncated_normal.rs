//! The normal law, restricted to an interval.

use std::fmt;

use super::draws::{Affine, Draws, StandardDraw};
use super::skeleton::{EPSILON, Marginal, Skeleton, normal_tail};
use crate::error::{InitError, finite, non_negative, normal_or_zero, valid_variance};
use crate::num::quadrature::mass;
use crate::num::root::root_of_product;
use crate::num::truncated_moments::{Interval, TruncatedMoments};

#[derive(Clone, Copy, PartialEq)]
pub(super) struct TruncatedNormal {
    /// The mean and variance of the parent, the law before it is cut.
    mean: f64,
    variance: f64,
    /// In standard deviations of the parent from its mean.
    cuts: (f64, f64),
    /// Where they were stated in absolute numbers; else they follow from the cuts.
    bounds: Option<(f64, f64)>,
    /// The moments of the draws between the cuts.
    moments: TruncatedMoments,
}

impl TruncatedNormal {
    /// Between two bounds, from the mean and variance of the parent.
    pub(super) fn between(
        mean: f64,
        parent_variance: f64,
        low: f64,
        high: f64,
    ) -> Result<Self, InitError> {
        let mean = finite("mean", mean)?;
        let variance = non_negative("variance", parent_variance)?;
        if !variance.is_normal() {
            return Err(InitError::InvalidParameter {
                name: "variance before truncation",
                value: variance,
                rule: "a positive normal number of f64 (2.3e-308 to 1.8e308)",
            });
        }
        for (name, bound) in [("low", low), ("high", high)] {
            if bound.is_nan() {
                return Err(InitError::InvalidParameter {
                    name,
                    value: bound,
                    rule: "a number",
                });
            }
        }
        let std = variance.sqrt();
        let cuts = ((low - mean) / std, (high - mean) / std);
        // If they were closer together, rounding the cuts would move what lies between them.
        let close = 2.3e-10 * StandardDraw::nearer_cut(cuts);
        if low < high && cuts.1 - cuts.0 < close {
            return Err(InitError::InvalidParameter {
                name: "high - low",
                value: high - low,
                rule: "at least 2.3e-10 of the distance of the nearer bound from the mean",
            });
        }
        Self::cut(mean, variance, cuts, Some((low, high)))
    }

    /// The law of mean 0 that has that variance after it is cut, at `cut` deviations of the parent on
    /// either side. A variance of 0 is a constant.
    pub(super) fn centred(variance: f64, cut: f64) -> Result<Self, InitError> {
        let variance = valid_variance(variance)?;
        let moments = match TruncatedMoments::new(-cut, cut) {
            Some(moments) if cut >= 1e-30 => moments,
            _ => {
                return Err(InitError::InvalidParameter {
                    name: "cut",
                    value: cut,
                    rule: "at least 1e-30, in standard deviations",
                });
            }
        };
        let parent = variance / moments.variance;
        if variance > 0.0 {
            return Self::cut(0.0, parent, (-cut, cut), None);
        }
        Ok(TruncatedNormal {
            mean: 0.0,
            variance: 0.0,
            cuts: (-cut, cut),
            bounds: None,
            moments,
        })
    }

    fn cut(
        mean: f64,
        variance: f64,
        cuts: (f64, f64),
        bounds: Option<(f64, f64)>,
    ) -> Result<Self, InitError> {
        let moments = TruncatedMoments::new(cuts.0, cuts.1).ok_or(InitError::InvalidParameter {
            name: "high",
            value: bounds.map_or(cuts.1, |(_, high)| high),
            rule: "above the lower bound, and both within 2^100 standard deviations of the mean",
        })?;
        normal_or_zero("variance", variance * moments.variance, true)?;
        Ok(TruncatedNormal {
            mean,
            variance,
            cuts,
            bounds,
            moments,
        })
    }

    /// Mean and deviation of the parent, and the bounds.
    fn affine(&self, factor: f64) -> (f64, f64, (f64, f64)) {
        let root = factor.sqrt();
        let (mean, std) = (self.mean * root, root_of_product(self.variance, factor));
        let bounds = match self.bounds {
            Some((low, high)) => (low * root, high * root),
            None => (mean + std * self.cuts.0, mean + std * self.cuts.1),
        };
        (mean, std, bounds)
    }
}

impl Skeleton for TruncatedNormal {
    fn mean(&self) -> Option<f64> {
        Some(self.mean + self.variance.sqrt() * self.moments.mean)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.variance * self.moments.variance)
    }

    fn kurtosis(&self) -> Option<f64> {
        Some(self.moments.kurtosis)
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        Some(self.affine(factor).2)
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        let (mean, std, bounds) = self.affine(factor);
        Draws::Affine(Affine {
            draw: StandardDraw::Truncated { cuts: self.cuts },
            middle: mean,
            spread: std,
            bounds: Some(bounds),
        })
    }

    fn constant(&self, factor: f64) -> Option<f64> {
        (self.variance == 0.0).then(|| self.mean * factor.sqrt())
    }

    fn marginal(&self, factor: f64) -> Option<Marginal> {
        let (mean, std, _) = self.affine(factor);
        let between = Between::new(self.cuts)?;
        let interval = between.interval;
        let peak = interval.peak();
        // Between cuts that are close to 0, draws are as fine as the cuts.
        let end = self.cuts.0.abs().max(self.cuts.1.abs());
        let grid = std * EPSILON * peak.max(1.0).min(end);
        // In a far tail draws crowd where they are rounded: each is off by up to 5 units in its last
        // place, and all of them to one side by up to 1.1 of them at cuts from 20 to 1,023. At 300
        // deviations a unit is a hundredth of the standard deviation, which 2^20 values reveal.
        let (grid, bias) = if peak > 1.0 {
            (5.0 * grid, 2.0 * grid)
        } else {
            (grid, 0.0)
        };
        // Beyond, exp(-50) of the mass is left.
        let end = (peak * peak + 100.0).sqrt();
        let (low, high) = if interval.mirrored {
            (self.cuts.0.max(-end), self.cuts.1.min(10.0))
        } else {
            (self.cuts.0.max(-10.0), self.cuts.1.min(end))
        };
        Some(Marginal {
            centre: mean,
            mean: Some(std * self.moments.mean),
            cdf: Some(Box::new(move |x| between.cdf(x / std))),
            is_normal: false,
            grid,
            bias,
            limits: Some((std * low, std * high)),
            eighth_moment: None,
        })
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mean, std, (low, high)) = self.affine(factor);
        let variance = std * std;
        write!(
            f,
            "Law::truncated_normal({mean:?}, {variance:?}, {low:?}, {high:?})"
        )
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("truncated normal")
    }
}

impl StandardDraw {
    /// The distance from 0 of the cut that is nearer to it; 0 if it lies between them.
    pub(crate) fn nearer_cut((low, high): (f64, f64)) -> f64 {
        if low > 0.0 {
            low
        } else if high < 0.0 {
            -high
        } else {
            0.0
        }
    }
}

/// A standard normal value that is known to lie between two cuts.
struct Between {
    interval: Interval,
    /// The mass of the interval, by quadrature relative to the density's peak if `is_far`, else as
    /// it is.
    whole: f64,
    is_far: bool,
}

impl Between {
    fn new(cuts: (f64, f64)) -> Option<Self> {
        let interval = Interval::new(cuts.0, cuts.1)?;
        let peak = interval.peak();
        let is_far = peak > 5.0 || interval.beta - interval.alpha < 1e-3;
        let whole = if is_far {
            mass(peak, interval.alpha - peak, interval.beta - peak)
        } else {
            normal_mass(interval.alpha, interval.beta)
        };
        Some(Between {
            interval,
            whole,
            is_far,
        })
    }

    fn cdf(&self, z: f64) -> f64 {
        let Interval {
            alpha,
            beta,
            mirrored,
        } = self.interval;
        let z = if mirrored { -z } else { z };
        let z = z.clamp(alpha, beta);
        let part = if self.is_far {
            let peak = self.interval.peak();
            mass(peak, alpha - peak, z - peak)
        } else {
            normal_mass(alpha, z)
        };
        let below = (part / self.whole).clamp(0.0, 1.0);
        if mirrored { 1.0 - below } else { below }
    }
}

/// The chance of a standard normal value between two numbers.
fn normal_mass(low: f64, high: f64) -> f64 {
    if low > 0.0 {
        normal_tail(low) - normal_tail(high)
    } else if high < 0.0 {
        normal_tail(-high) - normal_tail(-low)
    } else {
        1.0 - normal_tail(-low) - normal_tail(high)
    }
}

#[cfg(test)]
mod tests {
    use super::Between;
    use approx::assert_relative_eq;

    #[test]
    fn distribution_functions() {
        let at = |cuts, z| Between::new(cuts).unwrap().cdf(z);
        assert_relative_eq!(at((-2.0, 2.0), 0.0), 0.5, max_relative = 1e-15);
        assert_eq!((at((-2.0, 2.0), -2.0), at((-2.0, 2.0), 2.0)), (0.0, 1.0));
        // Quadrature and difference agree on either side of their border.
        for x in [0.05, 0.1, 0.3] {
            let (near, far) = (at((5.0, 9.0), 5.0 + x), at((5.0 + 1e-12, 9.0), 5.0 + x));
            assert_relative_eq!(near, far, max_relative = 1e-8);
            let mirrored = at((-9.0, -5.0 - 1e-12), -5.0 - x);
            assert_relative_eq!(1.0 - mirrored, far, max_relative = 1e-8);
        }
        // A far tail falls off as exp(-30 x).
        let x = 0.01;
        assert_relative_eq!(
            at((30.0, f64::INFINITY), 30.0 + x),
            1.0 - (-30.0 * x).exp(),
            max_relative = 0.005
        );
    }
}
