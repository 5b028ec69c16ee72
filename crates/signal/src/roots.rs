//! Where a function of a positive number changes its sign.

use fanin::Estimate;

use crate::SignalError;

/// Where roots are looked for, by 8 points a decade.
const FROM: f64 = 1e-10;
const DECADES: u32 = 18;
/// 10^(1/8).
const RATIO: f64 = 1.333_521_432_163_324;

/// A value below this counts as 0.
pub(crate) const ZERO: f64 = 1e-10;

/// The roots of a function on (1e-10, 1e8).
#[derive(Debug)]
pub(crate) enum Roots {
    /// It is 0 everywhere.
    Everywhere,
    /// Where its sign changes, in order.
    At(Vec<f64>),
}

/// Two roots between neighbouring points of the grid are missed.
pub(crate) fn scan(f: impl Fn(f64) -> Result<Estimate, SignalError>) -> Result<Roots, SignalError> {
    let value = |x| f(x).map(|estimate| estimate.value());
    let (mut x, mut last, mut roots) = (FROM, None, Vec::new());
    let mut everywhere = true;
    for _ in 0..=8 * DECADES {
        let estimate = f(x)?;
        let y = estimate.value();
        // Where the function vanishes to its error its sign means nothing. NaN has none either.
        if y.abs() > ZERO + estimate.error() {
            if let Some((from, before)) = last {
                if (before < 0.0) != (y < 0.0) {
                    roots.push(between(value, (from, before), (x, y))?);
                }
            }
            last = Some((x, y));
            everywhere = false;
        } else if y.is_nan() {
            everywhere = false;
        }
        x *= RATIO;
    }
    Ok(if everywhere {
        Roots::Everywhere
    } else {
        Roots::At(roots)
    })
}

/// The root between two points whose values differ in sign: regula falsi by the Illinois rule, in
/// which the end that stays counts half, so that both move.
pub(crate) fn between(
    f: impl Fn(f64) -> Result<f64, SignalError>,
    (mut a, mut at_a): (f64, f64),
    (mut b, mut at_b): (f64, f64),
) -> Result<f64, SignalError> {
    for step in 0..200 {
        if (b - a).abs() <= 2.0 * f64::EPSILON * b.abs() || at_b == 0.0 {
            break;
        }
        let share = at_b / (at_b - at_a);
        // Infinite values have no slope; and a halving now and then, lest it creep.
        let share = if share > 0.0 && share < 1.0 && step % 8 != 7 {
            share
        } else {
            0.5
        };
        let x = b + (a - b) * share;
        // The end that cannot be distinguished from the root: the other may be a halving away.
        if x == a || x == b {
            return Ok(x);
        }
        let y = f(x)?;
        if (y < 0.0) == (at_b < 0.0) {
            at_a *= 0.5;
        } else {
            (a, at_a) = (b, at_b);
        }
        (b, at_b) = (x, y);
    }
    Ok(b)
}

#[cfg(test)]
mod tests {
    use super::{Roots, between, scan};
    use fanin::Estimate;

    #[test]
    fn roots_are_found_in_order() {
        let exact = |y| Ok(Estimate::exact(y));
        let cubic = |x: f64| exact((x - 1e-3) * (x - 2.0) * (x - 3e5));
        let Roots::At(roots) = scan(cubic).unwrap() else {
            panic!("it is not 0")
        };
        assert_eq!(roots.len(), 3);
        for (root, expected) in roots.into_iter().zip([1e-3, 2.0, 3e5]) {
            assert!((root / expected - 1.0).abs() < 1e-15, "{root}");
        }
        let everywhere = |y: Estimate| matches!(scan(|_| Ok(y)).unwrap(), Roots::Everywhere);
        assert!(everywhere(Estimate::exact(1e-12)));
        assert!(everywhere(Estimate::new(1e-5, 1e-4)));
        assert!(!everywhere(Estimate::exact(1.0)));
        assert!(!everywhere(Estimate::exact(f64::NAN)));
        let noise = |x: f64| Ok(Estimate::new(if x < 1.0 { -1e-5 } else { 1e-5 }, 1e-4));
        assert!(matches!(scan(noise).unwrap(), Roots::Everywhere));
    }

    #[test]
    fn infinite_values_have_a_sign() {
        let f = |x: f64| {
            Ok(if x < 1.0 {
                f64::NEG_INFINITY
            } else if x > 3.0 {
                f64::INFINITY
            } else {
                x - 2.0
            })
        };
        let root = between(f, (0.0, f64::NEG_INFINITY), (10.0, f64::INFINITY)).unwrap();
        assert!((root - 2.0).abs() < 1e-15, "{root}");
    }
}
