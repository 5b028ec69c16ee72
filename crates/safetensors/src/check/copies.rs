//! Tensors that are copies of each other, or share rows, in whole or in their draws.
//!
//! A stretch of 128 values begins each slice across the first axis. Its signs are compared with those of all other
//! tensors: they do not depend on the scale, so that one key in two layers is seen, whatever their fans are. Of
//! values of a law that is symmetric about 0, as those of a random orthogonal matrix, two stretches of different
//! tensors have equal or opposite signs with a chance of at most 2 (1/2 + z)^128, where z bounds the chance of a
//! value that is rounded to 0. What has not as many values, or another law, is compared by all its bits.

use std::collections::BTreeMap;

use fanin::{Description, Element, Law, Report};

use super::finding::{Finding, Subject};

/// Values of a stretch.
const LEN: usize = 128;

/// Stretches that are kept of a tensor: those with the least signs, and so the same ones in a copy.
const KEPT: usize = 1 << 16;

/// Fewer values say nothing: the chance of one is up to a half.
const FEWEST: usize = 64;

/// Zeros of a stretch, at most: a row of padding has no signs.
const ZEROS: usize = 8;

/// At most this is the chance that two stretches agree: 2 (1/2 + 1/32)^128, where 1/32 is far above the chance of a
/// zero of a stretch that has at most [`ZEROS`]; with fewer values, 2^-64.
const CHANCE: f64 = 1e-19;

/// What is left of a tensor.
#[derive(Debug, Default)]
pub(super) struct Prints {
    rows: u64,
    stretches: Vec<u128>,
}

/// What is compared of the values of a tensor, of which these tests have been made.
pub(super) fn prints<F: Element>(
    values: &[F],
    shape: &[usize],
    report: &Report,
    description: &Description,
) -> Prints {
    let rows = shape.first().copied().unwrap_or(1).max(1);
    let is_random = |name: &str| {
        let mut tests = report.tests().iter().filter(|test| test.name() == name);
        tests.any(|test| test.p_value().is_some())
    };
    let mut prints = Prints {
        rows: rows as u64,
        stretches: Vec::new(),
    };
    let nonzeros = values
        .iter()
        .filter(|value| !value.is_zero())
        .take(FEWEST)
        .count();
    // Where stretches have no copies by chance, and where connections or matrices are chosen by chance.
    let is_chosen = ["non-zeros", "orthogonality"]
        .iter()
        .any(|name| report.test(name).is_some());
    if nonzeros < FEWEST || !(is_random("copies") || is_chosen) {
        return prints;
    }
    let row = (values.len() / rows).max(1);
    // The signs of a random orthogonal matrix are independent within a row, and not from row to row.
    let has_signs = report.test("non-zeros").is_none()
        && is_symmetric(description)
        && (row >= LEN || laws(description).all(Law::is_elementwise));
    if has_signs && values.len() >= LEN {
        for start in (0..values.len() + 1 - LEN).step_by(row) {
            if let Some(signs) = values.get(start..start + LEN).and_then(signs) {
                prints.stretches.push(signs);
            }
            if prints.stretches.len() >= 2 * KEPT {
                keep_least(&mut prints.stretches);
            }
        }
        keep_least(&mut prints.stretches);
    }
    if prints.stretches.is_empty() {
        prints.stretches.push(hash(values));
    }
    prints
}

fn keep_least(stretches: &mut Vec<u128>) {
    stretches.sort_unstable();
    stretches.dedup();
    stretches.truncate(KEPT);
}

/// The law, or those of the parts.
fn laws(description: &Description) -> impl Iterator<Item = &Law> {
    let parts = description.parts().iter().filter_map(Description::law);
    description.law().into_iter().chain(parts)
}

/// Whether all laws are symmetric about 0.
fn is_symmetric(description: &Description) -> bool {
    laws(description).all(|law| {
        let is_centred = law.mean() == Some(0.0);
        is_centred && law.support().is_some_and(|(low, high)| low == -high)
    })
}

/// The signs of a stretch, or their opposite: the first one is positive.
fn signs<F: Element>(stretch: &[F]) -> Option<u128> {
    let (mut signs, mut zeros) = (0_u128, 0);
    for value in stretch {
        signs = signs << 1 | u128::from(value.is_sign_negative());
        zeros += usize::from(value.is_zero());
    }
    let is_negative = signs >> (LEN - 1) == 1;
    (zeros <= ZEROS).then_some(if is_negative { !signs } else { signs })
}

/// The hash of all values.
fn hash<F: Element>(values: &[F]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    for value in values {
        let (mantissa, exponent, sign) = value.integer_decode();
        hasher.update(&mantissa.to_le_bytes());
        hasher.update(&exponent.to_le_bytes());
        hasher.update(&[sign as u8]);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}

/// Pairs of tensors that share stretches. With many equal ones, each stands beside the first.
pub(super) fn findings(tensors: &[(&str, Prints)]) -> Vec<Finding> {
    let mut all: Vec<(u128, usize)> = Vec::new();
    for (number, (_, prints)) in tensors.iter().enumerate() {
        all.extend(prints.stretches.iter().map(|&signs| (signs, number)));
    }
    all.sort_unstable();
    let mut pairs: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(_, first)) = equal.first() else {
            continue;
        };
        for &(_, other) in equal.iter().skip(1).filter(|(_, other)| *other != first) {
            *pairs.entry((first, other)).or_default() += 1;
        }
    }
    let count = all.len() as f64;
    let chance = (0.5 * count * count * CHANCE).min(1.0);
    let finding = |((first, second), shared): ((usize, usize), u64)| {
        let ((first, a), (second, b)) = (tensors.get(first)?, tensors.get(second)?);
        let kept = a.stretches.len().min(b.stretches.len()) as u64;
        let found = match (kept, kept < a.rows.min(b.rows)) {
            (1, _) => "equal draws".to_string(),
            (kept, true) => format!("{shared} of {kept} stretches share their draws"),
            (kept, false) => format!("{shared} of {kept} rows share their draws"),
        };
        Some(Finding {
            subject: Subject::Tensors(first.to_string(), second.to_string()),
            test: "copies".to_string(),
            expected: "draws of their own".to_string(),
            found,
            statistic: Some(shared as f64),
            p_value: Some(chance),
        })
    };
    pairs.into_iter().filter_map(finding).collect()
}
