//! The law of a smaller weight, each of whose outputs stands for several in a row.

use std::fmt;

use super::draws::Draws;
use super::shape::Repetition;
use super::skeleton::Skeleton;
use crate::weight::Dims;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repeated<L> {
    /// The law of the smaller weight.
    pub(super) law: L,
    pub(super) repetition: Repetition,
}

impl<L: Skeleton> Skeleton for Repeated<L> {
    fn mean(&self) -> Option<f64> {
        self.law.mean()
    }

    fn variance(&self) -> Option<f64> {
        self.law.variance()
    }

    fn kurtosis(&self) -> Option<f64> {
        self.law.kurtosis()
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        self.law.support(factor)
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Repeated {
            draws: Box::new(self.law.draws(factor)),
            repetition: &self.repetition,
        }
    }

    fn shape(&self) -> Option<&Dims> {
        Some(self.repetition.shape())
    }

    fn spread(&self) -> Option<f64> {
        self.law.spread()
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    fn is_bit_stable(&self) -> bool {
        self.law.is_bit_stable()
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.law.code(factor, f)?;
        write!(f, ", each output {} times,", self.repetition.times)
    }

    fn words(&self, _: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} equal outputs in a row", self.repetition.times)
    }
}
