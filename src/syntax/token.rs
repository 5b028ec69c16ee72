//! Tokens.

use std::ops::Range;

use super::fault::Fault;
use crate::error::TextProblem;

/// A token of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    /// A finite number, not negative.
    Number(f64),
    Name(&'a str),
    /// What stands between two quotation marks.
    Text(&'a str),
    /// One of `( ) [ ] { } , . = + - * / : ;`.
    Mark(char),
    End,
}

const MARKS: &str = "()[]{},.=+-*/:;";

/// The token that begins at or after byte `from`, and its place.
pub(super) fn next(text: &str, from: usize) -> Result<(Token<'_>, Range<usize>), Fault> {
    let rest = text.get(from..).unwrap_or("");
    let start = text.len() - rest.trim_start().len();
    let rest = text.get(start..).unwrap_or("");
    let mut chars = rest.chars();
    let Some(first) = chars.next() else {
        return Ok((Token::End, text.len()..text.len()));
    };
    let second = chars.next().unwrap_or(' ');
    let is_number = first.is_ascii_digit() || (first == '.' && second.is_ascii_digit());
    if is_number {
        let at = start..start + number_len(rest);
        let value = number(&text[at.clone()]);
        return match value {
            Some(value) if value.is_finite() => Ok((Token::Number(value), at)),
            Some(value) => Err(Fault::new(at, TextProblem::NotFinite { value })),
            None => Err(Fault::expected(at, "a number, as 784, 0.02 or 1e-6")),
        };
    }
    if is_name_start(first) {
        let len = (rest.find(|c| !is_in_name(c))).unwrap_or(rest.len());
        let at = start..start + len;
        return Ok((Token::Name(&text[at.clone()]), at));
    }
    if first == '"' || first == '\'' {
        return match rest[1..].find(first) {
            Some(len) => Ok((Token::Text(&rest[1..1 + len]), start..start + len + 2)),
            None => Err(Fault::expected(
                start..text.len(),
                "a quotation mark at the end of this text",
            )),
        };
    }
    let at = start..start + first.len_utf8();
    if MARKS.contains(first) {
        Ok((Token::Mark(first), at))
    } else {
        Err(Fault::expected(
            at,
            "a name, a number or a mark of punctuation",
        ))
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of the number that a text begins with, and of what is stuck to it.
fn number_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut len = 0;
    while let Some(&byte) = bytes.get(len) {
        let before = len.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let after = bytes.get(len + 1).copied().unwrap_or(b' ');
        let goes_on = match byte {
            b'+' | b'-' => matches!(before, b'e' | b'E') && after.is_ascii_digit(),
            // Before a name it is the point of a method.
            b'.' => after.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric() || byte == b'_',
        };
        if !goes_on {
            break;
        }
        len += 1;
    }
    len
}

/// `None` if it is no number.
fn number(text: &str) -> Option<f64> {
    let is_stuck =
        |c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | '+' | '-' | 'e' | 'E'));
    if text.contains(is_stuck) || text.contains("__") || text.ends_with('_') {
        return None;
    }
    // Rust's own reading of a decimal number is exact to rounding, on every machine.
    text.replace('_', "").parse().ok()
}
