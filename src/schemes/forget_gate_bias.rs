//! Biases of an LSTM.

use std::fmt;

use crate::{InitError, Law, Scheme, Weight, error::non_negative};

/// `value` for the forget gates of an LSTM, and 0 for the other gates: a bias of `4 units` that lets
/// it remember from the start.
///
/// The gates lie one after the other, each `units` long, and the second is the forget gate: the order
/// input, forget, cell, output of PyTorch, Keras and Flax. Another order is stated by
/// [`with_gate`](ForgetGateBias::with_gate). PyTorch has two biases, which add up: give one of them
/// zeros. Flax and Haiku may add 1 by themselves.
///
/// No random number is used, and any key gives the same. Mean `value / 4`, variance
/// `3 / 16 value^2`.
///
/// ```
/// use fanin::{ForgetGateBias, Initializer, Key};
/// use ndarray::{Array1, arr1};
///
/// let b: Array1<f32> = ForgetGateBias::new(1.0)?.init_keyed(&Key::from_seed(0), 4 * 2)?;
/// assert_eq!(b, arr1(&[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// R. Jozefowicz, W. Zaremba and I. Sutskever, "An empirical exploration of recurrent network
/// architectures", ICML 2015, section 2.2.
#[derive(Clone, Copy, PartialEq)]
pub struct ForgetGateBias {
    value: f64,
    gate: u64,
    gates: u64,
}

impl ForgetGateBias {
    /// `value` for the second of four gates.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn new(value: f64) -> Result<Self, InitError> {
        let value = non_negative("value", value)?;
        Ok(ForgetGateBias {
            value,
            gate: 1,
            gates: 4,
        })
    }

    /// The same for gate `gate`, counted from 0, of so many.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if there is no such gate.
    pub fn with_gate(mut self, gate: u64, gates: u64) -> Result<Self, InitError> {
        if gate >= gates {
            return Err(InitError::InvalidParameter {
                name: "gate",
                value: gate as f64,
                rule: "below the number of gates",
            });
        }
        (self.gate, self.gates) = (gate, gates);
        Ok(self)
    }

    /// The bias of the forget gates.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// The number of the forget gate, counted from 0, and of gates.
    #[must_use]
    pub const fn gate(&self) -> (u64, u64) {
        (self.gate, self.gates)
    }
}

impl Scheme for ForgetGateBias {
    /// # Errors
    ///
    /// As [`Law::block`]: a length that is not a multiple of the number of gates is one.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::block(weight, self.value, self.gates, self.gate)
    }
}

impl fmt::Debug for ForgetGateBias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForgetGateBias::new({:?})", self.value)?;
        match self.gate() {
            (1, 4) => Ok(()),
            (gate, gates) => write!(f, ".with_gate({gate}, {gates})"),
        }
    }
}
