//! Texts with numbers in braces: readings and siblings.

use super::scope::{Probe, Scope};
use crate::error::TextProblem;
use crate::syntax::{Fault, Lookup, Sum};

/// A text in which `{arithmetic}` stands for a whole number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filled {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    /// Arithmetic, and the byte of the whole text at which it begins.
    Sum(Sum, usize),
}

impl Filled {
    pub(super) fn new(text: &str) -> Result<Self, Fault> {
        let mut pieces = Vec::new();
        let mut start = 0;
        while let Some(open) = text[start..].find(['{', '}']).map(|at| start + at) {
            let len = text[open..].find('}');
            let Some(close) = len.filter(|len| *len > 0).map(|len| open + len) else {
                let at = open..open + 1;
                return Err(Fault::expected(
                    at,
                    "a number in braces, as {width} or {dim(0)}",
                ));
            };
            pieces.push(Piece::Text(text[start..open].to_string()));
            let sum = Sum::read(&text[open + 1..close]).map_err(|fault| moved(fault, open + 1))?;
            pieces.push(Piece::Sum(sum, open + 1));
            start = close + 1;
        }
        pieces.push(Piece::Text(text[start..].to_string()));
        Ok(Filled { pieces })
    }

    /// The text with the numbers in it.
    pub(super) fn fill(&self, scope: &Scope<'_>) -> Result<String, Fault> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Sum(sum, start) => {
                    let number = sum.value(scope).and_then(|value| whole(value, sum));
                    let number = number.map_err(|fault| moved(fault, *start))?;
                    text.push_str(&number.to_string());
                }
            }
        }
        Ok(text)
    }

    /// The text, if it has no numbers in braces.
    pub(super) fn as_plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// What is wrong with it whatever its numbers are.
    pub(super) fn probe(&self, probe: &Probe<'_>) -> Result<(), Fault> {
        for piece in &self.pieces {
            if let Piece::Sum(sum, start) = piece {
                match sum.value(probe) {
                    Err(Fault {
                        problem: TextProblem::NotFinite { .. },
                        ..
                    })
                    | Ok(_) => {}
                    Err(fault) => return Err(moved(fault, *start)),
                }
            }
        }
        Ok(())
    }
}

/// A fault of a text that begins at a byte of another, in that.
pub(super) fn moved(fault: Fault, by: usize) -> Fault {
    Fault::new(fault.at.start + by..fault.at.end + by, fault.problem)
}

/// The whole number that arithmetic comes to.
pub(super) fn whole(value: f64, sum: &Sum) -> Result<u64, Fault> {
    const TWO_53: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && (0.0..TWO_53).contains(&value) {
        return Ok(value as u64);
    }
    let why = format!("this is {value}, but it must be a whole number from 0 to 2^53");
    Err(Fault::new(sum.at(), TextProblem::Refused { why }))
}

/// Arithmetic on its own that comes to a whole number.
pub(super) fn whole_number(text: &str, lookup: &dyn Lookup) -> Result<u64, Fault> {
    let sum = Sum::read(text)?;
    whole(sum.value(lookup)?, &sum)
}
