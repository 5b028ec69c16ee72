//! Few connections for every output.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::{InitError, positive};
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// Normal values N(0, std^2) in exactly `nonzeros` of the connections of every output, 0 elsewhere:
/// the scale of an output's sum does not depend on the number of its inputs.
///
/// The connections of an output are its inputs times the places of the kernel (in a grouped
/// convolution, those of its group). All sets of that size are equally likely, and outputs
/// choose independently. A kept value is the one that [`Normal`](crate::Normal) draws from the same
/// key at the same place.
///
/// - `nonzeros`: at most the number of connections, which is checked when the scheme is applied to
///   a weight. Martens uses 15.
/// - `std`: that of the values that are not 0; above 0. Martens uses 1.
/// - With a share `p = nonzeros / connections`: mean 0, variance `p std^2`, kurtosis `3 / p`. A sum
///   over inputs of variance 1 has the variance `nonzeros std^2`.
/// - A value has the precision of a normal draw. A draw is never 0, so that the count is exact (a
///   value of 16 bits can be rounded to 0, if `std` is near the smallest number of its type).
///
/// Whether a value is kept depends on more than its own draw. A region is a slice of the whole, and reading
/// it makes the choices of the outputs that it touches. Each choice takes a bit and up to 13 ns for every
/// connection of the output, even for one value: 128 MiB and 13 s for an output of 2^30 connections. Layers
/// that are trained have some thousands.
///
/// ```
/// use fanin::{Initializer, Key, Sparse};
/// use ndarray::Array2;
///
/// let w: Array2<f32> = Sparse::new(15, 1.0)?.init_keyed(Key::from_seed(0), (100, 500))?;
/// for output in w.rows() {
///     assert_eq!(output.iter().filter(|x| **x != 0.0).count(), 15);
/// }
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// J. Martens, "Deep learning via Hessian-free optimization", ICML 2010, section 5. PyTorch's
/// `sparse_` keeps a stated share per *input*.
#[derive(Clone, Copy, PartialEq)]
pub struct Sparse {
    nonzeros: usize,
    std: f64,
}

impl Sparse {
    /// That number of values that are not 0 for every output, of that standard deviation.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the standard deviation is 0, negative, NaN or infinite.
    pub fn new(nonzeros: usize, std: f64) -> Result<Self, InitError> {
        let std = positive("standard deviation", std)?;
        Ok(Sparse { nonzeros, std })
    }

    /// How many values of an output are not 0.
    #[must_use]
    pub const fn nonzeros(&self) -> usize {
        self.nonzeros
    }

    /// The standard deviation of the values that are not 0.
    #[must_use]
    pub const fn std(&self) -> f64 {
        self.std
    }
}

impl Scheme for Sparse {
    /// # Errors
    ///
    /// [`InitError::NotAMatrix`] without outputs or inputs; [`InitError::InvalidParameter`] if an
    /// output has fewer connections.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::sparse(weight, self.nonzeros, self.std)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Sparse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sparse::new({:?}, {:?})", self.nonzeros, self.std)
    }
}

impl Spelled for Sparse {
    const NAME: &'static str = "sparse";

    fn arguments(&self, call: &mut Spelling) {
        call.named("nonzeros", self.nonzeros);
        call.number("std", self.std);
    }
}

spelled::display!(Sparse);
