//! The identity of a dense layer.

use std::fmt;

use super::parameters;
use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;
use crate::word::Centre;

/// `gain` times the identity I: `gain` where output and input have the same number, 0 elsewhere.
///
/// A matrix need not be square: surplus outputs are 0, surplus inputs are ignored. Every
/// [batch](crate::Axis::Batch), every group of a convolution with one place, and every part of a
/// [fused](crate::Fused) weight has its own identity. No random number is used. For the kernel of a
/// convolution use [`Dirac`](struct@crate::Dirac).
///
/// - `gain`: at least 0; 1 unless set.
/// - With `o` outputs and `i` inputs, a share `p = min(o, i) / (o i)` of the values is not 0: mean
///   `gain p`, variance `gain^2 p (1 - p)`, support 0 to `gain`.
/// - `gain` is rounded once to the element type.
///
/// ```
/// use fanin::{Axis, Identity, Initializer, Key};
/// use ndarray::{Array2, arr2, s};
///
/// let key = Key::from_seed(0);
/// let w: Array2<f32> = Identity.gain(0.5)?.init_keyed(key.clone(), (2, 3))?;
/// assert_eq!(w, arr2(&[[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]));
///
/// let experts = [Axis::Batch(4), Axis::Output(3), Axis::Input(3)];
/// let w = Identity.init_keyed::<f32, _>(key.clone(), experts)?;
/// assert_eq!(w.slice(s![2, .., ..]), Array2::eye(3));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// Q. Le, N. Jaitly and G. Hinton, "A simple way to initialize recurrent networks of rectified
/// linear units", 2015 (arXiv:1504.00941), for recurrent weights.
#[derive(Clone, Copy, PartialEq)]
pub struct Identity {
    gain: f64,
}

parameters::value!(Identity { gain: 1.0 });
parameters::gain!(Identity);

impl Scheme for Identity {
    /// # Errors
    ///
    /// [`InitError::NotAMatrix`] without outputs or inputs; [`InitError::InvalidParameter`] for a
    /// kernel of more than one place.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        if weight.receptive_field() > 1 {
            return Err(InitError::InvalidParameter {
                name: "number of places of the kernel",
                value: weight.receptive_field() as f64,
                rule: "1 for Identity; the identity of a convolution is Dirac",
            });
        }
        Law::dirac(weight, self.gain, Centre::Upper)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        parameters::write_gain(f, "Identity", self.gain)
    }
}

impl Spelled for Identity {
    const NAME: &'static str = "identity";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(1.0, "gain", self.gain);
    }
}

spelled::display!(Identity);
