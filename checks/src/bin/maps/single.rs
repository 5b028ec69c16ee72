//! The `f32` maps on every word, against the platform's `f64` functions, whose own error is
//! 2^-29 of what is measured.

use std::f64::consts::TAU;

use crate::angle::sin_cos_f32;
use crate::radius::radius_f32;
use crate::tally::{Tally, header, parallel};

/// What the library's documentation states.
const RADIUS_BOUND: f64 = 1.39;
const ANGLE_BOUND: f64 = 1.87;

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

struct Radii {
    /// By the quarter of the word, the lower two together being one branch.
    anchors: [Tally; 3],
    /// Words whose radius is larger than that of the word before.
    rises: u64,
    smallest: f32,
    largest: f32,
}

fn radii(stride: u64) -> Radii {
    let check = |range: std::ops::Range<u64>| {
        let mut all = Radii {
            anchors: Default::default(),
            rises: 0,
            smallest: f32::MAX,
            largest: 0.0,
        };
        let first = range.start.next_multiple_of(stride);
        let mut before = radius_f32(first.saturating_sub(stride) as u32);
        for word in (first..range.end).step_by(stride as usize) {
            let w = word as u32;
            let r = radius_f32(w);
            all.anchors[(w >> 30).saturating_sub(1) as usize]
                .add(word, ulps(r, radius_reference(w)));
            all.rises += u64::from(!(r <= before));
            all.smallest = all.smallest.min(r);
            all.largest = all.largest.max(r);
            before = r;
        }
        all
    };
    parallel(1 << 32, check, |all, one| {
        all.anchors
            .iter_mut()
            .zip(&one.anchors)
            .for_each(|(a, b)| a.merge(b));
        all.rises += one.rises;
        all.smallest = all.smallest.min(one.smallest);
        all.largest = all.largest.max(one.largest);
    })
}

#[derive(Default)]
struct Angles {
    sin: Tally,
    cos: Tally,
    /// Words that break a symmetry of the circle, and values outside (0, 1] in magnitude.
    asymmetric: u64,
    outside: u64,
}

fn angles(stride: u64) -> Angles {
    let check = |range: std::ops::Range<u64>| {
        let mut all = Angles::default();
        let first = range.start.next_multiple_of(stride);
        for word in (first..range.end).step_by(stride as usize) {
            let w = word as u32;
            let (sin, cos) = sin_cos_f32(w);
            let (sin_reference, cos_reference) = sin_cos_reference(w);
            all.sin.add(word, ulps(sin, sin_reference));
            all.cos.add(word, ulps(cos, cos_reference));
            let conjugate = sin_cos_f32(!w) == (-sin, cos);
            let rotated = sin_cos_f32(w.wrapping_add(1 << 30)) == (cos, -sin);
            all.asymmetric += u64::from(!(conjugate && rotated));
            let inside = |x: f32| x != 0.0 && x.abs() <= 1.0;
            all.outside += u64::from(!(inside(sin) && inside(cos)));
        }
        all
    };
    parallel(1 << 32, check, |all, one| {
        all.sin.merge(&one.sin);
        all.cos.merge(&one.cos);
        all.asymmetric += one.asymmetric;
        all.outside += one.outside;
    })
}

/// Measures, prints and asserts.
pub fn check(stride: u64) {
    println!("f32 maps, every {stride} of 2^32 words");
    let radii = radii(stride);
    header("`radius_f32`");
    for (tally, name) in radii
        .anchors
        .iter()
        .zip(["u < 1/2", "1/2 <= u < 3/4", "3/4 <= u"])
    {
        tally.print(name, 8);
        tally.assert_at_most(RADIUS_BOUND, name);
    }
    println!(
        "\nradius from {:e} to {}; larger than that of the word before: {}",
        radii.smallest, radii.largest, radii.rises
    );
    assert!(radii.smallest > 0.0 && radii.largest < 6.7638 && radii.rises == 0);

    let angles = angles(stride);
    header("`sin_cos_f32`");
    for (tally, name) in [(&angles.sin, "sine"), (&angles.cos, "cosine")] {
        tally.print(name, 8);
        tally.assert_at_most(ANGLE_BOUND, name);
    }
    println!(
        "\nbreaking a symmetry: {}; zero or beyond 1: {}",
        angles.asymmetric, angles.outside
    );
    assert!(angles.asymmetric == 0 && angles.outside == 0);
}
