//! Every value is the same.

use std::fmt;

use super::draws::Draws;
use super::skeleton::Skeleton;
use crate::error::{InitError, finite};
use crate::num::short::Short;
use crate::word::Map;

#[derive(Clone, Copy, PartialEq)]
pub(super) struct Constant {
    value: f64,
}

impl Constant {
    pub(super) fn new(value: f64) -> Result<Self, InitError> {
        let value = finite("value", value)?;
        Ok(Constant { value })
    }

    /// The map of a value.
    pub(super) fn mapped(value: f64, map: Map) -> Result<Self, InitError> {
        let ((from, to), rule) = map.domain();
        if from < value && value < to {
            return Constant::new(map.of(value));
        }
        Err(InitError::InvalidParameter {
            name: "value that is mapped",
            value,
            rule,
        })
    }
}

impl Skeleton for Constant {
    fn mean(&self) -> Option<f64> {
        Some(self.value)
    }

    fn variance(&self) -> Option<f64> {
        Some(0.0)
    }

    fn kurtosis(&self) -> Option<f64> {
        None
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        let value = self.value * factor.sqrt();
        Some((value, value))
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Constant(self.value * factor.sqrt())
    }

    fn constant(&self, factor: f64) -> Option<f64> {
        Some(self.value * factor.sqrt())
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        code(self.value * factor.sqrt(), f)
    }

    fn words(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        words(self.value * factor.sqrt(), f)
    }
}

/// The call that makes this constant.
pub(super) fn code(value: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "Law::constant({value:?})")
}

/// A constant for a sentence.
pub(super) fn words(value: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "constant {}", Short(value))
}
