//! Numbers for people.

use std::fmt;

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
