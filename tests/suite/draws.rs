//! The draws themselves: their distribution, that they do not know of each other, and how those
//! of one float type follow from those of another.

use crate::common::{
    Bits, cases,
    evidence::{FALSE_ALARMS, kolmogorov, rejected, sample, two_tails, upper_tail},
    for_each_element, key,
};
use fanin::{Element, Initializer, Key, Normal, Scheme, Uniform, Weight};
use ndarray::Array1;
use proptest::prelude::*;

const MANY: usize = 1 << 18;

/// Standard normal draws, whose values are the draws themselves.
fn draws<F: Element>(key: &Key, n: usize) -> Array1<F> {
    Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(key.clone(), n)
        .unwrap()
}

fn standard<F: Bits>(name: &str) -> Vec<f64> {
    sample::<F>(&Normal::new(0.0, 1.0).unwrap(), &key(name), MANY, MANY)
}

fn uniform<F: Bits>(name: &str) -> Vec<f64> {
    sample::<F>(&Uniform::new(-1.0, 1.0).unwrap(), &key(name), MANY, MANY)
}

fn normal_cdf(x: f64) -> f64 {
    upper_tail(-x)
}

fn uniform_cdf(x: f64) -> f64 {
    (x.clamp(-1.0, 1.0) + 1.0) / 2.0
}

#[test]
fn their_distribution_functions_are_those_of_their_laws() {
    let rate = FALSE_ALARMS / 4.0;
    for (draws, cdf) in [
        (standard::<f32>("ks"), normal_cdf as fn(f64) -> f64),
        (standard::<f64>("ks"), normal_cdf),
        (uniform::<f32>("ks"), uniform_cdf),
        (uniform::<f64>("ks"), uniform_cdf),
    ] {
        kolmogorov(draws.clone(), cdf, rate).unwrap();
        // Controls: a mean of 0.02, and 10 % more variance.
        let shifted = draws.iter().map(|z| z + 0.02).collect();
        rejected(kolmogorov(shifted, cdf, rate), "largest distance");
        let scaled = draws.iter().map(|z| z * 1.1_f64.sqrt()).collect();
        rejected(kolmogorov(scaled, cdf, rate), "largest distance");
    }
}

/// Up to them, and never beyond: where a bound is not a number of the type, the nearest to it may
/// be outside.
#[test]
fn uniform_draws_keep_within_their_bounds() {
    fn check<F: Bits>(low: f64, high: f64) -> Vec<f64> {
        let bounded = Uniform::new(low, high).unwrap();
        let values = sample::<F>(&bounded, &key("bounds"), MANY, MANY);
        assert!(
            values.iter().all(|x| (low..=high).contains(x)),
            "{low} {high}"
        );
        values
    }
    fn wide<F: Bits>(low: f64, high: f64) {
        let values = check::<F>(low, high);
        // A tenth of the values is in the tenth at either end, give or take a few numbers of a
        // narrow type; half of it would be 85 standard errors less.
        for end in [low, high] {
            let near = |x: &&f64| (*x - end).abs() < (high - low) / 10.0;
            assert!(values.iter().filter(near).count() > MANY / 20);
        }
    }
    fn narrow<F: Bits>() {
        // Rounded to nearest, one value in 42 would be 1, and one 1 + 5 EPSILON: outside.
        let epsilon = F::epsilon().wide();
        let values = check::<F>(1.0 + 0.4 * epsilon, 1.0 + 4.6 * epsilon);
        assert!(values.contains(&(1.0 + epsilon)));
        assert!(values.contains(&(1.0 + 4.0 * epsilon)));
    }
    for_each_element!(wide(-0.1, 0.1));
    for_each_element!(wide(0.9, 1.1));
    for_each_element!(wide(-1.0, 1e-3));
    for_each_element!(narrow());
}

/// The chance of the correlation of two sequences, and that of their squares, if the elements are
/// independent and standard normal.
fn chances<'a>(pairs: impl Iterator<Item = (&'a f64, &'a f64)>) -> [f64; 2] {
    let [mut n, mut values, mut squares] = [0.0; 3];
    for (x, y) in pairs {
        n += 1.0;
        values += x * y;
        squares += (x * x - 1.0) * (y * y - 1.0) / 2.0;
    }
    [values, squares].map(|sum: f64| two_tails(sum / n.sqrt()))
}

/// Neighbours, the two of a Box-Muller pair, elements of one lane, of adjoining groups and blocks.
const LAGS: [usize; 9] = [1, 2, 15, 16, 17, 32, 64, 2032, 2048];

#[test]
fn draws_of_one_key_do_not_know_of_each_other() {
    let threshold = FALSE_ALARMS / (2 * 2 * LAGS.len()) as f64;
    for draws in [standard::<f32>("lags"), standard::<f64>("lags")] {
        for lag in LAGS {
            let lagged = |draws: &[f64]| chances(draws.iter().zip(&draws[lag..]));
            let [values, squares] = lagged(&draws);
            assert!(values > threshold && squares > threshold, "lag {lag}");

            // Controls: a fiftieth of the other draw is added; pairs share a scale of 0.85 or 1.15.
            let added: Vec<f64> = draws
                .iter()
                .zip(draws[lag..].iter().chain(&draws))
                .map(|(x, y)| x + 0.02 * y)
                .collect();
            assert!(lagged(&added)[0] < threshold, "lag {lag}");
            let scales = draws.iter().map(|z| 1.0 + 0.15 * z.signum());
            let paired = scales.zip(draws.iter().zip(&draws[lag..]));
            let paired: Vec<_> = paired.map(|(s, (x, y))| (s * x, s * y)).collect();
            assert!(chances(paired.iter().map(|(x, y)| (x, y)))[1] < threshold);
        }
    }
}

#[test]
fn draws_of_related_keys_do_not_know_of_each_other() {
    let parent = key("parent");
    let keys = [
        parent.clone(),
        parent.child("a"),
        parent.child("b"),
        parent.child("a").child("b"),
        parent.child_index(0),
        parent.child_index(1),
        Key::from_seed(0),
        Key::from_seed(1),
    ];
    let threshold = FALSE_ALARMS / (28.0 * 2.0);
    let draws = keys.map(|key| draws::<f64>(&key, 1 << 16));
    for (i, a) in draws.iter().enumerate() {
        for b in &draws[..i] {
            let [values, squares] = chances(a.iter().zip(b));
            assert!(values > threshold && squares > threshold);
        }
        // Control: a key with itself.
        assert_eq!(chances(a.iter().zip(a))[0], 0.0);
    }
}

/// How many elements are not |z64 - z32| <= 2e-6 (1 + |z32|).
fn strays(narrow: &Array1<f32>, wide: &Array1<f64>) -> usize {
    let agree = |&(narrow, wide): &(&f32, &f64)| {
        let narrow = f64::from(*narrow);
        (wide - narrow).abs() <= 2e-6 * (1.0 + narrow.abs())
    };
    narrow.len() - narrow.iter().zip(wide).filter(agree).count()
}

/// A word of the radius is a cell of 1 in 2^32; half a cell moves the radius r at word w by up to
/// 1 / (2 w r), which is above 2e-6 (1 + r) for w < 7750 (r > 5.1) and, at the other end, for
/// about 10 words. That is at most 1.8e-6 of the radii, each of which makes two draws: the chance
/// of more than 17 of the 2^21 radii here is 1.1e-7, by the quantiles of Poisson's law.
#[test]
fn f64_refines_f32() {
    let n = 1 << 22;
    let found = strays(&draws(&key("refine"), n), &draws(&key("refine"), n));
    println!("{found} of {n} elements stray");
    assert!(found <= 2 * 17);

    // Controls: the draws of another key, and 1e-5 more.
    let n = 1 << 12;
    let narrow = draws(&key("refine"), n);
    assert!(strays(&narrow, &draws(&key("other"), n)) > n * 99 / 100);
    assert!(strays(&narrow, &(draws(&key("refine"), n) + 1e-5)) > n / 2);
}

/// What an `f64` draw adds to the word that it shares with the `f32` draw is uniform too.
#[test]
fn f64_has_low_bits_of_its_own() {
    let below_the_word = |draws: Vec<f64>| -> Vec<f64> {
        let words = draws.iter().map(|x| (x + 1.0) * 2_147_483_648.0);
        words.map(|word| 2.0 * word.fract() - 1.0).collect()
    };
    let low = below_the_word(uniform::<f64>("low"));
    kolmogorov(low, uniform_cdf, FALSE_ALARMS).unwrap();
    // Control: draws that have no more.
    let low = below_the_word(uniform::<f32>("low"));
    rejected(
        kolmogorov(low, uniform_cdf, FALSE_ALARMS),
        "largest distance",
    );
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_value_is_the_mean_and_std_times_its_draw(
        mean in -10.0..10.0,
        std in (-4.0..1.0).prop_map(|exponent| 10_f64.powf(exponent)),
        factor in 0.1..10.0,
        seed: u64,
        n in 1_usize..100,
    ) {
        let key = Key::from_seed(seed);
        let normal = Normal::new(mean, std).unwrap();
        let values: Array1<f64> = normal.init_keyed(key.clone(), n).unwrap();
        prop_assert_eq!(values, draws::<f64>(&key, n).mapv(|z| mean + std * z));

        let scaled = normal.scaled(factor).unwrap();
        let law = scaled.law(&Weight::vector(n)).unwrap();
        let (mean, std) = (mean * factor.sqrt(), law.std().unwrap());
        prop_assert!((std / (normal.std() * factor.sqrt()) - 1.0).abs() < 1e-15);
        let values: Array1<f64> = scaled.init_keyed(key.clone(), n).unwrap();
        prop_assert_eq!(values, draws::<f64>(&key, n).mapv(|z| mean + std * z));
        let values: Array1<f32> = scaled.init_keyed(key.clone(), n).unwrap();
        let high = mean as f32;
        let low = (mean - f64::from(high)) as f32;
        let value = |z| match high {
            0.0 => std as f32 * z,
            _ => high + (low + std as f32 * z),
        };
        prop_assert_eq!(values, draws::<f32>(&key, n).mapv(value));
    }
}

#[cfg(feature = "half")]
mod narrow {
    use super::*;
    use half::{bf16, f16};

    /// The distances of a value from `number` and from the nearer of the two beside it.
    fn distances<F: Bits>(value: f32, number: F, from_bits: fn(u16) -> F) -> (f64, f64) {
        let distance = |number: F| (f64::from(value) - number.wide()).abs();
        let bits = number.bits() as u16;
        let below = distance(from_bits(bits.wrapping_sub(1)));
        // Below 0 is NaN, which `min` passes over.
        let beside = distance(from_bits(bits + 1)).min(below);
        (distance(number), beside)
    }

    fn check<F: Bits>(from_bits: fn(u16) -> F) {
        let n = 1 << 20;
        let rounded = draws::<F>(&key("narrow"), n);
        let [mut ties, mut cut] = [0; 2];
        for (&value, &rounded) in draws::<f32>(&key("narrow"), n).iter().zip(&rounded) {
            let (own, beside) = distances(value, rounded, from_bits);
            let even = rounded.bits() % 2 == 0;
            assert!(own < beside || (own == beside && even), "{value} {rounded}");
            ties += u32::from(own == beside);

            // Control: the number towards 0 is as often the wrong one.
            let up = rounded.wide().abs() > f64::from(value).abs();
            let towards_0 = from_bits(rounded.bits() as u16 - u16::from(up));
            let (own, beside) = distances(value, towards_0, from_bits);
            cut += u32::from(own > beside);
        }
        assert!(ties > 0, "the rule of ties was not tried");
        assert!((0.45..0.55).contains(&(f64::from(cut) / n as f64)));
    }

    #[test]
    fn f16_is_f32_rounded_once() {
        check(f16::from_bits);
    }

    #[test]
    fn bf16_is_f32_rounded_once() {
        check(bf16::from_bits);
    }
}
