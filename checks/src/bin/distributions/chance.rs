//! p-values: how likely a result that is as far off, or further, is under the law.

use statrs::distribution::{ChiSquared, ContinuousCDF, DiscreteCDF, Poisson};

/// The two-sided probability of a statistic that is practically standard normal.
pub fn normal(z: f64) -> f64 {
    libm::erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// Pearson's statistic of counts, too large or too small.
pub fn chi_squared(counts: &[u64], masses: &[f64]) -> f64 {
    let n = counts.iter().sum::<u64>() as f64;
    let statistic = counts
        .iter()
        .zip(masses)
        .map(|(&count, &mass)| (count as f64 - n * mass).powi(2) / (n * mass))
        .sum::<f64>();
    let law = ChiSquared::new((counts.len() - 1) as f64).expect("degrees of freedom");
    (2.0 * law.cdf(statistic).min(law.sf(statistic))).min(1.0)
}

/// Kolmogorov's test, with the distances at the ends of cells only: those elsewhere are hardly
/// larger, and leaving them out makes the p-value larger, not smaller.
pub fn kolmogorov(counts: &[u64], below: &[f64]) -> f64 {
    let n = counts.iter().sum::<u64>() as f64;
    let mut sum = 0;
    let mut distance = 0.0_f64;
    for (&count, &below) in counts.iter().zip(below) {
        sum += count;
        distance = distance.max((sum as f64 / n - below).abs());
    }
    let x = distance * n.sqrt();
    // Kolmogorov 1933; below 1/3 the series is 1 to all digits, and slow.
    if x < 1.0 / 3.0 {
        return 1.0;
    }
    let term = |j: i32| (-2.0 * (f64::from(j) * x).powi(2)).exp();
    2.0 * (1..=40)
        .map(|j| if j % 2 == 1 { term(j) } else { -term(j) })
        .sum::<f64>()
}

/// A count of rare events, too large or too small.
pub fn count(count: u64, n: f64, mass: f64) -> f64 {
    let expected = n * mass;
    if expected > 1e4 {
        return normal((count as f64 - expected) / (expected * (1.0 - mass)).sqrt());
    }
    let law = Poisson::new(expected).expect("a rate");
    let most = law.cdf(count);
    let least = if count == 0 { 1.0 } else { law.sf(count - 1) };
    (2.0 * most.min(least)).min(1.0)
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn close(value: f64, expected: f64) {
        assert!(
            (value / expected - 1.0).abs() < 1e-3,
            "{value}, not {expected}"
        );
    }

    #[test]
    fn chances_are_the_known_ones() {
        close(super::normal(-1.959_964), 0.05);
        // One degree of freedom, a statistic of 3.841459: 5 % above it, so 10 % either way.
        let far = (1e10 + (3.841_459_f64 * 5e9).sqrt()) as u64;
        close(
            super::chi_squared(&[far, 20_000_000_000 - far], &[0.5, 0.5]),
            0.1,
        );
        // The distance of 1.358099 over the root of n has 5 %.
        let n = 1e8_f64;
        let more = (n / 2.0 + 1.358_099 * n.sqrt()) as u64;
        close(super::kolmogorov(&[more, n as u64 - more], &[0.5]), 0.05);
        // Poisson of mean 3: P(0) = 0.049787, P(7 or more) = 0.033509.
        close(super::count(0, 3e6, 1e-6), 2.0 * 0.049_787);
        close(super::count(7, 3e6, 1e-6), 2.0 * 0.033_509);
    }
}
