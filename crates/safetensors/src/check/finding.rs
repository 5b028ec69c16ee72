//! What is wrong, in figures and words.

use std::fmt;

use fanin::{Description, Law, TestResult};

/// What a [`Finding`] is about.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Subject {
    /// A tensor.
    Tensor(String),
    /// All tensors of a rule together, by the rule's patterns.
    #[non_exhaustive]
    Rule {
        /// The patterns.
        patterns: String,
        /// How many tensors the rule decides.
        tensors: usize,
    },
    /// Two tensors beside each other.
    Tensors(String, String),
}

/// One thing that is wrong with a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub(super) subject: Subject,
    pub(super) test: String,
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) statistic: Option<f64>,
    pub(super) p_value: Option<f64>,
}

impl Finding {
    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The test that failed, as [`Report`](fanin::Report) names it, with the part of a fused weight before it.
    #[must_use]
    pub fn test(&self) -> &str {
        &self.test
    }

    /// What the law says, in words.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What is there, in words.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The figure of the test.
    #[must_use]
    pub fn statistic(&self) -> Option<f64> {
        self.statistic
    }

    /// The chance that values of the law look like this, or a bound above it; `None` where chance has no part.
    #[must_use]
    pub fn p_value(&self) -> Option<f64> {
        self.p_value
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Tensor(name) => f.write_str(name),
            Subject::Rule { patterns, tensors } => write!(f, "all {tensors} of {patterns}"),
            Subject::Tensors(first, second) => write!(f, "{first} and {second}"),
        }
    }
}

/// A test of one tensor that failed.
pub(super) fn of_tensor(name: &str, test: &TestResult, description: &Description) -> Finding {
    let part = test.part();
    let of_part = part.and_then(|part| description.parts().get(part));
    let description = of_part.unwrap_or(description);
    let (expected, found) = words(test, description.law(), description.shape());
    Finding {
        subject: Subject::Tensor(name.to_string()),
        test: numbered(test),
        expected,
        found,
        statistic: test.statistic(),
        p_value: test.p_value(),
    }
}

/// A test of all tensors of a rule that failed.
pub(super) fn of_rule(subject: Subject, test: &TestResult) -> Finding {
    let statistic = test.statistic().unwrap_or(f64::NAN);
    let (expected, found) = match test.name() {
        "variance" => {
            let std = statistic.sqrt();
            (
                "1 x std".to_string(),
                format!("{} x std{}", Short(std), percent(std)),
            )
        }
        _ => (
            "0".to_string(),
            format!("{} standard errors", Short(statistic)),
        ),
    };
    Finding {
        subject,
        test: numbered(test),
        expected,
        found,
        statistic: test.statistic(),
        p_value: test.p_value(),
    }
}

fn numbered(test: &TestResult) -> String {
    match test.part() {
        Some(part) => format!("part {part}: {}", test.name()),
        None => test.name().to_string(),
    }
}

/// What a test expects and what it found.
fn words(test: &TestResult, law: Option<&Law>, shape: &[usize]) -> (String, String) {
    let statistic = test.statistic().unwrap_or(f64::NAN);
    let n: f64 = shape.iter().map(|&len| len as f64).product();
    let (mean, std) = (law.and_then(Law::mean), law.and_then(Law::std));
    let count = |what: &str| format!("{} {what}", statistic);
    let short = || Short(statistic).to_string();
    let name = test.name();
    match name.split(',').next().unwrap_or(name) {
        "mean" => match (mean, std) {
            (Some(mean), Some(std)) => {
                let found = mean + statistic * std / n.sqrt();
                (Short(mean).to_string(), Short(found).to_string())
            }
            _ => ("0".into(), format!("{} standard errors", short())),
        },
        "variance" => match std {
            Some(std) => {
                let ratio = statistic.sqrt();
                let found = format!("std {}{}", Short(std * ratio), percent(ratio));
                (format!("std {}", Short(std)), found)
            }
            None => ("1".into(), short()),
        },
        "kurtosis" => {
            let kurtosis = law.and_then(Law::kurtosis);
            (
                kurtosis.map_or("-".into(), |x| Short(x).to_string()),
                short(),
            )
        }
        "finite" => ("finite values".into(), count("are not")),
        "support" => {
            let support = law.and_then(Law::support);
            let within = |(low, high)| format!("{} to {}", Short(low), Short(high));
            (support.map_or("-".into(), within), count("outside"))
        }
        "values" => {
            let law = law.map_or("what the law says".into(), ToString::to_string);
            (law, count("differ"))
        }
        "bounds" => ("few values at a bound".into(), count("there")),
        "ties" => ("different values".into(), count("equal to others")),
        "copies" | "copies of parts" => ("no copies".into(), short()),
        "slices" => ("variance 1".into(), short()),
        "correlation" => ("0".into(), format!("{} standard errors", short())),
        "distribution" => ("a distance that chance allows".into(), short()),
        "orthogonality" => ("orthogonal".into(), format!("off by {}", short())),
        _ => ("what chance allows".into(), short()),
    }
}

/// How far a ratio is from 1.
fn percent(ratio: f64) -> String {
    match ratio.is_finite() && ratio < 10.0 {
        true => format!(" ({:+.1} %)", 100.0 * (ratio - 1.0)),
        false => String::new(),
    }
}

/// A number in four digits.
pub(crate) struct Short(pub(crate) f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size != 0.0 && !(1e-3..1e5).contains(&size) {
            return write!(f, "{:.2e}", self.0);
        }
        let digits = match size {
            0.0..1.0 => 5,
            1.0..100.0 => 4,
            _ => 1,
        };
        let text = format!("{:.digits$}", self.0);
        let text = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => &text,
        };
        f.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Short;

    #[test]
    fn numbers() {
        let texts = [
            (0.0, "0"),
            (0.02, "0.02"),
            (-0.020_612_3, "-0.02061"),
            (1.0, "1"),
            (12.345_678, "12.3457"),
            (768.0, "768"),
            (1.5e-9, "1.50e-9"),
            (f64::INFINITY, "inf"),
        ];
        for (number, text) in texts {
            assert_eq!(Short(number).to_string(), text);
        }
    }
}
