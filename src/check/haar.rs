//! The law of the entries of random orthogonal matrices: bounds that hold for Haar's law, of every size.
//!
//! A matrix has `r` rows of length `c >= r`, and is the first `r` rows of one of `O(c)`.

use super::copies;
use super::report::TestResult;
use crate::engine::Element;
use crate::law::Frames;

/// What there is to know of the entries of all matrices, divided by the gain.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    pub(super) sum: f64,
    /// The sum of sizes.
    pub(super) sizes: f64,
    pub(super) largest: f64,
    /// Over all matrices together.
    pub(super) trace: f64,
    /// A hash of the sizes in the first row of every matrix.
    pub(super) first_rows: Vec<u64>,
}

/// The numbers of rows, columns and matrices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) rows: f64,
    pub(super) columns: f64,
    pub(super) batches: f64,
}

/// At most this is the chance of a sum whose moments are at most those of a normal one of that
/// variance.
fn below_normal(sum: f64, variance: f64) -> f64 {
    (2.0 * libm::exp(-0.5 * sum * sum / variance)).min(1.0)
}

/// The mean size of an entry, times the root of `columns`.
fn mean_size(columns: f64) -> f64 {
    let log = libm::lgamma(columns / 2.0) - libm::lgamma(columns / 2.0 + 0.5);
    (columns / std::f64::consts::PI).sqrt() * libm::exp(log)
}

/// The tests of the entries.
pub(super) fn tests<F: Element>(sizes: Sizes, gain: f64, entries: &mut Entries) -> Vec<TestResult> {
    let Sizes {
        rows,
        columns,
        batches,
    } = sizes;
    let epsilon = F::spacing(1.0);
    // The sum over a matrix is an entry of a random orthogonal matrix times the root of the number of
    // entries, whose moments are at most those of a normal value of variance 1 / columns.
    let z = entries.sum / (rows * batches).sqrt();
    let mean = TestResult::chance("mean", z, below_normal(z, 1.0));

    // An entry of size t or more has at most the chance (1 - t^2)^((c - 1) / 2): its square has Beta's
    // law of 1/2 and (c - 1) / 2, above which that of 1 and (c - 1) / 2 is.
    let largest = (entries.largest - 2.0 * epsilon).max(0.0);
    let beyond = (1.0 - largest * largest).max(0.0);
    let one = libm::pow(beyond, (columns - 1.0) / 2.0);
    let chance = (rows * columns * batches * one).min(1.0);
    let extremes = TestResult::chance("extremes", entries.largest * columns.sqrt(), chance);

    // The mean of sizes, times the root of c, changes by at most (r b)^(-1/2) of the distance of two
    // arrays of matrices. The group SO(c) has the curvature (c - 2) / 4, and so has the product of
    // several: the mean has the tails of a normal value (M. Ledoux, "The concentration of measure
    // phenomenon", 2001; of these groups: E. Meckes, "Concentration of measure and the compact classical
    // matrix groups", 2014). O(c) is two of it, of the same mean.
    let size = entries.sizes / (rows * columns * batches) * columns.sqrt();
    let slack = epsilon * epsilon + F::spacing(0.0) / gain * columns.sqrt() + 1e-6;
    let far = ((size - mean_size(columns)).abs() - slack).max(0.0);
    let certainty = (columns - 2.0).max(0.0) * rows * batches / 4.0;
    let chance = if certainty > 0.0 {
        below_normal(far, 1.0 / certainty)
    } else {
        1.0
    };
    let entry = TestResult::chance("entries", size, chance);

    // For O(c), the moments of the trace are numbers of invariants, at most those of a standard normal
    // value. For fewer rows there are two bounds: the integral of exp(t trace) is the hypergeometric
    // function 0F1(c / 2; t^2 / 4) of r ones (A. T. James, "Distributions of matrix variates and latent
    // roots derived from normal samples", Ann. Math. Statist. 35, 1964; D. St. P. Richards, Symmetry 3,
    // 2011), whose terms are at most those for a normal value of variance r / (c - r + 1); and that of the
    // curvature.
    let one = if rows == columns {
        1.0
    } else {
        let curvature = if columns > 2.0 {
            4.0 * rows / (columns - 2.0)
        } else {
            f64::INFINITY
        };
        (rows / (columns - rows + 1.0)).min(curvature)
    };
    let variance = one * batches;
    let z = entries.trace / variance.sqrt();
    let trace = TestResult::chance("trace", z, below_normal(z, 1.0));

    let copies = if batches < 2.0 {
        TestResult::not_known("copies", "one matrix")
    } else {
        let twice = copies::equal(&mut entries.first_rows);
        let p = if twice == 0 {
            1.0
        } else {
            (0.5 * batches * batches * equal_rows(columns, epsilon)).min(1.0)
        };
        TestResult::chance("copies", twice as f64, p)
    };
    vec![mean, extremes, entry, trace, copies]
}

/// At most this is the chance that two rows agree but for signs: the density of the first half of a
/// row is at most (c / 2 pi)^(k / 2), for `k` of them.
fn equal_rows(columns: f64, epsilon: f64) -> f64 {
    let half = (columns / 2.0).floor();
    let one = 2.0 * epsilon * (columns / (2.0 * std::f64::consts::PI)).sqrt();
    libm::pow(one.min(1.0), half)
}

/// The same for the matrices of a law.
pub(super) fn chance_of_equal_rows<F: Element>(frames: &Frames) -> f64 {
    equal_rows(frames.rows.max(frames.columns) as f64, F::spacing(1.0))
}

impl Entries {
    /// Adds an entry; `row` and `column` count those of the matrix in its wide direction.
    #[inline]
    pub(super) fn add(&mut self, matrix: usize, row: usize, column: usize, value: f64) {
        let size = value.abs();
        self.sum += value;
        self.sizes += size;
        self.largest = self.largest.max(size);
        if row == column {
            self.trace += value;
        }
        if row == 0 {
            if let Some(hash) = self.first_rows.get_mut(matrix) {
                let bits = size.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let place = (column as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let place = (place ^ (place >> 31)) | 1;
                *hash = hash.wrapping_add((bits ^ (bits >> 32)).wrapping_mul(place));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::mean_size;
    use approx::assert_relative_eq;

    #[test]
    fn mean_sizes() {
        // On the circle 2 / pi, on the sphere 1/2; of many columns that of a normal value.
        assert_relative_eq!(
            mean_size(2.0),
            2.0_f64.sqrt() * 2.0 / std::f64::consts::PI,
            max_relative = 1e-12
        );
        assert_relative_eq!(mean_size(3.0), 3.0_f64.sqrt() / 2.0, max_relative = 1e-12);
        assert_relative_eq!(
            mean_size(1e9),
            (2.0 / std::f64::consts::PI).sqrt(),
            max_relative = 1e-6
        );
    }
}
