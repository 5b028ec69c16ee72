//! A logical tensor as its operation sees it.

use std::{fmt, sync::Arc};

use crate::error::{InitError, non_negative};
use crate::weight::Axis;
use crate::weight::axis::{LogicalAxis, plain_role};
use crate::weight::dims::{Dims, PerAxis};
use crate::word::Role;

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
/// Operations that are more than their axes have types of their own, which turn into weights
/// wherever a shape is wanted: [`Dense`](crate::Dense), [`Conv`](crate::Conv),
/// [`DepthwiseConv`](crate::DepthwiseConv), [`ConvTranspose`](crate::ConvTranspose),
/// [`Embedding`](crate::Embedding), [`Fused`](crate::Fused).
///
/// Fans are `f64`, because the effective fan of a strided operation need not be whole. They are
/// exact up to 2^53.
#[derive(Clone, PartialEq)]
pub struct Weight {
    pub(super) dims: Dims,
    pub(super) roles: PerAxis<Role>,
    /// The product of `dims`.
    pub(super) len: u64,
    pub(super) receptive_field: u64,
    pub(super) fan_in: Option<f64>,
    pub(super) fan_out: Option<f64>,
    pub(super) groups: Option<Groups>,
    pub(super) fused: Option<Arc<FusedParts>>,
}

/// An axis that counts first the groups and then the features of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Groups {
    pub(super) axis: usize,
    pub(super) count: u64,
}

/// What a fused weight is made of, one after the other along an axis.
#[derive(Debug, PartialEq)]
pub(crate) struct FusedParts {
    pub(crate) axis: usize,
    pub(crate) parts: Vec<Weight>,
}

impl Weight {
    /// A weight of one axis, such as a bias. It has no fans until they are [stated](Weight::fans).
    #[must_use]
    pub fn vector(len: usize) -> Self {
        Weight {
            dims: Dims::new(&[len]),
            roles: [Role::Unnamed].into_iter().collect(),
            len: len as u64,
            receptive_field: 1,
            fan_in: None,
            fan_out: None,
            groups: None,
            fused: None,
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
        Self::of(
            axes.iter().map(|axis| axis.len()).collect(),
            axes.iter().map(|axis| axis.role()).collect(),
        )
    }

    /// The plain reading of a shape: `[fan_out, fan_in, kernel...]`; no fans for fewer than two
    /// axes.
    pub(crate) fn plain(shape: &[usize]) -> Result<Self, InitError> {
        let roles = (0..shape.len()).map(|axis| plain_role(shape.len(), axis));
        Self::of(Dims::new(shape), roles.collect())
    }

    /// Of as many lengths as roles.
    fn of(dims: Dims, roles: PerAxis<Role>) -> Result<Self, InitError> {
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
        let (fan_in, fan_out) = (
            product(Role::Input).map(fan),
            product(Role::Output).map(fan),
        );
        Ok(Weight {
            dims,
            roles,
            len,
            receptive_field,
            fan_in,
            fan_out,
            groups: None,
            fused: None,
        })
    }

    /// The same weight, whose axis `axis` counts first the groups and then the features of one: its
    /// fan is that of a group. The axis' length is a multiple of `count`, which is not 0.
    pub(crate) fn grouped(mut self, axis: usize, count: u64) -> Self {
        let fan = match self.roles.as_slice().get(axis) {
            Some(Role::Output) => &mut self.fan_out,
            _ => &mut self.fan_in,
        };
        *fan = fan.map(|fan| fan / count as f64);
        self.groups = (count > 1).then_some(Groups { axis, count });
        self
    }

    /// The same weight with an effective fan, where there is one.
    pub(crate) fn effective_fans(mut self, fan_in: Option<f64>, fan_out: Option<f64>) -> Self {
        self.fan_in = fan_in.or(self.fan_in);
        self.fan_out = fan_out.or(self.fan_out);
        self
    }

    /// The same weight as one of several parts along an axis, whose lengths add up to the axis'.
    /// What the parts do not agree on, the whole does not have.
    pub(crate) fn fused(mut self, axis: usize, lens: &[u64]) -> Result<Self, InitError> {
        let part = |&len: &u64| {
            let mut dims = self.dims.clone();
            dims.as_mut_slice()[axis] = len;
            Self::of(dims, self.roles.clone())
        };
        let parts = lens.iter().map(part).collect::<Result<Vec<_>, _>>()?;
        let agreed = |fan: fn(&Weight) -> Option<f64>| {
            let first = fan(parts.first()?);
            first.filter(|_| parts.iter().all(|part| fan(part) == first))
        };
        self.fan_in = agreed(|part| part.fan_in);
        self.fan_out = agreed(|part| part.fan_out);
        self.fused = Some(Arc::new(FusedParts { axis, parts }));
        Ok(self)
    }

    /// The same weight with its fans stated outright, whatever its axes say; those of every part of
    /// a fused weight.
    ///
    /// A fan of 0 is refused when a scheme asks for it, unless the weight has no elements.
    #[must_use]
    pub fn fans(self, fan_in: usize, fan_out: usize) -> Self {
        self.state_fans(fan_in as f64, fan_out as f64)
    }

    /// As [`fans`](Weight::fans), for fans that are not whole: an operation with a stride, or a
    /// framework's way of counting, has such ones.
    ///
    /// ```
    /// use fanin::{InitError, Weight};
    ///
    /// // Each of 8 inputs reaches 2.5 outputs on average.
    /// let weight = Weight::new((20, 8))?.fans_f64(8.0, 2.5)?;
    /// assert_eq!((weight.fan_in()?, weight.fan_out()?), (8.0, 2.5));
    /// # Ok::<(), InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if a fan is negative, NaN or infinite.
    pub fn fans_f64(self, fan_in: f64, fan_out: f64) -> Result<Self, InitError> {
        let fan_in = non_negative("fan_in", fan_in)?;
        let fan_out = non_negative("fan_out", fan_out)?;
        Ok(self.state_fans(fan_in, fan_out))
    }

    fn state_fans(mut self, fan_in: f64, fan_out: f64) -> Self {
        self.fan_in = Some(fan_in);
        self.fan_out = Some(fan_out);
        if let Some(fused) = &self.fused {
            let state = |part: &Weight| part.clone().state_fans(fan_in, fan_out);
            self.fused = Some(Arc::new(FusedParts {
                axis: fused.axis,
                parts: fused.parts.iter().map(state).collect(),
            }));
        }
        self
    }

    /// The parts that a [fused](crate::Fused) weight is made of, each a weight with fans of its own;
    /// of any other weight, itself. A scheme is asked for the law of every part.
    ///
    /// ```
    /// use fanin::{Fused, Weight};
    ///
    /// // Queries, and fewer keys and values, from 512 inputs.
    /// let qkv = Weight::new(Fused::outputs([512, 128, 128], 512))?;
    /// assert_eq!(qkv.shape(), [768, 512]);
    /// let fans_out: Vec<_> = qkv.parts().map(|part| part.fan_out()).collect();
    /// assert_eq!(fans_out, [Ok(512.0), Ok(128.0), Ok(128.0)]);
    /// assert_eq!(qkv.fan_in()?, 512.0);
    /// assert!(qkv.fan_out().is_err());
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = &Weight> {
        match &self.fused {
            Some(fused) => fused.parts.iter(),
            None => std::slice::from_ref(self).iter(),
        }
    }

    /// The parts of a fused weight, and the axis along which they lie.
    pub(crate) fn fused_parts(&self) -> Option<&FusedParts> {
        self.fused.as_deref()
    }

    /// How many axes count places of a kernel.
    pub(crate) fn kernel_axes(&self) -> usize {
        let roles = self.roles.as_slice().iter();
        roles.filter(|role| **role == Role::Kernel).count()
    }

    /// The axes in row-major order, one with groups as two.
    pub(crate) fn logical_axes(&self) -> Vec<LogicalAxis> {
        let mut axes = Vec::with_capacity(self.dims.as_slice().len() + 1);
        let lens = self.dims.as_slice().iter().zip(self.roles.as_slice());
        for (axis, (&len, &role)) in lens.enumerate() {
            let groups = self.groups.filter(|groups| groups.axis == axis);
            if let Some(Groups { count, .. }) = groups {
                let role = Role::Batch;
                axes.push(LogicalAxis { role, len: count });
            }
            let len = len / groups.map_or(1, |groups| groups.count);
            axes.push(LogicalAxis { role, len });
        }
        axes
    }

    /// How many inputs one output sums over.
    ///
    /// # Errors
    ///
    /// [`InitError::NoFan`] if no axis is an input and no fan was stated; [`InitError::ZeroFan`]
    /// if it is 0; [`InitError::FusedFan`] if the parts of a fused weight do not agree.
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
            None if self.fused.is_some() => Err(InitError::FusedFan {
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
    use crate::error::InitError;

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
