//! The `f32` maps on every word, against the platform's `f64` functions, whose own error is
//! 2^-29 of what is measured.

use std::f64::consts::TAU;

use super::{
    levels::{self, Level},
    parts::{self, differ_f32},
    tally::{Tally, header},
};
use crate::{bounds::bound, parallel};

const CELL: f64 = 1.0 / 4_294_967_296.0;

pub fn ulps(value: f32, reference: f64) -> f64 {
    let ulp = f64::from_bits(reference.abs().to_bits() & (0x7ff << 52)) * f64::from(f32::EPSILON);
    (f64::from(value) - reference).abs() / ulp
}

fn radius_reference(w: u32) -> f64 {
    let log = if w < 1 << 31 {
        ((f64::from(w) + 0.5) * CELL).ln()
    } else {
        (-(f64::from(!w) + 0.5) * CELL).ln_1p()
    };
    (-2.0 * log).sqrt()
}

/// Reduced to an eighth of a turn first: near the axes the platform's functions would see an
/// angle whose rounding error is all that is left.
fn sin_cos_reference(w: u32) -> (f64, f64) {
    let quarter = w.wrapping_add(1 << 29) >> 30;
    let rest = w.wrapping_sub(quarter << 30) as i32;
    let (sin, cos) = ((f64::from(rest) + 0.5) * CELL * TAU).sin_cos();
    match quarter {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[derive(Default)]
struct Radii {
    /// By the quarter of the word, the lower two together being one branch.
    anchors: [Tally; 3],
    /// Words whose radius is larger than that of the word before.
    rises: u64,
    smallest: Option<f32>,
    largest: f32,
    /// Words whose radius has other bits on another level.
    differ: u64,
}

fn radii(numbers: &[u64], levels: &[Level]) -> Radii {
    let check = |range: std::ops::Range<u64>| {
        let mut all = Radii::default();
        let mut words = [0; parts::LEN];
        let (mut radii, mut others) = ([0.0; parts::LEN], [0.0; parts::LEN]);
        for &number in &numbers[range.start as usize..range.end as usize] {
            parts::words(number, &mut words);
            let mut before = [f32::INFINITY];
            if number > 0 {
                levels::radius_f32(levels[0], &[words[0] - 1], &mut before);
            }
            let [mut before] = before;
            levels::radius_f32(levels[0], &words, &mut radii);
            for &level in &levels[1..] {
                levels::radius_f32(level, &words, &mut others);
                all.differ += differ_f32(&radii, &others);
            }
            let tally = &mut all.anchors[(words[0] >> 30).saturating_sub(1) as usize];
            for (&w, &r) in words.iter().zip(&radii) {
                tally.add(w.into(), ulps(r, radius_reference(w)));
                all.rises += u64::from(!(r <= before));
                all.smallest = Some(all.smallest.map_or(r, |least| least.min(r)));
                all.largest = all.largest.max(r);
                before = r;
            }
        }
        all
    };
    parallel(numbers.len() as u64, check, |all, one| {
        all.anchors
            .iter_mut()
            .zip(&one.anchors)
            .for_each(|(a, b)| a.merge(b));
        all.rises += one.rises;
        all.smallest = match (all.smallest, one.smallest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        all.largest = all.largest.max(one.largest);
        all.differ += one.differ;
    })
}

#[derive(Default)]
struct Angles {
    sin: Tally,
    cos: Tally,
    /// Words that break a symmetry of the circle, and values outside (0, 1] in magnitude.
    asymmetric: u64,
    outside: u64,
    differ: u64,
}

fn angles(numbers: &[u64], levels: &[Level]) -> Angles {
    let check = |range: std::ops::Range<u64>| {
        let mut all = Angles::default();
        let mut words = [0; parts::LEN];
        let [mut sin, mut cos, mut other_sin, mut other_cos] = [[0.0; parts::LEN]; 4];
        for &number in &numbers[range.start as usize..range.end as usize] {
            parts::words(number, &mut words);
            levels::sin_cos_f32(levels[0], &words, &mut sin, &mut cos);
            for &level in &levels[1..] {
                levels::sin_cos_f32(level, &words, &mut other_sin, &mut other_cos);
                all.differ += differ_f32(&sin, &other_sin) + differ_f32(&cos, &other_cos);
            }
            let conjugate = words.map(|w| !w);
            levels::sin_cos_f32(levels[0], &conjugate, &mut other_sin, &mut other_cos);
            all.asymmetric += differ_f32(&sin.map(|x| -x), &other_sin);
            all.asymmetric += differ_f32(&cos, &other_cos);
            let rotated = words.map(|w| w.wrapping_add(1 << 30));
            levels::sin_cos_f32(levels[0], &rotated, &mut other_sin, &mut other_cos);
            all.asymmetric += differ_f32(&cos, &other_sin);
            all.asymmetric += differ_f32(&sin.map(|x| -x), &other_cos);
            for ((&w, &sin), &cos) in words.iter().zip(&sin).zip(&cos) {
                let (sin_reference, cos_reference) = sin_cos_reference(w);
                all.sin.add(w.into(), ulps(sin, sin_reference));
                all.cos.add(w.into(), ulps(cos, cos_reference));
                let inside = |x: f32| x != 0.0 && x.abs() <= 1.0;
                all.outside += u64::from(!(inside(sin) && inside(cos)));
            }
        }
        all
    };
    parallel(numbers.len() as u64, check, |all, one| {
        all.sin.merge(&one.sin);
        all.cos.merge(&one.cos);
        all.asymmetric += one.asymmetric;
        all.outside += one.outside;
        all.differ += one.differ;
    })
}

#[derive(Default)]
struct Uniforms {
    words: u64,
    /// Draws that are not the middle of their cell, exactly.
    inexact: u64,
    /// Words whose complement's draw is not the negative.
    asymmetric: u64,
    /// Draws that are not above that of the word before, or equal to it in the same cell.
    falls: u64,
    outside: u64,
    differ: u64,
}

fn uniforms(numbers: &[u64], levels: &[Level]) -> Uniforms {
    let check = |range: std::ops::Range<u64>| {
        let mut all = Uniforms::default();
        let mut words = [0; parts::LEN];
        let (mut draws, mut others) = ([0.0; parts::LEN], [0.0; parts::LEN]);
        for &number in &numbers[range.start as usize..range.end as usize] {
            parts::words(number, &mut words);
            levels::uniform_f32(levels[0], &words, &mut draws);
            for &level in &levels[1..] {
                levels::uniform_f32(level, &words, &mut others);
                all.differ += differ_f32(&draws, &others);
            }
            levels::uniform_f32(levels[0], &words.map(|w| !w), &mut others);
            all.asymmetric += differ_f32(&draws.map(|x| -x), &others);
            // A part begins with a cell.
            let mut before = (words[0] >> 8).wrapping_sub(1);
            let mut last = f32::NEG_INFINITY;
            for (&w, &t) in words.iter().zip(&draws) {
                let cell = w >> 8;
                let middle = (f64::from(cell) + 0.5) / 8_388_608.0 - 1.0;
                all.inexact += u64::from(f64::from(t) != middle);
                all.falls += u64::from(if cell == before {
                    t != last
                } else {
                    !(t > last)
                });
                all.outside += u64::from(!(t.abs() < 1.0 && t != 0.0));
                (before, last) = (cell, t);
            }
            all.words += parts::LEN as u64;
        }
        all
    };
    parallel(numbers.len() as u64, check, |all, one| {
        all.words += one.words;
        all.inexact += one.inexact;
        all.asymmetric += one.asymmetric;
        all.falls += one.falls;
        all.outside += one.outside;
        all.differ += one.differ;
    })
}

/// Measures, prints and asserts.
pub fn check(numbers: &[u64], levels: &[Level]) {
    println!(
        "\nf32 maps, {} parts of {} words",
        numbers.len(),
        parts::LEN
    );
    let radii = radii(numbers, levels);
    header("`radius_f32`");
    for (tally, name) in radii
        .anchors
        .iter()
        .zip(["u < 1/2", "1/2 <= u < 3/4", "3/4 <= u"])
    {
        tally.print(name, 8);
        tally.assert_at_most(bound("radius", "f32"), name);
    }
    let smallest = radii.smallest.expect("there are words");
    println!(
        "\nradius from {smallest:e} to {}; larger than that of the word before: {}; other bits on \
         another level: {}",
        radii.largest, radii.rises, radii.differ
    );
    assert!(smallest == 2.0_f32.powi(-16) && radii.largest < 6.7638 && radii.rises == 0);
    assert_eq!(radii.differ, 0);

    let angles = angles(numbers, levels);
    header("`sin_cos_f32`");
    for (tally, name) in [(&angles.sin, "sine"), (&angles.cos, "cosine")] {
        tally.print(name, 8);
        tally.assert_at_most(bound("sin_cos", "f32"), name);
    }
    println!(
        "\nbreaking a symmetry: {}; zero or beyond 1: {}; other bits on another level: {}",
        angles.asymmetric, angles.outside, angles.differ
    );
    assert!(angles.asymmetric == 0 && angles.outside == 0 && angles.differ == 0);

    let Uniforms {
        words,
        inexact,
        asymmetric,
        falls,
        outside,
        differ,
    } = uniforms(numbers, levels);
    println!(
        "\n`uniform_f32`, {words} words: not the middle of the cell, exactly: {inexact}; breaking \
         the symmetry: {asymmetric}; not above the cell before: {falls}; zero, or not within 1: \
         {outside}; other bits on another level: {differ}"
    );
    assert_eq!(inexact + asymmetric + falls + outside + differ, 0);
}
