//! The float types that a weight can have.

use std::fmt::{Debug, Display};

use num_traits::Float;

use super::haar::Products;
use super::kept::{OfPart, Pieces};
use super::map::Truncation;
use super::transform::Transform;
use crate::key::Key;
use crate::num::product::Product;

/// A float type that weights can have: `f32`, `f64`, and with the feature `half` also
/// `half::f16` and `half::bf16`.
///
/// The trait is sealed. The bits of an element depend on its type in one of two ways: `f64` has
/// draws of its own, which refine those of `f32`; `f16` and `bf16` are the `f32` value, rounded
/// once, to nearest, ties to even, and kept within the bounds of the law if it has any.
#[diagnostic::on_unimplemented(
    message = "weights cannot have the element type `{Self}`",
    label = "not an element type",
    note = "element types are `f32` and `f64`, and with the feature `half` of fanin `f16` and `bf16` of the crate half, version 2"
)]
pub trait Element: Float + Debug + Display + Send + Sync + 'static + sealed::Sealed {}

pub(crate) mod sealed {
    use super::Draw;
    use crate::num::float::wide;

    pub trait Sealed: Sized {
        /// The type whose draws this one takes: `f32` or `f64`.
        type Draw: Draw;
        /// The name in error texts.
        const ELEMENT_NAME: &'static str;
        /// The least positive normal number.
        const LEAST_NORMAL: f64;
        /// The largest finite number.
        const LARGEST: f64;

        /// One rounding, to nearest, ties to even; infinite when too large.
        fn narrow(value: Self::Draw) -> Self;

        /// The same for a slice of the same length.
        fn narrow_all(values: &[Self::Draw], out: &mut [Self]) {
            for (value, out) in values.iter().zip(out) {
                *out = Self::narrow(*value);
            }
        }

        /// A slice as one of draws, if that is what it is.
        fn as_draws(slice: &mut [Self]) -> Option<&mut [Self::Draw]>;

        /// The next number towards positive infinity.
        fn next_up(self) -> Self;

        /// The distance from a number to the next one away from zero.
        fn spacing(value: f64) -> f64
        where
            Self: num_traits::Float,
        {
            let nearest = Self::narrow(Self::Draw::from_f64(value.abs()));
            wide(nearest.next_up() - nearest)
        }

        /// The least and the greatest number between two bounds, if there is one.
        fn within((low, high): (f64, f64)) -> Option<(Self, Self)>
        where
            Self: num_traits::Float,
        {
            let nearest = |bound| Self::narrow(Self::Draw::from_f64(bound));
            let mut least = nearest(low);
            if wide(least) < low {
                least = least.next_up();
            }
            let mut greatest = nearest(high);
            if wide(greatest) > high {
                greatest = -(-greatest).next_up();
            }
            (least <= greatest).then_some((least, greatest))
        }
    }

    /// `next_up` on the bits of a binary float: they count magnitudes.
    macro_rules! next_up {
        ($bits:ty) => {
            fn next_up(self) -> Self {
                let bits = self.to_bits();
                let sign = 1 << (<$bits>::BITS - 1);
                Self::from_bits(match bits {
                    0 => 1,
                    _ if bits == sign => 1,
                    _ if bits & sign == 0 => bits + 1,
                    _ => bits - 1,
                })
            }
        };
    }
    pub(crate) use next_up;
}

/// A type that draws are made in: `f32` or `f64`.
pub trait Draw: Element<Draw = Self> + Products + Product {
    /// The largest magnitude of a standard normal draw, rounded up.
    const LARGEST_NORMAL: f64;

    /// What seeds the blocks of a key.
    type Seeds;
    fn seeds(key: &Key) -> Self::Seeds;

    /// The values of a block from group `skip` on. The length of `out` is a multiple of `GROUP`.
    fn fill(
        transform: &Transform<Self>,
        seeds: &mut Self::Seeds,
        block: u64,
        skip: usize,
        out: &mut [Self],
    );

    /// The matrices of this type that are kept of a part.
    fn matrices(kept: &OfPart) -> &Pieces<Self>;

    /// One rounding, to nearest, ties to even.
    fn from_f64(value: f64) -> Self;

    /// A mean as the sum of two numbers: it rounded, and what is left, rounded. One rounded mean would
    /// move the values of a law that is narrow beside it.
    fn parts(value: f64) -> (Self, Self);

    /// The least and the largest draw of a truncated normal law.
    fn ends(truncation: &Truncation) -> (f64, f64);
}

impl sealed::Sealed for f32 {
    type Draw = f32;
    const ELEMENT_NAME: &'static str = "f32";
    const LEAST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
    const LARGEST: f64 = f32::MAX as f64;

    fn narrow(value: f32) -> f32 {
        value
    }

    fn as_draws(slice: &mut [f32]) -> Option<&mut [f32]> {
        Some(slice)
    }

    sealed::next_up!(u32);
}

impl sealed::Sealed for f64 {
    type Draw = f64;
    const ELEMENT_NAME: &'static str = "f64";
    const LEAST_NORMAL: f64 = f64::MIN_POSITIVE;
    const LARGEST: f64 = f64::MAX;

    fn narrow(value: f64) -> f64 {
        value
    }

    fn as_draws(slice: &mut [f64]) -> Option<&mut [f64]> {
        Some(slice)
    }

    sealed::next_up!(u64);
}

impl Element for f32 {}
impl Element for f64 {}

#[cfg(feature = "half")]
mod half {
    use super::{Element, sealed, sealed::Sealed};
    use crate::engine::kernel::{narrow_bf16, narrow_f16};
    use ::half::{bf16, f16, slice::HalfFloatSliceExt};

    impl Sealed for f16 {
        type Draw = f32;
        const ELEMENT_NAME: &'static str = "f16";
        // 2^-14 and (2 - 2^-10) 2^15.
        const LEAST_NORMAL: f64 = 6.103_515_625e-5;
        const LARGEST: f64 = 65_504.0;

        fn narrow(value: f32) -> f16 {
            f16::from_f32(value)
        }

        fn narrow_all(values: &[f32], out: &mut [f16]) {
            narrow_f16(values, out.reinterpret_cast_mut());
        }

        fn as_draws(_: &mut [f16]) -> Option<&mut [f32]> {
            None
        }

        sealed::next_up!(u16);
    }

    impl Sealed for bf16 {
        type Draw = f32;
        const ELEMENT_NAME: &'static str = "bf16";
        // 2^-126, as for f32, and (2 - 2^-7) 2^127.
        const LEAST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
        const LARGEST: f64 = 3.389_531_389_251_535_5e38;

        fn narrow(value: f32) -> bf16 {
            bf16::from_f32(value)
        }

        fn narrow_all(values: &[f32], out: &mut [bf16]) {
            narrow_bf16(values, out.reinterpret_cast_mut());
        }

        fn as_draws(_: &mut [bf16]) -> Option<&mut [f32]> {
            None
        }

        sealed::next_up!(u16);
    }

    impl Element for f16 {}
    impl Element for bf16 {}

    #[cfg(test)]
    mod tests {
        use super::{Sealed, bf16, f16};

        #[test]
        fn limits_are_those_of_the_types() {
            assert_eq!(f16::MIN_POSITIVE.to_f64(), <f16 as Sealed>::LEAST_NORMAL);
            assert_eq!(f16::MAX.to_f64(), <f16 as Sealed>::LARGEST);
            assert_eq!(bf16::MIN_POSITIVE.to_f64(), <bf16 as Sealed>::LEAST_NORMAL);
            assert_eq!(bf16::MAX.to_f64(), <bf16 as Sealed>::LARGEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::Sealed;

    #[test]
    fn bounds_are_rounded_inwards() {
        let just_below_one = 1.0 - f64::EPSILON;
        assert_eq!(f32::within((-1.0, 1.0)), Some((-1.0, 1.0)));
        let (least, greatest) = f32::within((-just_below_one, just_below_one)).unwrap();
        assert_eq!(
            (least, greatest),
            (-1.0 + f32::EPSILON / 2.0, 1.0 - f32::EPSILON / 2.0)
        );
        assert_eq!(f32::within((1.0 + 1e-9, 1.0 + 2e-9)), None);
        assert_eq!(f64::within((0.1, 0.1)), Some((0.1, 0.1)));
    }

    #[test]
    fn next_up_passes_zero() {
        assert_eq!(Sealed::next_up(0.0_f32), f32::from_bits(1));
        assert_eq!(Sealed::next_up(-0.0_f32), f32::from_bits(1));
        assert_eq!(Sealed::next_up(-f32::from_bits(1)), 0.0);
        assert_eq!(Sealed::next_up(1.0_f64), 1.0 + f64::EPSILON);
    }
}
