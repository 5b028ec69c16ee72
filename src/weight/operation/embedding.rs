//! A table of vectors.

use ndarray::Ix2;

use super::numbers::given;
use crate::error::InitError;
use crate::weight::axis::Axis;
use crate::weight::into_weight::IntoWeight;
use crate::weight::weight::Weight;

/// The weight of an embedding: `[count, width]`, a vector of `width` numbers for each of `count`
/// tokens.
///
/// A lookup is a product with a vector of zeros and one 1, so that an output sums over one input:
/// `fan_in = 1`, `fan_out = width`. A table that is also the last layer of its network, which
/// computes `W h`, is [`tied`](Embedding::tied): `fan_in = width`, `fan_out = count`, as for the
/// plain shape.
///
/// ```
/// use fanin::{Embedding, Initializer, LeCunNormal, Weight};
///
/// let table = Embedding::new().count(50_257).width(768);
/// assert_eq!(LeCunNormal.describe(table)?.std(), Some(1.0));
/// assert_eq!(Weight::new(table.tied())?.fan_in()?, 768.0);
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Embedding {
    count: Option<usize>,
    width: Option<usize>,
    tied: bool,
}

impl Embedding {
    /// A table whose numbers must be named: `Embedding::new().count(50_257).width(768)`.
    #[must_use]
    pub const fn new() -> Self {
        Embedding {
            count: None,
            width: None,
            tied: false,
        }
    }

    /// Sets the number of vectors.
    #[must_use]
    pub const fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// Sets the length of each vector.
    #[must_use]
    pub const fn width(mut self, width: usize) -> Self {
        self.width = Some(width);
        self
    }

    /// The same table, whose transpose is also a layer from `width` inputs to `count` outputs. Its
    /// scale is chosen for that layer.
    #[must_use]
    pub const fn tied(mut self) -> Self {
        self.tied = true;
        self
    }
}

impl IntoWeight for Embedding {
    type Dim = Ix2;

    fn into_weight(self) -> Result<Weight, InitError> {
        let (count, width) = (given("count", self.count)?, given("width", self.width)?);
        if self.tied {
            return Weight::from_axes([Axis::Output(count), Axis::Input(width)]);
        }
        let weight = Weight::from_axes([Axis::Input(count), Axis::Output(width)])?;
        Ok(weight.effective_fans(Some(1.0), None))
    }
}
