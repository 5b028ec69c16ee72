//! A number as text.

use std::fmt;

/// The shortest text that is read as this number: `2`, `0.02`, `1e-7`.
///
/// Infinity is `inf` where a reader [takes it](super::Sum::or_infinite), and what is not a number
/// is `NaN`, which no reader does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `Debug` has exponents where `Display` has up to 324 digits, but a point in whole numbers.
        let text = format!("{:?}", self.0);
        f.write_str(text.strip_suffix(".0").unwrap_or(&text))
    }
}
