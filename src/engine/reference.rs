//! The stream as `docs/stream.md` has it, one element at a time: the specification in code, and
//! what the engine is tested against. It reads like the page, and is as slow as it reads.

use chacha20::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use super::map::{radius_f32, radius_f64, sin_cos_f32, sin_cos_f64, uniform_f32, uniform_f64};
use crate::key::Key;

/// Word `n` of block `b` in the stream `id` of a key.
pub(crate) fn word(key: &Key, id: u64, b: u64, n: usize) -> u32 {
    let lane = n % 16;
    let mut keystream = ChaCha8Rng::from_seed(key.to_bytes());
    keystream.set_stream(id);
    keystream.set_block_pos(16 * (b / 4) + lane as u64);
    let keystream: [u32; 16] = std::array::from_fn(|_| keystream.next_u32());

    let seed = 4 * (b % 4) as usize;
    let [mut s0, mut s1, mut s2, mut s3] = [0, 1, 2, 3].map(|word| keystream[seed + word]);
    let mut output = 0;
    for _ in 0..=n / 16 {
        output = s0.wrapping_add(s3).rotate_left(7).wrapping_add(s0);
        let t = s1 << 9;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = s3.rotate_left(11);
    }
    output
}

/// The word of an `f64` draw.
fn wide_word(key: &Key, b: u64, n: usize) -> u64 {
    u64::from(word(key, 0, b, n)) << 32 | u64::from(word(key, 1, b, n))
}

/// The two words that element `n` of a block is made of, and whether it is the sine.
fn pair(n: usize) -> (usize, usize, bool) {
    let (group, place) = (n / 32 * 32, n % 32);
    let radius = group + place % 16;
    (radius, radius + 16, place < 16)
}

/// The standard normal `f32` draw of element `index` of a tensor.
pub(crate) fn normal_f32(key: &Key, index: u64) -> f32 {
    let (b, n) = (index / 2048, (index % 2048) as usize);
    let (radius, angle, sine) = pair(n);
    let (sin, cos) = sin_cos_f32(word(key, 0, b, angle));
    radius_f32(word(key, 0, b, radius)) * if sine { sin } else { cos }
}

/// The standard normal `f64` draw of element `index` of a tensor.
pub(crate) fn normal_f64(key: &Key, index: u64) -> f64 {
    let (b, n) = (index / 2048, (index % 2048) as usize);
    let (radius, angle, sine) = pair(n);
    let (sin, cos) = sin_cos_f64(wide_word(key, b, angle));
    radius_f64(wide_word(key, b, radius)) * if sine { sin } else { cos }
}

/// The uniform `f32` draw of element `index` of a tensor.
pub(crate) fn uniform_draw_f32(key: &Key, index: u64) -> f32 {
    uniform_f32(word(key, 0, index / 2048, (index % 2048) as usize))
}

/// The uniform `f64` draw of element `index` of a tensor.
pub(crate) fn uniform_draw_f64(key: &Key, index: u64) -> f64 {
    uniform_f64(wide_word(key, index / 2048, (index % 2048) as usize))
}
