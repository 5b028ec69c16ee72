//! What would be drawn, in words.

use std::fmt;

use crate::{Law, Scheme, Weight};

/// What would be drawn for a weight: what [`describe`](crate::Initializer::describe) returns.
///
/// `Display` is one line, for a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    rule: String,
    shape: Vec<u64>,
    fan_in: Option<f64>,
    fan_out: Option<f64>,
    law: Law,
}

impl Description {
    pub(crate) fn new<S: Scheme + ?Sized>(scheme: &S, weight: &Weight, law: Law) -> Self {
        Description {
            rule: format!("{scheme:?}"),
            shape: weight.shape().to_vec(),
            fan_in: weight.stated_fans().0,
            fan_out: weight.stated_fans().1,
            law,
        }
    }

    /// The scheme, as the call that made it.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The shape of the weight.
    #[must_use]
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }

    /// The weight's `fan_in`, if it has one.
    #[must_use]
    pub fn fan_in(&self) -> Option<f64> {
        self.fan_in
    }

    /// The weight's `fan_out`, if it has one.
    #[must_use]
    pub fn fan_out(&self) -> Option<f64> {
        self.fan_out
    }

    /// The law of the values.
    #[must_use]
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The expected standard deviation of the values, where it is known.
    #[must_use]
    pub fn std(&self) -> Option<f64> {
        self.law.std()
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |value: Option<f64>| match value {
            // A count, in full.
            Some(value) if value.fract() == 0.0 => value.to_string(),
            Some(value) => Short(value).to_string(),
            None => "none".to_string(),
        };
        write!(
            f,
            "{} for {:?}: fan_in {}, fan_out {}; {}; std {}",
            self.rule,
            self.shape,
            short(self.fan_in),
            short(self.fan_out),
            self.law,
            short(self.std()),
        )
    }
}

/// A number to six significant digits.
pub(crate) struct Short(pub(crate) f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded in decimal, read back, and printed with the fewest digits that tell it.
        let rounded = format!("{:.5e}", self.0).parse().unwrap_or(self.0);
        let size = self.0.abs();
        if size == 0.0 || (1e-5..1e15).contains(&size) {
            write!(f, "{rounded}")
        } else {
            write!(f, "{rounded:e}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Short;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (784.0, "784"),
            (2.0 / 784.0, "0.00255102"),
            (1.0 / 3.0, "0.333333"),
            (1.5e-300, "1.5e-300"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(Short(value).to_string(), text);
        }
    }
}
