//! From blocks of reflectors to the matrix.

use ndarray::{ArrayViewMut2, Axis};

use super::{BLOCK, PANEL, TILE, reflectors::Reflectors};
use crate::engine::Draw;

/// Fills `view` with `finish` of the elements of a matrix that is uniformly distributed on those
/// with orthonormal columns, or on those with orthonormal rows if it is wider than high; if it is
/// square, on all of `O(n)`.
///
/// `normals(start, out)` reads standard normal draws from a position on. Positions are below the
/// number of elements, so that another matrix may begin there.
///
/// Beside the matrix this takes memory for the reflectors: half of a square matrix, nearly all
/// of one that is much higher than wide, and 64 columns of one that has fewer.
pub(crate) fn fill<D: Draw, F: Send>(
    view: ArrayViewMut2<'_, F>,
    normals: impl Fn(u64, &mut [D]) + Sync,
    finish: impl Fn(D) -> F + Sync,
) {
    let mut view = if view.nrows() < view.ncols() {
        view.reversed_axes()
    } else {
        view
    };
    let (rows, columns) = view.dim();
    let blocks: Vec<Reflectors<D>> = map((0..columns).step_by(BLOCK).collect(), |first| {
        Reflectors::new(first, (rows, columns), &normals)
    });
    // Every panel goes through the blocks by itself, from its own block to the first, and so the
    // last has most to do: it comes first.
    let panels = view.axis_chunks_iter_mut(Axis(1), PANEL);
    map(panels.enumerate().rev().collect(), |(number, mut out)| {
        let panel = accumulate(&blocks, number * PANEL, rows);
        for (row, mut out) in panel.chunks_exact(PANEL).zip(out.rows_mut()) {
            for (x, out) in row.iter().zip(&mut out) {
                *out = finish(*x);
            }
        }
    });
}

/// How many elements of memory [`fill`] takes beside the matrix: all reflectors, the draws of one
/// block and one panel. (Each thread more has a block's draws and a panel of its own.) `None` if that
/// is more than can be counted.
pub(crate) fn beside(rows: u64, columns: u64) -> Option<u64> {
    let (rows, columns) = (u128::from(rows.max(columns)), u128::from(rows.min(columns)));
    let (block, panel) = (BLOCK as u128, PANEL as u128);
    let height = rows.next_multiple_of(TILE as u128);
    let blocks = columns.div_ceil(block);
    // Each block is lower than the one before by its length, a multiple of a tile.
    let lower = block * (blocks * blocks.saturating_sub(1) / 2);
    let reflectors = (blocks * height - lower) * block + blocks * block * (block + 1);
    let made = height * panel + block * panel + rows;
    u64::try_from(reflectors + made).ok()
}

/// The columns from `start` on, as rows of `PANEL`; of the last columns, some may be zero.
fn accumulate<D: Draw>(blocks: &[Reflectors<D>], start: usize, rows: usize) -> Vec<D> {
    let mut panel = vec![D::zero(); rows.next_multiple_of(TILE) * PANEL];
    let mut w = vec![D::zero(); BLOCK * PANEL];
    let own = start / BLOCK;
    for (number, block) in blocks.iter().enumerate().take(own + 1).rev() {
        let c = &mut panel[block.first * PANEL..];
        let mut seen = block.v.len() / BLOCK;
        if number == own {
            for (j, sign) in block.signs[start - block.first..]
                .iter()
                .enumerate()
                .take(PANEL)
            {
                if let Some(element) = c.get_mut((start - block.first + j) * PANEL + j) {
                    *element = *sign;
                }
            }
            // Below there are zeros still.
            seen = seen.min(BLOCK);
        }
        D::dots(
            block.len,
            &block.v[..seen * BLOCK],
            &c[..seen * PANEL],
            &mut w,
        );
        D::solve(block.len, &block.gram, &mut w);
        D::update(block.len, &block.v, &w, c);
    }
    panel
}

/// The results of all tasks, which are spread over threads one by one.
fn map<T: Send, R: Send>(tasks: Vec<T>, f: impl Fn(T) -> R + Sync) -> Vec<R> {
    #[cfg(feature = "parallel")]
    {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        tasks.into_par_iter().with_max_len(1).map(&f).collect()
    }
    #[cfg(not(feature = "parallel"))]
    tasks.into_iter().map(f).collect()
}
