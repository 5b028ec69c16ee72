//! A page of shapes, written as SVG and as PNG from the same outlines.

use std::{
    error::Error,
    fmt::{self, Write},
    fs,
    path::{Path as FilePath, PathBuf},
};

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, PathSegment, Pixmap, Rect,
    Stroke, StrokeDash, Transform,
};

use super::font::Letters;

/// Pixels of the PNG for every unit of the page.
const PIXELS: f32 = 2.0;

/// Red, green, blue.
pub(crate) type Rgb = [u8; 3];

/// The colour of text.
const INK: Rgb = [0x22; 3];

/// How a line is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) color: Rgb,
    pub(crate) width: f32,
    /// Lengths of strokes and gaps, an even number of them; none for a solid line.
    pub(crate) dash: &'static [f32],
}

/// Which part of a text is where it is put.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
    /// The middle of a text that is read from bottom to top.
    MiddleUpwards,
}

/// A page. Its origin is at the top left, and later shapes cover earlier ones.
pub(crate) struct Canvas {
    width: f32,
    height: f32,
    shapes: Vec<Shape>,
}

/// An outline, and the line along it; without one, it is filled.
struct Shape {
    path: Path,
    color: Rgb,
    line: Option<Line>,
}

impl Canvas {
    /// A white page.
    pub(crate) fn new(width: f32, height: f32) -> Self {
        let mut canvas = Canvas {
            width,
            height,
            shapes: Vec::new(),
        };
        let page = Rect::from_xywh(0.0, 0.0, width, height);
        canvas.fill(page.map(PathBuilder::from_rect), [255; 3]);
        canvas
    }

    /// A line from point to point.
    pub(crate) fn line(&mut self, points: impl IntoIterator<Item = (f32, f32)>, line: Line) {
        let mut path = PathBuilder::new();
        for (x, y) in points {
            if path.is_empty() {
                path.move_to(x, y);
            } else {
                path.line_to(x, y);
            }
        }
        self.shapes.extend(path.finish().map(|path| Shape {
            path,
            color: line.color,
            line: Some(line),
        }));
    }

    /// A line of text on the base line through a point.
    pub(crate) fn text(
        &mut self,
        (x, y): (f32, f32),
        anchor: Anchor,
        letters: Letters,
        text: &str,
    ) {
        let width = letters.width(text);
        let to_point = match anchor {
            Anchor::Start => Transform::from_translate(x, y),
            Anchor::Middle => Transform::from_translate(x - width / 2.0, y),
            Anchor::End => Transform::from_translate(x - width, y),
            Anchor::MiddleUpwards => Transform::from_row(0.0, -1.0, 1.0, 0.0, x, y + width / 2.0),
        };
        let path = letters.outline(text);
        self.fill(path.and_then(|path| path.transform(to_point)), INK);
    }

    fn fill(&mut self, path: Option<Path>, color: Rgb) {
        self.shapes.extend(path.map(|path| Shape {
            path,
            color,
            line: None,
        }));
    }

    /// Writes `<stem>.png` and `<stem>.svg`, and returns these two names.
    pub(crate) fn save(&self, stem: &FilePath) -> Result<[PathBuf; 2], Box<dyn Error>> {
        let files = [stem.with_extension("png"), stem.with_extension("svg")];
        fs::write(&files[0], self.png()?)?;
        fs::write(&files[1], self.svg()?)?;
        Ok(files)
    }

    fn png(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let (width, height) = (self.width * PIXELS, self.height * PIXELS);
        let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or("the page is empty")?;
        let to_pixels = Transform::from_scale(PIXELS, PIXELS);
        for Shape { path, color, line } in &self.shapes {
            let [red, green, blue] = *color;
            let mut paint = Paint::default();
            paint.set_color(Color::from_rgba8(red, green, blue, 255));
            if let Some(line) = line {
                let stroke = Stroke {
                    width: line.width,
                    line_cap: LineCap::Butt,
                    line_join: LineJoin::Round,
                    dash: StrokeDash::new(line.dash.to_vec(), 0.0),
                    ..Stroke::default()
                };
                pixmap.stroke_path(path, &paint, &stroke, to_pixels, None);
            } else {
                pixmap.fill_path(path, &paint, FillRule::Winding, to_pixels, None);
            }
        }
        Ok(pixmap.encode_png()?)
    }

    fn svg(&self) -> Result<String, fmt::Error> {
        let (width, height) = (self.width, self.height);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">\n"
        );
        for Shape { path, color, line } in &self.shapes {
            let [red, green, blue] = color;
            let color = format!("#{red:02x}{green:02x}{blue:02x}");
            svg.push_str("<path d=\"");
            for segment in path.segments() {
                match segment {
                    PathSegment::MoveTo(p) => write!(svg, "M{:.2} {:.2}", p.x, p.y)?,
                    PathSegment::LineTo(p) => write!(svg, "L{:.2} {:.2}", p.x, p.y)?,
                    PathSegment::QuadTo(a, p) => {
                        write!(svg, "Q{:.2} {:.2} {:.2} {:.2}", a.x, a.y, p.x, p.y)?;
                    }
                    PathSegment::CubicTo(a, b, p) => {
                        write!(svg, "C{:.2} {:.2} {:.2} {:.2} ", a.x, a.y, b.x, b.y)?;
                        write!(svg, "{:.2} {:.2}", p.x, p.y)?;
                    }
                    PathSegment::Close => svg.push('Z'),
                }
            }
            match line {
                None => writeln!(svg, "\" fill=\"{color}\"/>")?,
                Some(Line { width, dash, .. }) => {
                    write!(
                        svg,
                        "\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\""
                    )?;
                    if !dash.is_empty() {
                        let dash: Vec<_> = dash.iter().map(ToString::to_string).collect();
                        write!(svg, " stroke-dasharray=\"{}\"", dash.join(" "))?;
                    }
                    svg.push_str(" stroke-linejoin=\"round\"/>\n");
                }
            }
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }
}
