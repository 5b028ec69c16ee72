//! The maps of a layer, their fixed points and slopes.

use fanin::{Estimate, Gaussian, Nonlinearity};

use crate::{
    Layer, SignalError,
    error::{finite, positive},
    roots::{Roots, ZERO, between, scan},
};

/// Whether a map takes a value near its fixed point nearer or away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Stability {
    /// Nearer: a signal settles there.
    Stable,
    /// Away: only a signal that starts there stays.
    Unstable,
    /// Neither, to first order.
    Marginal,
}

/// A fixed point `q*` of a layer's variance map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FixedPoint {
    q: f64,
    variance_slope: f64,
    chi: f64,
    stability: Stability,
    correlation: Option<(f64, f64)>,
}

/// The fixed points of a layer's variance map.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FixedPoints {
    /// Every variance is a fixed point, as for ReLU with a weight variance of 2 and no bias. The
    /// numbers are those at 1; they are the same everywhere.
    Every(FixedPoint),
    /// These, in order; empty if the variance grows without limit.
    Isolated(Vec<FixedPoint>),
}

impl Layer {
    /// `V(q) = w E f(z sqrt(q))^2 + b`: the variance of the pre-activations of a layer after that of
    /// its own inputs' was `q`.
    ///
    /// # Errors
    ///
    /// As [`Nonlinearity::second_moment`], but `q` may be 0; and [`SignalError::InvalidParameter`] if the
    /// result is not finite, as for all of these maps.
    pub fn variance_map(&self, q: f64) -> Result<f64, SignalError> {
        let square = square(self.nonlinearity(), q)?;
        finite(
            "V(q)",
            self.weight_variance() * square + self.variance_of_bias(),
        )
    }

    /// `V'(q) = w E f(u) f'(u) u / q` for `u ~ N(0, q)`, where `f` has no jumps.
    ///
    /// # Errors
    ///
    /// As [`Nonlinearity::second_moment`].
    pub fn variance_slope(&self, q: f64) -> Result<f64, SignalError> {
        let slope = square_slope(self.nonlinearity(), q)?;
        finite("V'(q)", self.weight_variance() * slope)
    }

    /// `chi = w E f'(z sqrt(q))^2`: the slope of the correlation map at 1.
    ///
    /// # Errors
    ///
    /// As [`Nonlinearity::second_moment`], but `q` may be 0.
    pub fn chi(&self, q: f64) -> Result<f64, SignalError> {
        let square = slope_square(self.nonlinearity(), q)?;
        finite("chi", self.weight_variance() * square)
    }

    /// `chi fan_out / fan_in`: the second moment of the gradient by the layer's inputs over that by its
    /// outputs, where its pre-activations have variance `q`.
    ///
    /// # Errors
    ///
    /// As [`chi`](Layer::chi).
    pub fn backward_multiplier(&self, q: f64) -> Result<f64, SignalError> {
        finite("chi fan_out / fan_in", self.chi(q)? * self.ratio_of_fans())
    }

    /// `(w E f(u) f(v) + b) / V(q)` for `u` and `v` of variance `q` and correlation `c`: the
    /// correlation, a layer later, of the pre-activations of two inputs.
    ///
    /// # Errors
    ///
    /// As [`Nonlinearity::second_moment`], and [`SignalError::InvalidParameter`] unless `c` is between
    /// -1 and 1, or if `V(q)` is 0: a signal of 0 has no correlation.
    pub fn correlation_map(&self, q: f64, c: f64) -> Result<f64, SignalError> {
        let f = self.nonlinearity();
        let product = pair(f, q, c, &|u| Estimate::exact(f.value(u)))?;
        let variance = positive("variance of the next layer", self.variance_map(q)?)?;
        let covariance = self.weight_variance() * product + self.variance_of_bias();
        finite("correlation of the next layer", covariance / variance)
    }

    /// `w E f'(u) f'(v)` for `u` and `v` of variance `q` and correlation `c`: at a fixed point of the
    /// variance map, the slope of the correlation map.
    ///
    /// # Errors
    ///
    /// As [`correlation_map`](Layer::correlation_map).
    pub fn correlation_slope(&self, q: f64, c: f64) -> Result<f64, SignalError> {
        let f = self.nonlinearity();
        let product = pair(f, q, c, &|u| f.derivative_estimate(u))?;
        finite(
            "slope of the correlation map",
            self.weight_variance() * product,
        )
    }

    /// The fixed points of the variance map: 0 if it is one, and those between 1e-10 and 1e8. (Two
    /// within a factor of 1.34 may be missed.)
    ///
    /// ```
    /// use fanin::Activation;
    /// use fanin_signal::{FixedPoints, Layer, SignalError};
    ///
    /// // Below the critical variance, 1, the signal of tanh dies; above it is chaotic.
    /// let FixedPoints::Isolated(points) = Layer::new(0.9, Activation::Tanh)?.fixed_points()? else {
    ///     panic!("tanh is not homogeneous");
    /// };
    /// assert_eq!((points.len(), points[0].q()), (1, 0.0));
    ///
    /// let FixedPoints::Isolated(points) = Layer::new(2.0, Activation::Tanh)?.fixed_points()? else {
    ///     panic!("tanh is not homogeneous");
    /// };
    /// let chaos = points[1];
    /// assert!(chaos.chi() > 1.0 && chaos.correlation() == Some(0.0));
    /// # Ok::<(), SignalError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Nonlinearity::second_moment`].
    pub fn fixed_points(&self) -> Result<FixedPoints, SignalError> {
        let excess = |q: f64| {
            let signal = self.nonlinearity().second_moment(q)?;
            let signal = signal.times(self.weight_variance() / q);
            let value = signal.value() + self.variance_of_bias() / q - 1.0;
            Ok(Estimate::new(value, signal.error()))
        };
        let roots = match scan(excess)? {
            Roots::Everywhere => return Ok(FixedPoints::Every(self.fixed_point(1.0)?)),
            Roots::At(roots) => roots,
        };
        let mut points = Vec::with_capacity(roots.len() + 1);
        let silent = self.weight_variance() == 0.0 || vanishes_at_0(self.nonlinearity());
        if self.variance_of_bias() == 0.0 && silent {
            points.push(self.fixed_point_at_0()?);
        }
        for q in roots {
            points.push(self.fixed_point(q)?);
        }
        Ok(FixedPoints::Isolated(points))
    }

    /// The numbers of a fixed point.
    fn fixed_point(&self, q: f64) -> Result<FixedPoint, SignalError> {
        let variance_slope = self.variance_slope(q)?;
        let chi = self.chi(q)?;
        Ok(FixedPoint {
            q,
            variance_slope,
            chi,
            stability: stability(variance_slope),
            correlation: Some(self.fixed_correlation(q, chi)?),
        })
    }

    fn fixed_point_at_0(&self) -> Result<FixedPoint, SignalError> {
        let slope = self.chi(0.0)?;
        Ok(FixedPoint {
            q: 0.0,
            variance_slope: slope,
            chi: slope,
            stability: stability_at_0(self.nonlinearity(), self.weight_variance(), slope)?,
            correlation: None,
        })
    }

    /// The correlation that two nearly equal inputs approach, and the slope of the correlation map
    /// there.
    fn fixed_correlation(&self, q: f64, chi: f64) -> Result<(f64, f64), SignalError> {
        if chi <= 1.0 + ZERO {
            return Ok((1.0, chi));
        }
        // The map is a power series in c whose coefficients are squares, so it is convex between 0
        // and 1: with a slope above 1 at 1 it crosses the diagonal once.
        let excess = |c: f64| Ok(self.correlation_map(q, c)? - c);
        let at_0 = excess(0.0)?;
        if at_0 <= ZERO {
            return Ok((0.0, self.correlation_slope(q, 0.0)?));
        }
        let mut distance = 0.25;
        let mut above = excess(1.0 - distance)?;
        while above >= 0.0 && distance > ZERO {
            distance *= 0.25;
            above = excess(1.0 - distance)?;
        }
        if above >= 0.0 {
            return Ok((1.0, chi));
        }
        let c = between(excess, (0.0, at_0), (1.0 - distance, above))?;
        Ok((c, self.correlation_slope(q, c)?))
    }
}

impl FixedPoint {
    /// `q*`, the variance of the pre-activations.
    #[must_use]
    pub const fn q(&self) -> f64 {
        self.q
    }

    /// `V'(q*)`, the slope of the variance map.
    #[must_use]
    pub const fn variance_slope(&self) -> f64 {
        self.variance_slope
    }

    /// `chi`, by which the gradient's second moment is multiplied per layer of as many outputs as
    /// inputs.
    #[must_use]
    pub const fn chi(&self) -> f64 {
        self.chi
    }

    /// Whether a variance near `q*` comes nearer.
    #[must_use]
    pub const fn stability(&self) -> Stability {
        self.stability
    }

    /// `c*`, the correlation of two different inputs at depth: 1 if `chi <= 1`, less if it is above.
    /// `None` where `q*` is 0: no signal is left to correlate.
    #[must_use]
    pub fn correlation(&self) -> Option<f64> {
        self.correlation.map(|(c, _)| c)
    }

    /// `xi_q = -1 / ln |V'(q*)|`: how many layers it takes for a difference from `q*` to shrink by
    /// `e`. Infinite if it does not.
    #[must_use]
    pub fn variance_depth(&self) -> f64 {
        depth_scale(self.variance_slope)
    }

    /// `xi_c`: how many layers it takes for a difference from `c*` to shrink by `e`, and so how far
    /// a network can tell two inputs apart. Infinite at criticality; none where `q*` is 0.
    #[must_use]
    pub fn correlation_depth(&self) -> Option<f64> {
        self.correlation.map(|(_, slope)| depth_scale(slope))
    }

    /// `-1 / ln chi`: over how many layers the gradient's second moment falls by `e`; negative where
    /// it grows, and infinite at criticality.
    #[must_use]
    pub fn gradient_depth(&self) -> f64 {
        if (self.chi - 1.0).abs() <= ZERO {
            f64::INFINITY
        } else {
            -1.0 / libm::log(self.chi)
        }
    }
}

/// `-1 / ln |slope|`, infinite where there is no decay.
fn depth_scale(slope: f64) -> f64 {
    if slope.abs() >= 1.0 - ZERO {
        f64::INFINITY
    } else {
        -1.0 / libm::log(slope.abs())
    }
}

pub(crate) fn stability(slope: f64) -> Stability {
    if (slope.abs() - 1.0).abs() <= ZERO {
        Stability::Marginal
    } else if slope.abs() < 1.0 {
        Stability::Stable
    } else {
        Stability::Unstable
    }
}

/// The stability of the fixed point at 0 of a layer without a bias, at which the variance map has
/// that slope. Where it is 1, the next order decides.
pub(crate) fn stability_at_0(
    f: &dyn Nonlinearity,
    weight_variance: f64,
    slope: f64,
) -> Result<Stability, SignalError> {
    if (slope - 1.0).abs() > ZERO {
        return Ok(stability(slope));
    }
    for q in [1e-6, 1e-4, 1e-2, 0.1, 1.0] {
        let excess = weight_variance * square(f, q)? / q - slope;
        if excess.abs() > ZERO {
            return Ok(stability(1.0 + excess));
        }
    }
    Ok(Stability::Marginal)
}

/// `E f(z sqrt(q))^2`, also at 0.
pub(crate) fn square(f: &dyn Nonlinearity, q: f64) -> Result<f64, SignalError> {
    if q == 0.0 {
        f.validate()?;
        return finite("f(0)^2", f.value(0.0) * f.value(0.0));
    }
    Ok(f.second_moment(q)?.value())
}

/// Its derivative by `q`, which is `E f(u) f'(u) u / q`.
pub(crate) fn square_slope(f: &dyn Nonlinearity, q: f64) -> Result<f64, SignalError> {
    f.validate()?;
    let law = pre_activations(q)?;
    let term = |u: f64| f.derivative_estimate(u).times(f.value(u) * (u / q));
    let slope = law.expect(f.kinks(), term);
    let size = law.expect(f.kinks(), |u| Estimate::exact(term(u).value().abs()));
    Ok(converged("E f(u) f'(u) u / q", q, slope, size.value())?.value())
}

/// `E f'(z sqrt(q))^2`, also at 0: `f'(0)^2`, the mean of both sides' if 0 is a kink.
pub(crate) fn slope_square(f: &dyn Nonlinearity, q: f64) -> Result<f64, SignalError> {
    if q == 0.0 {
        f.validate()?;
        let (left, right) = (f.derivative(-1e-100), f.derivative(1e-100));
        let square = 0.5 * (left * left + right * right);
        // What is left of a slope that is 0 at 0.
        let square = if square < 1e-100 { 0.0 } else { square };
        return finite("f'(0)^2", square);
    }
    Ok(f.derivative_second_moment(q)?.value())
}

/// For `S(q) = E f(z sqrt(q))^2`: `d ln S / d ln q`, by differentiating the density, since the derivative
/// of `f` may have jumps; and `Var f^2 / S^2`, infinite where it is not known.
pub(crate) fn elasticity_and_noise(
    f: &dyn Nonlinearity,
    q: f64,
    square: f64,
) -> Result<(f64, f64), SignalError> {
    if q == 0.0 || square == 0.0 {
        return Ok((0.0, 0.0)); // Nothing that could be larger by a factor.
    }
    let law = pre_activations(q)?;
    // In units of its root, so that no power underflows.
    let unit = square.sqrt();
    let own = |u: f64| f.value(u) / unit;
    let by_density = |u: f64| Estimate::exact(own(u) * own(u) * 0.5 * (u * u / q - 1.0));
    let elasticity = law.expect(f.kinks(), by_density).value();
    let fourth = law.expect(f.kinks(), |u| Estimate::exact(own(u)).squared().squared());
    let noise = fourth.value() - 1.0;
    Ok((
        finite("d ln S / d ln q", elasticity)?,
        if noise.is_nan() {
            f64::INFINITY
        } else {
            noise.max(0.0)
        },
    ))
}

/// Whether no signal stays none.
pub(crate) fn vanishes_at_0(f: &dyn Nonlinearity) -> bool {
    f.value(0.0).abs() <= 1e-14
}

/// `E g(u) g(v)` for `u` and `v` of variance `q` and correlation `c`, where `g` has the kinks of `f`.
fn pair(
    f: &dyn Nonlinearity,
    q: f64,
    c: f64,
    g: &dyn Fn(f64) -> Estimate,
) -> Result<f64, SignalError> {
    f.validate()?;
    let law = pre_activations(q)?;
    let product = law.expect_pair(c, f.kinks(), g)?;
    let size = law.expect(f.kinks(), |u| g(u).squared());
    Ok(converged("E f(u) f(v)", q, product, size.value())?.value())
}

/// Pre-activations of that variance, if a Gaussian can have it.
fn pre_activations(q: f64) -> Result<Gaussian, SignalError> {
    Ok(Gaussian::centred(positive("pre-activation variance", q)?)?)
}

/// The estimate, if its error is small beside `size`: the rule of
/// [`Nonlinearity::second_moment`].
fn converged(
    quantity: &'static str,
    q: f64,
    estimate: Estimate,
    size: f64,
) -> Result<Estimate, SignalError> {
    if estimate.value().is_finite() && estimate.error() <= 1e-6 * size {
        Ok(estimate)
    } else {
        Err(SignalError::NotConverged {
            quantity,
            variance: q,
            value: estimate.value(),
            error: estimate.error(),
        })
    }
}
