//! Laws that belong to a shape: places.

/// What an axis counts. An axis with groups is two, of which the first is a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    Batch,
    Output,
    Input,
    Kernel,
    /// The axis of a vector.
    Vector,
}

/// Axes in row-major order, with their lengths.
pub(crate) type Axes = [(Role, u64)];

/// The product of the lengths of the axes of these roles.
pub(crate) fn product(axes: &Axes, roles: &[Role]) -> u64 {
    let axes = axes.iter().filter(|(role, _)| roles.contains(role));
    axes.map(|(_, len)| len).product()
}

/// The number of elements.
pub(super) fn len(axes: &Axes) -> u64 {
    axes.iter().map(|(_, len)| len).product()
}

/// The row-major index of an element as a digit for every axis.
pub(super) fn digits(axes: &Axes, mut index: u64) -> Vec<u64> {
    let mut digits = vec![0; axes.len()];
    for (digit, (_, len)) in digits.iter_mut().zip(axes).rev() {
        *digit = index % len;
        index /= len;
    }
    digits
}

/// The row-major index of these digits.
pub(super) fn index(axes: &Axes, digits: &[u64]) -> u64 {
    let axes = axes.iter().zip(digits);
    axes.fold(0, |index, ((_, len), digit)| index * len + digit)
}

/// What an index means.
pub(super) struct Place {
    pub(super) batch: u64,
    pub(super) output: u64,
    pub(super) input: u64,
    pub(super) kernel: u64,
    pub(super) column: u64,
    pub(super) block: u64,
    /// The digits of the kernel, each with the length of its axis.
    pub(super) kernel_digits: Vec<(u64, u64)>,
}

impl Place {
    pub(super) fn of(axes: &Axes, index: u64) -> Self {
        let digits = digits(axes, index);
        let digits = || axes.iter().zip(&digits);
        // The number that the digits of these axes make, in the order of the axes.
        let number = |roles: &[Role]| {
            let own = digits().filter(|((role, _), _)| roles.contains(role));
            own.fold(0, |number, ((_, len), digit)| number * len + digit)
        };
        Place {
            batch: number(&[Role::Batch]),
            output: number(&[Role::Output]),
            input: number(&[Role::Input]),
            kernel: number(&[Role::Kernel]),
            column: number(&[Role::Input, Role::Kernel]),
            block: number(&[Role::Output, Role::Vector]),
            kernel_digits: digits()
                .filter(|((role, _), _)| *role == Role::Kernel)
                .map(|((_, len), digit)| (*digit, *len))
                .collect(),
        }
    }
}
