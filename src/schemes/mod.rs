//! The catalogue: one scheme, or one family of them, per file.

mod constant;
mod from_distribution;
mod named;
mod normal;
mod orthogonal;
mod scaled;
mod truncated_normal;
mod uniform;
mod variance_scaling;

pub use constant::{Constant, Ones, Zeros};
pub(crate) use from_distribution::Brought;
pub use from_distribution::FromDistribution;
pub use named::{
    GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform,
    LeCunNormal, LeCunTruncatedNormal, LeCunUniform, XavierNormal, XavierTruncatedNormal,
    XavierUniform,
};
pub use normal::Normal;
pub use orthogonal::Orthogonal;
pub use scaled::Scaled;
pub use truncated_normal::TruncatedNormal;
pub use uniform::Uniform;
pub use variance_scaling::{Family, Fan, VarianceScaling};
