//! Roots of products.

/// The root of the product of two positive normal numbers whose product is one too, rounded once:
/// the product itself is not rounded, which would take a quarter of a unit of the root. The root of
/// 0 is 0.
pub(crate) fn root_of_product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    // Then there is nothing to round before the root, which IEEE 754 rounds once.
    if a == 1.0 || b == 1.0 {
        return (a * b).sqrt();
    }
    // a = m 2^e with a whole m of 53 bits, and so b; their product has 105 or 106.
    let whole = |x: f64| {
        (
            (x.to_bits() & MANTISSA) | (1 << 52),
            (x.to_bits() >> 52) as i32 - 1075,
        )
    };
    let ((m_a, e_a), (m_b, e_b)) = (whole(a), whole(b));
    let exponent = e_a + e_b;
    // Twenty more bits, or one more to make the exponent even, for a root of 63 bits.
    let shift = 20 + exponent.rem_euclid(2);
    let product = (u128::from(m_a) * u128::from(m_b)) << shift;
    let root = product.isqrt() as u64;
    // What is left over must not look like a tie when the root is rounded to 53 bits.
    let inexact = u128::from(root) * u128::from(root) != product;
    let root = (root | u64::from(inexact)) as f64;
    let scale = (exponent - shift) / 2;
    root * f64::from_bits(((1023 + scale) as u64) << 52)
}

const MANTISSA: u64 = (1 << 52) - 1;

#[cfg(test)]
mod tests {
    use super::root_of_product;

    #[test]
    fn roots_of_products_are_rounded_once() {
        assert_eq!(root_of_product(2.0, 0.5), 1.0);
        assert_eq!(root_of_product(3.0, 3.0), 3.0);
        assert_eq!(root_of_product(1e-300, 1e300), 1.0);
        assert_eq!(root_of_product(2.0, 3.0), 6.0_f64.sqrt());
        assert_eq!(root_of_product(1.7e308, 0.9), (1.7e308_f64 * 0.9).sqrt());
        // Computed with 60 digits: the rounded product has another root.
        for (a, b, root) in [
            (0.23308445025757263, 0.2308665415409843, 0.23197284521673517),
            (0.9925434121760651, 0.8599465287952899, 0.9238691801220776),
            (0.7214844075832684, 0.7111917696952796, 0.7163196022982304),
            (0.3033685109329176, 0.5875806061435594, 0.42220072659676083),
        ] {
            assert_eq!(root_of_product(a, b), root);
            assert_ne!((a * b).sqrt(), root);
        }
    }
}
