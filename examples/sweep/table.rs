//! The sweep as a table, for the terminal and for a file.

use std::path::Path;

use comfy_table::{CellAlignment, Table, TableComponent, presets::UTF8_HORIZONTAL_ONLY};

use crate::{DEPTHS, Point, run::Outcome};

/// A network has learnt if its accuracy is at least nine tenths of the best of its depth.
const GOOD: f64 = 0.9;

/// The table that is printed: a row for every factor.
pub(crate) fn text(points: &[Point]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    let mut header = vec!["variance".to_string()];
    for depth in DEPTHS {
        header.push(format!("{depth} layers,\naccuracy"));
        header.push("first\nloss".into());
    }
    table.set_header(header);
    for first in points.iter().filter(|point| point.depth == DEPTHS[0]) {
        let mut row = vec![format!("He x 2^{:.1}", first.factor.log2())];
        for point in points.iter().filter(|point| point.factor == first.factor) {
            let [low, median, high] = point.spread(|outcome| 100.0 * outcome.accuracy);
            row.push(format!("{median:.0} % ({low:.0} to {high:.0})"));
            let [_, loss, _] = point.spread(|outcome| outcome.first_loss);
            row.push(match loss {
                loss if loss.is_infinite() => "none".into(),
                loss if loss < 1000.0 => format!("{loss:.2}"),
                loss => format!("{loss:.0e}"),
            });
        }
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// The factors from which a network of a depth learns.
pub(crate) fn good_range(points: &[Point], depth: usize) -> String {
    let accuracy = |point: &Point| point.spread(|outcome| outcome.accuracy)[1];
    let own = || points.iter().filter(|point| point.depth == depth);
    let best = own().map(accuracy).fold(0.0, f64::max);
    let mut good = own().filter(|point| accuracy(point) >= GOOD * best);
    let first = good.next().map_or(f64::NAN, |point| point.factor);
    let last = good.next_back().map_or(first, |point| point.factor);
    format!(
        "{depth:>2} layers: at least {:.0} % of the best accuracy ({:.0} %) from 2^{:.1} to 2^{:.1} times He's variance",
        100.0 * GOOD,
        100.0 * best,
        first.log2(),
        last.log2()
    )
}

/// Writes one row for every network.
pub(crate) fn save(points: &[Point], file: &Path) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(["depth", "factor", "network", "accuracy", "first_loss"])?;
    for point in points {
        for (index, outcome) in point.outcomes.iter().enumerate() {
            writer.write_record([
                point.depth.to_string(),
                point.factor.to_string(),
                index.to_string(),
                outcome.accuracy.to_string(),
                outcome.first_loss.to_string(),
            ])?;
        }
    }
    Ok(writer.flush()?)
}

impl Point {
    /// The lowest, the median and the highest of the networks.
    pub(crate) fn spread(&self, value: impl Fn(&Outcome) -> f64) -> [f64; 3] {
        let mut values: Vec<f64> = self.outcomes.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        [
            values[0],
            values[values.len() / 2],
            values[values.len() - 1],
        ]
    }
}
