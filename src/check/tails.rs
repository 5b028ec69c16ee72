//! Chances of sums of independent values: exact for normal ones, else bounds that hold for every
//! number of values, so that no rate of false alarms is above what is stated.

use libm::{erfc, exp, log, log1p};
use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur};

/// Above so many values the chi-squared law is as good as normal: by its skewness, 2 % at 5.3
/// standard deviations.
const LARGE: f64 = 16_777_216.0;

/// At most 1; 0 where a sum overflowed, which is as far out as can be.
fn chance(p: f64) -> f64 {
    if p.is_nan() { 0.0 } else { p.min(1.0) }
}

/// The chance that a standard normal value is as far from 0 as `z`, on either side.
pub(super) fn normal(z: f64) -> f64 {
    erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// The chance that the mean of `n` squares of standard normal values is as far out as `r`, on the
/// side where it is, twice.
pub(super) fn mean_square(r: f64, n: f64) -> f64 {
    if n > LARGE {
        return normal((r - 1.0) * (n / 2.0).sqrt());
    }
    if r <= 0.0 {
        return 0.0;
    }
    let tail = if r > 1.0 {
        checked_gamma_ur
    } else {
        checked_gamma_lr
    };
    // Both are defined for every positive number of values and finite sum of squares.
    tail(n / 2.0, n * r / 2.0).map_or(0.0, |p| chance(2.0 * p))
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
    use super::{any, bounded, events, mean_square, normal};
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
        // Where the two ways meet.
        let n: f64 = 16_777_216.0;
        let r = 1.0 + 5.0 * (2.0 / n).sqrt();
        assert_relative_eq!(
            mean_square(r, n),
            mean_square(r, n + 1.0),
            max_relative = 0.02
        );
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
