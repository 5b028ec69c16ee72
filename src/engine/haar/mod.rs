//! Matrices with orthonormal columns, or rows, of Haar's law: uniform on all of them.
//!
//! `docs/stream.md` specifies them, under "Orthogonal matrices"; `engine/reference/orthogonal.rs` is
//! that section in scalar code. The method is Stewart's (G. W. Stewart, "The efficient generation of random
//! orthogonal matrices with an application to condition estimators", SIAM J. Numer. Anal. 17,
//! 1980): with reflections `H_i` from normal vectors, which shrink by an element from one to the
//! next,
//!
//! ```text
//! Q = H_1 H_2 ... H_n E D,    H_i = 1 - v_i v_i',    |v_i|^2 = 2
//! ```
//!
//! where `E` is the first `n` columns of the identity of size `m >= n`, and `D` a diagonal of signs.
//! A wide matrix is the transpose of a tall one.
//!
//! # Why it is Haar's law
//!
//! Let `x` be the normal vector of length `m` for the first reflection, `s` the sign of its first
//! element, and `e` the first unit vector. `v` has the direction of `x + s |x| e`, where nothing
//! cancels. So `H_1 x = -s |x| e`, and, as `H_1` is its own inverse, `H_1 e = -s x / |x|`. The first
//! column of `Q` is `d_1 H_1 e`, and with `d_1 = -s` it is `x / |x|`: uniform on the sphere. The
//! other columns are `H_1` applied to those of `0` above `Q'`, where `Q'` is the same construction,
//! smaller by one row and column, from draws that are independent of `x`. By induction `Q'` is
//! Haar distributed; `H_1` without its first column is an orthonormal basis of what is orthogonal
//! to `x`; so, given the first column, the others are a uniformly distributed frame in its
//! complement. That is Haar's law, for `m > n` as well as for `m = n`. A vector of length 1, the last
//! of a square matrix, needs no reflection: its column is its sign, `d_n = s`.
//!
//! Without `D`, the first element would never be positive. With `D = 1` and `v` from `x - |x| e`
//! the law would be right as well, but near `x = |x| e` a small change of `x` would turn `v` around,
//! and the `f64` matrix would not refine that of `f32`.
//!
//! # How it is computed
//!
//! Reflections in bundles of 64, `H_a ... H_b = 1 - V (1 + S)^-1 V'` with `S` what is above the
//! diagonal of `V' V` (C. Puglisi, "Modification of the Householder method based on the compact WY
//! representation", SIAM J. Sci. Stat. Comput. 13, 1992): with vectors of length `sqrt(2)` there are
//! no other factors. Columns are independent of each other. So the matrix is made in strips of
//! 32 columns, each of which begins as signs on the diagonal and passes through the bundles
//! from its own to the first: about `2 n^2 (m - n / 3)` operations for all, and no strip waits
//! for another.
//!
//! | file | |
//! |---|---|
//! | `reflectors.rs` | draws to bundles of vectors |
//! | `sizes.rs` | the lengths of bundles, strips and rows |
//! | `kernel.rs` | the products |
//! | `accumulate.rs` | bundles to the matrix |

mod accumulate;
mod kernel;
#[cfg(test)]
mod reference;
mod reflectors;
mod sizes;
#[cfg(test)]
mod tests;

pub(super) use accumulate::{fill_orthogonal, needed_beside, threads};
pub(super) use kernel::Products;
pub(super) use sizes::SPREAD;
