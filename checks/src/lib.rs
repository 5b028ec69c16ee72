//! What the programs of this package share.

pub mod bounds;

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

/// Runs `work` on `0..total` cut into 64 ranges, on all cores, and merges what it returns, in the
/// order of the ranges.
///
/// # Panics
///
/// If the work does.
pub fn parallel<T: Send>(
    total: u64,
    work: impl Fn(Range<u64>) -> T + Sync,
    mut merge: impl FnMut(&mut T, T),
) -> T {
    const PIECES: u64 = 64;
    let next = AtomicU64::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= PIECES {
                return done;
            }
            let range = cut(total, piece)..cut(total, piece + 1);
            done.push((piece, work(range)));
        }
    };
    fn cut(total: u64, piece: u64) -> u64 {
        (u128::from(total) * u128::from(piece) / u128::from(PIECES)) as u64
    }
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut results = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().expect("a check failed"))
            .collect::<Vec<(u64, T)>>()
    });
    results.sort_by_key(|&(piece, _)| piece);
    results
        .into_iter()
        .map(|(_, result)| result)
        .reduce(|mut all, one| {
            merge(&mut all, one);
            all
        })
        .expect("there are pieces")
}

/// SplitMix64: the `n`th word of one fixed sequence.
pub fn random(n: u64) -> u64 {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
