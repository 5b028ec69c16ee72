//! A description of what would be drawn.

use std::fmt;

use crate::law::{Law, Laws};
use crate::num::short::Short;
use crate::weight::{Reading, Weight};

/// A description of what would be drawn for a weight, returned by
/// [`describe`](crate::Initializer::describe).
///
/// `Display` is one line, for a log, and for a [fused](crate::Fused) weight one more for each part.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    rule: String,
    shape: Vec<usize>,
    reading: Reading,
    fan_in: Option<f64>,
    fan_out: Option<f64>,
    law: Option<Law>,
    parts: Vec<Description>,
}

impl Description {
    /// What `rule`, whose laws for the weight these are, would draw.
    pub(crate) fn new(rule: String, weight: &Weight, laws: &Laws) -> Self {
        let of = |weight: &Weight, law: Option<&Law>| Description {
            rule: rule.clone(),
            shape: weight.shape().to_vec(),
            reading: weight.reading(),
            fan_in: weight.stated_fans().0,
            fan_out: weight.stated_fans().1,
            law: law.cloned(),
            parts: Vec::new(),
        };
        let one = match laws {
            Laws::One(law) => Some(law),
            // Where parts have the same law, but each its own matrices.
            Laws::ByPart { parts, .. } => match parts.as_slice() {
                [(_, first), rest @ ..] if rest.iter().all(|(_, law)| law == first) => Some(first),
                _ => None,
            },
        };
        let mut description = of(weight, one);
        if weight.in_parts().is_some() && !weight.is_empty() {
            let mut by_part = match laws {
                Laws::One(_) => [].iter(),
                Laws::ByPart { parts, .. } => parts.iter(),
            };
            // An empty part has no values, and so no law.
            let parts = weight.parts().map(|part| match laws {
                _ if part.is_empty() => of(part, None),
                Laws::One(law) => of(part, Some(law)),
                Laws::ByPart { .. } => of(part, by_part.next().map(|(_, law)| law)),
            });
            description.parts = parts.collect();
        }
        description
    }

    /// The scheme, as the call that made it.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The shape of the weight.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// How the shape is read.
    #[must_use]
    pub fn reading(&self) -> &Reading {
        &self.reading
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

    /// The law of the values. For a fused weight it is `Some` only if every part that has values
    /// has this law.
    #[must_use]
    pub fn law(&self) -> Option<&Law> {
        self.law.as_ref()
    }

    /// What would be drawn for each part of a fused weight; empty for any other weight.
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
        write!(
            f,
            "{} for {:?} as {}: ",
            self.rule, self.shape, self.reading
        )?;
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
