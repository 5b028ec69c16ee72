//! From bundles of reflectors to the matrix.

use ndarray::{ArrayViewMut2, Axis};

use super::reflectors::Reflectors;
use super::sizes::{BUNDLE, LINE, ROWS, SMALL, STRIP, pitch};
use crate::engine::element::Draw;

/// Fills `view` with `finish` of the elements of a matrix that is uniformly distributed on those
/// with orthonormal columns, or on those with orthonormal rows if it is wider than high; if it is
/// square, on all of `O(n)`.
///
/// `normals()` gives a function for one thread, which reads standard normal draws from a position on.
/// Positions are below the number of elements, so that another matrix may begin there.
///
/// Beside the matrix this takes memory for the reflectors: half of a square matrix, nearly all
/// of one that is much higher than wide, and 64 columns of one that has fewer.
pub(crate) fn fill_orthogonal<D: Draw, F: Send, N: FnMut(u64, &mut [D])>(
    view: ArrayViewMut2<'_, F>,
    normals: impl Fn() -> N + Sync,
    finish: impl Fn(D) -> F + Sync,
) {
    let mut view = if view.nrows() < view.ncols() {
        view.reversed_axes()
    } else {
        view
    };
    let (rows, columns) = view.dim();
    let alone = rows * columns <= SMALL;
    let firsts = (0..columns).step_by(BUNDLE).collect();
    let bundles: Vec<Reflectors<D>> = map(alone, firsts, |first| {
        Reflectors::new(first, (rows, columns), normals())
    });
    // Every strip goes through the bundles on its own, from its own bundle to the first. The last
    // strip has the most work, so it comes first.
    let strips = view.axis_chunks_iter_mut(Axis(1), STRIP);
    let strips = strips.enumerate().rev().collect();
    map(alone, strips, |(number, mut out)| {
        let strip = accumulate(&bundles, number * STRIP, rows);
        for (row, mut out) in strip.chunks_exact(STRIP).zip(out.rows_mut()) {
            for (x, out) in row.iter().zip(&mut out) {
                *out = finish(*x);
            }
        }
    });
}

/// How many elements of memory [`fill_orthogonal`] takes beside the matrix: all reflectors, and the vectors
/// that are drawn at once and a strip for each of `threads`. `None` if that is more than can be counted.
pub(crate) fn needed_beside(rows: u64, columns: u64, threads: u64) -> Option<u64> {
    let (rows, columns) = (u128::from(rows.max(columns)), u128::from(rows.min(columns)));
    let (bundle, strip) = (BUNDLE as u128, STRIP as u128);
    let height = rows.next_multiple_of(ROWS as u128);
    let bundles = columns.div_ceil(bundle);
    // Each bundle is lower than the one before by its length, a multiple of `ROWS`.
    let lower = bundle * (bundles * bundles.saturating_sub(1) / 2);
    let reflectors = (bundles * height - lower) * bundle + bundles * bundle * (bundle + 1);
    let vectors = match usize::try_from(rows) {
        Ok(rows) => pitch(rows) as u128 * columns.min(LINE as u128),
        Err(_) => return None,
    };
    let made = height * strip + bundle * strip + vectors;
    u64::try_from(reflectors + u128::from(threads) * made).ok()
}

/// The columns from `start` on, as rows of `STRIP`; of the last columns, some may be zero.
fn accumulate<D: Draw>(bundles: &[Reflectors<D>], start: usize, rows: usize) -> Vec<D> {
    let mut strip = vec![D::zero(); rows.next_multiple_of(ROWS) * STRIP];
    let mut w = vec![D::zero(); BUNDLE * STRIP];
    let own = start / BUNDLE;
    for (number, bundle) in bundles.iter().enumerate().take(own + 1).rev() {
        let c = &mut strip[bundle.first * STRIP..];
        let mut seen = bundle.v.len() / BUNDLE;
        if number == own {
            for (j, sign) in bundle.signs[start - bundle.first..]
                .iter()
                .enumerate()
                .take(STRIP)
            {
                if let Some(element) = c.get_mut((start - bundle.first + j) * STRIP + j) {
                    *element = *sign;
                }
            }
            // Below there are zeros still.
            seen = seen.min(BUNDLE);
        }
        D::dots(
            bundle.len,
            &bundle.v[..seen * BUNDLE],
            &c[..seen * STRIP],
            &mut w,
        );
        D::solve(bundle.len, &bundle.gram, &mut w);
        D::update(bundle.len, &bundle.v, &w, c);
    }
    strip
}

/// The number of threads that make a matrix.
pub(crate) fn threads() -> u64 {
    #[cfg(feature = "parallel")]
    return rayon::current_num_threads() as u64;
    #[cfg(not(feature = "parallel"))]
    1
}

/// The results of all tasks, which are spread over threads one by one, or are for one alone.
fn map<T: Send, R: Send>(alone: bool, tasks: Vec<T>, f: impl Fn(T) -> R + Sync) -> Vec<R> {
    #[cfg(feature = "parallel")]
    if !alone {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        return tasks.into_par_iter().with_max_len(1).map(&f).collect();
    }
    #[cfg(not(feature = "parallel"))]
    let _ = alone;
    tasks.into_iter().map(f).collect()
}
