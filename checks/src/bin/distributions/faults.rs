//! Samples with a fault: what the tests must reject.

use std::f64::consts::TAU;

use fanin_checks::random;

use crate::pairs::{KINDS, Kind};

#[derive(Clone, Copy)]
pub enum Fault {
    /// The mean off by this much.
    Mean(f64),
    /// The variance off by this share of it.
    Variance(f64),
    /// No draw beyond this number of standard deviations: such draws are halved.
    Cut(u32),
    /// Draws rounded to multiples of 2^-12.
    Rounded,
    /// A radius from a word of the first number of bits, which ends before the second number of
    /// standard deviations.
    CoarseRadius(u32, u32),
    /// One pair of a kind in this number holds one draw twice; with a random sign.
    Reused(usize, u64, bool),
}

impl Fault {
    /// So large that they are ten times the standard error, or that hundreds of draws are missing.
    pub fn all(draws: u64) -> Vec<Fault> {
        let n = draws as f64;
        let (sigmas, bits) = if draws > 100_000_000 {
            (5, 16)
        } else {
            (4, 10)
        };
        let one_in = (n.sqrt() / 30.0) as u64;
        let mut faults = vec![
            Fault::Mean(10.0 / n.sqrt()),
            Fault::Variance(10.0 * (2.0 / n).sqrt()),
            Fault::Cut(sigmas),
            Fault::Rounded,
            Fault::CoarseRadius(bits, sigmas),
        ];
        faults.extend((0..KINDS.len()).map(|kind| Fault::Reused(kind, one_in, kind % 2 == 1)));
        faults
    }

    /// The fault and the test that must reject it.
    pub fn describe(&self) -> (String, String) {
        match *self {
            Fault::Mean(shift) => (format!("mean {shift:.1e}"), "moment 1".into()),
            Fault::Variance(part) => (
                format!("variance {:.3} % too large", part * 100.0),
                "moment 2".into(),
            ),
            Fault::Cut(sigmas) => (
                format!("none beyond {sigmas} sigma"),
                format!("beyond {sigmas} sigma, upper"),
            ),
            Fault::Rounded => ("multiples of 2^-12".into(), "chi-squared".into()),
            Fault::CoarseRadius(bits, sigmas) => (
                format!("radii of {bits} bits"),
                format!("beyond {sigmas} sigma, lower"),
            ),
            Fault::Reused(kind, one_in, false) => (
                format!(
                    "one in {one_in} pairs holds a draw twice: {}",
                    KINDS[kind].1
                ),
                format!("{}: values", KINDS[kind].1),
            ),
            Fault::Reused(kind, one_in, true) => (
                format!("one in {one_in}, with a random sign: {}", KINDS[kind].1),
                format!("{}: squares", KINDS[kind].1),
            ),
        }
    }

    pub fn apply(&self, piece: u64, own: &mut [f64], first: &mut [f64], second: &mut [f64]) {
        let len = own.len() as u64;
        let number = |i: usize| piece * len + i as u64;
        match *self {
            Fault::Mean(shift) => own.iter_mut().for_each(|x| *x += shift),
            Fault::Variance(part) => own.iter_mut().for_each(|x| *x *= (1.0 + part).sqrt()),
            Fault::Cut(sigmas) => {
                for x in own.iter_mut().filter(|x| x.abs() > f64::from(sigmas)) {
                    *x *= 0.5;
                }
            }
            Fault::Rounded => {
                for x in own.iter_mut() {
                    *x = (*x * 4096.0).round() / 4096.0;
                }
            }
            Fault::CoarseRadius(bits, _) => {
                for (i, x) in own.iter_mut().enumerate() {
                    let words = random(number(i));
                    let share =
                        |word: u64, bits: u32| (word as f64 + 0.5) / 2.0_f64.powi(bits as i32);
                    let radius = (-2.0 * share(words >> (64 - bits), bits).ln()).sqrt();
                    let angle = TAU * share(words & 0xffff_ffff, 32);
                    *x = radius * angle.sin();
                }
            }
            Fault::Reused(kind, one_in, signed) => {
                for i in 0..own.len() {
                    let random = random(number(i));
                    if !(random >> 1).is_multiple_of(one_in) {
                        continue;
                    }
                    let sign = if signed && random & 1 == 1 { -1.0 } else { 1.0 };
                    match KINDS[kind].0 {
                        Kind::Lag(lag) if i & lag == 0 => own[i + lag] = sign * own[i],
                        Kind::Lag(_) => {}
                        Kind::Child => first[i] = sign * own[i],
                        Kind::Children => second[i] = sign * first[i],
                    }
                }
            }
        }
    }
}
