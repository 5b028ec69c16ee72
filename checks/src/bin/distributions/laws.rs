//! The laws under test, by arithmetic of their own.

use fanin::{Element, InitError, Initializer, Key, Normal, Scheme, TruncatedNormal, Uniform};

/// Elements of the tensor that the draws are a part of.
const WHOLE: usize = 1 << 40;

/// Steps of the quadrature that moments are computed with.
const STEPS: usize = 1 << 17;

pub struct Law {
    pub name: &'static str,
    shape: Shape,
    is_f64: bool,
    scheme: Box<dyn Scheme>,
    pub mean: f64,
    pub std: f64,
    /// The moments of the standardised value, up to the 16th.
    pub moments: [f64; 17],
}

#[derive(Clone, Copy)]
enum Shape {
    /// The standard normal law between two bounds.
    Normal(f64, f64),
    /// The uniform law on (-1, 1).
    Uniform,
}

impl Law {
    pub fn all() -> Vec<Law> {
        let inf = f64::INFINITY;
        let normal = || Normal::new(0.0, 1.0).map(boxed);
        let uniform = || Uniform::new(-1.0, 1.0).map(boxed);
        let truncated = |low, high| TruncatedNormal::from_parent(0.0, 1.0, low, high).map(boxed);
        [
            ("N(0, 1) `f32`", Shape::Normal(-inf, inf), false, normal()),
            ("N(0, 1) `f64`", Shape::Normal(-inf, inf), true, normal()),
            ("U(-1, 1) `f32`", Shape::Uniform, false, uniform()),
            ("U(-1, 1) `f64`", Shape::Uniform, true, uniform()),
            (
                "N within -2, 2 `f32`",
                Shape::Normal(-2.0, 2.0),
                false,
                truncated(-2.0, 2.0),
            ),
            (
                "N within -2, 2 `f64`",
                Shape::Normal(-2.0, 2.0),
                true,
                truncated(-2.0, 2.0),
            ),
            (
                "N above 0 `f32`",
                Shape::Normal(0.0, inf),
                false,
                truncated(0.0, inf),
            ),
            (
                "N above 10 `f64`",
                Shape::Normal(10.0, inf),
                true,
                truncated(10.0, inf),
            ),
        ]
        .into_iter()
        .map(|(name, shape, is_f64, scheme)| Law::new(name, shape, is_f64, scheme.expect("a law")))
        .collect()
    }

    fn new(name: &'static str, shape: Shape, is_f64: bool, scheme: Box<dyn Scheme>) -> Self {
        // By Simpson's rule over all that counts in the 16th moment.
        let (from, to) = match shape {
            Shape::Normal(low, high) => {
                let start = low.max(0.0);
                let reach = (start * start + 400.0).sqrt();
                (low.max(-reach), high.min(reach))
            }
            Shape::Uniform => (-1.0, 1.0),
        };
        let start = from.max(0.0);
        let density = |x: f64| match shape {
            Shape::Normal(..) => (-0.5 * (x - start) * (x + start)).exp(),
            Shape::Uniform => 1.0,
        };
        let integral = |f: &dyn Fn(f64) -> f64| {
            let step = (to - from) / STEPS as f64;
            (0..=STEPS)
                .map(|i| {
                    let x = from + step * i as f64;
                    let weight = match i {
                        0 | STEPS => 1.0,
                        _ if i % 2 == 1 => 4.0,
                        _ => 2.0,
                    };
                    weight * density(x) * f(x)
                })
                .sum::<f64>()
        };
        let total = integral(&|_| 1.0);
        // About the start, for the sake of a far tail.
        let mean = start + integral(&|x| x - start) / total;
        let std = (integral(&|x| (x - mean).powi(2)) / total).sqrt();
        let moments =
            std::array::from_fn(|k| integral(&|x| ((x - mean) / std).powi(k as i32)) / total);
        Law {
            name,
            shape,
            is_f64,
            scheme,
            mean,
            std,
            moments,
        }
    }

    /// The bounds of the law.
    pub fn bounds(&self) -> (f64, f64) {
        match self.shape {
            Shape::Normal(low, high) => (low, high),
            Shape::Uniform => (-1.0, 1.0),
        }
    }

    /// The mass below `x` and above it, both to their last digits.
    pub fn masses(&self, x: f64) -> (f64, f64) {
        let (low, high) = self.bounds();
        if x <= low {
            return (0.0, 1.0);
        }
        if x >= high {
            return (1.0, 0.0);
        }
        match self.shape {
            Shape::Uniform => ((1.0 + x) / 2.0, (1.0 - x) / 2.0),
            Shape::Normal(low, high) => {
                let total = between(low, high);
                (between(low, x) / total, between(x, high) / total)
            }
        }
    }

    /// The point with that mass below it.
    pub fn quantile(&self, mass: f64) -> f64 {
        let (low, high) = self.bounds();
        let reach = (low.max(0.0).powi(2) + 400.0).sqrt();
        let (mut a, mut b) = (low.max(-reach), high.min(reach));
        for _ in 0..100 {
            let middle = 0.5 * (a + b);
            let (below, above) = self.masses(middle);
            let is_below = if mass < 0.5 {
                below < mass
            } else {
                above > 1.0 - mass
            };
            if is_below {
                a = middle;
            } else {
                b = middle;
            }
        }
        0.5 * (a + b)
    }

    /// A point near `x` that is halfway between two numbers that can be drawn, so that the mass
    /// below it is that of the numbers below it.
    pub fn between_draws(&self, x: f64) -> f64 {
        let rounded = |places: f64| (x * places).round() / places;
        match (self.shape, self.is_f64) {
            // The draws are odd multiples of 2^-24, or of 2^-52.
            (Shape::Uniform, false) => rounded(2.0_f64.powi(23)),
            (Shape::Uniform, true) => rounded(2.0_f64.powi(51)),
            // Too many to matter.
            (Shape::Normal(..), true) => x,
            (Shape::Normal(..), false) if x == 0.0 => 0.0,
            (Shape::Normal(..), false) => {
                let near = x as f32;
                let next = f32::from_bits(near.to_bits() + 1);
                0.5 * (f64::from(near) + f64::from(next))
            }
        }
    }

    /// Whether an end of the law, as far as that of `mass`, is fine enough in the element type for
    /// 10^9 draws. At a bound `f32` draws are few numbers, each with a rounding error.
    pub fn resolves(&self, is_finite: bool, mass: f64) -> bool {
        let is_normal = matches!(self.shape, Shape::Normal(..));
        self.is_f64 || !(is_finite && is_normal) || mass > 1e-6
    }

    /// Draws from place `start` of the tensor of a key on.
    pub fn draw(&self, key: &Key, start: usize, narrow: &mut [f32], out: &mut [f64]) {
        let filled = if self.is_f64 {
            self.fill(key, start, out)
        } else {
            let filled = self.fill(key, start, narrow);
            for (out, &x) in out.iter_mut().zip(&*narrow) {
                *out = f64::from(x);
            }
            filled
        };
        filled.expect("a region");
    }

    fn fill<F: Element>(&self, key: &Key, start: usize, out: &mut [F]) -> Result<(), InitError> {
        let start = start as u64;
        let filler = self.scheme.filler(key.clone(), WHOLE)?;
        filler.fill_slice(start..start + out.len() as u64, out)
    }
}

fn boxed(scheme: impl Scheme + 'static) -> Box<dyn Scheme> {
    Box::new(scheme)
}

/// Twice the mass of the standard normal law between two points, without cancellation.
fn between(low: f64, high: f64) -> f64 {
    let root = std::f64::consts::FRAC_1_SQRT_2;
    let outside = |z: f64| libm::erfc(z * root);
    if low > 0.0 {
        outside(low) - outside(high)
    } else if high < 0.0 {
        outside(-high) - outside(-low)
    } else {
        libm::erf(high * root) + libm::erf(-low * root)
    }
}

#[cfg(test)]
mod tests {
    use super::Law;

    #[track_caller]
    fn close(value: f64, expected: f64, relative: f64) {
        let error = (value - expected).abs();
        assert!(
            error <= relative * expected.abs(),
            "{value}, not {expected}"
        );
    }

    #[test]
    fn moments_are_the_known_ones() {
        let [normal, _, uniform, _, truncated, _, half, tail] = &Law::all()[..] else {
            panic!("other laws");
        };
        close(normal.std, 1.0, 1e-12);
        close(normal.moments[4], 3.0, 1e-12);
        close(normal.moments[16], 2_027_025.0, 1e-11);
        close(uniform.std, 3.0_f64.sqrt().recip(), 1e-12);
        close(uniform.moments[4], 1.8, 1e-12);
        close(uniform.moments[16], 3.0_f64.powi(8) / 17.0, 1e-11);
        // 1 - 4 phi(2) / (Phi(2) - Phi(-2)).
        close(truncated.std.powi(2), 0.773_741_303_547_435, 1e-10);
        let two_over_pi = 2.0 / std::f64::consts::PI;
        close(half.mean, two_over_pi.sqrt(), 1e-10);
        close(half.std.powi(2), 1.0 - two_over_pi, 1e-10);
        // phi(10) / Q(10).
        close(tail.mean, 10.098_093_233_962_512, 1e-10);
    }

    #[test]
    fn quantiles_are_the_known_ones() {
        let laws = Law::all();
        close(laws[0].quantile(0.975), 1.959_963_984_540_054, 1e-14);
        close(laws[0].quantile(1e-9), -5.997_807_015_007_687, 1e-14);
        close(laws[2].quantile(0.25), -0.5, 1e-14);
        close(laws[6].quantile(0.5), 0.674_489_750_196_081_7, 1e-14);
    }
}
