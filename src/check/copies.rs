//! Stretches of values that are there twice, or with the other sign, at any distance.
//!
//! A window of a few values gets a hash of 64 bits, the same wherever it lies. Of a large array, those
//! with the least hashes are kept: of a stretch and its copy, the same ones.

use super::lanes;
use super::model::Model;
use super::report::Test;
use crate::engine::Element;

/// Windows that are kept, about.
const KEPT: usize = 1 << 16;

/// A window is at most 2 to this power long.
const MOST_LEVELS: u32 = 6;

/// Odd numbers without a pattern.
const FACTORS: [u64; MOST_LEVELS as usize + 1] = [
    0xd6e8_feb8_6659_fd93,
    0xa076_1d64_78bd_642f,
    0xe703_7ed1_a0b4_28db,
    0x8ebc_6af0_9c88_c6e3,
    0x5899_65cc_7537_4cc3,
    0x1d8e_4e27_c47d_124f,
    0x9fb2_1c65_1e98_df25,
];

/// How windows are hashed, and which are kept.
pub(super) struct Windows {
    levels: u32,
    /// Hashes up to this are kept.
    most: u64,
    /// At most this is the chance that two windows anywhere are equal.
    chance: f64,
}

/// The windows of a stretch of the array.
pub(super) struct Kept {
    hashes: Vec<u64>,
    seen: u64,
    /// Values whose windows are not complete yet.
    carry: Vec<u64>,
    made: Vec<u64>,
}

/// The chance that two stretches of `len` values agree but for signs, of any of `count`.
pub(super) fn chance(count: f64, commonest: f64, len: f64) -> f64 {
    (0.5 * count * count * libm::pow((2.0 * commonest).min(1.0), len)).min(1.0)
}

impl Windows {
    /// For about `len` values; the error says why they cannot be compared.
    pub(super) fn new<F: Element>(model: &Model, len: usize) -> Result<Self, &'static str> {
        let commonest = model.commonest::<F>().ok_or("of this law")?;
        let of = |levels: u32| chance(len as f64, commonest, f64::from(1_u32 << levels));
        let levels = (0..=MOST_LEVELS)
            .find(|&levels| of(levels) < 1e-13)
            .ok_or("the numbers of this element type are few")?;
        if len < 2 << levels {
            return Err("too few values");
        }
        let share = KEPT as f64 / len as f64;
        Ok(Windows {
            levels,
            // Saturates.
            most: (share * 18_446_744_073_709_551_616.0) as u64,
            chance: of(levels),
        })
    }

    pub(super) fn kept(&self) -> Kept {
        Kept {
            hashes: Vec::new(),
            seen: 0,
            carry: Vec::new(),
            made: Vec::new(),
        }
    }

    /// Adds what comes next, by the mixed bits of values.
    pub(super) fn add(&self, mixed: &[u64], kept: &mut Kept) {
        let Kept {
            hashes,
            seen,
            carry,
            made,
        } = kept;
        carry.extend_from_slice(mixed);
        let len = 1_usize << self.levels;
        let next = carry[carry.len().saturating_sub(len - 1)..].to_vec();
        for level in 0..self.levels {
            lanes::double(carry, 1 << level, FACTORS[level as usize], made);
            std::mem::swap(carry, made);
        }
        *seen += carry.len() as u64;
        // More are kept of an array that has few different ones, and then some of them tell.
        let room = (8 * KEPT).saturating_sub(hashes.len());
        let last = FACTORS[MOST_LEVELS as usize];
        let least = carry.iter().map(|hash| hash.wrapping_mul(last));
        hashes.extend(least.filter(|&hash| hash <= self.most).take(room));
        *carry = next;
    }

    /// What the windows of all stretches say.
    pub(super) fn test(&self, stretches: impl IntoIterator<Item = Kept>) -> Test {
        let (mut hashes, mut seen) = (Vec::new(), 0);
        for kept in stretches {
            hashes.extend(kept.hashes);
            seen += kept.seen;
        }
        let looked_at = hashes.len() as u64;
        let twice = equal(&mut hashes);
        let p = if twice == 0 { 1.0 } else { self.chance };
        let share = twice as f64 / looked_at.max(1) as f64;
        let test = Test::chance("copies", share, p);
        if looked_at < seen {
            test.note(format!("{looked_at} of {seen} stretches"))
        } else {
            test
        }
    }
}

/// How many of them equal another that comes before, in whatever order.
pub(super) fn equal(hashes: &mut [u64]) -> usize {
    hashes.sort_unstable();
    hashes.windows(2).filter(|pair| pair[0] == pair[1]).count()
}
