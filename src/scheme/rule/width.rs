//! How weights and learning rates change as a network gets wider: maximal update parametrisation.
//!
//! With muP the best learning rate of a narrow network is the best one of a wide network. It sets
//! three things together: the initial variance, the factor of a layer's output and the learning
//! rate. The variance alone is not muP.

use crate::activation::Gain;
use crate::error::{InitError, count};

/// muP for a network that is wider than the one whose hyper-parameters are known, by the ratio
/// `m = width / base_width`.
///
/// A weight's role follows from which of its sides grows with the width:
///
/// | | [`input`](MuP::input) | [`hidden`](MuP::hidden) | [`output`](MuP::output) |
/// |---|---|---|---|
/// | what grows | fan_out | both | fan_in |
/// | for example | embeddings, all biases, gains of normalisation | attention, feed-forward | the layer of the logits |
/// | variance of a rule over `fan_in` | 1 | 1 | `m` |
/// | variance of a rule without a fan | 1 | `1 / m` | 1 |
/// | factor of the layer's output | 1 | 1 | `1 / m` |
/// | learning rate of Adam | 1 | `1 / m` | 1 |
/// | learning rate of SGD | `m` | 1 | `m` |
///
/// This is the form of the package `mup`. [`without_multiplier`](MuP::without_multiplier) is the
/// equivalent form in which no layer's output gets a factor:
///
/// | | output |
/// |---|---|
/// | variance of a rule over `fan_in` | `1 / m` |
/// | variance of a rule without a fan | `1 / m^2` |
/// | factor of the layer's output | 1 |
/// | learning rate of Adam | `1 / m` |
/// | learning rate of SGD | `1 / m` |
///
/// In both, attention divides the product of queries and keys by `d`, where the standard
/// parametrisation divides by `sqrt(d)`; a factor makes the two agree at the base width.
///
/// ```
/// use fanin::{InitError, Initializer, LeCunNormal, Normal, Scheme, Weight, width::MuP};
///
/// // Tuned at a width of 256, wanted at 4096.
/// let mup = MuP::new(4096, 256)?;
/// let hidden = mup.hidden();
/// assert_eq!(hidden.adam(), 1.0 / 16.0);
///
/// // He's and LeCun's rules shrink with the width automatically; 0.02 does not.
/// let weight = Weight::new((4096, 4096))?;
/// let by_fan = LeCunNormal.scaled(hidden.over_fan_in().variance())?.law(&weight)?;
/// assert_eq!(by_fan.variance(), Some(1.0 / 4096.0));
/// let stated = Normal::new(0.0, 0.02)?.scaled(hidden.without_fan().variance())?;
/// assert!((stated.law(&weight)?.std().unwrap() - 0.005).abs() < 1e-17);
/// # Ok::<(), InitError>(())
/// ```
///
/// G. Yang et al., "Tensor Programs V: tuning large neural networks via zero-shot hyperparameter
/// transfer", 2022, tables 8 (with a multiplier) and 3 (without).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MuP {
    ratio: f64,
    multiplier: bool,
}

impl MuP {
    /// For a network of `width`, with the hyper-parameters of one of `base_width`: table 8.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if either is 0.
    pub fn new(width: usize, base_width: usize) -> Result<Self, InitError> {
        let ratio = count("width", width)? / count("base width", base_width)?;
        Ok(MuP {
            ratio,
            multiplier: true,
        })
    }

    /// The form in which no layer's output gets a factor: table 3.
    #[must_use]
    pub const fn without_multiplier(self) -> Self {
        MuP {
            multiplier: false,
            ..self
        }
    }

    /// `m`, the width over the base width.
    #[must_use]
    pub const fn ratio(&self) -> f64 {
        self.ratio
    }

    /// For weights whose outputs alone grow with the width, and for vectors that do.
    #[must_use]
    pub fn input(&self) -> WidthRule {
        self.rule(0, 0, 0, 0, 1)
    }

    /// For weights whose inputs and outputs grow with the width.
    #[must_use]
    pub fn hidden(&self) -> WidthRule {
        self.rule(0, -1, 0, -1, 0)
    }

    /// For weights whose inputs alone grow with the width.
    #[must_use]
    pub fn output(&self) -> WidthRule {
        if self.multiplier {
            self.rule(1, 0, -1, 0, 1)
        } else {
            self.rule(-1, -2, 0, -1, -1)
        }
    }

    /// A rule by its powers of the ratio.
    fn rule(
        &self,
        over_fan_in: i8,
        without_fan: i8,
        multiplier: i8,
        adam: i8,
        sgd: i8,
    ) -> WidthRule {
        let power = |exponent: i8| match exponent {
            -2 => 1.0 / (self.ratio * self.ratio),
            -1 => 1.0 / self.ratio,
            1 => self.ratio,
            _ => 1.0,
        };
        WidthRule {
            over_fan_in: Gain::known(power(over_fan_in)),
            without_fan: Gain::known(power(without_fan)),
            multiplier: power(multiplier),
            adam: power(adam),
            sgd: power(sgd),
        }
    }
}

/// What muP prescribes for one weight, relative to the network of the base width. See [`MuP`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WidthRule {
    over_fan_in: Gain,
    without_fan: Gain,
    multiplier: f64,
    adam: f64,
    sgd: f64,
}

impl WidthRule {
    /// The factor of a scheme whose variance is a constant over `fan_in`, such as
    /// [`HeNormal`](crate::HeNormal), at the fans of the **wide** network.
    #[must_use]
    pub const fn over_fan_in(&self) -> Gain {
        self.over_fan_in
    }

    /// The factor of a scheme whose variance does not depend on the weight, such as
    /// [`Normal`](crate::Normal) with the standard deviation that was tuned at the base width.
    #[must_use]
    pub const fn without_fan(&self) -> Gain {
        self.without_fan
    }

    /// The factor of the layer's output in the forward pass. It does not multiply weights.
    #[must_use]
    pub const fn multiplier(&self) -> f64 {
        self.multiplier
    }

    /// The factor of Adam's learning rate.
    #[must_use]
    pub const fn adam(&self) -> f64 {
        self.adam
    }

    /// The factor of the learning rate of stochastic gradient descent.
    #[must_use]
    pub const fn sgd(&self) -> f64 {
        self.sgd
    }
}
