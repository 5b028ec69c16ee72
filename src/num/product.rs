//! Products of the rows of a matrix with each other.
//!
//! Rows are held in panels of [`PANEL`]: a panel has the elements of one column together. So the
//! innermost loop takes one element of each of four rows and two vectors of the other panel, and stores
//! nothing.

use num_traits::Float;

use super::dispatch::{dispatched, vector_len};

/// Rows of a panel.
pub(crate) const PANEL: usize = 64;

/// Rows whose sums are held together.
pub(crate) const ROWS: usize = 4;

/// Columns whose products are summed separately: they stay in the first cache for all rows, and
/// short sums lose less. That of a drawn matrix is part of the specification.
const COLUMNS: usize = 64;

/// A type that products are computed in.
pub trait Product: Float + Send + Sync {
    /// `out = a b'`, for two panels of as many columns. Rows of `out` are [`PANEL`] long.
    fn products(a: &[Self], b: &[Self], out: &mut [Self]);
}

macro_rules! product {
    ($float:ty: $name:ident) => {
        impl Product for $float {
            fn products(a: &[$float], b: &[$float], out: &mut [$float]) {
                $name(a, b, out);
            }
        }

        dispatched! {
            fn $name(a: &[$float], b: &[$float], out: &mut [$float]) {
                const N: usize = 2 * vector_len!($float);
                dots::<$float, N, PANEL>(PANEL, a, b, out, false);
            }
        }
    };
}

product!(f32: products_f32);
product!(f64: products_f64);

/// `out = a' b` for rows of [`PANEL`] and of `WIDTH`, of which `out` has `len`; of a Gram matrix, those pieces
/// that reach above the diagonal. A piece is [`ROWS`] rows of `N` columns: its size changes no bit.
#[inline(always)]
pub(crate) fn dots<F: Float, const N: usize, const WIDTH: usize>(
    len: usize,
    a: &[F],
    b: &[F],
    out: &mut [F],
    is_gram: bool,
) {
    out.fill(F::zero());
    for (a, b) in a.chunks(COLUMNS * PANEL).zip(b.chunks(COLUMNS * WIDTH)) {
        let pieces = (out.chunks_exact_mut(ROWS * WIDTH)).take(len.div_ceil(ROWS));
        for (row, out) in (0..).step_by(ROWS).zip(pieces) {
            for at in (0..WIDTH).step_by(N) {
                if is_gram && at + N <= row {
                    continue;
                }
                let mut sums = [[F::zero(); N]; ROWS];
                for (a, b) in a.chunks_exact(PANEL).zip(b.chunks_exact(WIDTH)) {
                    let [a0, a1, a2, a3] = part(a, row);
                    let b = part(b, at);
                    // Written out: of a loop the compiler would make vectors across the rows.
                    add_product(&mut sums[0], a0, &b);
                    add_product(&mut sums[1], a1, &b);
                    add_product(&mut sums[2], a2, &b);
                    add_product(&mut sums[3], a3, &b);
                }
                for (out, sums) in out.chunks_exact_mut(WIDTH).zip(&sums) {
                    for (out, sum) in out[at..at + N].iter_mut().zip(sums) {
                        *out = *out + *sum;
                    }
                }
            }
        }
    }
}

/// `N` elements of a slice, from `at` on.
#[inline(always)]
pub(crate) fn part<F: Float, const N: usize>(slice: &[F], at: usize) -> [F; N] {
    let mut part = [F::zero(); N];
    part.copy_from_slice(&slice[at..at + N]);
    part
}

#[inline(always)]
pub(crate) fn add_product<F: Float, const N: usize>(sums: &mut [F; N], factor: F, row: &[F; N]) {
    for j in 0..N {
        sums[j] = sums[j] + factor * row[j];
    }
}
