//! The laws that belong to the shape of a weight.

use std::sync::Arc;

use super::{
    Centre, Law,
    kind::{Kind, Repeated},
    structure::{Form, Structure, Unit},
};
use crate::{
    InitError, Weight,
    error::{non_negative, normal_or_zero},
};

impl Law {
    /// A law whose values hang together, for a weight of that shape.
    fn structured(form: Form, weight: &Weight, gain: f64) -> Result<Self, InitError> {
        let gain = non_negative("gain", gain)?;
        let factor = normal_or_zero("square of the gain", gain * gain, gain > 0.0)?;
        // Shares and means of no elements would be 0 / 0.
        if weight.is_empty() {
            return Law::constant(0.0);
        }
        Ok(Law {
            kind: Kind::Structured(Arc::new(Structure::new(form, weight)?)),
            factor,
            of_this_machine: false,
        })
    }

    /// `gain` times a random orthogonal matrix: a row for every output, a column for every input and
    /// place of the kernel. See [`Orthogonal`](crate::Orthogonal).
    ///
    /// # Errors
    ///
    /// [`InitError::NotAMatrix`] for a weight without outputs or inputs,
    /// [`InitError::InvalidParameter`] for a gain that is negative, NaN or infinite, or whose square
    /// is not a normal number (or 0).
    pub fn orthogonal(weight: &Weight, gain: f64) -> Result<Self, InitError> {
        Law::structured(Form::Orthogonal, weight, gain)
    }

    /// `gain` times a random orthogonal matrix of outputs and inputs at the kernel's centre, zeros
    /// elsewhere. See [`DeltaOrthogonal`](crate::DeltaOrthogonal).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal).
    pub fn delta_orthogonal(weight: &Weight, gain: f64, centre: Centre) -> Result<Self, InitError> {
        Law::structured(Form::DeltaOrthogonal(centre), weight, gain)
    }

    /// `gain` where output and input have the same number, at the kernel's centre, and zeros
    /// elsewhere. See [`Identity`](crate::Identity) and [`Dirac`](crate::Dirac).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal).
    pub fn dirac(weight: &Weight, gain: f64, centre: Centre) -> Result<Self, InitError> {
        Law::structured(Form::Dirac(centre), weight, gain)
    }

    /// Normal values of mean 0 and that standard deviation in exactly `nonzeros` of the connections
    /// of every output, and zeros elsewhere. See [`Sparse`](crate::Sparse).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal), the standard deviation being the gain; and
    /// [`InitError::InvalidParameter`] if an output has fewer connections.
    pub fn sparse(weight: &Weight, nonzeros: u64, std: f64) -> Result<Self, InitError> {
        let unit = Unit::Output;
        Law::structured(Form::Sparse { unit, nonzeros }, weight, std)
    }

    /// The same for every input: what PyTorch's `sparse_` does with columns.
    ///
    /// # Errors
    ///
    /// As for [`sparse`](Law::sparse), of an input's connections.
    pub fn sparse_inputs(weight: &Weight, nonzeros: u64, std: f64) -> Result<Self, InitError> {
        let unit = Unit::Input;
        Law::structured(Form::Sparse { unit, nonzeros }, weight, std)
    }

    /// `gain` times linear interpolation, for a transposed convolution that enlarges every channel
    /// by itself. See [`BilinearKernel`](crate::BilinearKernel).
    ///
    /// # Errors
    ///
    /// As for [`orthogonal`](Law::orthogonal); and [`InitError::InvalidParameter`] for a kernel of
    /// more than 65,536 places along an axis.
    pub fn bilinear(weight: &Weight, gain: f64) -> Result<Self, InitError> {
        Law::structured(Form::Bilinear, weight, gain)
    }

    /// `value` (at least 0) in block `which` of so many equal blocks of the outputs, and zeros
    /// elsewhere. See [`ForgetGateBias`](crate::ForgetGateBias).
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] for a negative, NaN or infinite value, if there is no such
    /// block, or if the number of outputs is not a multiple of that of the blocks.
    pub fn block(weight: &Weight, value: f64, blocks: u64, which: u64) -> Result<Self, InitError> {
        Law::structured(Form::Block { blocks, which }, weight, value)
    }

    /// The law of a smaller weight, each of whose outputs stands for `times` in a row of `weight`:
    /// their values are the same. See [`Icnr`](crate::Icnr).
    ///
    /// # Errors
    ///
    /// As for [`Weight::with_fewer_outputs`], whose law this is; and what
    /// [`fits_shape`](Law::fits_shape) refuses of it.
    pub(crate) fn repeated(self, weight: &Weight, times: u64) -> Result<Self, InitError> {
        let small = weight.with_fewer_outputs(times)?;
        self.fits_shape(&small)?;
        if weight.is_empty() {
            return Ok(self);
        }
        let (axis, inner, outputs) = weight.step_of_outputs()?;
        let repeated = Repeated {
            kind: self.kind,
            times,
            axis,
            inner,
            outputs,
            shape: weight.dims().clone(),
        };
        Ok(Law {
            kind: Kind::Repeated(Arc::new(repeated)),
            factor: self.factor,
            of_this_machine: self.of_this_machine,
        })
    }
}
