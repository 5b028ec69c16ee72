//! timm: `timm.layers.weight_init`, and what its vision transformer draws.
//!
//! Shapes are PyTorch's, `[out, in / groups, kernel...]`.
//!
//! # What bites
//!
//! - [`trunc_normal_`] is cut at values, [`trunc_normal_tf_`] at standard deviations. With
//!   `std = 0.02` and bounds of -2 and 2, the first is not cut at all.
//! - timm inverts the distribution function and then clamps: in `bfloat16` one weight of 500 is -2,
//!   a hundred standard deviations, and the standard deviation is 4.5 times what is stated. Here no
//!   value is stuck at a bound, in any element type.
//! - [`variance_scaling_`] and [`lecun_normal_`] are corrected for their truncation.

use super::{Ported, ported::Rule, pytorch, reading::Reading};
use crate::{
    Family, Fan, InitError, Scheme, TruncatedNormal, VarianceScaling, Zeros, depth::count,
    error::non_negative,
};

/// `timm.layers.trunc_normal_(tensor, mean, std, a, b)`: [`pytorch::trunc_normal_`], **cut at the
/// values** `a` and `b`.
///
/// # Errors
///
/// As there.
pub fn trunc_normal_(mean: f64, std: f64, a: f64, b: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("timm::trunc_normal_({mean:?}, {std:?}, {a:?}, {b:?})"),
        &TruncatedNormal::with_parent_std(mean, std, a, b)?,
    )
}

/// `timm.layers.trunc_normal_tf_(tensor, mean, std, a, b)`: **cut at `a` and `b` standard
/// deviations** from the mean, as TensorFlow and JAX do; timm's defaults are 0, 1, -2 and 2.
///
/// # Errors
///
/// As [`TruncatedNormal::with_parent_std`](crate::TruncatedNormal::with_parent_std).
pub fn trunc_normal_tf_(mean: f64, std: f64, a: f64, b: f64) -> Result<Ported, InitError> {
    let std = non_negative("standard deviation", std)?;
    let (low, high) = (mean + a * std, mean + b * std);
    Ported::of(
        format!("timm::trunc_normal_tf_({mean:?}, {std:?}, {a:?}, {b:?})"),
        &TruncatedNormal::with_parent_std(mean, std, low, high)?,
    )
}

/// `timm.layers.variance_scaling_(tensor, scale, mode, distribution)`: mean 0, variance
/// `scale / fan`; timm's defaults are 1, `"fan_in"` and `"normal"`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn variance_scaling_(scale: f64, mode: Fan, distribution: Family) -> Result<Ported, InitError> {
    let scaling = VarianceScaling::new(scale, mode, distribution)?;
    Ok(Ported::new(
        format!("timm::variance_scaling_({scale:?}, Fan::{mode:?}, Family::{distribution:?})"),
        Rule::Scaling(scaling, Reading::OutIn),
    ))
}

/// `timm.layers.lecun_normal_(tensor)`: truncated, variance `1 / fan_in`.
#[must_use]
pub fn lecun_normal_() -> Ported {
    let scaling = crate::LeCunTruncatedNormal.variance_scaling();
    Ported::new(
        "timm::lecun_normal_()",
        Rule::Scaling(scaling, Reading::OutIn),
    )
}

/// The weights of the linear layers of timm's `VisionTransformer`: `trunc_normal_(std=0.02)`, which
/// is N(0, 0.02^2).
///
/// # Errors
///
/// None for these numbers.
pub fn vit_weight() -> Result<Ported, InitError> {
    trunc_normal_(0.0, 0.02, -2.0, 2.0)
}

/// The biases of the linear layers of timm's `VisionTransformer`: 0.
#[must_use]
pub const fn vit_bias() -> Zeros {
    Zeros
}

/// `pos_embed` of timm's `VisionTransformer`: as [`vit_weight`].
///
/// # Errors
///
/// None for these numbers.
pub fn vit_pos_embed() -> Result<Ported, InitError> {
    vit_weight()
}

/// `cls_token` of timm's `VisionTransformer`: N(0, 1e-12), a standard deviation of 1e-6.
///
/// # Errors
///
/// None for these numbers.
pub fn vit_cls_token() -> Result<Ported, InitError> {
    pytorch::normal_(0.0, 1e-6)
}

/// `fix_init_weight` of timm's BEiT and EVA: what divides the weights that end the two branches of
/// block `layer` (from 1), as a scheme with its variance divided by `2 layer`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if `layer` is 0.
pub fn fix_init_weight<S: Scheme>(scheme: S, layer: usize) -> Result<crate::Scaled<S>, InitError> {
    crate::Scaled::new(scheme, 1.0 / (2.0 * count("number of the layer", layer)?))
}
