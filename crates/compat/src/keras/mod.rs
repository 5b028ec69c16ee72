//! Keras 3.15: `keras.initializers` and the layers of `keras.layers`.
//!
//! Shapes are `[kernel..., in, out]`.
//!
//! # Pitfalls
//!
//! - **`glorot_normal`, `he_normal` and `lecun_normal` are truncated**, and corrected, so that the
//!   values have the variance that is stated. [`truncated_normal`] is not corrected: its `stddev` is
//!   that before the cut at two of them.
//! - The strings differ: `"normal"` as an initialiser is [`random_normal`]`(0.0, 0.05)`, and as the
//!   distribution of `VarianceScaling` it is the *truncated* law. The untruncated one is called
//!   `"untruncated_normal"` and is [`Family::Normal`] here.
//! - **Layers take `glorot_uniform`**, whose fans are read from the shape: `fan_out` of a convolution
//!   with groups is too large, [`DepthwiseConv`] has the number of channels as its inputs, and in
//!   [`ConvTranspose`] the fans are swapped (which does not change Glorot's rule).
//! - The recurrent kernel of [`LSTM`] is **one** orthogonal matrix `[units, 4 * units]`; those of the
//!   gates, side by side in it, are not orthogonal. Its kernel has a `fan_out` of `4 * units`.
//! - The bias of the forget gate is 1.
//! - A vector has fans, both its length.

mod layers;
mod recurrent;

pub use layers::{
    Conv, Conv1D, Conv2D, Conv2DTranspose, Conv3D, ConvTranspose, Dense, DepthwiseConv,
    DepthwiseConv2D, Embedding, Norm,
};
pub use recurrent::{GRU, LSTM};

use fanin::{
    Constant, Family, Fan, InitError, Normal, Ones, TruncatedNormal, Uniform, VarianceScaling,
    Zeros,
};

use crate::{
    Ported,
    argument::{non_negative, positive},
    ported::Rule,
    reading::Reading,
};

macro_rules! named {
    ($($(#[doc = $doc:expr])* $name:ident = $scheme:ident;)*) => {$(
        $(#[doc = $doc])*
        #[must_use]
        pub fn $name() -> Ported {
            let scaling = fanin::$scheme.variance_scaling();
            Ported::new(
                concat!("keras::", stringify!($name), "()"),
                Rule::Scaling(scaling, Reading::InOut),
            )
        }
    )*};
}

named! {
    /// `keras.initializers.GlorotNormal()`: truncated, variance `2 / (fan_in + fan_out)`.
    glorot_normal = GlorotTruncatedNormal;
    /// `keras.initializers.GlorotUniform()`: variance `2 / (fan_in + fan_out)`; the layers' default.
    glorot_uniform = GlorotUniform;
    /// `keras.initializers.HeNormal()`: truncated, variance `2 / fan_in`.
    he_normal = HeTruncatedNormal;
    /// `keras.initializers.HeUniform()`: variance `2 / fan_in`.
    he_uniform = HeUniform;
    /// `keras.initializers.LecunNormal()`: truncated, variance `1 / fan_in`.
    lecun_normal = LeCunTruncatedNormal;
    /// `keras.initializers.LecunUniform()`: variance `1 / fan_in`.
    lecun_uniform = LeCunUniform;
}

/// `keras.initializers.VarianceScaling(scale, mode, distribution)`: mean 0, variance `scale / fan`.
///
/// [`Family::TruncatedNormal`] is Keras's `"truncated_normal"` and its `"normal"`;
/// [`Family::Normal`] is its `"untruncated_normal"`. Keras has no geometric average.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is not finite and above 0: Keras refuses 0 too.
pub fn variance_scaling(scale: f64, mode: Fan, distribution: Family) -> Result<Ported, InitError> {
    let scaling = VarianceScaling::new(positive("scale", scale)?, mode, distribution)?;
    Ok(Ported::new(
        format!("keras::variance_scaling({scale:?}, Fan::{mode:?}, Family::{distribution:?})"),
        Rule::Scaling(scaling, Reading::InOut),
    ))
}

/// `keras.initializers.RandomNormal(mean, stddev)`; Keras's defaults are 0 and 0.05.
///
/// # Errors
///
/// As [`Normal::new`](fanin::Normal::new).
pub fn random_normal(mean: f64, stddev: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("keras::random_normal({mean:?}, {stddev:?})"),
        &Normal::new(mean, stddev)?,
    )
}

/// `keras.initializers.RandomUniform(minval, maxval)`; Keras's defaults are -0.05 and 0.05.
///
/// # Errors
///
/// As [`Uniform::new`](fanin::Uniform::new).
pub fn random_uniform(minval: f64, maxval: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("keras::random_uniform({minval:?}, {maxval:?})"),
        &Uniform::new(minval, maxval)?,
    )
}

/// `keras.initializers.TruncatedNormal(mean, stddev)`: the normal law of that mean and standard
/// deviation, cut at two of them from the mean, so that the values have 0.8796 times that standard
/// deviation. Keras's defaults are 0 and 0.05.
///
/// ```
/// use fanin_compat::keras;
/// use fanin::{Scheme, Weight};
///
/// let law = keras::truncated_normal(0.0, 0.05)?.law(&Weight::new((128, 128))?)?;
/// assert!((law.std().unwrap() - 0.043_981_283_051_711_99).abs() < 1e-16);
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// # Errors
///
/// As [`TruncatedNormal::from_parent`](fanin::TruncatedNormal::from_parent).
pub fn truncated_normal(mean: f64, stddev: f64) -> Result<Ported, InitError> {
    let std = non_negative("standard deviation", stddev)?;
    let (low, high) = (mean - 2.0 * std, mean + 2.0 * std);
    Ported::of(
        format!("keras::truncated_normal({mean:?}, {stddev:?})"),
        &TruncatedNormal::from_parent(mean, std, low, high)?,
    )
}

/// `keras.initializers.Constant(value)`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the value is NaN or infinite.
pub fn constant(value: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("keras::constant({value:?})"),
        &Constant::new(value)?,
    )
}

/// `keras.initializers.Zeros()`: [`Zeros`].
#[must_use]
pub const fn zeros() -> Zeros {
    Zeros
}

/// `keras.initializers.Ones()`: [`Ones`].
#[must_use]
pub const fn ones() -> Ones {
    Ones
}

/// `keras.initializers.Orthogonal(gain)`: `gain` times an orthogonal matrix, with an output for each
/// place of the last axis and an input for each of the others.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the gain is negative, NaN or infinite.
pub fn orthogonal(gain: f64) -> Result<Ported, InitError> {
    Ported::orthogonal(
        format!("keras::orthogonal({gain:?})"),
        gain,
        Reading::Column(-1),
    )
}

/// `keras.initializers.Identity(gain)`: `gain` where row and column have the same number; for two
/// axes only.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the gain is negative, NaN or infinite.
pub fn identity(gain: f64) -> Result<Ported, InitError> {
    let gain = non_negative("gain", gain)?;
    Ok(Ported::new(
        format!("keras::identity({gain:?})"),
        Rule::Identity(gain),
    ))
}
