//! The words of a block.

use chacha20::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use crate::Key;

/// Elements in a block.
pub(crate) const LEN: usize = 2048;

/// Generators in a block, which take turns.
pub(crate) const LANES: usize = 16;

/// ChaCha8 streams of one key: the words that every draw takes, the low words of an `f64` draw,
/// and the first of the generators for distributions that the caller brings, one a block.
const WORDS: u64 = 0;
const LOW_WORDS: u64 = 1;
const GENERATORS: u64 = 2;

/// The words of block `block`: word `n` is what lane `n % 16` yields at step `n / 16`.
pub(crate) fn words(key: &Key, block: u64) -> [u32; LEN] {
    xoshiro(seed(key, WORDS, block))
}

/// The words that hold the low halves of the `f64` draws of block `block`.
pub(crate) fn low_words(key: &Key, block: u64) -> [u32; LEN] {
    xoshiro(seed(key, LOW_WORDS, block))
}

/// The generator from which a distribution of the caller's samples block `block`.
pub(crate) fn generator(key: &Key, block: u64) -> ChaCha8Rng {
    let mut chacha = ChaCha8Rng::from_seed(key.to_bytes());
    chacha.set_stream(GENERATORS + block);
    chacha
}

/// The state of a block's lanes: `state[i][j]` is word `i` of lane `j`.
type State = [[u32; LANES]; 4];

/// 64 words of the keystream, from word `64 * block` on. The generator reads the keystream as
/// little-endian words on every machine.
fn seed(key: &Key, stream: u64, block: u64) -> State {
    let mut chacha = ChaCha8Rng::from_seed(key.to_bytes());
    chacha.set_stream(stream);
    // A ChaCha block has 16 words, so four of them seed one of ours.
    chacha.set_block_pos(4 * block);
    let mut state = [[0; LANES]; 4];
    for word in state.as_flattened_mut() {
        *word = chacha.next_u32();
    }
    state
}

/// xoshiro128++ 1.0 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
/// ACM Trans. Math. Softw. 47, 2021), `LANES` of them side by side.
fn xoshiro(state: State) -> [u32; LEN] {
    let [mut s0, mut s1, mut s2, mut s3] = state;
    let mut words = [0; LEN];
    for step in words.chunks_exact_mut(LANES) {
        for (lane, word) in step.iter_mut().enumerate() {
            *word = s0[lane]
                .wrapping_add(s3[lane])
                .rotate_left(7)
                .wrapping_add(s0[lane]);
            let t = s1[lane] << 9;
            s2[lane] ^= s0[lane];
            s3[lane] ^= s1[lane];
            s1[lane] ^= s2[lane];
            s0[lane] ^= s3[lane];
            s2[lane] ^= t;
            s3[lane] = s3[lane].rotate_left(11);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{LANES, xoshiro};

    #[test]
    fn lanes_are_xoshiro128plusplus() {
        // The test vector of the `rand` crate, made with the authors' reference implementation:
        // state 1, 2, 3, 4.
        let state = std::array::from_fn(|word| [word as u32 + 1; LANES]);
        let words = xoshiro(state);
        let expected = [
            641,
            1_573_767,
            3_222_811_527,
            3_517_856_514,
            836_907_274,
            4_247_214_768,
            3_867_114_732,
            1_355_841_295,
            495_546_011,
            621_204_420,
        ];
        for (step, expected) in words.chunks_exact(LANES).zip(expected) {
            assert_eq!(step, [expected; LANES]);
        }
    }
}
