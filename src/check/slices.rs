//! Slices across every axis: the rows, columns, and what more axes have. Their mean squares, and
//! whether one is a copy of another.

use super::copies;
use super::lanes::{self, ROUNDED};
use super::model::Model;
use super::report::TestResult;
use super::sample::Moments;
use crate::engine::Element;

/// Axes that are longer are left out.
const LONGEST: usize = 1 << 18;

/// The last axes are taken together up to this length, so that rows are not short.
const ROW: usize = 64;
const LONGEST_ROW: usize = 1 << 14;

/// Places of a row after which the factors of a longer one begin again.
const PERIOD: usize = 4096;

/// How an array is divided.
///
/// The hash of a slice is the sum of the mixed bits of its values, each times a factor for every other
/// axis. So a pass over the array in any order makes the hashes of all slices at once.
pub(super) struct Slices {
    shape: Vec<usize>,
    len: usize,
    /// The axes from this one on make a row.
    split: usize,
    row: usize,
    /// For the places of a row.
    factors: Vec<u32>,
    keeps_columns: bool,
}

/// Sums over the slices across one axis.
#[derive(Clone, Default)]
pub(super) struct Sums {
    squares: Vec<f64>,
    hashes: Vec<u64>,
}

impl Sums {
    fn new(len: usize) -> Self {
        Sums {
            squares: vec![0.0; len],
            hashes: vec![0; len],
        }
    }

    fn add(&mut self, other: &Sums) {
        for (sum, square) in self.squares.iter_mut().zip(&other.squares) {
            *sum += square;
        }
        for (sum, hash) in self.hashes.iter_mut().zip(&other.hashes) {
            *sum = sum.wrapping_add(*hash);
        }
    }
}

/// The factor of a place along an axis: odd, so that no bit is lost.
fn factor(axis: usize, place: usize) -> u64 {
    // Vigna's splitmix64.
    let mut z = (axis as u64) << 56 ^ place as u64;
    z = z.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) | 1
}

/// The higher half of a factor, odd as well.
fn half(factor: u64) -> u32 {
    (factor >> 32) as u32 | 1
}

impl Slices {
    pub(super) fn new(shape: &[usize]) -> Self {
        let len: usize = shape.iter().product();
        let mut split = shape.len().saturating_sub(1);
        let mut row = shape.last().copied().unwrap_or(1);
        while row < ROW && split > 0 {
            let longer = row * shape[split - 1];
            if longer > LONGEST_ROW {
                break;
            }
            (row, split) = (longer, split - 1);
        }
        let factors = (0..row.min(if row > LONGEST { PERIOD } else { row }))
            .map(|place| {
                let (mut rest, mut product) = (place, 1_u64);
                for axis in (split..shape.len()).rev() {
                    product = product.wrapping_mul(factor(axis, rest % shape[axis]));
                    rest /= shape[axis];
                }
                half(product)
            })
            .collect();
        Slices {
            shape: shape.to_vec(),
            len,
            split,
            row,
            factors,
            keeps_columns: row <= LONGEST && shape.len() > 1,
        }
    }

    fn keeps(&self, axis: usize) -> bool {
        let len = self.shape[axis];
        let fits = if axis < self.split {
            len <= LONGEST
        } else {
            self.keeps_columns
        };
        fits && len > 1 && len < self.len
    }

    /// Whether there is anything to add up.
    pub(super) fn is_idle(&self) -> bool {
        !(0..self.shape.len()).any(|axis| self.keeps(axis))
    }

    /// Numbers that the sums of one pass hold.
    pub(super) fn held(&self) -> usize {
        let outer = (0..self.split).filter(|&axis| self.keeps(axis));
        let columns = if self.keeps_columns { self.row } else { 0 };
        outer.map(|axis| self.shape[axis]).sum::<usize>() + columns
    }

    /// No values yet: of the outer axes, and of the places of a row.
    pub(super) fn sums(&self) -> (Vec<Sums>, Sums) {
        let outer = (0..self.split).map(|axis| {
            Sums::new(if self.keeps(axis) {
                self.shape[axis]
            } else {
                0
            })
        });
        let columns = if self.keeps_columns { self.row } else { 0 };
        (outer.collect(), Sums::new(columns))
    }

    /// Adds the values from a flat index on, standardised, and by their mixed bits.
    pub(super) fn add(
        &self,
        from: usize,
        y: &[f32],
        mixed: &[u32],
        (outer, columns): &mut (Vec<Sums>, Sums),
    ) {
        let (mut row, mut column) = (from / self.row, from % self.row);
        let (mut y, mut mixed) = (y, mixed);
        let mut places = vec![(0, 0); self.split];
        while !y.is_empty() {
            let start = column % self.factors.len();
            let take = y
                .len()
                .min(self.row - column)
                .min(self.factors.len() - start);
            let (here, rest) = y.split_at(take);
            let (mixed_here, mixed_rest) = mixed.split_at(take);
            let (mut number, mut product) = (row, 1_u64);
            for (axis, place) in places.iter_mut().enumerate().rev() {
                let at = number % self.shape[axis];
                number /= self.shape[axis];
                *place = (at, factor(axis, at));
                product = product.wrapping_mul(place.1);
            }
            let (squares, hashes) = if self.keeps_columns {
                (
                    &mut columns.squares[column..column + take],
                    &mut columns.hashes[column..column + take],
                )
            } else {
                (&mut [][..], &mut [][..])
            };
            let mut own = (0.0, 0);
            lanes::stretch(
                here,
                mixed_here,
                &self.factors[start..],
                half(product),
                squares,
                hashes,
                &mut own,
            );
            if self.row > self.factors.len() {
                own.1 = own.1.wrapping_mul(factor(usize::MAX, column / PERIOD));
            }
            for (axis, sums) in outer.iter_mut().enumerate() {
                let (at, _) = places[axis];
                if let (Some(square), Some(hash)) =
                    (sums.squares.get_mut(at), sums.hashes.get_mut(at))
                {
                    let others = places
                        .iter()
                        .enumerate()
                        .filter(|(other, _)| *other != axis);
                    let others =
                        others.fold(own.1, |product, (_, place)| product.wrapping_mul(place.1));
                    *square += own.0;
                    *hash = hash.wrapping_add(others);
                }
            }
            (y, mixed, column) = (rest, mixed_rest, column + take);
            if column == self.row {
                (row, column) = (row + 1, 0);
            }
        }
    }

    /// What the sums of all passes say, in the order in which they come.
    pub(super) fn tests<'a, F: Element>(
        &self,
        model: &Model,
        passes: impl IntoIterator<Item = &'a (Vec<Sums>, Sums)>,
    ) -> Vec<TestResult> {
        let (mut outer, mut columns) = self.sums();
        for (other, other_columns) in passes {
            for (sums, other) in outer.iter_mut().zip(other) {
                sums.add(other);
            }
            columns.add(other_columns);
        }
        let axes = 0..self.shape.len();
        let sums: Vec<Sums> = (axes.clone())
            .map(|axis| match outer.get_mut(axis) {
                Some(sums) => std::mem::take(sums),
                None => self.of_columns(axis, &columns),
            })
            .collect();
        let sizes = axes.clone().zip(&sums);
        let mut tests: Vec<TestResult> = sizes
            .map(|(axis, sums)| self.sizes::<F>(model, axis, sums))
            .collect();
        tests.extend(
            axes.zip(sums)
                .map(|(axis, sums)| self.copies::<F>(model, axis, sums)),
        );
        tests
    }

    /// The sums across one of the axes that make a row.
    fn of_columns(&self, axis: usize, columns: &Sums) -> Sums {
        if !self.keeps(axis) {
            return Sums::default();
        }
        let mut sums = Sums::new(self.shape[axis]);
        let inner: usize = self.shape[axis + 1..].iter().product();
        for (place, (square, hash)) in columns.squares.iter().zip(&columns.hashes).enumerate() {
            let at = place / inner % self.shape[axis];
            let (mut rest, mut product) = (place, 1_u64);
            for other in (self.split..self.shape.len()).rev() {
                if other != axis {
                    product = product.wrapping_mul(factor(other, rest % self.shape[other]));
                }
                rest /= self.shape[other];
            }
            sums.squares[at] += square;
            sums.hashes[at] = sums.hashes[at].wrapping_add(hash.wrapping_mul(product));
        }
        sums
    }

    fn why_not(&self, axis: usize) -> &'static str {
        match self.shape[axis] {
            1 => "one slice",
            len if len == self.len => "one value each",
            _ => "too many slices",
        }
    }

    /// The mean square that is furthest from 1.
    fn sizes<F: Element>(&self, model: &Model, axis: usize, sums: &Sums) -> TestResult {
        let name = format!("slices, axis {axis}");
        if model.standard.is_none() {
            return TestResult::not_known(name, "of this law");
        }
        let Some(n) = self.len.checked_div(sums.squares.len()) else {
            return TestResult::not_known(name, self.why_not(axis));
        };
        let (moments, n) = (Moments::of::<F>(model).rounded(ROUNDED), n as f64);
        let squares = sums.squares.iter().map(|square| square / n);
        let least = squares.clone().fold(f64::INFINITY, f64::min);
        let greatest = squares.fold(0.0, f64::max);
        let of = |square: f64| Some((moments.second(square, n)?, square));
        match (of(least), of(greatest)) {
            (Some(least), Some(greatest)) => {
                let (p, square) = if least.0 < greatest.0 {
                    least
                } else {
                    greatest
                };
                TestResult::chance(name, square, (p * sums.squares.len() as f64).min(1.0))
            }
            _ => TestResult::not_known(name, "nothing known of how it varies"),
        }
    }

    /// How many equal another, but for signs.
    fn copies<F: Element>(&self, model: &Model, axis: usize, mut sums: Sums) -> TestResult {
        let name = format!("copies, axis {axis}");
        let Some(commonest) = model.commonest::<F>() else {
            return TestResult::not_known(name, "of this law");
        };
        let Some(len) = self.len.checked_div(sums.hashes.len()) else {
            return TestResult::not_known(name, self.why_not(axis));
        };
        let twice = copies::equal(&mut sums.hashes);
        let p = if twice == 0 {
            1.0
        } else {
            copies::chance(sums.hashes.len() as f64, commonest, len as f64)
        };
        TestResult::chance(name, twice as f64, p)
    }
}
