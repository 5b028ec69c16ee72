//! What is known of one value of a law whose values are independent.

use libm::exp;

use crate::engine::Element;
use crate::law::{Law, Marginal, normal_marginal};
use crate::num::quadrature::inside_and_outside;

/// A law of independent values.
pub(super) struct Model {
    pub(super) mean: Option<f64>,
    pub(super) std: Option<f64>,
    pub(super) kurtosis: Option<f64>,
    pub(super) support: Option<(f64, f64)>,
    /// The largest distance from the mean in standard deviations, if there is one.
    pub(super) reach: Option<f64>,
    marginal: Marginal,
}

impl Model {
    /// `None` for a law whose values are not independent, or that has but one value.
    pub(super) fn new(law: &Law) -> Option<Self> {
        let marginal = law.marginal()?;
        let (mean, std) = (law.mean(), law.std().filter(|&std| std > 0.0));
        let reach = || {
            let ((low, high), mean, std) = (marginal.limits?, mean?, std?);
            let reach = (high - mean).max(mean - low) / std;
            reach.is_finite().then_some(reach)
        };
        Some(Model {
            mean,
            // None of a distribution of the caller's that has but one value.
            std,
            kurtosis: law.kurtosis(),
            support: law.support(),
            reach: reach(),
            marginal,
        })
    }

    pub(super) fn normal(mean: f64, std: f64) -> Self {
        Model {
            mean: Some(mean),
            std: Some(std),
            kurtosis: Some(3.0),
            support: Some((f64::NEG_INFINITY, f64::INFINITY)),
            reach: None,
            marginal: normal_marginal(mean, std),
        }
    }

    pub(super) fn is_normal(&self) -> bool {
        self.marginal.is_normal
    }

    pub(super) fn eighth_moment(&self) -> Option<f64> {
        self.marginal.eighth_moment
    }

    /// Whether the distribution function is known.
    pub(super) fn has_cdf(&self) -> bool {
        self.marginal.cdf.is_some()
    }

    /// The chance of a value up to `x`; NaN if it is not known.
    pub(super) fn cdf(&self, x: f64) -> f64 {
        self.marginal.cdf.as_ref().map_or(f64::NAN, |cdf| cdf(x))
    }

    /// The distance of neighbouring values near `value`.
    pub(super) fn spacing<F: Element>(&self, value: f64) -> f64 {
        F::spacing(value).max(self.marginal.grid)
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
    use super::cut_fourth;
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
}
