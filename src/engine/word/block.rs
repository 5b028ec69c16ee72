//! The words of a block.

use crate::num::dispatch::dispatched;

/// Elements in a block.
pub(crate) const BLOCK_LEN: usize = 2048;

/// Generators in a block, which alternate.
pub(crate) const LANES: usize = 16;

/// xoshiro128++ 1.0 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
/// ACM Trans. Math. Softw. 47, 2021), 16 of them side by side: `state[i][j]` is word `i` of lane
/// `j`.
#[derive(Clone, Copy, Debug)]
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

    /// Advances the state by that many steps, without using the words.
    #[inline(always)]
    pub(crate) fn skip(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
        }
    }
}

dispatched! {
    /// Advances the lanes by that many steps.
    fn walk(lanes: &mut Lanes, steps: usize) {
        // A copy, so that the state stays in registers.
        let mut walked = *lanes;
        walked.skip(steps);
        *lanes = walked;
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
