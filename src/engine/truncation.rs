//! The normal law between two bounds: a word mapped to a draw by the inverse of its distribution.

use super::quantile::{LAST_F32, LAST_F64, QuantileF32, QuantileF64};
use crate::truncated_moments::{Interval, exp_neg, mass};

/// What a loop over words needs to know of the bounds.
#[derive(Clone, Copy, Debug)]
pub struct Truncation {
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
    slope: [F; 3],
    last_near: W,
    /// Mass up to the middle of a side's innermost cell: (lower, upper).
    near: (F, F),
    /// Mass from the middle of a side's outermost cell to infinity: (lower, upper).
    far: (F, F),
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

    #[inline(always)]
    pub(crate) fn depth_f32(&self, w: u32) -> f32 {
        let Words { mirror, unmirror, split, last_near, slope: [slope_16, slope_rest, slope], near: (near_lower, near_upper), far: (far_lower, far_upper) } = self.words_f32;
        let word = w ^ mirror;
        let lower = mask_u32(word < split);
        let from_split = word.wrapping_sub(split);
        let from_inner = from_split ^ lower;
        let is_far = mask_u32(from_inner > last_near);
        let count = from_inner ^ ((from_split ^ w ^ unmirror) & is_far);
        let near = near_upper.to_bits() ^ (lower & (near_upper.to_bits() ^ near_lower.to_bits()));
        let far = far_upper.to_bits() ^ (lower & (far_upper.to_bits() ^ far_lower.to_bits()));
        let first = f32::from_bits(near ^ (is_far & (near ^ far)));
        let high = (count >> 16) as i32 as f32;
        let low = (count & 0xffff) as i32 as f32;
        let mass = slope_16 * high + (slope_rest * high + (slope * low + first));
        let sign = (lower ^ mirror) & 0x8000_0000;
        f32::from_bits(minus_ln_f32(is_far, mass).to_bits() | sign)
    }

    #[inline(always)]
    pub(crate) fn draw_f32(&self, depth: f32) -> f32 {
        let sign = depth.to_bits() & 0x8000_0000;
        let z = self.quantile_f32.at(f32::from_bits(depth.to_bits() ^ sign));
        let z = f32::from_bits(z.to_bits() ^ sign);
        let (low, high) = self.bounds_f32;
        let z = if z < low { low } else { z };
        if z > high { high } else { z }
    }

    #[inline(always)]
    pub(crate) fn depth_f64(&self, w: u64) -> f64 {
        let Words { mirror, unmirror, split, last_near, slope: [slope_32, slope_rest, slope], near: (near_lower, near_upper), far: (far_lower, far_upper) } = self.words_f64;
        let word = w ^ mirror;
        let lower = mask_u64(word < split);
        let from_split = word.wrapping_sub(split);
        let from_inner = from_split ^ lower;
        let is_far = mask_u64(from_inner > last_near);
        let count = from_inner ^ ((from_split ^ w ^ unmirror) & is_far);
        let near = near_upper.to_bits() ^ (lower & (near_upper.to_bits() ^ near_lower.to_bits()));
        let far = far_upper.to_bits() ^ (lower & (far_upper.to_bits() ^ far_lower.to_bits()));
        let first = f64::from_bits(near ^ (is_far & (near ^ far)));
        let high = f64::from_bits(0x4330_0000_0000_0000 | (count >> 32)) - TWO_52;
        let low = f64::from_bits(0x4330_0000_0000_0000 | (count & 0xffff_ffff)) - TWO_52;
        let mass = slope_32 * high + (slope_rest * high + (slope * low + first));
        let sign = (lower ^ mirror) & 0x8000_0000_0000_0000;
        f64::from_bits(minus_ln_f64(is_far, mass).to_bits() | sign)
    }

    #[inline(always)]
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
        if z < 0.6 { minus_ln_f64(0, v) } else { minus_ln_f64(u64::MAX, c) }
    } else {
        0.5 * z * z + minus_ln_f64(u64::MAX, SQRT_2_OVER_PI * mass(z, 0.0, f64::INFINITY))
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
            slope: {
                let s16 = slope * 65536.0;
                let head = f64::from_bits(s16.to_bits() & 0xffff_e000_0000_0000);
                [head as f32, (s16 - head) as f32, slope as f32]
            },
            last_near: (0.5 / slope) as u32,
            near: ((slope * (0.5 + rest)) as f32, (slope * (0.5 - rest)) as f32),
            far: ((self.outer.0 + 0.5 * slope) as f32, (self.outer.1 + 0.5 * slope) as f32),
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
            slope: {
                let s32 = slope * 4_294_967_296.0;
                let head = f64::from_bits(s32.to_bits() & 0xffff_ffff_0000_0000);
                [head, s32 - head, slope]
            },
            last_near: (0.5 / slope) as u64,
            near: (slope * (0.5 + rest), slope * (0.5 - rest)),
            far: (self.outer.0 + 0.5 * slope, self.outer.1 + 0.5 * slope),
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

#[inline(always)]
fn mask_u32(b: bool) -> u32 { if b { u32::MAX } else { 0 } }
#[inline(always)]
fn minus_ln_f32(is_far: u32, mass: f32) -> f32 {
    let below_one = 0x3f80_0000 - mass.to_bits();
    let k = ((below_one & is_far) >> 23) as i32 as f32;
    let m = f32::from_bits(mass.to_bits() + (below_one & 0xff80_0000));
    let complement = 1.0 - m;
    let d = f32::from_bits(mass.to_bits() ^ (is_far & (mass.to_bits() ^ complement.to_bits())));
    let s = d / (2.0 - d);
    let z = s * s;
    let [p0, p1, p2, p3] = ATANH_F32;
    let series = z * (p0 + z * (p1 + z * (p2 + z * p3)));
    let h = 0.5 * d * d;
    (k * std::f32::consts::LN_2 + d) + (h + s * (h + series))
}

#[inline(always)]
fn mask_u64(b: bool) -> u64 { if b { u64::MAX } else { 0 } }
#[inline(always)]
fn minus_ln_f64(is_far: u64, mass: f64) -> f64 {
    let below_one = 0x3ff0_0000_0000_0000 - mass.to_bits();
    let k = f64::from_bits(0x4330_0000_0000_0000 | ((below_one & is_far) >> 52)) - TWO_52;
    let m = f64::from_bits(mass.to_bits() + (below_one & 0xfff0_0000_0000_0000));
    let complement = 1.0 - m;
    let d = f64::from_bits(mass.to_bits() ^ (is_far & (mass.to_bits() ^ complement.to_bits())));
    let s = d / (2.0 - d);
    let z = s * s;
    let series = z * super::quantile::horner(&ATANH_F64, z);
    let h = 0.5 * d * d;
    (k * std::f64::consts::LN_2 + d) + (h + s * (h + series))
}

const TWO_52: f64 = 4_503_599_627_370_496.0;
const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;

const ATANH_F32: [f32; 4] = [0.666_664_1, 0.400_217_35, 0.279_986_3, 0.280_267_03];
const ATANH_F64: [f64; 10] = [
0.66666666666666307694555371199385263025760650634765625,
0.400000000001561717422049468950717709958553314208984375,
0.2857142854796446140852594908210448920726776123046875,
0.222222239638576068987418921096832491457462310791015625,
0.1818174410685834685441619740231544710695743560791015625,
0.1538655644863043125969426239028083071053028106689453125,
0.1330101506868573701947155996094807051122188568115234375,
0.12105784553911587420049755792206269688904285430908203125,
8.3413241218248057595729960667085833847522735595703125e-2,
0.170164586946755680418874590031919069588184356689453125];
impl Truncation { pub(crate) fn split64(&self) -> u64 { self.words_f64.split } }
