//! Distributions that the user brings: for every float type, by key, in any order.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::{Bits, Counting, cases, for_each_element, key, refused, same};
use fanin::{
    Axis, Conv, Flat, FromDistribution, Fused, HeNormal, Icnr, InitError, Initializer, IntoWeight,
    Key, Law, Layout, Scheme, Weight,
};
use ndarray::{Array1, Array2, ShapeBuilder, s};
use proptest::prelude::*;
use rand::{Rng, RngExt};
use rand_distr::{Cauchy, Distribution, StandardUniform, StudentT, Uniform};

fn laplace() -> FromDistribution {
    FromDistribution::new(Laplace)
}

/// A distribution of the user's own, which takes a varying number of words.
#[derive(Debug)]
struct Laplace;

impl Distribution<f64> for Laplace {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let size = -(1.0 - rng.random::<f64>()).ln();
        if rng.random() { size } else { -size }
    }
}

/// Yields the number `1` where the `0`th element is drawn, and 1 elsewhere.
#[derive(Debug)]
struct Once(usize, f64, AtomicUsize);

impl Distribution<f64> for Once {
    fn sample<R: Rng + ?Sized>(&self, _: &mut R) -> f64 {
        if self.2.fetch_add(1, Ordering::Relaxed) == self.0 {
            self.1
        } else {
            1.0
        }
    }
}

fn once(index: usize, value: f64) -> FromDistribution {
    FromDistribution::new(Once(index, value, AtomicUsize::new(0)))
}

#[test]
fn values_are_those_of_the_f64_rounded() {
    fn check<F: Bits>() {
        let wide: Array2<f64> = laplace().init_keyed(key("laplace"), (50, 100)).unwrap();
        let values: Array2<F> = laplace().init_keyed(key("laplace"), (50, 100)).unwrap();
        same(&values, &wide.mapv(F::nearest));
        let scaled = laplace().scaled(0.3).unwrap();
        let values: Array2<F> = scaled.init_keyed(key("laplace"), (50, 100)).unwrap();
        same(
            &values,
            &wide.mapv(|value| F::nearest(value * 0.3_f64.sqrt())),
        );
    }
    for_each_element!(check());
}

#[test]
fn keys_decide_and_clones_agree() {
    let draw = |scheme: &FromDistribution, key: &Key| -> Array1<f64> {
        scheme.init_keyed(key.clone(), 5000).unwrap()
    };
    let scheme = laplace();
    let values = draw(&scheme, &key("a"));
    same(&draw(&scheme.clone(), &key("a")), &values);
    same(&draw(&laplace(), &key("a")), &values);
    let other = draw(&scheme, &key("b"));
    assert!(values.iter().zip(&other).all(|(a, b)| a != b));
    // No block is drawn twice, and none has draws of the normal law's stream.
    let mut bits: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
    bits.sort_unstable();
    bits.dedup();
    assert_eq!(bits.len(), 5000);
}

proptest! {
    #![proptest_config(cases(32))]

    /// A block of elements has a generator of its own, so a shorter tensor holds the first values
    /// of a longer one, whatever the distribution takes of the generator.
    #[test]
    fn memory_order_and_length_do_not_matter(
        rows in 1_usize..80, columns in 1_usize..80, seed: u64,
    ) {
        let key = Key::from_seed(seed);
        let long: Array1<f32> = laplace().init_keyed(key.clone(), rows * columns + 3000).unwrap();
        let mut array = Array2::<f32>::zeros((rows, columns).f());
        laplace().fill_keyed(key.clone(), &mut array).unwrap();
        prop_assert!(array.iter().eq(long.iter().take(rows * columns)));
    }
}

/// Also where a part begins in the middle of a block.
#[test]
fn a_part_is_that_of_the_whole() {
    let (key, shape) = (key("part"), (60, 100));
    let whole: Array2<f64> = laplace().init_keyed(key.clone(), shape).unwrap();
    let part: Array2<f64> = laplace()
        .filler(key.clone(), shape)
        .unwrap()
        .region((7..41, 3..50))
        .unwrap();
    same(&part, &whole.slice(s![7..41, 3..50]).to_owned());
    let flat: Array1<f64> = laplace()
        .filler(key.clone(), shape)
        .unwrap()
        .region(Flat(2000..5000))
        .unwrap();
    assert!(flat.iter().eq(whole.iter().skip(2000).take(3000)));
}

#[test]
fn what_is_known_of_the_law_is_what_was_stated() {
    let weight = Weight::new((4, 4)).unwrap();
    let law = |scheme: &dyn Scheme| scheme.law(&weight).unwrap();

    let unknown = law(&FromDistribution::new(StandardUniform));
    assert_eq!(
        (unknown.mean(), unknown.variance(), unknown.std()),
        (None, None, None)
    );
    assert_eq!((unknown.kurtosis(), unknown.support()), (None, None));
    assert!(!unknown.is_bit_stable());

    let known = FromDistribution::new(StandardUniform)
        .moments(0.5, 1.0 / 12.0)
        .and_then(|scheme| scheme.kurtosis(1.8))
        .and_then(|scheme| scheme.support(0.0, 1.0))
        .unwrap();
    let stated = law(&known);
    assert_eq!(
        (stated.mean(), stated.variance()),
        (Some(0.5), Some(1.0 / 12.0))
    );
    assert_eq!(
        (stated.kurtosis(), stated.support()),
        (Some(1.8), Some((0.0, 1.0)))
    );
    // A factor of 4 doubles every value.
    let scaled = law(&known.clone().scaled(4.0).unwrap());
    assert_eq!(
        (scaled.mean(), scaled.variance()),
        (Some(1.0), Some(1.0 / 3.0))
    );
    assert_eq!(
        (scaled.kurtosis(), scaled.support()),
        (Some(1.8), Some((0.0, 2.0)))
    );
    // A factor of 0 leaves nothing that a platform could change.
    let zero = law(&known.scaled(0.0).unwrap());
    assert_eq!((zero.mean(), zero.variance()), (Some(0.0), Some(0.0)));
    assert_eq!((zero.kurtosis(), zero.support()), (None, Some((0.0, 0.0))));
    assert!(zero.is_bit_stable());

    // Equal laws draw equal values: of two distributions nobody can know.
    let scheme = FromDistribution::new(StandardUniform);
    assert_eq!(law(&scheme), law(&scheme.clone()));
    assert_ne!(law(&scheme), law(&FromDistribution::new(StandardUniform)));
    assert_ne!(law(&scheme), law(&scheme.clone().scaled(2.0).unwrap()));
}

#[test]
fn moments_that_are_no_moments_are_refused() {
    let scheme = || FromDistribution::new(StandardUniform);
    let nan = f64::NAN;
    refused(
        scheme().moments(nan, 1.0),
        "mean is NaN, but it must be finite",
    );
    refused(
        scheme().moments(0.0, -1.0),
        "variance is -1, but it must be finite and at least 0",
    );
    refused(
        scheme().kurtosis(0.5),
        "kurtosis is 0.5, but it must be finite and at least 1",
    );
    refused(
        scheme().kurtosis(nan),
        "kurtosis is NaN, but it must be finite and at least 1",
    );
    refused(
        scheme().support(nan, 1.0),
        "low is NaN, but it must be a number",
    );
    refused(
        scheme().support(0.0, nan),
        "high is NaN, but it must be at least the lower bound",
    );
    refused(
        scheme().support(2.0, 1.0),
        "high is 1, but it must be at least the lower bound",
    );
    assert!(scheme().support(f64::NEG_INFINITY, f64::INFINITY).is_ok());
}

/// The one error that is found late: elements before it are written.
#[test]
fn a_draw_that_is_not_finite_is_an_error() {
    let draw = |scheme: FromDistribution| scheme.init_keyed::<f32, _>(key("late"), (3, 4));
    refused(
        draw(once(7, f64::NAN)),
        "the distribution yielded NaN for the element at flat index 7, which is not finite in f32",
    );
    refused(
        draw(once(0, f64::NEG_INFINITY)),
        "the distribution yielded -inf for the element at flat index 0, which is not finite in f32",
    );
    let too_large = |value: &str| {
        format!(
            "the distribution yielded {value} for the element at flat index 11, which is not finite in f32"
        )
    };
    refused(draw(once(11, 1e39)), &too_large("1e39"));
    assert_eq!(draw(once(12, 1e39)), Ok(Array2::ones((3, 4))));
    let wide = once(11, 1e39)
        .init_keyed::<f64, _>(key("late"), (3, 4))
        .unwrap();
    assert_eq!(wide[[2, 3]], 1e39);
    // What it yields after scaling.
    let scaled = once(11, 1e38).scaled(1e4).unwrap();
    let result = scaled.init_keyed::<f32, _>(key("late"), (3, 4));
    refused(result, &too_large("1e40"));

    let mut array = Array1::<f32>::zeros(12);
    let mut rng = Counting::new();
    let filled = once(7, f64::NAN).fill(&mut rng, &mut array);
    assert!(
        matches!(filled, Err(InitError::NonFiniteDraw { .. })),
        "{filled:?}"
    );
    assert_eq!(array.iter().take(7).sum::<f32>(), 7.0);
    assert_eq!(array.iter().skip(8).sum::<f32>(), 0.0);
    assert_eq!(rng.bytes, 32);
}

/// Where outputs are repeated, the index is that of the first.
#[test]
fn the_index_of_a_draw_that_is_not_finite_is_that_of_the_whole_weight() {
    /// Uniform, without what is from the number on.
    #[derive(Debug)]
    struct Below(f64);

    impl Distribution<f64> for Below {
        fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
            let x = rng.random();
            if x < self.0 { x } else { f64::NAN }
        }
    }

    fn icnr(end: f64) -> Icnr<FromDistribution> {
        Icnr::new(FromDistribution::new(Below(end)), 2).unwrap()
    }

    /// For matrices: their inputs are taken for a kernel.
    #[derive(Debug)]
    struct OfMatrix(Icnr<FromDistribution>, Layout);

    impl Scheme for OfMatrix {
        fn law(&self, weight: &Weight) -> Result<Law, InitError> {
            let len = |axis: usize| weight.shape()[axis];
            self.0.law(&if self.1 == Layout::OUT_IN {
                Weight::from_axes([Axis::Output(len(0)), Axis::Kernel(len(1))])?
            } else {
                Weight::from_axes([Axis::Kernel(len(0)), Axis::Output(len(1))])?
            })
        }
    }

    fn check<S: Scheme>(
        weight: impl IntoWeight + Copy,
        copies: usize,
        scheme: impl Fn(Icnr<FromDistribution>) -> S,
    ) {
        let draw = |end| scheme(icnr(end)).init_keyed::<f64, _>(key("late"), weight);
        // Its greatest number is that of several outputs, of which the first is found.
        let whole = draw(1.0).unwrap();
        let greatest = whole.iter().copied().fold(0.0, f64::max);
        assert_eq!(whole.iter().filter(|&&x| x == greatest).count(), copies);
        let at = whole.iter().position(|&x| x == greatest).unwrap();
        assert!(at > 8, "the smaller weight has another index there");
        refused(
            draw(greatest),
            &format!(
                "the distribution yielded NaN for the element at flat index {at}, which is not \
                 finite in f64"
            ),
        );
    }

    for layout in [Layout::OIHW, Layout::HWIO] {
        check(
            Conv::new([2, 2]).inputs(2).outputs(8).layout(layout),
            4,
            |icnr| icnr,
        );
    }
    for layout in [Layout::OUT_IN, Layout::IN_OUT] {
        let parts = Fused::new([4, 6, 4]).inputs(5).layout(layout);
        check(parts, 2, |icnr| OfMatrix(icnr, layout));
    }
}

#[cfg(feature = "half")]
#[test]
fn f16_ends_at_65504() {
    let draw = |value| once(1, value).init_keyed::<half::f16, _>(key("late"), 2);
    assert_eq!(draw(65_519.0).unwrap()[1].to_f32(), 65_504.0);
    refused(
        draw(65_520.0),
        "the distribution yielded 6.552e4 for the element at flat index 1, which is not finite in f16",
    );
}

#[test]
fn the_distributions_of_rand_distr_fit() {
    fn check<F: Bits>() {
        let schemes: [FromDistribution; 3] = [
            FromDistribution::new(Uniform::new(-1.0, 1.0).unwrap()),
            FromDistribution::new(StudentT::new(5.0).unwrap()),
            FromDistribution::new(Cauchy::new(0.0, 0.01).unwrap()),
        ];
        for scheme in schemes {
            let values: Array2<F> = scheme.init_keyed(key("distr"), (10, 10)).unwrap();
            assert!(values.iter().all(|value| value.is_finite()));
        }
    }
    for_each_element!(check());
}

/// A scheme with fans of a distribution without: five lines.
#[test]
fn a_law_of_a_distribution_is_scaled_by_the_fans() {
    #[derive(Debug)]
    struct Heavy;
    impl Scheme for Heavy {
        fn law(&self, weight: &Weight) -> Result<Law, InitError> {
            Law::distribution(Laplace).scaled(1.0 / weight.fan_in()?)
        }
    }
    let values: Array2<f64> = Heavy.init_keyed(key("heavy"), (3, 16)).unwrap();
    let unscaled: Array2<f64> = laplace().init_keyed(key("heavy"), (3, 16)).unwrap();
    same(&values, &(unscaled / 4.0));
    for scheme in [&HeNormal as &dyn Scheme, &Heavy] {
        let refused = scheme.init_keyed::<f64, _>(key("heavy"), 3);
        assert!(matches!(refused, Err(InitError::NoFan { .. })));
    }
}
