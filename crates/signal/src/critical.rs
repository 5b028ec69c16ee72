//! The weight variance at which neither signals nor gradients are lost.

use fanin::{Estimate, Nonlinearity};

use crate::{
    SignalError, Stability,
    error::{finite, non_negative},
    roots::{Roots, scan},
    theory::{slope_square, square, square_slope, stability, stability_at_0, vanishes_at_0},
};

/// A weight variance at which `chi = 1`, with the fixed point at which it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CriticalPoint {
    weight_variance: f64,
    q: f64,
    chi: f64,
    variance_slope: f64,
    stability: Stability,
}

/// The critical weight variances of a nonlinearity, for one variance of the biases.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Criticality {
    /// There is none. A linear or piecewise linear unit with biases has none: the noise of the
    /// biases accumulates at every weight variance that keeps the gradient.
    None,
    /// One weight variance is critical for every variance of the signal, as 2 is for ReLU without
    /// biases. The `q` of the point is 1.
    Every(CriticalPoint),
    /// These, in order of `q*`.
    Isolated(Vec<CriticalPoint>),
}

/// Every weight variance `w` for which a layer with biases of variance `bias_variance` has a fixed
/// point `q*` with `chi = 1`: the edge of chaos.
///
/// The equation is solved in `q`, not by iterating the variance map: `q` is a fixed point if
/// `w = (q - b) / E f(z sqrt(q))^2`, and then `chi` is this times `E f'(z sqrt(q))^2`. Where it
/// crosses 1 there is a solution, stable or not. With `b = 0` and `f(0) = 0` there is another, at
/// `q* = 0`: `w = 1 / f'(0)^2`, with the mean of the squares of both sides' slopes if 0 is a kink.
///
/// The search covers `q* - b` between 1e-10 and 1e8; two solutions within a factor of 1.34 may be
/// missed.
///
/// ```
/// use fanin::Activation;
/// use fanin_signal::{Criticality, SignalError, critical_variance};
///
/// // Schoenholz et al. 2017 have the point (0.05, 1.76) for tanh.
/// let tanh = critical_variance(&Activation::Tanh, 0.05)?;
/// assert!((tanh.points()[0].weight_variance() - 1.76).abs() < 0.01);
///
/// assert_eq!(critical_variance(&Activation::Relu, 0.05)?, Criticality::None);
/// # Ok::<(), SignalError>(())
/// ```
///
/// # Errors
///
/// [`SignalError::InvalidParameter`] if `bias_variance` is negative, NaN or infinite, and as
/// [`Nonlinearity::second_moment`].
pub fn critical_variance(
    nonlinearity: &dyn Nonlinearity,
    bias_variance: f64,
) -> Result<Criticality, SignalError> {
    let f = nonlinearity;
    let b = non_negative("bias variance", bias_variance)?;
    f.validate()?;
    let weight_variance = |above: f64| {
        let square = square(f, b + above)?;
        finite("critical weight variance", above / square)
    };
    let chi = |above: f64| {
        let slope = slope_square(f, b + above)?;
        finite("chi", weight_variance(above)? * slope)
    };
    let point = |above: f64| {
        let (w, q) = (weight_variance(above)?, b + above);
        let slope = finite("V'(q)", w * square_slope(f, q)?)?;
        Ok::<_, SignalError>(CriticalPoint {
            weight_variance: w,
            q,
            chi: chi(above)?,
            variance_slope: slope,
            stability: stability(slope),
        })
    };
    let excess = |above: f64| {
        let square = f.second_moment(b + above)?;
        let slope = f.derivative_second_moment(b + above)?;
        let chi = above / square.value() * slope.value();
        let error = square.error() / square.value() + slope.error() / slope.value();
        // A function that is 0 everywhere has a chi of NaN, a flat one of 0 and no error.
        let error = if error.is_nan() { 0.0 } else { chi * error };
        Ok(Estimate::new(chi - 1.0, error))
    };
    let roots = match scan(excess)? {
        Roots::Everywhere => return Ok(Criticality::Every(point(1.0)?)),
        Roots::At(roots) => roots,
    };
    let mut points = Vec::with_capacity(roots.len() + 1);
    if b == 0.0 && vanishes_at_0(f) {
        points.extend(point_at_0(f)?);
    }
    for above in roots {
        points.push(point(above)?);
    }
    Ok(if points.is_empty() {
        Criticality::None
    } else {
        Criticality::Isolated(points)
    })
}

/// The solution at `q* = 0`, unless `f'(0)` is 0.
fn point_at_0(f: &dyn Nonlinearity) -> Result<Option<CriticalPoint>, SignalError> {
    let w = 1.0 / slope_square(f, 0.0)?;
    if !w.is_finite() {
        return Ok(None);
    }
    Ok(Some(CriticalPoint {
        weight_variance: w,
        q: 0.0,
        chi: 1.0,
        variance_slope: 1.0,
        stability: stability_at_0(f, w, 1.0)?,
    }))
}

impl Criticality {
    /// The solutions, in order of `q*`; a single one if it holds for every `q`.
    #[must_use]
    pub fn points(&self) -> &[CriticalPoint] {
        match self {
            Criticality::None => &[],
            Criticality::Every(point) => std::slice::from_ref(point),
            Criticality::Isolated(points) => points,
        }
    }

    /// The first solution at which a signal settles or, to first order, stays.
    #[must_use]
    pub fn stable(&self) -> Option<&CriticalPoint> {
        self.points()
            .iter()
            .find(|point| point.stability != Stability::Unstable)
    }
}

impl CriticalPoint {
    /// `w`: the variance of a weight times `fan_in`, which
    /// [`VarianceScaling::new`](fanin::VarianceScaling::new) takes with
    /// [`Fan::In`](fanin::Fan::In).
    #[must_use]
    pub const fn weight_variance(&self) -> f64 {
        self.weight_variance
    }

    /// `q*`, the variance of the pre-activations at the fixed point.
    #[must_use]
    pub const fn q(&self) -> f64 {
        self.q
    }

    /// `chi` at `q*` as computed: 1 but for rounding.
    #[must_use]
    pub const fn chi(&self) -> f64 {
        self.chi
    }

    /// The slope of the variance map at `q*`.
    #[must_use]
    pub const fn variance_slope(&self) -> f64 {
        self.variance_slope
    }

    /// Whether a variance near `q*` comes nearer. At `q* = 0`, where the slope is 1, the next order
    /// decides.
    #[must_use]
    pub const fn stability(&self) -> Stability {
        self.stability
    }
}
