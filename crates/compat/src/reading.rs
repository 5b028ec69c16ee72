//! How a framework reads the shape of an array.

use fanin::{Axis, Conv, InitError, KernelShape, Layout, Weight};

/// How a framework reads the shape of an array. It ignores the roles that a weight gives to its
/// axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reading {
    /// `[out, in, kernel...]`: PyTorch.
    OutIn,
    /// `[kernel..., in, out]`: Keras. Both fans of a vector are its length, those of a scalar
    /// 1, and none is below 1.
    InOut,
    /// One axis of outputs, the others of inputs: JAX's orthogonal matrices. A negative number
    /// counts from the end.
    Column(isize),
}

impl Reading {
    pub(crate) fn of(self, shape: &[usize]) -> Result<Weight, InitError> {
        self.read(&Weight::new(shape)?)
    }

    pub(crate) fn read(self, weight: &Weight) -> Result<Weight, InitError> {
        let shape = lens(weight);
        match self {
            Reading::OutIn => Weight::new(&shape[..]),
            Reading::InOut => in_out(&shape),
            Reading::Column(column) => {
                let column = axis_of(column, shape.len())?;
                let role = |(axis, &len)| {
                    if axis == column {
                        Axis::Output(len)
                    } else {
                        Axis::Input(len)
                    }
                };
                Weight::from_axes(shape.iter().enumerate().map(role).collect::<Vec<_>>())
            }
        }
    }
}

/// The shape, as the caller had it.
pub(crate) fn lens(weight: &Weight) -> Vec<usize> {
    weight.shape().to_vec()
}

/// A convolution in the order of Keras and Flax: `[kernel..., inputs / groups, outputs]`.
pub(crate) fn conv_in_out<K: KernelShape>(
    inputs: usize,
    outputs: usize,
    kernel: K,
    groups: usize,
) -> Result<Weight, InitError> {
    let conv = Conv::new(kernel)
        .inputs(inputs)
        .outputs(outputs)
        .groups(groups);
    Weight::new(conv.layout(Layout::HWIO))
}

fn in_out(shape: &[usize]) -> Result<Weight, InitError> {
    let role = |(axis, &len)| match shape.len() - axis {
        _ if shape.len() < 2 => Axis::Batch(len),
        1 => Axis::Output(len),
        2 => Axis::Input(len),
        _ => Axis::Kernel(len),
    };
    let axes: Vec<Axis> = shape.iter().enumerate().map(role).collect();
    let weight = Weight::from_axes(axes)?;
    let lonely = shape.first().map_or(1.0, |&len| len as f64).max(1.0);
    let fan = |fan: Result<f64, InitError>| match fan {
        Ok(fan) => fan,
        Err(InitError::ZeroFan { .. }) => 1.0,
        Err(_) => lonely,
    };
    let (fan_in, fan_out) = (fan(weight.fan_in()), fan(weight.fan_out()));
    Ok(weight.fans(fan_in, fan_out))
}

/// An axis that may be counted from the end.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if there is no such axis.
pub(crate) fn axis_of(axis: isize, rank: usize) -> Result<usize, InitError> {
    let found = if axis < 0 {
        rank.checked_sub(axis.unsigned_abs())
    } else {
        Some(axis.unsigned_abs())
    };
    found
        .filter(|&axis| axis < rank)
        .ok_or(InitError::InvalidParameter {
            name: "axis",
            value: axis as f64,
            rule: "an axis of the shape, counted from 0 or, negative, from the end",
        })
}

/// # Errors
///
/// [`InitError::InvalidParameter`] unless the weight has as many axes as the rule says.
pub(crate) fn rank_in(
    weight: &Weight,
    ranks: std::ops::RangeInclusive<usize>,
    rule: &'static str,
) -> Result<(), InitError> {
    let rank = weight.shape().len();
    if ranks.contains(&rank) {
        return Ok(());
    }
    Err(InitError::InvalidParameter {
        name: "number of axes",
        value: rank as f64,
        rule,
    })
}
