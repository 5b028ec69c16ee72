//! One factor for all weights of a stack.

use std::fmt;

use crate::{
    Layer, Prediction, SignalError, Stability,
    error::{finite, non_negative, positive},
    predict,
    report::short,
    roots::between,
    theory::{slope_square, square},
};

/// What one factor of all weights should achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Goal {
    /// The pre-activations of the last layer have this variance.
    Signal(f64),
    /// The second moment of the gradient is the same by the outputs of the first layer and of the
    /// last.
    Gradient,
    /// A compromise, with this variance as the goal for the pre-activations of the last layer. It minimises
    /// the square of the logarithm of the variance over its goal, plus the square of the logarithm of the
    /// gradient.
    Compromise(f64),
}

/// The factor that comes nearest to a [`Goal`], and how near that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuned {
    goal: Goal,
    factor: f64,
    log_variance: f64,
    log_gradient: f64,
    last: Prediction,
    layers: usize,
}

impl Tuned {
    /// What was optimised.
    #[must_use]
    pub const fn goal(&self) -> Goal {
        self.goal
    }

    /// The factor of the variance of every weight: the argument of
    /// [`Initializer::scaled`](fanin::Initializer::scaled).
    #[must_use]
    pub const fn variance_factor(&self) -> f64 {
        self.factor
    }

    /// The natural logarithm of the variance of the last layer's pre-activations.
    #[must_use]
    pub const fn log_variance(&self) -> f64 {
        self.log_variance
    }

    /// The natural logarithm of the second moment of the gradient by the first layer's outputs over
    /// that by the last layer's.
    #[must_use]
    pub const fn log_gradient(&self) -> f64 {
        self.log_gradient
    }

    /// By how many per cent the variance of the last layer's pre-activations grows for an input whose second
    /// moment is 1 % larger than the one that was tuned for: see [`Prediction::sensitivity`].
    #[must_use]
    pub const fn sensitivity(&self) -> f64 {
        self.last.sensitivity()
    }

    /// How the logarithm of that variance strays over networks of a width: see [`Prediction::log_spread`].
    #[must_use]
    pub fn log_spread(&self, width: usize) -> f64 {
        self.last.log_spread(width)
    }

    /// Whether an input of another size, and what chance does to a layer, is forgotten with depth
    /// (`Stable`), kept (`Marginal`, as for ReLU), or grows from layer to layer (`Unstable`). An unstable
    /// factor holds only for inputs of exactly that second moment, and for very wide networks: normalise, or
    /// use another activation.
    #[must_use]
    pub fn stability(&self) -> Stability {
        // Per layer on average, within a thousandth.
        let steps = self.layers as f64;
        let slope = libm::log(self.sensitivity().abs()) / steps;
        if slope > 1e-3 {
            Stability::Unstable
        } else if slope < -1e-3 {
            Stability::Stable
        } else {
            Stability::Marginal
        }
    }
}

/// The factor, what it achieves, and a warning if it holds only for one size of input.
impl fmt::Display for Tuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "scaled({}): variance {} in the last layer, gradient times {} on its way back",
            short(self.factor),
            short(libm::exp(self.log_variance)),
            short(libm::exp(self.log_gradient)),
        )?;
        match self.stability() {
            Stability::Stable => f.write_str("; stable: inputs of another size settle there, too"),
            Stability::Marginal => {
                f.write_str("; marginal: inputs of another size keep their distance")
            }
            Stability::Unstable => write!(
                f,
                "; UNSTABLE: an input whose second moment is 1 % larger makes it {} % larger",
                short(self.sensitivity())
            ),
        }
    }
}

/// Searches for the one factor of the variance of all weights of a stack (biases stay) that comes
/// nearest to a goal, from 1e-4 to 1e4.
///
/// If several factors meet it, the one nearest to 1 is taken. If none does, as where a bounded
/// nonlinearity cannot reach the variance, the result is the nearest one, and states by how much it
/// fails. It takes at most some 270 predictions of the stack.
///
/// ```
/// use fanin::{Activation, LeCunNormal};
/// use fanin_signal::{Goal, Layer, SignalError, tune};
///
/// let stack = vec![Layer::of(&LeCunNormal, (256, 256), Activation::Tanh)?; 20];
/// let signal = tune(&stack, 1.0, Goal::Signal(1.0))?;
/// // The square of tanh's gain.
/// let gain = Activation::Tanh.forward_gain(1.0)?;
/// assert!((signal.variance_factor() / (gain * gain) - 1.0).abs() < 1e-6);
/// // It costs the gradient, which grows by a factor of 17 on its way back.
/// assert!((signal.log_gradient() - 2.861_688).abs() < 1e-5);
///
/// let gradient = tune(&stack, 1.0, Goal::Gradient)?;
/// assert!(gradient.log_gradient().abs() < 1e-9);
/// assert!(gradient.variance_factor() < signal.variance_factor());
/// # Ok::<(), SignalError>(())
/// ```
///
/// One layer keeps a variance of 1 under [`from_activation`](fanin::VarianceScaling::from_activation);
/// many layers may not. For GELU that variance is a fixed point from which the signal departs:
///
/// ```
/// use fanin::{Activation, Family, Fan, VarianceScaling};
/// use fanin_signal::{Goal, Layer, SignalError, Stability, predict, tune};
///
/// let gelu = VarianceScaling::from_activation(Activation::Gelu, Fan::In, Family::Normal)?;
/// let stack = vec![Layer::of(&gelu, (256, 256), Activation::Gelu)?; 50];
/// assert!(predict(&stack, 1.0)?[49].preactivation_second_moment() > 4000.0);
/// let tuned = tune(&stack, 1.0, Goal::Signal(1.0))?;
/// assert!((tuned.variance_factor() - 0.9155).abs() < 1e-4);
/// // And so is this one: it holds only for inputs of second moment 1.
/// assert_eq!(tuned.stability(), Stability::Unstable);
/// assert!((tuned.sensitivity() - 86.2).abs() < 0.1);
/// assert!(tuned.to_string().contains("UNSTABLE"));
/// # Ok::<(), SignalError>(())
/// ```
///
/// # Errors
///
/// [`SignalError::InvalidParameter`] if `second_moment`, that of the input's entries, is negative, NaN
/// or infinite, the goal's variance is not positive and finite, the stack has fewer than 2 layers, or
/// no factor leaves a signal and a gradient that are finite and not 0; and as [`Nonlinearity::second_moment`](fanin::Nonlinearity::second_moment).
pub fn tune(stack: &[Layer], second_moment: f64, goal: Goal) -> Result<Tuned, SignalError> {
    let second_moment = non_negative("second moment of the input", second_moment)?;
    if let Goal::Signal(variance) | Goal::Compromise(variance) = goal {
        positive("variance of the goal", variance)?;
    }
    if stack.len() < 2 {
        return Err(SignalError::InvalidParameter {
            name: "number of layers",
            value: stack.len() as f64,
            rule: "at least 2",
        });
    }
    let logarithms = |log_factor: f64| logarithms(stack, second_moment, libm::exp(log_factor));
    let miss = |log_factor: f64| {
        let (variance, gradient) = logarithms(log_factor)?;
        let miss = match goal {
            Goal::Signal(target) => variance - libm::log(target),
            Goal::Gradient => gradient,
            Goal::Compromise(target) => {
                let variance = variance - libm::log(target);
                variance * variance + gradient * gradient
            }
        };
        // A gradient that vanishes in one layer and is infinite in another is as far as can be.
        Ok::<_, SignalError>(if miss.is_nan() { f64::INFINITY } else { miss })
    };

    // From 1 outwards, so that the first of several is the nearest.
    let at_1 = miss(0.0)?;
    let mut best = (0.0, at_1);
    let mut crossing = None;
    let (mut left, mut right) = ((0.0, at_1), (0.0, at_1));
    for step in 1..=STEPS {
        for (side, end) in [(-1.0, &mut left), (1.0, &mut right)] {
            let x = side * STEP * f64::from(step);
            let y = miss(x)?;
            if (y < 0.0) != (end.1 < 0.0) && crossing.is_none() {
                crossing = Some((*end, (x, y)));
            }
            if y.abs() < best.1.abs() {
                best = (x, y);
            }
            *end = (x, y);
        }
        if crossing.is_some() && !matches!(goal, Goal::Compromise(_)) {
            break;
        }
    }
    let log_factor = match (goal, crossing) {
        // The goal is met at 1, or as far from everywhere.
        _ if at_1 == 0.0 || !best.1.is_finite() => 0.0,
        (Goal::Signal(_) | Goal::Gradient, Some((a, b))) => {
            // In the factor itself: its logarithm may be 0, of which no part is small.
            let ends = [a, b].map(|(x, y)| (libm::exp(x), y));
            libm::log(between(|s| miss(libm::log(s)), ends[0], ends[1])?)
        }
        _ => least(|x| Ok(miss(x)?.abs()), best.0 - STEP, best.0 + STEP)?,
    };
    let (log_variance, log_gradient) = logarithms(log_factor)?;
    let factor = libm::exp(log_factor);
    let scaled = stack.iter().map(|layer| layer.scaled(factor));
    let scaled = scaled.collect::<Result<Vec<_>, _>>()?;
    // There are two layers or more.
    let last = predict(&scaled, second_moment)?.pop();
    let last = last.ok_or(SignalError::InvalidParameter {
        name: "number of layers",
        value: 0.0,
        rule: "at least 2",
    })?;
    Ok(Tuned {
        last,
        layers: stack.len(),
        goal,
        factor,
        log_variance: finite("logarithm of the last variance", log_variance)?,
        log_gradient: finite("logarithm of the gradient", log_gradient)?,
    })
}

/// Eight steps of the factor's logarithm are a decade; there are four on either side of 1.
const STEP: f64 = std::f64::consts::LN_10 / 8.0;
const STEPS: u32 = 32;

/// The logarithms of the last layer's variance and of the gradient's way from the outputs of the last
/// layer to those of the first; infinite where the numbers leave the range of `f64`.
fn logarithms(stack: &[Layer], second_moment: f64, factor: f64) -> Result<(f64, f64), SignalError> {
    let mut signal = second_moment;
    let (mut log_variance, mut log_gradient) = (f64::NEG_INFINITY, 0.0);
    for (index, layer) in stack.iter().enumerate() {
        let f = layer.nonlinearity();
        let weight_variance = layer.weight_variance() * factor;
        let mut q = weight_variance * signal + layer.variance_of_bias();
        if q > 1e100 {
            return Ok((f64::INFINITY, f64::INFINITY));
        }
        if q < 1e-200 {
            q = 0.0;
        }
        log_variance = libm::log(q);
        if index > 0 {
            log_gradient +=
                libm::log(weight_variance * layer.ratio_of_fans() * slope_square(f, q)?);
        }
        signal = square(f, q)?;
    }
    Ok((log_variance, log_gradient))
}

/// Where a function with one minimum between two points has it, by golden section.
fn least(
    f: impl Fn(f64) -> Result<f64, SignalError>,
    mut from: f64,
    mut to: f64,
) -> Result<f64, SignalError> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut a, mut b) = (to - GOLDEN * (to - from), from + GOLDEN * (to - from));
    let (mut at_a, mut at_b) = (f(a)?, f(b)?);
    // The minimum of a smooth function is flat: half of the digits are all that there is.
    while to - from > 1e-8 {
        if at_a <= at_b {
            (to, b, at_b) = (b, a, at_a);
            a = to - GOLDEN * (to - from);
            at_a = f(a)?;
        } else {
            (from, a, at_a) = (a, b, at_b);
            b = from + GOLDEN * (to - from);
            at_b = f(b)?;
        }
    }
    Ok(0.5 * (from + to))
}
