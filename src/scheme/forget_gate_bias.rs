//! The bias of an LSTM.

use std::fmt;

use super::parameters;
use super::spelled::{self, Spelled, Spelling};
use crate::error::{InitError, non_negative};
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// `value` in the block of the forget gate of an LSTM's bias, 0 in the others, so that a cell
/// remembers at first.
///
/// For a bias of `4 units` values, or any weight whose number of outputs is a multiple of 4: four
/// blocks of the same size, one for each gate.
///
/// - `value`: at least 0; 1 unless [set](ForgetGateBias::value).
/// - The gate's position: 0 to 3, counted from 0; 1 unless [`at`](ForgetGateBias::at) sets another.
///   This is the second gate, in the order `i, f, g, o` of PyTorch and burn and `i, f, c, o` of
///   Keras. In Haiku, with `i, g, f, o`, it is 2.
/// - Mean `value / 4`, variance `3 value^2 / 16`, support 0 to `value`.
/// - `value` is rounded once to the element type. No random number is used.
///
/// **PyTorch has two biases, which add up**: `bias_ih` and `bias_hh`. Use this for one and
/// [`Zeros`](crate::Zeros) for the other, or half the value for both.
///
/// ```
/// use fanin::{ForgetGateBias, Initializer, Key};
/// use ndarray::{Array1, arr1};
///
/// let b: Array1<f32> = ForgetGateBias.init_keyed(Key::from_seed(0), 4 * 2)?;
/// assert_eq!(b, arr1(&[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction with LSTM",
/// Neural Computation 12, 2000; R. Jozefowicz, W. Zaremba and I. Sutskever, "An empirical exploration
/// of recurrent network architectures", ICML 2015, for the value 1.
#[derive(Clone, Copy, PartialEq)]
pub struct ForgetGateBias {
    value: f64,
    position: usize,
}

impl ForgetGateBias {
    /// The gates of an LSTM.
    const GATES: usize = 4;

    /// The same with another value.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn value(mut self, value: f64) -> Result<Self, InitError> {
        self.value = non_negative("value", value)?;
        Ok(self)
    }

    /// The same where the forget gate is another of the four, counted from 0.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `position` is above 3.
    pub fn at(mut self, position: usize) -> Result<Self, InitError> {
        if position >= Self::GATES {
            return Err(InitError::InvalidParameter {
                name: "position of the forget gate",
                value: position as f64,
                rule: "0, 1, 2 or 3",
            });
        }
        self.position = position;
        Ok(self)
    }
}

parameters::value!(ForgetGateBias {
    value: 1.0,
    position: 1
});

impl Scheme for ForgetGateBias {
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the number of outputs is not a multiple of 4.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::gate(weight, self.value, Self::GATES, self.position)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for ForgetGateBias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.value == 1.0 {
            write!(f, "ForgetGateBias")?;
        } else {
            write!(f, "ForgetGateBias.value({:?})", self.value)?;
        }
        if self.position != 1 {
            write!(f, ".at({:?})", self.position)?;
        }
        Ok(())
    }
}

impl Spelled for ForgetGateBias {
    const NAME: &'static str = "forget_gate_bias";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(1.0, "value", self.value);
        if self.position != ForgetGateBias.position {
            call.named("at", self.position);
        }
    }
}

spelled::display!(ForgetGateBias);
