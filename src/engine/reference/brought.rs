//! A distribution that the user brings.

use std::convert::Infallible;

use rand::TryRng;

use super::{keys::Key, words};

/// What the samples of a block are made of: the words of ChaCha8, in order.
pub(crate) struct Samples {
    key: Key,
    id: u64,
    /// Words that were handed out, and the block of the keystream that they are at.
    taken: u64,
    block: [u32; 16],
}

impl Samples {
    /// For block `b`, stream id `2 + b`.
    pub(super) fn of(key: &Key, b: u64) -> Self {
        Samples::new(key, 2 + b)
    }

    /// From word 0 of a stream on.
    pub(super) fn new(key: &Key, id: u64) -> Self {
        Samples {
            key: *key,
            id,
            taken: 0,
            block: [0; 16],
        }
    }

    /// The next word.
    pub(super) fn word(&mut self) -> u32 {
        let (block, place) = (self.taken / 16, self.taken % 16);
        if place == 0 {
            self.block = words::keystream(&self.key, self.id, block);
        }
        self.taken += 1;
        self.block[place as usize]
    }

    /// The next two words, low half first.
    pub(super) fn two_words(&mut self) -> u64 {
        u64::from(self.word()) | u64::from(self.word()) << 32
    }
}

impl TryRng for Samples {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.two_words())
    }

    /// As many words as hold the bytes; the rest of the last one is left.
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for bytes in bytes.chunks_mut(4) {
            bytes.copy_from_slice(&self.word().to_le_bytes()[..bytes.len()]);
        }
        Ok(())
    }
}
