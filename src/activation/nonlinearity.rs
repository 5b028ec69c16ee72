//! Nonlinearities: functions between two layers.

use std::{
    fmt::{self, Debug},
    sync::Arc,
};

use crate::error::{InitError, finite, positive};
use crate::num::expectation::{Estimate, Gaussian};

/// A function `f` that a layer applies to each of its pre-activations.
///
/// [`Activation`](crate::Activation) has those with names. [`Custom`] wraps a closure. Implement
/// the trait for a function with parameters.
///
/// The trait is object-safe, and implemented for `&N`, `Box<N>` and `Arc<N>`.
///
/// ```
/// use fanin::{Gain, InitError, Nonlinearity};
///
/// /// max(x, 0) - max(-x - 1, 0): flat between -1 and 0.
/// #[derive(Debug)]
/// struct Shrink;
///
/// impl Nonlinearity for Shrink {
///     fn value(&self, x: f64) -> f64 {
///         x.max(0.0) - (-x - 1.0).max(0.0)
///     }
///     fn derivative(&self, x: f64) -> f64 {
///         f64::from(!(-1.0..=0.0).contains(&x))
///     }
///     fn kinks(&self) -> &[f64] {
///         &[-1.0, 0.0]
///     }
/// }
///
/// // E f'^2 is the probability to be outside: 0.6587.
/// let gain = Gain::backward(&Shrink, 1.0)?;
/// assert!((gain.value() - 1.0 / 0.658_655_253_931_457_1_f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), InitError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a nonlinearity",
    label = "not a nonlinearity",
    note = "those with names are in `Activation`; a closure becomes one by `Custom::new(\"name\", |x| ...)`"
)]
pub trait Nonlinearity: Debug + Send + Sync {
    /// `f(x)`.
    fn value(&self, x: f64) -> f64;

    /// `f'(x)`. At a kink it may be that of either side.
    fn derivative(&self, x: f64) -> f64;

    /// Where `f` or its derivative jumps, in any order: quadrature divides there. A missing place
    /// costs time; many cost digits.
    fn kinks(&self) -> &[f64] {
        &[]
    }

    /// Its name in tables and reports: by default what `Debug` prints.
    fn name(&self) -> String {
        format!("{self:?}")
    }

    /// Checks the parameters of the nonlinearity itself. Code that computes values with it, such as
    /// a layer, calls this first; the moments call it on their own.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] with the parameter.
    fn validate(&self) -> Result<(), InitError> {
        Ok(())
    }

    /// Whether `value` and `derivative` have the same bits on every machine, so that a gain and the
    /// weights of its law have them, too: see [`Law::is_bit_stable`](crate::Law::is_bit_stable). A
    /// function that calls `f64::exp` and the like cannot promise it, since their last bits differ
    /// between platforms.
    fn is_bit_stable(&self) -> bool {
        false
    }

    /// `f'(x)` with an estimate of its error, which is 0 unless the derivative is approximated.
    fn derivative_estimate(&self, x: f64) -> Estimate {
        Estimate::exact(self.derivative(x))
    }

    /// `E f(z sqrt(q))` for `z ~ N(0, 1)` and a pre-activation variance `q`.
    ///
    /// # Errors
    ///
    /// As [`second_moment`](Nonlinearity::second_moment), but its value may be 0.
    fn mean(&self, q: f64) -> Result<Estimate, InitError> {
        quadrature_of_mean(self, q)
    }

    /// `E f(z sqrt(q))^2` for `z ~ N(0, 1)` and a pre-activation variance `q`: by quadrature,
    /// unless it is known in closed form.
    ///
    /// # Errors
    ///
    /// - [`InitError::InvalidParameter`] unless `q` is positive and finite.
    /// - [`InitError::NotConverged`] if the estimate of the error is not below 1e-6 of the value,
    ///   or one of them is not finite.
    fn second_moment(&self, q: f64) -> Result<Estimate, InitError> {
        quadrature_of_square(self, q)
    }

    /// `E f'(z sqrt(q))^2` for `z ~ N(0, 1)` and a pre-activation variance `q`.
    ///
    /// # Errors
    ///
    /// As [`second_moment`](Nonlinearity::second_moment).
    fn derivative_second_moment(&self, q: f64) -> Result<Estimate, InitError> {
        quadrature_of_derivative_square(self, q)
    }
}

/// [`Nonlinearity::mean`] by quadrature.
pub(crate) fn quadrature_of_mean<N: Nonlinearity + ?Sized>(
    f: &N,
    q: f64,
) -> Result<Estimate, InitError> {
    let law = Gaussian::centred(valid_variance(q)?)?;
    let mean = law.expect(f.kinks(), |u| Estimate::exact(f.value(u)));
    let size = law.expect(f.kinks(), |u| Estimate::exact(f.value(u).abs()));
    converged("E f(z sqrt(q))", q, mean, size.value())
}

/// [`Nonlinearity::second_moment`] by quadrature, whatever closed form there is.
pub(crate) fn quadrature_of_square<N: Nonlinearity + ?Sized>(
    f: &N,
    q: f64,
) -> Result<Estimate, InitError> {
    let law = Gaussian::centred(valid_variance(q)?)?;
    let moment = law.expect(f.kinks(), |u| Estimate::exact(f.value(u)).squared());
    converged("E f(z sqrt(q))^2", q, moment, moment.value())
}

/// [`Nonlinearity::derivative_second_moment`] by quadrature, whatever closed form there is.
pub(crate) fn quadrature_of_derivative_square<N: Nonlinearity + ?Sized>(
    f: &N,
    q: f64,
) -> Result<Estimate, InitError> {
    let law = Gaussian::centred(valid_variance(q)?)?;
    let moment = law.expect(f.kinks(), |u| f.derivative_estimate(u).squared());
    converged("E f'(z sqrt(q))^2", q, moment, moment.value())
}

/// `q` if a Gaussian can have this variance.
pub(crate) fn valid_variance(q: f64) -> Result<f64, InitError> {
    positive("pre-activation variance", q)
}

/// The estimate, if its error is small beside `size`.
pub(crate) fn converged(
    quantity: &'static str,
    q: f64,
    estimate: Estimate,
    size: f64,
) -> Result<Estimate, InitError> {
    if estimate.value().is_finite() && estimate.error() <= 1e-6 * size {
        Ok(estimate)
    } else {
        Err(InitError::NotConverged {
            quantity,
            variance: q,
            value: estimate.value(),
            error: estimate.error(),
        })
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<N: Nonlinearity + ?Sized> Nonlinearity for $pointer {
            fn value(&self, x: f64) -> f64 {
                (**self).value(x)
            }

            fn derivative(&self, x: f64) -> f64 {
                (**self).derivative(x)
            }

            fn kinks(&self) -> &[f64] {
                (**self).kinks()
            }

            fn name(&self) -> String {
                (**self).name()
            }

            fn validate(&self) -> Result<(), InitError> {
                (**self).validate()
            }

            fn is_bit_stable(&self) -> bool {
                (**self).is_bit_stable()
            }

            fn derivative_estimate(&self, x: f64) -> Estimate {
                (**self).derivative_estimate(x)
            }

            fn mean(&self, q: f64) -> Result<Estimate, InitError> {
                (**self).mean(q)
            }

            fn second_moment(&self, q: f64) -> Result<Estimate, InitError> {
                (**self).second_moment(q)
            }

            fn derivative_second_moment(&self, q: f64) -> Result<Estimate, InitError> {
                (**self).derivative_second_moment(q)
            }
        }
    )*};
}

forward!(&N, Box<N>, Arc<N>);

type Function = Arc<dyn Fn(f64) -> f64 + Send + Sync>;

/// A closure as a [`Nonlinearity`].
///
/// Without [`slope`](Custom::slope) the derivative is approximated by
/// differences; its error, about 1e-10 of the function's size, is included in the estimates.
///
/// ```
/// use fanin::{Custom, Gain, InitError};
///
/// let shifted = Custom::new("shifted ReLU", |x| x.max(-0.5)).kinks_at(&[-0.5])?;
/// let gain = Gain::forward(&shifted, 1.0)?;
/// assert!((gain.value() - 1.299_069_245_98).abs() < 1e-9);
/// assert!(gain.error() < 1e-11);
/// # Ok::<(), InitError>(())
/// ```
#[derive(Clone)]
pub struct Custom {
    name: String,
    value: Function,
    derivative: Option<Function>,
    kinks: Vec<f64>,
}

impl Custom {
    /// The function `value`, with a name for error texts and logs.
    pub fn new(
        name: impl Into<String>,
        value: impl Fn(f64) -> f64 + Send + Sync + 'static,
    ) -> Self {
        Custom {
            name: name.into(),
            value: Arc::new(value),
            derivative: None,
            kinks: Vec::new(),
        }
    }

    /// The same with its derivative stated, rather than approximated.
    #[must_use]
    pub fn slope(mut self, derivative: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Self {
        self.derivative = Some(Arc::new(derivative));
        self
    }

    /// The same with the places where the function or its derivative jumps.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if one of them is NaN or infinite.
    pub fn kinks_at(mut self, kinks: &[f64]) -> Result<Self, InitError> {
        for &kink in kinks {
            finite("kink", kink)?;
        }
        self.kinks = kinks.to_vec();
        Ok(self)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By Ridders' method: central differences of steps that shrink by a factor of 1.4,
    /// extrapolated to a step of 0, of which the one is taken that differs least from its
    /// neighbours in the tableau.
    fn difference(&self, x: f64) -> Estimate {
        const SHRINK: f64 = 1.4;
        const STEPS: usize = 12;

        // No step reaches over a kink, where the function is another.
        let room = |step: f64, kink: &f64| {
            let distance = (x - kink).abs();
            if distance > 0.0 {
                step.min(distance)
            } else {
                step
            }
        };
        let mut step = self.kinks.iter().fold(0.25 * x.abs().max(1.0), room);
        let mut row = [0.0; STEPS];
        let mut best = Estimate::new(0.0, f64::INFINITY);
        for order in 0..STEPS {
            let (right, left) = (x + step, x - step);
            let first = ((self.value)(right) - (self.value)(left)) / (right - left);
            // Each entry from its left neighbour and the one above that.
            let (mut above, mut factor) = (row[0], SHRINK * SHRINK);
            row[0] = first;
            if order == 0 {
                best = Estimate::new(first, f64::INFINITY);
            }
            for column in 1..=order {
                let entry = (row[column - 1] * factor - above) / (factor - 1.0);
                let error = (entry - row[column - 1]).abs().max((entry - above).abs());
                above = row[column];
                row[column] = entry;
                factor *= SHRINK * SHRINK;
                if error <= best.error() {
                    best = Estimate::new(entry, error);
                }
            }
            step /= SHRINK;
        }
        best
    }
}

impl Nonlinearity for Custom {
    fn value(&self, x: f64) -> f64 {
        (self.value)(x)
    }

    fn derivative(&self, x: f64) -> f64 {
        self.derivative_estimate(x).value()
    }

    fn kinks(&self) -> &[f64] {
        &self.kinks
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn derivative_estimate(&self, x: f64) -> Estimate {
        match &self.derivative {
            Some(derivative) => Estimate::exact(derivative(x)),
            None => self.difference(x),
        }
    }
}

impl Debug for Custom {
    /// The call that makes it, but for the closures, which have no text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom::new({:?}, ..)", self.name)?;
        if self.derivative.is_some() {
            write!(f, ".slope(..)")?;
        }
        if !self.kinks.is_empty() {
            write!(f, ".kinks_at(&{:?})", self.kinks)?;
        }
        Ok(())
    }
}
