//! What a draw and two ways to scale it lose, against the `f64` maps at the middle of the cell.

use std::ops::Range;

use fanin::internals::{radius_f32, radius_f64, sin_cos_f32, sin_cos_f64};

use super::{single::ulps, tally::worse};
use crate::{bounds::bound, parallel, random};

/// He's for 784 inputs, and one that lies halfway between two floats.
const STD: f64 = 0.050_507_627_227_610_534;
const UNLUCKY: f64 = 1.0 + 0.5 * f32::EPSILON as f64;
const WAYS: [&str; 5] = [
    "`z`",
    "`std z` in `f32`",
    "`std z` in `f64`, rounded once",
    "`std z` in `f32`, std between two floats",
    "`std z` in `f64`, std between two floats",
];

#[derive(Clone, Copy, Default)]
struct Error {
    squares: f64,
    largest: f64,
}

/// Measures and prints, on `samples` pairs of words.
pub fn check(samples: u64) {
    let work = |range: Range<u64>| {
        let mut errors = [Error::default(); WAYS.len()];
        for n in range {
            let (radius, angle) = (random(2 * n), random(2 * n + 1));
            let z = radius_f32((radius >> 32) as u32) * sin_cos_f32((angle >> 32) as u32).0;
            // The middle of the cell of a word is the middle of the cells that refine it.
            let middle = |word: u64| word >> 32 << 32 | 1 << 31;
            let exact = radius_f64(middle(radius)) * sin_cos_f64(middle(angle)).0;
            let narrow = |std: f64| ulps(std as f32 * z, std * exact);
            let wide = |std: f64| ulps((std * f64::from(z)) as f32, std * exact);
            let found = [
                ulps(z, exact),
                narrow(STD),
                wide(STD),
                narrow(UNLUCKY),
                wide(UNLUCKY),
            ];
            for (error, ulps) in errors.iter_mut().zip(found) {
                error.squares += ulps * ulps;
                error.largest = worse(error.largest, ulps);
            }
        }
        errors
    };
    let errors = parallel(samples, work, |all, one| {
        for (a, b) in all.iter_mut().zip(one) {
            a.squares += b.squares;
            a.largest = worse(a.largest, b.largest);
        }
    });
    println!("\n| `f32` value, mean 0 | root mean square error, ULP | largest |\n|---|---:|---:|");
    for (way, error) in WAYS.iter().zip(errors) {
        let root = (error.squares / samples as f64).sqrt();
        println!("| {way} | {root:.3} | {:.2} |", error.largest);
        assert!(error.largest <= bound("normal value", "f32"), "{way}");
    }
}
