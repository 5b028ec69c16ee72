//! A logical tensor as its operation sees it.

use std::fmt;

use crate::{InitError, IntoWeight, dims::Dims};

/// One axis of a [`Weight`], named by its role, with its length.
///
/// An array of axes is a shape: see [`Weight::with_axes`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Axis {
    /// Counts outputs, as axis 0 of `[out, in]` does: a factor of `fan_out`.
    Output(usize),
    /// Counts inputs: a factor of `fan_in`.
    Input(usize),
    /// Counts places of a kernel: a factor of the receptive field, and so of both fans.
    Kernel(usize),
    /// Counts copies that do not see each other (experts, heads): in no fan.
    Batch(usize),
}

impl Axis {
    const fn len(self) -> usize {
        match self {
            Axis::Output(n) | Axis::Input(n) | Axis::Kernel(n) | Axis::Batch(n) => n,
        }
    }
}

/// A logical tensor as its operation sees it: its shape, and the fans that follow from what its
/// axes are.
///
/// A plain shape is read as `[fan_out, fan_in, kernel...]`: `(256, 784)` is 256 outputs of 784
/// inputs, `(64, 3, 7, 7)` is 64 outputs of 3 inputs, each through 7 x 7 places. Anything else
/// says so: [`with_axes`](Weight::with_axes) names the axes, [`fans`](Weight::fans) states the
/// fans outright.
///
/// Shapes turn into weights by themselves where one is wanted; a `Weight` is written out when the
/// plain reading is not meant, and it is what a [`Scheme`](crate::Scheme) looks at.
///
/// ```
/// use fanin::{Axis, InitError, Weight};
///
/// let conv = Weight::new((64, 3, 7, 7))?;
/// assert_eq!((conv.fan_in()?, conv.fan_out()?), (147.0, 3136.0));
/// assert_eq!(conv.receptive_field(), 49);
///
/// // Eight experts, each a dense layer in the layout [in, out].
/// let experts = Weight::with_axes([Axis::Batch(8), Axis::Input(512), Axis::Output(2048)])?;
/// assert_eq!((experts.fan_in()?, experts.fan_out()?), (512.0, 2048.0));
///
/// // A bias whose scale follows the layer's fans.
/// let bias = Weight::vector(256).fans(784, 256);
/// assert_eq!(bias.fan_in()?, 784.0);
/// assert!(Weight::vector(256).fan_in().is_err());
/// # Ok::<(), InitError>(())
/// ```
///
/// Fans are `f64`, because the effective fan of a strided operation need not be whole. They are
/// exact up to 2^53.
#[derive(Clone, PartialEq)]
pub struct Weight {
    dims: Dims,
    /// The product of `dims`.
    len: u64,
    receptive_field: u64,
    fan_in: Option<f64>,
    fan_out: Option<f64>,
}

impl Weight {
    /// A weight of any shape, or of anything else that can be [turned into one](IntoWeight).
    ///
    /// # Errors
    ///
    /// [`InitError::TooLarge`] if the shape has 2^64 elements or more.
    pub fn new(shape: impl IntoWeight) -> Result<Self, InitError> {
        shape.into_weight()
    }

    /// A weight of one axis, such as a bias. It has no fans until they are [stated](Weight::fans).
    #[must_use]
    pub fn vector(len: usize) -> Self {
        Weight {
            dims: Dims::new(&[len]),
            len: len as u64,
            receptive_field: 1,
            fan_in: None,
            fan_out: None,
        }
    }

    /// A weight whose axes are named by their roles, in any order.
    ///
    /// `fan_in` is the product of the inputs and the kernel, `fan_out` that of the outputs and the
    /// kernel. Without an input axis there is no `fan_in`, without an output axis no `fan_out`.
    ///
    /// An array of axes can also be given wherever a shape is wanted; the result then has its
    /// number of axes: `HeNormal.init(&mut rng, [Axis::Input(784), Axis::Output(256)])` is an
    /// `Array2` in the layout `[in, out]`.
    ///
    /// # Errors
    ///
    /// [`InitError::TooLarge`] if the shape has 2^64 elements or more.
    pub fn with_axes(axes: impl AsRef<[Axis]>) -> Result<Self, InitError> {
        let axes = axes.as_ref();
        let dims: Dims = axes.iter().map(|axis| axis.len() as u64).collect();
        let len = dims.count()?;
        // Saturation is for axes of length 0: no product of the other lengths reaches 2^64.
        let product = |role: fn(Axis) -> Option<usize>| {
            let mut lens = axes.iter().filter_map(|&axis| role(axis)).peekable();
            lens.peek()?;
            Some(lens.fold(1_u64, |product, len| product.saturating_mul(len as u64)))
        };
        let receptive_field = product(|axis| match axis {
            Axis::Kernel(n) => Some(n),
            _ => None,
        })
        .unwrap_or(1);
        let fan = |features: u64| features.saturating_mul(receptive_field) as f64;
        let inputs = product(|axis| match axis {
            Axis::Input(n) => Some(n),
            _ => None,
        });
        let outputs = product(|axis| match axis {
            Axis::Output(n) => Some(n),
            _ => None,
        });
        Ok(Weight {
            dims,
            len,
            receptive_field,
            fan_in: inputs.map(fan),
            fan_out: outputs.map(fan),
        })
    }

    /// The plain reading of a shape: `[fan_out, fan_in, kernel...]`; no fans for fewer than two
    /// axes.
    pub(crate) fn plain(shape: &[usize]) -> Result<Self, InitError> {
        let dims = Dims::new(shape);
        let len = dims.count()?;
        let (receptive_field, fan_in, fan_out) = match shape {
            &[outputs, inputs, ref kernel @ ..] => {
                let field = kernel
                    .iter()
                    .fold(1_u64, |field, &n| field.saturating_mul(n as u64));
                let fan = |features: usize| Some((features as u64).saturating_mul(field) as f64);
                (field, fan(inputs), fan(outputs))
            }
            _ => (1, None, None),
        };
        Ok(Weight {
            dims,
            len,
            receptive_field,
            fan_in,
            fan_out,
        })
    }

    /// The same weight with its fans stated outright, whatever its axes say.
    ///
    /// A fan of 0 is refused when a scheme asks for it, unless the weight has no elements.
    #[must_use]
    pub fn fans(mut self, fan_in: usize, fan_out: usize) -> Self {
        self.fan_in = Some(fan_in as f64);
        self.fan_out = Some(fan_out as f64);
        self
    }

    /// How many inputs one output sums over.
    ///
    /// # Errors
    ///
    /// [`InitError::NoFan`] if no axis is an input and no fan was stated; [`InitError::ZeroFan`]
    /// if it is 0.
    pub fn fan_in(&self) -> Result<f64, InitError> {
        self.checked("fan_in", self.fan_in)
    }

    /// How many outputs one input reaches.
    ///
    /// # Errors
    ///
    /// As for [`fan_in`](Weight::fan_in).
    pub fn fan_out(&self) -> Result<f64, InitError> {
        self.checked("fan_out", self.fan_out)
    }

    /// `fan_in` and `fan_out` as they are, also if they are 0.
    pub(crate) fn stated_fans(&self) -> (Option<f64>, Option<f64>) {
        (self.fan_in, self.fan_out)
    }

    fn checked(&self, name: &'static str, fan: Option<f64>) -> Result<f64, InitError> {
        match fan {
            Some(fan) if fan > 0.0 => Ok(fan),
            Some(_) => Err(InitError::ZeroFan {
                fan: name,
                shape: self.shape().to_vec(),
            }),
            None => Err(InitError::NoFan {
                fan: name,
                shape: self.shape().to_vec(),
            }),
        }
    }

    /// How many places of the input one output sees through the kernel; 1 without a kernel.
    #[must_use]
    pub fn receptive_field(&self) -> u64 {
        self.receptive_field
    }

    /// The length of every axis, in elements.
    #[must_use]
    pub fn shape(&self) -> &[u64] {
        self.dims.as_slice()
    }

    pub(crate) fn dims(&self) -> &Dims {
        &self.dims
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether an axis has length 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl fmt::Debug for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Weight")
            .field("shape", &self.shape())
            .field("fan_in", &self.fan_in)
            .field("fan_out", &self.fan_out)
            .field("receptive_field", &self.receptive_field)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Weight};
    use crate::InitError;

    #[test]
    fn axes_in_any_order_give_the_fans_of_the_plain_shape() {
        let plain = Weight::plain(&[64, 3, 7, 5]).unwrap();
        let named = Weight::with_axes([
            Axis::Kernel(7),
            Axis::Kernel(5),
            Axis::Input(3),
            Axis::Output(64),
        ])
        .unwrap();
        assert_eq!(plain.fan_in(), named.fan_in());
        assert_eq!(plain.fan_out(), named.fan_out());
        assert_eq!(plain.receptive_field(), named.receptive_field());
        assert_eq!(named.shape(), [7, 5, 3, 64]);
    }

    #[test]
    fn a_role_that_no_axis_has_leaves_its_fan_open() {
        let weight = Weight::with_axes([Axis::Output(10), Axis::Batch(3)]).unwrap();
        assert_eq!(weight.fan_out(), Ok(10.0));
        assert!(matches!(
            weight.fan_in(),
            Err(InitError::NoFan { fan: "fan_in", .. })
        ));
    }

    #[test]
    fn seven_axes_are_as_good_as_six() {
        let weight = Weight::plain(&[2, 3, 1, 2, 1, 2, 2]).unwrap();
        assert_eq!(weight.fan_in(), Ok(24.0));
        assert_eq!(weight.len(), 48);
    }

    #[test]
    fn an_empty_shape_may_have_huge_axes() {
        let huge = usize::MAX;
        assert!(Weight::plain(&[huge, huge, huge]).is_err());
        assert!(Weight::plain(&[0, huge]).unwrap().is_empty());
    }
}
