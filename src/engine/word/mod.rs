//! From keys to words.

mod block;
mod generator;
mod seed;

pub(super) use block::{BLOCK_LEN, LANES, Lanes};
pub(super) use generator::generator;
pub(super) use seed::{LOW_WORDS, Seeds, WORDS};
