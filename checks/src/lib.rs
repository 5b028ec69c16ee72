//! Code that the programs of this package share, and the programs that use the library's internals:
//! these are built only under `--cfg fanin_checks` (see [`program`]).

pub mod bounds;

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

#[cfg(fanin_checks)]
pub mod maps;
#[cfg(fanin_checks)]
pub mod stages;
#[cfg(fanin_checks)]
pub mod words;

/// The `main` of the program that is the module of that name here.
///
/// Without `--cfg fanin_checks` the library's internals are private. So that the package can be built
/// and linted with everything else, the program then only prints how to run it, and fails.
#[macro_export]
macro_rules! program {
    ($name:ident) => {
        #[cfg(fanin_checks)]
        fn main() -> Result<(), lexopt::Error> {
            $crate::$name::main()
        }

        #[cfg(not(fanin_checks))]
        fn main() -> std::process::ExitCode {
            eprintln!(
                "This program sees inside of the library, which has to be built for it:\n    \
                 ci/with.sh fanin_checks \
                 cargo run --release -p fanin-checks --bin {}",
                stringify!($name)
            );
            std::process::ExitCode::from(2)
        }
    };
}

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

#[cfg(all(doctest, feature = "buffers"))]
#[doc = include_str!("../../docs/buffers.md")]
mod buffers {}
