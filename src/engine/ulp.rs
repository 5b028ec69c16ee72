//! The bounds of errors, for tests: those of the table in `docs/numerics.md`, "Bounds".

const PAGE: &str = include_str!("../../docs/numerics.md");

/// The bound on the error of a function in that type, in the unit of its row.
#[track_caller]
pub(crate) fn bound(function: &str, element: &str) -> f64 {
    in_table(PAGE, function, element).expect("a row of the table")
}

/// `None` unless there is one row, with a number.
fn in_table(page: &str, function: &str, element: &str) -> Option<f64> {
    let start = format!("| `{function}` | `{element}` |");
    let mut rows = page.lines().filter_map(|line| line.strip_prefix(&start));
    let (row, None) = (rows.next()?, rows.next()) else {
        return None;
    };
    row.split('|').nth(1)?.trim().parse().ok()
}

/// How far a value is from an exact one, in units in the last place of that.
pub(crate) fn ulps(value: f64, exact: f64) -> f64 {
    let binade = f64::from_bits(exact.abs().to_bits() & 0x7ff0_0000_0000_0000);
    (value - exact).abs() / (binade * f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::{PAGE, bound, in_table, ulps};

    /// A row that cannot be read would test nothing.
    #[test]
    fn every_row_is_one_bound() {
        let section = PAGE
            .split("\n## ")
            .find(|section| section.starts_with("Bounds"));
        let rows = section
            .unwrap()
            .lines()
            .filter(|line| line.starts_with("| `"));
        let mut count = 0;
        for row in rows {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let [_, function, element, domain, number, unit, over, _] = cells[..] else {
                panic!("{row}");
            };
            let name = |cell: &str| cell.trim_matches('`').to_owned();
            let bound = bound(&name(function), &name(element));
            assert_eq!(number.parse(), Ok(bound));
            assert!(bound > 0.0 && !domain.is_empty() && !unit.is_empty() && !over.is_empty());
            count += 1;
        }
        assert_eq!(count, 21);
    }

    #[test]
    fn what_is_not_in_the_table_has_no_bound() {
        let row = "| `radius` | `f32` | every word | 1.39 | ULP | all words |\n";
        assert_eq!(in_table(row, "radius", "f32"), Some(1.39));
        assert_eq!(in_table(row, "radius", "f64"), None);
        assert_eq!(in_table(row, "radi", "f32"), None);
        assert_eq!(in_table(&row.repeat(2), "radius", "f32"), None);
        assert_eq!(in_table(&row.replace("1.39", "?"), "radius", "f32"), None);
    }

    #[test]
    fn an_ulp_is_the_spacing_of_the_binade() {
        assert_eq!(ulps(1.0 + f64::EPSILON, 1.0), 1.0);
        assert_eq!(ulps(2.0 - 2.0 * f64::EPSILON, 2.0), 1.0);
        assert_eq!(ulps(1.9, 1.9), 0.0);
    }
}
