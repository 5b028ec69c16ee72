//! The activations that have names.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI};

use crate::activation::nonlinearity::{
    converged, quadrature_of_derivative_square, quadrature_of_mean, quadrature_of_square,
    valid_variance,
};
use crate::activation::{Gain, Nonlinearity};
use crate::error::{InitError, finite, positive};
use crate::num::expectation::Estimate;

/// An activation `f`, under the name that frameworks give it.
///
/// Values and derivatives are of double precision and finite wherever the limit is: no exponential
/// overflows on the way. At a kink the derivative is that of the left side; at the upper end of a
/// clipped range, that of the right.
///
/// ```
/// use fanin::{Activation, Family, Fan, InitError, Scheme, VarianceScaling, Weight};
///
/// let gain = Activation::Gelu.forward_gain(1.0)?;
/// assert!((gain - 1.533_530_441_2).abs() < 1e-10);
///
/// // Variance gain^2 / fan_in.
/// let scheme = VarianceScaling::from_activation(Activation::Gelu, Fan::In, Family::Normal)?;
/// let law = scheme.law(&Weight::new((256, 784))?)?;
/// assert!((law.variance().unwrap() - gain * gain / 784.0).abs() < 1e-16);
/// # Ok::<(), InitError>(())
/// ```
///
/// The gains, forward and backward, at a pre-activation variance of 1. The last column is the table
/// of PyTorch's `calculate_gain`, which other frameworks copy:
///
/// | activation | forward | backward | `calculate_gain` |
/// |---|---|---|---|
/// | `Linear` | 1 | 1 | 1 |
/// | `Sigmoid` | 1.846229 | 4.722646 | 1 |
/// | `Tanh` | 1.592537 | 1.467414 | 5/3 |
/// | `Relu` | 1.414214 | 1.414214 | 1.414214 |
/// | `LeakyRelu(0.01)` | 1.414143 | 1.414143 | 1.414143 |
/// | `Selu` | 1 | 0.966026 | 3/4 |
/// | `Gelu` | 1.533530 | 1.481114 | none |
/// | `Silu` | 1.676532 | 1.623320 | none |
/// | `Mish` | 1.486848 | 1.444755 | none |
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// `x`.
    Linear,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// `tanh(x)`.
    Tanh,
    /// `max(x, 0)`.
    Relu,
    /// `x` above 0, `a x` below. The slope `a` is finite; PyTorch's default is 0.01.
    LeakyRelu(f64),
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `x` above 0, `a (exp(x) - 1)` below. The scale `a` is finite, and 1 in the paper: Clevert et
    /// al. 2016.
    Elu(f64),
    /// `1.0507 x` above 0, `1.7581 (exp(x) - 1)` below: mean 0 and variance 1 are a fixed point.
    /// Klambauer et al. 2017, eq. 2.
    Selu,
    /// `x` above 0, `a (exp(x / a) - 1)` below. The scale `a` is positive and finite. Barron 2017.
    Celu(f64),
    /// `x Phi(x)`, where `Phi` is the normal distribution function. Hendrycks and Gimpel 2016.
    Gelu,
    /// `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`, which approximates [`Gelu`](Self::Gelu)
    /// and is used in GPT-2.
    GeluTanh,
    /// `x / (1 + exp(-1.702 x))`, which approximates [`Gelu`](Self::Gelu) and is used in CLIP.
    QuickGelu,
    /// `x / (1 + exp(-x))`, also called Swish.
    Silu,
    /// `x tanh(ln(1 + exp(x)))`. Misra 2019.
    Mish,
    /// `ln(1 + exp(x))`.
    Softplus,
    /// `x / (1 + |x|)`.
    Softsign,
    /// `x min(max(x + 3, 0), 6) / 6`. Howard et al. 2019.
    Hardswish,
    /// `min(max(x, -1), 1)`.
    Hardtanh,
    /// `erf(x)`.
    Erf,
    /// `sin(x)`, which has no limit at infinity.
    Sin,
    /// `max(x, 0)^2`. So et al. 2021.
    SquaredRelu,
}

use Activation::{
    Celu, Elu, Erf, Gelu, GeluTanh, Hardswish, Hardtanh, LeakyRelu, Linear, Mish, QuickGelu, Relu,
    Relu6, Selu, Sigmoid, Silu, Sin, Softplus, Softsign, SquaredRelu, Tanh,
};

impl Activation {
    /// `1 / sqrt(E f(z sqrt(q))^2)` to 1e-10: see [`Gain::forward`].
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless `q` is positive and finite, or if the activation's
    /// own parameter is not what its variant says; [`InitError::NotConverged`] where squares
    /// overflow, from variances of 1e150 on.
    pub fn forward_gain(self, q: f64) -> Result<f64, InitError> {
        Gain::forward(&self, q).map(|gain| gain.value())
    }

    /// `1 / sqrt(E f'(z sqrt(q))^2)` to 1e-10: see [`Gain::backward`].
    ///
    /// # Errors
    ///
    /// As [`forward_gain`](Activation::forward_gain).
    pub fn backward_gain(self, q: f64) -> Result<f64, InitError> {
        Gain::backward(&self, q).map(|gain| gain.value())
    }
}

impl Nonlinearity for Activation {
    /// That a slope or scale is finite, and that of [`Celu`](Activation::Celu) positive.
    fn validate(&self) -> Result<(), InitError> {
        match *self {
            LeakyRelu(a) => finite("slope of LeakyRelu", a).map(drop),
            Elu(a) => finite("scale of Elu", a).map(drop),
            Celu(a) => positive("scale of Celu", a).map(drop),
            _ => Ok(()),
        }
    }

    /// Their functions are those of the `libm` crate, which is the same software everywhere.
    fn is_bit_stable(&self) -> bool {
        true
    }

    fn value(&self, x: f64) -> f64 {
        match *self {
            Linear => x,
            Sigmoid => sigmoid(x),
            Tanh => libm::tanh(x),
            Relu => relu(x),
            LeakyRelu(a) => leaky(x, a),
            Relu6 => x.clamp(0.0, 6.0),
            Elu(a) => elu(x, a),
            Selu => SELU_SCALE * elu(x, SELU_ALPHA),
            Celu(a) => a * elu(x / a, 1.0),
            Gelu => product(x, normal_cdf(x)),
            GeluTanh => product(x, sigmoid(2.0 * gelu_argument(x))),
            QuickGelu => product(x, sigmoid(1.702 * x)),
            Silu => product(x, sigmoid(x)),
            Mish => product(x, tanh_softplus(x)),
            Softplus => x.max(0.0) + libm::log1p(libm::exp(-x.abs())),
            Softsign if x.abs() > 1.0 => (1.0 / (1.0 / x.abs() + 1.0)).copysign(x),
            Softsign => x / (1.0 + x.abs()),
            Hardswish => product(x, ((x + 3.0) / 6.0).clamp(0.0, 1.0)),
            Hardtanh => x.clamp(-1.0, 1.0),
            Erf => libm::erf(x),
            Sin => libm::sin(x),
            SquaredRelu => relu(x) * relu(x),
        }
    }

    fn derivative(&self, x: f64) -> f64 {
        match *self {
            Linear => 1.0,
            Sigmoid => sigmoid_slope(x),
            // tanh(x) = 2 sigmoid(2x) - 1.
            Tanh => 4.0 * sigmoid_slope(2.0 * x),
            Relu => step(x > 0.0),
            LeakyRelu(a) => {
                if x > 0.0 {
                    1.0
                } else {
                    a
                }
            }
            Relu6 => step(x > 0.0 && x < 6.0),
            Elu(a) => elu_slope(x, a),
            Selu => SELU_SCALE * elu_slope(x, SELU_ALPHA),
            Celu(a) => elu_slope(x / a, 1.0),
            Gelu => normal_cdf(x) + product(x, normal_density(x)),
            GeluTanh => {
                let y = gelu_argument(x);
                let slope = GELU_TANH * (1.0 + 3.0 * GELU_CUBIC * x * x);
                sigmoid(2.0 * y) + product(2.0 * x * slope, sigmoid_slope(2.0 * y))
            }
            QuickGelu => sigmoid(1.702 * x) + product(1.702 * x, sigmoid_slope(1.702 * x)),
            Silu => sigmoid(x) + product(x, sigmoid_slope(x)),
            Mish => tanh_softplus(x) + product(x, tanh_softplus_slope(x)),
            Softplus => sigmoid(x),
            Softsign => 1.0 / ((1.0 + x.abs()) * (1.0 + x.abs())),
            Hardswish if x <= -3.0 => 0.0,
            Hardswish if x >= 3.0 => 1.0,
            Hardswish => (2.0 * x + 3.0) / 6.0,
            Hardtanh => step(x.abs() < 1.0),
            Erf => FRAC_2_SQRT_PI * libm::exp(-x * x),
            Sin => libm::cos(x),
            SquaredRelu => 2.0 * x.max(0.0),
        }
    }

    fn kinks(&self) -> &[f64] {
        match self {
            Relu | LeakyRelu(_) | Elu(_) | Selu | Celu(_) | Softsign | SquaredRelu => &[0.0],
            Relu6 => &[0.0, 6.0],
            Hardswish => &[-3.0, 3.0],
            Hardtanh => &[-1.0, 1.0],
            Linear | Sigmoid | Tanh | Gelu | GeluTanh | QuickGelu | Silu | Mish | Softplus
            | Erf | Sin => &[],
        }
    }

    fn mean(&self, q: f64) -> Result<Estimate, InitError> {
        self.validate()?;
        match self {
            // Odd.
            Linear | Tanh | Softsign | Hardtanh | Erf | Sin => {
                valid_variance(q).map(|_| Estimate::exact(0.0))
            }
            _ => quadrature_of_mean(self, q),
        }
    }

    fn second_moment(&self, q: f64) -> Result<Estimate, InitError> {
        self.validate()?;
        let q = valid_variance(q)?;
        let moment = match *self {
            Linear => q,
            Relu => 0.5 * q,
            LeakyRelu(a) => 0.5 * q * (1.0 + a * a),
            SquaredRelu => 1.5 * q * q,
            Relu6 => 0.5 * clipped_second_moment(6.0, q),
            Hardtanh => clipped_second_moment(1.0, q),
            // asin(2q / (1 + 2q)) without its cancellation.
            Erf => 2.0 / PI * libm::atan2(2.0 * q, (1.0 + 4.0 * q).sqrt()),
            Sin => -0.5 * libm::expm1(-2.0 * q),
            // The unit of length is a.
            Celu(a) if is_unit(a, q) => {
                return Ok(quadrature_of_square(&Celu(1.0), q / (a * a))?.times(a * a));
            }
            _ => return quadrature_of_square(self, q),
        };
        closed_form("E f(z sqrt(q))^2", q, moment)
    }

    fn derivative_second_moment(&self, q: f64) -> Result<Estimate, InitError> {
        self.validate()?;
        let q = valid_variance(q)?;
        let moment = match *self {
            Linear => 1.0,
            Relu => 0.5,
            LeakyRelu(a) => 0.5 * (1.0 + a * a),
            SquaredRelu => 2.0 * q,
            Relu6 => 0.5 * libm::erf(6.0 / (2.0 * q).sqrt()),
            Hardtanh => libm::erf(1.0 / (2.0 * q).sqrt()),
            Erf => 4.0 / PI / (1.0 + 4.0 * q).sqrt(),
            Sin => 0.5 + 0.5 * libm::exp(-2.0 * q),
            Celu(a) if is_unit(a, q) => {
                return quadrature_of_derivative_square(&Celu(1.0), q / (a * a));
            }
            _ => return quadrature_of_derivative_square(self, q),
        };
        closed_form("E f'(z sqrt(q))^2", q, moment)
    }
}

/// Whether a variance can be expressed in units of `a^2`.
fn is_unit(a: f64, q: f64) -> bool {
    (a * a).is_normal() && (q / (a * a)).is_normal()
}

/// The value of a closed form, with what its roundings may add up to, unless it overflows.
fn closed_form(quantity: &'static str, q: f64, value: f64) -> Result<Estimate, InitError> {
    let estimate = Estimate::new(value, 16.0 * f64::EPSILON * value);
    converged(quantity, q, estimate, value)
}

/// The second moment of a centred Gaussian of variance `q` that is clipped at `-c` and `c`.
fn clipped_second_moment(c: f64, q: f64) -> f64 {
    let t = c / q.sqrt();
    let inside = if t < 0.5 {
        // The integral of z^2 phi(z) between -t and t, by its series: the closed form cancels.
        let square = t * t;
        let (mut sum, mut term) = (0.0, 2.0 * t * square / (2.0 * PI).sqrt());
        for k in 0..14 {
            let k = f64::from(k);
            sum += term / (2.0 * k + 3.0);
            term *= -0.5 * square / (k + 1.0);
        }
        sum
    } else {
        libm::erf(t * FRAC_1_SQRT_2) - 2.0 * t * normal_density(t)
    };
    q * inside + c * c * libm::erfc(t * FRAC_1_SQRT_2)
}

/// `x factor`, and 0 where the factor is 0 and `x` infinite: it vanishes faster.
fn product(x: f64, factor: f64) -> f64 {
    if factor == 0.0 { 0.0 } else { x * factor }
}

fn step(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

/// `max(x, 0)`, but NaN of NaN.
fn relu(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

fn leaky(x: f64, a: f64) -> f64 {
    if x > 0.0 { x } else { a * x }
}

fn elu(x: f64, a: f64) -> f64 {
    if x > 0.0 { x } else { a * libm::expm1(x) }
}

fn elu_slope(x: f64, a: f64) -> f64 {
    if x > 0.0 { 1.0 } else { a * libm::exp(x) }
}

fn sigmoid(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    if x > 0.0 {
        1.0 / (1.0 + e)
    } else {
        e / (1.0 + e)
    }
}

fn sigmoid_slope(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    e / ((1.0 + e) * (1.0 + e))
}

fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

fn normal_density(x: f64) -> f64 {
    0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * libm::exp(-0.5 * x * x)
}

/// `tanh(ln(1 + exp(x)))`, in powers of whichever of `exp(x)` and `exp(-x)` is at most 1.
fn tanh_softplus(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    if x > 0.0 {
        (1.0 + 2.0 * e) / (1.0 + 2.0 * e * (1.0 + e))
    } else {
        e * (e + 2.0) / (e * (e + 2.0) + 2.0)
    }
}

/// Its derivative.
fn tanh_softplus_slope(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    if x > 0.0 {
        let denominator = 1.0 + 2.0 * e * (1.0 + e);
        4.0 * e * e * (1.0 + e) / (denominator * denominator)
    } else {
        let denominator = e * (e + 2.0) + 2.0;
        4.0 * e * (1.0 + e) / (denominator * denominator)
    }
}

/// What `tanh` is taken of.
fn gelu_argument(x: f64) -> f64 {
    GELU_TANH * x * (1.0 + GELU_CUBIC * x * x)
}

/// sqrt(2 / pi).
const GELU_TANH: f64 = 0.797_884_560_802_865_4;
const GELU_CUBIC: f64 = 0.044_715;

/// Klambauer et al. 2017, eq. 14 and the line below it, to more digits.
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
