//! What a float type cannot hold is refused before anything is drawn: a scale that would make
//! values subnormal or infinite, and bounds between which the type has no number.

use crate::common::{draws_nothing, key};
use fanin::{Constant, FromDistribution, InitError, Initializer, Normal, TruncatedNormal, Uniform};
use rand_distr::StandardUniform;

#[test]
fn a_standard_deviation_that_the_type_does_not_have() {
    let normal = |std| Normal::new(0.0, std).unwrap();
    draws_nothing::<f32>(
        &normal(1e-38),
        3,
        "the standard deviation 1e-38 is out of the range of f32, which is \
         1.1754943508222875e-38 to 3.4028234663852886e38: choose another scale or a wider \
         element type",
    );
    draws_nothing::<f32>(
        &normal(1e39),
        3,
        "the standard deviation 1e39 is out of the range of f32, which is \
         1.1754943508222875e-38 to 3.4028234663852886e38: choose another scale or a wider \
         element type",
    );
    // The range of a user-supplied distribution is known if its moments are.
    let known = FromDistribution::new(StandardUniform)
        .moments(0.5, 1e-80)
        .unwrap();
    draws_nothing::<f32>(
        &known,
        3,
        "the standard deviation 1e-40 is out of the range of f32, which is \
         1.1754943508222875e-38 to 3.4028234663852886e38: choose another scale or a wider \
         element type",
    );
    // The least that is.
    let least = normal(f64::from(f32::MIN_POSITIVE));
    assert!(least.init_keyed::<f32, _>(key("error"), 3).is_ok());
    assert!(normal(1e-38).init_keyed::<f64, _>(key("error"), 3).is_ok());
}

#[test]
fn a_value_that_the_type_does_not_reach() {
    // 6.764 standard deviations.
    draws_nothing::<f32>(
        &Normal::new(0.0, 1e38).unwrap(),
        3,
        "values of this law reach 6.764e38, but f32 ends at 3.4028234663852886e38: choose a \
         smaller scale or a wider element type",
    );
    draws_nothing::<f32>(
        &Constant::new(-1e39).unwrap(),
        3,
        "values of this law reach 1e39, but f32 ends at 3.4028234663852886e38: choose a smaller \
         scale or a wider element type",
    );
    draws_nothing::<f32>(
        &Normal::new(-1e39, 1.0).unwrap(),
        3,
        "values of this law reach 1e39, but f32 ends at 3.4028234663852886e38: choose a smaller \
         scale or a wider element type",
    );
    draws_nothing::<f64>(
        &Constant::new(1e300).unwrap().scaled(1e20).unwrap(),
        3,
        "mean is inf, but it must be finite",
    );
    let largest = Constant::new(f64::from(f32::MAX)).unwrap();
    assert_eq!(
        largest.init_keyed::<f32, _>(key("error"), 1).unwrap()[0],
        f32::MAX
    );
}

#[test]
fn a_spread_that_rounding_would_swallow() {
    draws_nothing::<f32>(
        &Normal::new(1.0, 1e-9).unwrap(),
        3,
        "the standard deviation 1e-9 is too small compared with the distance 1.1920928955078125e-7 \
         between neighbouring values in f32 at the mean 1e0: choose another mean or a wider element \
         type",
    );
    draws_nothing::<f32>(
        &Uniform::new(1.0, 1.0 + 1.3e-7).unwrap(),
        3,
        "the standard deviation 3.752776752564678e-8 is too small compared with the distance \
         1.1920928955078125e-7 between neighbouring values in f32 at the mean \
         1.000000065e0: choose another mean or a wider element type",
    );
    // Draws that are coarse, far out in a tail, and that are hardly numbers of `f32` any more.
    for (mean, parent_std) in [(-1e6, 1e4), (-1e8, 1e5), (0.5, 1e30), (0.5, 1e42)] {
        let scheme = TruncatedNormal::from_parent(mean, parent_std, 0.0, 1.0).unwrap();
        let result = scheme.init_keyed::<f32, _>(key("error"), 3);
        assert!(matches!(result, Err(InitError::StdBelowSpacing { .. })));
        assert!(scheme.init_keyed::<f64, _>(key("error"), 3).is_ok());
    }
    // One that the type resolves, of a parent that it has no deviation for.
    let wide = TruncatedNormal::from_parent(0.0, 1e40, -2e30, 2e30).unwrap();
    let result = wide.init_keyed::<f32, _>(key("error"), 3);
    assert!(matches!(result, Err(InitError::StdOutOfRange { .. })));
    assert!(wide.init_keyed::<f64, _>(key("error"), 3).is_ok());
    let wide_enough = Normal::new(1.0, 1e-9).unwrap();
    assert!(wide_enough.init_keyed::<f64, _>(key("error"), 3).is_ok());
}

#[cfg(feature = "half")]
#[test]
fn narrow_types_reach_less_far() {
    use half::{bf16, f16};

    draws_nothing::<f16>(
        &Normal::new(0.0, 20_000.0).unwrap(),
        3,
        "values of this law reach 1.3528e5, but f16 ends at 6.5504e4: choose a smaller scale or \
         a wider element type",
    );
    // Below the least number, 2^-24, to which values would be rounded.
    draws_nothing::<f16>(
        &Normal::new(0.0, 5.9e-8).unwrap(),
        3,
        "the standard deviation 5.9e-8 is out of the range of f16, which is 5.960464477539063e-8 to \
         6.5504e4: choose another scale or a wider element type",
    );
    // What is coarse, but right, is drawn: the variance is off by 1/12 of a spacing's square.
    for std in [1e-6, 6e-5] {
        let normal = Normal::new(0.0, std).unwrap();
        let w: ndarray::Array1<f16> = normal.init_keyed(key("coarse"), 1 << 16).unwrap();
        assert!(normal.check(1 << 16, &w).unwrap().passed());
        let square = w.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / 65536.0;
        let expected = std * std + 2_f64.powi(-48) / 12.0;
        // 65,536 values: one standard error is sqrt(2 / 65,536) = 0.55 %; 6 of them have a chance of 2e-9.
        assert!(
            (square / expected - 1.0).abs() < 0.033,
            "{square}, {expected}"
        );
    }
    draws_nothing::<bf16>(
        &Normal::new(0.0, 1e-38).unwrap(),
        3,
        "the standard deviation 1e-38 is out of the range of bf16, which is \
         1.1754943508222875e-38 to 3.3895313892515355e38: choose another scale or a wider \
         element type",
    );
    draws_nothing::<bf16>(
        &Constant::new(3.4e38).unwrap(),
        3,
        "values of this law reach 3.4e38, but bf16 ends at 3.3895313892515355e38: choose a \
         smaller scale or a wider element type",
    );
    assert!(
        Normal::new(0.0, 9000.0)
            .unwrap()
            .init_keyed::<f16, _>(key("error"), 3)
            .is_ok()
    );
}

#[test]
fn bounds_between_which_the_type_has_no_number() {
    draws_nothing::<f32>(
        &Uniform::new(1.0 + 1e-9, 1.0 + 2e-9).unwrap(),
        3,
        "no number of f32 lies between the bounds 1.000000001e0 and 1.000000002e0 of this law: \
         choose wider bounds or a wider element type",
    );
    // The widest of them, the narrowest, and none.
    let draw = |low, high| {
        Uniform::new(low, high)
            .unwrap()
            .init_keyed::<f32, _>(key("error"), 3)
    };
    assert!(draw(f64::from(f32::MIN), f64::from(f32::MAX)).is_ok());
    assert!(draw(1.0, 1.0 + 4.0 * f64::from(f32::EPSILON)).is_ok());
    assert_eq!(draw(0.5, 0.5), Ok(ndarray::arr1(&[0.5; 3])));
}
