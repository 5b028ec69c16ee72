//! The words of a block.

use chacha20::ChaCha8Rng;
use rand::SeedableRng;

use crate::Key;

/// Elements in a block.
pub(crate) const LEN: usize = 2048;

/// Generators in a block, which take turns.
pub(crate) const LANES: usize = 16;

/// ChaCha8 streams of one key: the words that every draw takes, the low words of an `f64` draw,
/// and the first of the generators for distributions that the caller brings, one a block.
pub(crate) const WORDS: u64 = 0;
pub(crate) const LOW_WORDS: u64 = 1;
const GENERATORS: u64 = 2;

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
    /// The lanes of a block, from its seed.
    pub(crate) fn new(state: [[u32; LANES]; 4]) -> Self {
        Lanes { state }
    }

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
    use super::{LANES, Lanes};

    #[test]
    fn lanes_are_xoshiro128plusplus() {
        // The test vector of the `rand` crate, made with the authors' reference implementation:
        // state 1, 2, 3, 4.
        let mut lanes = Lanes::new(std::array::from_fn(|word| [word as u32 + 1; LANES]));
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
}
