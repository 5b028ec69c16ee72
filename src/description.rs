//! What would be drawn, in words.

use std::fmt;

use crate::{InitError, Law, Scheme, Weight, plan::Plan};

/// What would be drawn for a weight: what [`describe`](crate::Initializer::describe) returns.
///
/// `Display` is one line, for a log, and for a [fused](crate::Fused) weight one more for each part.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    rule: String,
    shape: Vec<u64>,
    fan_in: Option<f64>,
    fan_out: Option<f64>,
    law: Option<Law>,
    parts: Vec<Description>,
}

impl Description {
    pub(crate) fn new<S: Scheme + ?Sized>(scheme: &S, weight: &Weight) -> Result<Self, InitError> {
        let mut description = Description {
            rule: format!("{scheme:?}"),
            shape: weight.shape().to_vec(),
            fan_in: weight.stated_fans().0,
            fan_out: weight.stated_fans().1,
            law: None,
            parts: Vec::new(),
        };
        if weight.fused_parts().is_some() && !weight.is_empty() {
            let parts = weight.parts().map(|part| Description::new(scheme, part));
            description.parts = parts.collect::<Result<_, _>>()?;
            let mut laws = description.parts.iter().map(Description::law);
            let first = laws.next().flatten();
            if laws.all(|law| law == first) {
                description.law = first.cloned();
            }
        } else {
            description.law = match Plan::new(scheme, weight)? {
                Plan::Whole(law) => Some(law),
                Plan::Parts { .. } => None,
            };
        }
        Ok(description)
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

    /// The law of the values; of a fused weight, if it is that of every part.
    #[must_use]
    pub fn law(&self) -> Option<&Law> {
        self.law.as_ref()
    }

    /// What would be drawn for each part of a fused weight; empty for any other.
    #[must_use]
    pub fn parts(&self) -> &[Description] {
        &self.parts
    }

    /// The expected standard deviation of the values, where it is known.
    #[must_use]
    pub fn std(&self) -> Option<f64> {
        self.law.as_ref().and_then(Law::std)
    }

    /// What is behind the shape.
    fn figures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |value: Option<f64>| match value {
            // A count, in full.
            Some(value) if value.fract() == 0.0 => value.to_string(),
            Some(value) => Short(value).to_string(),
            None => "none".to_string(),
        };
        let (fan_in, fan_out) = (short(self.fan_in), short(self.fan_out));
        write!(f, "fan_in {fan_in}, fan_out {fan_out}")?;
        if let Some(law) = &self.law {
            write!(f, "; {law}; std ")?;
            match self.std() {
                Some(std) => write!(f, "{}", short(Some(std)))?,
                None => f.write_str("unknown")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {:?}: ", self.rule, self.shape)?;
        if self.parts.is_empty() {
            return self.figures(f);
        }
        write!(f, "{} parts", self.parts.len())?;
        for part in &self.parts {
            write!(f, "\n  {:?}: ", part.shape)?;
            part.figures(f)?;
        }
        Ok(())
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
