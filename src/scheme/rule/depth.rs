//! How weights shrink as a network gets deeper: the rules of residual networks and transformers.
//!
//! Each is a function of numbers of layers, and states what it multiplies: a [`Gain`] for
//! [`scaled`](crate::Initializer::scaled), or a scheme where the paper states a standard deviation.
//! Which weights a rule applies to is part of the rule, and the most common mistake.
//!
//! | rule | factor | unit | of | for |
//! |---|---|---|---|---|
//! | [`gpt2`] | `1 / (2 L)` | variance | `Normal::new(0.0, 0.02)` | the last layer of each branch |
//! | [`DeepNorm`] | `beta` | gain | `GlorotNormal` | value, output, feed-forward |
//! | [`fixup`] | `L^(-1 / (2m - 2))` | gain | `HeNormal` | all but the last layer of each branch |
//! | [`TFixup`] | `0.67 N^(-1/4)`, `(9N)^(-1/4)` | gain | `GlorotNormal` | value, output, feed-forward |
//! | [`small_init`] | `sqrt(2 / (5 d))` | standard deviation | | all but the last layer of each branch |
//! | [`wang_init`] | `2 / (L sqrt(d))` | standard deviation | | the last layer of each branch |
//!
//! ```
//! use fanin::{InitError, Initializer, Normal, Scheme, Weight, depth};
//!
//! // GPT-2 of 12 blocks: 0.02 / sqrt(24).
//! let rule = Normal::new(0.0, 0.02)?.scaled(depth::gpt2(12)?.variance())?;
//! let std = rule.law(&Weight::new((768, 3072))?)?.std().unwrap();
//! assert!((std - 0.004_082_482_904_638_63).abs() < 1e-17);
//! # Ok::<(), InitError>(())
//! ```

use crate::activation::Gain;
use crate::error::{InitError, count};
use crate::scheme::Normal;

/// GPT-2's factor of the **variance**, `1 / (2 L)`, for the layers that end a residual branch
/// (`c_proj` of attention and of the feed-forward part), where `blocks` is `L`: each block has two
/// branches, and a sum of `2 L` of them should have the variance of one.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if `blocks` is 0.
///
/// A. Radford et al., "Language models are unsupervised multitask learners", 2019, section 2.3: "a
/// factor of `1 / sqrt(N)` where `N` is the number of residual layers", of the standard deviation.
pub fn gpt2(blocks: usize) -> Result<Gain, InitError> {
    Gain::from_variance(1.0 / (2.0 * count("number of blocks", blocks)?))
}

/// Fixup's **gain**, `L^(-1 / (2m - 2))`, for every layer of a residual branch but the last, which
/// is zero ([`Zeros`](crate::Zeros)): `branches` is `L`, the number of branches in the network, and
/// `layers` is `m`, that of weight layers in each.
///
/// The paper's network has no normalisation. It begins with He's rule, has zeros in the layer that
/// classifies, and learns a scalar bias before every layer and a scalar factor for every branch.
///
/// ```
/// use fanin::{HeNormal, InitError, Initializer, Scheme, Weight, depth};
///
/// // ResNet-110: 54 branches of 2 convolutions.
/// let factor = depth::fixup(54, 2)?;
/// assert!((factor.value() - 1.0 / 54_f64.sqrt()).abs() < 1e-16);
/// let law = HeNormal.scaled(factor.variance())?.law(&Weight::new((16, 16, 3, 3))?)?;
/// assert!((law.variance().unwrap() - 2.0 / 144.0 / 54.0).abs() < 1e-18);
/// # Ok::<(), InitError>(())
/// ```
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if `branches` is 0 or `layers` is below 2: the only layer of a
/// branch is its last.
///
/// H. Zhang, Y. Dauphin and T. Ma, "Fixup initialization: residual learning without normalization",
/// ICLR 2019, rule 2 of the box in section 3.
pub fn fixup(branches: usize, layers: usize) -> Result<Gain, InitError> {
    let branches = count("number of branches", branches)?;
    if layers < 2 {
        return Err(InitError::InvalidParameter {
            name: "number of layers of a branch",
            value: layers as f64,
            rule: "at least 2",
        });
    }
    Gain::new(libm::pow(branches, -0.5 / (layers as f64 - 1.0)))
}

/// DeepNorm's two numbers for one half of a transformer with its normalisation after the sum:
/// `x` becomes `LayerNorm(alpha x + branch(x))`, and the weights of the branch have the gain `beta`.
///
/// | transformer | `alpha` | `beta` |
/// |---|---|---|
/// | encoder alone, of `N` layers | `(2N)^(1/4)` | `(8N)^(-1/4)` |
/// | decoder alone, of `M` layers | `(2M)^(1/4)` | `(8M)^(-1/4)` |
/// | encoder of a pair | `0.81 (N^4 M)^(1/16)` | `0.87 (N^4 M)^(-1/16)` |
/// | decoder of a pair | `(3M)^(1/4)` | `(12M)^(-1/4)` |
///
/// `beta` multiplies the **standard deviation** of Glorot's rule for the feed-forward layers and the
/// value and output projections of attention; queries and keys have a gain of 1.
///
/// ```
/// use fanin::{GlorotNormal, InitError, Initializer, depth::DeepNorm};
///
/// let decoder = DeepNorm::decoder(200)?;
/// assert!((decoder.alpha() - 4.472_135_954_999_58).abs() < 1e-14);
/// assert!((decoder.beta().value() - 0.158_113_883_008_418_97).abs() < 1e-16);
/// let value = GlorotNormal.scaled(decoder.beta().variance())?;
/// # Ok::<(), InitError>(())
/// ```
///
/// H. Wang et al., "DeepNet: scaling transformers to 1,000 layers", 2022, figure 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeepNorm {
    alpha: f64,
    beta: Gain,
}

impl DeepNorm {
    /// For an encoder of `layers` layers without a decoder.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `layers` is 0.
    pub fn encoder(layers: usize) -> Result<Self, InitError> {
        let n = count("number of layers", layers)?;
        Ok(DeepNorm {
            alpha: fourth_root(2.0 * n),
            beta: Gain::new(1.0 / fourth_root(8.0 * n))?,
        })
    }

    /// For a decoder of `layers` layers without an encoder: the numbers of such an encoder.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if `layers` is 0.
    pub fn decoder(layers: usize) -> Result<Self, InitError> {
        Self::encoder(layers)
    }

    /// For an encoder and a decoder that attends to it, in this order.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if either has no layers.
    pub fn encoder_decoder(
        encoder_layers: usize,
        decoder_layers: usize,
    ) -> Result<(Self, Self), InitError> {
        let n = count("number of encoder layers", encoder_layers)?;
        let m = count("number of decoder layers", decoder_layers)?;
        // (N^4 M)^(1/16).
        let root = fourth_root(n * fourth_root(m));
        let encoder = DeepNorm {
            alpha: 0.81 * root,
            beta: Gain::new(0.87 / root)?,
        };
        let decoder = DeepNorm {
            alpha: fourth_root(3.0 * m),
            beta: Gain::new(1.0 / fourth_root(12.0 * m))?,
        };
        Ok((encoder, decoder))
    }

    /// The factor of the input where the branch is added to it. It does not multiply weights.
    #[must_use]
    pub const fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The factor of the branch's weights, which the paper states as a gain.
    #[must_use]
    pub const fn beta(&self) -> Gain {
        self.beta
    }
}

/// T-Fixup's **gains** for a transformer without normalisation and without a warm-up.
///
/// They multiply the standard deviation of Glorot's rule for the feed-forward layers and the value
/// and output projections of attention, in the encoder and in the decoder. That of the decoder also
/// multiplies both embeddings, whose standard deviation is `d^(-1/2)` before.
///
/// ```
/// use fanin::{InitError, depth::TFixup};
///
/// let rule = TFixup::new(6, 6)?;
/// assert!((rule.encoder().value() - 0.67 / 6_f64.powf(0.25)).abs() < 1e-15);
/// assert!((rule.decoder().value() - 1.0 / 54_f64.powf(0.25)).abs() < 1e-15);
/// # Ok::<(), InitError>(())
/// ```
///
/// X. S. Huang, F. Pérez, J. Ba and M. Volkovs, "Improving transformer optimization through better
/// initialization", ICML 2020, the box "T-Fixup initialization". (The paper has one `N`.)
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TFixup {
    encoder: Gain,
    decoder: Gain,
}

impl TFixup {
    /// For an encoder and a decoder with these numbers of layers.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if either has no layers.
    pub fn new(encoder_layers: usize, decoder_layers: usize) -> Result<Self, InitError> {
        let n = count("number of encoder layers", encoder_layers)?;
        let m = count("number of decoder layers", decoder_layers)?;
        Ok(TFixup {
            encoder: Gain::new(0.67 / fourth_root(n))?,
            decoder: Gain::new(1.0 / fourth_root(9.0 * m))?,
        })
    }

    /// `0.67 N^(-1/4)`.
    #[must_use]
    pub const fn encoder(&self) -> Gain {
        self.encoder
    }

    /// `(9 N)^(-1/4)`.
    #[must_use]
    pub const fn decoder(&self) -> Gain {
        self.decoder
    }
}

/// Small init: normal with the **standard deviation** `sqrt(2 / (5 d))`, where `width` is `d`, the
/// width of the model. It is Glorot's for the feed-forward matrix of `d` inputs and `4 d` outputs,
/// and is used for every matrix.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if `width` is 0.
///
/// T. Q. Nguyen and J. Salazar, "Transformers without tears", IWSLT 2019, section 2.
pub fn small_init(width: usize) -> Result<Normal, InitError> {
    Normal::new(0.0, (0.4 / count("width", width)?).sqrt())
}

/// Wang init: normal with the **standard deviation** `2 / (L sqrt(d))` for the layers that end a
/// residual branch, where `blocks` is `L` and `width` is `d`. [`small_init`] is for the others.
///
/// It falls with `1 / L` where [`gpt2`] falls with `1 / sqrt(2 L)`.
///
/// ```
/// use fanin::{InitError, depth};
///
/// // GPT-NeoX-20B: 44 blocks of width 6144.
/// assert!((depth::wang_init(44, 6144)?.std() - 5.798_981_398e-4).abs() < 1e-13);
/// assert!((depth::small_init(6144)?.std() - 8.068_715_305e-3).abs() < 1e-12);
/// # Ok::<(), InitError>(())
/// ```
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if either is 0.
///
/// S. Black et al., "GPT-NeoX-20B: an open-source autoregressive language model", 2022, section
/// 2.3.1, after B. Wang's mesh-transformer-jax.
pub fn wang_init(blocks: usize, width: usize) -> Result<Normal, InitError> {
    let blocks = count("number of blocks", blocks)?;
    Normal::new(0.0, 2.0 / (blocks * count("width", width)?.sqrt()))
}

fn fourth_root(x: f64) -> f64 {
    x.sqrt().sqrt()
}
