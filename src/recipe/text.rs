//! Texts of a recipe, and where they stand.

use super::fault::{Fault, Place, Problem};
use crate::error::InitError;
use crate::syntax;

/// A text, and where it stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Of its first letter.
    pub(super) place: Option<Place>,
    /// Whether the file has it letter by letter, without escapes.
    pub(super) is_verbatim: bool,
}

impl Text {
    /// A text in code.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Text {
            text: text.into(),
            place: None,
            is_verbatim: false,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a byte of it stands.
    fn place_of(&self, byte: usize) -> Option<Place> {
        let place = self.place?;
        let before = self.text.get(..byte).unwrap_or(&self.text);
        Some(match place {
            Place::Line { line, column } if self.is_verbatim => match before.rfind('\n') {
                Some(end) => Place::Line {
                    line: line + before.matches('\n').count(),
                    column: before[end..].chars().count(),
                },
                None => Place::Line {
                    line,
                    column: column + before.chars().count(),
                },
            },
            place => place,
        })
    }

    /// That it is wrong: what it belongs to stands at `place`, unless the text has a place of its own.
    pub(super) fn fault(
        &self,
        place: Option<Place>,
        name: Option<&str>,
        error: InitError,
    ) -> Fault {
        let own = match &error {
            InitError::Text { at, text, .. } if *text == self.text => self.place_of(at.start),
            _ => self.place,
        };
        Fault::new(own.or(place), name, Problem::Text(error))
    }

    /// The same for something at a place in it.
    pub(super) fn wrong(
        &self,
        place: Option<Place>,
        name: Option<&str>,
        fault: syntax::Fault,
    ) -> Fault {
        self.fault(place, name, fault.in_text(&self.text))
    }
}
