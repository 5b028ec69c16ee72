//! A reading as text.

use std::fmt;
use std::ops::Range;

use crate::weight::reading::reading::{AxisReading, Reading, Split};
use crate::word::Role;

/// What a role is called.
const fn letter(role: Role) -> char {
    match role {
        Role::Unnamed => '_',
        Role::Output => 'o',
        Role::Input => 'i',
        Role::Kernel => 'k',
        Role::Batch => 'b',
    }
}

/// Something in the text of a reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Item {
    Axes,
    Axis(usize),
    Groups,
    Stride,
}

/// The text of a reading, and where something stands in it.
struct Written {
    text: String,
    sought: Option<Item>,
    at: Range<usize>,
}

/// Where something stands in what a reading prints.
pub(super) fn place(reading: &Reading, item: Item) -> Range<usize> {
    let mut written = Written::new(Some(item));
    written.write(reading);
    written.at
}

impl Written {
    fn new(sought: Option<Item>) -> Self {
        Written {
            text: String::new(),
            sought,
            at: 0..0,
        }
    }

    fn item(&mut self, item: Item, write: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        write(self);
        if self.sought == Some(item) {
            self.at = start..self.text.len();
        }
    }

    fn write(&mut self, reading: &Reading) {
        self.item(Item::Axes, |written| {
            for (number, axis) in reading.axes.iter().enumerate() {
                written.blank();
                written.item(Item::Axis(number), |written| written.axis(axis));
            }
        });
        if let Some(groups) = reading.groups {
            self.text.push_str(", ");
            self.item(Item::Groups, |written| {
                written.text.push_str(&format!("groups {groups}"));
            });
        }
        if !reading.stride.is_empty() {
            self.text.push_str(", ");
            self.item(Item::Stride, |written| {
                written.text.push_str("stride ");
                written.text.push_str(&numbers(&reading.stride));
            });
        }
        if reading.transposed {
            self.text.push_str(", transposed");
        }
        if let Some(order) = &reading.order {
            self.text.push_str(", drawn as");
            for &axis in order {
                let role = reading
                    .axes
                    .get(axis)
                    .map_or(Role::Unnamed, |axis| axis.role);
                self.text.push(' ');
                self.text.push(letter(role));
            }
        }
    }

    fn axis(&mut self, axis: &AxisReading) {
        let letter = letter(axis.role);
        let times = |times: usize| match times {
            1 => String::new(),
            times => format!("{times} "),
        };
        let text = match &axis.split {
            Split::Whole => letter.to_string(),
            Split::Groups => format!("(g {letter})"),
            Split::Equal { times: 1, parts } => format!("({parts} {letter})"),
            Split::Equal { times, parts } => format!("({times} {parts} {letter})"),
            Split::Lens { times: n, lens } => {
                format!("({}[{}] {letter})", times(*n), numbers(lens))
            }
            Split::Turns { parts } => format!("({letter} {parts})"),
        };
        self.text.push_str(&text);
    }

    /// Between axes.
    fn blank(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
    }
}

fn numbers(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    numbers.join(" ")
}

/// What [`FromStr`](std::str::FromStr) reads.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = Written::new(None);
        written.write(self);
        f.pad(&written.text)
    }
}

/// As the call that makes it.
impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading::new({:?})", self.to_string())
    }
}
