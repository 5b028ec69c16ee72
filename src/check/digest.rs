//! Whether one part of a weight is a copy of another, or its negative.

use ndarray::{ArrayViewD, Dimension, IxDyn};

use super::haar;
use super::model::Model;
use super::report::TestResult;
use crate::engine::Element;
use crate::law::{Draws, Law};
use crate::num::float::wide;

/// What is left of a part.
pub(super) struct Digest {
    shape: IxDyn,
    hash: u64,
    /// At most this is the chance that another part of the law has the same values.
    chance: f64,
}

/// That of a part; `None` of a law without chance, or of which it is not known.
pub(super) fn of<F: Element>(law: &Law, part: &ArrayViewD<'_, F>) -> Option<Digest> {
    let chance = match (Model::new(law), law.draws()) {
        (Some(model), _) => libm::pow((2.0 * model.commonest::<F>()?).min(1.0), part.len() as f64),
        (None, Draws::Frames { frames, .. }) => haar::chance_of_equal_rows::<F>(frames),
        _ => return None,
    };
    let mut hash = 0_u64;
    for value in part {
        let bits = wide(*value).abs().to_bits();
        hash = (hash ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 32;
    }
    Some(Digest {
        shape: part.raw_dim(),
        hash,
        chance,
    })
}

/// How many parts equal another of the same shape.
pub(super) fn test(digests: &[Digest]) -> Option<TestResult> {
    let mut found: Vec<_> = (digests.iter())
        .map(|digest| (digest.hash, digest.shape.slice()))
        .collect();
    found.sort_unstable();
    let twice = found.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let count = found.len() as f64;
    let chance = digests.iter().map(|digest| digest.chance);
    let most = chance.fold(0.0, f64::max) * 0.5 * count * count;
    let p = if twice == 0 { 1.0 } else { most.min(1.0) };
    (found.len() > 1).then(|| TestResult::chance("copies of parts", twice as f64, p))
}
