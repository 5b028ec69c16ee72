//! The laws of `Scaled`: it multiplies the variance, never touches the draws, and composes.

use crate::common::{
    Bits, cases, for_each_element, key, refused,
    registry::{Entry, Mine, every_scheme},
    same,
};
use approx::relative_eq;
use fanin::{
    Constant, Family, Fan, HeNormal, InitError, Initializer, Key, Law, LeCunNormal, Normal, Scaled,
    Scheme, VarianceScaling, Weight,
};
use ndarray::{Array2, ArrayD};
use proptest::prelude::*;

/// Every scheme, with a small weight.
fn schemes() -> Vec<(Box<dyn Scheme>, Weight)> {
    let first = |entry: Entry| (entry.scheme, entry.weights[0].clone());
    every_scheme().into_iter().map(first).collect()
}

/// A weight for schemes that take any.
fn plain() -> Weight {
    Weight::new((3, 40)).unwrap()
}

fn draw<F: Bits>(scheme: &dyn Scheme, weight: &Weight, key: &Key) -> Result<ArrayD<F>, InitError> {
    scheme.init_keyed(key.clone(), weight)
}

/// Equal bits, or equal errors where the scale leaves the type.
#[track_caller]
fn agree<F: Bits>(a: &dyn Scheme, b: &dyn Scheme, weight: &Weight, key: &Key) {
    match (draw::<F>(a, weight, key), draw::<F>(b, weight, key)) {
        (Ok(a), Ok(b)) => same(&a, &b),
        (a, b) => assert_eq!(a, b),
    }
}

/// Every order of magnitude is equally likely.
fn factor(exponents: std::ops::Range<f64>) -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => exponents.prop_map(|exponent| 10_f64.powf(exponent)),
        1 => Just(0.0),
        1 => Just(1.0),
    ]
}

proptest! {
    // Each of them goes through every scheme.
    #![proptest_config(cases(8))]

    #[test]
    fn factors_multiply(a in factor(-3.0..3.0), b in factor(-3.0..3.0), seed: u64) {
        check_product(a, b, seed);
    }

    #[test]
    fn large_and_small_factors_multiply(
        a in factor(-150.0..150.0), b in factor(-150.0..150.0), seed: u64,
    ) {
        check_product(a, b, seed);
    }

    #[test]
    fn a_value_is_the_root_times_the_unscaled_one(exponent in -2.0..2.0, seed: u64) {
        fn check<F: Bits>(scheme: &dyn Scheme, weight: &Weight, factor: f64, key: &Key) {
            let root = factor.sqrt();
            let of = |root| distance::<F>(scheme, weight, factor, root, key);
            assert!(of(root) <= 1.0, "{scheme:?}: {}", of(root));
            // Control: a root that is wrong by 8 units in the last place. No root is wrong for zeros.
            let wrong = root * (1.0 + 8.0 * F::epsilon().wide());
            assert!(of(wrong) > 1.0 || is_zeros(scheme, weight), "{scheme:?}");
        }
        for (scheme, weight) in &schemes() {
            let key = Key::from_seed(seed);
            for_each_element!(check(scheme, weight, 10_f64.powf(exponent), &key));
        }
    }

    /// Neither rounding nor the way to it is different if the root is a power of two.
    #[test]
    fn powers_of_two_are_exact(root in (-6..=6).prop_map(|n| 2_f64.powi(n)), seed: u64) {
        fn check<F: Bits>(scheme: &dyn Scheme, weight: &Weight, root: f64, key: &Key) {
            let scaled = scheme.scaled(root * root).unwrap();
            let plain = draw::<F>(scheme, weight, key).unwrap();
            let scaled = draw::<F>(&scaled, weight, key).unwrap();
            for (plain, scaled) in plain.iter().zip(&scaled) {
                if scaled.is_normal() && plain.is_normal() {
                    assert_eq!(scaled.wide(), root * plain.wide(), "{scheme:?}");
                }
            }
        }
        for (scheme, weight) in &schemes() {
            for_each_element!(check(scheme, weight, root, &Key::from_seed(seed)));
        }
    }

    #[test]
    fn the_law_is_scaled_as_the_values_are(factor in factor(-3.0..3.0)) {
        for (scheme, weight) in &schemes() {
            let law = scheme.law(weight).unwrap();
            let scaled = scheme.scaled(factor).unwrap().law(weight).unwrap();
            prop_assert_eq!(&scaled, &law.clone().scaled(factor).unwrap());
            let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => {
 relative_eq!(a, b, epsilon = 0.0, max_relative = 4.0 * f64::EPSILON)
}
                // Everything is known of zeros, even where nothing was known of the law that was
                // scaled to them.
                (a, None) => a == (factor == 0.0).then_some(0.0),
                (None, Some(_)) => false,
            };
            prop_assert!(near(scaled.mean(), law.mean().map(|mean| mean * factor.sqrt())));
            prop_assert!(near(scaled.variance(), law.variance().map(|v| v * factor)));
            prop_assert!(near(scaled.std(), law.std().map(|std| std * factor.sqrt())));
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_constant_is_multiplied_by_the_root(c in -100.0..100.0, factor in factor(-3.0..3.0)) {
        let scaled = Constant::new(c).unwrap().scaled(factor).unwrap();
        // The sum makes -0 to 0.
        let constant = Constant::new(c * factor.sqrt() + 0.0).unwrap();
        let weight = Weight::vector(3);
        prop_assert_eq!(scaled.law(&weight), constant.law(&weight));
        for_each_element!(agree(&scaled, &constant, &weight, &key("constant")));
    }
}

/// To the last bit, but of what has a factor already: a product of three rounded numbers depends on
/// their order.
fn check_product(a: f64, b: f64, seed: u64) {
    let (mut exact, mut rounded) = (0, 0);
    for entry in every_scheme() {
        let (scheme, weight) = (&entry.scheme, &entry.weights[0]);
        let nested = Scaled::new(Scaled::new(scheme, a).unwrap(), b).unwrap();
        let product = Scaled::new(scheme, a * b).unwrap();
        if !entry.has_factor {
            assert_eq!(nested.law(weight), product.law(weight), "{scheme:?}");
            for_each_element!(agree(&nested, &product, weight, &Key::from_seed(seed)));
            exact += 1;
            continue;
        }
        rounded += 1;
        match (nested.law(weight), product.law(weight)) {
            (Ok(nested), Ok(product)) => {
                let (nested, product) = (nested.std().unwrap(), product.std().unwrap());
                let near = relative_eq!(nested, product, epsilon = 0.0, max_relative = 5e-16);
                assert!(near, "{scheme:?}: {nested} {product}");
            }
            (nested, product) => assert!(nested.is_err() && product.is_err(), "{scheme:?}"),
        }
    }
    assert_eq!((exact, rounded), (93, 19));
}

/// The largest distance between the values scaled by a factor and a root times the unscaled ones,
/// as a multiple of what rounding explains.
///
/// With a unit u of half an epsilon of the draws' type, the standard deviation and the value are each
/// rounded once on either side, which makes 4 u; in `f64`, the root and the product here add 2 u. A mean
/// adds its own, and its sum's. Each value of 16 bits is rounded once more: 1/2 unit in the last place
/// becomes at most 1 by the product, so that the two are at most 2 numbers apart.
fn distance<F: Bits>(
    scheme: &dyn Scheme,
    weight: &Weight,
    factor: f64,
    root: f64,
    key: &Key,
) -> f64 {
    let mean = scheme.law(weight).unwrap().mean().unwrap_or(0.0);
    let plain = draw::<F>(scheme, weight, key).unwrap();
    let scaled = draw::<F>(&scheme.scaled(factor).unwrap(), weight, key).unwrap();
    let distance = |(&plain, &scaled): (&F, &F)| {
        let expected = plain.wide() * root;
        let size = root * (mean.abs() + (plain.wide() - mean).abs());
        let is_f64 = size_of::<F>() == size_of::<f64>();
        let (unit, around_0) = match is_f64 {
            true => (f64::EPSILON / 2.0, 6.001),
            false => (f64::from(f32::EPSILON) / 2.0, 4.001),
        };
        let roundings = if mean == 0.0 { around_0 } else { 8.5 };
        let far = (scaled.wide() - expected).abs() / (roundings * unit * size);
        if size_of::<F>() >= size_of::<f32>() {
            far
        } else if far > 1.0 && plain.is_normal() && scaled.is_normal() {
            let numbers = scaled.ordinal() - F::nearest(expected).ordinal();
            numbers.abs() as f64 / 2.0
        } else {
            0.0
        }
    };
    plain.iter().zip(&scaled).map(distance).fold(0.0, f64::max)
}

/// Whether all that it draws is 0, whatever the factor.
fn is_zeros(scheme: &dyn Scheme, weight: &Weight) -> bool {
    scheme.law(weight).unwrap() == Law::constant(0.0).unwrap()
}

/// What the documentation of `Scaled` says, in units in the last place, of many values of a law around 0;
/// and that the bound of `f32` is not a wide one.
#[test]
fn values_around_0_keep_the_bound_that_is_stated() {
    fn furthest<F: Bits>(scheme: &dyn Scheme, factor: f64) -> f64 {
        let [plain, scaled] = [scheme, &scheme.scaled(factor).unwrap()].map(|scheme| {
            let values: Array2<F> = scheme.init_keyed(key("bound"), (64, 64)).unwrap();
            values
        });
        let distance = |(plain, scaled): (&F, &F)| {
            let expected = plain.wide() * factor.sqrt();
            let unit = 2_f64.powf(expected.abs().log2().floor()) * F::epsilon().wide();
            match plain.is_normal() && scaled.is_normal() {
                true => (scaled.wide() - expected).abs() / unit,
                false => 0.0,
            }
        };
        plain.iter().zip(&scaled).map(distance).fold(0.0, f64::max)
    }
    let mut largest = [0.0_f64; 3];
    for i in 0..200 {
        let std = 1.0 + f64::from(i) / 4_096.0 + 0.5_f64.powi(24) * 0.9;
        let scheme = Normal::new(0.0, std).unwrap();
        let factor = 1.0 - f64::from(i) * 1.3e-3 - 1e-9;
        largest[0] = largest[0].max(furthest::<f32>(&scheme, factor));
        #[cfg(feature = "half")]
        {
            largest[1] = largest[1].max(furthest::<half::f16>(&scheme, factor));
            largest[2] = largest[2].max(furthest::<half::bf16>(&scheme, factor));
        }
    }
    println!("{largest:?}");
    assert!(largest[0] <= 3.5 && largest[0] > 2.0);
    assert!(largest[1] <= 1.51 && largest[2] <= 1.51);
}

#[test]
fn a_factor_of_1_changes_no_bit() {
    for (scheme, weight) in &schemes() {
        let scaled = scheme.scaled(1.0).unwrap();
        for_each_element!(agree(&scaled, scheme, weight, &key("one")));
    }
}

#[test]
fn another_factor_changes_every_value_but_zeros() {
    let (mut unchanged, mut zeros) = (0, 0);
    for (scheme, weight) in &schemes() {
        let plain = draw::<f64>(scheme, weight, &key("other")).unwrap();
        let scaled = scheme.scaled(1.01).unwrap();
        let scaled = draw::<f64>(&scaled, weight, &key("other")).unwrap();
        for (a, b) in plain.iter().zip(&scaled) {
            assert!(if *a == 0.0 { *b == 0.0 } else { a != b }, "{scheme:?}");
        }
        unchanged += u32::from(plain == scaled);
        zeros += u32::from(is_zeros(scheme, weight));
    }
    // `Zeros`, and what is scaled by 0.
    assert_eq!((unchanged, zeros), (2, 2));
}

/// +0, not the -0 that a product with 0 would give of a negative value.
#[test]
fn a_variance_of_0_gives_zeros() {
    for family in [Family::Normal, Family::Uniform, Family::TruncatedNormal] {
        let scheme = VarianceScaling::new(0.0, Fan::In, family).unwrap();
        let values = draw::<f32>(&scheme, &plain(), &Key::from_seed(0)).unwrap();
        assert!(
            values.iter().all(|value| value.to_bits() == 0),
            "{family:?}"
        );
    }
}

#[test]
fn a_factor_of_0_gives_zeros() {
    fn check<F: Bits>(scheme: &dyn Scheme, weight: &Weight) {
        assert!(
            draw::<F>(scheme, weight, &key("zero"))
                .unwrap()
                .iter()
                .all(|value| value.bits() == 0)
        );
    }
    for (scheme, weight) in &schemes() {
        for zero in [0.0, -0.0] {
            for_each_element!(check(&scheme.scaled(zero).unwrap(), weight));
            let twice = scheme.scaled(zero).unwrap().scaled(7.0).unwrap();
            for_each_element!(check(&twice, weight));
            let law = twice.law(weight).unwrap();
            assert_eq!(law, Law::constant(0.0).unwrap());
            assert!(law.is_bit_stable());
        }
    }
}

/// To the last bit, because a root is taken once, of the product.
#[test]
fn half_of_he_is_lecun() {
    fn check<F: Bits>() {
        let half = HeNormal.scaled(0.5).unwrap();
        for fan_in in 1..=200 {
            let weight = Weight::vector(9).fans(fan_in, 1);
            let values: ArrayD<F> = half.init_keyed(key("half"), &weight).unwrap();
            let lecun: ArrayD<F> = LeCunNormal.init_keyed(key("half"), &weight).unwrap();
            same(&values, &lecun);
            assert_eq!(half.law(&weight), LeCunNormal.law(&weight));
        }
    }
    for_each_element!(check());
}

#[test]
fn what_was_given_is_read_back() {
    let scaled = Mine.scaled(0.3).unwrap();
    assert_eq!((scaled.inner(), scaled.factor()), (&Mine, 0.3));
    assert_eq!(scaled, Scaled::new(Mine, 0.3).unwrap());
    assert_ne!(scaled, Mine.scaled(0.4).unwrap());
    let twice = scaled.scaled(0.5).unwrap();
    assert_eq!((twice.inner(), twice.factor()), (&scaled, 0.5));
    // The sign of a zero is not kept.
    assert_eq!(Mine.scaled(-0.0).unwrap().factor().to_bits(), 0);
}

/// A sweep has the steps that `scaled` makes, in their order, also of a scheme behind a reference.
#[test]
fn a_sweep_has_the_same_draws_at_every_factor() {
    let factors = [4.0, 0.0, 0.3, 1.0];
    let steps = Scaled::sweep(HeNormal, factors).unwrap();
    let dynamic: &dyn Scheme = &HeNormal;
    let same_steps = Scaled::sweep(dynamic, factors).unwrap();
    assert_eq!((steps.len(), same_steps.len()), (4, 4));
    for ((step, same_step), factor) in steps.iter().zip(&same_steps).zip(factors) {
        assert_eq!(*step, HeNormal.scaled(factor).unwrap());
        agree::<f32>(step, same_step, &plain(), &key("sweep"));
        agree::<f32>(
            step,
            &HeNormal.scaled(factor).unwrap(),
            &plain(),
            &key("sweep"),
        );
    }
    assert!(Scaled::sweep(HeNormal, []).unwrap().is_empty());
}

#[test]
fn factors_that_are_none_are_refused() {
    for (given, shown) in [
        (-1.0, "-1"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        let text = format!("variance factor is {shown}, but it must be finite and at least 0");
        refused(Scaled::new(HeNormal, given), &text);
        refused(HeNormal.scaled(given), &text);
        refused(Scaled::sweep(HeNormal, [1.0, given, 2.0]), &text);
        refused((&HeNormal as &dyn Scheme).scaled(given), &text);
        refused(Law::normal(0.0, 1.0).unwrap().scaled(given), &text);
    }
}

/// Never zeros or infinities in silence.
#[test]
fn a_scale_that_leaves_the_type_is_refused() {
    let too_small = HeNormal.scaled(1e-80).unwrap();
    assert!(matches!(
        draw::<f32>(&too_small, &plain(), &key("range")),
        Err(InitError::StdOutOfRange { element: "f32", .. })
    ));
    assert!(draw::<f64>(&too_small, &plain(), &key("range")).is_ok());
    let too_large = Constant::new(2.0).unwrap().scaled(1e80).unwrap();
    assert!(matches!(
        draw::<f32>(&too_large, &plain(), &key("range")),
        Err(InitError::ValueOutOfRange { element: "f32", .. })
    ));
    assert!(draw::<f64>(&too_large, &plain(), &key("range")).is_ok());

    let twice = |factor| HeNormal.scaled(factor).unwrap().scaled(factor).unwrap();
    for factor in [1e-160, 1e-200, 1e200] {
        let result = draw::<f64>(&twice(factor), &plain(), &key("range"));
        assert!(
            matches!(result, Err(InitError::InvalidParameter { .. })),
            "{factor}"
        );
    }
}
