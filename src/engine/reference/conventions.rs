//! Conventions: words, and the two types in which draws are made.

use std::{
    fmt::Debug,
    ops::{Add, Div, Mul, Neg, Sub},
};

/// `f32` or `f64`: every operation is one of the type, rounded to nearest.
pub(crate) trait Real:
    Copy
    + Debug
    + PartialOrd
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + super::normal::Constants
    + super::truncated::Constants
    + super::uniform::Uniform
{
    /// Bits of a word.
    const N: u32;

    /// `f32(x)` or `f64(x)` of an integer: one rounding.
    fn of(x: i64) -> Self;

    /// The same of an `f64`.
    fn rounded(x: f64) -> Self;

    /// Exact.
    fn wide(self) -> f64;

    /// Rounded once, as IEEE 754 has it.
    fn root(self) -> Self;
}

impl Real for f32 {
    const N: u32 = 32;

    fn of(x: i64) -> f32 {
        x as f32
    }

    fn rounded(x: f64) -> f32 {
        x as f32
    }

    fn wide(self) -> f64 {
        f64::from(self)
    }

    fn root(self) -> f32 {
        self.sqrt()
    }
}

impl Real for f64 {
    const N: u32 = 64;

    fn of(x: i64) -> f64 {
        x as f64
    }

    fn rounded(x: f64) -> f64 {
        x
    }

    fn wide(self) -> f64 {
        self
    }

    fn root(self) -> f64 {
        self.sqrt()
    }
}

/// `int(w)`: two's complement of the lower `n` bits.
pub(super) fn int(w: u64, n: u32) -> i64 {
    ((w << (64 - n)) as i64) >> (64 - n)
}

/// The lower `n` bits: what wraps.
pub(super) fn word(w: u64, n: u32) -> u64 {
    w & (u64::MAX >> (64 - n))
}

/// `2^k`, a normal number.
pub(super) fn two_to(k: i32) -> f64 {
    f64::from_bits(((1023 + k) as u64) << 52)
}

/// `c[0] + x * (c[1] + x * (c[2] + ...))`, from the inside out.
pub(super) fn polynomial<R: Real>(c: &[R], x: R) -> R {
    let (last, before) = c.split_last().expect("a coefficient");
    before.iter().rev().fold(*last, |sum, c| *c + x * sum)
}

/// The floats of these bits.
pub(super) const fn f32s<const N: usize>(bits: [u32; N]) -> [f32; N] {
    let mut floats = [0.0; N];
    let mut i = 0;
    while i < N {
        floats[i] = f32::from_bits(bits[i]);
        i += 1;
    }
    floats
}

pub(super) const fn f64s<const N: usize>(bits: [u64; N]) -> [f64; N] {
    let mut floats = [0.0; N];
    let mut i = 0;
    while i < N {
        floats[i] = f64::from_bits(bits[i]);
        i += 1;
    }
    floats
}
