//! JAX 0.10: `jax.nn.initializers`.
//!
//! Shapes are `[kernel..., in, out]`, unless [axes](Scaling::in_axis) say otherwise.
//!
//! # Pitfalls
//!
//! - **`he_normal`, `glorot_normal` and `lecun_normal` are truncated** at two standard deviations
//!   of their parent, and corrected: the values have the stated variance. [`truncated_normal`] is
//!   not corrected: its `stddev` is that before the cut.
//! - `scale` multiplies the variance in [`variance_scaling`] and the standard deviation in
//!   [`orthogonal`]. In [`uniform`] it is the upper bound: values lie between 0 and `scale`.
//! - Axes that are neither inputs nor outputs nor a batch count as the kernel, and so enter both
//!   fans: heads and experts need [`batch_axis`](Scaling::batch_axis).
//! - [`normal`] and [`uniform`] have a default scale of 0.01.
//! - In `bfloat16` JAX rounds the variance, its root and what it multiplies by: the standard
//!   deviation is off by up to 0.58 % (normal), 0.61 % (uniform) or 0.69 % (truncated), over fans
//!   up to 20,000. Its draws have only 128 levels. Here the law is exact, and only the values are
//!   rounded.
//!
//! ```
//! use fanin_compat::jax;
//! use fanin::{Initializer, Key};
//! use ndarray::Array3;
//!
//! // jax.nn.initializers.lecun_normal(in_axis=1, out_axis=2, batch_axis=0)
//! let experts = jax::lecun_normal().in_axis([1]).out_axis([2]).batch_axis([0]);
//! let w: Array3<f32> = experts.init_keyed(Key::from_seed(0), (4, 50, 60))?;
//! assert_eq!(w.dim(), (4, 50, 60));
//! assert_eq!(
//!     format!("{experts:?}"),
//!     "jax::lecun_normal().in_axis([1]).out_axis([2]).batch_axis([0])"
//! );
//! # Ok::<(), fanin::InitError>(())
//! ```

use std::fmt;

use fanin::{
    Axis, Constant, Family, Fan, InitError, Law, Normal, Ones, Scheme, TruncatedNormal, Uniform,
    Weight, Zeros,
};

use crate::{
    Ported,
    argument::non_negative,
    ported::Rule,
    reading::{Reading, axis_of, lens},
};

/// `jax.nn.initializers.variance_scaling(scale, mode, distribution)`: mean 0, variance
/// `scale / fan`.
///
/// `Fan::Average` is `"fan_avg"`, `Fan::GeometricAverage` is `"fan_geo_avg"`, `Family::Normal` is
/// `"normal"`, which JAX does not truncate and Keras does.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn variance_scaling(scale: f64, mode: Fan, distribution: Family) -> Result<Scaling, InitError> {
    let inner = fanin::VarianceScaling::new(scale, mode, distribution)?;
    let call = format!("variance_scaling({scale:?}, Fan::{mode:?}, Family::{distribution:?})");
    Ok(Scaling {
        call,
        inner,
        axes: Axes::default(),
    })
}

macro_rules! named {
    ($($(#[doc = $doc:expr])* $name:ident = $scheme:ident;)*) => {$(
        $(#[doc = $doc])*
        #[must_use]
        pub fn $name() -> Scaling {
            Scaling {
                call: concat!(stringify!($name), "()").to_string(),
                inner: fanin::$scheme.variance_scaling(),
                axes: Axes::default(),
            }
        }
    )*};
}

named! {
    /// `jax.nn.initializers.glorot_normal()`, or `xavier_normal`: truncated, variance
    /// `2 / (fan_in + fan_out)`.
    glorot_normal = GlorotTruncatedNormal;
    /// `jax.nn.initializers.glorot_uniform()`, or `xavier_uniform`: variance
    /// `2 / (fan_in + fan_out)`.
    glorot_uniform = GlorotUniform;
    /// `jax.nn.initializers.he_normal()`, or `kaiming_normal`: truncated, variance `2 / fan_in`.
    he_normal = HeTruncatedNormal;
    /// `jax.nn.initializers.he_uniform()`, or `kaiming_uniform`: variance `2 / fan_in`.
    he_uniform = HeUniform;
    /// `jax.nn.initializers.lecun_normal()`: truncated, variance `1 / fan_in`.
    lecun_normal = LeCunTruncatedNormal;
    /// `jax.nn.initializers.lecun_uniform()`: variance `1 / fan_in`.
    lecun_uniform = LeCunUniform;
}

/// An initialiser of JAX with axes: what [`variance_scaling`] and the named ones return.
///
/// The axes of a shape are inputs (by default the last but one), outputs (by default the last), a
/// batch (by default none), and the rest, which is the kernel. With their lengths multiplied,
/// `fan_in = in * kernel` and `fan_out = out * kernel`. A negative number counts from the end.
#[derive(Clone, PartialEq)]
pub struct Scaling {
    call: String,
    inner: fanin::VarianceScaling,
    axes: Axes,
}

#[derive(Clone, Debug, PartialEq)]
struct Axes {
    inputs: Vec<isize>,
    outputs: Vec<isize>,
    batch: Vec<isize>,
}

impl Default for Axes {
    fn default() -> Self {
        Axes {
            inputs: vec![-2],
            outputs: vec![-1],
            batch: Vec::new(),
        }
    }
}

impl Scaling {
    /// The same with other axes of inputs.
    #[must_use]
    pub fn in_axis(mut self, axes: impl Into<Vec<isize>>) -> Self {
        self.axes.inputs = axes.into();
        self
    }

    /// The same with other axes of outputs.
    #[must_use]
    pub fn out_axis(mut self, axes: impl Into<Vec<isize>>) -> Self {
        self.axes.outputs = axes.into();
        self
    }

    /// The same with axes that are in no fan.
    #[must_use]
    pub fn batch_axis(mut self, axes: impl Into<Vec<isize>>) -> Self {
        self.axes.batch = axes.into();
        self
    }

    /// A weight of that shape, with the fans that JAX reads from it.
    pub(crate) fn read(&self, shape: &[usize]) -> Result<Weight, InitError> {
        let rank = shape.len();
        if rank < 2 {
            // It has no fans, and JAX raises.
            return Weight::new(shape);
        }
        let resolve = |axes: &[isize]| -> Result<Vec<usize>, InitError> {
            axes.iter().map(|&axis| axis_of(axis, rank)).collect()
        };
        let inputs = resolve(&self.axes.inputs)?;
        let outputs = resolve(&self.axes.outputs)?;
        let batch = resolve(&self.axes.batch)?;
        let role = |(axis, &len)| {
            if batch.contains(&axis) {
                Axis::Batch(len)
            } else if outputs.contains(&axis) {
                Axis::Output(len)
            } else if inputs.contains(&axis) {
                Axis::Input(len)
            } else {
                Axis::Kernel(len)
            }
        };
        let weight = Weight::from_axes(shape.iter().enumerate().map(role).collect::<Vec<_>>())?;
        // As JAX has it, an axis that is given twice counts twice.
        let product = |axes: &[usize]| axes.iter().map(|&axis| shape[axis] as f64).product::<f64>();
        let of = |axes: &[usize]| {
            let others = product(&inputs) * product(&outputs) * product(&batch);
            let kernel = weight.len() as f64 / others;
            if weight.is_empty() {
                0.0
            } else {
                product(axes) * kernel
            }
        };
        let (fan_in, fan_out) = (of(&inputs), of(&outputs));
        Ok(weight.fans(fan_in, fan_out))
    }
}

impl Scheme for Scaling {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        self.inner.law(&self.read(&lens(weight))?)
    }
}

impl fmt::Debug for Scaling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Axes::default();
        write!(f, "jax::{}", self.call)?;
        for (name, axes, default) in [
            ("in_axis", &self.axes.inputs, &default.inputs),
            ("out_axis", &self.axes.outputs, &default.outputs),
            ("batch_axis", &self.axes.batch, &default.batch),
        ] {
            if axes != default {
                write!(f, ".{name}({axes:?})")?;
            }
        }
        Ok(())
    }
}

/// `jax.nn.initializers.normal(stddev)`; JAX's default is 0.01.
///
/// # Errors
///
/// As [`Normal::new`](fanin::Normal::new).
pub fn normal(stddev: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("jax::normal({stddev:?})"),
        &Normal::new(0.0, stddev)?,
    )
}

/// `jax.nn.initializers.uniform(scale)`: **between 0 and `scale`**; JAX's default is 0.01.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn uniform(scale: f64) -> Result<Ported, InitError> {
    let scale = non_negative("scale", scale)?;
    Ported::of(
        format!("jax::uniform({scale:?})"),
        &Uniform::new(0.0, scale)?,
    )
}

/// `jax.nn.initializers.truncated_normal(stddev, lower, upper)`: the normal law of that standard
/// deviation, which is then cut at `lower` and `upper` **of its standard deviations**.
///
/// JAX's defaults are 0.01, -2 and 2, with which the values have a standard deviation of 0.8796
/// times what is stated.
///
/// # Errors
///
/// As [`TruncatedNormal::from_parent`](fanin::TruncatedNormal::from_parent).
pub fn truncated_normal(stddev: f64, lower: f64, upper: f64) -> Result<Ported, InitError> {
    let std = non_negative("standard deviation", stddev)?;
    let scheme = TruncatedNormal::from_parent(0.0, std, lower * std, upper * std)?;
    Ported::of(
        format!("jax::truncated_normal({stddev:?}, {lower:?}, {upper:?})"),
        &scheme,
    )
}

/// `jax.nn.initializers.constant(value)`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the value is NaN or infinite.
pub fn constant(value: f64) -> Result<Ported, InitError> {
    Ported::of(format!("jax::constant({value:?})"), &Constant::new(value)?)
}

/// `jax.nn.initializers.zeros`: [`Zeros`].
#[must_use]
pub const fn zeros() -> Zeros {
    Zeros
}

/// `jax.nn.initializers.ones`: [`Ones`].
#[must_use]
pub const fn ones() -> Ones {
    Ones
}

/// `jax.nn.initializers.orthogonal(scale, column_axis)`: `scale` times an orthogonal matrix, with
/// an output for each place of one axis (by JAX's default -1, the last) and an input for each of the
/// others. `scale` multiplies the standard deviation.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn orthogonal(scale: f64, column_axis: isize) -> Result<Ported, InitError> {
    Ported::orthogonal(
        format!("jax::orthogonal({scale:?}, {column_axis})"),
        scale,
        Reading::Column(column_axis),
    )
}

/// `jax.nn.initializers.delta_orthogonal(scale)`: `scale` times an orthogonal matrix at place
/// `(k - 1) / 2` of the kernel, and zeros elsewhere; of three to five axes `[kernel..., in, out]`,
/// with at most as many inputs as outputs.
///
/// In an even kernel the centre is the lower of the two middle places; PyTorch's `dirac_` has the
/// upper.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn delta_orthogonal(scale: f64) -> Result<Ported, InitError> {
    let scale = non_negative("gain", scale)?;
    Ok(Ported::new(
        format!("jax::delta_orthogonal({scale:?})"),
        Rule::DeltaOrthogonal(scale),
    ))
}
