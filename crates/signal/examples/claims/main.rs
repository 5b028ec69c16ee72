//! What the sources promise, beside what was measured here.
//!
//! ```text
//! cargo run --release --example claims
//! ```

#[path = "../../../../examples/common/arguments.rs"]
mod arguments;
#[path = "../../../../examples/common/data.rs"]
mod data;
#[path = "../../../../examples/common/dense.rs"]
mod dense;
#[path = "../../../../examples/common/examples.rs"]
mod examples;
mod initial;
#[path = "../../../../examples/common/network.rs"]
mod network;
#[path = "../../../../examples/common/output.rs"]
mod output;
mod trained;
#[path = "../../../../examples/common/training.rs"]
mod training;

use std::{error::Error, time::Instant};

use comfy_table::{CellAlignment, Table, TableComponent, presets::UTF8_HORIZONTAL_ONLY};
use fanin::Key;
use indicatif::{ProgressBar, ProgressStyle};

const ABOUT: &str = "Measures what the sources of initialisation promise.";

fn main() -> Result<(), Box<dyn Error>> {
    let Some(seed) = arguments::seed(ABOUT, 42)? else {
        return Ok(());
    };
    let start = Instant::now();
    let key = Key::from_seed(seed);
    let progress = ProgressBar::new((trained::TRAININGS * data::TRAINING.epochs) as u64)
        .with_style(ProgressStyle::with_template(
            "{bar:40} {pos:>3}/{len} epochs",
        )?);
    let mut all = initial::claims(&key)?;
    all.extend(trained::claims(&key, || progress.inc(1))?);
    progress.finish_and_clear();

    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    table.set_header(["source", "claim", "measured"]);
    table.set_width(118);
    for measured in &all {
        table.add_row([
            measured.source.into(),
            measured.claim.into(),
            short(measured.value),
        ]);
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} claims, seed {seed}, measured in {seconds:.0} s.\n",
        all.len()
    );
    println!("{table}\n");
    let file = output::directory("claims")?.join("claims.csv");
    let mut writer = csv::Writer::from_path(&file)?;
    writer.write_record(["name", "value"])?;
    for measured in &all {
        writer.write_record([measured.name.into(), format!("{:.6e}", measured.value)])?;
    }
    writer.flush()?;
    println!("The table:   {}", file.display());
    Ok(())
}

/// A number in few letters, whatever its size.
fn short(number: f64) -> String {
    if (1e-2..1e4).contains(&number) {
        format!("{number:.3}")
    } else {
        format!("{number:.1e}")
    }
}
