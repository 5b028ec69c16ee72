//! Given values: one for every element, or one for every place along an axis.

use std::fmt;
use std::sync::Arc;

use super::draws::{Draws, Pattern};
use super::shape::Moments;
use super::skeleton::Shaped;
use crate::error::{InitError, finite};
use crate::weight::{Dims, Weight};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    shape: Dims,
    values: Arc<[f64]>,
    /// Elements from one value to the next, which is the same one after the last.
    inner: u64,
    tolerance: f64,
    largest: f64,
    moments: Moments,
}

impl Table {
    /// `values` in row-major order; of an axis, as many as it is long, and then one for every `inner`
    /// elements, over and over. They are finite, and there is one.
    pub(super) fn new(
        weight: &Weight,
        values: Arc<[f64]>,
        inner: u64,
        tolerance: f64,
    ) -> Result<Self, InitError> {
        let largest = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let moments = moments(&values, largest);
        finite("variance of the table", moments.variance)?;
        Ok(Table {
            shape: weight.dims(),
            moments,
            values,
            inner: inner.max(1),
            tolerance,
            largest,
        })
    }
}

/// The moments of one of the values, chosen at random.
fn moments(values: &[f64], largest: f64) -> Moments {
    let n = values.len() as f64;
    // So that no power overflows or vanishes.
    let unit = match largest {
        1e-70..=1e70 => 1.0,
        largest => largest,
    };
    let mean = values.iter().map(|x| x / unit).sum::<f64>() / n * unit;
    let squares = |centre: f64| {
        let scaled = values.iter().map(move |x| (x - centre) / unit);
        scaled.map(|x| x * x)
    };
    let second = squares(mean).sum::<f64>() / n;
    let fourth = squares(mean).map(|x| x * x).sum::<f64>() / n;
    let share = values.iter().filter(|x| **x != 0.0).count() as f64 / n;
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Moments {
        mean,
        variance: second * unit * unit,
        kurtosis: (second > 0.0).then(|| fourth / (second * second)),
        support: (low, high),
        spread: (squares(0.0).sum::<f64>() / n / share).sqrt() * unit,
    }
}

impl Pattern for Table {
    fn value(&self, index: u64) -> f64 {
        let number = index / self.inner % (self.values.len() as u64).max(1);
        let value = usize::try_from(number)
            .ok()
            .and_then(|at| self.values.get(at));
        value.copied().unwrap_or(0.0) // There is one.
    }

    fn largest(&self) -> f64 {
        self.largest
    }

    fn tolerance(&self) -> f64 {
        self.tolerance
    }
}

impl Shaped for Table {
    fn moments(&self) -> &Moments {
        &self.moments
    }

    fn shape(&self) -> &Dims {
        &self.shape
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        Draws::Pattern {
            pattern: self,
            scale: factor.sqrt(),
        }
    }

    fn code(&self, gain: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<table>")?;
        if gain != 1.0 {
            write!(f, ".scaled({:?})", gain * gain)?;
        }
        Ok(())
    }

    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("given values")
    }
}
