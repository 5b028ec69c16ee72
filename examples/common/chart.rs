//! Line charts side by side, with one legend for all.

mod axis;
mod canvas;
mod font;

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use axis::Axis;
pub(crate) use axis::Scale;
use canvas::{Anchor, Canvas, Line, Rgb};
use font::{Font, Letters};

/// The colours of Okabe and Ito, which people who see colours differently can tell apart. Where
/// curves coincide, the first of these shows on both sides of the others, and their strokes fall
/// into each other's gaps.
const LINES: [Line; 6] = [
    line([0x00, 0x72, 0xb2], 3.0, &[]),
    line([0xe6, 0x9f, 0x00], 9.0, &[]),
    line([0x00, 0x72, 0x52], 4.0, &[10.0, 8.0]),
    line([0x00, 0x00, 0x00], 4.0, &[0.0, 12.0, 4.0, 2.0]),
    line([0xd5, 0x5e, 0x00], 3.0, &[16.0, 4.0, 3.0, 4.0]),
    line([0xcc, 0x79, 0xa7], 3.0, &[]),
];
const FRAME: Line = line([0x88; 3], 1.0, &[]);
const GRID: Line = line([0xe4; 3], 1.0, &[]);

/// Sizes in units of the page: a panel's plot and the room around it.
const PLOT: (f32, f32) = (500.0, 340.0);
const LEFT: f32 = 92.0;
const RIGHT: f32 = 28.0;
const TOP: f32 = 100.0;
const BOTTOM: f32 = 70.0;
const LEGEND_ROW: f32 = 30.0;

/// A picture of panels.
pub(crate) struct Figure {
    pub(crate) title: String,
    /// What the curves are, in the order in which every panel has them.
    pub(crate) legend: Vec<String>,
    pub(crate) panels: Vec<Panel>,
}

/// A chart.
pub(crate) struct Panel {
    pub(crate) title: String,
    /// The label and the scale of the horizontal axis.
    pub(crate) x: (&'static str, Scale),
    /// The label and the scale of the vertical axis.
    pub(crate) y: (&'static str, Scale),
    /// Points that are not finite, or not positive on a logarithmic axis, are left out.
    pub(crate) curves: Vec<Vec<(f64, f64)>>,
}

const fn line(color: Rgb, width: f32, dash: &'static [f32]) -> Line {
    Line { color, width, dash }
}

impl Figure {
    /// Writes `<stem>.png` and `<stem>.svg`, and returns these two names.
    pub(crate) fn save(&self, stem: &Path) -> Result<[PathBuf; 2], Box<dyn Error>> {
        let (regular, bold) = (Font::regular()?, Font::bold()?);
        let letters = regular.at(16.0);
        let width = self.panels.len() as f32 * (LEFT + PLOT.0 + RIGHT);
        let (columns, rows) = self.legend_grid(letters, width - LEFT - RIGHT);
        let top = TOP + PLOT.1 + BOTTOM;
        let height = top + rows as f32 * LEGEND_ROW + 14.0;

        let mut canvas = Canvas::new(width, height);
        canvas.text((LEFT, 40.0), Anchor::Start, bold.at(22.0), &self.title);
        for (index, panel) in self.panels.iter().enumerate() {
            let left = index as f32 * (LEFT + PLOT.0 + RIGHT) + LEFT;
            canvas.text(
                (left, TOP - 18.0),
                Anchor::Start,
                bold.at(16.0),
                &panel.title,
            );
            panel.draw(&mut canvas, left, &regular);
        }
        for (index, (text, line)) in self.legend.iter().zip(LINES.iter().cycle()).enumerate() {
            let x = LEFT + (index / rows) as f32 * columns;
            let y = top + ((index % rows) as f32 + 0.5) * LEGEND_ROW;
            canvas.line([(x, y), (x + 54.0, y)], *line);
            canvas.text((x + 64.0, y + 5.5), Anchor::Start, letters, text);
        }
        canvas.save(stem)
    }

    /// The width of the legend's columns, all as wide as the widest entry, and how many rows there
    /// are then.
    fn legend_grid(&self, letters: Letters, width: f32) -> (f32, usize) {
        let widths = self.legend.iter().map(|text| letters.width(text) + 100.0);
        let column = widths.fold(1.0, f32::max);
        let columns = ((width / column) as usize).max(1);
        (column, self.legend.len().div_ceil(columns).max(1))
    }
}

impl Panel {
    fn draw(&self, canvas: &mut Canvas, left: f32, font: &Font) {
        let (ticks, labels) = (font.at(14.0), font.at(15.0));
        let (right, bottom) = (left + PLOT.0, TOP + PLOT.1);
        let points = || self.curves.iter().flatten();
        let x_axis = Axis::new(self.x.1, points().map(|&(x, _)| x), 7);
        let y_axis = Axis::new(self.y.1, points().map(|&(_, y)| y), 7);
        let across = |place: f32| left + place * PLOT.0;
        let up = |place: f32| bottom - place * PLOT.1;

        for (place, label) in x_axis.ticks() {
            let x = across(place);
            canvas.line([(x, TOP), (x, bottom)], GRID);
            canvas.text((x, bottom + 22.0), Anchor::Middle, ticks, &label);
        }
        for (place, label) in y_axis.ticks() {
            let y = up(place);
            canvas.line([(left, y), (right, y)], GRID);
            canvas.text((left - 9.0, y + 5.0), Anchor::End, ticks, &label);
        }
        canvas.line([(left, TOP), (left, bottom), (right, bottom)], FRAME);
        let (x, y) = (across(0.5), up(0.5));
        canvas.text((x, bottom + 48.0), Anchor::Middle, labels, self.x.0);
        canvas.text((left - 64.0, y), Anchor::MiddleUpwards, labels, self.y.0);

        for (curve, line) in self.curves.iter().zip(LINES.iter().cycle()) {
            let places = curve
                .iter()
                .filter_map(|&(x, y)| Some((across(x_axis.place(x)?), up(y_axis.place(y)?))));
            canvas.line(places, *line);
        }
    }
}
