//! What values will look like: one law, one file, each with the [skeleton](skeleton::Skeleton).
//!
//! | file | |
//! |---|---|
//! | `law.rs` | [`Law`]: one of the list, and the factor that scales it |
//! | `listed.rs` | the list |
//! | `constructors.rs` | the public constructors of a law |
//! | `skeleton.rs` | what the file of a law has |
//! | `draws.rs` | the words in which laws say to the engine what to draw |
//! | `shape/` | what several laws know of a weight's shape |
//! | `by_part.rs` | one law for a weight, or one for each part of it |

mod bilinear;
mod brought;
mod by_part;
mod constant;
mod constructors;
mod delta_orthogonal;
mod dirac;
mod draws;
mod factored;
mod gate;
mod law;
mod listed;
mod map;
mod mapped;
mod normal;
mod orthogonal;
mod repeated;
mod shape;
mod signs;
mod skeleton;
mod sparse;
mod sparse_of;
mod table;
mod truncated_normal;
mod uniform;

pub(crate) use brought::Brought;
pub(crate) use by_part::Laws;
pub(crate) use draws::{Affine, Draws, Pattern, Sampler, StandardDraw};
pub use law::Law;
pub(crate) use normal::marginal as normal_marginal;
pub(crate) use shape::{Along, Connections, Factors, Frames, Repetition};
pub(crate) use skeleton::Marginal;
