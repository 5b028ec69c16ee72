//! The `f64` maps on random words, against double-double arithmetic, and how closely an `f64`
//! draw follows the `f32` draw of the same high words.

use crate::angle::{sin_cos_f32, sin_cos_f64};
use crate::double::Reference;
use crate::radius::{radius_f32, radius_f64};
use crate::tally::{Tally, header, parallel};

/// What the library's documentation states.
const RADIUS_BOUND: f64 = 1.5;
const ANGLE_BOUND: f64 = 1.8;
/// |z64 - z32| <= bound (1 + |z64|), and the share of elements that may break it.
const REFINEMENT: [(f64, f64); 4] = [(2e-6, 1.5e-6), (1e-6, 3e-6), (5e-7, 6e-6), (2e-7, 1.5e-5)];

/// SplitMix64: the `n`th word of one fixed sequence.
pub fn random(n: u64) -> u64 {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A word at a log-uniform distance from one of the four corners of a turn, on either side.
/// Uniform words hardly ever come near; the branches meet here and the radius has its tails.
fn clustered(n: u64) -> u64 {
    let (word, shape) = (random(2 * n), random(2 * n + 1));
    let distance = word >> 2 >> ((shape >> 8) % 62);
    let corner = (shape & 3) << 62;
    if shape & 4 == 0 {
        corner.wrapping_add(distance)
    } else {
        corner.wrapping_sub(distance + 1)
    }
}

/// The words around every power of two and its half again, where exponents and branches change.
fn edges() -> impl Iterator<Item = u64> {
    let places = (0..63).flat_map(|j| [1 << j, 3 << j]).chain([1 << 63]);
    places.flat_map(|place: u64| (0..64).map(move |near| place.wrapping_add(near).wrapping_sub(32)))
}

#[derive(Default)]
struct Errors {
    anchors: [Tally; 3],
    sin: Tally,
    cos: Tally,
    /// Pairs of words whose radii are in the wrong order.
    rises: u64,
    /// Values that break a symmetry or leave their range.
    broken: u64,
}

impl Errors {
    fn add(&mut self, reference: &Reference, w: u64, above: u64) {
        let r = radius_f64(w);
        self.anchors[(w >> 62).saturating_sub(1) as usize].add(w, reference.radius(w).ulps(r));
        self.rises += u64::from(!(radius_f64(w.saturating_add(above)) <= r));

        let (sin, cos) = sin_cos_f64(w);
        let (sin_reference, cos_reference) = reference.sin_cos(w);
        self.sin.add(w, sin_reference.ulps(sin));
        self.cos.add(w, cos_reference.ulps(cos));
        let symmetric =
            sin_cos_f64(!w) == (-sin, cos) && sin_cos_f64(w.wrapping_add(1 << 62)) == (cos, -sin);
        let inside = |x: f64| x != 0.0 && x.abs() <= 1.0;
        self.broken +=
            u64::from(!(symmetric && inside(sin) && inside(cos) && r > 0.0 && r < 9.4926));
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

/// Measures, prints and asserts.
pub fn check(samples: u64) {
    println!("\nf64 maps, {samples} uniform and {samples} clustered words, and edges");
    let reference = Reference::new();
    let work = |range: std::ops::Range<u64>| {
        let mut errors = Errors::default();
        for n in range {
            let above = random(!n) >> (n % 64);
            errors.add(&reference, random(n), above);
            errors.add(&reference, clustered(n), above);
        }
        errors
    };
    let mut errors = parallel(samples, work, |all, one| all.merge(&one));
    edges().for_each(|w| errors.add(&reference, w, 1));
    header("`radius_f64`");
    for (tally, name) in errors
        .anchors
        .iter()
        .zip(["u < 1/2", "1/2 <= u < 3/4", "3/4 <= u"])
    {
        tally.print(name, 16);
        tally.assert_at_most(RADIUS_BOUND, name);
    }
    header("`sin_cos_f64`");
    for (tally, name) in [(&errors.sin, "sine"), (&errors.cos, "cosine")] {
        tally.print(name, 16);
        tally.assert_at_most(ANGLE_BOUND, name);
    }
    println!(
        "\npairs of radii in the wrong order: {}; symmetry or range broken: {}",
        errors.rises, errors.broken
    );
    assert!(errors.rises == 0 && errors.broken == 0);

    let work = |range: std::ops::Range<u64>| {
        range.fold([0; REFINEMENT.len()], |sum, n| add(sum, coarse(n)))
    };
    let beyond = parallel(4 * samples, work, |all, one| *all = add(*all, one));
    let elements = 8 * samples;
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
