//! The products that take most of the time: plain loops over pieces that the compiler keeps in
//! registers.
//!
//! A piece is [`ROWS`] rows of as many columns as two vector registers hold. Its size is that of the
//! machine and changes no bit: every element is a sum of its own, whose order is fixed.

use num_traits::Float;

use super::sizes::{BUNDLE, ROWS, STRIP};
use crate::num::dispatch::{dispatched, vector_len};
use crate::num::product::{PANEL, add_product, dots, part};

const _: () = assert!(BUNDLE == PANEL);

/// The products in a type that draws are made in.
///
/// Reflectors are the columns of `v`, whose rows are `BUNDLE` long; `len` of them are there, and
/// zeros beyond them up to a multiple of `ROWS`. The number of rows is a multiple of `ROWS`.
pub trait Products: Sized {
    /// `w = v' v` above the diagonal; what is elsewhere has no meaning. `w` has rows of `BUNDLE`.
    fn gram(len: usize, v: &[Self], w: &mut [Self]);

    /// `w = v' c`. Rows of `c` and `w` are `STRIP` long.
    fn dots(len: usize, v: &[Self], c: &[Self], w: &mut [Self]);

    /// `w = x` where `(1 + s) x = w`, for `s` what is above the diagonal of `gram`.
    fn solve(len: usize, gram: &[Self], w: &mut [Self]);

    /// `c = c - v w`.
    fn update(len: usize, v: &[Self], w: &[Self], c: &mut [Self]);
}

macro_rules! products {
    ($float:ty: $gram:ident, $dots:ident, $solve:ident, $update:ident) => {
        impl Products for $float {
            fn gram(len: usize, v: &[$float], w: &mut [$float]) {
                $gram(len, v, w);
            }

            fn dots(len: usize, v: &[$float], c: &[$float], w: &mut [$float]) {
                $dots(len, v, c, w);
            }

            fn solve(len: usize, gram: &[$float], w: &mut [$float]) {
                $solve(len, gram, w);
            }

            fn update(len: usize, v: &[$float], w: &[$float], c: &mut [$float]) {
                $update(len, v, w, c);
            }
        }

        dispatched! {
            fn $gram(len: usize, v: &[$float], w: &mut [$float]) {
                const N: usize = 2 * vector_len!($float);
                dots::<$float, N, BUNDLE>(len, v, v, w, true);
            }

            fn $dots(len: usize, v: &[$float], c: &[$float], w: &mut [$float]) {
                const N: usize = 2 * vector_len!($float);
                dots::<$float, N, STRIP>(len, v, c, w, false);
            }

            fn $solve(len: usize, gram: &[$float], w: &mut [$float]) {
                const N: usize = 2 * vector_len!($float);
                solve::<$float, N>(len, gram, w);
            }

            fn $update(len: usize, v: &[$float], w: &[$float], c: &mut [$float]) {
                const N: usize = 2 * vector_len!($float);
                update::<$float, N>(len, v, w, c);
            }
        }
    };
}

products!(f32: gram_f32, dots_f32, solve_f32, update_f32);
products!(f64: gram_f64, dots_f64, solve_f64, update_f64);

/// Back substitution, the last row first.
#[inline(always)]
fn solve<F: Float, const N: usize>(len: usize, gram: &[F], w: &mut [F]) {
    for row in (0..len).step_by(ROWS).rev() {
        let (rows, below) = w.split_at_mut((row + ROWS) * STRIP);
        let rows = &mut rows[row * STRIP..];
        let below = &below[..len.saturating_sub(row + ROWS) * STRIP];
        let [s0, s1, s2, s3] =
            [0, 1, 2, 3].map(|i| &gram[(row + i) * BUNDLE..(row + i + 1) * BUNDLE]);
        for column in (0..STRIP).step_by(N) {
            let [mut x0, mut x1, mut x2, mut x3] =
                [0, 1, 2, 3].map(|i| part(rows, i * STRIP + column));
            for (k, x) in (row + ROWS..len).zip(below.chunks_exact(STRIP)).rev() {
                let x: [F; N] = part(x, column);
                subtract_product(&mut x0, s0[k], &x);
                subtract_product(&mut x1, s1[k], &x);
                subtract_product(&mut x2, s2[k], &x);
                subtract_product(&mut x3, s3[k], &x);
            }
            subtract_product(&mut x2, s2[row + 3], &x3);
            subtract_product(&mut x1, s1[row + 3], &x3);
            subtract_product(&mut x1, s1[row + 2], &x2);
            subtract_product(&mut x0, s0[row + 3], &x3);
            subtract_product(&mut x0, s0[row + 2], &x2);
            subtract_product(&mut x0, s0[row + 1], &x1);
            for (row, x) in rows.chunks_exact_mut(STRIP).zip([x0, x1, x2, x3]) {
                row[column..column + N].copy_from_slice(&x);
            }
        }
    }
}

/// `c = c - v w`: the sum over the reflectors first, so that one rounding is of the size of `c`.
#[inline(always)]
fn update<F: Float, const N: usize>(len: usize, v: &[F], w: &[F], c: &mut [F]) {
    let pieces = v
        .chunks_exact(ROWS * BUNDLE)
        .zip(c.chunks_exact_mut(ROWS * STRIP));
    for (v, c) in pieces {
        let [v0, v1, v2, v3] = [0, 1, 2, 3].map(|i| &v[i * BUNDLE..(i + 1) * BUNDLE]);
        for column in (0..STRIP).step_by(N) {
            let mut sums = [[F::zero(); N]; ROWS];
            // Side by side, so that no index is checked: that would be a fifth of the instructions.
            let factors = v0.iter().zip(v1).zip(v2).zip(v3).take(len);
            for ((((v0, v1), v2), v3), w) in factors.zip(w.chunks_exact(STRIP)) {
                let w = part(w, column);
                add_product(&mut sums[0], *v0, &w);
                add_product(&mut sums[1], *v1, &w);
                add_product(&mut sums[2], *v2, &w);
                add_product(&mut sums[3], *v3, &w);
            }
            for (c, sums) in c.chunks_exact_mut(STRIP).zip(&sums) {
                for (c, sum) in c[column..column + N].iter_mut().zip(sums) {
                    *c = *c - *sum;
                }
            }
        }
    }
}

#[inline(always)]
fn subtract_product<F: Float, const N: usize>(sums: &mut [F; N], factor: F, row: &[F; N]) {
    for j in 0..N {
        sums[j] = sums[j] - factor * row[j];
    }
}
