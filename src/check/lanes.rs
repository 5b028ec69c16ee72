//! The loops over values, plain ones that the compiler makes vectors of.
//!
//! Sums are kept in a fixed number of lanes, whatever the machine's vectors hold: a statistic has the
//! same bits on every level of instructions.

use crate::num::dispatch::dispatched;
use crate::num::float::TWO_52;

/// Partial sums of a loop in `f64`.
pub(super) const LANES: usize = 16;
/// The same in `f32`.
const LANES_F32: usize = 32;

/// How a value becomes `y = ((x - centre) - mean) / std`: the mean is a distance from the centre.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standard {
    pub(super) centre: f64,
    pub(super) mean: f64,
    pub(super) inverse: f64,
}

impl Standard {
    #[inline(always)]
    pub(super) fn of(self, x: f64) -> f64 {
        ((x - self.centre) - self.mean) * self.inverse
    }
}

/// Sums of powers of standardised values.
#[derive(Clone, Debug)]
pub(super) struct Powers {
    pub(super) sum: [f64; LANES],
    pub(super) squares: [f64; LANES],
    pub(super) fourths: [f64; LANES],
    /// The largest size.
    pub(super) largest: [f64; LANES],
}

impl Powers {
    pub(super) const NONE: Self = Powers {
        sum: [0.0; LANES],
        squares: [0.0; LANES],
        fourths: [0.0; LANES],
        largest: [0.0; LANES],
    };
}

/// A map from values to cells that never decreases: the nearest whole number to
/// `((x - centre) - start) scale`, from 0 to `last`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ruler {
    pub(super) centre: f64,
    pub(super) start: f64,
    pub(super) scale: f64,
    pub(super) last: f64,
}

impl Ruler {
    #[inline(always)]
    pub(super) fn cell(self, x: f64) -> u32 {
        let at = ((x - self.centre) - self.start) * self.scale;
        let at = if at > 0.0 { at } else { 0.0 };
        let at = if at < self.last { at } else { self.last };
        // Its lower bits are the number.
        (at + TWO_52).to_bits() as u32
    }
}

/// The bits of a value's size, mixed: the same for a value and its negative.
#[inline(always)]
fn mixed(x: f64) -> u64 {
    let bits = (x.to_bits() & !(1 << 63)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^ (bits >> 32)
}

dispatched! {
    /// Whether all values are finite.
    fn are_finite(x: &[f64], all: &mut bool) {
        let mut sums = [0.0; LANES];
        let chunks = x.chunks_exact(LANES);
        for (sum, x) in sums.iter_mut().zip(chunks.remainder()) {
            *sum += x * 0.0;
        }
        for x in chunks {
            for j in 0..LANES {
                sums[j] += x[j] * 0.0;
            }
        }
        *all = sums.iter().all(|&sum| sum == 0.0);
    }

    /// The least and the greatest value, and what they were before.
    fn ends(x: &[f64], ends: &mut [f64; 2]) {
        let (mut least, mut greatest) = ([ends[0]; LANES], [ends[1]; LANES]);
        let chunks = x.chunks_exact(LANES);
        for (j, &x) in chunks.remainder().iter().enumerate() {
            least[j] = if x < least[j] { x } else { least[j] };
            greatest[j] = if x > greatest[j] { x } else { greatest[j] };
        }
        for x in chunks {
            for j in 0..LANES {
                least[j] = if x[j] < least[j] { x[j] } else { least[j] };
                greatest[j] = if x[j] > greatest[j] { x[j] } else { greatest[j] };
            }
        }
        ends[0] = least.iter().copied().fold(ends[0], f64::min);
        ends[1] = greatest.iter().copied().fold(ends[1], f64::max);
    }

    /// Standardises values, and adds up their powers; the fourth is that of sizes up to `cut`.
    fn powers(x: &[f64], standard: Standard, cut: f64, y: &mut [f64], powers: &mut Powers) {
        let y = &mut y[..x.len()];
        let whole = x.len() / LANES * LANES;
        let mut own = powers.clone();
        for (x, y) in x.chunks_exact(LANES).zip(y.chunks_exact_mut(LANES)) {
            for j in 0..LANES {
                let value = standard.of(x[j]);
                y[j] = value;
                let size = value.abs();
                own.sum[j] += value;
                own.squares[j] += value * value;
                own.largest[j] = if size > own.largest[j] { size } else { own.largest[j] };
                let size = if size < cut { size } else { cut };
                let square = size * size;
                own.fourths[j] += square * square;
            }
        }
        for (j, (x, y)) in x[whole..].iter().zip(&mut y[whole..]).enumerate() {
            let value = standard.of(*x);
            *y = value;
            own.sum[j] += value;
            own.squares[j] += value * value;
            own.largest[j] = own.largest[j].max(value.abs());
            let square = value.abs().min(cut) * value.abs().min(cut);
            own.fourths[j] += square * square;
        }
        *powers = own;
    }

    /// Counts values in cells, of which there is a power of two.
    fn count(x: &[f64], ruler: Ruler, cells: &mut [u32]) {
        let mut at = [0_u32; 64];
        let mask = cells.len() - 1;
        for x in x.chunks(64) {
            for (at, x) in at.iter_mut().zip(x) {
                *at = ruler.cell(*x);
            }
            for at in &at[..x.len()] {
                cells[*at as usize & mask] += 1;
            }
        }
    }

    /// The mixed bits of values.
    fn mix(x: &[f64], out: &mut [u64]) {
        for (x, out) in x.iter().zip(out) {
            *out = mixed(*x);
        }
    }

    /// Makes of hashes of windows those of windows that are twice as long, as many less as one is
    /// long.
    fn double(hashes: &[u64], len: usize, factor: u64, out: &mut Vec<u64>) {
        out.clear();
        let later = hashes.get(len..).unwrap_or(&[]);
        out.extend(hashes.iter().zip(later).map(|(a, b)| a.wrapping_mul(factor).wrapping_add(*b)));
    }

    /// Adds a stretch of a row to the sums of squares and the hashes of columns, and gives those of the
    /// stretch.
    fn stretch(
        y: &[f64],
        mixed: &[u64],
        factors: &[u64],
        row: u64,
        squares: &mut [f64],
        hashes: &mut [u64],
        own: &mut (f64, u64),
    ) {
        let (mut sums, mut hash) = ([0.0; LANES], [0_u64; LANES]);
        let len = y.len();
        let whole = len / LANES * LANES;
        let (mixed, factors) = (&mixed[..len], &factors[..len]);
        if squares.is_empty() {
            for ((y, e), r) in y
                .chunks_exact(LANES)
                .zip(mixed.chunks_exact(LANES))
                .zip(factors.chunks_exact(LANES))
            {
                for j in 0..LANES {
                    sums[j] += y[j] * y[j];
                    hash[j] = hash[j].wrapping_add(e[j].wrapping_mul(r[j]));
                }
            }
        } else {
            let (squares, hashes) = (&mut squares[..len], &mut hashes[..len]);
            for ((((y, e), r), s), h) in y
                .chunks_exact(LANES)
                .zip(mixed.chunks_exact(LANES))
                .zip(factors.chunks_exact(LANES))
                .zip(squares.chunks_exact_mut(LANES))
                .zip(hashes.chunks_exact_mut(LANES))
            {
                for j in 0..LANES {
                    let square = y[j] * y[j];
                    s[j] += square;
                    sums[j] += square;
                    h[j] = h[j].wrapping_add(e[j].wrapping_mul(row));
                    hash[j] = hash[j].wrapping_add(e[j].wrapping_mul(r[j]));
                }
            }
            for j in whole..len {
                squares[j] += y[j] * y[j];
                hashes[j] = hashes[j].wrapping_add(mixed[j].wrapping_mul(row));
            }
        }
        for j in whole..len {
            sums[j - whole] += y[j] * y[j];
            hash[j - whole] = hash[j - whole].wrapping_add(mixed[j].wrapping_mul(factors[j]));
        }
        *own = (
            sums.iter().sum(),
            hash.iter().fold(0, |sum: u64, &hash| sum.wrapping_add(hash)),
        );
    }

    /// Standardised values in `f32`. What is further out fails by other tests.
    fn narrow(x: &[f64], standard: Standard, y: &mut [f32]) {
        for (x, y) in x.iter().zip(y) {
            let value = standard.of(*x);
            let value = if value > -1e4 { value } else { -1e4 };
            *y = if value < 1e4 { value } else { 1e4 } as f32;
        }
    }

    /// The products of values with the sums of their two neighbours at a distance, and the squares of
    /// those sums, for the values of every second block of that length. `mask` is that of the distance.
    fn lagged(y: &[f32], distance: usize, mask: &[f32], out: &mut [f64; 2]) {
        let both = y.len().saturating_sub(distance);
        if !mask.is_empty() && both > distance {
            // Blocks shorter than the lanes: all values, the others times 0.
            let middle = y[distance..both].chunks(mask.len());
            let before = y[..both - distance].chunks(mask.len());
            let after = y[2 * distance..].chunks(mask.len());
            for ((m, a), b) in middle.zip(before).zip(after) {
                let sums = masked(m, a, b, mask);
                out[0] += sums[0];
                out[1] += sums[1];
            }
        } else {
            let mut start = distance;
            while start < y.len() {
                let end = (start + distance).min(y.len());
                // The last ones have but one neighbour.
                let middle = end.min(both.max(start));
                let m = y[start..middle].chunks(HELD);
                let a = y[start - distance..middle - distance].chunks(HELD);
                let b = y[(start + distance).min(y.len())..(middle + distance).min(y.len())].chunks(HELD);
                for ((m, a), b) in m.zip(a).zip(b) {
                    let sums = plain(m, a, b);
                    out[0] += sums[0];
                    out[1] += sums[1];
                }
                let m = y[middle..end].chunks(HELD);
                for (m, a) in m.zip(y[middle - distance..].chunks(HELD)) {
                    let sums = plain(m, &a[..m.len()], NONE);
                    out[0] += sums[0];
                    out[1] += sums[1];
                }
                start += 2 * distance;
            }
            return;
        }
        for i in both.max(distance)..y.len() {
            if i / distance % 2 == 1 {
                let (m, a) = (f64::from(y[i]), f64::from(y[i - distance]));
                out[0] += m * a;
                out[1] += a * a;
            }
        }
    }
}

/// What stands for neighbours that are not there.
const NONE: &[f32] = &[0.0; HELD];

/// Values whose products are summed in `f32`.
const HELD: usize = 64 * LANES_F32;

/// For distances that are shorter than the lanes: 1 and 0 for blocks of that length in turn, as long as
/// both the distance and the lanes go into; else nothing.
pub(super) fn mask(distance: usize) -> Vec<f32> {
    if distance >= LANES_F32 / 2 {
        return Vec::new();
    }
    let period = 2 * distance * LANES_F32;
    (0..HELD.div_ceil(period) * period)
        .map(|i| if i / distance % 2 == 0 { 1.0 } else { 0.0 })
        .collect()
}

#[inline(always)]
fn plain(m: &[f32], a: &[f32], b: &[f32]) -> [f64; 2] {
    let (mut sums, mut squares) = ([0.0_f32; LANES_F32], [0.0_f32; LANES_F32]);
    let whole = m.len() / LANES_F32 * LANES_F32;
    for ((m, a), b) in m
        .chunks_exact(LANES_F32)
        .zip(a.chunks_exact(LANES_F32))
        .zip(b.chunks_exact(LANES_F32))
    {
        for j in 0..LANES_F32 {
            let sum = a[j] + b[j];
            sums[j] += m[j] * sum;
            squares[j] += sum * sum;
        }
    }
    let mut out = [total(&sums), total(&squares)];
    for i in whole..m.len() {
        let sum = a[i] + b[i];
        out[0] += f64::from(m[i] * sum);
        out[1] += f64::from(sum * sum);
    }
    out
}

#[inline(always)]
fn masked(m: &[f32], a: &[f32], b: &[f32], mask: &[f32]) -> [f64; 2] {
    let (mut sums, mut squares) = ([0.0_f32; LANES_F32], [0.0_f32; LANES_F32]);
    let whole = m.len() / LANES_F32 * LANES_F32;
    for (((m, a), b), k) in m
        .chunks_exact(LANES_F32)
        .zip(a.chunks_exact(LANES_F32))
        .zip(b.chunks_exact(LANES_F32))
        .zip(mask.chunks_exact(LANES_F32))
    {
        for j in 0..LANES_F32 {
            let sum = (a[j] + b[j]) * k[j];
            sums[j] += m[j] * sum;
            squares[j] += sum * sum;
        }
    }
    let mut out = [total(&sums), total(&squares)];
    for i in whole..m.len() {
        let sum = (a[i] + b[i]) * mask[i];
        out[0] += f64::from(m[i] * sum);
        out[1] += f64::from(sum * sum);
    }
    out
}

#[inline(always)]
fn total(sums: &[f32; LANES_F32]) -> f64 {
    let mut pairs = [0.0_f64; 4];
    for sums in sums.chunks_exact(4) {
        for j in 0..4 {
            pairs[j] += f64::from(sums[j]);
        }
    }
    (pairs[0] + pairs[1]) + (pairs[2] + pairs[3])
}

#[cfg(test)]
mod tests {
    use super::{lagged, mask};

    /// By the definition, value by value.
    fn plain(y: &[f32], distance: usize) -> [f64; 2] {
        let mut out = [0.0; 2];
        for i in (distance..y.len()).filter(|i| i / distance % 2 == 1) {
            let after = y.get(i + distance).copied().unwrap_or(0.0);
            let sum = f64::from(y[i - distance]) + f64::from(after);
            out[0] += f64::from(y[i]) * sum;
            out[1] += sum * sum;
        }
        out
    }

    #[test]
    fn blocks_of_every_length() {
        let values: Vec<f32> = (0..3000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 20) as f32 - 2048.0)
            .collect();
        for len in [1, 2, 3, 31, 64, 100, 777, 3000] {
            for distance in [1, 2, 3, 5, 8, 15, 16, 17, 33, 64, 100, 500, 2999] {
                let (mut found, expected) = ([0.0; 2], plain(&values[..len], distance));
                lagged(&values[..len], distance, &mask(distance), &mut found);
                for (found, expected) in found.iter().zip(expected) {
                    let error = (found - expected).abs();
                    assert!(error < 1e-3 * 2048.0 * 2048.0, "{len} {distance}: {error}");
                }
            }
        }
    }
}
