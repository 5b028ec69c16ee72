//! The numbers that operations are made with.

use std::sync::Arc;

use super::layout::KernelShape;
use crate::error::InitError;
use crate::weight::dims::PerAxis;
use crate::weight::weight::Groups;
use crate::word::Role;

/// A number that must be named.
pub(super) fn given(name: &'static str, number: Option<usize>) -> Result<usize, InitError> {
    number.ok_or(InitError::Missing { name })
}

/// `count` as the number of groups of that many features.
pub(super) fn groups_of(
    count: usize,
    name: &'static str,
    features: usize,
) -> Result<usize, InitError> {
    if count == 0 {
        return Err(InitError::InvalidParameter {
            name: "number of groups",
            value: 0.0,
            rule: "at least 1",
        });
    }
    if features % count != 0 {
        return Err(InitError::InvalidParameter {
            name,
            value: features as f64,
            rule: "a multiple of the number of groups",
        });
    }
    Ok(features / count)
}

/// The groups that an axis of that role counts.
pub(super) fn groups(count: usize, roles: &PerAxis<Role>, role: Role) -> Option<Groups> {
    let axis = roles.as_slice().iter().position(|own| *own == role)?;
    let count = count as u64;
    (count > 1).then_some(Groups { axis, count })
}

/// A stride along every axis of a kernel. A slice can have another length than the kernel.
pub(super) fn stride<K: KernelShape>(
    stride: Option<&K>,
    kernel: &K,
) -> Result<Option<Arc<[usize]>>, InitError> {
    let Some(stride) = stride.map(AsRef::as_ref) else {
        return Ok(None);
    };
    if stride.len() != kernel.as_ref().len() {
        return Err(InitError::InvalidParameter {
            name: "number of strides",
            value: stride.len() as f64,
            rule: "that of the axes of the kernel",
        });
    }
    if stride.contains(&0) {
        return Err(InitError::InvalidParameter {
            name: "stride",
            value: 0.0,
            rule: "at least 1 along every axis",
        });
    }
    Ok((!stride.is_empty()).then(|| stride.into()))
}
