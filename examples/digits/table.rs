//! The runs as a table, for the terminal and for a file.

use std::path::Path;

use comfy_table::{CellAlignment, Table, TableComponent, presets::UTF8_HORIZONTAL_ONLY};

use crate::run::{DEPTH, Run};

/// The table that is printed.
pub(crate) fn text(runs: &[Run]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    // The rows are few enough to stand without lines between them.
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    table.set_header([
        "initialiser".into(),
        "variance of\nthe weights".into(),
        "signal,\nlayer 1".into(),
        format!("signal,\nlayer {DEPTH}"),
        "gradient,\nlayer 1".into(),
        format!("gradient,\nlayer {DEPTH}"),
        "loss after\ntraining".into(),
        "test accuracy".into(),
    ]);
    for run in runs {
        table.add_row([
            run.initializer.clone(),
            run.variance.into(),
            short(first(&run.probe.signal)),
            short(last(&run.probe.signal)),
            short(first(&run.probe.gradient)),
            short(last(&run.probe.gradient)),
            short(run.loss()),
            run.outcome(),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Writes the table as CSV. A training that diverged has the loss `NaN`, and the accuracy 0, since
/// a network whose logits are NaN answers nothing.
pub(crate) fn save(runs: &[Run], file: &Path) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record([
        "initializer",
        "variance",
        "signal_first",
        "signal_last",
        "gradient_first",
        "gradient_last",
        "loss",
        "accuracy",
        "diverged_at_step",
    ])?;
    for run in runs {
        let diverged_at = run.history.diverged_at;
        writer.write_record([
            run.initializer.clone(),
            run.variance.into(),
            format!("{:e}", first(&run.probe.signal)),
            format!("{:e}", last(&run.probe.signal)),
            format!("{:e}", first(&run.probe.gradient)),
            format!("{:e}", last(&run.probe.gradient)),
            run.loss().to_string(),
            run.accuracy.to_string(),
            diverged_at.map_or_else(String::new, |step| step.to_string()),
        ])?;
    }
    Ok(writer.flush()?)
}

fn first(layers: &[f64]) -> f64 {
    layers.first().copied().unwrap_or(f64::NAN)
}

fn last(layers: &[f64]) -> f64 {
    layers.last().copied().unwrap_or(f64::NAN)
}

/// A number of any size in few characters.
fn short(number: f64) -> String {
    if number.is_nan() {
        "none".into()
    } else if (1e-2..1e4).contains(&number) {
        format!("{number:.3}")
    } else {
        format!("{number:.1e}")
    }
}
