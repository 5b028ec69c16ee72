//! Faults of texts.

use std::fmt;
use std::ops::Range;

/// What is wrong at one place of a text: part of [`InitError::Text`](crate::InitError::Text).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TextProblem {
    /// Something else belongs there.
    #[non_exhaustive]
    Expected {
        /// What belongs there.
        what: &'static str,
    },
    /// A name without a meaning there.
    #[non_exhaustive]
    UnknownName {
        /// What it would be the name of.
        kind: &'static str,
        /// The known names that are nearest to it, the nearest first; all of them, if they are few.
        nearest: Vec<String>,
    },
    /// An argument or a setting that was given before.
    Repeated,
    /// An argument that must be given and is not.
    #[non_exhaustive]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// A name that has different meanings in different libraries.
    #[non_exhaustive]
    Ambiguous {
        /// Its meanings, and what to write for each.
        meanings: &'static str,
    },
    /// Exactly one of several arguments must be given, and none or more than one is.
    #[non_exhaustive]
    OneOf {
        /// Their names.
        names: &'static str,
    },
    /// Text in angle brackets is only for people: a closure, a user-supplied distribution.
    NoText,
    /// A value that can be read but is not valid.
    #[non_exhaustive]
    Refused {
        /// Why: the text of the error.
        why: String,
    },
    /// Calls, lists and parentheses that are nested too deeply.
    #[non_exhaustive]
    TooDeep {
        /// How deep they may be.
        limit: usize,
    },
    /// A number or a sum of numbers that is infinite or not a number.
    #[non_exhaustive]
    NotFinite {
        /// What it comes to.
        value: f64,
    },
    /// A reading with another number of axes than the shape has.
    #[non_exhaustive]
    AxisCount {
        /// Axes of the reading.
        reading: usize,
        /// The shape.
        shape: Vec<usize>,
    },
    /// An axis that cannot be divided as the reading has it.
    #[non_exhaustive]
    NotDivisible {
        /// The number of parts or groups.
        by: u64,
        /// Which axis of the shape.
        axis: usize,
        /// The shape.
        shape: Vec<usize>,
    },
    /// Parts whose lengths do not add up to that of their axis.
    #[non_exhaustive]
    PartsDoNotAddUp {
        /// The sum of their lengths.
        sum: u64,
        /// Which axis of the shape.
        axis: usize,
        /// The shape.
        shape: Vec<usize>,
    },
}

impl fmt::Display for TextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TextProblem::Expected { what } => write!(f, "expected {what}"),
            TextProblem::UnknownName { kind, nearest } => {
                write!(f, "there is no {kind} of this name")?;
                match nearest.as_slice() {
                    [] => Ok(()),
                    [one] => write!(f, "; the nearest is {one}"),
                    all => write!(f, "; the nearest are {}", all.join(", ")),
                }
            }
            TextProblem::Repeated => f.write_str("this was given before; give it once"),
            TextProblem::Missing { name } => {
                write!(f, "the argument {name} is missing; give {name}=...")
            }
            TextProblem::Ambiguous { meanings } => {
                write!(f, "this name has several meanings; {meanings}")
            }
            TextProblem::OneOf { names } => write!(f, "give one of the arguments {names}"),
            TextProblem::NoText => f.write_str(
                "what stands in angle brackets cannot be read back: closures, laws and \
                 distributions of the caller's have no text; make it in code",
            ),
            TextProblem::Refused { why } => f.write_str(why),
            TextProblem::TooDeep { limit } => {
                write!(
                    f,
                    "nested more than {limit} deep; write it with fewer levels"
                )
            }
            TextProblem::NotFinite { value } => {
                write!(f, "this is {value}, but a number must be finite")
            }
            TextProblem::AxisCount { reading, shape } => write!(
                f,
                "the reading has {reading} axes, but shape {shape:?} has {}: give one letter for \
                 each axis",
                shape.len()
            ),
            TextProblem::NotDivisible { by, axis, shape } => write!(
                f,
                "axis {axis} of shape {shape:?} has length {}, which is not a multiple of {by}",
                shape.get(*axis).copied().unwrap_or(0)
            ),
            TextProblem::PartsDoNotAddUp { sum, axis, shape } => write!(
                f,
                "the parts add up to {sum}, but axis {axis} of shape {shape:?} has length {}",
                shape.get(*axis).copied().unwrap_or(0)
            ),
        }
    }
}

/// Characters of a text that are shown on either side of a place.
const SHOWN: usize = 48;

/// A text with a mark under a place in it, and what is wrong there, on lines of their own:
///
/// ```text
/// cannot read this text:
///   o j k k
///     ^ there is no role of this name; ...
/// ```
pub(super) fn marked(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    at: &Range<usize>,
    problem: &TextProblem,
) -> fmt::Result {
    // A place between two characters, or beyond the end, is that of the next one.
    let boundary = |at: usize| (at..).find(|&at| at >= text.len() || text.is_char_boundary(at));
    let start = boundary(at.start).unwrap_or(0).min(text.len());
    let end = boundary(at.end).unwrap_or(0).clamp(start, text.len());
    let (before, rest) = text.split_at(start);
    let (marked, after) = rest.split_at(end - start);
    let skipped = before.chars().count().saturating_sub(SHOWN);
    // Control characters would break the lines that the mark depends on.
    let plain = |text: &str| -> String {
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        text.chars().map(shown).collect()
    };
    let before: String = before.chars().skip(skipped).collect();
    let dots = if skipped > 0 { "..." } else { "" };
    let lead = format!("{dots}{}", plain(&before));
    let mut tail: String = after.chars().take(SHOWN).collect();
    if after.chars().count() > SHOWN {
        tail.push_str("...");
    }
    let marked: String = marked.chars().take(SHOWN).collect();
    writeln!(f, "cannot read this text:")?;
    writeln!(f, "  {lead}{}{}", plain(&marked), plain(&tail))?;
    let blanks = lead.chars().count();
    let carets = marked.chars().count().max(1);
    write!(f, "  {:blanks$}{:^<carets$} {problem}", "", "")
}
