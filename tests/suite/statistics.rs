//! The variance that the documentation states, for every scheme, shape and float type.
//!
//! Every test has a rate of false alarms of [`FALSE_ALARMS`], divided by the number of its cases,
//! and fixed keys. The negative controls are tests too: laws that are wrong by a little must be
//! refused by the same check.

use crate::common::{
    Bits, cases,
    evidence::{Claim, FALSE_ALARMS, rejected, sample, upper_tail},
    for_each_element, key,
};
use approx::assert_relative_eq;
use fanin::{
    Family, Fan, FromDistribution, GlorotNormal, HeNormal, Initializer, IntoWeight, LeCunNormal,
    Normal, Scheme, TruncatedNormal, Uniform, VarianceScaling, XavierNormal,
};
use proptest::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal, StandardUniform};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Values for a control: a variance that is wrong by 5 % is 18 standard errors away.
const MANY: usize = 1 << 18;

/// A fan, by arithmetic of the test's own.
fn fan(kind: Fan, shape: &[usize]) -> f64 {
    let field = shape[2..].iter().product::<usize>() as f64;
    let (fan_out, fan_in) = (shape[0] as f64 * field, shape[1] as f64 * field);
    match kind {
        Fan::In => fan_in,
        Fan::Out => fan_out,
        Fan::Average => (fan_in + fan_out) / 2.0,
        Fan::GeometricAverage => (fan_in * fan_out).sqrt(),
    }
}

/// One of `cases` cases: `n` values and more, from many keys if the shape is small.
#[track_caller]
fn accepted<F: Bits>(
    scheme: &dyn Scheme,
    weight: impl IntoWeight + Clone,
    n: usize,
    claim: &Claim,
    cases: u32,
) {
    claim.is_told_by(scheme.describe(weight.clone()).unwrap().law().unwrap());
    let values = sample::<F>(scheme, &key(&format!("{scheme:?}, {n}")), weight, n);
    if let Err(error) = claim.judge(&values, FALSE_ALARMS / f64::from(cases)) {
        panic!("{scheme:?} in {}: {error}", std::any::type_name::<F>());
    }
}

/// The check itself, on samples of another generator: it refuses as many correct ones as it states.
/// 2667 of 40,000 trials should be refused; 5 standard errors are 9.4 % of that, which is how exactly
/// the rate is tested, and would be a false alarm once in 1.7 million choices of the seed.
#[test]
fn the_check_has_the_rate_that_it_states() {
    let rate = 0.1;
    // Values of that variance in place of 1, in standard errors of the number that is refused.
    let excess = |variance: f64, trials: u32| {
        let mut rng = StdRng::seed_from_u64(1);
        let refused = (0..trials).filter(|_| {
            let normals = StandardNormal.sample_iter(&mut rng).take(50);
            let values: Vec<f64> = normals.map(|z: f64| variance.sqrt() * z).collect();
            Claim::normal(0.0, 1.0).judge(&values, rate).is_err()
        });
        // A small sample has two of the three checks, each with a third of the rate; both refuse less
        // than once in 900 trials, since mean and second moment are nearly independent.
        let chance = rate * 2.0 / 3.0 - (rate / 3.0).powi(2);
        let expected = f64::from(trials) * chance;
        (refused.count() as f64 - expected) / (expected * (1.0 - chance)).sqrt()
    };
    let stated = excess(1.0, 40_000);
    assert!(stated.abs() < 5.0, "{stated}");
    // Control: samples with 5 % more variance are refused more often.
    let more = excess(1.05, 40_000);
    assert!(more > 5.0, "{more}");
}

/// Its tail probabilities, against closed forms: this far out a library may be wrong.
#[test]
fn the_tails_are_right() {
    // Abramowitz and Stegun, table 26.2: -log10 Q(5) is 6.54265, -log10 Q(6) is 9.00586.
    assert!((upper_tail(5.0).log10() + 6.54265).abs() < 1e-5);
    assert!((upper_tail(6.0).log10() + 9.00586).abs() < 1e-5);
    // A chi-squared law of 2k degrees of freedom exceeds 2t as often as a Poisson law of mean t
    // is below k: the sum of exp(-t) t^i / i!.
    let (k, t) = (2048, 2048.0 + 6.0 * 2048_f64.sqrt());
    let mut log = -t;
    let mut sum = 0.0;
    for i in 1..=k {
        sum += log.exp();
        log += (t / f64::from(i)).ln();
    }
    let tail = ChiSquared::new(f64::from(2 * k)).unwrap().sf(2.0 * t);
    assert_relative_eq!(tail, sum, max_relative = 1e-6);
    assert!((1e-10..1e-8).contains(&tail));
}

#[test]
fn named_schemes_have_the_variance_of_their_papers() {
    let schemes: [(&dyn Scheme, f64, Fan); 4] = [
        (&LeCunNormal, 1.0, Fan::In),
        (&HeNormal, 2.0, Fan::In),
        (&XavierNormal, 1.0, Fan::In),
        (&GlorotNormal, 1.0, Fan::Average),
    ];
    // One value of each of 300 keys; then chi-squared quantiles; then standard errors.
    let shapes: [(&[usize], usize); 6] = [
        (&[1, 1], 300),
        (&[300, 7], 9000),
        (&[1, 3000], 9000),
        (&[3, 5, 100], 9000),
        (&[16, 8, 3, 3], 9000),
        (&[1024, 256], MANY),
    ];
    for (scheme, factor, kind) in schemes {
        for (shape, n) in shapes {
            let claim = Claim::normal(0.0, factor / fan(kind, shape));
            for_each_element!(accepted(scheme, shape, n, &claim, 4 * 6 * 4));
        }
    }
}

#[test]
fn one_axis_follows_the_fans_that_are_stated() {
    let n = 1 << 14;
    let claim = Claim::normal(0.0, 2.0 / 300.0);
    for_each_element!(accepted(&HeNormal, n.fans(300, 7), n, &claim, 8));
    let claim = Claim::normal(0.0, 2.0 / 307.0);
    for_each_element!(accepted(&GlorotNormal, n.fans(300, 7), n, &claim, 8));
}

#[test]
fn a_stated_mean_and_standard_deviation_are_those_of_the_values() {
    for (mean, std) in [(0.0, 0.02), (1.0, 0.5), (-300.0, 2.0)] {
        let normal = Normal::new(mean, std).unwrap();
        let claim = Claim::normal(mean, std * std);
        accepted::<f32>(&normal, MANY, MANY, &claim, 6);
        accepted::<f64>(&normal, MANY, MANY, &claim, 6);
    }
}

#[test]
fn a_uniform_law_has_the_variance_that_is_stated() {
    for kind in [Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage] {
        for (shape, n) in [(&[64, 9, 5][..], 20_000), (&[1024, 256], MANY)] {
            let scheme = VarianceScaling::new(3.0, kind, Family::Uniform).unwrap();
            let claim = Claim::uniform(0.0, 3.0 / fan(kind, shape));
            for_each_element!(accepted(&scheme, shape, n, &claim, 9 * 4));
        }
    }
    let stated = Uniform::new(-1.0, 3.0).unwrap();
    let claim = Claim::uniform(1.0, 16.0 / 12.0);
    for_each_element!(accepted(&stated, MANY, MANY, &claim, 9 * 4));
}

#[test]
fn a_distribution_of_the_callers_keeps_its_moments() {
    let uniform = FromDistribution::new(StandardUniform);
    let claim = Claim::uniform(0.5, 1.0 / 12.0);
    for_each_element!(accepted(&uniform, MANY, MANY, &claim, 8));
    let scaled = uniform.scaled(4.0).unwrap();
    let claim = Claim::uniform(1.0, 1.0 / 3.0);
    for_each_element!(accepted(&scaled, MANY, MANY, &claim, 8));
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn any_member_of_the_family_has_its_variance(
        shape in prop::collection::vec(1_usize..=9, 2..=4),
        factor in (-3.0..3.0).prop_map(|exponent| 10_f64.powf(exponent)),
        kind in prop::sample::select(
            &[Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage][..]
        ),
    ) {
        let scheme = VarianceScaling::new(factor, kind, Family::Normal).unwrap();
        let claim = Claim::normal(0.0, factor / fan(kind, &shape));
        // The fewer values a key gives, the fewer are drawn: a whole block is made for each.
        let n = 100.max(shape.iter().product::<usize>().min(20) * 100);
        for_each_element!(accepted(&scheme, &shape[..], n, &claim, 4 * 96));
    }
}

/// The check of the tests above at its loosest, on values that are wrong by a little.
mod controls {
    use super::*;

    const CASES: f64 = 1000.0;

    fn refused(scheme: &dyn Scheme, weight: impl IntoWeight + Clone, claim: Claim, reason: &str) {
        fn one<F: Bits>(
            scheme: &dyn Scheme,
            weight: impl IntoWeight + Clone,
            claim: &Claim,
            reason: &str,
        ) {
            let values = sample::<F>(scheme, &key("control"), weight, MANY);
            rejected(claim.judge(&values, FALSE_ALARMS / CASES), reason);
        }
        for_each_element!(one(scheme, weight.clone(), &claim, reason));
    }

    #[test]
    fn a_variance_wrong_by_5_per_cent_is_refused() {
        for error in [0.95, 1.05] {
            let scheme = HeNormal.scaled(error).unwrap();
            let claim = Claim::normal(0.0, 2.0 / 256.0);
            refused(&scheme, (1024, 256), claim, "second moment");
            let scheme = Uniform::new(-1.0, 1.0).unwrap().scaled(error).unwrap();
            let claim = Claim::uniform(0.0, 1.0 / 3.0);
            refused(&scheme, (1024, 256), claim, "second moment");
        }
    }

    #[test]
    fn swapped_fans_are_refused() {
        let claim = Claim::normal(0.0, 2.0 / 256.0);
        refused(&HeNormal, (256, 1024), claim, "second moment");
        // The check detects it with few values too: they have three times the variance.
        let few = sample::<f32>(&HeNormal, &key("few"), (9, 3), 900);
        let verdict = Claim::normal(0.0, 2.0 / 9.0).judge(&few, FALSE_ALARMS / CASES);
        rejected(verdict, "second moment");
    }

    #[test]
    fn a_mean_wrong_by_a_fiftieth_is_refused() {
        let scheme = Normal::new(0.02, 1.0).unwrap();
        refused(&scheme, MANY, Claim::normal(0.0, 1.0), "mean");
    }

    /// A normal law cut off at `0`: by rejection.
    #[derive(Debug)]
    struct Truncated(f64);

    impl Distribution<f64> for Truncated {
        fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
            loop {
                let z: f64 = StandardNormal.sample(rng);
                if z.abs() <= self.0 {
                    return z;
                }
            }
        }
    }

    #[test]
    fn a_truncation_is_told_from_another_and_from_none() {
        // By rejection, and the library's own by inversion.
        let scheme = FromDistribution::new(Truncated(2.0));
        let own = TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0).unwrap();
        let claim = Claim::truncated(2.0);
        for_each_element!(accepted(&scheme, MANY, MANY, &claim, 8));
        for_each_element!(accepted(&own, MANY, MANY, &claim, 8));
        refused(&own, MANY, Claim::truncated(1.9), "second moment");

        // Its variance is 0.774; cut off at 1.9 it is 0.747.
        refused(&scheme, MANY, Claim::truncated(1.9), "second moment");
        refused(&scheme, MANY, Claim::normal(0.0, 1.0), "second moment");
        // A normal law of the variance that is left.
        let claim = Claim::normal(0.0, claim.variance());
        refused(&scheme, MANY, claim, "fourth moment");
    }

    #[test]
    fn a_family_is_told_from_another() {
        let uniform = VarianceScaling::new(1.0, Fan::In, Family::Uniform).unwrap();
        let claim = Claim::normal(0.0, 1.0 / 64.0);
        refused(&uniform, (64, 64), claim, "fourth moment");
        let claim = Claim::uniform(0.0, 1.0 / 64.0);
        refused(&LeCunNormal, (64, 64), claim, "fourth moment");
    }

    #[test]
    fn a_value_that_is_not_finite_is_refused() {
        let mut values = sample::<f64>(&HeNormal, &key("control"), (64, 64), 1);
        values[4000] = f64::INFINITY;
        rejected(Claim::normal(0.0, 2.0 / 64.0).judge(&values, 1e-9), "inf");
    }
}
