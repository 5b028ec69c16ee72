//! A dense layer.

use ndarray::Ix2;

use crate::error::InitError;
use crate::weight::{IntoWeight, Layout, Weight};

/// The weight of a dense (fully connected, linear) layer: `outputs` sums over `inputs`.
///
/// In the layout `[out, in]`, where it is the plain shape `(outputs, inputs)`, unless
/// [`layout`](Dense::layout) says otherwise. `fan_in = inputs`, `fan_out = outputs`.
///
/// ```
/// use fanin::{Dense, HeNormal, Initializer, Key, Layout};
/// use ndarray::Array2;
///
/// // 784 inputs, 256 outputs, for a layer that computes x W.
/// let dense = Dense::new(256, 784).layout(Layout::IN_OUT);
/// let w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(0), dense)?;
/// assert_eq!(w.dim(), (784, 256));
/// assert_eq!(HeNormal.describe(dense)?.fan_in(), Some(784.0));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Dense {
    outputs: usize,
    inputs: usize,
    layout: Layout,
}

impl Dense {
    /// A layer with `outputs` outputs of `inputs` inputs, in the order of the plain shape.
    #[must_use]
    pub const fn new(outputs: usize, inputs: usize) -> Self {
        Dense {
            outputs,
            inputs,
            layout: Layout::OUT_IN,
        }
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
        Weight::with_axes(self.layout.axes(self.outputs, self.inputs, &[]))
    }
}
