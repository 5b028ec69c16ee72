//! What seeds the blocks of a key: ChaCha8, sixteen states of its keystream side by side. (ChaCha
//! calls them blocks; here a block is always one of 2048 elements.)

use super::block::{LANES, Lanes, walk};
use crate::key::Key;
use crate::num::dispatch::dispatched;

/// The ChaCha8 streams of a key that seed blocks: of the words that every draw takes, and of the low
/// words of an `f64` draw.
pub(crate) const WORDS: u64 = 0;
pub(crate) const LOW_WORDS: u64 = 1;

/// Blocks that one chunk of keystream seeds: each takes four words of every state in it.
const SEEDED: u64 = 4;

/// The seeds of a key's blocks in one of its streams.
#[derive(Debug)]
pub struct Seeds {
    /// The state of ChaCha without its counter, as D. J. Bernstein has it ("ChaCha, a variant of
    /// Salsa20", 2008): constants, key, counter (2 words), stream id (2 words).
    input: [u32; 16],
    /// The keystream at hand, and the first of the blocks that it seeds.
    keystream: Keystream,
    first: Option<u64>,
    /// The lanes of a block after some steps: the block, the steps, and the lanes.
    walked: Option<(u64, usize, Lanes)>,
}

/// Sixteen states of keystream: `[b][i][j]` is word `4 b + i` of state `j`.
type Keystream = [[[u32; LANES]; 4]; SEEDED as usize];

impl Seeds {
    #[inline]
    pub(crate) fn new(key: &Key, stream: u64) -> Self {
        let mut input = [0; 16];
        input[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
        let bytes = key.to_bytes();
        for (word, bytes) in input[4..12].iter_mut().zip(bytes.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        input[14] = stream as u32;
        input[15] = (stream >> 32) as u32;
        Seeds {
            input,
            keystream: [[[0; LANES]; 4]; SEEDED as usize],
            first: None,
            walked: None,
        }
    }

    /// The lanes of a block after that many steps. A block whose places are requested in rising order is
    /// walked once.
    pub(crate) fn lanes(&mut self, block: u64, steps: usize) -> Lanes {
        if steps == 0 {
            return Lanes::new(*self.of(block));
        }
        let (from, mut lanes) = match self.walked {
            Some((walked, from, lanes)) if walked == block && from <= steps => (from, lanes),
            _ => (0, Lanes::new(*self.of(block))),
        };
        walk(&mut lanes, steps - from);
        self.walked = Some((block, steps, lanes));
        lanes
    }

    /// The seed of a block: word `i` of the state of every lane.
    pub(crate) fn of(&mut self, block: u64) -> &[[u32; LANES]; 4] {
        let place = block % SEEDED;
        let first = block - place;
        if self.first != Some(first) {
            // The first of sixteen states of keystream: 16 (first / 4).
            let counter = first * (LANES as u64 / SEEDED);
            self.input[12] = counter as u32;
            self.input[13] = (counter >> 32) as u32;
            chacha8(&self.input, &mut self.keystream);
            self.first = Some(first);
        }
        &self.keystream[place as usize]
    }
}

dispatched! {
    /// Sixteen states of keystream, from the one whose counter is in `input` on. That counter is a
    /// multiple of 16, so that adding the number of a lane to its low word does not carry.
    fn chacha8(input: &[u32; 16], keystream: &mut Keystream) {
        // All rounds of one lane after the other, in one body without a loop: this is the form in
        // which the compiler vectorises over lanes, each of the sixteen words in a register.
        for lane in 0..LANES {
            let mut start = *input;
            start[12] += lane as u32;
            let mut x = start;
            double_round(&mut x);
            double_round(&mut x);
            double_round(&mut x);
            double_round(&mut x);
            for word in 0..16 {
                keystream[word / 4][word % 4][lane] = x[word].wrapping_add(start[word]);
            }
        }
    }
}

#[inline(always)]
fn double_round(x: &mut [u32; 16]) {
    quarter_round(x, 0, 4, 8, 12);
    quarter_round(x, 1, 5, 9, 13);
    quarter_round(x, 2, 6, 10, 14);
    quarter_round(x, 3, 7, 11, 15);
    quarter_round(x, 0, 5, 10, 15);
    quarter_round(x, 1, 6, 11, 12);
    quarter_round(x, 2, 7, 8, 13);
    quarter_round(x, 3, 4, 9, 14);
}

#[inline(always)]
fn quarter_round(x: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    x[a] = x[a].wrapping_add(x[b]);
    x[d] = (x[d] ^ x[a]).rotate_left(16);
    x[c] = x[c].wrapping_add(x[d]);
    x[b] = (x[b] ^ x[c]).rotate_left(12);
    x[a] = x[a].wrapping_add(x[b]);
    x[d] = (x[d] ^ x[a]).rotate_left(8);
    x[c] = x[c].wrapping_add(x[d]);
    x[b] = (x[b] ^ x[c]).rotate_left(7);
}

#[cfg(test)]
mod tests {
    use chacha20::ChaCha8Rng;
    use rand::{Rng, SeedableRng};

    use super::{LANES, Lanes, Seeds};
    use crate::key::Key;

    #[test]
    fn lanes_are_taken_up_where_they_were_left() {
        let key = Key::from_seed(2);
        let mut seeds = Seeds::new(&key, 0);
        // Onwards, the same again, back, and from one block to another and back.
        for (block, steps) in [
            (5, 0),
            (5, 3),
            (5, 3),
            (5, 128),
            (5, 2),
            (9, 7),
            (5, 8),
            (4, 0),
            (5, 9),
        ] {
            let mut expected = Lanes::new(*Seeds::new(&key, 0).of(block));
            expected.skip(steps);
            let mut lanes = seeds.lanes(block, steps);
            assert_eq!(
                lanes.step(),
                expected.step(),
                "block {block}, {steps} steps"
            );
        }
    }

    #[test]
    fn the_keystream_is_that_of_the_crate_chacha20() {
        let key = Key::from_seed(1);
        for stream in [0, 1, 1 << 40] {
            let mut seeds = Seeds::new(&key, stream);
            // In order, back again, where the low word of the counter is full, and the last.
            for block in [0, 1, 2, 3, 4, 7, 2, (1 << 30) - 1, 1 << 30, (1 << 62) - 1] {
                let seed = seeds.of(block);
                for lane in 0..LANES {
                    let mut crate_ = ChaCha8Rng::from_seed(key.to_bytes());
                    crate_.set_stream(stream);
                    crate_.set_block_pos(block / 4 * 16 + lane as u64);
                    let words: [u32; 16] = std::array::from_fn(|_| crate_.next_u32());
                    let place = (block % 4 * 4) as usize;
                    for i in 0..4 {
                        assert_eq!(seed[i][lane], words[place + i]);
                    }
                }
            }
        }
    }
}
