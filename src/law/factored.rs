//! The values of another law, with a factor of the variance for every place along an axis.

use std::fmt;

use super::draws::Draws;
use super::shape::Factors;
use super::skeleton::Skeleton;
use crate::weight::Dims;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Factored<L> {
    pub(super) law: L,
    pub(super) factors: Factors,
}

impl<L: Skeleton> Factored<L> {
    /// Mean and variance of the law, if they are the same everywhere.
    fn moments(&self) -> Option<(f64, f64)> {
        match self.law.shape() {
            Some(_) => None,
            None => Some((self.law.mean()?, self.law.variance()?)),
        }
    }
}

impl<L: Skeleton> Skeleton for Factored<L> {
    fn mean(&self) -> Option<f64> {
        self.moments()
            .map(|(mean, _)| mean * self.factors.means().root)
    }

    fn variance(&self) -> Option<f64> {
        let ((mean, variance), means) = (self.moments()?, self.factors.means());
        let off = mean * means.root;
        Some((variance + mean * mean) * means.factor - off * off)
    }

    fn kurtosis(&self) -> Option<f64> {
        let ((mean, variance), means) = (self.moments()?, self.factors.means());
        let is_centred = mean == 0.0 && variance > 0.0;
        let kurtosis = self.law.kurtosis().filter(|_| is_centred)?;
        Some(kurtosis * means.square / (means.factor * means.factor))
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        let (low, high) = self.law.support(factor)?;
        let (least, most) = self.factors.extremes()?;
        let (least, most) = (least.sqrt(), most.sqrt());
        let least = if self.factors.has_zeros() { 0.0 } else { least };
        // 0 times infinity is 0 here.
        let times = |bound: f64, root: f64| if root == 0.0 { 0.0 } else { bound * root };
        Some((
            times(low, least).min(times(low, most)),
            times(high, least).max(times(high, most)),
        ))
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Factored {
            of: Box::new(self.law.draws(factor)),
            factors: &self.factors,
        }
    }

    fn shape(&self) -> Option<&Dims> {
        Some(self.factors.shape())
    }

    fn is_bit_stable(&self) -> bool {
        self.law.is_bit_stable()
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.law.code(factor, f)?;
        write!(f, ", {},", self.factors.words())
    }

    fn words(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.law.words(factor, f)?;
        write!(f, " with {}", self.factors.words())
    }
}
