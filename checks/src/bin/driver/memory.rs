//! An allocator that counts, and refuses what is beyond a limit.

use cap::Cap;
use peak_alloc::PeakAlloc;

/// What all arrays of a case are far below, and what a tensor beyond memory is beyond.
const LIMIT: usize = 1 << 30;

static COUNTED: PeakAlloc = PeakAlloc;

#[global_allocator]
static ALLOCATOR: Cap<PeakAlloc> = Cap::new(PeakAlloc, LIMIT);

/// Runs it: its result, and the most bytes that were in use at once meanwhile above what was before.
pub(crate) fn peak<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = COUNTED.current_usage();
    COUNTED.reset_peak_usage();
    let result = run();
    (result, COUNTED.peak_usage().saturating_sub(before))
}

/// The most bytes that are known to have been in use at once since [`peak`] last began.
pub(crate) fn most() -> usize {
    COUNTED.peak_usage()
}
