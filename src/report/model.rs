//! What is known of one value of a law whose values are independent.

use libm::{erfc, exp};

use crate::{
    Element, Law,
    law::Draws,
    quadrature::{inside_and_outside, mass},
    truncated_moments::Interval,
};

/// A law of independent values.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) mean: Option<f64>,
    pub(super) std: Option<f64>,
    pub(super) kurtosis: Option<f64>,
    pub(super) support: Option<(f64, f64)>,
    /// The largest distance from the mean in standard deviations, if there is one. A tail whose
    /// chance is below 1e-21 is none.
    pub(super) reach: Option<f64>,
    pub(super) is_normal: bool,
    pub(super) shape: Shape,
    /// The spacing that draws in `f32` may have beside that of the element type.
    grid: f64,
}

/// The distribution function, where it is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Unknown,
    Normal { mean: f64, std: f64 },
    Uniform { low: f64, high: f64 },
    Truncated(Truncated),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Truncated {
    mean: f64,
    std: f64,
    interval: Interval,
    /// The mass of the interval, by quadrature relative to the density's peak if `is_far`, else as
    /// it is.
    whole: f64,
    is_far: bool,
}

/// 2^-23, of `f32`.
const EPSILON: f64 = f32::EPSILON as f64;

impl Model {
    /// `None` for a law whose values hang together, or that has but one value.
    pub(super) fn new(law: &Law, draws: &Draws<'_>) -> Option<Self> {
        let mut model = Model {
            mean: law.mean(),
            // None of a distribution of the caller's that has but one value.
            std: law.std().filter(|&std| std > 0.0),
            kurtosis: law.kurtosis(),
            support: law.support(),
            reach: None,
            is_normal: false,
            shape: Shape::Unknown,
            grid: 0.0,
        };
        let mut limits = model.support;
        match *draws {
            Draws::Normal { mean, std } => return Some(Model::normal(mean, std)),
            Draws::Uniform { bounds, half, .. } => {
                let (low, high) = bounds;
                model.shape = Shape::Uniform { low, high };
                model.grid = half * EPSILON;
            }
            Draws::Truncated {
                mean, std, cuts, ..
            } => {
                let truncated = Truncated::new(mean, std, cuts)?;
                let peak = truncated.interval.peak();
                // Between cuts that are close to 0, draws are as fine as the cuts.
                let end = cuts.0.abs().max(cuts.1.abs());
                model.grid = std * EPSILON * peak.max(1.0).min(end);
                model.shape = Shape::Truncated(truncated);
                // Beyond, exp(-50) of the mass is left.
                let end = (peak * peak + 100.0).sqrt();
                let end = if truncated.interval.mirrored {
                    (cuts.0.max(-end), cuts.1.min(10.0))
                } else {
                    (cuts.0.max(-10.0), cuts.1.min(end))
                };
                limits = Some((mean + std * end.0, mean + std * end.1));
            }
            Draws::Brought { .. } => {}
            Draws::Constant(_) | Draws::Structured { .. } | Draws::Repeated { .. } => return None,
        }
        if let (Some((low, high)), Some(mean), Some(std)) = (limits, model.mean, model.std) {
            let reach = (high - mean).max(mean - low) / std;
            model.reach = Some(reach).filter(|reach| reach.is_finite());
        }
        Some(model)
    }

    pub(super) fn normal(mean: f64, std: f64) -> Self {
        Model {
            mean: Some(mean),
            std: Some(std),
            kurtosis: Some(3.0),
            support: Some((f64::NEG_INFINITY, f64::INFINITY)),
            reach: None,
            is_normal: true,
            shape: Shape::Normal { mean, std },
            grid: std * EPSILON,
        }
    }

    /// The distance of neighbouring values near `value`.
    pub(super) fn spacing<F: Element>(&self, value: f64) -> f64 {
        F::spacing(value).max(self.grid)
    }

    /// The largest distance of neighbouring values within three standard deviations, by the
    /// standard deviation.
    pub(super) fn coarseness<F: Element>(&self) -> f64 {
        let (Some(mean), Some(std)) = (self.mean, self.std) else {
            return 0.0;
        };
        let far = mean.abs() + 3.0 * std;
        let far = match self.support {
            Some((low, high)) => far.min(low.abs().max(high.abs())),
            None => far,
        };
        self.spacing::<F>(far) / std
    }
}

impl Truncated {
    fn new(mean: f64, std: f64, cuts: (f64, f64)) -> Option<Self> {
        let interval = Interval::new(cuts.0, cuts.1)?;
        let peak = interval.peak();
        let is_far = peak > 5.0 || interval.beta - interval.alpha < 1e-3;
        let whole = if is_far {
            mass(peak, interval.alpha - peak, interval.beta - peak)
        } else {
            between(interval.alpha, interval.beta)
        };
        Some(Truncated {
            mean,
            std,
            interval,
            whole,
            is_far,
        })
    }

    fn cdf(&self, x: f64) -> f64 {
        let z = (x - self.mean) / self.std;
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
            between(alpha, z)
        };
        let below = (part / self.whole).clamp(0.0, 1.0);
        if mirrored { 1.0 - below } else { below }
    }
}

impl Shape {
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Shape::Unknown)
    }

    /// The chance of a value up to `x`; NaN if it is not known.
    pub(super) fn cdf(&self, x: f64) -> f64 {
        match *self {
            Shape::Unknown => f64::NAN,
            Shape::Normal { mean, std } => beyond((mean - x) / std),
            Shape::Uniform { low, high } => {
                ((x / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)).clamp(0.0, 1.0)
            }
            Shape::Truncated(truncated) => truncated.cdf(x),
        }
    }
}

/// The chance that a standard normal value exceeds `z`.
fn beyond(z: f64) -> f64 {
    0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The chance of a standard normal value between two numbers.
fn between(low: f64, high: f64) -> f64 {
    if low > 0.0 {
        beyond(low) - beyond(high)
    } else if high < 0.0 {
        beyond(-high) - beyond(-low)
    } else {
        1.0 - beyond(-low) - beyond(high)
    }
}

/// Mean and variance of `min(|z|, cut)^4` for a standard normal z: bounded, so that its sums are.
pub(super) fn cut_fourth(cut: f64) -> (f64, f64) {
    let (inside, outside) = inside_and_outside(cut);
    let density = exp(-0.5 * cut * cut) / (2.0 * std::f64::consts::PI).sqrt();
    // Of |z| <= cut, by parts: M(k) = (k - 1) M(k - 2) - 2 cut^(k - 1) density.
    let [mut moment, mut power] = [inside, cut];
    let mut moments = [0.0; 4];
    for (order, out) in moments.iter_mut().enumerate() {
        moment = (2.0 * order as f64 + 1.0) * moment - 2.0 * power * density;
        power *= cut * cut;
        *out = moment;
    }
    let fourth = cut * cut * cut * cut;
    let mean = moments[1] + fourth * outside;
    (mean, moments[3] + fourth * fourth * outside - mean * mean)
}

#[cfg(test)]
mod tests {
    use super::{Shape, Truncated, cut_fourth};
    use approx::assert_relative_eq;

    #[test]
    fn fourth_moments_of_cut_values() {
        // With no cut to speak of: 3 and 105 - 9.
        let (mean, variance) = cut_fourth(20.0);
        assert_relative_eq!(mean, 3.0, max_relative = 1e-12);
        assert_relative_eq!(variance, 96.0, max_relative = 1e-12);
        let (mean, variance) = cut_fourth(4.0);
        // By the midpoint rule with 400,000 nodes.
        assert_relative_eq!(mean, 2.995_683_454_052, max_relative = 1e-9);
        assert_relative_eq!(variance, 93.154_526_936_53, max_relative = 1e-9);
    }

    #[test]
    fn distribution_functions_of_truncated_laws() {
        let at = |cuts, z| Shape::Truncated(Truncated::new(0.0, 1.0, cuts).unwrap()).cdf(z);
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
