//! An allocator that counts, and refuses what is beyond a limit.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use cap::Cap;
use peak_alloc::PeakAlloc;

/// What all arrays of a case are far below, and what a tensor beyond memory is beyond.
const LIMIT: usize = 1 << 30;

static COUNTED: PeakAlloc = PeakAlloc;

#[global_allocator]
static ALLOCATOR: Cap<PeakAlloc> = Cap::new(PeakAlloc, LIMIT);

/// The most bytes that were in use at once in any run of [`peak`].
static MOST: AtomicUsize = AtomicUsize::new(0);

/// Runs it: its result, and the most bytes that were in use at once meanwhile above what was before.
pub(crate) fn peak<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = COUNTED.current_usage();
    COUNTED.reset_peak_usage();
    let result = run();
    let most = COUNTED.peak_usage();
    MOST.fetch_max(most, Relaxed);
    (result, most.saturating_sub(before))
}

/// The most bytes that were in use at once in any draw so far.
pub(crate) fn most() -> usize {
    MOST.load(Relaxed)
}
