//! Counting errors, on several threads.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The largest error of one function on one range of words, and how the others lie.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    words: u64,
    over_one: u64,
    worst: f64,
    at: u64,
}

impl Tally {
    pub fn add(&mut self, word: u64, ulps: f64) {
        self.words += 1;
        self.over_one += u64::from(ulps > 1.0);
        // Written so that a NaN is the worst of all.
        if !(ulps <= self.worst) {
            (self.worst, self.at) = (ulps, word);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.words += other.words;
        self.over_one += other.over_one;
        if !(other.worst <= self.worst) {
            (self.worst, self.at) = (other.worst, other.at);
        }
    }

    /// One row of a table; `digits` is the width of a word in hexadecimal.
    pub fn print(&self, name: &str, digits: usize) {
        let Self {
            words, worst, at, ..
        } = *self;
        let share = 100.0 * self.over_one as f64 / words as f64;
        println!(
            "| {name} | {words} | {worst:.3} | `{at:#0width$x}` | {share:.3} % |",
            width = digits + 2
        );
    }

    pub fn assert_at_most(&self, bound: f64, name: &str) {
        assert!(
            self.worst <= bound,
            "{name}: {} ULP at {:#x}, bound {bound}",
            self.worst,
            self.at
        );
    }
}

pub fn header(title: &str) {
    println!("\n| {title} | words | largest error, ULP | at word | above 1 ULP |");
    println!("|---|---:|---:|---|---:|");
}

/// Runs `work` on `0..total` cut into 256 ranges, on all cores, and merges what it returns.
pub fn parallel<T: Send>(
    total: u64,
    work: impl Fn(Range<u64>) -> T + Sync,
    merge: impl Fn(&mut T, T),
) -> T {
    const PIECES: u64 = 256;
    let next = AtomicU64::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= PIECES {
                return done;
            }
            done.push(work(total * piece / PIECES..total * (piece + 1) / PIECES));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let results = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().expect("a check failed"))
            .collect::<Vec<T>>()
    });
    results
        .into_iter()
        .reduce(|mut all, one| {
            merge(&mut all, one);
            all
        })
        .expect("there are pieces")
}
