//! Recurrent layers.

use fanin::{ForgetGateBias, InitError, TooLarge, Weight};
use ndarray::{Ix1, Ix2};

use super::{layers, orthogonal, zeros};
use crate::{Module, Parameter, layer::layer, reading::Reading};

layer! {
    /// `keras.layers.LSTM(units)`.
    ///
    /// - `kernel`, `[in, 4 * units]`: `glorot_uniform` with the fans `in` and `4 * units`.
    /// - `recurrent_kernel`, `[units, 4 * units]`: one orthogonal matrix, with orthonormal rows.
    /// - `bias`, `[4 * units]`: 0, and 1 for the forget gate. The gates are input, forget, cell, output.
    ///
    /// ```
    /// use fanin_compat::keras::LSTM;
    /// use fanin::Key;
    /// use ndarray::{Array1, arr1};
    ///
    /// let bias: Array1<f32> = LSTM::new(40, 2).bias()?.init_keyed(Key::from_seed(0))?;
    /// assert_eq!(bias, arr1(&[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    LSTM {
        inputs: usize,
        units: usize,
        ; unit_forget_bias: bool = true,
    }
    /// From `inputs`, which Keras reads from its argument, of `units` units.
    new, [kernel, recurrent_kernel, bias]
}

impl LSTM {
    /// The same with, or without, the 1 in the bias of the forget gate.
    #[must_use]
    pub const fn unit_forget_bias(mut self, unit_forget_bias: bool) -> Self {
        self.unit_forget_bias = unit_forget_bias;
        self
    }

    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<Ix2>, InitError> {
        layers::kernel(&[self.inputs, gates(4, self.units)?])
    }

    /// `recurrent_kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn recurrent_kernel(&self) -> Result<Parameter<Ix2>, InitError> {
        recurrent_kernel(4, self.units)
    }

    /// `bias`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn bias(&self) -> Result<Parameter<Ix1>, InitError> {
        let weight = Weight::vector(gates(4, self.units)?);
        if !self.unit_forget_bias {
            return Ok(Parameter::new("bias", weight, zeros()));
        }
        let rule = ForgetGateBias;
        Ok(Parameter::new("bias", weight, rule))
    }
}

layer! {
    /// `keras.layers.GRU(units)`: as [`LSTM`], with three gates (update, reset, new) and a `bias` of
    /// `[2, 3 * units]` zeros.
    GRU {
        inputs: usize,
        units: usize,
    }
    /// From `inputs`, which Keras reads from its argument, of `units` units.
    new, [kernel, recurrent_kernel, bias]
}

impl GRU {
    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<Ix2>, InitError> {
        layers::kernel(&[self.inputs, gates(3, self.units)?])
    }

    /// `recurrent_kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn recurrent_kernel(&self) -> Result<Parameter<Ix2>, InitError> {
        recurrent_kernel(3, self.units)
    }

    /// `bias`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn bias(&self) -> Result<Parameter<Ix2>, InitError> {
        let weight = Reading::InOut.of(&[2, gates(3, self.units)?])?;
        Ok(Parameter::new("bias", weight, zeros()))
    }
}

fn recurrent_kernel(count: usize, units: usize) -> Result<Parameter<Ix2>, InitError> {
    let weight = Reading::InOut.of(&[units, gates(count, units)?])?;
    Ok(Parameter::new("recurrent_kernel", weight, orthogonal(1.0)?))
}

fn gates(count: usize, units: usize) -> Result<usize, InitError> {
    units
        .checked_mul(count)
        .ok_or_else(|| TooLarge::Elements.error([count, units]))
}
