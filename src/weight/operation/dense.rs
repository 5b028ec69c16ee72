//! A dense layer.

use ndarray::Ix2;

use super::layout::Layout;
use super::numbers::given;
use crate::error::InitError;
use crate::weight::into_weight::IntoWeight;
use crate::weight::weight::{Operation, Weight};

/// The weight of a dense (fully connected, linear) layer: `outputs` sums over `inputs`.
///
/// The layout is `[out, in]`, which is the plain shape `(outputs, inputs)`, unless
/// [`layout`](Dense::layout) sets another; `(inputs, outputs).read("i o")` is the same as
/// `Layout::IN_OUT`. `fan_in = inputs`, `fan_out = outputs`.
///
/// ```
/// use fanin::{Dense, HeNormal, Initializer, Key, Layout};
/// use ndarray::Array2;
///
/// // 784 inputs, 256 outputs, for a layer that computes x W.
/// let dense = Dense::new().inputs(784).outputs(256).layout(Layout::IN_OUT);
/// let w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(0), dense)?;
/// assert_eq!(w.dim(), (784, 256));
/// assert_eq!(HeNormal.describe(dense)?.fan_in(), Some(784.0));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Dense {
    outputs: Option<usize>,
    inputs: Option<usize>,
    layout: Layout,
}

impl Dense {
    /// A layer whose inputs and outputs must be named: `Dense::new().inputs(784).outputs(256)`.
    #[must_use]
    pub const fn new() -> Self {
        Dense {
            outputs: None,
            inputs: None,
            layout: Layout::OUT_IN,
        }
    }

    /// Sets the number of inputs.
    #[must_use]
    pub const fn inputs(mut self, inputs: usize) -> Self {
        self.inputs = Some(inputs);
        self
    }

    /// Sets the number of outputs.
    #[must_use]
    pub const fn outputs(mut self, outputs: usize) -> Self {
        self.outputs = Some(outputs);
        self
    }

    /// The same in another order of axes.
    #[must_use]
    pub const fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }
}

impl IntoWeight for Dense {
    type Dim = Ix2;

    fn into_weight(self) -> Result<Weight, InitError> {
        let (inputs, outputs) = (
            given("inputs", self.inputs)?,
            given("outputs", self.outputs)?,
        );
        let (lens, roles) = self.layout.axes(outputs, inputs, &[]);
        Weight::of(lens, roles, Operation::default())
    }
}
