//! The loops over values, plain ones that the compiler makes vectors of.
//!
//! Sums are kept in a fixed number of lanes, whatever the machine's vectors hold: a statistic has the
//! same bits on every level of instructions.

use crate::num::dispatch::dispatched;
use crate::num::float::TWO_52;

/// Partial sums of a loop in `f64`, and in `f32`.
const LANES: usize = 16;
const LANES_F32: usize = 32;

/// Values whose products are summed in `f32`, at most.
const HELD: usize = 64 * LANES_F32;

/// In `f32`, what is further out counts as this: it fails, and a sum of its squares does not overflow.
const FAR: f64 = 1e9;

/// What the arithmetic in `f32` may add to a mean, relative to the mean of the sizes.
pub(super) const ROUNDED: f64 = 5e-7;

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
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Powers {
    pub(super) sum: f64,
    pub(super) squares: f64,
    pub(super) fourths: f64,
    /// The largest size.
    pub(super) largest: f64,
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
fn mixed(y: f32) -> u32 {
    let bits = (y.to_bits() & !(1 << 31)).wrapping_mul(0x9e37_79b1);
    bits ^ (bits >> 15)
}

/// What a window is chosen by: of its first two values.
#[inline(always)]
fn choice(first: u32, second: u32) -> u32 {
    first.wrapping_mul(0x85eb_ca6b).wrapping_add(second)
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

    /// Standardised values.
    fn standardise(x: &[f64], standard: Standard, y: &mut [f32]) {
        for (x, y) in x.iter().zip(y) {
            let value = standard.of(*x);
            let value = if value > -FAR { value } else { -FAR };
            *y = if value < FAR { value } else { FAR } as f32;
        }
    }

    /// Adds up the powers of values when they are standardised, without rounding them; the fourth is that
    /// of sizes up to `cut`.
    fn powers(x: &[f64], standard: Standard, cut: f64, powers: &mut Powers) {
        let (mut sum, mut squares) = ([0.0; LANES], [0.0; LANES]);
        let (mut fourths, mut largest) = ([0.0; LANES], [0.0; LANES]);
        let mut add = |j: usize, x: f64| {
            let y = standard.of(x);
            let size = y.abs();
            sum[j] += y;
            squares[j] += size * size;
            largest[j] = if size > largest[j] { size } else { largest[j] };
            let size = if size < cut { size } else { cut };
            let square = size * size;
            fourths[j] += square * square;
        };
        let whole = x.chunks_exact(LANES);
        for (j, x) in whole.remainder().iter().enumerate() {
            add(j, *x);
        }
        for x in whole {
            for j in 0..LANES {
                add(j, x[j]);
            }
        }
        powers.sum += sum.iter().sum::<f64>();
        powers.squares += squares.iter().sum::<f64>();
        powers.fourths += fourths.iter().sum::<f64>();
        powers.largest = largest.iter().copied().fold(powers.largest, f64::max);
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
    fn mix(y: &[f32], out: &mut [u32]) {
        for (y, out) in y.iter().zip(out) {
            *out = mixed(*y);
        }
    }

    /// The places from which on windows are kept: where what chooses them is at most `most`.
    fn choose(mixed: &[u32], most: u32, places: &mut Vec<u32>) {
        let Some(last) = mixed.len().checked_sub(1) else {
            return;
        };
        let (first, second) = (mixed[..last].chunks(LANES_F32), mixed[1..].chunks(LANES_F32));
        for (from, (first, second)) in (0..).step_by(LANES_F32).zip(first.zip(second)) {
            let mut any = 0_u32;
            for (a, b) in first.iter().zip(second) {
                any |= u32::from(choice(*a, *b) <= most);
            }
            if any != 0 {
                for (place, (a, b)) in (from..).zip(first.iter().zip(second)) {
                    if choice(*a, *b) <= most {
                        places.push(place);
                    }
                }
            }
        }
    }

    /// Adds a stretch of a row to the sums of squares and the hashes of columns, and gives those of the
    /// stretch.
    fn stretch(
        y: &[f32],
        mixed: &[u32],
        factors: &[u32],
        row: u32,
        squares: &mut [f64],
        hashes: &mut [u64],
        own: &mut (f64, u64),
    ) {
        let (mut sums, mut hash) = ([0.0_f32; LANES], [0_u64; LANES]);
        let len = y.len();
        let whole = len / LANES * LANES;
        let (mixed, factors) = (&mixed[..len], &factors[..len]);
        for ((y, e), r) in y
            .chunks_exact(LANES)
            .zip(mixed.chunks_exact(LANES))
            .zip(factors.chunks_exact(LANES))
        {
            for j in 0..LANES {
                sums[j] += y[j] * y[j];
                hash[j] = hash[j].wrapping_add(product(e[j], r[j]));
            }
        }
        for j in whole..len {
            sums[j - whole] += y[j] * y[j];
            hash[j - whole] = hash[j - whole].wrapping_add(product(mixed[j], factors[j]));
        }
        if !squares.is_empty() {
            let (squares, hashes) = (&mut squares[..len], &mut hashes[..len]);
            for (((y, e), s), h) in y.iter().zip(mixed).zip(squares).zip(hashes) {
                *s += f64::from(*y * *y);
                *h = h.wrapping_add(product(*e, row));
            }
        }
        *own = (
            total(&sums),
            hash.iter().fold(0, |sum: u64, &hash| sum.wrapping_add(hash)),
        );
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
                masked(m, a, b, mask, out);
            }
            for i in both..y.len() {
                if i / distance % 2 == 1 {
                    let (m, a) = (f64::from(y[i]), f64::from(y[i - distance]));
                    out[0] += m * a;
                    out[1] += a * a;
                }
            }
            return;
        }
        let (mut sums, mut squares) = ([0.0_f32; LANES_F32], [0.0_f32; LANES_F32]);
        let (mut held, mut start) = (0, distance);
        while start < y.len() {
            let end = (start + distance).min(y.len());
            // The last ones have but one neighbour.
            let middle = end.min(both.max(start));
            let stretches = [
                (start, middle, &y[(start + distance).min(y.len())..]),
                (middle, end, NONE),
            ];
            for (from, to, after) in stretches {
                let m = y[from..to].chunks(HELD);
                let a = y[from - distance..].chunks(HELD);
                let after = after.chunks(HELD).chain(std::iter::repeat(NONE));
                for ((m, a), b) in m.zip(a).zip(after) {
                    let whole = m.len() / LANES_F32 * LANES_F32;
                    (sums, squares) = plain(m, a, b, sums, squares);
                    for ((m, a), b) in m[whole..].iter().zip(&a[whole..]).zip(&b[whole..]) {
                        let sum = a + b;
                        out[0] += f64::from(m * sum);
                        out[1] += f64::from(sum * sum);
                    }
                    held += whole;
                    if held >= HELD {
                        out[0] += total(&sums);
                        out[1] += total(&squares);
                        (sums, squares, held) = ([0.0; LANES_F32], [0.0; LANES_F32], 0);
                    }
                }
            }
            start += 2 * distance;
        }
        out[0] += total(&sums);
        out[1] += total(&squares);
    }
}

/// What stands for neighbours that are not there.
const NONE: &[f32] = &[0.0; HELD];

/// For distances that are shorter than the lanes: 1 and 0 for blocks of that length in turn, as long as
/// both the distance and the lanes go into; else nothing.
pub(super) fn mask(distance: usize) -> Vec<f32> {
    if distance >= LANES_F32 {
        return Vec::new();
    }
    let period = 2 * distance * LANES_F32;
    (0..HELD.div_ceil(period) * period)
        .map(|i| if i / distance % 2 == 0 { 1.0 } else { 0.0 })
        .collect()
}

/// Sums of the products and squares of whole lanes, with those before: returned, not stored, so that they
/// stay in registers.
#[inline(always)]
fn plain(
    m: &[f32],
    a: &[f32],
    b: &[f32],
    mut sums: [f32; LANES_F32],
    mut squares: [f32; LANES_F32],
) -> ([f32; LANES_F32], [f32; LANES_F32]) {
    let lanes = m.chunks_exact(LANES_F32).zip(a.chunks_exact(LANES_F32));
    for ((m, a), b) in lanes.zip(b.chunks_exact(LANES_F32)) {
        for j in 0..LANES_F32 {
            let sum = a[j] + b[j];
            sums[j] += m[j] * sum;
            squares[j] += sum * sum;
        }
    }
    (sums, squares)
}

#[inline(always)]
fn masked(m: &[f32], a: &[f32], b: &[f32], mask: &[f32], out: &mut [f64; 2]) {
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
    out[0] += total(&sums);
    out[1] += total(&squares);
    for i in whole..m.len() {
        let sum = (a[i] + b[i]) * mask[i];
        out[0] += f64::from(m[i] * sum);
        out[1] += f64::from(sum * sum);
    }
}

/// The product of two numbers of 32 bits, all of it.
#[inline(always)]
fn product(a: u32, b: u32) -> u64 {
    u64::from(a) * u64::from(b)
}

#[inline(always)]
fn total<const N: usize>(sums: &[f32; N]) -> f64 {
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
