//! Haiku: `haiku.initializers` and the layers of `haiku`.
//!
//! Shapes are `[kernel..., in, out]`.
//!
//! # What bites
//!
//! - **[`Linear`] and [`Conv`] do not correct for truncation**: they draw a normal law of standard
//!   deviation `1 / sqrt(fan_in)` cut at two of them, so that the values have 0.8796 times that.
//!   [`variance_scaling`] is corrected.
//! - `scale` of [`variance_scaling`] multiplies the variance, of [`uniform_scaling`] the standard
//!   deviation.
//! - [`Embed`] has a truncated law of parent 1, so 0.8796.
//! - [`LSTM`] is one layer of the inputs and the state together, whose sum is its fan. It adds 1 to
//!   the forget gate as it computes: the bias is 0.
//! - A vector has fans, both its length; but [`uniform_scaling`] divides by 1 there.

use ndarray::{Ix1, Ix2};

use super::{
    Module, Parameter, Ported,
    layer::layer,
    ported::Rule,
    reading::{Reading, conv_in_out, lens},
};
use crate::{
    Constant, Family, Fan, InitError, KernelShape, Normal, TruncatedNormal, Uniform,
    VarianceScaling, Weight, Zeros, error::non_negative,
};

/// `haiku.initializers.VarianceScaling(scale, mode, distribution)`: mean 0, variance `scale / fan`;
/// Haiku's defaults are 1, `"fan_in"` and `"truncated_normal"`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn variance_scaling(scale: f64, mode: Fan, distribution: Family) -> Result<Ported, InitError> {
    let scaling = VarianceScaling::new(scale, mode, distribution)?;
    Ok(Ported::new(
        format!("haiku::variance_scaling({scale:?}, Fan::{mode:?}, Family::{distribution:?})"),
        Rule::Scaling(scaling, Reading::InOut),
    ))
}

/// `haiku.initializers.UniformScaling(scale)`: uniform, variance `scale^2 / fan_in`, with `fan_in`
/// the product of all axes but the last, which is 1 for a vector. `scale` multiplies the standard
/// deviation.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn uniform_scaling(scale: f64) -> Result<Ported, InitError> {
    let scaling = VarianceScaling::with_gain(scale, Fan::In, Family::Uniform)?;
    Ok(Ported::new(
        format!("haiku::uniform_scaling({scale:?})"),
        Rule::Scaling(scaling, Reading::Last),
    ))
}

/// `haiku.initializers.TruncatedNormal(stddev, mean, lower, upper)`: the normal law of that mean and
/// standard deviation, cut at `lower` and `upper` **of its standard deviations** from its mean;
/// Haiku's defaults are 1, 0, -2 and 2.
///
/// # Errors
///
/// As [`TruncatedNormal::with_parent_std`](crate::TruncatedNormal::with_parent_std).
pub fn truncated_normal(
    stddev: f64,
    mean: f64,
    lower: f64,
    upper: f64,
) -> Result<Ported, InitError> {
    let std = non_negative("standard deviation", stddev)?;
    let (low, high) = (mean + lower * std, mean + upper * std);
    Ported::of(
        format!("haiku::truncated_normal({stddev:?}, {mean:?}, {lower:?}, {upper:?})"),
        &TruncatedNormal::with_parent_std(mean, std, low, high)?,
    )
}

/// `haiku.initializers.RandomNormal(stddev, mean)`, in Haiku's order of the arguments; its defaults
/// are 1 and 0.
///
/// # Errors
///
/// As [`Normal::new`](crate::Normal::new).
pub fn random_normal(stddev: f64, mean: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("haiku::random_normal({stddev:?}, {mean:?})"),
        &Normal::new(mean, stddev)?,
    )
}

/// `haiku.initializers.RandomUniform(minval, maxval)`; Haiku's defaults are 0 and 1.
///
/// # Errors
///
/// As [`Uniform::new`](crate::Uniform::new).
pub fn random_uniform(minval: f64, maxval: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("haiku::random_uniform({minval:?}, {maxval:?})"),
        &Uniform::new(minval, maxval)?,
    )
}

/// `haiku.initializers.Constant(constant)`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the value is NaN or infinite.
pub fn constant(value: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("haiku::constant({value:?})"),
        &Constant::new(value)?,
    )
}

/// `haiku.initializers.Orthogonal(scale)`, with its default `axis=-1`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the scale is negative, NaN or infinite.
pub fn orthogonal(scale: f64) -> Result<Ported, InitError> {
    Ported::orthogonal(
        format!("haiku::orthogonal({scale:?})"),
        scale,
        Reading::Column(-1),
    )
}

/// Cut at two standard deviations, of which one is `1 / sqrt(fan_in)`.
fn layer_default(fan_in: f64) -> Result<Ported, InitError> {
    if fan_in < 1.0 {
        return Err(InitError::InvalidParameter {
            name: "number of inputs",
            value: fan_in,
            rule: "at least 1",
        });
    }
    truncated_normal(1.0 / fan_in.sqrt(), 0.0, -2.0, 2.0)
}

fn bias(outputs: usize) -> Parameter<Ix1> {
    Parameter::new("b", Weight::vector(outputs), Zeros)
}

layer! {
    /// `haiku.Linear(output_size)`: `w`, `[in, out]`, a normal law of standard deviation `1 / sqrt(in)`
    /// cut at two of them; `b` 0.
    ///
    /// ```
    /// use fanin::compat::haiku::Linear;
    ///
    /// let law = Linear::new(100, 50).w()?.law()?;
    /// assert!((law.std().unwrap() - 0.087_962_566_103_423_98).abs() < 1e-15);
    /// assert_eq!(law.support(), Some((-0.2, 0.2)));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    Linear {
        inputs: usize,
        output_size: usize,
    }
    /// From `inputs`, which Haiku reads from its argument, to `output_size`.
    new, [w, b]
}

impl Linear {
    /// `w`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`]; of a layer without inputs, [`InitError::InvalidParameter`].
    pub fn w(&self) -> Result<Parameter<Ix2>, InitError> {
        let weight = Reading::InOut.of(&[self.inputs, self.output_size])?;
        let rule = layer_default(self.inputs as f64)?;
        Ok(Parameter::new("w", weight, rule))
    }

    /// `b`.
    #[must_use]
    pub fn b(&self) -> Parameter<Ix1> {
        bias(self.output_size)
    }
}

layer! {
    /// `haiku.Conv1D` to `Conv3D`: `w`, `[kernel..., in / groups, out]`, as [`Linear`] with
    /// `in / groups * prod(kernel)` inputs; `b` 0.
    Conv<K> {
        inputs: usize,
        output_channels: usize,
        kernel_shape: K,
        ; groups: usize = 1,
    }
    /// From `inputs`, which Haiku reads from its argument, to `output_channels`.
    new, [w, b]
}

impl<K: KernelShape + Clone> Conv<K> {
    /// The same with `feature_group_count`.
    #[must_use]
    pub fn groups(mut self, groups: usize) -> Self {
        self.groups = groups;
        self
    }

    /// `w`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`]; of a layer without inputs, [`InitError::InvalidParameter`].
    pub fn w(&self) -> Result<Parameter<K::WeightDim>, InitError> {
        let kernel = self.kernel_shape.clone();
        let conv = conv_in_out(self.inputs, self.output_channels, kernel, self.groups)?;
        let fan_in = conv.stated_fans().0.unwrap_or(0.0);
        let weight = Reading::InOut.of(&lens(&conv))?;
        Ok(Parameter::new("w", weight, layer_default(fan_in)?))
    }

    /// `b`.
    #[must_use]
    pub fn b(&self) -> Parameter<Ix1> {
        bias(self.output_channels)
    }
}

layer! {
    /// `haiku.Embed(vocab_size, embed_dim)`: `embeddings`, a normal law of standard deviation 1 cut at
    /// two of them.
    Embed {
        vocab_size: usize,
        embed_dim: usize,
    }
    /// A table of `vocab_size` vectors of `embed_dim` numbers.
    new, [embeddings]
}

impl Embed {
    /// `embeddings`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn embeddings(&self) -> Result<Parameter<Ix2>, InitError> {
        let weight = Reading::InOut.of(&[self.vocab_size, self.embed_dim])?;
        let rule = truncated_normal(1.0, 0.0, -2.0, 2.0)?;
        Ok(Parameter::new("embeddings", weight, rule))
    }
}

/// `haiku.LSTM(hidden_size)`: one [`Linear`] from the inputs and the state to four gates, under the
/// names `linear/w` and `linear/b`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct LSTM {
    inputs: usize,
    hidden_size: usize,
}

impl LSTM {
    /// From `inputs`, which Haiku reads from its argument, of `hidden_size` units.
    #[must_use]
    pub const fn new(inputs: usize, hidden_size: usize) -> Self {
        LSTM {
            inputs,
            hidden_size,
        }
    }
}

impl Module for LSTM {
    fn parameters(&self) -> Result<Vec<Parameter>, InitError> {
        let too_large = || InitError::TooLarge {
            shape: vec![self.inputs as u64, self.hidden_size as u64],
        };
        let inputs = self.inputs.checked_add(self.hidden_size);
        let outputs = self.hidden_size.checked_mul(4);
        let linear = Linear::new(
            inputs.ok_or_else(too_large)?,
            outputs.ok_or_else(too_large)?,
        );
        Ok(vec![
            linear.w()?.named("linear/w").into_dyn(),
            linear.b().named("linear/b").into_dyn(),
        ])
    }
}
