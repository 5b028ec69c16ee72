//! Stretches of values that occur twice, or again with the opposite sign, at any distance.
//!
//! A window of a few values gets a hash of 64 bits, the same wherever it lies. In a large array, windows are
//! chosen by their first two values, so that a stretch and its copy have the same ones chosen.

use super::lanes;
use super::model::Model;
use super::report::TestResult;
use crate::engine::Element;

/// Windows that are kept, about.
const KEPT: usize = 1 << 16;

/// A window is at most 2 to this power long.
const MOST_LEVELS: u32 = 6;

/// An odd number without a pattern.
const FACTOR: u64 = 0xd6e8_feb8_6659_fd93;

/// How windows are hashed, and which are kept.
pub(super) struct Windows {
    levels: u32,
    /// What chooses a window is at most this.
    most: u32,
    /// At most this is the chance that two windows anywhere are equal.
    chance: f64,
}

/// The windows of a stretch of the array.
pub(super) struct Kept {
    hashes: Vec<u64>,
    seen: u64,
    /// The mixed bits of values, of which the last windows are not complete yet.
    mixed: Vec<u32>,
    places: Vec<u32>,
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
        let levels = (1..=MOST_LEVELS)
            .find(|&levels| of(levels) < 1e-13)
            .ok_or("the numbers of this element type are few")?;
        if len < 2 << levels {
            return Err("too few values");
        }
        let share = KEPT as f64 / len as f64;
        Ok(Windows {
            levels,
            // Saturates.
            most: (share * 4_294_967_296.0) as u32,
            chance: of(levels),
        })
    }

    pub(super) fn kept(&self) -> Kept {
        Kept {
            hashes: Vec::new(),
            seen: 0,
            mixed: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Adds what comes next, by the mixed bits of values.
    pub(super) fn add(&self, next: &[u32], kept: &mut Kept) {
        let Kept {
            hashes,
            seen,
            mixed,
            places,
        } = kept;
        mixed.extend_from_slice(next);
        let rest = (1_usize << self.levels) - 1;
        let Some(whole) = mixed.len().checked_sub(rest) else {
            return;
        };
        *seen += whole as u64;
        places.clear();
        // A window has two values at least.
        lanes::choose(&mixed[..=whole], self.most, places);
        // More are kept of an array that has few different ones, and then some of them tell.
        let room = (8 * KEPT).saturating_sub(hashes.len());
        hashes.extend(places.iter().take(room).map(|&place| {
            let window = &mixed[place as usize..][..=rest];
            (window.iter()).fold(0, |hash: u64, &value| {
                hash.wrapping_mul(FACTOR).wrapping_add(u64::from(value))
            })
        }));
        mixed.drain(..whole);
    }

    /// What the windows of all stretches say.
    pub(super) fn test<'a>(&self, stretches: impl IntoIterator<Item = &'a Kept>) -> TestResult {
        let (mut hashes, mut seen) = (Vec::new(), 0);
        for kept in stretches {
            hashes.extend_from_slice(&kept.hashes);
            seen += kept.seen;
        }
        let looked_at = hashes.len() as u64;
        let twice = equal(&mut hashes);
        let p = if twice == 0 { 1.0 } else { self.chance };
        let share = twice as f64 / looked_at.max(1) as f64;
        let test = TestResult::chance("copies", share, p);
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
