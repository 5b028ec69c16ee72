//! A few connections for every unit.

use std::fmt;

use crate::{InitError, Law, Scheme, Weight, error::non_negative};

/// Normal values of mean 0 and standard deviation `std` in exactly `nonzeros` of the connections of
/// every output, chosen at random, and zeros elsewhere.
///
/// The connections of an output are its inputs, through every place of the kernel; all sets of that
/// size are equally likely, and outputs are independent of each other. A value that is not 0 is the
/// one that [`Normal`](crate::Normal) has there under the same key.
///
/// With `p = nonzeros / fan_in`, of an element chosen at random: variance `p std^2`, kurtosis
/// `3 / p`.
///
/// ```
/// use fanin::{Initializer, Key, Sparse};
/// use ndarray::Array2;
///
/// let w: Array2<f32> = Sparse::new(15, 1.0)?.init_keyed(&Key::from_seed(0), (100, 300))?;
/// for unit in w.rows() {
///     assert_eq!(unit.iter().filter(|x| **x != 0.0).count(), 15);
/// }
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// J. Martens, "Deep learning via Hessian-free optimization", ICML 2010, section 5, with 15
/// connections. PyTorch's `sparse_` counts zeros, and for every input rather than output: that is
/// in `compat`.
#[derive(Clone, Copy, PartialEq)]
pub struct Sparse {
    nonzeros: u64,
    std: f64,
}

impl Sparse {
    /// So many values of that standard deviation for every output.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the standard deviation is negative, NaN or infinite.
    pub fn new(nonzeros: u64, std: f64) -> Result<Self, InitError> {
        let std = non_negative("standard deviation", std)?;
        Ok(Sparse { nonzeros, std })
    }

    /// How many connections an output has.
    #[must_use]
    pub const fn nonzeros(&self) -> u64 {
        self.nonzeros
    }

    /// The standard deviation of what is not 0.
    #[must_use]
    pub const fn std(&self) -> f64 {
        self.std
    }
}

impl Scheme for Sparse {
    /// # Errors
    ///
    /// As [`Law::sparse`]: an output with fewer connections is one.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::sparse(weight, self.nonzeros, self.std)
    }
}

impl fmt::Debug for Sparse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sparse::new({}, {:?})", self.nonzeros, self.std)
    }
}
