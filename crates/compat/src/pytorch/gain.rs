//! PyTorch's table of gains.

use std::f64::consts::SQRT_2;

use fanin::InitError;

use crate::argument::finite;

/// The names that `torch.nn.init.calculate_gain` accepts. For others see
/// [`Activation`](fanin::Activation).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum GainFor {
    /// `"linear"`, and `"conv1d"` to `"conv_transpose3d"`.
    Linear,
    /// `"sigmoid"`.
    Sigmoid,
    /// `"tanh"`.
    Tanh,
    /// `"relu"`.
    Relu,
    /// `"leaky_relu"`, with a slope.
    #[default]
    LeakyRelu,
    /// `"selu"`.
    Selu,
}

/// `torch.nn.init.calculate_gain(nonlinearity, param)`: PyTorch's table of factors of the standard
/// deviation.
///
/// | nonlinearity | gain | what keeps a second moment of 1 |
/// |---|---|---|
/// | `Linear` | 1 | 1 |
/// | `Sigmoid` | 1 | 1.8462 |
/// | `Tanh` | 5/3 | 1.5925 |
/// | `Relu` | `sqrt(2)` | `sqrt(2)` |
/// | `LeakyRelu` | `sqrt(2 / (1 + param^2))` | the same |
/// | `Selu` | 3/4 | 1 |
///
/// `param` is the slope of `LeakyRelu`, 0.01 if it is `None`, and has no meaning for another. The
/// last column is [`Gain::forward`](fanin::Gain::forward).
///
/// ```
/// use fanin_compat::pytorch::{GainFor, calculate_gain};
///
/// assert_eq!(calculate_gain(GainFor::Tanh, None)?, 5.0 / 3.0);
/// let slope = 5.0_f64.sqrt();
/// let gain = calculate_gain(GainFor::LeakyRelu, Some(slope))?;
/// assert!((gain - 1.0 / 3.0_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if `param` is NaN or infinite.
pub fn calculate_gain(nonlinearity: GainFor, param: Option<f64>) -> Result<f64, InitError> {
    let slope = finite("slope", param.unwrap_or(0.01))?;
    Ok(match nonlinearity {
        GainFor::Linear | GainFor::Sigmoid => 1.0,
        GainFor::Tanh => 5.0 / 3.0,
        GainFor::Relu => 2.0_f64.sqrt(),
        // Beside a square that is infinite the 1 is nothing.
        GainFor::LeakyRelu if slope.abs() > 1e150 => SQRT_2 / slope.abs(),
        GainFor::LeakyRelu => (2.0 / (1.0 + slope * slope)).sqrt(),
        GainFor::Selu => 0.75,
    })
}
