//! A generator for what takes an unknown number of words.

use chacha20::ChaCha8Rng;
use rand::SeedableRng;

use crate::key::Key;

/// The first ChaCha8 stream of a key that is a generator: those before it seed blocks.
const FIRST: u64 = 2;

/// The generator of that number under a key: from it a distribution of the caller's samples a block,
/// and a unit of a sparse law chooses its connections. Each has its own stream, so that no two
/// overlap, however many words one takes.
pub(crate) fn generator(key: &Key, number: u64) -> ChaCha8Rng {
    let mut chacha = ChaCha8Rng::from_seed(key.to_bytes());
    chacha.set_stream(FIRST + number);
    chacha
}
