//! What a sample says for or against a law.
//!
//! Every check takes a rate of false alarms: the chance, over keys, that it refuses a sample of
//! the very law that is claimed. The keys are fixed, so a test that passes once passes always; the
//! rate says how likely it was that the choice of the keys mattered.

use approx::assert_relative_eq;
use fanin::{Initializer, IntoWeight, Key, Law, Scheme};
use statrs::{
    distribution::{ChiSquared, ContinuousCDF},
    function::erf::erfc,
};

use super::Bits;

/// The rate of false alarms of a whole test function, to be shared by its cases.
pub(crate) const FALSE_ALARMS: f64 = 1e-6;

/// Values in a large sample, whose second moment is as good as normal: the mean of 10^4 squares
/// of normal values is outside of the normal quantiles 1.12 times as often as stated at a rate of
/// 1e-6, and 1.5 times at 1e-9.
const LARGE: usize = 10_000;

/// Values in a sample whose fourth moment is as good as normal: by its skewness and kurtosis, 1.1
/// times as often as stated at a rate of 1e-6, and 1.4 times at 1e-9.
const VERY_LARGE: usize = 1 << 18;

/// What a test claims about a law, by arithmetic of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    mean: f64,
    variance: f64,
    /// The kurtosis: the mean of the fourth power of the standardised value.
    fourth: f64,
    /// That of the eighth, which says how far a fourth moment strays.
    eighth: f64,
}

impl Claim {
    pub(crate) fn normal(mean: f64, variance: f64) -> Self {
        Claim {
            mean,
            variance,
            fourth: 3.0,
            eighth: 105.0,
        }
    }

    pub(crate) fn uniform(mean: f64, variance: f64) -> Self {
        Claim {
            mean,
            variance,
            fourth: 9.0 / 5.0,
            eighth: 81.0 / 9.0,
        }
    }

    /// The standard normal law cut off at `-bound` and `bound`: `z^2k` weighs the chi-squared law of
    /// one degree of freedom to that of `2k + 1`, by the mean `1 * 3 * ... * (2k - 1)`.
    pub(crate) fn truncated(bound: f64) -> Self {
        let inside = |freedom| ChiSquared::new(freedom).unwrap().cdf(bound * bound);
        let [second, fourth, eighth] = [(1.0, 3.0), (3.0, 5.0), (105.0, 9.0)]
            .map(|(mean, freedom)| mean * inside(freedom) / inside(1.0));
        Claim {
            mean: 0.0,
            variance: second,
            fourth: fourth / second.powi(2),
            eighth: eighth / second.powi(4),
        }
    }

    /// The variance of the law.
    pub(crate) fn variance(&self) -> f64 {
        self.variance
    }

    /// What the library's law says of itself, as far as it knows, is what is claimed.
    #[track_caller]
    pub(crate) fn is_told_by(&self, law: &Law) {
        for (told, claimed) in [
            (law.mean(), self.mean),
            (law.variance(), self.variance),
            (law.std(), self.variance.sqrt()),
            (law.kurtosis(), self.fourth),
        ] {
            // The library knows every moment of what it draws itself.
            if told.is_some() || law.is_bit_stable() {
                // As exact as the tail of the normal law that the claim was made with.
                assert_relative_eq!(told.unwrap(), claimed, max_relative = 1e-11);
            }
        }
    }

    /// Whether the values may be of this law, with independent draws: their mean, their second
    /// moment about the known mean, and if they are very many their fourth. The error names what
    /// is wrong.
    ///
    /// For a normal law the first two tests are exact below [`LARGE`]; other laws need more.
    pub(crate) fn judge(&self, values: &[f64], false_alarms: f64) -> Result<(), String> {
        let n = values.len() as f64;
        let is_normal = self.fourth == 3.0;
        assert!(values.len() >= LARGE || is_normal, "too few values");
        let threshold = false_alarms / 3.0;
        let verdict = |name: &str, chance: f64, found: f64, claimed: f64| {
            if chance >= threshold {
                return Ok(());
            }
            Err(format!(
                "{name} of {n} standardised values is {found}, not {claimed}: by chance {chance:e}"
            ))
        };

        let [mut sum, mut squares, mut fourths] = [0.0; 3];
        for &value in values {
            if !value.is_finite() {
                return Err(format!("{value} is not finite"));
            }
            let y = (value - self.mean) / self.variance.sqrt();
            sum += y;
            squares += y * y;
            fourths += y * y * y * y;
        }

        verdict("mean", two_tails(sum / n.sqrt()), sum / n, 0.0)?;
        let chance = if values.len() < LARGE {
            let law = ChiSquared::new(n).unwrap();
            2.0 * law.cdf(squares).min(law.sf(squares))
        } else {
            two_tails((squares / n - 1.0) / ((self.fourth - 1.0) / n).sqrt())
        };
        verdict("second moment", chance, squares / n, 1.0)?;
        if values.len() >= VERY_LARGE {
            let std = ((self.eighth - self.fourth.powi(2)) / n).sqrt();
            let chance = two_tails((fourths / n - self.fourth) / std);
            verdict("fourth moment", chance, fourths / n, self.fourth)?;
        }
        Ok(())
    }
}

/// Kolmogorov and Smirnov's test of a sample against a distribution function. The rate of false
/// alarms is a bound for every size: the largest distance exceeds d with probability at most 2
/// exp(-2 n d^2) (P. Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality",
/// Ann. Probab. 18, 1990).
pub(crate) fn kolmogorov(
    mut values: Vec<f64>,
    cdf: impl Fn(f64) -> f64,
    false_alarms: f64,
) -> Result<(), String> {
    let n = values.len() as f64;
    values.sort_unstable_by(f64::total_cmp);
    let distance = (0..).zip(&values).fold(0.0, |distance: f64, (rank, &x)| {
        let rank = f64::from(rank);
        let expected = cdf(x);
        distance
            .max((rank + 1.0) / n - expected)
            .max(expected - rank / n)
    });
    within(distance, ((2.0 / false_alarms).ln() / (2.0 * n)).sqrt())
}

/// The same for two samples of one size, which differ by d with probability at most 2 exp(-n d^2)
/// (F. Wei and R. M. Dudley, "Two-sample Dvoretzky-Kiefer-Wolfowitz inequalities", Stat. Probab.
/// Lett. 82, 2012, for samples of 458 and more).
pub(crate) fn smirnov(mut a: Vec<f64>, mut b: Vec<f64>, false_alarms: f64) -> Result<(), String> {
    assert_eq!(a.len(), b.len());
    let n = a.len() as f64;
    assert!(n >= 458.0);
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let [mut i, mut j, mut distance] = [0; 3];
    while i < a.len() && j < b.len() {
        let x = a[i].min(b[j]);
        while i < a.len() && a[i] <= x {
            i += 1;
        }
        while j < b.len() && b[j] <= x {
            j += 1;
        }
        distance = distance.max(i.abs_diff(j));
    }
    within(distance as f64 / n, ((2.0 / false_alarms).ln() / n).sqrt())
}

/// The mean of independent values that are nowhere further than `most` from their mean, against that
/// mean and a variance. The rate of false alarms is a bound for every size: Bernstein's inequality (S.
/// Boucheron, G. Lugosi and P. Massart, "Concentration inequalities", 2013, corollary 2.11).
pub(crate) fn bernstein(
    values: impl IntoIterator<Item = f64>,
    [mean, variance, most]: [f64; 3],
    false_alarms: f64,
) -> Result<(), String> {
    let (mut n, mut sum) = (0.0, 0.0);
    for value in values {
        assert!((value - mean).abs() <= most * (1.0 + 1e-6), "{value}");
        n += 1.0;
        sum += value - mean;
    }
    let chance = 2.0 * (-sum * sum / (2.0 * (n * variance + most * sum.abs() / 3.0))).exp();
    if chance >= false_alarms {
        return Ok(());
    }
    let found = mean + sum / n;
    Err(format!(
        "mean of {n} values is {found}, not {mean}: by chance {chance:e} at most"
    ))
}

fn within(distance: f64, bound: f64) -> Result<(), String> {
    if distance <= bound {
        return Ok(());
    }
    Err(format!(
        "largest distance of the distribution functions is {distance}, above {bound}"
    ))
}

/// The chance that a standard normal value exceeds `z`.
pub(crate) fn upper_tail(z: f64) -> f64 {
    erfc(z / std::f64::consts::SQRT_2) / 2.0
}

/// The chance that a standard normal value is as far from 0 as `z`, on either side.
pub(crate) fn two_tails(z: f64) -> f64 {
    2.0 * upper_tail(z.abs())
}

/// At least `n` values: weights of that shape, from as many children of the key as it takes.
pub(crate) fn sample<F: Bits>(
    scheme: &dyn Scheme,
    key: &Key,
    weight: impl IntoWeight + Clone,
    n: usize,
) -> Vec<f64> {
    let mut values = Vec::new();
    for index in 0.. {
        if values.len() >= n {
            break;
        }
        let array = scheme
            .init_keyed::<F, _>(key.child_index(index), weight.clone())
            .unwrap();
        assert!(!array.is_empty());
        values.extend(array.iter().map(|value| value.wide()));
    }
    values
}

/// A negative control: the check has refused what is wrong, for the reason that is wrong with it.
#[track_caller]
pub(crate) fn rejected(verdict: Result<(), String>, reason: &str) {
    let error = verdict.expect_err("a sample of another law was accepted");
    assert!(error.starts_with(reason), "for another reason: {error}");
}
