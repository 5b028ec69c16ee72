//! The catalogue: one scheme, or one family of them, per file; and what combines them.

mod bilinear_kernel;
mod by_part;
mod constant;
mod delta_orthogonal;
mod dirac;
mod forget_gate_bias;
mod from_distribution;
mod from_fn;
mod icnr;
mod identity;
mod law;
mod laws;
mod log_uniform;
mod mapped;
mod named;
mod normal;
mod orthogonal;
mod parameters;
mod rule;
mod scaled;
mod scheme;
mod sparse;
mod spelled;
mod table;
mod truncated_normal;
mod uniform;
mod variance_scaling;

pub use bilinear_kernel::BilinearKernel;
pub use by_part::ByPart;
pub use constant::{Constant, Ones, Zeros};
pub use delta_orthogonal::DeltaOrthogonal;
pub use dirac::Dirac;
pub use forget_gate_bias::ForgetGateBias;
pub use from_distribution::FromDistribution;
pub use from_fn::{FromFn, from_fn};
pub use icnr::Icnr;
pub use identity::Identity;
pub(crate) use laws::laws;
pub use log_uniform::LogUniform;
pub use mapped::Mapped;
pub use named::{
    GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform,
    LeCunNormal, LeCunTruncatedNormal, LeCunUniform, XavierNormal,
};
pub use normal::Normal;
pub use orthogonal::Orthogonal;
pub use rule::{depth, width};
pub use scaled::Scaled;
pub use scheme::Scheme;
pub use sparse::Sparse;
pub(crate) use spelled::Spelled;
pub use table::Table;
pub use truncated_normal::TruncatedNormal;
pub use uniform::Uniform;
pub use variance_scaling::{Family, Fan, VarianceScaling};
