//! Random orthogonal matrices at the centre of a kernel.

use super::parameters;
use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;
use crate::word::Centre;

/// `gain` times a random orthogonal matrix Q of outputs and inputs at the kernel's centre, 0
/// elsewhere.
///
/// With an odd kernel and padding that keeps the image's size, the layer is Q at every place. If
/// there are at least as many outputs as inputs, it keeps the length of every signal; if there are
/// fewer, that of every gradient. See [`Orthogonal`](struct@crate::Orthogonal) for Q; for a kernel
/// of one place the two coincide.
///
/// - `gain`: at least 0; 1 unless set.
/// - `centre`: where the centre of an even kernel is, as in [`Dirac`](struct@crate::Dirac), but
///   [`Centre::Lower`], as in JAX, by default.
/// - With `n` the larger of the numbers of outputs and inputs, and `k` places of the kernel: mean 0,
///   variance `gain^2 / (n k)`, kurtosis `3 k n / (n + 2)`, support `-gain` to `gain`.
/// - Q is computed in the type of the draws (`f32`, `f64`); values of 16 bits are its values rounded.
///
/// ```
/// use fanin::{Conv, DeltaOrthogonal, Initializer, Key};
/// use ndarray::{Array2, Array4, ArrayView2, s};
///
/// // More inputs than outputs: the rows of Q are orthonormal.
/// let conv = Conv::new([3, 3]).inputs(24).outputs(16);
/// let w: Array4<f64> = DeltaOrthogonal.init_keyed(Key::from_seed(0), conv)?;
/// let q: ArrayView2<f64> = w.slice(s![.., .., 1, 1]);
/// let defect = q.dot(&q.t()) - Array2::<f64>::eye(16);
/// assert!(defect.iter().all(|x| x.abs() < 1e-13));
/// assert!(w.slice(s![.., .., 0, ..]).iter().all(|x| *x == 0.0));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// L. Xiao, Y. Bahri, J. Sohl-Dickstein, S. Schoenholz and J. Pennington, "Dynamical isometry and a
/// mean field theory of CNNs", ICML 2018. (The paper and JAX require at least as many outputs as
/// inputs.)
#[derive(Clone, Copy, PartialEq)]
pub struct DeltaOrthogonal {
    gain: f64,
    centre: Centre,
}

parameters::value!(DeltaOrthogonal {
    gain: 1.0,
    centre: Centre::Lower
});
parameters::gain!(DeltaOrthogonal);
parameters::centre!(DeltaOrthogonal);

impl Scheme for DeltaOrthogonal {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::delta_orthogonal(weight, self.gain, self.centre)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Spelled for DeltaOrthogonal {
    const NAME: &'static str = "delta_orthogonal";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(1.0, "gain", self.gain);
        if self.centre != DeltaOrthogonal.centre {
            call.named("centre", self.centre);
        }
    }
}

spelled::display!(DeltaOrthogonal);
