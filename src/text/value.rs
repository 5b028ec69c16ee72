//! Numbers in a call, and what is refused of them.

use std::ops::Range;

use crate::error::{InitError, TextProblem};
use crate::syntax::{Fault, NoVariables, Value};

/// A number.
pub(super) fn number(value: &Value) -> Result<f64, Fault> {
    value.sum()?.value(&NoVariables)
}

/// A number, or `inf` or `-inf`.
pub(super) fn bound(value: &Value) -> Result<f64, Fault> {
    value.sum()?.or_infinite()
}

/// A whole number that is exact in `f64` and a `usize`.
pub(super) fn whole(value: &Value) -> Result<usize, Fault> {
    const TWO_53: f64 = 9_007_199_254_740_992.0;
    let number = number(value)?;
    let is_whole = number.fract() == 0.0 && (0.0..=TWO_53).contains(&number);
    let count = is_whole.then_some(number as u64);
    count
        .and_then(|count| usize::try_from(count).ok())
        .ok_or_else(|| Fault::expected(value.at(), "a whole number, from 0 to 2^53"))
}

/// What a constructor made, or its error at a place.
pub(super) fn made<T>(at: Range<usize>, result: Result<T, InitError>) -> Result<T, Fault> {
    result.map_err(|error| {
        let why = error.to_string();
        Fault::new(at, TextProblem::Refused { why })
    })
}
