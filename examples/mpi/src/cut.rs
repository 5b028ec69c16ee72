//! How a matrix is cut into parts for ranks.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Along which axes a matrix is cut.
#[derive(Clone, Copy)]
pub(crate) enum Cut {
    Rows,
    Columns,
    /// In a grid that is as nearly square as the number of ranks allows.
    Tiles,
}

/// The rows and columns of a rank; either may be empty.
pub(crate) struct Part {
    pub(crate) rows: Range<usize>,
    pub(crate) columns: Range<usize>,
}

impl Cut {
    /// The part of rank `rank` among `size`. Those of all ranks make up the whole.
    pub(crate) fn part(self, rank: usize, size: usize, (rows, columns): (usize, usize)) -> Part {
        let down = match self {
            Cut::Rows => size,
            Cut::Columns => 1,
            Cut::Tiles => (1..=size)
                .filter(|n| size % n == 0 && n * n <= size)
                .max()
                .unwrap_or(1),
        };
        let across = size / down;
        Part {
            rows: share(rows, rank / across, down),
            columns: share(columns, rank % across, across),
        }
    }
}

/// The places of part `index` of `count` that differ by at most one in length.
fn share(len: usize, index: usize, count: usize) -> Range<usize> {
    len * index / count..len * (index + 1) / count
}

impl FromStr for Cut {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "rows" => Ok(Cut::Rows),
            "columns" => Ok(Cut::Columns),
            "tiles" => Ok(Cut::Tiles),
            _ => Err("a matrix is cut by rows, columns or tiles".to_string()),
        }
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cut::Rows => "rows",
            Cut::Columns => "columns",
            Cut::Tiles => "tiles",
        })
    }
}
