//! Truncated normal draws in `f64`, on random words and edges.
//!
//! They are held against the mass that should lie below them, by `erf` and `erfc` of the crate
//! `libm`, whose errors are below 1 ULP: what is missing, over the density, is the error of the
//! draw. Every mass is taken from the end of the law, or from 0, from where it is small. The
//! reference itself is good for two to four times 2^-53.

use crate::{bounds::bound, parallel, random};
use std::{
    f64::consts::{FRAC_1_SQRT_2, PI},
    ops::Range,
};

use fanin::internals::Truncation;

use super::{
    double::LEN,
    levels::{self, Level},
    pairs::{clustered, edges},
    parts::differ_f64,
    truncated::BOUNDS,
};

/// The error of the reference itself, relative to the draw (see [`Law::error`]).
const REFERENCE: f64 = 4e-16;

/// 1 / sqrt(2) less its nearest double.
const ROOT_HALF_LOW: f64 = -4.833_646_656_726_457e-17;

/// Twice the mass of the standard normal law between 0 and `z`, and beyond `z >= 0`.
fn inside(z: f64) -> f64 {
    if z == f64::INFINITY {
        return 1.0;
    }
    let x = z * FRAC_1_SQRT_2;
    libm::erf(x) + rest(z, x) * libm::exp(-x * x)
}

fn outside(z: f64) -> f64 {
    if z == f64::INFINITY {
        return 0.0;
    }
    let x = z * FRAC_1_SQRT_2;
    libm::erfc(x) - rest(z, x) * libm::exp(-x * x)
}

/// What the rounding of `z / sqrt(2)` left out, times the derivative of `erf` at 0.
fn rest(z: f64, x: f64) -> f64 {
    (z.mul_add(FRAC_1_SQRT_2, -x) + z * ROOT_HALF_LOW) * 2.0 / PI.sqrt()
}

/// The law between two bounds, and its mirror image.
struct Law {
    low: f64,
    high: f64,
    /// Twice the mass between the bounds.
    total: f64,
}

impl Law {
    fn new((low, high): (f64, f64)) -> Self {
        let total = if low <= 0.0 && high >= 0.0 {
            inside(-low) + inside(high)
        } else {
            outside(low.abs().min(high.abs())) - outside(low.abs().max(high.abs()))
        };
        Law { low, high, total }
    }

    /// The error of a word's draw, relative to its size. Near a 0 that lies somewhere between the
    /// bounds nothing is accurate relative to itself, so that a half is added to the size.
    fn error(&self, w: u64, z: f64) -> f64 {
        if z < 0.0 {
            let mirror = Law {
                low: -self.high,
                high: -self.low,
                total: self.total,
            };
            return mirror.error(!w, -z);
        }
        let size = if self.low < 0.0 && self.low != -self.high {
            z + 0.5
        } else {
            z
        };
        // Twice the mass below and above the middle of the word's cell.
        let below = midpoint(w) * self.total;
        let above = midpoint(!w) * self.total;
        let missing = if z > 1.0 {
            let should_be = if self.high > 3.0 * z || below > above {
                outside(self.high) + above
            } else if self.low >= 1.0 {
                outside(self.low) - below
            } else {
                outside(self.high) + above
            };
            should_be - outside(z)
        } else {
            let should_be = if self.low == -self.high {
                // Half of all lies below 0: exact.
                midpoint(w ^ 1 << 63) * self.total
            } else if self.low < 0.0 {
                below - inside(-self.low)
            } else {
                inside(self.low) + below
            };
            inside(z) - should_be
        };
        let density = libm::exp(-0.5 * z * z) * 2.0 / (2.0 * PI).sqrt();
        (missing / density / size).abs()
    }
}

/// `(w + 1/2) / 2^64`.
fn midpoint(w: u64) -> f64 {
    (w as f64 + 0.5) * 2.0_f64.powi(-64)
}

#[derive(Default)]
struct Tally {
    words: u64,
    largest: f64,
    squares: f64,
    at: u64,
    falls: u64,
    outside: u64,
    asymmetric: u64,
    differ: u64,
}

impl Tally {
    /// A NaN is the worst of all, and stays.
    fn keep_worse(&mut self, error: f64, word: u64) {
        if !(error <= self.largest) && !self.largest.is_nan() {
            (self.largest, self.at) = (error, word);
        }
    }

    fn join(&mut self, other: Self) {
        self.words += other.words;
        self.keep_worse(other.largest, other.at);
        self.squares += other.squares;
        self.falls += other.falls;
        self.outside += other.outside;
        self.asymmetric += other.asymmetric;
        self.differ += other.differ;
    }
}

struct Check<'a> {
    levels: &'a [Level],
    law: Law,
    truncation: Truncation,
    mirrored: Truncation,
    /// How far a draw may lie below that of a smaller word, relative to it.
    fall: f64,
}

impl<'a> Check<'a> {
    fn new(bounds: (f64, f64), levels: &'a [Level]) -> Self {
        Check {
            levels,
            law: Law::new(bounds),
            truncation: Truncation::new(bounds.0, bounds.1).expect("an interval"),
            mirrored: Truncation::new(-bounds.1, -bounds.0).expect("an interval"),
            fall: bound("truncated order", "f64"),
        }
    }

    fn add(&self, all: &mut Tally, words: &[u64; LEN], above: &[u64; LEN]) {
        let [mut draws, mut others] = [[0.0; LEN]; 2];
        let best = self.levels[0];
        levels::truncated_f64(best, &self.truncation, words, &mut draws);
        for &level in &self.levels[1..] {
            levels::truncated_f64(level, &self.truncation, words, &mut others);
            all.differ += differ_f64(&draws, &others);
        }
        levels::truncated_f64(best, &self.mirrored, &words.map(|w| !w), &mut others);
        all.asymmetric += differ_f64(&draws.map(|z| -z), &others);
        levels::truncated_f64(best, &self.truncation, above, &mut others);
        for ((&w, &z), &next) in words.iter().zip(&draws).zip(&others) {
            let error = self.law.error(w, z);
            all.words += 1;
            all.squares += error * error;
            all.keep_worse(error, w);
            all.falls += u64::from(!(z <= next + self.fall * next.abs()));
            all.outside += u64::from(!(self.law.low <= z && z <= self.law.high && z.is_finite()));
        }
    }
}

/// Measures, prints and asserts: the samples are shared out to the bounds.
pub fn check(samples: u64, levels: &[Level]) {
    let batches = samples.div_ceil((BOUNDS.len() * LEN) as u64);
    println!("\n| bounds, `f64` | words | largest error | rms | at word |");
    println!("|---|---:|---:|---:|---|");
    let (mut falls, mut outside, mut asymmetric, mut differ) = (0, 0, 0, 0);
    for bounds in BOUNDS {
        let check = Check::new(bounds, levels);
        let work = |range: Range<u64>| {
            let mut all = Tally::default();
            for batch in range {
                let n = |i: usize| batch * LEN as u64 + i as u64;
                // Every second word is near a corner.
                let words = std::array::from_fn(|i| match i % 2 {
                    0 => random(n(i)),
                    _ => clustered(n(i)),
                });
                let above =
                    std::array::from_fn(|i| words[i].saturating_add(random(!n(i)) >> (n(i) % 64)));
                check.add(&mut all, &words, &above);
            }
            all
        };
        let mut tally = parallel(batches, work, Tally::join);
        for some in edges().chunks(LEN) {
            let words = std::array::from_fn(|i| some[i % some.len()]);
            check.add(&mut tally, &words, &words.map(|w| w.saturating_add(1)));
        }
        println!(
            "| {}, {} | {} | {:.1e} | {:.1e} | `{:#018x}` |",
            bounds.0,
            bounds.1,
            tally.words,
            tally.largest,
            (tally.squares / tally.words as f64).sqrt(),
            tally.at,
        );
        let most = bound("truncated", "f64") + REFERENCE;
        assert!(tally.largest <= most, "errors in {bounds:?}");
        falls += tally.falls;
        outside += tally.outside;
        asymmetric += tally.asymmetric;
        differ += tally.differ;
    }
    println!(
        "\npairs of draws in the wrong order by more than {:e}: {falls}; outside of the bounds: \
         {outside}; not the mirror image of the draws of mirrored bounds: {asymmetric}; other bits \
         on another level: {differ}",
        bound("truncated order", "f64")
    );
    assert_eq!(falls + outside + asymmetric + differ, 0);
}
