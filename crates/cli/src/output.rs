//! Printing, also into a pipe that nobody reads any longer.

use std::fmt::Display;
use std::io::{self, Write};

use crate::failure::Failure;

/// Prints a line, or several. That a reader has enough of it is no failure.
pub(crate) fn print(text: impl Display) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let printed = writeln!(out, "{text}").and_then(|()| out.flush());
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => {
            // What could not be printed would be tried again.
            drop(out.into_parts());
            Ok(())
        }
    }
}

/// Prints JSON.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(format_args!("{value:#}"))
}

/// Prints rows as a table whose columns begin at the same places.
pub(crate) fn print_table(rows: &[Vec<String>]) -> Result<(), Failure> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_string()
    });
    print(lines.collect::<Vec<_>>().join("\n"))
}
