//! What is known of one value of a law whose values are independent.

use libm::exp;

use crate::engine::Element;
use crate::law::{Law, Marginal, normal_marginal};
use crate::num::quadrature::inside_and_outside;

use super::lanes::Standard;

/// A law of independent values. Places are distances from its centre.
pub(super) struct Model {
    /// How values are standardised, where mean and standard deviation are known.
    pub(super) standard: Option<Standard>,
    pub(super) kurtosis: Option<f64>,
    pub(super) support: Option<(f64, f64)>,
    /// The largest distance from the mean in standard deviations, if there is one.
    pub(super) reach: Option<f64>,
    /// What the mean may be off by, since the law's own numbers are `f64` and draws are rounded, in standard
    /// deviations.
    pub(super) shift: f64,
    /// A value that is counted apart.
    pub(super) stray: Option<f64>,
    marginal: Marginal,
}

impl Model {
    /// `None` for a law whose values are not independent, or that has but one value.
    pub(super) fn new(law: &Law) -> Option<Self> {
        let marginal = law.marginal()?;
        // None of a distribution of the caller's that has but one value.
        let std = law.std().filter(|&std| std > 0.0);
        let model = Model::of(marginal, std, law.kurtosis(), law.support());
        Some(Model {
            stray: law.stray(),
            ..model
        })
    }

    pub(super) fn normal(mean: f64, std: f64) -> Self {
        let line = (f64::NEG_INFINITY, f64::INFINITY);
        Model::of(normal_marginal(mean, std), Some(std), Some(3.0), Some(line))
    }

    fn of(
        marginal: Marginal,
        std: Option<f64>,
        kurtosis: Option<f64>,
        support: Option<(f64, f64)>,
    ) -> Self {
        let (centre, mean) = (marginal.centre, marginal.mean);
        let reach = || {
            let ((low, high), mean, std) = (marginal.limits?, mean?, std?);
            let reach = (high - mean).max(mean - low) / std;
            reach.is_finite().then_some(reach)
        };
        let standard = || {
            let (mean, std) = (mean?, std?);
            let inverse = 1.0 / std;
            Some(Standard {
                centre,
                mean,
                inverse,
            })
        };
        let (reach, standard) = (reach(), standard());
        let size = centre.abs() + mean.unwrap_or(0.0).abs();
        Model {
            standard,
            kurtosis,
            support,
            reach,
            shift: standard.map_or(0.0, |standard| {
                (f64::EPSILON * size + marginal.bias) * standard.inverse
            }),
            stray: None,
            marginal,
        }
    }

    /// The same where neighbouring values are further apart by that.
    pub(super) fn coarser(mut self, by: f64) -> Self {
        self.marginal.grid += by;
        self
    }

    pub(super) fn is_normal(&self) -> bool {
        self.marginal.is_normal
    }

    pub(super) fn eighth_moment(&self) -> Option<f64> {
        self.marginal.eighth_moment
    }

    pub(super) fn centre(&self) -> f64 {
        self.marginal.centre
    }

    /// Places between which nearly all values are.
    pub(super) fn limits(&self) -> Option<(f64, f64)> {
        self.marginal.limits
    }

    /// Whether the distribution function is known.
    pub(super) fn has_cdf(&self) -> bool {
        self.marginal.cdf.is_some()
    }

    /// The chance of a value up to a place; NaN if it is not known.
    pub(super) fn cdf(&self, place: f64) -> f64 {
        self.marginal
            .cdf
            .as_ref()
            .map_or(f64::NAN, |cdf| cdf(place))
    }

    /// By how much a draw may have missed its value before it is rounded to the element type.
    pub(super) fn miss(&self) -> f64 {
        let shift = self
            .standard
            .map_or(0.0, |standard| self.shift / standard.inverse);
        self.marginal.grid + shift
    }

    /// For each finite bound, the chance of a value within a distance of it and where it is, in standard
    /// deviations from the mean.
    pub(super) fn near_bounds(&self, distance: f64) -> [Option<(f64, f64)>; 2] {
        let (Some(standard), Some((low, high)), true) =
            (self.standard, self.support, self.has_cdf())
        else {
            return [None; 2];
        };
        let near = |bound: f64, is_low: bool| {
            let place = bound - standard.centre;
            let width = distance / standard.inverse;
            let mass = if is_low {
                self.cdf(place + width)
            } else {
                1.0 - self.cdf(place - width)
            };
            let place = (place - standard.mean) * standard.inverse;
            (bound.is_finite() && mass > 0.0).then_some((mass, place))
        };
        [near(low, true), near(high, false)]
    }

    /// The distance of neighbouring values near `value`.
    pub(super) fn spacing<F: Element>(&self, value: f64) -> f64 {
        F::spacing(value).max(self.marginal.grid)
    }

    /// The largest distance of neighbouring values within three standard deviations, by the
    /// standard deviation.
    pub(super) fn coarseness<F: Element>(&self) -> f64 {
        let Some(Standard {
            centre,
            mean,
            inverse,
        }) = self.standard
        else {
            return 0.0;
        };
        let far = (centre + mean).abs() + 3.0 / inverse;
        let far = match self.support {
            Some((low, high)) => far.min(low.abs().max(high.abs())),
            None => far,
        };
        self.spacing::<F>(far) * inverse
    }

    /// At most this is the chance of one value, of a law that has a distribution function: its
    /// density is at most 1 by the standard deviation, as that of every law whose density has a
    /// concave logarithm. Draws of other makes may have 23 bits, also where they are widened.
    pub(super) fn commonest<F: Element>(&self) -> Option<f64> {
        let coarseness = self.coarseness::<F>();
        (self.has_cdf() && self.standard.is_some()).then(|| (4.8e-7 + 4.0 * coarseness).min(1.0))
    }
}

/// Mean and variance of `min(|z|, cut)^4` for a standard normal z: bounded, so that its sums are.
pub(super) fn cut_fourth(cut: f64) -> (f64, f64) {
    let (inside, outside) = inside_and_outside(cut);
    let density = exp(-0.5 * cut * cut) / (2.0 * std::f64::consts::PI).sqrt();
    // For |z| <= cut, by parts: M(k) = (k - 1) M(k - 2) - 2 cut^(k - 1) density.
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
