//! Products of the rows of a matrix, or of the columns of a tall one.

use ndarray::ArrayViewD;

use super::report::Test;
use crate::engine::Element;
use crate::law::Frames;
use crate::num::float::wide;

/// Rows that are multiplied with all at a time.
const HELD_ROWS: usize = 64;

/// Multiplications that a check may take; of larger matrices, the products of as many rows,
/// spread evenly, with all.
const WORK: u64 = 1 << 36;

/// Matrices in the direction in which there are no more rows than columns.
struct Wide<'a> {
    frames: &'a Frames,
    is_wide: bool,
    rows: u64,
    columns: u64,
}

impl Wide<'_> {
    fn new(frames: &Frames) -> Wide<'_> {
        let (rows, columns) = (frames.rows, frames.columns);
        Wide {
            frames,
            is_wide: rows <= columns,
            rows: rows.min(columns),
            columns: rows.max(columns),
        }
    }

    /// The numbers of an element's matrix, row and column; `None` for one that is 0 by its index.
    fn at(&self, index: u64) -> Option<(u64, u64, u64)> {
        let at = self.frames.at(index)?;
        Some(if self.is_wide {
            (at.matrix, at.row, at.column)
        } else {
            (at.matrix, at.column, at.row)
        })
    }
}

/// The tests of a law of orthogonal matrices times `gain`.
pub(super) fn tests<F: Element>(
    frames: &Frames,
    gain: f64,
    array: &ArrayViewD<'_, F>,
) -> Vec<Test> {
    let matrices = Wide::new(frames);
    let number = |value: &F| wide(*value);
    let [mut infinite, mut wrong, mut sum, mut outside] = [0.0; 4];
    let end = gain + F::spacing(gain);
    for (index, value) in (0..).zip(array) {
        let value = number(value);
        if !value.is_finite() {
            infinite += 1.0;
        } else if matrices.at(index).is_some() {
            sum += value / gain;
            outside += f64::from(u8::from(value.abs() > end));
        } else if value != 0.0 {
            wrong += 1.0;
        }
    }
    let (rows, columns) = (matrices.rows as f64, matrices.columns as f64);
    let batches = frames.count() as f64;
    // The sum over a matrix is an entry of a random orthogonal matrix times the root of their
    // number, whose moments are at most those of a normal value of variance 1 / columns.
    let z = sum / (rows * batches).sqrt();
    let mut tests = vec![
        Test::exact("finite", infinite, infinite == 0.0),
        Test::exact("support", outside, outside == 0.0),
        Test::chance("mean", z, (2.0 * libm::exp(-0.5 * z * z)).min(1.0)),
    ];
    if frames.is_padded() {
        tests.push(Test::exact("values", wrong, wrong == 0.0));
    }
    // Rounding the entries moves a product by at most twice half an epsilon of the lengths, and
    // making the matrix in f32 by some more.
    let epsilon = F::spacing(1.0);
    let made = f64::from(f32::EPSILON).min(epsilon);
    let bound = epsilon + 4.0 * columns.sqrt() * (made + F::spacing(0.0) / gain);
    let (defect, is_whole) = if infinite == 0.0 {
        defect(&matrices, gain, array)
    } else {
        (f64::NAN, true)
    };
    let test = Test::exact("orthogonality", defect, defect <= bound);
    tests.push(if is_whole {
        test
    } else {
        test.note("64 rows with all")
    });
    tests.extend(
        ["variance", "kurtosis", "distribution", "correlation"]
            .map(|name| Test::not_known(name, "values are not independent")),
    );
    tests
}

/// The largest entry of Q Q' / gain^2 - 1, and whether all were computed. Every matrix is gathered
/// once; where flat order is not matrix by matrix, all are at once.
fn defect<F: Element>(matrices: &Wide<'_>, gain: f64, array: &ArrayViewD<'_, F>) -> (f64, bool) {
    let (rows, columns) = (matrices.rows as usize, matrices.columns as usize);
    let batches = matrices.frames.count() as usize;
    let is_whole = (array.len() as u64).saturating_mul(matrices.rows) <= WORK;
    let width = rows.min(HELD_ROWS);
    let stride = if is_whole { 1 } else { rows / width };
    let hands = if is_whole { rows.div_ceil(width) } else { 1 };
    let together = if matrices.frames.is_one_by_one() {
        1
    } else {
        batches
    };
    let mut gathered = vec![F::zero(); together * rows * columns];
    let mut held = vec![0.0_f64; columns * width];
    let mut products = vec![0.0_f64; width];
    let number = |value: &F| wide(*value) / gain;
    let mut largest = 0.0_f64;
    let mut elements = (0..).zip(array);
    for batch in (0..batches).step_by(together) {
        for (index, value) in elements.by_ref().take(array.len() / batches * together) {
            if let Some((matrix, row, column)) = matrices.at(index) {
                let row = (matrix as usize - batch) * rows + row as usize;
                gathered[row * columns + column as usize] = *value;
            }
        }
        for matrix in gathered.chunks_exact(rows * columns) {
            for first in (0..hands).map(|number| number * width) {
                // The last hand may have fewer rows.
                let hand = (first..rows).step_by(stride).take(width);
                for (number_in_hand, row) in hand.clone().enumerate() {
                    let row = &matrix[row * columns..][..columns];
                    for (value, held) in row.iter().zip(held.chunks_exact_mut(width)) {
                        held[number_in_hand] = number(value);
                    }
                }
                for (row, values) in matrix.chunks_exact(columns).enumerate() {
                    products.fill(0.0);
                    for (value, held) in values.iter().zip(held.chunks_exact(width)) {
                        let value = number(value);
                        for (product, held) in products.iter_mut().zip(held) {
                            *product += value * held;
                        }
                    }
                    for (own, product) in hand.clone().zip(&products) {
                        let one = if own == row { 1.0 } else { 0.0 };
                        largest = largest.max((product - one).abs());
                    }
                }
            }
        }
    }
    (largest, is_whole)
}
