//! Maps of values in `f64`: the bounds of a mapped law, and its inverse for a check.

use crate::num::functions::in_f64;
use crate::word::Map;

impl Map {
    /// The value of `x`, which lies in the [domain](Map::domain) or is one of its ends.
    pub(crate) fn of(self, x: f64) -> f64 {
        match self {
            Map::Exp if x < -700.0 => 0.0,
            Map::Exp if x > 700.0 => f64::INFINITY,
            _ if x == f64::INFINITY => x,
            Map::Exp => in_f64::exp(x),
            Map::Ln => in_f64::ln(x),
            Map::InverseSoftplus => in_f64::inverse_softplus(x),
            Map::Logit => in_f64::logit(x),
        }
    }

    /// What has the value `y`. No value that is drawn depends on it.
    pub(crate) fn inverse(self, y: f64) -> f64 {
        match self {
            Map::Exp => libm::log(y),
            Map::Ln => libm::exp(y),
            Map::InverseSoftplus => y.max(0.0) + libm::log1p(libm::exp(-y.abs())),
            Map::Logit => 1.0 / (1.0 + libm::exp(-y)),
        }
    }

    /// The open interval that it is for, and what it says of other values.
    pub(super) const fn domain(self) -> ((f64, f64), &'static str) {
        match self {
            Map::Exp => ((-700.0, 700.0), "between -700 and 700 for exp"),
            Map::Ln => ((0.0, f64::INFINITY), "above 0 for ln"),
            Map::InverseSoftplus => ((0.0, f64::INFINITY), "above 0 for inverse_softplus"),
            Map::Logit => ((0.0, 1.0), "above 0 and below 1 for logit"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Map;

    #[test]
    fn inverses_are_inverses() {
        for map in Map::ALL {
            for x in [0.001, 0.1, 0.5, 0.9, 0.999] {
                let back = map.inverse(map.of(x));
                assert!((back / x - 1.0).abs() < 1e-12, "{map} {x} {back}");
            }
        }
        assert_eq!(Map::Exp.of(f64::NEG_INFINITY), 0.0);
        assert_eq!(Map::Ln.of(f64::INFINITY), f64::INFINITY);
    }
}
