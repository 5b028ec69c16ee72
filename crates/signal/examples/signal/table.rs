//! What was measured as tables, for the terminal and for files.

use std::path::Path;

use comfy_table::{CellAlignment, Table, TableComponent, presets::UTF8_HORIZONTAL_ONLY};

use crate::{
    profile::{Moment, Profile},
    trial::{Outcome, Trial, finite_width_term},
};

fn empty(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    table.set_header(header);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// The first layer, the middle and the last.
pub(crate) fn profiles(profiles: &[Profile]) -> Table {
    let mut table = empty(&[
        "activation",
        "variance",
        "signal,\nlayer 1",
        "signal,\nlayer 50",
        "signal,\nlayer 100",
        "gradient,\nlayer 100",
        "gradient,\nlayer 50",
        "gradient,\nlayer 1",
    ]);
    let cell = |moment: &Moment| format!("{} ({})", short(moment.mean), short(moment.predicted));
    for profile in profiles {
        let mut row = vec![format!("{:?}", profile.activation), profile.rule.into()];
        row.extend([0, 49, 99].map(|layer| cell(&profile.signal[layer])));
        row.extend([99, 49, 0].map(|layer| cell(&profile.gradient[layer])));
        table.add_row(row);
    }
    table
}

pub(crate) fn trials(trials: &[Trial]) -> Table {
    let mut table = empty(&[
        "activation",
        "scheme",
        "moment after\n50 layers",
        "predicted",
        "mean",
        "spread",
        "off by",
        "in standard\nerrors",
        "c",
    ]);
    for trial in trials {
        for (name, outcomes) in [("signal", &trial.signal), ("gradient", &trial.gradient)] {
            if let Some(last) = outcomes.last() {
                table.add_row([
                    format!("{:?}", trial.activation),
                    trial.scheme.clone(),
                    name.into(),
                    short(last.predicted),
                    short(last.mean),
                    format!("{:.0} %", 100.0 * last.std / last.mean),
                    format!("{:+.1} %", 100.0 * last.off_by()),
                    format!(
                        "{:+.1}",
                        (last.mean - last.predicted) / last.standard_error()
                    ),
                    format!("{:.2}", finite_width_term(outcomes)),
                ]);
            }
        }
    }
    table
}

/// A row for every layer of every profile.
pub(crate) fn save_profiles(profiles: &[Profile], file: &Path) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record([
        "activation",
        "variance",
        "layer",
        "signal",
        "signal_low",
        "signal_high",
        "signal_predicted",
        "gradient",
        "gradient_low",
        "gradient_high",
        "gradient_predicted",
    ])?;
    for profile in profiles {
        for (layer, (signal, gradient)) in (1..).zip(profile.signal.iter().zip(&profile.gradient)) {
            let mut row: Vec<String> = vec![
                format!("{:?}", profile.activation),
                profile.rule.into(),
                layer.to_string(),
            ];
            for moment in [signal, gradient] {
                let numbers = [moment.mean, moment.low, moment.high, moment.predicted];
                row.extend(numbers.map(|number| format!("{number:.5e}")));
            }
            writer.write_record(row)?;
        }
    }
    Ok(writer.flush()?)
}

/// A row for every number of layers of every trial.
pub(crate) fn save_trials(trials: &[Trial], file: &Path) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record([
        "activation",
        "scheme",
        "moment",
        "layers",
        "predicted",
        "mean",
        "std",
    ])?;
    for trial in trials {
        for (name, outcomes) in [("signal", &trial.signal), ("gradient", &trial.gradient)] {
            for (
                layers,
                Outcome {
                    predicted,
                    mean,
                    std,
                },
            ) in (1..).zip(outcomes)
            {
                writer.write_record([
                    format!("{:?}", trial.activation),
                    trial.scheme.clone(),
                    name.into(),
                    format!("{layers}"),
                    format!("{predicted:.5e}"),
                    format!("{mean:.5e}"),
                    format!("{std:.5e}"),
                ])?;
            }
        }
    }
    Ok(writer.flush()?)
}

/// A number in few letters, whatever its size.
fn short(number: f64) -> String {
    if (1e-2..1e3).contains(&number) {
        format!("{number:.3}")
    } else {
        format!("{number:.1e}")
    }
}
