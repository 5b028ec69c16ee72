//! The normal law between two bounds: a word mapped to a draw by the inverse of its distribution.

use super::quantile::{LAST_F32, LAST_F64, QuantileF32, QuantileF64};
use crate::truncated_moments::{Interval, exp_neg, mass};

/// What a loop over words needs to know of the bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Truncation {
    words_f32: Words<u32, f32>,
    words_f64: Words<u64, f64>,
    quantile_f32: QuantileF32,
    quantile_f64: QuantileF64,
    bounds_f32: (f32, f32),
    bounds_f64: (f64, f64),
}

/// How words are distributed over the two sides of 0.
#[derive(Clone, Copy, Debug)]
struct Words<W, F> {
    /// All ones if the interval was mirrored, and the complement.
    mirror: W,
    unmirror: W,
    /// The first word of the upper side.
    split: W,
    /// Mass of a word, in units of the mass from the inner end of a side to infinity.
    slope: F,
    /// Mass up to the middle of a side's innermost cell: (lower, upper).
    inner: (F, F),
    /// Mass from the middle of a side's outermost cell to infinity: (lower, upper).
    outer: (F, F),
}

impl Truncation {
    pub(crate) fn new(alpha: f64, beta: f64) -> Option<Self> {
        let interval = Interval::new(alpha, beta)?;
        let (a, b) = (interval.alpha, interval.beta);
        let side = |a: f64| 0.0_f64.max(a);
        let _ = side;
        let sides = if a < 0.0 {
            let (lower, upper) = (half_mass(-a), half_mass(b));
            Sides {
                total: lower.0 + upper.0,
                split: lower.0 / (lower.0 + upper.0),
                outer: (lower.1, upper.1),
            }
        } else {
            let tail = mass(a, 0.0, f64::INFINITY);
            Sides {
                total: mass(a, 0.0, b - a) / tail,
                split: 0.0,
                outer: (0.0, if b < 1e9 { exp_neg((b - a) * (0.5 * (a + b))) * mass(b, 0.0, f64::INFINITY) / tail} else {0.0}),
            }
        };
        let start = |last: f64| {
            let z = if a > last { last } else if a > 0.0 { a } else { 0.0 };
            (z, start(z))
        };
        let (z32, start32) = start(LAST_F32);
        let (z64, start64) = start(LAST_F64);
        let pinned = |last| match (a > last, interval.mirrored) {
            (false, _) => (alpha, beta),
            (true, false) => (alpha, alpha),
            (true, true) => (beta, beta),
        };
        Some(Truncation {
            words_f32: sides.words_f32(interval.mirrored),
            words_f64: sides.words_f64(interval.mirrored),
            quantile_f32: QuantileF32::new(z32, start32),
            quantile_f64: QuantileF64::new(z64, start64),
            bounds_f32: inward(pinned(LAST_F32)),
            bounds_f64: pinned(LAST_F64),
        })
    }

    #[inline]
    pub(crate) fn depth_f32(&self, w: u32) -> f32 {
        let Words { mirror, unmirror, split, slope, inner: (inner_lower, inner_upper), outer: (outer_lower, outer_upper) } = self.words_f32;
        let word = w ^ mirror;
        let upper = word >= split;
        let lower_mask = if upper { 0 } else { u32::MAX };
        let from_inner = (word.wrapping_sub(split) ^ lower_mask) as f32;
        let from_outer = (w ^ unmirror ^ lower_mask) as f32;
        let v = slope * from_inner + if upper { inner_upper } else { inner_lower };
        let c = slope * from_outer + if upper { outer_upper } else { outer_lower };
        let sign = (lower_mask ^ mirror) & 0x8000_0000;
        f32::from_bits(minus_ln_f32(c, v).to_bits() | sign)
    }

    #[inline]
    pub(crate) fn draw_f32(&self, depth: f32) -> f32 {
        let sign = depth.to_bits() & 0x8000_0000;
        let z = self.quantile_f32.at(f32::from_bits(depth.to_bits() ^ sign));
        let z = f32::from_bits(z.to_bits() ^ sign);
        let (low, high) = self.bounds_f32;
        let z = if z < low { low } else { z };
        if z > high { high } else { z }
    }

    #[inline]
    pub(crate) fn depth_f64(&self, w: u64) -> f64 {
        let Words { mirror, unmirror, split, slope, inner: (inner_lower, inner_upper), outer: (outer_lower, outer_upper) } = self.words_f64;
        let word = w ^ mirror;
        let upper = word >= split;
        let lower_mask = if upper { 0 } else { u64::MAX };
        let from_inner = to_f64(word.wrapping_sub(split) ^ lower_mask);
        let from_outer = to_f64(w ^ unmirror ^ lower_mask);
        let v = slope * from_inner + if upper { inner_upper } else { inner_lower };
        let c = slope * from_outer + if upper { outer_upper } else { outer_lower };
        let sign = (lower_mask ^ mirror) & 0x8000_0000_0000_0000;
        f64::from_bits(minus_ln_f64(c, v).to_bits() | sign)
    }

    #[inline]
    pub(crate) fn draw_f64(&self, depth: f64) -> f64 {
        let sign = depth.to_bits() & 0x8000_0000_0000_0000;
        let z = self.quantile_f64.at(f64::from_bits(depth.to_bits() ^ sign));
        let z = f64::from_bits(z.to_bits() ^ sign);
        let (low, high) = self.bounds_f64;
        let z = if z < low { low } else { z };
        if z > high { high } else { z }
    }
}

/// Twice the mass between 0 and `z`, and beyond `z`.
fn half_mass(z: f64) -> (f64, f64) {
    (
        SQRT_2_OVER_PI * mass(0.0, 0.0, z),
        SQRT_2_OVER_PI * exp_neg(0.5 * z * z) * if z < 1e9 { mass(z, 0.0, f64::INFINITY) } else { 0.0 },
    )
}

/// `-ln(2 Q(z))`.
fn start(z: f64) -> f64 {
    if z < 1.0 {
        let (v, c) = half_mass(z);
        minus_ln_f64(c, v)
    } else {
        0.5 * z * z + minus_ln_f64(SQRT_2_OVER_PI * mass(z, 0.0, f64::INFINITY), 0.0)
    }
}

struct Sides {
    total: f64,
    split: f64,
    outer: (f64, f64),
}

impl Sides {
    fn words_f32(&self, mirrored: bool) -> Words<u32, f32> {
        let slope = self.total / 4_294_967_296.0;
        let exact = self.split * 4_294_967_296.0;
        let split = (exact + 0.5) as u32;
        let rest = exact - f64::from(split);
        Words {
            mirror: if mirrored { u32::MAX } else { 0 },
            unmirror: if mirrored { 0 } else { u32::MAX },
            split,
            slope: slope as f32,
            inner: ((slope * (0.5 + rest)) as f32, (slope * (0.5 - rest)) as f32),
            outer: ((self.outer.0 + 0.5 * slope) as f32, (self.outer.1 + 0.5 * slope) as f32),
        }
    }
    fn words_f64(&self, mirrored: bool) -> Words<u64, f64> {
        let slope = self.total / 18_446_744_073_709_551_616.0;
        let exact = self.split * 18_446_744_073_709_551_616.0;
        let split = (exact + 0.5) as u64;
        let rest = exact - split as f64;
        Words {
            mirror: if mirrored { u64::MAX } else { 0 },
            unmirror: if mirrored { 0 } else { u64::MAX },
            split,
            slope,
            inner: (slope * (0.5 + rest), slope * (0.5 - rest)),
            outer: (self.outer.0 + 0.5 * slope, self.outer.1 + 0.5 * slope),
        }
    }
}

/// The `f32` numbers within the bounds; the nearest if there is none.
fn inward((low, high): (f64, f64)) -> (f32, f32) {
    let up = |x: f64| {
        let y = x as f32;
        if f64::from(y) < x { next_up(y) } else { y }
    };
    let inside = (up(low), -up(-high));
    if inside.0 <= inside.1 { inside } else { (low as f32, low as f32) }
}

fn next_up(x: f32) -> f32 {
    f32::from_bits(if x == 0.0 { 1 } else if x > 0.0 { x.to_bits() + 1 } else { x.to_bits() - 1 })
}

#[inline]
fn to_f64(x: u64) -> f64 {
    let high = f64::from_bits(0x4530_0000_0000_0000 | (x >> 32));
    let low = f64::from_bits(0x4330_0000_0000_0000 | (x & 0xffff_ffff));
    (high - BIAS_F64) + low
}

#[inline]
fn minus_ln_f32(c: f32, v: f32) -> f32 {
    let split = c.to_bits().wrapping_sub(0x3f40_0000);
    let m = f32::from_bits((split & 0x007f_ffff) + 0x3f40_0000);
    let k = -((split as i32) >> 23) as f32;
    let d = if c >= 0.75 { v } else { 1.0 - m };
    let s = d / (2.0 - d);
    let z = s * s;
    let [p0, p1, p2] = ATANH_F32;
    let series = z * (p0 + z * (p1 + z * p2));
    let h = 0.5 * d * d;
    k * std::f32::consts::LN_2 + (d + (h + s * (h + series)))
}

#[inline]
fn minus_ln_f64(c: f64, v: f64) -> f64 {
    let split = c.to_bits().wrapping_add(0x4000_0000_0000_0000 - 0x3fe8_0000_0000_0000);
    let m = f64::from_bits((split & 0x000f_ffff_ffff_ffff) + 0x3fe8_0000_0000_0000);
    let k = (4_503_599_627_370_496.0 + 1024.0) - f64::from_bits(0x4330_0000_0000_0000 | (split >> 52));
    let d = if c >= 0.75 { v } else { 1.0 - m };
    let s = d / (2.0 - d);
    let z = s * s;
    let [p0, p1, p2, p3, p4, p5, p6] = ATANH_F64;
    let series = z * (p0 + z * (p1 + z * (p2 + z * (p3 + z * (p4 + z * (p5 + z * p6))))));
    let h = 0.5 * d * d;
    k * std::f64::consts::LN_2 + (d + (h + s * (h + series)))
}

/// 2^84 + 2^52.
const BIAS_F64: f64 = f64::from_bits(0x4530_0000_0010_0000);
const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;

const ATANH_F32: [f32; 3] = [0.5 * 1.333_339, 0.5 * 0.799_154_46, 0.5 * 0.607_245_3];
const ATANH_F64: [f64; 7] = [
    0.5 * 1.333_333_333_333_454_3,
    0.5 * 0.799_999_999_923_211_5,
    0.5 * 0.571_428_587_908_847_4,
    0.5 * 0.444_442_769_828_772_3,
    0.5 * 0.363_727_128_369_976_34,
    0.5 * 0.305_003_650_799_982_15,
    0.5 * 0.307_364_648_683_581_5,
];
impl Truncation { pub(crate) fn split64(&self) -> u64 { self.words_f64.split } }
