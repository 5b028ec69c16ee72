//! The role of an axis of a weight in its operation.

use crate::error::{InitError, TooLarge};
use crate::word::Role;

/// One axis of a [`Weight`](crate::Weight), named by its role, with its length.
///
/// An array of axes is a shape: see [`Weight::from_axes`](crate::Weight::from_axes). For groups, parts
/// of unequal lengths and alternating parts, use a [`Reading`](crate::Reading).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Axis {
    /// Counts outputs, as axis 0 of `[out, in]` does: a factor of `fan_out`.
    Output(usize),
    /// Counts inputs: a factor of `fan_in`.
    Input(usize),
    /// Counts places of a kernel: a factor of the receptive field, and so of both fans.
    Kernel(usize),
    /// Counts independent copies (experts, heads): in no fan.
    Batch(usize),
    /// Counts the outputs of `count` layers, one after the other, of `len` outputs each: an axis of
    /// length `count * len` in [parts](crate::Weight::parts), whose `fan_out` is `len`.
    OutputParts {
        /// The number of parts.
        count: usize,
        /// The outputs of each.
        len: usize,
    },
    /// Counts the inputs of `count` layers, one after the other, of `len` inputs each.
    InputParts {
        /// The number of parts.
        count: usize,
        /// The inputs of each.
        len: usize,
    },
}

impl Axis {
    /// # Errors
    ///
    /// [`InitError::TooLarge`] for parts whose lengths add up to more than a `usize`.
    pub(super) fn len(self) -> Result<usize, InitError> {
        match self {
            Axis::Output(n) | Axis::Input(n) | Axis::Kernel(n) | Axis::Batch(n) => Ok(n),
            Axis::OutputParts { count, len } | Axis::InputParts { count, len } => count
                .checked_mul(len)
                .ok_or_else(|| TooLarge::Elements.error([count, len])),
        }
    }

    pub(super) const fn role(self) -> Role {
        match self {
            Axis::Output(_) | Axis::OutputParts { .. } => Role::Output,
            Axis::Input(_) | Axis::InputParts { .. } => Role::Input,
            Axis::Kernel(_) => Role::Kernel,
            Axis::Batch(_) => Role::Batch,
        }
    }

    /// The number and length of the parts.
    pub(super) const fn parts(self) -> Option<(usize, usize)> {
        match self {
            Axis::OutputParts { count, len } | Axis::InputParts { count, len } => {
                Some((count, len))
            }
            _ => None,
        }
    }
}

/// The plain reading of a shape: `[fan_out, fan_in, kernel...]`; fewer than two axes have no roles.
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
