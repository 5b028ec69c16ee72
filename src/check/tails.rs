//! Chances of sums of independent values: exact for normal ones, else bounds that hold for every
//! number of values, so that no rate of false alarms is above what is stated.

use libm::{erfc, exp, log, log1p, sqrt};
use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur};

/// Above this number of values, the chance of a sum of squares is a bound, because the series of the
/// incomplete gamma function take as many terms as the number's root, and lose digits.
const LARGE: f64 = 16_777_216.0;

/// At most 1; 0 where a sum overflowed, which is as far out as can be.
fn chance(p: f64) -> f64 {
    if p.is_nan() { 0.0 } else { p.min(1.0) }
}

/// The chance that a standard normal value is as far from 0 as `z`, on either side.
pub(super) fn normal(z: f64) -> f64 {
    erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// Twice the probability that the mean of `n` squares of standard normal values is as far out as `r`,
/// on the side of `r`. For more than [`LARGE`] values this is a bound, which exceeds the probability
/// by at most 0.3 % where it is above 1e-15.
pub(super) fn mean_square(r: f64, n: f64) -> f64 {
    if r <= 0.0 {
        return 0.0;
    }
    if n > LARGE {
        return mean_of_many_squares(r, n);
    }
    let tail = if r > 1.0 {
        checked_gamma_ur
    } else {
        checked_gamma_lr
    };
    // Both are defined for every positive number of values and finite sum of squares.
    tail(n / 2.0, n * r / 2.0).map_or(0.0, |p| chance(2.0 * p))
}

/// At most this is the chance of [`mean_square`], for every `n`.
///
/// The mean has the density `a^a / Gamma(a) exp(-a x) x^(a - 1)` with `a = n / 2`. Let
/// `s^2 / 2 = x - 1 - ln x`, with `s` of the sign of `x - 1`; then `dx / x = s / (x - 1) ds`, and the
/// density of `s` is `a^a exp(-a) / Gamma(a) exp(-a s^2 / 2) f(s)` with `f(s) = s / (x - 1)`. By
/// Stirling's bound `Gamma(a) >= sqrt(2 pi / a) (a / e)^a` it is at most `f(s)` times the normal density
/// of variance `1 / a`. Above 1, `f(s) <= 1`, because `s^2 / 2 <= (x - 1)^2 / 2`. Below 1,
/// `f(s) <= 1 + |s|`, because `|s| <= 1 / x - 1`: at 1 both are 0, and of their squares,
/// `2 (x - 1 - ln x)` and `(1 / x - 1)^2`, the second grows faster with `1 / x`. So the chance of a
/// side is at most that of the normal law beyond `z = |s| sqrt(a)`, below 1 with the mean of `|s|`
/// there, `exp(-z^2 / 2) / sqrt(2 pi a)`.
fn mean_of_many_squares(r: f64, n: f64) -> f64 {
    let d = r - 1.0;
    // Below 0 by rounding; NaN where a sum overflowed.
    let half = d - log1p(d);
    let z = sqrt(n * if half < 0.0 { 0.0 } else { half });
    let below = if d < 0.0 {
        2.0 * exp(-0.5 * z * z) / sqrt(std::f64::consts::PI * n)
    } else {
        0.0
    };
    chance(normal(z) + below)
}

/// At most this is the chance that a sum of independent values of mean 0, of total variance
/// `variance` and each at most `most`, is as far from 0 as `sum` (Bernstein's inequality).
pub(super) fn bounded(sum: f64, variance: f64, most: f64) -> f64 {
    let sum = sum.abs();
    if sum == 0.0 {
        return 1.0;
    }
    chance(2.0 * exp(-sum * sum / (2.0 * (variance + most * sum / 3.0))))
}

/// The same where nothing but the variance is known (Chebyshev's inequality).
pub(super) fn any(sum: f64, variance: f64) -> f64 {
    if sum == 0.0 {
        return 1.0;
    }
    chance(variance / (sum * sum))
}

/// At most this is the chance of `count` or more of `n` independent events of chance `p` each
/// (Chernoff's bound).
pub(super) fn events(count: f64, n: f64, p: f64) -> f64 {
    let share = count / n;
    if count == 0.0 || share <= p {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    let mut information = share * log(share / p);
    if share < 1.0 {
        information += (1.0 - share) * (log1p(-share) - log1p(-p));
    }
    exp(-n * information.max(0.0))
}

/// At most this is the chance that the distribution functions of `n` independent values and of
/// their law differ by `distance` (P. Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz
/// inequality", Ann. Probab. 18, 1990).
pub(super) fn distance(distance: f64, n: f64) -> f64 {
    chance(2.0 * exp(-2.0 * n * distance * distance))
}

#[cfg(test)]
mod tests {
    use super::{any, bounded, events, mean_of_many_squares, mean_square, normal};
    use approx::assert_relative_eq;

    #[test]
    fn tails() {
        // By mpmath, 30 digits.
        assert_relative_eq!(
            normal(6.0),
            1.973_175_290_075_395_3e-9,
            max_relative = 1e-12
        );
        // One square: the normal tail itself.
        assert_relative_eq!(
            mean_square(36.0, 1.0),
            2.0 * normal(6.0),
            max_relative = 1e-10
        );
        // Two squares: exponential.
        assert_relative_eq!(
            mean_square(20.0, 2.0),
            2.0 * (-20.0_f64).exp(),
            max_relative = 1e-10
        );
        assert_relative_eq!(mean_square(1e-9, 2.0), 2.0 * 1e-9, max_relative = 1e-6);
        assert_eq!(mean_square(0.0, 5.0), 0.0);
    }

    /// By checks/tail_references.py: the number of values as a power of 2, the distance of their mean
    /// square in its standard deviations, and the chance.
    const MEAN_SQUARES: [(i32, f64, f64); 24] = [
        (24, 2.0, 0.0455375400547),
        (24, -2.0, 0.0454629748656),
        (24, 5.25, 1.54640964622e-7),
        (24, -5.25, 1.49592458001e-7),
        (24, 8.0, 1.3194954812e-15),
        (24, -8.0, 1.17289989107e-15),
        (25, 2.0, 0.0455266234543),
        (25, -2.0, 0.0454738979022),
        (25, 5.25, 1.53892854903e-7),
        (25, -5.25, 1.50323066678e-7),
        (25, 8.0, 1.29701224385e-15),
        (25, -8.0, 1.19337736301e-15),
        (30, 2.0, 0.0455049241203),
        (30, -2.0, 0.0454956034713),
        (30, 5.25, 1.52415007607e-7),
        (30, -5.25, 1.51783959955e-7),
        (30, 8.0, 1.25338151939e-15),
        (30, -8.0, 1.23506537248e-15),
        (40, 2.0, 0.0455004095314),
        (40, -2.0, 0.0455001182611),
        (40, 5.25, 1.52109070712e-7),
        (40, -5.25, 1.52089350481e-7),
        (40, 8.0, 1.24447833319e-15),
        (40, -8.0, 1.24390595771e-15),
    ];

    /// Whether it is a bound, of which little is given away, of every chance of that table.
    fn is_bound(bound: fn(f64, f64) -> f64) -> bool {
        MEAN_SQUARES.iter().all(|&(power, z, chance)| {
            let n = 2.0_f64.powi(power);
            let ratio = bound(1.0 + z * (2.0 / n).sqrt(), n) / chance;
            // At 2^40, the rounding of r moves z by 1e-10 of it.
            (1.0 - 1e-7..1.003).contains(&ratio)
        })
    }

    #[test]
    fn many_squares_are_bounded() {
        assert!(is_bound(mean_square));
        assert!(is_bound(mean_of_many_squares));
        // Controls: the normal law, and the bound without what lies below 1.
        assert!(!is_bound(|r, n| normal((r - 1.0) * (n / 2.0).sqrt())));
        assert!(!is_bound(|r, n| normal((n * (r - 1.0 - r.ln())).sqrt())));
        // For few values it is a bound as well, and at most 1.
        for n in [1.0, 2.0, 3.0, 10.0, 1000.0] {
            for r in [0.01, 0.3, 0.9, 1.0, 1.2, 3.0, 30.0] {
                let (bound, exact) = (mean_of_many_squares(r, n), mean_square(r, n));
                assert!(bound >= exact * (1.0 - 1e-9), "{n} {r}: {bound} {exact}");
            }
        }
        assert_eq!(mean_square(0.0, 1e9), 0.0);
        assert_eq!(mean_square(1.0, 1e9), 1.0);
        assert_eq!(mean_square(f64::INFINITY, 1e9), 0.0);
    }

    #[test]
    fn overflow_is_far_out() {
        let far = f64::INFINITY;
        assert_eq!(
            (mean_square(far, 9.0), bounded(far, 9.0, 2.0), any(far, 9.0)),
            (0.0, 0.0, 0.0)
        );
    }

    #[test]
    fn events_are_bounded() {
        // All of ten: exactly p^10.
        assert_relative_eq!(
            events(10.0, 10.0, 0.5),
            0.5_f64.powi(10),
            max_relative = 1e-12
        );
        assert_eq!(events(1.0, 10.0, 0.0), 0.0);
        assert_eq!(events(0.0, 10.0, 0.0), 1.0);
        assert_eq!(events(5.0, 10.0, 0.5), 1.0);
        assert!(events(8.0, 10.0, 0.5) >= 56.0 / 1024.0);
    }
}
