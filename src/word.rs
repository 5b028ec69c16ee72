//! Plain words that weights, laws and errors share.

use std::fmt;

/// What an axis counts.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) enum Role {
    /// Nothing that is known: the axis of a vector.
    #[default]
    Unnamed,
    Output,
    Input,
    Kernel,
    Batch,
}

/// Which tap of a kernel's axis is its centre. An odd length has one; of an even length `k`, the
/// two in the middle are `k / 2 - 1` and `k / 2`, and libraries differ.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Centre {
    /// `k / 2`, as PyTorch's `dirac_` has it.
    #[default]
    Upper,
    /// `(k - 1) / 2`, as in `delta_orthogonal` of JAX and `identity_init` of Flux.
    Lower,
}

impl Centre {
    /// The centre of an axis of that length, counted from 0.
    pub(crate) const fn of(self, len: u64) -> u64 {
        match self {
            Centre::Upper => len / 2,
            Centre::Lower => len.saturating_sub(1) / 2,
        }
    }
}

/// What its `FromStr` reads.
impl fmt::Display for Centre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Centre::Upper => "upper",
            Centre::Lower => "lower",
        })
    }
}

/// A function that maps values, each to one: strictly increasing, with an inverse.
///
/// See [`Initializer::mapped`](crate::Initializer::mapped).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Map {
    /// `exp(x)`.
    Exp,
    /// `ln(x)`, for values above 0.
    Ln,
    /// `ln(exp(x) - 1)`, for values above 0: softplus of it is `x`.
    InverseSoftplus,
    /// `ln(x / (1 - x))`, for values between 0 and 1: the logistic function of it is `x`.
    Logit,
}

impl Map {
    /// All of them.
    pub(crate) const ALL: [Map; 4] = [Map::Exp, Map::Ln, Map::InverseSoftplus, Map::Logit];
}

/// What it is called in texts.
impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Map::Exp => "exp",
            Map::Ln => "ln",
            Map::InverseSoftplus => "inverse_softplus",
            Map::Logit => "logit",
        })
    }
}

/// In which order the channels of [`Sinusoids`](crate::Sinusoids) stand.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Waves {
    /// All sines, then all cosines.
    Halves,
    /// Each sine with its cosine.
    Interleaved,
}

/// What its `FromStr` reads.
impl fmt::Display for Waves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Waves::Halves => "halves",
            Waves::Interleaved => "interleaved",
        })
    }
}
