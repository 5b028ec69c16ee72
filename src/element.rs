//! The float types that a weight can have.

use std::fmt::{Debug, Display};

use num_traits::Float;

/// A float type that weights can have: `f32`, `f64`, and with the feature `half` also
/// `half::f16` and `half::bf16`.
///
/// The trait is sealed. The bits of an element depend on its type in one of two ways: `f64` has
/// draws of its own, which refine those of `f32`; `f16` and `bf16` are the `f32` value, rounded
/// once, to nearest, ties to even.
pub trait Element: Float + Debug + Display + Send + Sync + 'static + sealed::Sealed {}

pub(crate) mod sealed {
    use crate::engine::Draw;

    pub trait Sealed: Sized {
        /// The type whose draws this one takes: `f32` or `f64`.
        type Draw: Draw;
        /// The name in error texts.
        const NAME: &'static str;
        /// The least positive normal number.
        const MIN_POSITIVE: f64;
        /// The largest finite number.
        const MAX: f64;

        /// One rounding, to nearest, ties to even; infinite when too large.
        fn narrow(value: Self::Draw) -> Self;
    }
}

impl sealed::Sealed for f32 {
    type Draw = f32;
    const NAME: &'static str = "f32";
    const MIN_POSITIVE: f64 = f32::MIN_POSITIVE as f64;
    const MAX: f64 = f32::MAX as f64;

    fn narrow(value: f32) -> f32 {
        value
    }
}

impl sealed::Sealed for f64 {
    type Draw = f64;
    const NAME: &'static str = "f64";
    const MIN_POSITIVE: f64 = f64::MIN_POSITIVE;
    const MAX: f64 = f64::MAX;

    fn narrow(value: f64) -> f64 {
        value
    }
}

impl Element for f32 {}
impl Element for f64 {}

#[cfg(feature = "half")]
mod half {
    use super::{Element, sealed::Sealed};
    use ::half::{bf16, f16};

    impl Sealed for f16 {
        type Draw = f32;
        const NAME: &'static str = "f16";
        // 2^-14 and (2 - 2^-10) 2^15.
        const MIN_POSITIVE: f64 = 6.103_515_625e-5;
        const MAX: f64 = 65_504.0;

        fn narrow(value: f32) -> f16 {
            f16::from_f32(value)
        }
    }

    impl Sealed for bf16 {
        type Draw = f32;
        const NAME: &'static str = "bf16";
        // 2^-126, as for f32, and (2 - 2^-7) 2^127.
        const MIN_POSITIVE: f64 = f32::MIN_POSITIVE as f64;
        const MAX: f64 = 3.389_531_389_251_535_5e38;

        fn narrow(value: f32) -> bf16 {
            bf16::from_f32(value)
        }
    }

    impl Element for f16 {}
    impl Element for bf16 {}

    #[cfg(test)]
    mod tests {
        use super::{Sealed, bf16, f16};

        #[test]
        fn limits_are_those_of_the_types() {
            assert_eq!(f16::MIN_POSITIVE.to_f64(), <f16 as Sealed>::MIN_POSITIVE);
            assert_eq!(f16::MAX.to_f64(), <f16 as Sealed>::MAX);
            assert_eq!(bf16::MIN_POSITIVE.to_f64(), <bf16 as Sealed>::MIN_POSITIVE);
            assert_eq!(bf16::MAX.to_f64(), <bf16 as Sealed>::MAX);
        }
    }
}
