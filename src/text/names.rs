//! The table of names.

use std::sync::Arc;

use super::read::Read;
use crate::scheme::{
    Along, BilinearKernel, ByPart, Constant, DeltaOrthogonal, Dirac, ForgetGateBias, GlorotNormal,
    GlorotTruncatedNormal, GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform, Icnr, Identity,
    LeCunNormal, LeCunTruncatedNormal, LeCunUniform, LogUniform, Normal, Ones, Orthogonal, Scheme,
    Signs, Sinusoids, Sparse, TruncatedNormal, Uniform, VarianceScaling, XavierNormal, Zeros,
};
use crate::syntax::{Call, Fault};

/// A name that [`parse`](crate::parse) knows, for a program's help: see [`names`].
#[derive(Clone, Copy, Debug)]
pub struct Name {
    name: &'static str,
    usage: &'static str,
    meaning: &'static str,
    aliases: &'static [(&'static str, &'static str)],
    pub(super) read: fn(&Call) -> Result<Arc<dyn Scheme>, Fault>,
}

impl Name {
    /// The name, which is how the scheme prints.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The name with its arguments: those in brackets may be left out, and one of those between bars is
    /// given.
    #[must_use]
    pub const fn usage(&self) -> &'static str {
        self.usage
    }

    /// What it draws, in a few words.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// Other spellings that are read as this name, each with where it is from.
    pub fn aliases(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.aliases.iter().copied()
    }

    /// What its arguments are called: in the usage, what stands before `=`, and the first. `None` where they
    /// are however many, without names.
    pub(super) fn arguments(&self) -> Option<Vec<&'static str>> {
        let Some((_, arguments)) = self.usage.split_once('(') else {
            return Some(Vec::new());
        };
        let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
        let first = arguments.split(|c| !is_name(c)).next();
        let named = arguments.match_indices('=');
        let named = named.filter_map(|(at, _)| arguments[..at].rsplit(|c| !is_name(c)).next());
        let names = named.chain(first).filter(|name| !name.is_empty());
        (!arguments.contains("..")).then(|| names.collect())
    }

    /// The name and its aliases.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.name]
            .into_iter()
            .chain(self.aliases().map(|(alias, _)| alias))
    }
}

/// The names that [`parse`](crate::parse) knows: one for each scheme, with the arguments, the meaning, and the
/// names that frameworks have for it. Each scheme may be followed by `.scaled(variance)`.
///
/// ```
/// for name in fanin::names() {
///     println!("{:<60} {}", name.usage(), name.meaning());
///     for (alias, origin) in name.aliases() {
///         println!("    also {alias}: {origin}");
///     }
/// }
/// let he = fanin::names().find(|name| name.name() == "he_normal").unwrap();
/// assert_eq!(he.meaning(), "normal, variance 2 / fan_in");
/// assert!(he.aliases().any(|(alias, _)| alias == "kaiming_normal"));
/// ```
#[must_use]
pub fn names() -> impl ExactSizeIterator<Item = &'static Name> {
    NAMES.iter()
}

/// The row of a name or an alias.
pub(super) fn find(name: &str) -> Option<&'static Name> {
    NAMES
        .iter()
        .find(|row| row.spellings().any(|known| known == name))
}

const fn row<S: Read>(
    usage: &'static str,
    meaning: &'static str,
    aliases: &'static [(&'static str, &'static str)],
) -> Name {
    Name {
        name: S::NAME,
        usage,
        meaning,
        aliases,
        read: |call| Ok(Arc::new(S::read(call)?)),
    }
}

/// Names that libraries give to different things.
pub(super) const AMBIGUOUS: [(&str, &str); 2] = [
    (
        "xavier_uniform",
        "write glorot_uniform for 2 / (fan_in + fan_out), as PyTorch and JAX have it, or lecun_uniform for \
         1 / fan_in, as Caffe has it",
    ),
    (
        "trunc_normal",
        "write truncated_normal with parent_std for the deviation before the law is cut, as PyTorch has it, \
         or with std for that of the values",
    ),
];

pub(super) const NAMES: [Name; 30] = [
    row::<LeCunNormal>(
        "lecun_normal",
        "normal, variance 1 / fan_in (JAX's and Keras' lecun_normal is lecun_truncated_normal)",
        &[],
    ),
    row::<LeCunUniform>("lecun_uniform", "uniform, variance 1 / fan_in", &[]),
    row::<LeCunTruncatedNormal>(
        "lecun_truncated_normal",
        "truncated normal, variance 1 / fan_in",
        &[],
    ),
    row::<HeNormal>(
        "he_normal",
        "normal, variance 2 / fan_in",
        &[
            (
                "kaiming_normal",
                "PyTorch's kaiming_normal_; JAX's kaiming_normal and he_normal are he_truncated_normal",
            ),
            ("msra", "Caffe's filler"),
        ],
    ),
    row::<HeUniform>(
        "he_uniform",
        "uniform, variance 2 / fan_in",
        &[(
            "kaiming_uniform",
            "PyTorch's kaiming_uniform_ with its default a = 0, and JAX's",
        )],
    ),
    row::<HeTruncatedNormal>(
        "he_truncated_normal",
        "truncated normal, variance 2 / fan_in",
        &[],
    ),
    row::<XavierNormal>(
        "xavier_normal",
        "normal, variance 1 / fan_in (PyTorch's xavier_normal_ is glorot_normal)",
        &[],
    ),
    row::<GlorotNormal>(
        "glorot_normal",
        "normal, variance 2 / (fan_in + fan_out)",
        &[],
    ),
    row::<GlorotUniform>(
        "glorot_uniform",
        "uniform, variance 2 / (fan_in + fan_out)",
        &[],
    ),
    row::<GlorotTruncatedNormal>(
        "glorot_truncated_normal",
        "truncated normal, variance 2 / (fan_in + fan_out)",
        &[],
    ),
    row::<VarianceScaling>(
        "variance_scaling(variance | gain= | activation=, fan=, family=)",
        "variance, gain^2 or what makes up for an activation, over a fan: in, out, average or \
         geometric_average; family normal, uniform or truncated_normal",
        &[],
    ),
    row::<Normal>("normal(std=, [mean=0])", "normal", &[]),
    row::<TruncatedNormal>(
        "truncated_normal(std= | parent_std=, [mean=0], low=, high=)",
        "normal, cut at two bounds, which may be inf; std is that of the values, parent_std that before \
         the cut",
        &[],
    ),
    row::<Uniform>("uniform(low=, high=)", "uniform", &[]),
    row::<LogUniform>(
        "log_uniform(low=, high=)",
        "between two bounds, its logarithm uniform",
        &[],
    ),
    row::<Signs>("signs(size)", "one size with a random sign", &[]),
    row::<Zeros>("zeros", "0", &[]),
    row::<Ones>("ones", "1", &[]),
    row::<Constant>("constant(value)", "one value", &[]),
    row::<Orthogonal>(
        "orthogonal([gain=1])",
        "a random orthogonal matrix, times the gain",
        &[],
    ),
    row::<DeltaOrthogonal>(
        "delta_orthogonal([gain=1], [centre=lower])",
        "a random orthogonal matrix at the kernel's centre",
        &[],
    ),
    row::<Sparse>(
        "sparse(nonzeros=, std=)",
        "normal in as many values of every output, 0 elsewhere",
        &[],
    ),
    row::<Identity>(
        "identity([gain=1])",
        "the identity matrix",
        &[("eye", "PyTorch's eye_")],
    ),
    row::<Dirac>(
        "dirac([gain=1], [centre=upper])",
        "the identity of a convolution",
        &[],
    ),
    row::<BilinearKernel>(
        "bilinear_kernel",
        "linear interpolation, for a transposed convolution",
        &[("bilinear", "Caffe's filler")],
    ),
    row::<ForgetGateBias>(
        "forget_gate_bias([value=1], [at=1])",
        "a value in one of the four gates of an LSTM's bias, 0 in the others",
        &[],
    ),
    row::<Along>(
        "along(axis=, value=, [tolerance=0])",
        "arithmetic with the place n along an axis, from 0, as ln(n + 1)",
        &[],
    ),
    row::<Sinusoids>(
        "sinusoids([max_period=10000], layout=, [tolerance=])",
        "sines and cosines of positions, of the last two axes; layout halves (Whisper) or interleaved \
         (Vaswani et al.)",
        &[],
    ),
    row::<Icnr<Arc<dyn Scheme>>>(
        "icnr(scheme, upscale=)",
        "another scheme, its outputs repeated for a sub-pixel convolution",
        &[],
    ),
    row::<ByPart>(
        "by_part(SCHEME, ..)",
        "a scheme for each part of a weight",
        &[],
    ),
];
