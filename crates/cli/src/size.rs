//! Numbers of bytes, and shapes, as they are written.

use crate::args::Shape;

const UNITS: [(&str, u64); 8] = [
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
];

/// A number of bytes, as `5GB`, `512MiB` or `1000000`.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size: write it as 5GB, 512MiB or a number of bytes");
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &lower[digits.len()..] {
        "" | "b" => 1,
        name => {
            UNITS
                .iter()
                .find(|(own, _)| *own == name)
                .ok_or_else(wrong)?
                .1
        }
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    match number.checked_mul(unit) {
        Some(bytes) if bytes > 0 => Ok(bytes),
        _ => Err(wrong()),
    }
}

/// A shape, as `256x784`, `256,784` or `[256, 784]`.
pub(crate) fn shape(text: &str) -> Result<Shape, String> {
    let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
    let lens = inner.split(['x', ',']).map(|len| len.trim().parse());
    lens.collect::<Result<_, _>>()
        .map(Shape)
        .map_err(|_| format!("`{text}` is no shape: write it as 256x784"))
}

/// A number of bytes in three digits, as `1.23 GB`.
pub(crate) fn short(bytes: u64) -> String {
    let mut size = bytes as f64;
    for unit in ["bytes", "kB", "MB", "GB", "TB"] {
        if size < 999.5 || unit == "TB" {
            let digits = match (unit, size) {
                ("bytes", _) => 0,
                (_, 0.0..9.995) => 2,
                (_, 0.0..99.95) => 1,
                _ => 0,
            };
            return format!("{size:.digits$} {unit}");
        }
        size /= 1000.0;
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::{parse, shape, short};
    use crate::args::Shape;

    #[test]
    fn sizes() {
        let sizes = [
            ("5GB", 5_000_000_000),
            ("512 MiB", 1 << 29),
            ("1000", 1000),
            ("7b", 7),
        ];
        for (text, bytes) in sizes {
            assert_eq!(parse(text), Ok(bytes));
        }
        for text in ["", "GB", "5 parsecs", "-1GB", "0", "99999999999GB", "1.5GB"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let texts = [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_234, "1.23 kB"),
            (27_360_000_000, "27.4 GB"),
        ];
        for (bytes, text) in texts {
            assert_eq!(short(bytes), text);
        }
    }

    #[test]
    fn shapes() {
        for text in ["2x3", "2,3", "[2, 3]"] {
            assert_eq!(shape(text), Ok(Shape(vec![2, 3])));
        }
        assert!(shape("2xx3").is_err() && shape("").is_err());
    }
}
