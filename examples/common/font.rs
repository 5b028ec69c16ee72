//! Text as outlines, so that a picture looks the same where its font is not installed.

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, FaceParsingError, OutlineBuilder};

/// A font that is compiled in.
pub(crate) struct Font(Face<'static>);

/// Letters of one font and size.
#[derive(Clone, Copy)]
pub(crate) struct Letters<'a> {
    face: &'a Face<'static>,
    /// Of a font's unit on the page.
    scale: f32,
}

impl Font {
    pub(crate) fn regular() -> Result<Self, FaceParsingError> {
        Face::parse(dejavu::sans::regular(), 0).map(Font)
    }

    pub(crate) fn bold() -> Result<Self, FaceParsingError> {
        Face::parse(dejavu::sans::bold(), 0).map(Font)
    }

    pub(crate) fn at(&self, size: f32) -> Letters<'_> {
        Letters {
            face: &self.0,
            scale: size / f32::from(self.0.units_per_em()),
        }
    }
}

impl Letters<'_> {
    /// The width of a line of text.
    pub(crate) fn width(self, text: &str) -> f32 {
        let units: f32 = text.chars().map(|letter| self.advance(letter)).sum();
        units * self.scale
    }

    /// The outlines of a line of text, from the start of its base line; none if it is blank.
    pub(crate) fn outline(self, text: &str) -> Option<Path> {
        let mut pen = Pen {
            path: PathBuilder::new(),
            x: 0.0,
        };
        for letter in text.chars() {
            if let Some(glyph) = self.face.glyph_index(letter) {
                self.face.outline_glyph(glyph, &mut pen);
            }
            pen.x += self.advance(letter);
        }
        // A font's y axis points up, a picture's down.
        let to_page = Transform::from_scale(self.scale, -self.scale);
        pen.path.finish()?.transform(to_page)
    }

    fn advance(self, letter: char) -> f32 {
        let glyph = self.face.glyph_index(letter);
        let advance = glyph.and_then(|glyph| self.face.glyph_hor_advance(glyph));
        advance.map_or(0.0, f32::from)
    }
}

/// Where the next letter goes.
struct Pen {
    path: PathBuilder,
    x: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + x1, y1, self.x + x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path
            .cubic_to(self.x + x1, y1, self.x + x2, y2, self.x + x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
