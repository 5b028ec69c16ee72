//! The `f64` maps on random words, against double-double arithmetic, and how closely an `f64`
//! draw follows the `f32` draw of the same high words.

use std::ops::Range;

use fanin::internals::{radius_f32, radius_f64, sin_cos_f32, sin_cos_f64};

use super::{
    double::{Doubles, LEN, Reference},
    levels::{self, Level},
    parts::differ_f64,
    tally::{Tally, header},
};
use crate::{bounds::bound, parallel, random};

/// |z64 - z32| <= bound (1 + |z64|), and the share of elements that may break it.
const REFINEMENT: [(f64, f64); 4] = [(2e-6, 1.5e-6), (1e-6, 3e-6), (5e-7, 6e-6), (2e-7, 1.5e-5)];

/// A word at a log-uniform distance from one of the four corners of a turn, on either side.
/// Uniform words hardly ever come near; the branches meet here and the radius has its tails.
pub fn clustered(n: u64) -> u64 {
    let (word, shape) = (random(2 * n), random(2 * n + 1));
    let distance = word >> 2 >> ((shape >> 8) % 62);
    let corner = (shape & 3) << 62;
    if shape & 4 == 0 {
        corner.wrapping_add(distance)
    } else {
        corner.wrapping_sub(distance + 1)
    }
}

/// The words around every power of two and its half again, where exponents and branches change;
/// all zeros and all ones are among them.
pub fn edges() -> Vec<u64> {
    let places = (0..63).flat_map(|j| [1 << j, 3 << j]).chain([1 << 63]);
    places
        .flat_map(|place: u64| (0..64).map(move |near| place.wrapping_add(near).wrapping_sub(32)))
        .collect()
}

struct Errors {
    anchors: [Tally; 3],
    sin: Tally,
    cos: Tally,
    /// Pairs of words whose radii are in the wrong order.
    rises: u64,
    /// Values that break a symmetry or leave their range.
    broken: u64,
    /// Uniform draws that are not the middle of their cell, exactly.
    inexact: u64,
    differ: u64,
    /// The same words are taken again and again.
    scratch: Box<Scratch>,
}

struct Scratch {
    values: [[f64; LEN]; 8],
    radius: Doubles,
    sin: Doubles,
    cos: Doubles,
}

impl Errors {
    fn new() -> Self {
        Errors {
            anchors: Default::default(),
            sin: Tally::default(),
            cos: Tally::default(),
            rises: 0,
            broken: 0,
            inexact: 0,
            differ: 0,
            scratch: Box::new(Scratch {
                values: [[0.0; LEN]; 8],
                radius: Doubles::zeros(),
                sin: Doubles::zeros(),
                cos: Doubles::zeros(),
            }),
        }
    }

    /// `above` holds a word that is not below each of `words`.
    fn add(
        &mut self,
        reference: &Reference,
        levels: &[Level],
        words: &[u64; LEN],
        above: &[u64; LEN],
    ) {
        let Scratch {
            values: [r, sin, cos, t, next, a, b, c],
            radius,
            sin: exact_sin,
            cos: exact_cos,
        } = &mut *self.scratch;
        let best = levels[0];
        levels::radius_f64(best, words, r);
        levels::radius_f64(best, above, next);
        levels::sin_cos_f64(best, words, sin, cos);
        levels::uniform_f64(best, words, t);
        for &level in &levels[1..] {
            levels::radius_f64(level, words, a);
            self.differ += differ_f64(r, a);
            levels::sin_cos_f64(level, words, b, c);
            self.differ += differ_f64(sin, b) + differ_f64(cos, c);
            levels::uniform_f64(level, words, a);
            self.differ += differ_f64(t, a);
        }

        let complements = words.map(|w| !w);
        levels::sin_cos_f64(best, &complements, b, c);
        self.broken += differ_f64(&sin.map(|x| -x), b) + differ_f64(cos, c);
        levels::uniform_f64(best, &complements, a);
        self.broken += differ_f64(&t.map(|x| -x), a);
        levels::sin_cos_f64(best, &words.map(|w| w.wrapping_add(1 << 62)), b, c);
        self.broken += differ_f64(cos, b) + differ_f64(&sin.map(|x| -x), c);

        reference.radius(words, radius);
        reference.sin_cos(words, exact_sin, exact_cos);
        for i in 0..LEN {
            let w = words[i];
            self.anchors[(w >> 62).saturating_sub(1) as usize].add(w, radius.get(i).ulps(r[i]));
            self.sin.add(w, exact_sin.get(i).ulps(sin[i]));
            self.cos.add(w, exact_cos.get(i).ulps(cos[i]));
            self.rises += u64::from(!(next[i] <= r[i]));
            let inside = |x: f64| x != 0.0 && x.abs() <= 1.0;
            self.broken += u64::from(!(inside(sin[i]) && inside(cos[i])));
            self.broken += u64::from(!(r[i] > 0.0 && r[i] < 9.4926));
            self.broken += u64::from(!(t[i].abs() < 1.0 && t[i] != 0.0));
            // An odd number below 2^52, which is exact.
            let odd = (w >> 11 | 1) as i64 - (1 << 52);
            self.inexact += u64::from(t[i] != odd as f64 * 2.0_f64.powi(-52));
        }
    }

    fn merge(&mut self, other: &Self) {
        self.anchors
            .iter_mut()
            .zip(&other.anchors)
            .for_each(|(a, b)| a.merge(b));
        self.sin.merge(&other.sin);
        self.cos.merge(&other.cos);
        self.rises += other.rises;
        self.broken += other.broken;
        self.inexact += other.inexact;
        self.differ += other.differ;
    }
}

/// Elements beyond each bound of `REFINEMENT`, for one pair of radius and angle words.
fn coarse(n: u64) -> [u64; REFINEMENT.len()] {
    let (radius, angle) = (random(2 * n), random(2 * n + 1));
    let (sin32, cos32) = sin_cos_f32((angle >> 32) as u32);
    let (sin64, cos64) = sin_cos_f64(angle);
    let (r32, r64) = (radius_f32((radius >> 32) as u32), radius_f64(radius));
    REFINEMENT.map(|(bound, _)| {
        let beyond = |z32: f32, z64: f64| {
            u64::from((z64 - f64::from(z32)).abs() > bound * (1.0 + z64.abs()))
        };
        beyond(r32 * sin32, r64 * sin64) + beyond(r32 * cos32, r64 * cos64)
    })
}

/// Measures, prints and asserts. The number of samples is rounded up to a multiple of 256.
pub fn check(samples: u64, levels: &[Level]) {
    let batches = samples.div_ceil(LEN as u64);
    let samples = batches * LEN as u64;
    println!("\nf64 maps, {samples} uniform and {samples} clustered words, and edges");
    let reference = Reference::new();
    let work = |range: Range<u64>| {
        let mut errors = Errors::new();
        for batch in range {
            let n = |i| batch * LEN as u64 + i as u64;
            let above = |w: u64, n: u64| w.saturating_add(random(!n) >> (n % 64));
            let words = std::array::from_fn(|i| random(n(i)));
            let next = std::array::from_fn(|i| above(words[i], n(i)));
            errors.add(&reference, levels, &words, &next);
            let words = std::array::from_fn(|i| clustered(n(i)));
            let next = std::array::from_fn(|i| above(words[i], n(i)));
            errors.add(&reference, levels, &words, &next);
        }
        errors
    };
    let mut errors = parallel(batches, work, |all, one| all.merge(&one));
    for some in edges().chunks(LEN) {
        let words = std::array::from_fn(|i| some[i % some.len()]);
        errors.add(
            &reference,
            levels,
            &words,
            &words.map(|w| w.saturating_add(1)),
        );
    }
    header("`radius_f64`");
    for (tally, name) in errors
        .anchors
        .iter()
        .zip(["u < 1/2", "1/2 <= u < 3/4", "3/4 <= u"])
    {
        tally.print(name, 16);
        tally.assert_at_most(bound("radius", "f64"), name);
    }
    header("`sin_cos_f64`");
    for (tally, name) in [(&errors.sin, "sine"), (&errors.cos, "cosine")] {
        tally.print(name, 16);
        tally.assert_at_most(bound("sin_cos", "f64"), name);
    }
    println!(
        "\npairs of radii in the wrong order: {}; symmetry or range broken: {}; uniform draws that \
         are not the middle of their cell, exactly: {}; other bits on another level: {}",
        errors.rises, errors.broken, errors.inexact, errors.differ
    );
    assert!(errors.rises == 0 && errors.broken == 0);
    assert!(errors.inexact == 0 && errors.differ == 0);

    let work = |range: Range<u64>| range.fold([0; REFINEMENT.len()], |sum, n| add(sum, coarse(n)));
    let beyond = parallel(samples, work, |all, one| *all = add(*all, one));
    let elements = 2 * samples;
    println!("\n| f64 against f32: beyond | of {elements} elements | share |\n|---|---:|---:|");
    for ((bound, share), count) in REFINEMENT.into_iter().zip(beyond) {
        let measured = count as f64 / elements as f64;
        println!("| {bound:e} (1 + abs z) | {count} | {measured:.1e} |");
        // Ten more, for small samples.
        assert!(
            count as f64 <= share * elements as f64 + 10.0,
            "more than {share:e} of the elements"
        );
    }
}

fn add<const N: usize>(a: [u64; N], b: [u64; N]) -> [u64; N] {
    std::array::from_fn(|i| a[i] + b[i])
}
