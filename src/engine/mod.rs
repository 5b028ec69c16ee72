//! From (laws, key, region) to values: only this part knows about blocks, lanes and threads.
//!
//! `docs/stream.md` specifies what happens here; `reference/` is that page in scalar code, which
//! everything faster must agree with. Downwards, each line uses those above it:
//!
//! | file | |
//! |---|---|
//! | `word/` | keys to words: what seeds the blocks of a key, and the words of a block |
//! | `map/` | words to standard draws, one at a time |
//! | `kernel.rs` | blocks to values, as fast as the machine can |
//! | `haar/` | orthogonal matrices |
//! | `element.rs`, `draw.rs` | the float types, and the two of them that draws are made in |
//! | `kept.rs` | what is made once and read often |
//! | `holds.rs` | whether a float type can hold a law |
//! | `read/` | any stretch of the flat order |
//! | `write/` | any region into any array, on threads |

mod draw;
mod element;
mod haar;
mod holds;
mod kept;
mod kernel;
mod map;
mod read;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
mod transform;
#[cfg(test)]
pub(crate) mod ulp;
mod word;
mod write;

pub use element::Element;
pub(crate) use holds::holds;
pub(crate) use kept::Kept;
pub(crate) use read::has_room;
pub(crate) use write::fill;

/// Items for the checks, through `src/internals.rs`.
#[cfg(fanin_checks)]
pub(crate) use {
    map::{
        Truncation, radius_f32, radius_f64, radius_squared_f64, reduce_f64, sin_cos_f32,
        sin_cos_f64, uniform_f32, uniform_f64,
    },
    word::{BLOCK_LEN, LANES, LOW_WORDS, Lanes, Seeds, WORDS},
};
