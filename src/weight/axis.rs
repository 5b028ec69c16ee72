//! What an axis of a weight is to its operation.

use crate::word::Role;

/// One axis of a [`Weight`](crate::Weight), named by its role, with its length.
///
/// An array of axes is a shape: see [`Weight::with_axes`](crate::Weight::with_axes).
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
    pub(crate) const fn len(self) -> u64 {
        match self {
            Axis::Output(n) | Axis::Input(n) | Axis::Kernel(n) | Axis::Batch(n) => n as u64,
        }
    }

    pub(crate) const fn role(self) -> Role {
        match self {
            Axis::Output(_) => Role::Output,
            Axis::Input(_) => Role::Input,
            Axis::Kernel(_) => Role::Kernel,
            Axis::Batch(_) => Role::Batch,
        }
    }
}

/// The plain reading of a shape: `[fan_out, fan_in, kernel...]`; nothing is read into fewer than
/// two axes.
pub(crate) fn plain_role(rank: usize, axis: usize) -> Role {
    match axis {
        _ if rank < 2 => Role::Unnamed,
        0 => Role::Output,
        1 => Role::Input,
        _ => Role::Kernel,
    }
}

/// An axis as a law of whole matrices sees it: an axis of the shape, or one of the two (the number
/// of the group, the place within it) that an axis with groups is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct LogicalAxis {
    pub(crate) role: Role,
    pub(crate) len: u64,
}
