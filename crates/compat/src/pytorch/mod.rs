//! PyTorch 2.15: `torch.nn.init` and the layers of `torch.nn`.
//!
//! Shapes are `[out, in / groups, kernel...]`, and `[in, out / groups, kernel...]` for transposed
//! convolutions.
//!
//! # Pitfalls
//!
//! - **Fans are read from the shape alone**: `fan_in` is the length of axis 1, `fan_out` that of
//!   axis 0, each times the kernel. So `fan_out` of a convolution with `g` groups is `g` times too
//!   large, and of a transposed convolution the two are swapped.
//! - **The layers' default is not He's.** They call `kaiming_uniform_` with `a = sqrt(5)`, for
//!   variance `1 / (3 fan_in)`, a sixth of He's.
//! - `gain` multiplies the standard deviation. [The table](calculate_gain) has 5/3 for tanh, 3/4 for
//!   SELU and 1 for sigmoid; what makes up for these is 1.5925, 1 and 1.8462: see
//!   [`Gain`](fanin::Gain).
//! - `a` and `b` of [`trunc_normal_`] are absolute, not in standard deviations: with `std = 0.02`
//!   and the default bounds of -2 and 2 nothing is cut. `std` is that before the cut.
//! - [`MultiheadAttention`] draws queries, keys and values as one matrix, whose `fan_out` is three
//!   times that of each.
//!
//! ```
//! use fanin_compat::pytorch::{self, Mode, GainFor};
//! use fanin::{HeNormal, Scheme, Weight};
//!
//! let kaiming = pytorch::kaiming_normal_(0.0, Mode::FanIn, GainFor::LeakyRelu)?;
//! let weight = Weight::new((256, 784))?;
//! let theirs = kaiming.law(&weight)?.variance().unwrap();
//! assert!((theirs * 784.0 / 2.0 - 1.0).abs() < 1e-15);
//! # Ok::<(), fanin::InitError>(())
//! ```

mod attention;
mod conv;
mod dense;
mod gain;
mod recurrent;

pub use attention::MultiheadAttention;
pub use conv::{
    Conv, Conv1d, Conv2d, Conv3d, ConvTranspose, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d,
};
pub use dense::{Bilinear, Embedding, Linear, Norm};
pub use gain::{GainFor, calculate_gain};
pub use recurrent::{GRU, LSTM, RNN};

use fanin::{
    Constant, Family, Fan, InitError, Normal, Ones, TruncatedNormal, Uniform, VarianceScaling,
    Zeros,
};

use crate::{
    Ported,
    argument::{finite, non_negative},
    ported::Rule,
    reading::Reading,
};

/// Which fan `kaiming_normal_` and `kaiming_uniform_` divide by.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Mode {
    /// The length of axis 1, times the kernel.
    #[default]
    FanIn,
    /// The length of axis 0, times the kernel.
    FanOut,
}

impl From<Mode> for Fan {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::FanIn => Fan::In,
            Mode::FanOut => Fan::Out,
        }
    }
}

/// `torch.nn.init.xavier_normal_(tensor, gain)`: normal, variance `2 gain^2 / (fan_in + fan_out)`.
///
/// With a gain of 1 it is [`GlorotNormal`](fanin::GlorotNormal) for a plain shape.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the gain is negative, NaN or infinite, or its square is not a normal
/// number (or 0, of a gain of 0).
pub fn xavier_normal_(gain: f64) -> Result<Ported, InitError> {
    xavier("xavier_normal_", gain, Family::Normal)
}

/// `torch.nn.init.xavier_uniform_(tensor, gain)`: [`xavier_normal_`] with a uniform law.
///
/// # Errors
///
/// As [`xavier_normal_`].
pub fn xavier_uniform_(gain: f64) -> Result<Ported, InitError> {
    xavier("xavier_uniform_", gain, Family::Uniform)
}

fn xavier(name: &str, gain: f64, family: Family) -> Result<Ported, InitError> {
    let scaling = VarianceScaling::from_gain(gain, Fan::Average, family)?;
    Ok(Ported::new(
        format!("pytorch::{name}({gain:?})"),
        Rule::Scaling(scaling, Reading::OutIn),
    ))
}

/// `torch.nn.init.kaiming_normal_(tensor, a, mode, nonlinearity)`: normal, variance
/// `calculate_gain(nonlinearity, a)^2 / fan`.
///
/// `a` is the slope of [`GainFor::LeakyRelu`], which is PyTorch's default, and of no meaning
/// for another. **PyTorch's default `a` is 0 here and 0.01 in [`calculate_gain`].**
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if `a` is NaN or infinite, or so large (1e154) that the square of the
/// gain is no normal number.
pub fn kaiming_normal_(a: f64, mode: Mode, nonlinearity: GainFor) -> Result<Ported, InitError> {
    kaiming("kaiming_normal_", a, mode, nonlinearity, Family::Normal)
}

/// `torch.nn.init.kaiming_uniform_(tensor, a, mode, nonlinearity)`: [`kaiming_normal_`] with a
/// uniform law.
///
/// # Errors
///
/// As [`kaiming_normal_`].
pub fn kaiming_uniform_(a: f64, mode: Mode, nonlinearity: GainFor) -> Result<Ported, InitError> {
    kaiming("kaiming_uniform_", a, mode, nonlinearity, Family::Uniform)
}

fn kaiming(
    name: &str,
    a: f64,
    mode: Mode,
    nonlinearity: GainFor,
    family: Family,
) -> Result<Ported, InitError> {
    let gain = calculate_gain(nonlinearity, Some(finite("a", a)?))?;
    let scaling = VarianceScaling::from_gain(gain, mode.into(), family)?;
    Ok(Ported::new(
        format!("pytorch::{name}({a:?}, Mode::{mode:?}, GainFor::{nonlinearity:?})"),
        Rule::Scaling(scaling, Reading::OutIn),
    ))
}

/// `torch.nn.init.normal_(tensor, mean, std)`; PyTorch's defaults are 0 and 1.
///
/// # Errors
///
/// As [`Normal::new`](fanin::Normal::new).
pub fn normal_(mean: f64, std: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("pytorch::normal_({mean:?}, {std:?})"),
        &Normal::new(mean, std)?,
    )
}

/// `torch.nn.init.uniform_(tensor, a, b)`: between `a` and `b`; PyTorch's defaults are 0 and 1.
///
/// # Errors
///
/// As [`Uniform::new`](fanin::Uniform::new).
pub fn uniform_(a: f64, b: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("pytorch::uniform_({a:?}, {b:?})"),
        &Uniform::new(a, b)?,
    )
}

/// `torch.nn.init.trunc_normal_(tensor, mean, std, a, b)`: the normal law of that mean and standard
/// deviation, **cut at `a` and `b`, which are values, not standard deviations**.
///
/// PyTorch's defaults are 0, 1, -2 and 2. [`jax::truncated_normal`](crate::jax::truncated_normal) counts
/// its bounds in standard deviations.
///
/// ```
/// use fanin_compat::pytorch;
/// use fanin::{Scheme, Weight};
///
/// let weight = Weight::new((10, 10))?;
/// // Cut at a hundred standard deviations: never.
/// let std = pytorch::trunc_normal_(0.0, 0.02, -2.0, 2.0)?.law(&weight)?.std().unwrap();
/// assert!((std / 0.02 - 1.0).abs() < 1e-15);
/// let std = pytorch::trunc_normal_(0.0, 1.0, -2.0, 2.0)?.law(&weight)?.std().unwrap();
/// assert!((std - 0.879_625_661_034_239_8).abs() < 1e-15);
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// # Errors
///
/// As [`TruncatedNormal::from_parent`](fanin::TruncatedNormal::from_parent).
pub fn trunc_normal_(mean: f64, std: f64, a: f64, b: f64) -> Result<Ported, InitError> {
    Ported::of(
        format!("pytorch::trunc_normal_({mean:?}, {std:?}, {a:?}, {b:?})"),
        &TruncatedNormal::from_parent(mean, std, a, b)?,
    )
}

/// `torch.nn.init.constant_(tensor, val)`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the value is NaN or infinite.
pub fn constant_(val: f64) -> Result<Ported, InitError> {
    Ported::of(format!("pytorch::constant_({val:?})"), &Constant::new(val)?)
}

/// `torch.nn.init.zeros_(tensor)`: [`Zeros`].
#[must_use]
pub const fn zeros_() -> Zeros {
    Zeros
}

/// `torch.nn.init.ones_(tensor)`: [`Ones`].
#[must_use]
pub const fn ones_() -> Ones {
    Ones
}

/// `torch.nn.init.eye_(tensor)`: 1 where row and column have the same number; for two axes only.
#[must_use]
pub fn eye_() -> Ported {
    Ported::new("pytorch::eye_()", Rule::Identity(1.0))
}

/// `torch.nn.init.dirac_(tensor, groups)`: 1 where output and input of a group have the same
/// number, at place `k / 2` of the kernel, and zeros elsewhere; for three to five axes. An even
/// kernel has two places in its middle, and this is the upper one.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if there are no groups.
pub fn dirac_(groups: usize) -> Result<Ported, InitError> {
    if groups == 0 {
        return Err(InitError::InvalidParameter {
            name: "number of groups",
            value: 0.0,
            rule: "at least 1",
        });
    }
    Ok(Ported::new(
        format!("pytorch::dirac_({groups})"),
        Rule::Dirac(groups),
    ))
}

/// `torch.nn.init.orthogonal_(tensor, gain)`: `gain` times an orthogonal matrix with a row for each
/// place of axis 0 and a column for each of the others.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if the gain is negative, NaN or infinite.
pub fn orthogonal_(gain: f64) -> Result<Ported, InitError> {
    Ported::orthogonal(
        format!("pytorch::orthogonal_({gain:?})"),
        gain,
        Reading::OutIn,
    )
}

/// `torch.nn.init.sparse_(tensor, sparsity, std)`: normal, with `ceil(sparsity * rows)` zeros in
/// each **column**, which is an input; for two axes only. PyTorch's default `std` is 0.01.
///
/// MLX and [`Law::sparse`](fanin::Law::sparse) count the zeros of each row.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if `sparsity` is not from 0 to 1, or `std` negative, NaN or
/// infinite.
pub fn sparse_(sparsity: f64, std: f64) -> Result<Ported, InitError> {
    if !(0.0..=1.0).contains(&sparsity) {
        return Err(InitError::InvalidParameter {
            name: "sparsity",
            value: sparsity,
            rule: "from 0 to 1",
        });
    }
    let std = non_negative("standard deviation", std)?;
    Ok(Ported::new(
        format!("pytorch::sparse_({sparsity:?}, {std:?})"),
        Rule::Sparse { sparsity, std },
    ))
}

/// Uniform between `-1 / sqrt(n)` and `1 / sqrt(n)`: the default of biases and of recurrent layers.
fn uniform_over(n: u64) -> Result<Ported, InitError> {
    if n == 0 {
        return Err(InitError::InvalidParameter {
            name: "number of inputs",
            value: 0.0,
            rule: "at least 1",
        });
    }
    let bound = 1.0 / (n as f64).sqrt();
    uniform_(-bound, bound)
}

/// The default of the weights of linear layers and convolutions.
fn layer_default() -> Result<Ported, InitError> {
    kaiming_uniform_(5.0_f64.sqrt(), Mode::FanIn, GainFor::LeakyRelu)
}
