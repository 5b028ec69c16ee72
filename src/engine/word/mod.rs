//! From keys to words.

mod block;
mod generator;
mod seed;

pub(crate) use block::{BLOCK_LEN, LANES, Lanes};
pub(crate) use generator::generator;
pub(crate) use seed::{LOW_WORDS, Seeds, WORDS};
