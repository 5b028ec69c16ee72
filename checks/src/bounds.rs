//! The bounds of errors: those of the table in `docs/numerics.md`, "Bounds".

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/numerics.md"));

/// The bound on the error of a function in that type, in the unit of its row.
///
/// # Panics
///
/// If there is no such row.
#[track_caller]
pub fn bound(function: &str, element: &str) -> f64 {
    let start = format!("| `{function}` | `{element}` |");
    let row = PAGE.lines().find_map(|line| line.strip_prefix(&start));
    let number = row.and_then(|row| row.split('|').nth(1)?.trim().parse().ok());
    number.expect("a row of the table of bounds, with a number")
}

#[cfg(test)]
mod tests {
    use super::bound;

    #[test]
    fn bounds_are_those_of_the_table() {
        assert!((1.0..2.0).contains(&bound("radius", "f32")));
        assert!((1e-16..1e-14).contains(&bound("truncated", "f64")));
        let none = std::panic::catch_unwind(|| bound("radius", "f16"));
        assert!(none.is_err());
    }
}
