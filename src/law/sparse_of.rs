//! The values of another law in few connections.

use std::fmt;

use super::draws::Draws;
use super::shape::Connections;
use super::skeleton::Skeleton;
use crate::weight::Dims;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct SparseOf<L> {
    pub(super) law: L,
    pub(super) connections: Connections,
}

impl<L> SparseOf<L> {
    fn share(&self) -> f64 {
        self.connections.kept as f64 / self.connections.of_unit() as f64
    }
}

impl<L: Skeleton> Skeleton for SparseOf<L> {
    fn mean(&self) -> Option<f64> {
        Some(self.law.mean()? * self.share())
    }

    fn variance(&self) -> Option<f64> {
        let (mean, variance, share) = (self.law.mean()?, self.law.variance()?, self.share());
        Some(share * (variance + (1.0 - share) * mean * mean))
    }

    fn kurtosis(&self) -> Option<f64> {
        let is_centred = self.law.mean() == Some(0.0) && self.share() > 0.0;
        Some(self.law.kurtosis().filter(|_| is_centred)? / self.share())
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        let (low, high) = self.law.support(factor)?;
        Some(match self.share() {
            1.0 => (low, high),
            0.0 => (0.0, 0.0),
            _ => (low.min(0.0), high.max(0.0)),
        })
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Connections {
            of: Box::new(self.law.draws(factor)),
            connections: &self.connections,
        }
    }

    fn shape(&self) -> Option<&Dims> {
        Some(self.connections.shape())
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    fn is_bit_stable(&self) -> bool {
        self.law.is_bit_stable()
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.law.code(factor, f)?;
        write!(f, ", sparse, {} per output,", self.connections.kept)
    }

    fn words(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.connections.kept;
        write!(f, "sparse, {kept} values per output, ")?;
        self.law.words(factor, f)
    }
}
