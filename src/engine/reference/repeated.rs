//! Laws that belong to a shape: repeated outputs.

use super::places::{Axes, Role, digits, index};

/// The smaller weight, whose one axis of outputs is `times` shorter.
pub(super) fn smaller(axes: &Axes, times: u64) -> Vec<(Role, u64)> {
    let shorter = |&(role, len): &(Role, u64)| match role {
        Role::Output => (role, len / times),
        _ => (role, len),
    };
    axes.iter().map(shorter).collect()
}

/// The index in the smaller weight of the element that has the value of one of the larger.
pub(super) fn original(axes: &Axes, times: u64, of: u64) -> u64 {
    let mut digits = digits(axes, of);
    for (digit, (role, _)) in digits.iter_mut().zip(axes) {
        if *role == Role::Output {
            *digit /= times;
        }
    }
    index(&smaller(axes, times), &digits)
}
