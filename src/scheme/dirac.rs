//! The identity of a convolution.

use super::parameters;
use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;
use crate::word::Centre;

/// `gain` times the identity of a convolution, a Dirac delta: `gain` where output and input have the
/// same number, at the centre of the kernel, and 0 elsewhere.
///
/// With an odd kernel and padding that keeps the image's size, the layer passes on its inputs. With
/// [groups](crate::Conv::groups) every group has its own identity. Non-square weights, batches and
/// parts are treated as in [`Identity`](struct@crate::Identity), which is the same for a kernel of one
/// place.
///
/// - `gain`: at least 0; 1 unless set.
/// - `centre`: where the centre of an even kernel is. Along an axis of `k` places it is `k / 2`
///   ([`Centre::Upper`], PyTorch's, the default) or `(k - 1) / 2` ([`Centre::Lower`]), rounded down,
///   counted from 0; in an odd kernel both are the middle.
/// - With `o` outputs and `i` inputs of a group and `k` places of the kernel, a share
///   `p = min(o, i) / (o i k)` of the values is not 0: mean `gain p`, variance `gain^2 p (1 - p)`,
///   support 0 to `gain`.
/// - `gain` is rounded once to the element type. No random number is used.
///
/// ```
/// use fanin::{Centre, Conv, Dirac, Initializer, Key};
/// use ndarray::{Array3, arr3};
///
/// let (key, conv) = (Key::from_seed(0), Conv::new([4]).inputs(2).outputs(2));
/// let w: Array3<f32> = Dirac.init_keyed(key.clone(), conv)?;
/// assert_eq!(w, arr3(&[
///     [[0.0, 0.0, 1.0, 0.0], [0.0; 4]],
///     [[0.0; 4], [0.0, 0.0, 1.0, 0.0]],
/// ]));
/// let lower = Dirac.centre(Centre::Lower);
/// let w: Array3<f32> = lower.init_keyed(key.clone(), conv)?;
/// assert_eq!(w[[0, 0, 1]], 1.0);
///
/// // Two groups, of one channel each.
/// let w: Array3<f32> = Dirac.init_keyed(key.clone(), conv.groups(2))?;
/// assert_eq!(w, arr3(&[[[0.0, 0.0, 1.0, 0.0]], [[0.0, 0.0, 1.0, 0.0]]]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// PyTorch, `torch.nn.init.dirac_`.
#[derive(Clone, Copy, PartialEq)]
pub struct Dirac {
    gain: f64,
    centre: Centre,
}

parameters::value!(Dirac {
    gain: 1.0,
    centre: Centre::Upper
});
parameters::gain!(Dirac);
parameters::centre!(Dirac);

impl Scheme for Dirac {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::dirac(weight, self.gain, self.centre)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Spelled for Dirac {
    const NAME: &'static str = "dirac";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(1.0, "gain", self.gain);
        if self.centre != Dirac.centre {
            call.named("centre", self.centre);
        }
    }
}

spelled::display!(Dirac);
