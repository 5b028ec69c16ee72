//! `docs/stream.md` in scalar code: the specification, and what everything faster is held to.
//!
//! A file is a section of the page, reads like it, and is as slow as it reads. Nothing here is shared
//! with the kernels, with the library's maps or with its laws: constants are copied from the page, a
//! key is 32 bytes, a weight is a list of axes. An error of the library's is therefore no error of
//! the reference's. What is taken from elsewhere are BLAKE3 and ChaCha8, each from its crate.
//!
//! Numbers are handed over as `f64`, which holds those of every element type exactly.
//!
//! | section | file |
//! |---|---|
//! | Conventions | `conventions.rs` |
//! | Keys | `keys.rs` |
//! | Blocks and words | `words.rs` |
//! | Standard normal draws | `normal.rs` |
//! | Uniform draws | `uniform.rs` |
//! | Functions | `functions.rs` |
//! | Values | `values.rs`, `rounding.rs` |
//! | A distribution that the user brings | `brought.rs` |
//! | Laws that belong to a shape | `places.rs`, `parts.rs`, `patterns.rs`, `sparse.rs`, `repeated.rs` |
//! | Truncated normal draws | `truncated.rs`, `bounds.rs`, `mass.rs`, `moments.rs` |
//! | Orthogonal matrices | `orthogonal.rs` |

mod bounds;
mod brought;
mod conventions;
mod functions;
mod keys;
mod mass;
mod moments;
mod normal;
pub(crate) mod orthogonal;
mod parts;
mod patterns;
mod places;
mod repeated;
mod rounding;
mod sparse;
pub(crate) mod truncated;
mod uniform;
mod values;
mod words;

pub(crate) use brought::Samples;
pub(crate) use conventions::Real;
pub(crate) use functions::{Map, ln};
pub(crate) use keys::{child, child_index, from_seed};
pub(crate) use parts::{Shape, of_weight};
pub(crate) use places::{Axes, Role, product};
pub(crate) use rounding::Element;
pub(crate) use sparse::Unit;
pub(crate) use values::{Law, of_elements};
