//! Truncated normal draws: the moments of their law.

use super::{bounds::Bounds, mass::Rule};

/// The variance of the law of the draws between `alpha` and `beta`. (Its mean is in no value.)
pub(super) fn variance_between(alpha: f64, beta: f64) -> f64 {
    if alpha == f64::NEG_INFINITY && beta == f64::INFINITY {
        return 1.0;
    }
    let Bounds { alpha, beta, .. } = Bounds::new(alpha, beta);
    let p = if alpha > 0.0 { alpha } else { 0.0 };
    let Rule { width, terms, .. } = Rule::new(p, alpha - p, beta - p);
    let total = terms.iter().fold(0.0, |sum, (_, u)| sum + u);
    let center = terms.iter().fold(0.0, |sum, (y, u)| sum + u * y) / total;
    let second = terms.iter().fold(0.0, |sum, (y, u)| {
        let g = (y - center) * (y - center);
        sum + u * g
    });
    (width * width) * (second / total)
}
