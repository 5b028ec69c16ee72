//! Truncated normal draws over all words of `f32`: `cargo run --release -p fanin-checks --bin
//! truncated`, or with `--stride N` over every Nth part of them.
//!
//! The `f64` draw of the middle of a word's cell is the reference, which the unit tests of the
//! library hold against known values; it is nine digits more exact. The program ends with an error
//! if a draw is outside of its bounds, breaks the symmetry of symmetric ones, or is further from the
//! reference than is stated.

#![allow(dead_code, reason = "of the included files only the draws are used")]

#[path = "../../../src/truncated_moments.rs"]
mod truncated_moments;

#[path = "../../../src/engine"]
mod engine {
    pub(crate) mod quantile;
    pub(crate) mod truncation;
}

use engine::truncation::Truncation;

/// Bounds, in standard deviations of the parent.
const BOUNDS: [(f64, f64); 10] = [
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

/// What the largest error in units in the last place must not exceed.
const LARGEST: f64 = 5.0;

/// Words that are drawn at once.
const PART: u64 = 4096;

#[derive(Default)]
struct Tally {
    words: u64,
    largest: f64,
    squares: f64,
    above_2: u64,
    falls: u64,
    outside: u64,
    asymmetric: u64,
}

impl Tally {
    fn part(&mut self, truncation: &Truncation, (low, high): (f64, f64), first: u32) {
        let draw = |w: u32| truncation.draw_f32(truncation.depth_f32(w));
        let mut last = f32::NEG_INFINITY;
        for w in first..=first + (PART as u32 - 1) {
            let z = draw(w);
            let exact = truncation.draw_f64(truncation.depth_f64(u64::from(w) << 32 | 1 << 31));
            let wide = f64::from(z);
            let error = (wide - exact).abs() / ulp(exact);
            self.words += 1;
            self.largest = self.largest.max(error);
            self.squares += error * error;
            self.above_2 += u64::from(error > 2.0);
            self.falls += u64::from(z < last);
            self.outside += u64::from(!(low <= wide && wide <= high));
            self.asymmetric += u64::from(low == -high && draw(!w) != -z);
            last = z;
        }
    }

    fn join(self, other: Self) -> Self {
        Tally {
            words: self.words + other.words,
            largest: self.largest.max(other.largest),
            squares: self.squares + other.squares,
            above_2: self.above_2 + other.above_2,
            falls: self.falls + other.falls,
            outside: self.outside + other.outside,
            asymmetric: self.asymmetric + other.asymmetric,
        }
    }
}

/// The spacing of `f32` numbers in the binade of a number.
fn ulp(x: f64) -> f64 {
    let exponent = (x.abs().to_bits() >> 52) as i32 - 1023;
    2.0_f64.powi(exponent.max(-126) - 23)
}

fn main() {
    let stride = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => 1,
        [option, stride] if option == "--stride" => stride.parse().expect("a number"),
        _ => panic!("usage: truncated [--stride N]"),
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    println!("| bounds | words | largest, ULP | rms, ULP | above 2 ULP | falls |");
    println!("|---|---:|---:|---:|---:|---:|");
    for bounds in BOUNDS {
        let truncation = Truncation::new(bounds.0, bounds.1).expect("an interval");
        let tally = std::thread::scope(|scope| {
            let run = |thread| {
                let mut tally = Tally::default();
                let parts = (0..(1 << 32) / PART).step_by(stride);
                for part in parts.skip(thread as usize).step_by(threads as usize) {
                    tally.part(&truncation, bounds, (part * PART) as u32);
                }
                tally
            };
            let handles: Vec<_> = (0..threads)
                .map(|thread| scope.spawn(move || run(thread)))
                .collect();
            handles
                .into_iter()
                .map(|handle| handle.join().expect("a thread"))
                .fold(Tally::default(), Tally::join)
        });
        let words = tally.words as f64;
        println!(
            "| {}, {} | {} | {:.2} | {:.2} | {:.2} % | {:.1e} |",
            bounds.0,
            bounds.1,
            tally.words,
            tally.largest,
            (tally.squares / words).sqrt(),
            tally.above_2 as f64 / words * 100.0,
            tally.falls as f64 / words,
        );
        assert_eq!(tally.outside, 0, "draws outside of {bounds:?}");
        assert_eq!(tally.asymmetric, 0, "asymmetric draws in {bounds:?}");
        assert!(tally.largest < LARGEST, "errors in {bounds:?}");
    }
}
