//! The runs as a table, for the terminal and for a file.

use std::path::Path;

use comfy_table::{CellAlignment, Table, TableComponent, presets::UTF8_HORIZONTAL_ONLY};

use crate::{Entry, run::Run};

/// The table that is printed.
pub(crate) fn text(entries: &[Entry], all: &[Vec<Run>]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    table.set_header([
        "start of the weights",
        "accuracy in training",
        "the course",
        "accuracy in the test",
        "the course",
        "loss, first step",
        "loss, last step",
    ]);
    for (entry, runs) in entries.iter().zip(all) {
        let median = |value: fn(&Run) -> f64| spread(runs, value)[1];
        table.add_row([
            format!("{:?}", entry.scheme),
            percent(spread(runs, |run| run.training)),
            entry.printed.0.into(),
            percent(spread(runs, |run| run.test)),
            entry.printed.1.into(),
            format!("{:.3}", median(|run| run.history.losses[0])),
            format!("{:.3}", median(Run::loss)),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Writes one row for every network.
pub(crate) fn save(entries: &[Entry], all: &[Vec<Run>], file: &Path) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(["start", "network", "training", "test", "loss"])?;
    for (entry, runs) in entries.iter().zip(all) {
        for (index, run) in runs.iter().enumerate() {
            writer.write_record([
                format!("{:?}", entry.scheme),
                index.to_string(),
                run.training.to_string(),
                run.test.to_string(),
                run.loss().to_string(),
            ])?;
        }
    }
    Ok(writer.flush()?)
}

/// The lowest, the median and the highest of the runs.
pub(crate) fn spread(runs: &[Run], value: impl Fn(&Run) -> f64) -> [f64; 3] {
    let mut values: Vec<f64> = runs.iter().map(value).collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median = (values[middle] + values[(values.len() - 1) / 2]) / 2.0;
    [values[0], median, values[values.len() - 1]]
}

fn percent([low, median, high]: [f64; 3]) -> String {
    let [low, median, high] = [low, median, high].map(|share| 100.0 * share);
    format!("{median:.0} % ({low:.0} to {high:.0})")
}
