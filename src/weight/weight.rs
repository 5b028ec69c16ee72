//! A logical tensor as its operation sees it.

use std::sync::Arc;

use crate::error::{InitError, NoFan};
use crate::weight::axis::{Axis, LogicalAxis, plain_role};
use crate::weight::dims::{Dims, PerAxis};
use crate::weight::into_fan::IntoFan;
use crate::weight::order::Order;
use crate::weight::parts::{MOST_PARTS, Parts};
use crate::word::Role;

/// A logical tensor as its operation sees it: its shape, and the fans that follow from what its
/// axes are.
///
/// A plain shape is read as `[fan_out, fan_in, kernel...]`: `(256, 784)` is 256 outputs of 784
/// inputs, `(64, 3, 7, 7)` is 64 outputs of 3 inputs, each through 7 x 7 places. For any other
/// layout, name the axes with a [`Reading`](crate::Reading) or [`from_axes`](Weight::from_axes), or
/// state the fans with [`fans`](Weight::fans). A weight prints how its shape was read.
///
/// Shapes convert to weights implicitly. Build a `Weight` only where the plain reading is not the
/// right one. A [`Scheme`](crate::Scheme) receives a `&Weight`.
///
/// ```
/// use fanin::{Axis, InitError, Weight};
///
/// let conv = Weight::new((64, 3, 7, 7))?;
/// assert_eq!((conv.fan_in()?, conv.fan_out()?), (147.0, 3136.0));
/// assert_eq!(conv.receptive_field(), 49);
/// assert_eq!(
///     conv.to_string(),
///     "[64, 3, 7, 7] as o i k k: fan_in 147, fan_out 3136"
/// );
///
/// // Eight experts, each a dense layer in the layout [in, out].
/// let experts = Weight::from_axes([Axis::Batch(8), Axis::Input(512), Axis::Output(2048)])?;
/// assert_eq!((experts.fan_in()?, experts.fan_out()?), (512.0, 2048.0));
///
/// // A bias whose scale follows the layer's fans.
/// let bias = Weight::vector(256).fans(784, 256);
/// assert_eq!(bias.fan_in()?, 784.0);
/// assert!(Weight::vector(256).fan_in().is_err());
/// // Three axes are not a batch of matrices, unless they are read as one.
/// let plain = Weight::new((8, 512, 2048))?;
/// assert_eq!(plain.to_string(), "[8, 512, 2048] as o i k: fan_in 1048576, fan_out 16384");
/// let batch = Weight::read("b i o", (8, 512, 2048))?;
/// assert_eq!(batch.to_string(), "[8, 512, 2048] as b i o: fan_in 512, fan_out 2048");
/// # Ok::<(), InitError>(())
/// ```
///
/// Operations that are more than their axes have their own types, which convert to weights wherever
/// a shape is expected: [`Dense`](crate::Dense), [`Conv`](crate::Conv),
/// [`DepthwiseConv`](crate::DepthwiseConv), [`ConvTranspose`](crate::ConvTranspose),
/// [`Embedding`](crate::Embedding), [`Fused`](crate::Fused).
///
/// Fans are `f64`, because the effective fan of a strided operation need not be whole. They are
/// exact up to 2^53.
#[derive(Clone, PartialEq)]
pub struct Weight {
    pub(super) lens: PerAxis<usize>,
    pub(super) roles: PerAxis<Role>,
    /// The product of `lens`.
    pub(super) len: u64,
    pub(super) receptive_field: u64,
    pub(super) fan_in: Option<f64>,
    pub(super) fan_out: Option<f64>,
    pub(super) operation: Operation,
    pub(super) parts: Option<Arc<Parts<Weight>>>,
    /// For a part, its number and that of all parts.
    pub(super) part: Option<(usize, usize)>,
    pub(super) order: Option<Order>,
}

/// What the axes do not show of an operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Operation {
    pub(super) groups: Option<Groups>,
    /// Along every axis of the kernel, in their order.
    pub(super) stride: Option<Arc<[usize]>>,
    /// Whether it is a transposed convolution, whose stride is one of inputs.
    pub(super) transposed: bool,
}

/// An axis that counts first the groups and then the features of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Groups {
    pub(super) axis: usize,
    pub(super) count: u64,
}

impl Weight {
    /// A weight of one axis, such as a bias. It has no fans until they are [stated](Weight::fans).
    #[must_use]
    pub fn vector(len: usize) -> Self {
        Weight {
            lens: [len].into_iter().collect(),
            roles: [Role::Unnamed].into_iter().collect(),
            len: len as u64,
            receptive_field: 1,
            fan_in: None,
            fan_out: None,
            operation: Operation::default(),
            parts: None,
            part: None,
            order: None,
        }
    }

    /// A weight whose axes are named by their roles, in any order.
    ///
    /// `fan_in` is the product of the inputs and the kernel, `fan_out` that of the outputs and the
    /// kernel. Without an input axis there is no `fan_in`, without an output axis no `fan_out`.
    ///
    /// An array of axes is also accepted wherever a shape is. The result then has that number of
    /// axes: `HeNormal.init(&mut rng, [Axis::Input(784), Axis::Output(256)])` is an `Array2` in the
    /// layout `[in, out]`.
    ///
    /// ```
    /// use fanin::{Axis, InitError, Weight};
    ///
    /// // Eight experts, whose gates and up projections, of 64 outputs each, lie in one axis.
    /// let gate_and_up = Axis::OutputParts { count: 2, len: 64 };
    /// let experts = Weight::from_axes([Axis::Batch(8), gate_and_up, Axis::Input(32)])?;
    /// assert_eq!(experts.shape(), [8, 128, 32]);
    /// assert_eq!((experts.fan_in()?, experts.fan_out()?), (32.0, 64.0));
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitError::TooLarge`] if the shape has 2^64 elements or more;
    /// [`InitError::InvalidParameter`] if more than one axis has parts, or one has none, or more than
    /// 65,536.
    pub fn from_axes(axes: impl AsRef<[Axis]>) -> Result<Self, InitError> {
        let axes = axes.as_ref();
        let lens = (axes.iter().map(|axis| axis.len())).collect::<Result<PerAxis<usize>, _>>()?;
        let roles = axes.iter().map(|axis| axis.role()).collect();
        let weight = Self::of(lens, roles, Operation::default())?;
        // Before as many are made.
        let counts = axes.iter().filter_map(|axis| axis.parts());
        if let Some((count, _)) = { counts }.find(|(count, _)| *count > MOST_PARTS) {
            return Err(InitError::InvalidParameter {
                name: "number of parts",
                value: count as f64,
                rule: "at most 65,536",
            });
        }
        let mut parts = axes.iter().enumerate().filter_map(|(axis, given)| {
            let (count, len) = given.parts()?;
            Some((axis, vec![len as u64; count]))
        });
        match (parts.next(), parts.count()) {
            (None, _) => Ok(weight),
            (Some((axis, lens)), 0) => weight.with_parts(axis, 1, lens),
            (Some(_), others) => Err(InitError::InvalidParameter {
                name: "number of axes with parts",
                value: 1.0 + others as f64,
                rule: "at most 1",
            }),
        }
    }

    /// The plain reading of a shape: `[fan_out, fan_in, kernel...]`; no fans for fewer than two
    /// axes.
    pub(crate) fn plain(shape: &[usize]) -> Result<Self, InitError> {
        let roles = (0..shape.len()).map(|axis| plain_role(shape.len(), axis));
        let lens = shape.iter().copied().collect();
        Self::of(lens, roles.collect(), Operation::default())
    }

    /// A weight of as many lengths as roles. The length of an axis with groups is a multiple of
    /// their number, and strides are as many as the axes of the kernel; neither is 0.
    pub(super) fn of(
        lens: PerAxis<usize>,
        roles: PerAxis<Role>,
        operation: Operation,
    ) -> Result<Self, InitError> {
        let dims = Dims::new(lens.as_slice());
        let len = dims.count()?;
        // Saturation is for axes of length 0: no product of the other lengths reaches 2^64.
        let product = |role: Role| {
            let axes = dims.as_slice().iter().zip(roles.as_slice());
            let mut lens = axes.filter(|axis| *axis.1 == role).peekable();
            lens.peek()?;
            Some(lens.fold(1_u64, |product, (&len, _)| product.saturating_mul(len)))
        };
        let receptive_field = product(Role::Kernel).unwrap_or(1);
        let fan = |features: u64| features.saturating_mul(receptive_field) as f64;
        let mut fan_in = product(Role::Input).map(fan);
        let mut fan_out = product(Role::Output).map(fan);
        if let Some(Groups { axis, count }) = operation.groups {
            let fan = match roles.as_slice().get(axis) {
                Some(Role::Output) => &mut fan_out,
                _ => &mut fan_in,
            };
            *fan = fan.map(|fan| fan / count as f64);
        }
        if let Some(stride) = &operation.stride {
            let steps: f64 = stride.iter().map(|&step| step as f64).product();
            let fan = match operation.transposed {
                false => &mut fan_out,
                true => &mut fan_in,
            };
            *fan = fan.map(|fan| fan / steps);
        }
        Ok(Weight {
            lens,
            roles,
            len,
            receptive_field,
            fan_in,
            fan_out,
            operation,
            parts: None,
            part: None,
            order: None,
        })
    }

    /// The same weight with an effective fan, where there is one.
    pub(crate) fn effective_fans(mut self, fan_in: Option<f64>, fan_out: Option<f64>) -> Self {
        self.fan_in = fan_in.or(self.fan_in);
        self.fan_out = fan_out.or(self.fan_out);
        self
    }

    /// The same weight in parts along an axis of outputs or inputs without groups. Each part has its
    /// length of `lens` in places, in turn, and all of this `times` times, which fills the axis. A
    /// fan in which the parts differ is none of the whole.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] for no parts.
    pub(super) fn with_parts(
        mut self,
        axis: usize,
        times: u64,
        lens: Vec<u64>,
    ) -> Result<Self, InitError> {
        if lens.is_empty() {
            return Err(InitError::InvalidParameter {
                name: "number of parts",
                value: 0.0,
                rule: "at least 1",
            });
        }
        let count = lens.len();
        let part = |(number, &len): (usize, &u64)| {
            let mut own = self.lens.clone();
            // No more than the axis has.
            own.as_mut_slice()[axis] = (len * times) as usize;
            let part = Self::of(own, self.roles.clone(), self.operation.clone())?;
            Ok(Weight {
                part: Some((number, count)),
                ..part
            })
        };
        let weights: Vec<Weight> = lens
            .iter()
            .enumerate()
            .map(part)
            .collect::<Result<_, InitError>>()?;
        let agreed = |fan: fn(&Weight) -> Option<f64>| {
            let first = fan(weights.first()?);
            first.filter(|_| weights.iter().all(|part| fan(part) == first))
        };
        self.fan_in = agreed(|part| part.fan_in);
        self.fan_out = agreed(|part| part.fan_out);
        self.parts = Some(Arc::new(Parts {
            axis,
            times,
            lens,
            weights,
        }));
        Ok(self)
    }

    /// The same weight with stated fans, whatever its axes are. In a weight with parts, they are the
    /// fans of every part. They need not be whole, as with a stride or a framework's own way of
    /// counting.
    ///
    /// A fan that is 0, negative, infinite or not a number is an error when a scheme uses it, unless
    /// the weight has no elements.
    ///
    /// ```
    /// use fanin::{InitError, Weight};
    ///
    /// let bias = Weight::vector(256).fans(784, 256);
    /// assert_eq!((bias.fan_in()?, bias.fan_out()?), (784.0, 256.0));
    /// // Each of 8 inputs reaches 2.5 outputs on average.
    /// let weight = Weight::new((20, 8))?.fans(8, 2.5);
    /// assert_eq!((weight.fan_in()?, weight.fan_out()?), (8.0, 2.5));
    /// # Ok::<(), InitError>(())
    /// ```
    #[must_use]
    pub fn fans(self, fan_in: impl IntoFan, fan_out: impl IntoFan) -> Self {
        self.state_fans(fan_in.into_fan(), fan_out.into_fan())
    }

    fn state_fans(mut self, fan_in: f64, fan_out: f64) -> Self {
        self.fan_in = Some(fan_in);
        self.fan_out = Some(fan_out);
        if let Some(parts) = &self.parts {
            let state = |part: &Weight| part.clone().state_fans(fan_in, fan_out);
            self.parts = Some(Arc::new(Parts {
                axis: parts.axis,
                times: parts.times,
                lens: parts.lens.clone(),
                weights: parts.weights.iter().map(state).collect(),
            }));
        }
        self
    }

    /// The same weight with the fans of another; if both have the same number of parts, each part gets the
    /// fans of the other's part.
    pub(crate) fn with_fans_of(mut self, other: &Weight) -> Self {
        (self.fan_in, self.fan_out) = (other.fan_in, other.fan_out);
        if let Some(parts) = &self.parts {
            let others = other
                .parts
                .as_ref()
                .filter(|others| others.weights.len() == parts.weights.len());
            let weights = parts.weights.iter().enumerate().map(|(number, part)| {
                let own = others.and_then(|others| others.weights.get(number));
                part.clone().with_fans_of(own.unwrap_or(other))
            });
            self.parts = Some(Arc::new(Parts {
                axis: parts.axis,
                times: parts.times,
                lens: parts.lens.clone(),
                weights: weights.collect(),
            }));
        }
        self
    }

    /// The parts of a weight, each a weight with fans of its own: those of [`Fused`](crate::Fused), of
    /// an axis with [parts](crate::Axis::OutputParts), or of a [reading](crate::Reading) that has some;
    /// for any other weight, itself. A scheme returns the law of every part.
    ///
    /// ```
    /// use fanin::{Fused, Weight};
    ///
    /// // Grouped-query attention from 512 inputs: fewer keys and values than queries.
    /// let qkv = Weight::new(Fused::new([512, 128, 128]).inputs(512))?;
    /// assert_eq!(qkv.shape(), [768, 512]);
    /// let fans_out: Vec<_> = qkv.parts().map(|part| part.fan_out()).collect();
    /// assert_eq!(fans_out, [Ok(512.0), Ok(128.0), Ok(128.0)]);
    /// assert_eq!(qkv.fan_in()?, 512.0);
    /// assert!(qkv.fan_out().is_err());
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = &Weight> {
        match &self.parts {
            Some(parts) => parts.weights.iter(),
            None => std::slice::from_ref(self).iter(),
        }
    }

    /// For a part of another weight, its number, counted from 0, and that of all parts; `None` for
    /// any other weight. A scheme that gives each part its own law reads it.
    ///
    /// ```
    /// use fanin::{InitError, Law, Scheme, Weight};
    ///
    /// /// He's variance for gates, and a tenth of it for the other half.
    /// #[derive(Debug)]
    /// struct Gated;
    ///
    /// impl Scheme for Gated {
    ///     fn law(&self, weight: &Weight) -> Result<Law, InitError> {
    ///         let variance = 2.0 / weight.fan_in()?;
    ///         match weight.part() {
    ///             Some((0, 2)) => Law::normal(0.0, variance),
    ///             _ => Law::normal(0.0, variance / 10.0),
    ///         }
    ///     }
    /// }
    ///
    /// let weight = Weight::read("(2 o) i", (128, 32))?;
    /// let numbers: Vec<_> = weight.parts().map(Weight::part).collect();
    /// assert_eq!(numbers, [Some((0, 2)), Some((1, 2))]);
    /// assert_eq!(weight.part(), None);
    /// # Ok::<(), InitError>(())
    /// ```
    #[must_use]
    pub fn part(&self) -> Option<(usize, usize)> {
        self.part
    }

    /// The parts, and where they lie, of a weight that has some.
    pub(crate) fn in_parts(&self) -> Option<&Parts<Weight>> {
        self.parts.as_deref()
    }

    /// Whether it is that of a transposed convolution.
    pub(crate) fn is_transposed(&self) -> bool {
        self.operation.transposed
    }

    /// How many axes count places of a kernel.
    pub(crate) fn kernel_axes(&self) -> usize {
        let roles = self.roles.as_slice().iter();
        roles.filter(|role| **role == Role::Kernel).count()
    }

    /// The axes in row-major order, one with groups as two.
    pub(crate) fn logical_axes(&self) -> Vec<LogicalAxis> {
        let mut axes = Vec::with_capacity(self.lens.as_slice().len() + 1);
        let lens = self.lens.as_slice().iter().zip(self.roles.as_slice());
        for (axis, (&len, &role)) in lens.enumerate() {
            let groups = self.operation.groups.filter(|groups| groups.axis == axis);
            if let Some(Groups { count, .. }) = groups {
                let role = Role::Batch;
                axes.push(LogicalAxis { role, len: count });
            }
            let len = len as u64 / groups.map_or(1, |groups| groups.count);
            axes.push(LogicalAxis { role, len });
        }
        axes
    }

    /// How many inputs one output sums over.
    ///
    /// # Errors
    ///
    /// [`InitError::NoFan`] if no axis is an input and no fan was stated, or if the parts of a weight
    /// differ in it; [`InitError::ZeroFan`] if it is 0; [`InitError::InvalidParameter`] if it was stated
    /// as a number that no fan can be.
    pub fn fan_in(&self) -> Result<f64, InitError> {
        self.checked("fan_in", Role::Input, self.fan_in)
    }

    /// How many outputs one input reaches.
    ///
    /// # Errors
    ///
    /// As for [`fan_in`](Weight::fan_in).
    pub fn fan_out(&self) -> Result<f64, InitError> {
        self.checked("fan_out", Role::Output, self.fan_out)
    }

    /// `fan_in` and `fan_out` unchecked: they may be 0.
    pub(crate) fn stated_fans(&self) -> (Option<f64>, Option<f64>) {
        (self.fan_in, self.fan_out)
    }

    fn checked(&self, name: &'static str, role: Role, fan: Option<f64>) -> Result<f64, InitError> {
        let Some(fan) = fan else {
            let roles = self.roles.as_slice();
            let is_read = roles.iter().any(|role| *role != Role::Unnamed);
            return Err(InitError::NoFan {
                fan: name,
                shape: self.shape().to_vec(),
                reading: self.reading().to_string(),
                why: match is_read {
                    _ if roles.contains(&role) => NoFan::PartsDiffer,
                    true => NoFan::NoAxis,
                    false => NoFan::NotRead,
                },
            });
        };
        if fan > 0.0 && fan.is_finite() {
            Ok(fan)
        } else if fan == 0.0 {
            Err(InitError::ZeroFan {
                fan: name,
                shape: self.shape().to_vec(),
                reading: self.reading().to_string(),
            })
        } else {
            Err(InitError::InvalidParameter {
                name,
                value: fan,
                rule: "finite and above 0",
            })
        }
    }

    /// How many places of the input one output sums over through the kernel; 1 without a kernel.
    #[must_use]
    pub fn receptive_field(&self) -> u64 {
        self.receptive_field
    }

    /// The length of every axis.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        self.lens.as_slice()
    }

    /// The length of every axis, as laws and regions have them.
    pub(crate) fn dims(&self) -> Dims {
        Dims::new(self.lens.as_slice())
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

#[cfg(test)]
mod tests {
    use super::{Axis, Weight};
    use crate::error::InitError;

    #[test]
    fn axes_in_any_order_give_the_fans_of_the_plain_shape() {
        let plain = Weight::plain(&[64, 3, 7, 5]).unwrap();
        let named = Weight::from_axes([
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
        let weight = Weight::from_axes([Axis::Output(10), Axis::Batch(3)]).unwrap();
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
