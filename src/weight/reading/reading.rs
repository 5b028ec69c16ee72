//! How a shape is read.

use crate::word::Role;

/// How a shape is read: it states what each axis counts, in a notation like that of einops.
///
/// One letter for each axis, with blanks between them: `o` counts outputs, `i` inputs, `k` places of a
/// kernel, `b` independent copies (a batch of matrices: experts, heads), `_` nothing that matters to a
/// fan. A letter may be repeated. Parentheses divide an axis of outputs or inputs:
///
/// | | an axis of |
/// |---|---|
/// | `(3 o)` | three equal [parts](crate::Weight::parts), one after the other |
/// | `([512 128 128] o)` | parts of these lengths, one after the other |
/// | `(o 3)` | three parts that alternate: every third output belongs to the first part |
/// | `(8 3 o)`, `(8 [64 32 32] o)` | eight times in a row, a stretch of each part |
/// | `(g o)`, `(g i)` | outputs or inputs of groups, whose number is set by `groups` |
///
/// Settings follow the axes: `, groups 4`, `, stride 2 2`, `, transposed`, `, drawn as o i`; see
/// the methods. `docs/readings.md` in the repository has the grammar.
///
/// [`IntoWeight::read`](crate::IntoWeight::read) applies a reading to a shape; the result has the shape's
/// number of axes. [`Weight::read`](crate::Weight::read) is for shapes with any number of axes.
///
/// ```
/// use fanin::{HeNormal, Initializer, IntoWeight, Key, Reading, Weight};
/// use ndarray::Array4;
///
/// // A kernel in the order of JAX: height, width, in, out.
/// let key = Key::from_seed(0);
/// let w: Array4<f32> = HeNormal.init_keyed(key.clone(), (3, 3, 32, 64).read("k k i o"))?;
/// assert_eq!(HeNormal.describe((3, 3, 32, 64).read("k k i o"))?.fan_in(), Some(288.0));
/// # assert_eq!(w.dim(), (3, 3, 32, 64));
///
/// // Gates and up projections of eight experts.
/// let experts = Weight::read("b (2 o) i", (8, 128, 32))?;
/// assert_eq!((experts.fan_in()?, experts.fan_out()?), (32.0, 64.0));
///
/// // A reading prints as it is read.
/// let conv: Reading = "(g o) i k k, groups 4".parse()?;
/// assert_eq!(conv.clone().stride([2, 2]).to_string(), "(g o) i k k, groups 4, stride 2 2");
/// assert_eq!(Weight::read(conv, (64, 8, 3, 3))?.fan_out()?, 144.0);
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Reading {
    pub(in crate::weight) axes: Vec<AxisReading>,
    pub(in crate::weight) groups: Option<usize>,
    pub(in crate::weight) stride: Vec<usize>,
    pub(in crate::weight) transposed: bool,
    /// At each place of the order of draws, the number of the axis.
    pub(in crate::weight) order: Option<Vec<usize>>,
}

/// What one axis counts, and what it is divided into.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(in crate::weight) struct AxisReading {
    pub(in crate::weight) role: Role,
    pub(in crate::weight) split: Split,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(in crate::weight) enum Split {
    Whole,
    Groups,
    /// So often in a row, that many equal parts.
    Equal {
        times: usize,
        parts: usize,
    },
    /// So often in a row, parts of these lengths.
    Lens {
        times: usize,
        lens: Vec<usize>,
    },
    /// Parts that take turns.
    Turns {
        parts: usize,
    },
}

impl Split {
    /// Whether it is one into parts.
    pub(in crate::weight) fn has_parts(&self) -> bool {
        !matches!(self, Split::Whole | Split::Groups)
    }
}

impl Reading {
    /// Sets the number of groups, which an axis in the form `(g o)` or `(g i)` counts before its
    /// outputs or inputs. The fan of an axis with groups is that of one group.
    ///
    /// ```
    /// use fanin::{Reading, Weight};
    ///
    /// // A depthwise convolution.
    /// let depthwise = Reading::new("(g o) i k k")?.groups(64);
    /// let weight = Weight::read(depthwise, (128, 1, 3, 3))?;
    /// assert_eq!((weight.fan_in()?, weight.fan_out()?), (9.0, 18.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    #[must_use]
    pub fn groups(mut self, groups: usize) -> Self {
        self.groups = Some(groups);
        self
    }

    /// Sets the steps along the kernel's axes, one for each. An input then reaches fewer outputs: on
    /// average `fan_out` is divided by the product of the steps. In a
    /// [transposed](Reading::transposed) convolution, `fan_in` is.
    ///
    /// ```
    /// use fanin::{Reading, Weight};
    ///
    /// let strided = Reading::new("o i k k")?.stride([2, 2]);
    /// assert_eq!(Weight::read(&strided, (64, 32, 4, 4))?.fan_out()?, 256.0);
    /// let up = Reading::new("i o k k")?.stride([2, 2]).transposed();
    /// assert_eq!(Weight::read(&up, (32, 64, 4, 4))?.fan_in()?, 128.0);
    /// assert_eq!(up.to_string(), "i o k k, stride 2 2, transposed");
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    #[must_use]
    pub fn stride(mut self, stride: impl AsRef<[usize]>) -> Self {
        self.stride = stride.as_ref().to_vec();
        self
    }

    /// Makes this a transposed convolution, whose [stride](Reading::stride) is the distance of
    /// inputs.
    #[must_use]
    pub fn transposed(mut self) -> Self {
        self.transposed = true;
        self
    }
}
