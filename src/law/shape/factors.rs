//! Factors of the variance that follow from the place along an axis.

use std::sync::Arc;

use crate::error::{InitError, non_negative};
use crate::weight::{Dims, Weight};

/// A factor of the variance for every place along each of some axes; those of several axes multiply.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factors {
    shape: Dims,
    axes: Vec<OfAxis>,
}

#[derive(Clone, Debug, PartialEq)]
struct OfAxis {
    axis: usize,
    /// Elements from one place to the next, and the number of places.
    inner: u64,
    len: u64,
    factors: Along,
}

/// What places along an axis have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Along {
    /// 0 at these, in order, else 1.
    Zeros(Arc<[usize]>),
    /// One for each.
    Each(Arc<[f64]>),
}

/// The mean root, the mean and the mean square of factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Means {
    pub(crate) root: f64,
    pub(crate) factor: f64,
    pub(crate) square: f64,
}

impl Factors {
    /// Of the places along one axis.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if there is no such axis or place, or a factor is negative, NaN or
    /// infinite; [`InitError::TableOfAnotherShape`] if there are not as many as places.
    pub(crate) fn new(weight: &Weight, axis: usize, factors: Along) -> Result<Self, InitError> {
        let (len, inner) = weight.step_of_axis("axis of the factors", axis)?;
        match &factors {
            Along::Zeros(at) => {
                if let Some(&place) = at.iter().find(|&&place| place >= len) {
                    return Err(InitError::InvalidParameter {
                        name: "place of a row of zeros",
                        value: place as f64,
                        rule: "below the length of its axis, counted from 0",
                    });
                }
            }
            Along::Each(factors) => {
                if factors.len() != len {
                    return Err(weight.table_of_another_shape(&[factors.len()], Some(axis)));
                }
                for &factor in factors.iter() {
                    non_negative("variance factor of a place", factor)?;
                }
            }
        }
        let of_axis = OfAxis {
            axis,
            inner: inner.max(1),
            len: len.max(1) as u64,
            factors,
        };
        Ok(Factors {
            shape: weight.dims(),
            axes: vec![of_axis],
        })
    }

    /// These and others of the same weight.
    pub(crate) fn times(mut self, other: &Factors) -> Self {
        self.axes.extend(other.axes.iter().cloned());
        self
    }

    pub(crate) fn shape(&self) -> &Dims {
        &self.shape
    }

    /// Consecutive elements that have the same factor, from each multiple of it on.
    pub(crate) fn stretch(&self) -> u64 {
        self.axes.iter().map(|axis| axis.inner).min().unwrap_or(1)
    }

    /// The factor of an element.
    pub(crate) fn at(&self, index: u64) -> f64 {
        let of_axis = |axis: &OfAxis| {
            let place = (index / axis.inner % axis.len) as usize;
            match &axis.factors {
                Along::Zeros(at) => f64::from(at.binary_search(&place).is_err()),
                Along::Each(factors) => factors.get(place).copied().unwrap_or(0.0), // There is one.
            }
        };
        self.axes.iter().map(of_axis).product()
    }

    /// The axes, each with the places of which the factor is not 0.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (usize, Vec<usize>)> {
        self.axes.iter().map(|axis| {
            let places = 0..axis.len as usize;
            let is_filled = |place: &usize| match &axis.factors {
                Along::Zeros(at) => at.binary_search(place).is_err(),
                Along::Each(factors) => factors.get(*place).is_some_and(|factor| *factor > 0.0),
            };
            (axis.axis, places.filter(is_filled).collect())
        })
    }

    /// Whether some place of an axis is 0.
    pub(crate) fn has_zeros(&self) -> bool {
        self.axes.iter().any(|axis| match &axis.factors {
            Along::Zeros(at) => !at.is_empty(),
            Along::Each(factors) => factors.contains(&0.0),
        })
    }

    /// The least and the largest factor that is not 0; `None` if all are 0.
    pub(crate) fn extremes(&self) -> Option<(f64, f64)> {
        let mut extremes = (1.0, 1.0);
        for axis in &self.axes {
            let of_axis = match &axis.factors {
                Along::Zeros(at) => (at.len() as u64 != axis.len).then_some((1.0, 1.0)),
                Along::Each(factors) => {
                    let filled = factors.iter().copied().filter(|factor| *factor > 0.0);
                    let most = filled.clone().fold(0.0, f64::max);
                    (most > 0.0).then(|| (filled.fold(most, f64::min), most))
                }
            }?;
            extremes = (extremes.0 * of_axis.0, extremes.1 * of_axis.1);
        }
        Some(extremes)
    }

    /// Of an element chosen at random.
    pub(crate) fn means(&self) -> Means {
        let mut means = Means {
            root: 1.0,
            factor: 1.0,
            square: 1.0,
        };
        for axis in &self.axes {
            let n = axis.len as f64;
            let of_axis = match &axis.factors {
                Along::Zeros(at) => [1.0 - at.len() as f64 / n; 3],
                Along::Each(factors) => {
                    let mean = |power: fn(f64) -> f64| {
                        factors.iter().map(|factor| power(*factor)).sum::<f64>() / n
                    };
                    [mean(f64::sqrt), mean(|x| x), mean(|x| x * x)]
                }
            };
            means.root *= of_axis[0];
            means.factor *= of_axis[1];
            means.square *= of_axis[2];
        }
        means
    }

    /// In words: `zeros at 1 of 8 places of axis 0`.
    pub(crate) fn words(&self) -> String {
        let of_axis = |axis: &OfAxis| match &axis.factors {
            Along::Zeros(at) => {
                format!(
                    "zeros at {} of {} places of axis {}",
                    at.len(),
                    axis.len,
                    axis.axis
                )
            }
            Along::Each(_) => format!("factors along axis {}", axis.axis),
        };
        let words: Vec<String> = self.axes.iter().map(of_axis).collect();
        words.join(", ")
    }
}
