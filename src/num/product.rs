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
const ROWS: usize = 4;

/// Columns whose products are summed by themselves: they stay in the first cache for all rows, and
/// short sums lose less.
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
                products::<$float, N>(a, b, out);
            }
        }
    };
}

product!(f32: products_f32);
product!(f64: products_f64);

#[inline(always)]
fn products<F: Float, const N: usize>(a: &[F], b: &[F], out: &mut [F]) {
    out.fill(F::zero());
    for (a, b) in a.chunks(COLUMNS * PANEL).zip(b.chunks(COLUMNS * PANEL)) {
        let rows = out.chunks_exact_mut(ROWS * PANEL);
        for (row, out) in (0..).step_by(ROWS).zip(rows) {
            for at in (0..PANEL).step_by(N) {
                let mut sums = [[F::zero(); N]; ROWS];
                for (a, b) in a.chunks_exact(PANEL).zip(b.chunks_exact(PANEL)) {
                    let [a0, a1, a2, a3] = part(a, row);
                    let b = part(b, at);
                    // Written out: of a loop the compiler would make vectors across the rows.
                    add_product(&mut sums[0], a0, &b);
                    add_product(&mut sums[1], a1, &b);
                    add_product(&mut sums[2], a2, &b);
                    add_product(&mut sums[3], a3, &b);
                }
                for (out, sums) in out.chunks_exact_mut(PANEL).zip(&sums) {
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
fn part<F: Float, const N: usize>(slice: &[F], at: usize) -> [F; N] {
    let mut part = [F::zero(); N];
    part.copy_from_slice(&slice[at..at + N]);
    part
}

#[inline(always)]
fn add_product<F: Float, const N: usize>(sums: &mut [F; N], factor: F, row: &[F; N]) {
    for j in 0..N {
        sums[j] = sums[j] + factor * row[j];
    }
}
