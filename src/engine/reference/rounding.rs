//! Values: their rounding to the element type, and the bounds that they are kept within.

use super::conventions::two_to;

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Element {
    F16,
    Bf16,
    F32,
    F64,
}

impl Element {
    /// Bits of the significand, and the exponent of the least normal number.
    const fn format(self) -> (i32, i32) {
        match self {
            Element::F16 => (11, -14),
            Element::Bf16 => (8, -126),
            Element::F32 => (24, -126),
            Element::F64 => (53, -1022),
        }
    }

    /// The type that its draws are made in.
    pub(super) fn of_draws(self) -> Element {
        match self {
            Element::F64 => Element::F64,
            _ => Element::F32,
        }
    }

    /// The largest number.
    fn largest(self) -> f64 {
        match self {
            Element::F16 => 65_504.0,
            Element::Bf16 => 255.0 * two_to(120),
            Element::F32 => f64::from(f32::MAX),
            Element::F64 => f64::MAX,
        }
    }

    /// What the last place of the type's numbers is worth in the binade of `x`.
    pub(crate) fn last_place(self, x: f64) -> f64 {
        let (digits, least) = self.format();
        // Subnormal numbers of `f64` and zeros have no exponent, and need none.
        let exponent = (x.to_bits() >> 52 & 0x7ff) as i32 - 1023;
        let e = exponent.max(least) - (digits - 1);
        if e < -1022 {
            f64::from_bits(1 << (e + 1074))
        } else {
            two_to(e)
        }
    }

    /// One rounding to nearest, ties to even; to a type of 16 bits, by way of `f32`.
    pub(crate) fn round(self, x: f64) -> f64 {
        match self {
            Element::F64 => x,
            Element::F32 => f64::from(x as f32),
            Element::F16 | Element::Bf16 => self.nearest(f64::from(x as f32)),
        }
    }

    /// By arithmetic that is exact but for the rounding to an integer.
    fn nearest(self, x: f64) -> f64 {
        let unit = self.last_place(x);
        let near = (x / unit).round_ties_even() * unit;
        if near.abs() > self.largest() {
            near.signum() * f64::INFINITY
        } else {
            near
        }
    }

    /// The least number of the type that is not below a bound.
    pub(super) fn not_below(self, bound: f64) -> f64 {
        if self == Element::F64 || bound.is_infinite() {
            return bound;
        }
        let unit = self.last_place(bound);
        (bound / unit).ceil() * unit
    }

    /// The greatest that is not above it.
    pub(super) fn not_above(self, bound: f64) -> f64 {
        -self.not_below(-bound)
    }

    /// A value as an element, kept within bounds if there are any. A zero keeps its sign.
    pub(super) fn finish(self, value: f64, bounds: Option<(f64, f64)>) -> f64 {
        let element = self.round(value);
        match bounds {
            Some((low, _)) if element < self.not_below(low) => self.not_below(low),
            Some((_, high)) if element > self.not_above(high) => self.not_above(high),
            _ => element,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Element;

    /// Ties and what is next to them, subnormals, and the largest numbers.
    fn numbers() -> impl Iterator<Item = f32> {
        let scattered = (0..50_000_u32).map(|i| i.wrapping_mul(0x9e37_79b1));
        let ties = (0..50_000_u32).map(|i| (i << 13 | 1 << 12).wrapping_add(i % 5).wrapping_sub(2));
        let bits = scattered
            .chain(ties.clone().map(|bits| bits << 3))
            .chain(ties);
        bits.map(f32::from_bits).filter(|x| x.is_finite())
    }

    #[test]
    fn numbers_of_a_type_are_rounded_to_themselves() {
        for x in numbers() {
            assert_eq!(
                Element::F32.nearest(x.into()).to_bits(),
                f64::from(x).to_bits()
            );
            let between = f64::from(x) * (1.0 + f64::from(f32::EPSILON) * 0.61);
            assert_eq!(Element::F32.nearest(between), f64::from(between as f32));
        }
    }

    #[cfg(feature = "half")]
    #[test]
    fn sixteen_bits_are_those_of_half() {
        use half::{bf16, f16};

        for x in numbers() {
            let near = |element: Element| element.round(x.into()).to_bits();
            assert_eq!(
                near(Element::F16),
                f16::from_f32(x).to_f64().to_bits(),
                "{x:e}"
            );
            assert_eq!(
                near(Element::Bf16),
                bf16::from_f32(x).to_f64().to_bits(),
                "{x:e}"
            );
        }
    }

    #[test]
    fn bounds_are_rounded_inwards() {
        let below_one = 1.0 - f64::EPSILON;
        assert_eq!(Element::F16.not_below(below_one), 1.0);
        assert_eq!(Element::F16.not_above(below_one), 1.0 - 0.5_f64.powi(11));
        assert_eq!(Element::F32.not_below(-below_one), -1.0 + 0.5_f64.powi(24));
        assert_eq!(Element::F64.not_below(below_one), below_one);
        assert_eq!(Element::Bf16.not_below(1e-300), 0.5_f64.powi(133));
    }
}
