//! All words of 32 bits, in parts.

/// Words in a part.
pub const LEN: usize = 4096;
const PARTS: u64 = (1 << 32) / LEN as u64;

/// The numbers of every `stride`th part and, unless that is all of them, of those where exponents,
/// quarters and branches change.
pub fn numbers(stride: u64) -> Vec<u64> {
    let mut numbers: Vec<u64> = (0..PARTS).step_by(stride as usize).collect();
    if stride > 1 {
        for place in (0..20).flat_map(|j| [1_u64 << j, 3 << j]) {
            for near in [place - 1, place] {
                numbers.extend([near % PARTS, PARTS - 1 - near % PARTS]);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
    }
    numbers
}

/// The words of a part, in order.
pub fn words(number: u64, out: &mut [u32; LEN]) {
    for (out, word) in out.iter_mut().zip(number * LEN as u64..) {
        *out = word as u32;
    }
}

/// Floats whose bits differ.
pub fn differ_f32(a: &[f32], b: &[f32]) -> u64 {
    let pairs = a.iter().zip(b);
    pairs
        .map(|(a, b)| u64::from(a.to_bits() != b.to_bits()))
        .sum()
}

pub fn differ_f64(a: &[f64], b: &[f64]) -> u64 {
    let pairs = a.iter().zip(b);
    pairs
        .map(|(a, b)| u64::from(a.to_bits() != b.to_bits()))
        .sum()
}
