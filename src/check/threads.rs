//! Tasks on threads, whose results come in order: what is made of them does not depend on how many
//! threads there are.

/// The results of the tasks `0..count`.
pub(super) fn map<R: Send>(count: usize, task: impl Fn(usize) -> R + Sync) -> Vec<R> {
    #[cfg(feature = "parallel")]
    {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        if count > 1 {
            return (0..count)
                .into_par_iter()
                .with_max_len(1)
                .map(&task)
                .collect();
        }
    }
    (0..count).map(task).collect()
}

/// The piece of that number of `0..len`, which is cut into `count` nearly equal ones.
pub(super) fn piece(len: usize, count: usize, number: usize) -> std::ops::Range<usize> {
    let at = |number: usize| (len as u128 * number as u128 / count as u128) as usize;
    at(number)..at(number + 1)
}
