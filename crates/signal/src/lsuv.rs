//! Layer-sequential unit variance: weights are scaled by the outputs of a batch.

use std::fmt;

use fanin::{Element, Initializer, Key, Scheme};
use ndarray::{Array, ArrayRef, ArrayView, ArrayViewMut, Dimension};
use num_traits::NumCast;

use crate::{SignalError, room::copy};

/// Less than this share of the way to 1 is no response to a rescaling.
const RESPONSE: f64 = 1e-3;

/// Layer-sequential unit variance: scales each layer's weight until the variance of its output on a
/// batch is 1.
///
/// With v the variance of the output, over all examples and units and about their mean,
///
/// ```text
/// while |v - 1| > tolerance:  W <- W / sqrt(v)
/// ```
///
/// Only the weight is scaled: no bias, and no mean. The values are the original ones times the
/// product of all factors, rounded once. A layer without a bias and an activation needs one
/// rescaling; an output that is not proportional to the weight needs several.
///
/// - `tolerance`, above 0 and below 1: how far v may be from 1. 0.1 unless given.
/// - `rescalings`, at least 1: how many are made before it is an error. 10 unless given.
///
/// Process the layers in order; each sees the output of the previous ones:
///
/// ```
/// use fanin::{HeNormal, Initializer, Key, Normal, Zeros};
/// use fanin_signal::Lsuv;
/// use ndarray::{Array1, Array2};
///
/// let key = Key::from_seed(1);
/// let mut signal: Array2<f32> = Normal::new(0.0, 1.0)?.init_keyed(key.child("batch"), (64, 30))?;
/// for layer in 0..20 {
///     let key = key.child_index(layer);
///     let mut weight = Array2::zeros((30, 30));
///     let bias: Array1<f32> = Zeros.init_keyed(key.clone(), 30)?;
///     // The closure receives the weight, which changes, and returns the output to measure.
///     let fit = Lsuv::new().fill_keyed(&HeNormal, key.clone(), &mut weight, |weight| {
///         signal.dot(&weight.t()) + &bias
///     })?;
///     assert!((fit.variance() - 1.0).abs() <= 0.1 && fit.rescalings() <= 1);
///     signal = (signal.dot(&weight.t()) + &bias).mapv(|z| z.max(0.0));
/// }
/// # Ok::<(), fanin_signal::SignalError>(())
/// ```
///
/// D. Mishkin and J. Matas, "All you need is a good init", ICLR 2016, algorithm 1, which starts from
/// orthonormal weights. The start is any [`Scheme`] here. (The authors' code compares standard
/// deviations, with a tolerance of 0.1 and 10 attempts, and continues silently when these are used
/// up.)
#[derive(Clone, Copy, PartialEq)]
pub struct Lsuv {
    tolerance: f64,
    rescalings: u32,
}

/// What [`Lsuv`] did to a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LsuvFit {
    variance: f64,
    gain: f64,
    rescalings: u32,
}

/// The reason why no factor of a weight makes the variance of its layer's output 1: see
/// [`SignalError::NotScalable`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Unscalable {
    /// The output is the same everywhere, or empty: its variance is 0.
    Constant,
    /// An output, the variance of all, or a weight that was scaled is not finite.
    NotFinite,
    /// A rescaling has brought the variance less than a thousandth of the way to 1.
    Unresponsive,
    /// All rescalings have been made.
    Cap,
}

impl Lsuv {
    /// With a tolerance of 0.1 and 10 rescalings.
    #[must_use]
    pub const fn new() -> Self {
        Lsuv {
            tolerance: 0.1,
            rescalings: 10,
        }
    }

    /// With another tolerance, above 0 and below 1.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] if it is 0, negative, 1 or more, or NaN.
    pub fn tolerance(self, tolerance: f64) -> Result<Self, SignalError> {
        if tolerance > 0.0 && tolerance < 1.0 {
            Ok(Lsuv { tolerance, ..self })
        } else {
            Err(SignalError::InvalidParameter {
                name: "tolerance",
                value: tolerance,
                rule: "above 0 and below 1",
            })
        }
    }

    /// With another number of rescalings, at least 1.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] if it is 0.
    pub fn rescalings(self, rescalings: u32) -> Result<Self, SignalError> {
        if rescalings > 0 {
            Ok(Lsuv { rescalings, ..self })
        } else {
            Err(SignalError::InvalidParameter {
                name: "rescalings",
                value: 0.0,
                rule: "at least 1",
            })
        }
    }

    /// Scales an existing weight. `output` computes the layer's output on the batch, of any shape,
    /// from its argument; it is called once more than the weight is rescaled.
    ///
    /// # Errors
    ///
    /// [`SignalError::NotScalable`] for a layer whose output is constant (a weight of zeros), not
    /// finite, does not respond (a normalisation follows, or the bias alone has a variance above 1),
    /// or is not done after all rescalings; [`InitError::TooLarge`](fanin::InitError::TooLarge) without
    /// room for a copy of the weight. The weight is then unchanged, even if `output` panics.
    pub fn rescale<F, D, E>(
        &self,
        weight: &mut ArrayRef<F, D>,
        output: impl FnMut(ArrayView<'_, F, D>) -> Array<F, E>,
    ) -> Result<LsuvFit, SignalError>
    where
        F: Element,
        D: Dimension,
        E: Dimension,
    {
        let copy = copy(weight.view())?;
        let mut kept = Kept {
            weight: weight.view_mut(),
            before: copy,
            is_done: false,
        };
        let fit = self.fit(&mut kept, output, |kept| {
            kept.weight.assign(&kept.before);
            Ok(())
        })?;
        kept.is_done = true;
        Ok(fit)
    }

    /// Fills a weight, whose shape is read as `[fan_out, fan_in, kernel...]`, by a scheme, and
    /// scales it as [`rescale`](Lsuv::rescale) does.
    ///
    /// # Errors
    ///
    /// As [`Initializer::fill_keyed`] and as [`rescale`](Lsuv::rescale). The weight is then as it
    /// was before it was filled.
    pub fn fill_keyed<F, D, E>(
        &self,
        scheme: &dyn Scheme,
        key: Key,
        weight: &mut ArrayRef<F, D>,
        output: impl FnMut(ArrayView<'_, F, D>) -> Array<F, E>,
    ) -> Result<LsuvFit, SignalError>
    where
        F: Element,
        D: Dimension,
        E: Dimension,
    {
        let copy = copy(weight.view())?;
        let mut kept = Kept {
            weight: weight.view_mut(),
            before: copy,
            is_done: false,
        };
        // Drawn again before each rescaling, which takes less than a second copy.
        let draw = |kept: &mut Kept<'_, F, D>| scheme.fill_keyed(key.clone(), &mut kept.weight);
        draw(&mut kept)?;
        let fit = self.fit(&mut kept, output, |kept| Ok(draw(kept)?))?;
        kept.is_done = true;
        Ok(fit)
    }

    /// `start` restores the original values of the weight.
    fn fit<'a, F, D, E>(
        &self,
        kept: &mut Kept<'a, F, D>,
        mut output: impl FnMut(ArrayView<'_, F, D>) -> Array<F, E>,
        start: impl Fn(&mut Kept<'a, F, D>) -> Result<(), SignalError>,
    ) -> Result<LsuvFit, SignalError>
    where
        F: Element,
        D: Dimension,
        E: Dimension,
    {
        let mut gain = 1.0;
        let mut before = None;
        let mut rescalings = 0;
        loop {
            let variance = variance(&output(kept.weight.view()));
            let fails = |reason| {
                Err(SignalError::NotScalable {
                    variance,
                    rescalings,
                    reason,
                })
            };
            if !variance.is_finite() {
                return fails(Unscalable::NotFinite);
            }
            if variance == 0.0 {
                return fails(Unscalable::Constant);
            }
            if (variance - 1.0).abs() <= self.tolerance {
                return Ok(LsuvFit {
                    variance,
                    gain,
                    rescalings,
                });
            }
            if before.is_some_and(|before: f64| {
                (variance - before).abs() < RESPONSE * (before - 1.0).abs()
            }) {
                return fails(Unscalable::Unresponsive);
            }
            if rescalings == self.rescalings {
                return fails(Unscalable::Cap);
            }
            before = Some(variance);
            gain /= variance.sqrt();
            let mut is_finite = true;
            start(kept)?;
            kept.weight.map_inplace(|value| {
                let scaled = value.to_f64().unwrap_or(f64::NAN) * gain;
                *value = narrow(scaled);
                is_finite &= value.is_finite();
            });
            // A layer that saturates would hide it.
            if !is_finite {
                return fails(Unscalable::NotFinite);
            }
            rescalings += 1;
        }
    }
}

/// A weight that is given back as it was, also where the caller's closure panics, unless it is done.
struct Kept<'a, F: Element, D: Dimension> {
    weight: ArrayViewMut<'a, F, D>,
    before: Array<F, D>,
    is_done: bool,
}

impl<F: Element, D: Dimension> Drop for Kept<'_, F, D> {
    fn drop(&mut self) {
        if !self.is_done {
            self.weight.assign(&self.before);
        }
    }
}

impl Default for Lsuv {
    fn default() -> Self {
        Lsuv::new()
    }
}

impl fmt::Debug for Lsuv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Lsuv::new().tolerance({:?}).rescalings({:?})",
            self.tolerance, self.rescalings
        )
    }
}

impl LsuvFit {
    /// The variance of the output at last.
    #[must_use]
    pub const fn variance(&self) -> f64 {
        self.variance
    }

    /// The factor by which every value of the weight was multiplied.
    #[must_use]
    pub const fn gain(&self) -> f64 {
        self.gain
    }

    /// How often the weight was rescaled.
    #[must_use]
    pub const fn rescalings(&self) -> u32 {
        self.rescalings
    }
}

impl fmt::Display for Unscalable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unscalable::Constant => {
                "an output that is the same everywhere stays so; start from weights that are not 0"
            }
            Unscalable::NotFinite => "check the batch, the weight and the layers before",
            Unscalable::Unresponsive => {
                "it does not respond to the weight; measure before an activation that is bounded (the \
                 variance of a sine or tanh ends below 1) and before a normalisation, and start with a \
                 bias of 0"
            }
            Unscalable::Cap => "allow more rescalings or a larger tolerance",
        })
    }
}

/// Rounded once to `f32` or `f64`; to a narrower type by way of `f32`, as fanin narrows what it draws
/// (and since `half` rounds some `f64` wrongly to `f16`).
fn narrow<F: Element>(value: f64) -> F {
    let narrowed = if size_of::<F>() < size_of::<f32>() {
        <F as NumCast>::from(value as f32)
    } else {
        <F as NumCast>::from(value)
    };
    narrowed.unwrap_or_else(F::nan)
}

/// About the mean, over all values; NaN if one is not finite.
fn variance<F: Element, E: Dimension>(output: &Array<F, E>) -> f64 {
    // Differences from one of the values: those of a constant output are exactly 0.
    let wide = |value: &F| value.to_f64().unwrap_or(f64::NAN);
    let Some(origin) = output.iter().next().map(wide) else {
        return 0.0;
    };
    let count = output.len() as f64;
    let differences = || output.iter().map(|value| wide(value) - origin);
    let mean = differences().sum::<f64>() / count;
    let squares = differences().map(|difference| (difference - mean) * (difference - mean));
    squares.sum::<f64>() / count
}
