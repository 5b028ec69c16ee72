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

/// The seeds of a key's blocks: a place in its keystream.
#[derive(Debug)]
pub struct Seeds {
    chacha: ChaCha8Rng,
    /// The block whose seed comes next.
    next: u64,
}

impl Seeds {
    /// Seeds of the words.
    pub(crate) fn words(key: &Key) -> Self {
        Seeds::new(key, WORDS)
    }

    /// Seeds of the low words.
    pub(crate) fn low_words(key: &Key) -> Self {
        Seeds::new(key, LOW_WORDS)
    }

    fn new(key: &Key, stream: u64) -> Self {
        let mut chacha = ChaCha8Rng::from_seed(key.to_bytes());
        chacha.set_stream(stream);
        Seeds { chacha, next: 0 }
    }

    /// The lanes of a block: 64 words of the keystream, from word `64 * block` on. read
    /// little-endian.
    pub(crate) fn lanes(&mut self, block: u64) -> Lanes {
        if self.next != block {
            // A ChaCha block has 16 words, so four of them seed one of ours.
            self.chacha.set_block_pos(4 * block);
        }
        self.next = block + 1;
        let mut bytes = [0; 4 * 4 * LANES];
        self.chacha.fill_bytes(&mut bytes);
        let mut state = [[0; LANES]; 4];
        for (word, bytes) in state
            .as_flattened_mut()
            .iter_mut()
            .zip(bytes.chunks_exact(4))
        {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        Lanes { state }
    }
}

/// The generator from which a distribution of the caller's samples a block.
pub(crate) fn generator(key: &Key, block: u64) -> ChaCha8Rng {
    let mut chacha = ChaCha8Rng::from_seed(key.to_bytes());
    chacha.set_stream(GENERATORS + block);
    chacha
}

/// xoshiro128++ 1.0 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
/// ACM Trans. Math. Softw. 47, 2021), 16 of them side by side: `state[i][j]` is word `i` of lane
/// `j`.
#[derive(Clone, Copy)]
pub(crate) struct Lanes {
    state: [[u32; LANES]; 4],
}

impl Lanes {
    /// The next word of every lane.
    #[inline(always)]
    pub(crate) fn step(&mut self) -> [u32; LANES] {
        let [s0, s1, s2, s3] = &mut self.state;
        let mut words = [0; LANES];
        for lane in 0..LANES {
            words[lane] = s0[lane]
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
        words
    }

    /// As many steps, for nothing but the state.
    #[inline(always)]
    pub(crate) fn skip(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LANES, Lanes, Seeds};
    use crate::Key;

    #[test]
    fn lanes_are_xoshiro128plusplus() {
        // The test vector of the `rand` crate, made with the authors' reference implementation:
        // state 1, 2, 3, 4.
        let mut lanes = Lanes {
            state: std::array::from_fn(|word| [word as u32 + 1; LANES]),
        };
        for expected in [
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
        ] {
            assert_eq!(lanes.step(), [expected; LANES]);
        }
    }

    #[test]
    fn seeds_are_the_same_in_any_order() {
        let key = Key::from_seed(1);
        let mut in_order = Seeds::words(&key);
        let first = in_order.lanes(0).state;
        let second = in_order.lanes(1).state;
        let mut out_of_order = Seeds::words(&key);
        assert_eq!(out_of_order.lanes(1).state, second);
        assert_eq!(out_of_order.lanes(0).state, first);
        assert_ne!(first, second);
        assert_ne!(Seeds::low_words(&key).lanes(0).state, first);
        // The last block that there is.
        Seeds::words(&key).lanes((1 << 62) - 1);
    }
}
