//! What learnt, as a table, for the terminal and for a file.

use std::path::Path;

use comfy_table::{CellAlignment, Table, TableComponent, presets::UTF8_HORIZONTAL_ONLY};

use crate::{DEPTHS, Place, Study};

/// A network has learnt if it answers this share of its training examples rightly.
const LEARNT: f64 = 0.5;

/// The table that is printed.
pub(crate) fn text(places: &[Place], studies: &[Study]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    let mut header = vec![
        "weight variance\ntimes fan_in".to_string(),
        "xi".into(),
        "6 xi".into(),
    ];
    header.extend(
        studies
            .iter()
            .map(|study| format!("{} weights\nlearnt at", study.family.name())),
    );
    table.set_header(header);
    for (index, place) in places.iter().enumerate() {
        let layers = |layers: f64| match layers {
            layers if layers > 1e6 => "no end".into(),
            layers => format!("{layers:.1}"),
        };
        let mut row = vec![
            format!("{:.3}", place.variance),
            layers(place.xi),
            layers(6.0 * place.xi),
        ];
        row.extend(
            studies
                .iter()
                .map(|study| learnt_at(&study.accuracies[index])),
        );
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// The greatest depth up to which all have learnt.
fn learnt_at(accuracies: &[f64]) -> String {
    let depths = DEPTHS.iter().zip(accuracies);
    let learnt = depths
        .take_while(|&(_, &accuracy)| accuracy >= LEARNT)
        .last();
    learnt.map_or("none".into(), |(depth, _)| depth.to_string())
}

/// Writes one row for every network.
pub(crate) fn save(places: &[Place], studies: &[Study], file: &Path) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(["family", "variance", "xi", "depth", "accuracy"])?;
    for study in studies {
        for (place, accuracies) in places.iter().zip(&study.accuracies) {
            for (depth, accuracy) in DEPTHS.iter().zip(accuracies) {
                writer.write_record([
                    study.family.name().into(),
                    place.variance.to_string(),
                    place.xi.to_string(),
                    depth.to_string(),
                    accuracy.to_string(),
                ])?;
            }
        }
    }
    Ok(writer.flush()?)
}
