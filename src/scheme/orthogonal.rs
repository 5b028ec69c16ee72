//! Random orthogonal matrices.

use std::fmt;

use super::parameters;
use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// `gain` times a random orthogonal matrix Q: a row for every output, a column for every input and
/// place of the kernel, in the order of the axes.
///
/// Q is uniformly distributed (by the Haar measure). If there are fewer rows than columns, the rows are
/// orthonormal, `Q Q' = 1`; else the columns, `Q' Q = 1`. Each batch, each group of a grouped convolution, and each
/// part of a [fused](crate::Fused) weight has its own matrix. With `n` the larger of the two lengths:
///
/// - variance `gain^2 / n`, mean 0, kurtosis `3 n / (n + 2)`, support `-gain` to `gain`;
/// - every singular value is `gain`.
///
/// A value depends on more than its own draw. A region is a slice of the whole, and reading it
/// makes the matrices that it touches (all of them, if the batches are not the first axes).
///
/// These matrices are held in memory in addition to the result, in the type of the draws, which is
/// `f32` for 16-bit elements. So are the reflections of one matrix, which take half its size if it
/// is square and up to its size if it is long, and 33 columns a thread. For 4096 x 4096 `f32`, a
/// result of 64 MiB, that is 98 MiB and 0.5 MiB a thread.
///
/// ```
/// use fanin::{Initializer, Key, Orthogonal};
/// use ndarray::Array2;
///
/// let w: Array2<f64> = Orthogonal.init_keyed(Key::from_seed(0), (40, 60))?;
/// let product = w.dot(&w.t());
/// assert!((product - Array2::<f64>::eye(40)).iter().all(|defect| defect.abs() < 1e-13));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in
/// deep linear neural networks", ICLR 2014.
#[derive(Clone, Copy, PartialEq)]
pub struct Orthogonal {
    gain: f64,
}

parameters::value!(Orthogonal { gain: 1.0 });
parameters::gain!(Orthogonal);

impl Scheme for Orthogonal {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::orthogonal(weight, self.gain)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Orthogonal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        parameters::write_gain(f, "Orthogonal", self.gain)
    }
}

impl Spelled for Orthogonal {
    const NAME: &'static str = "orthogonal";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(1.0, "gain", self.gain);
    }
}

spelled::display!(Orthogonal);
