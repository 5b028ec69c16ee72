//! From (law, key, region) to values: the only part that knows about blocks, lanes and threads.
//!
//! `docs/stream.md` specifies what happens here; `reference/` is that page in scalar code, which
//! everything faster must agree with.
//!
//! | file | |
//! |---|---|
//! | `radius.rs`, `angle.rs`, `uniform.rs`, `truncation.rs`, `quantile.rs` | words to draws, one at a time |
//! | `seed.rs` | what seeds the blocks of a key |
//! | `block.rs` | the words of a block |
//! | `dispatch.rs` | one function for several instruction sets |
//! | `kernel.rs` | blocks to values, as fast as the machine can |
//! | `draw.rs` | what `f32` and `f64` draws have in common |
//! | `haar/` | orthogonal matrices |
//! | `placed.rs` | values that depend on their place |
//! | `source.rs` | any stretch of the flat order |
//! | `target.rs` | any region into any array, on threads |

mod angle;
mod block;
pub(crate) mod dispatch;
mod draw;
mod haar;
mod kernel;
mod placed;
mod quantile;
mod radius;
#[cfg(test)]
mod reference;
mod seed;
mod source;
mod target;
#[cfg(test)]
mod tests;
mod truncation;
#[cfg(test)]
pub(crate) mod ulp;
mod uniform;

pub(crate) use draw::Draw;
#[cfg(feature = "half")]
pub(crate) use kernel::{narrow_bf16, narrow_f16};
pub(crate) use placed::room_for;
pub(crate) use target::{fill, has_room};
pub(crate) use truncation::Truncation;
