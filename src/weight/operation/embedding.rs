//! A table of vectors.

use ndarray::Ix2;

use crate::error::InitError;
use crate::weight::{Axis, IntoWeight, Weight};

/// The weight of an embedding: `[count, width]`, a vector of `width` numbers for each of `count`
/// tokens.
///
/// A lookup is a product with a vector of zeros and one 1, so that an output sums over one input:
/// `fan_in = 1`, `fan_out = width`. A table that is also the last layer of its network, which
/// computes `W h`, is [`tied`](Embedding::tied): `fan_in = width`, `fan_out = count`, as of the
/// plain shape.
///
/// ```
/// use fanin::{Embedding, Initializer, LeCunNormal, Weight};
///
/// let table = Embedding::new(50_257, 768);
/// assert_eq!(LeCunNormal.describe(table)?.std(), Some(1.0));
/// assert_eq!(Weight::new(table.tied())?.fan_in()?, 768.0);
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Embedding {
    count: usize,
    width: usize,
    tied: bool,
}

impl Embedding {
    /// A table of `count` vectors of `width` numbers.
    #[must_use]
    pub const fn new(count: usize, width: usize) -> Self {
        Embedding {
            count,
            width,
            tied: false,
        }
    }

    /// The same table, whose transpose is also a layer from `width` inputs to `count` outputs, the
    /// one that its scale is chosen for.
    #[must_use]
    pub const fn tied(mut self) -> Self {
        self.tied = true;
        self
    }
}

impl IntoWeight for Embedding {
    type Dim = Ix2;

    fn into_weight(self) -> Result<Weight, InitError> {
        let Embedding { count, width, tied } = self;
        if tied {
            return Weight::with_axes([Axis::Output(count), Axis::Input(width)]);
        }
        let weight = Weight::with_axes([Axis::Input(count), Axis::Output(width)])?;
        Ok(weight.effective_fans(Some(1.0), None))
    }
}
