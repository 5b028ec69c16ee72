//! Truncated normal draws, in `f32` of every word.
//!
//! The `f64` draw of the middle of a word's cell is the reference. It is nine digits more exact:
//! `inverse.rs` has what it is held against.

use fanin::internals::Truncation;

use super::{
    levels::{self, Level},
    parts::{self, differ_f32},
    single::ulps,
    tally::worse,
};
use crate::{bounds::bound, parallel};

/// Bounds, in standard deviations of the parent.
pub const BOUNDS: [(f64, f64); 10] = [
    (-1.0, 1.0),
    (-2.0, 2.0),
    (-3.0, 3.0),
    (f64::NEG_INFINITY, f64::INFINITY),
    (0.0, f64::INFINITY),
    (-1.0, 3.0),
    (0.5, 3.0),
    (-0.001, 0.002),
    (5.0, 6.0),
    (10.0, f64::INFINITY),
];

#[derive(Default)]
struct Tally {
    words: u64,
    largest: f64,
    squares: f64,
    above_2: u64,
    falls: u64,
    largest_fall: f64,
    outside: u64,
    asymmetric: u64,
    differ: u64,
}

impl Tally {
    fn add(&mut self, z: f32, exact: f64, last: f32, (low, high): (f64, f64)) {
        let wide = f64::from(z);
        let error = ulps(z, exact);
        self.words += 1;
        self.largest = worse(self.largest, error);
        self.squares += error * error;
        self.above_2 += u64::from(error > 2.0);
        if !(z >= last) {
            self.falls += 1;
            self.largest_fall = worse(self.largest_fall, ulps(last, wide));
        }
        self.outside += u64::from(!(low <= wide && wide <= high && z.is_finite()));
    }

    fn join(&mut self, other: Self) {
        self.words += other.words;
        self.largest = worse(self.largest, other.largest);
        self.squares += other.squares;
        self.above_2 += other.above_2;
        self.falls += other.falls;
        self.largest_fall = worse(self.largest_fall, other.largest_fall);
        self.outside += other.outside;
        self.asymmetric += other.asymmetric;
        self.differ += other.differ;
    }
}

fn tally(numbers: &[u64], levels: &[Level], (low, high): (f64, f64)) -> Tally {
    let truncation = Truncation::new(low, high).expect("an interval");
    let check = |range: std::ops::Range<u64>| {
        let mut all = Tally::default();
        let mut words = [0; parts::LEN];
        let (mut draws, mut others) = ([0.0; parts::LEN], [0.0; parts::LEN]);
        let mut exact = [0.0; parts::LEN];
        for &number in &numbers[range.start as usize..range.end as usize] {
            parts::words(number, &mut words);
            levels::truncated_f32(levels[0], &truncation, &words, &mut draws);
            for &level in &levels[1..] {
                levels::truncated_f32(level, &truncation, &words, &mut others);
                all.differ += differ_f32(&draws, &others);
            }
            if low == -high {
                levels::truncated_f32(levels[0], &truncation, &words.map(|w| !w), &mut others);
                all.asymmetric += differ_f32(&draws.map(|z| -z), &others);
            }
            let middles = words.map(|w| u64::from(w) << 32 | 1 << 31);
            levels::truncated_f64(levels[0], &truncation, &middles, &mut exact);
            let mut last = [f32::NEG_INFINITY];
            if number > 0 {
                levels::truncated_f32(levels[0], &truncation, &[words[0] - 1], &mut last);
            }
            let [mut last] = last;
            for (&z, &exact) in draws.iter().zip(&exact) {
                all.add(z, exact, last, (low, high));
                last = z;
            }
        }
        all
    };
    parallel(numbers.len() as u64, check, Tally::join)
}

/// Measures, prints and asserts.
pub fn check(numbers: &[u64], levels: &[Level]) {
    println!("\n| bounds | words | largest, ULP | rms, ULP | above 2 ULP | falls | largest, ULP |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let (mut outside, mut asymmetric, mut differ) = (0, 0, 0);
    for bounds in BOUNDS {
        let tally = tally(numbers, levels, bounds);
        let words = tally.words as f64;
        println!(
            "| {}, {} | {} | {:.2} | {:.2} | {:.2} % | {:.1e} | {:.0} |",
            bounds.0,
            bounds.1,
            tally.words,
            tally.largest,
            (tally.squares / words).sqrt(),
            tally.above_2 as f64 / words * 100.0,
            tally.falls as f64 / words,
            tally.largest_fall,
        );
        let (error, fall) = (bound("truncated", "f32"), bound("truncated order", "f32"));
        assert!(tally.largest <= error, "errors in {bounds:?}");
        assert!(tally.largest_fall <= fall, "falls in {bounds:?}");
        outside += tally.outside;
        asymmetric += tally.asymmetric;
        differ += tally.differ;
    }
    println!(
        "\noutside of the bounds: {outside}; breaking the symmetry of symmetric bounds: \
         {asymmetric}; other bits on another level: {differ}"
    );
    assert_eq!(outside + asymmetric + differ, 0);
}
