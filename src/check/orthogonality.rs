//! Orthogonal matrices: products of the rows, or of the columns of a tall one.

use ndarray::ArrayViewD;

use super::haar::{self, Entries, Sizes};
use super::read::Values;
use super::report::TestResult;
use super::threads;
use crate::engine::Element;
use crate::law::Frames;
use crate::num::float::wide;
use crate::num::memory::room_for;
use crate::num::product::{PANEL, Product};

/// Multiplications that a check may take; of larger matrices, the products of as many rows as that
/// allows, spread evenly, with all.
const WORK: f64 = (1_u64 << 39) as f64;

/// Matrices of fewer rows are multiplied row by row.
const FEW: usize = 8;

/// Entries of small matrices that are gathered together.
const TOGETHER: usize = 1 << 20;

/// Matrices in the direction in which there are no more rows than columns.
struct Wide<'a> {
    frames: &'a Frames,
    is_wide: bool,
    rows: usize,
    columns: usize,
}

impl Wide<'_> {
    fn new(frames: &Frames) -> Wide<'_> {
        let (rows, columns) = (frames.rows as usize, frames.columns as usize);
        Wide {
            frames,
            is_wide: rows <= columns,
            rows: rows.min(columns),
            columns: rows.max(columns),
        }
    }

    /// The numbers of an element's matrix, row and column; `None` for one that is 0 by its index.
    fn at(&self, index: u64) -> Option<(usize, usize, usize)> {
        let at = self.frames.at(index)?;
        let (matrix, row, column) = (at.matrix as usize, at.row as usize, at.column as usize);
        Some(if self.is_wide {
            (matrix, row, column)
        } else {
            (matrix, column, row)
        })
    }
}

/// Some of the matrices, in panels of rows; or row by row, where these are few.
struct Panels<D> {
    rows: usize,
    columns: usize,
    panels: usize,
    values: Vec<D>,
}

impl<D: Product> Panels<D> {
    /// How many values there are of a matrix.
    fn len_of(rows: usize, columns: usize) -> usize {
        let height = if rows < FEW {
            rows
        } else {
            rows.next_multiple_of(PANEL)
        };
        height.saturating_mul(columns)
    }

    fn new(rows: usize, columns: usize, matrices: usize) -> Self {
        let panels = if rows < FEW { 1 } else { rows.div_ceil(PANEL) };
        Panels {
            rows,
            columns,
            panels,
            values: vec![D::zero(); Self::len_of(rows, columns) * matrices],
        }
    }

    fn set(&mut self, matrix: usize, row: usize, column: usize, value: D) {
        let base = matrix * Self::len_of(self.rows, self.columns);
        let at = if self.rows < FEW {
            row * self.columns + column
        } else {
            (row / PANEL * self.columns + column) * PANEL + row % PANEL
        };
        if let Some(place) = self.values.get_mut(base + at) {
            *place = value;
        }
    }

    fn panel(&self, matrix: usize, number: usize) -> &[D] {
        let len = self.columns * PANEL;
        &self.values[(matrix * self.panels + number) * len..][..len]
    }

    /// The largest entry of `Q Q' - 1` of a matrix, in the rows of a panel from its own columns on, or
    /// in all columns.
    fn defect(&self, matrix: usize, number: usize, from: usize) -> D {
        let mut largest = D::zero();
        let mut see = |product: D, is_own: bool| {
            let one = if is_own { D::one() } else { D::zero() };
            let defect = (product - one).abs();
            // NaN counts.
            if defect > largest || defect.is_nan() {
                largest = if defect.is_nan() {
                    D::infinity()
                } else {
                    defect
                };
            }
        };
        if self.rows < FEW {
            let len = self.rows * self.columns;
            let rows = &self.values[matrix * len..][..len];
            for (i, a) in rows.chunks_exact(self.columns).enumerate() {
                for (j, b) in rows.chunks_exact(self.columns).enumerate().skip(i) {
                    let products = a.iter().zip(b).map(|(&a, &b)| a * b);
                    see(
                        products.fold(D::zero(), |sum, product| sum + product),
                        i == j,
                    );
                }
            }
            return largest;
        }
        let mut out = vec![D::zero(); PANEL * PANEL];
        let len_of = |number: usize| PANEL.min(self.rows - number * PANEL);
        for other in from..self.panels {
            D::products(
                self.panel(matrix, number),
                self.panel(matrix, other),
                &mut out,
            );
            for (i, row) in out.chunks_exact(PANEL).enumerate().take(len_of(number)) {
                for (j, &product) in row.iter().enumerate().take(len_of(other)) {
                    see(product, number == other && i == j);
                }
            }
        }
        largest
    }
}

/// What each element shows on its own.
#[derive(Default)]
struct Found {
    infinite: f64,
    wrong: f64,
    outside: f64,
    entries: Entries,
}

/// The tests of a law of orthogonal matrices times `gain`.
pub(super) fn tests<F: Element>(
    frames: &Frames,
    gain: f64,
    array: &ArrayViewD<'_, F>,
) -> Vec<TestResult> {
    let matrices = Wide::new(frames);
    let (rows, columns) = (matrices.rows, matrices.columns);
    let batches = frames.count() as usize;
    let mut found = Found::default();
    found.entries.first_rows = vec![0; batches];
    let defect = defect(&matrices, gain, array, &mut found);
    let mut tests = vec![
        TestResult::exact("finite", found.infinite, found.infinite == 0.0),
        TestResult::exact("support", found.outside, found.outside == 0.0),
    ];
    let sizes = Sizes {
        rows: rows as f64,
        columns: columns as f64,
        batches: batches as f64,
    };
    tests.extend(haar::tests::<F>(sizes, gain, &mut found.entries));
    if frames.is_padded() {
        tests.push(TestResult::exact("values", found.wrong, found.wrong == 0.0));
    }
    // Rounding the entries moves a product by at most twice half an epsilon of the lengths. Making the
    // matrix leaves the squared length of a reflection's vector off by up to 9 epsilon, of which the
    // products get twice as much, where it is made in f64: docs/check.md. And there are the sums, there
    // and here.
    let epsilon = F::spacing(1.0);
    let made = f64::from(f32::EPSILON).min(epsilon);
    let root = (columns as f64).sqrt();
    let bound = epsilon + (32.0 + 8.0 * root) * made + 4.0 * root * F::spacing(0.0) / gain;
    tests.push(match defect {
        Some((defect, rows)) => {
            let test = TestResult::exact("orthogonality", defect, defect <= bound);
            match rows {
                Some(rows) => test.note(format!("{rows} rows with all")),
                None => test,
            }
        }
        None => TestResult::not_known("orthogonality", "no room in memory for a matrix"),
    });
    tests.extend(
        ["variance", "kurtosis", "distribution", "correlation"]
            .map(|name| TestResult::not_known(name, "values are not independent")),
    );
    tests
}

/// The largest entry of Q Q' / gain^2 - 1, and the number of rows it covers, if not all. Every matrix is
/// gathered once; where flat order is not matrix by matrix, all are at once. `None` if there is no room
/// for that: then only the elements are tested.
fn defect<F: Element>(
    matrices: &Wide<'_>,
    gain: f64,
    array: &ArrayViewD<'_, F>,
    found: &mut Found,
) -> Option<(f64, Option<usize>)> {
    let (rows, columns) = (matrices.rows, matrices.columns);
    let batches = matrices.frames.count() as usize;
    let together = if matrices.frames.is_one_by_one() {
        (TOGETHER / (rows * columns)).clamp(1, batches)
    } else {
        batches
    };
    let len = Panels::<F::Draw>::len_of(rows, columns) as u128 * together as u128;
    let bytes = u64::try_from(len * size_of::<F::Draw>() as u128);
    let has_room = bytes.is_ok_and(room_for);
    let mut panels = Panels::<F::Draw>::new(rows, columns, if has_room { together } else { 0 });
    // As many of all panels as keep the number of products with the others within its limit.
    let one = rows as f64 * columns as f64 * PANEL as f64 * batches as f64;
    let most = ((WORK / one) as usize).max(1);
    let number = panels.panels;
    let taken = if 2 * most >= number { number } else { most };
    let mut largest = 0.0_f64;
    let (mut from, values) = (0, Values::new(array));
    for first in (0..batches).step_by(together) {
        let count = together.min(batches - first);
        let to = array.len() / batches * (first + count);
        gather(
            matrices,
            gain,
            &values,
            (from, to),
            first,
            &mut panels,
            found,
        );
        from = to;
        if !has_room || found.infinite > 0.0 {
            continue;
        }
        let defects = threads::map(count * taken, |task| {
            let (matrix, task) = (task / taken, task % taken);
            if taken == number {
                panels.defect(matrix, task, task)
            } else {
                panels.defect(matrix, task * number / taken, 0)
            }
        });
        largest = defects.into_iter().map(wide).fold(largest, f64::max);
    }
    let part = (taken < number).then(|| (taken * PANEL).min(rows));
    if found.infinite > 0.0 {
        return Some((f64::NAN, None));
    }
    has_room.then_some((largest, part))
}

/// Gathers the elements between two flat indices, the first of them of matrix `first`.
#[allow(
    clippy::too_many_arguments,
    reason = "what one loop over elements fills"
)]
fn gather<F: Element>(
    matrices: &Wide<'_>,
    gain: f64,
    values: &Values<'_, F>,
    (from, to): (usize, usize),
    first: usize,
    panels: &mut Panels<F::Draw>,
    found: &mut Found,
) {
    let end = gain + F::spacing(gain);
    let (mut infinite, mut wrong) = (0.0, 0.0);
    let mut entry = |(matrix, row, column): (usize, usize, usize), value: f64| {
        if !value.is_finite() {
            infinite += 1.0;
            return;
        }
        if value.abs() > end {
            found.outside += 1.0;
        }
        let scaled = value / gain;
        found.entries.add(matrix, row, column, scaled);
        // What is much too large fails as well if it is only large.
        let held = scaled.clamp(-1e9, 1e9);
        let held = <F::Draw as num_traits::NumCast>::from(held);
        let held = held.unwrap_or_else(num_traits::Zero::zero);
        panels.set(matrix - first, row, column, held);
    };
    let mut x = vec![0.0; matrices.frames.columns as usize];
    if matrices.frames.is_in_order() {
        for row in from / x.len()..to / x.len() {
            values.read(row * x.len(), &mut x);
            let height = matrices.frames.rows as usize;
            let (matrix, row) = (row / height, row % height);
            for (column, &value) in x.iter().enumerate() {
                let at = if matrices.is_wide {
                    (matrix, row, column)
                } else {
                    (matrix, column, row)
                };
                entry(at, value);
            }
        }
        found.infinite += infinite;
        return;
    }
    let mut elements = vec![0.0; 2048];
    let mut index = from;
    while index < to {
        let len = elements.len().min(to - index);
        values.read(index, &mut elements[..len]);
        for (index, &value) in (index as u64..).zip(&elements[..len]) {
            match matrices.at(index) {
                Some(at) => entry(at, value),
                None => wrong += f64::from(u8::from(value != 0.0)),
            }
        }
        index += len;
    }
    found.infinite += infinite;
    found.wrong += wrong;
}
