//! Blocks and words.

use chacha20::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use super::{conventions::Real, keys::Key};

/// Elements of a block.
pub(super) const BLOCK: u64 = 2048;

/// The 16 words of a block of the keystream.
pub(super) fn keystream(key: &Key, id: u64, block: u64) -> [u32; 16] {
    let mut chacha = ChaCha8Rng::from_seed(*key);
    chacha.set_stream(id);
    chacha.set_block_pos(block);
    std::array::from_fn(|_| chacha.next_u32())
}

/// The words of block `b`: *words* are stream 0, *low words* stream 1.
fn words(key: &Key, id: u64, b: u64) -> Vec<u32> {
    let mut words = vec![0; 2048];
    for j in 0..16 {
        // Seed.
        let keystream = keystream(key, id, 16 * (b / 4) + j);
        let first = 4 * (b % 4) as usize;
        let [mut s0, mut s1, mut s2, mut s3] = [0, 1, 2, 3].map(|i| keystream[first + i]);
        // Lanes.
        for step in 0..128 {
            let word = s0.wrapping_add(s3).rotate_left(7).wrapping_add(s0);
            words[16 * step + j as usize] = word;
            let t = s1 << 9;
            s2 ^= s0;
            s3 ^= s1;
            s1 ^= s2;
            s0 ^= s3;
            s2 ^= t;
            s3 = s3.rotate_left(11);
        }
    }
    words
}

/// What the draws of a block take: words for `f32`, `word[n] << 32 | low_word[n]` for `f64`.
pub(super) fn of_block<R: Real>(key: &Key, b: u64) -> Vec<u64> {
    let high = words(key, 0, b);
    if R::N == 32 {
        return high.into_iter().map(u64::from).collect();
    }
    let both = high.into_iter().zip(words(key, 1, b));
    both.map(|(high, low)| u64::from(high) << 32 | u64::from(low))
        .collect()
}
