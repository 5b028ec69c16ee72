//! A plan as a table.

use std::fmt;

use super::plan::{Plan, Planned};
use crate::num::short::Short;

const HEAD: [&str; 8] = [
    "name",
    "shape as read",
    "scheme",
    "fans",
    "law",
    "std",
    "parameters",
    "bytes",
];

/// The columns from here on are numbers, to the right.
const NUMBERS: usize = 5;

fn row(planned: &Planned) -> [String; 8] {
    let weight = planned.weight();
    let text = weight.to_string();
    let (shape, fans) = text.split_once(": ").unwrap_or((&text, ""));
    let of = |text: Option<String>| text.unwrap_or_else(|| "-".to_string());
    [
        planned.name().to_string(),
        format!("{shape}, {}", planned.dtype()),
        planned
            .scheme()
            .map_or("left alone".to_string(), |scheme| scheme.text()),
        fans.to_string(),
        of(planned.law().map(ToString::to_string)),
        of(planned.std().map(|std| Short(std).to_string())),
        grouped(planned.elements()),
        grouped(planned.bytes()),
    ]
}

/// A count with commas: 1,234,567.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (number, digit) in digits.chars().enumerate() {
        if number > 0 && (digits.len() - number) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A table with a line for each parameter, and a last line with the sums.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 8]> = self.iter().map(row).collect();
        let mut widths = HEAD.map(str::len);
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut line = |cells: [&str; 8]| -> fmt::Result {
            let mut text = String::new();
            for (column, (cell, width)) in cells.into_iter().zip(widths).enumerate() {
                if column > 0 {
                    text.push_str("  ");
                }
                let blanks = " ".repeat(width.saturating_sub(cell.chars().count()));
                let (before, after) = match column >= NUMBERS {
                    true => (blanks.as_str(), ""),
                    false => ("", blanks.as_str()),
                };
                text.push_str(before);
                text.push_str(cell);
                text.push_str(after);
            }
            writeln!(f, "{}", text.trim_end())
        };
        line(HEAD)?;
        for row in &rows {
            line(row.each_ref().map(String::as_str))?;
        }
        write!(
            f,
            "{} tensors, {} parameters, {} bytes",
            grouped(self.len() as u64),
            grouped(self.elements()),
            grouped(self.bytes())
        )
    }
}
