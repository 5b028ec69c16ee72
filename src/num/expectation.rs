//! Expectations over a Gaussian variable, with an estimate of their error.
//!
//! Gauss-Hermite quadrature, which is made for this weight, converges slowly where the integrand
//! has a kink, and misses features that are narrow compared with the standard deviation. Here the
//! line is divided into panels: at the places that the caller marks (kinks) and at 0, where
//! activations bend; between them at distances from each mark that grow by factors of 8, so that a
//! bend of width 1 is resolved under a deviation of 1,000; and at a few multiples of the standard
//! deviation. Every panel gets Gauss and Kronrod's rules of 7 and 15 points, and is halved for as
//! long as they disagree.

use std::{cell::Cell, f64::consts::PI};

use crate::{
    InitError,
    error::{finite, positive},
};

/// A number that was computed by quadrature or by differences, with an estimate of its error.
///
/// The estimate is absolute. It is the difference between two rules, and the better one gives the
/// value, so it is usually far too large; it knows nothing of what lies between the points at which
/// the function was evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    value: f64,
    error: f64,
}

impl Estimate {
    /// A value with the size of its error.
    #[must_use]
    pub const fn new(value: f64, error: f64) -> Self {
        Estimate { value, error }
    }

    /// A value whose error is that of rounding.
    #[must_use]
    pub const fn exact(value: f64) -> Self {
        Estimate { value, error: 0.0 }
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// How far the value may be from the exact one.
    #[must_use]
    pub const fn error(&self) -> f64 {
        self.error
    }

    /// The square, with its error.
    #[must_use]
    pub fn squared(self) -> Self {
        Estimate {
            value: self.value * self.value,
            error: (2.0 * self.value.abs() + self.error) * self.error,
        }
    }

    /// The product with a number that has no error.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Estimate {
            value: self.value * factor,
            error: self.error * factor.abs(),
        }
    }
}

/// A Gaussian variable `u ~ N(mean, std^2)`, over which expectations are taken.
///
/// Pre-activations of a wide layer are such variables. [`expect`](Gaussian::expect) is for functions
/// that are smooth between a few places: there it aims at an error of 1e-13 of `E |f(u)|`, at any
/// standard deviation. The expectation has the same bits on every machine if the function has.
///
/// ```
/// use fanin::{Estimate, Gaussian, InitError};
///
/// // The mean of max(u, 0): std / sqrt(2 pi).
/// let u = Gaussian::centred(4.0)?;
/// let mean = u.expect(&[0.0], |u| Estimate::exact(u.max(0.0)));
/// assert!((mean.value() - 2.0 * 0.398_942_280_401_432_7).abs() < 1e-14);
///
/// // u and v are both positive with probability 1/4 + asin(c) / (2 pi): Sheppard's formula.
/// let step = |u: f64| Estimate::exact(f64::from(u > 0.0));
/// let both = u.expect_pair(0.5, &[0.0], step)?;
/// assert!((both.value() - 1.0 / 3.0).abs() < 1e-11);
/// # Ok::<(), InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    mean: f64,
    std: f64,
}

/// How the line is divided, and when to stop.
struct Effort {
    /// The goal: the error relative to the expectation of the absolute value.
    tolerance: f64,
    /// Where the line is cut, in standard deviations; the function is not evaluated beyond the
    /// last.
    cuts: &'static [f64],
    /// The least distance from a mark at which it is cut, in the mark's own unit.
    nearest: f64,
    /// Halving ends with this number of panels.
    most_panels: usize,
}

/// The most values of `g` that go into `E g(u) g(v)`. A function that is smooth between its marks takes
/// some tens of thousands; one that takes more does not converge.
const PAIR_EVALUATIONS: u64 = 1_000_000;

/// Up to where the density underflows.
const FULL: Effort = Effort {
    tolerance: 1e-13,
    cuts: &[1.5, 3.0, 5.0, 8.0, 13.0, 38.0],
    nearest: 1.0 / 512.0,
    most_panels: 4_000,
};

/// Where one expectation is taken within another, which costs the square. The rule of 15 points has an
/// error of 1e-11 and less where that of 7, with which it is compared, has 1e-8.
const NESTED: Effort = Effort {
    tolerance: 1e-8,
    cuts: &[2.0, 4.5, 9.5],
    nearest: 1.0 / 8.0,
    most_panels: 200,
};

impl Gaussian {
    /// The Gaussian of that mean and standard deviation.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if the mean is NaN or infinite, or `std` is not positive and
    /// finite.
    pub fn new(mean: f64, std: f64) -> Result<Self, InitError> {
        Ok(Gaussian {
            mean: finite("mean", mean)?,
            std: positive("standard deviation", std)?,
        })
    }

    /// The Gaussian of mean 0 and that variance.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless the variance is positive and finite.
    pub fn centred(variance: f64) -> Result<Self, InitError> {
        Ok(Gaussian {
            mean: 0.0,
            std: positive("variance", variance)?.sqrt(),
        })
    }

    /// The mean.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation.
    #[must_use]
    pub const fn std(&self) -> f64 {
        self.std
    }

    /// `E f(u)`. `marks` are the places where `f` or its derivative jumps, in any order.
    ///
    /// The error of the result counts that of the values of `f`, and is infinite or NaN where `f`
    /// is: such a value ends the computation. Values beyond 38 standard deviations do not count: the
    /// density underflows there. The number of values is at most 120,000 more than 15 for each of the
    /// panels that the marks cut.
    pub fn expect(&self, marks: &[f64], f: impl Fn(f64) -> Estimate) -> Estimate {
        self.expect_by(&FULL, marks, f)
    }

    /// `E g(u) g(v)` for a variable `v` of the same law that has the correlation `c` with `u`: the
    /// expectation over `u` of that over `v` given `u`, which calls `g` at the square of the number of
    /// places, and at most a million times. A result that has not converged by then is NaN, with an
    /// infinite error. It aims at a relative error of 1e-8, and usually has 1e-10.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless `c` is between -1 and 1.
    pub fn expect_pair(
        &self,
        c: f64,
        marks: &[f64],
        g: impl Fn(f64) -> Estimate,
    ) -> Result<Estimate, InitError> {
        if !(-1.0..=1.0).contains(&c) {
            return Err(InitError::InvalidParameter {
                name: "correlation",
                value: c,
                rule: "between -1 and 1",
            });
        }
        let left = Cell::new(PAIR_EVALUATIONS);
        let counted = |u: f64| {
            if left.get() == 0 {
                return HOPELESS;
            }
            left.set(left.get() - 1);
            g(u)
        };
        let rest = self.std * ((1.0 - c) * (1.0 + c)).sqrt();
        let given = |u: f64| {
            let law = Gaussian {
                mean: self.mean + c * (u - self.mean),
                std: rest,
            };
            if left.get() == 0 {
                HOPELESS
            } else if rest > 0.0 {
                law.expect_by(&NESTED, marks, counted)
            } else {
                counted(law.mean)
            }
        };
        let expectation = self.expect_by(&NESTED, marks, |u| {
            let (here, there) = (counted(u), given(u));
            let error = here.value.abs() * there.error + there.value.abs() * here.error;
            Estimate::new(here.value * there.value, error)
        });
        Ok(if left.get() == 0 {
            HOPELESS
        } else {
            expectation
        })
    }

    fn expect_by(&self, effort: &Effort, marks: &[f64], f: impl Fn(f64) -> Estimate) -> Estimate {
        let mut panels: Vec<Panel> = Vec::new();
        let cuts = self.cuts(effort, marks);
        for pair in cuts.windows(2) {
            if let &[from, to] = pair {
                let panel = self.panel(from, to, &f);
                panels.push(panel);
                // Nothing that is added makes the sum finite again.
                if !panel.size.is_finite() {
                    break;
                }
            }
        }
        loop {
            let size: f64 = panels.iter().map(|panel| panel.size).sum();
            if !size.is_finite() {
                break;
            }
            let enough = effort.tolerance * size / panels.len() as f64;
            let mut next = Vec::with_capacity(panels.len() + 8);
            let mut halved = false;
            for panel in &panels {
                let middle = panel.from + 0.5 * (panel.to - panel.from);
                let room = panel.from < middle && middle < panel.to;
                // Not if it disagrees by less than what rounding or the function's own error do.
                let floor = enough.max(16.0 * f64::EPSILON * panel.size + 0.5 * panel.uncertainty);
                if panel.error > floor && room && next.len() + panels.len() < effort.most_panels {
                    next.push(self.panel(panel.from, middle, &f));
                    next.push(self.panel(middle, panel.to, &f));
                    halved = true;
                } else {
                    next.push(*panel);
                }
            }
            panels = next;
            if !halved {
                break;
            }
        }
        let sum = |part: fn(&Panel) -> f64| panels.iter().map(part).sum::<f64>();
        let (value, size) = (sum(|p| p.value), sum(|p| p.size));
        let error = sum(|p| p.error) + sum(|p| p.uncertainty) + 4.0 * f64::EPSILON * size;
        let unit = 1.0 / (2.0 * PI).sqrt();
        Estimate::new(value, error).times(unit)
    }

    /// Where the line is cut, in standard deviations from the mean, in order.
    fn cuts(&self, effort: &Effort, marks: &[f64]) -> Vec<f64> {
        let reach = effort.cuts.last().copied().unwrap_or(0.0);
        let mut cuts = vec![0.0];
        for cut in effort.cuts {
            cuts.extend([-cut, *cut]);
        }
        for &mark in marks.iter().chain(&[0.0]) {
            let place = (mark - self.mean) / self.std;
            if place.is_nan() || place.abs() >= reach {
                continue;
            }
            cuts.push(place);
            // Then at 8 times the nearest distance, 64 times, ...
            let mut distance = effort.nearest;
            while distance < self.std {
                let z = distance / self.std;
                cuts.extend([place - z, place + z]);
                distance *= 8.0;
            }
        }
        cuts.retain(|z| z.abs() <= reach);
        cuts.sort_unstable_by(f64::total_cmp);
        cuts.dedup();
        cuts
    }

    fn panel(&self, from: f64, to: f64, f: &impl Fn(f64) -> Estimate) -> Panel {
        let (middle, half) = (from + 0.5 * (to - from), 0.5 * (to - from));
        let [mut kronrod, mut gauss, mut size, mut uncertainty] = [0.0; 4];
        let mut add = |z: f64, weight: f64, gauss_weight: f64| {
            let density = half * libm::exp(-0.5 * z * z);
            let Estimate { value, error } = f(self.mean + self.std * z);
            // 0 times an infinity would be NaN where nothing counts.
            if density > 0.0 {
                kronrod += weight * density * value;
                gauss += gauss_weight * density * value;
                size += weight * density * value.abs();
                uncertainty += weight * density * error;
            }
        };
        for (node, weight, gauss_weight) in KRONROD {
            add(middle - half * node, weight, gauss_weight);
            if node > 0.0 {
                add(middle + half * node, weight, gauss_weight);
            }
        }
        Panel {
            from,
            to,
            value: kronrod,
            size,
            error: (kronrod - gauss).abs(),
            uncertainty,
        }
    }
}

/// An estimate without information.
const HOPELESS: Estimate = Estimate {
    value: f64::NAN,
    error: f64::INFINITY,
};

/// A part of the line: the integral of the function times the density, without its constant.
#[derive(Clone, Copy, Debug)]
struct Panel {
    from: f64,
    to: f64,
    value: f64,
    /// That of the absolute value.
    size: f64,
    /// The difference between the two rules.
    error: f64,
    /// The sum of the function's own errors.
    uncertainty: f64,
}

/// The nodes that are not negative of Kronrod's rule of 15 points on [-1, 1], each with its weight
/// and its weight in Gauss's rule of 7.
const KRONROD: [(f64, f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
    (
        0.949_107_912_342_758_5,
        0.063_092_092_629_978_56,
        0.129_484_966_168_869_7,
    ),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_19, 0.0),
    (
        0.741_531_185_599_394_4,
        0.140_653_259_715_525_92,
        0.279_705_391_489_276_64,
    ),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (
        0.405_845_151_377_397_2,
        0.190_350_578_064_785_4,
        0.381_830_050_505_118_9,
    ),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_89, 0.0),
    (0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4),
];

#[cfg(test)]
mod tests {
    use super::{Estimate, Gaussian, KRONROD};

    #[track_caller]
    fn assert_close(estimate: Estimate, expected: f64, relative: f64) {
        let error = (estimate.value() - expected).abs();
        assert!(
            error <= relative * expected.abs(),
            "{estimate:?}, not {expected:e}"
        );
        // The estimate of the error is one.
        assert!(error <= estimate.error(), "{estimate:?}, not {expected:e}");
    }

    #[test]
    fn the_rules_are_exact_for_the_degrees_that_they_should_be() {
        let integral = |power: i32, weight: fn((f64, f64, f64)) -> f64| {
            let sum: f64 = KRONROD
                .into_iter()
                .map(|rule| {
                    let both = if rule.0 > 0.0 { 2.0 } else { 1.0 };
                    both * weight(rule) * rule.0.powi(power)
                })
                .sum();
            sum * f64::from(power + 1) / 2.0 - 1.0
        };
        for power in (0..=22).step_by(2) {
            assert!(integral(power, |rule| rule.1).abs() < 2e-15, "{power}");
        }
        assert!(integral(24, |rule| rule.1).abs() > 1e-10);
        for power in (0..=12).step_by(2) {
            assert!(integral(power, |rule| rule.2).abs() < 2e-15, "{power}");
        }
        assert!(integral(14, |rule| rule.2).abs() > 1e-6);
    }

    #[test]
    fn moments_of_any_gaussian() {
        for std in [1e-6, 1e-3, 0.5, 1.0, 30.0, 1e3, 1e6] {
            let law = Gaussian { mean: 0.0, std };
            assert_close(
                law.expect(&[], |u| Estimate::exact(u * u)),
                std * std,
                1e-14,
            );
            assert_close(
                law.expect(&[], |u| Estimate::exact(u.abs())),
                std * (2.0 / std::f64::consts::PI).sqrt(),
                1e-14,
            );
            let law = Gaussian { mean: 3.0, std };
            let second = 9.0 + std * std;
            assert_close(law.expect(&[], |u| Estimate::exact(u * u)), second, 1e-14);
        }
    }

    #[test]
    fn pairs() {
        let law = Gaussian {
            mean: 0.0,
            std: 2.0,
        };
        for c in [-1.0, -0.5, 0.0, 0.3, 0.999_999, 1.0] {
            let square = |u: f64| Estimate::exact(u * u);
            let product = law.expect_pair(c, &[], square).unwrap();
            assert_close(product, 16.0 * (1.0 + 2.0 * c * c), 1e-12);
            // Sheppard's: both above 0.
            let step = |u: f64| Estimate::exact(f64::from(u > 0.0));
            let both = law.expect_pair(c, &[0.0], step).unwrap();
            let expected = 0.25 + c.asin() / (2.0 * std::f64::consts::PI);
            assert!(
                (both.value() - expected).abs() < 1e-11,
                "{both:?}, not {expected}"
            );
        }
        assert!(law.expect_pair(1.1, &[], Estimate::exact).is_err());
        // About another mean: E u v = mean^2 + c std^2.
        let law = Gaussian::new(3.0, 2.0).unwrap();
        for c in [-1.0, -0.5, 0.0, 0.3, 1.0] {
            let product = law.expect_pair(c, &[], Estimate::exact).unwrap();
            assert_close(product, 9.0 + 4.0 * c, 1e-12);
        }
    }

    #[test]
    fn a_step_that_is_not_marked_is_found() {
        let law = Gaussian {
            mean: 0.0,
            std: 1.0,
        };
        let step = |u: f64| Estimate::exact(f64::from(u > 0.5));
        assert_close(law.expect(&[], step), 0.308_537_538_725_986_9, 1e-12);
        assert_close(
            law.expect(&[0.5], step),
            0.308_537_538_725_986_9,
            1e-15 * 4.0,
        );
    }

    #[test]
    fn what_does_not_converge_says_so() {
        let law = Gaussian {
            mean: 0.0,
            std: 1e3,
        };
        let estimate = law.expect(&[], |u| Estimate::exact((u * u).sin()));
        assert!(estimate.error() > 1e-3, "{estimate:?}");
        let estimate = law.expect(&[], |u| Estimate::exact(1.0 / u.abs()));
        assert!(estimate.error() > 1e-3 * estimate.value(), "{estimate:?}");
        let estimate = law.expect(&[], |_| Estimate::exact(f64::NAN));
        assert!(estimate.value().is_nan());
    }
}
