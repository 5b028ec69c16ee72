//! Several dense layers in one array.

use ndarray::Ix2;

use super::layout::Layout;
use super::numbers::given;
use crate::error::{InitError, TooLarge};
use crate::weight::into_weight::IntoWeight;
use crate::weight::weight::{Operation, Weight};
use crate::word::Role;

/// The weight of several dense layers that share their inputs, one after the other along the axis
/// of outputs: queries, keys and values, the gates of an LSTM or GRU, the two halves of a SwiGLU.
///
/// Each [part](crate::Weight::parts) has fans, a law and, where the law is one of whole matrices, a
/// matrix of its own. Draws belong to places in the whole, so a part other than the first does not have
/// the values that a separate layer of its shape would have under the same key. For parts next to other
/// axes (batches, kernels), or for parts that alternate, use a [`Reading`](crate::Reading). The reading
/// of three parts is `([64 64 64] o) i`.
///
/// ```
/// use fanin::{Fused, GlorotNormal, Initializer, Key, Layout};
/// use ndarray::{Array2, s};
///
/// let qkv = Fused::new([64, 64, 64]).inputs(64);
/// let w: Array2<f64> = GlorotNormal.init_keyed(Key::from_seed(0), qkv)?;
/// assert_eq!(w.dim(), (192, 64));
/// // The variance of each is that of a layer from 64 to 64, not from 64 to 192: 4,096 values, of
/// // which one standard error is sqrt(2 / 4,096) = 2.2 %.
/// let q = w.slice(s![..64, ..]).mapv(|x| x * x).mean().unwrap();
/// assert!((q * 64.0 - 1.0).abs() < 0.09);
///
/// // Keras's LSTM: [inputs, 4 * units].
/// let kernel = Fused::lstm(64).inputs(40).layout(Layout::IN_OUT);
/// let w: Array2<f64> = GlorotNormal.init_keyed(Key::from_seed(1), kernel)?;
/// assert_eq!(w.dim(), (40, 256));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Fused<P> {
    outputs: P,
    inputs: Option<usize>,
    layout: Layout,
}

impl<P: AsRef<[usize]>> Fused<P> {
    /// One layer for each number in `outputs`, with that many outputs. The inputs must be named:
    /// `Fused::new([512, 128, 128]).inputs(512)`.
    #[must_use]
    pub const fn new(outputs: P) -> Self {
        Fused {
            outputs,
            inputs: None,
            layout: Layout::OUT_IN,
        }
    }

    /// Sets the number of inputs, which all layers share.
    #[must_use]
    pub fn inputs(mut self, inputs: usize) -> Self {
        self.inputs = Some(inputs);
        self
    }

    /// The same in another order of axes.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }
}

impl Fused<[usize; 3]> {
    /// Queries, keys and values of attention over vectors of `width` numbers, which are also the inputs
    /// unless [they are named](Fused::inputs).
    #[must_use]
    pub const fn qkv(width: usize) -> Self {
        Fused {
            outputs: [width; 3],
            inputs: Some(width),
            layout: Layout::OUT_IN,
        }
    }

    /// The three gates of a GRU with `units` units. The inputs must be [named](Fused::inputs): those of
    /// the layer, or for the recurrent weight, its units.
    #[must_use]
    pub const fn gru(units: usize) -> Self {
        Fused::new([units; 3])
    }
}

impl Fused<[usize; 4]> {
    /// The four gates of an LSTM with `units` units. The inputs must be [named](Fused::inputs): those of
    /// the layer, or for the recurrent weight, its units.
    #[must_use]
    pub const fn lstm(units: usize) -> Self {
        Fused::new([units; 4])
    }
}

impl Fused<[usize; 2]> {
    /// The gate and the value of a SwiGLU (or another gated unit) with `units` units. The inputs must
    /// be [named](Fused::inputs).
    #[must_use]
    pub const fn swiglu(units: usize) -> Self {
        Fused::new([units; 2])
    }
}

impl<P: AsRef<[usize]>> IntoWeight for Fused<P> {
    type Dim = Ix2;

    fn into_weight(self) -> Result<Weight, InitError> {
        let lens: Vec<u64> = self.outputs.as_ref().iter().map(|&n| n as u64).collect();
        let too_large = || TooLarge::Elements.error(self.outputs.as_ref());
        let total = (lens.iter())
            .try_fold(0_usize, |total, &len| total.checked_add(len as usize))
            .ok_or_else(too_large)?;
        let inputs = given("inputs", self.inputs)?;
        let (axes, roles) = self.layout.axes(total, inputs, &[]);
        let is_output = |role: &Role| *role == Role::Output;
        let output = roles.as_slice().iter().position(is_output).unwrap_or(0);
        Weight::of(axes, roles, Operation::default())?.with_parts(output, 1, lens)
    }
}
