//! Charts of curves, dots, bands and coloured cells, side by side or stacked, with one legend for
//! all.

mod axis;
mod page;

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use plotters::{
    coord::Shift,
    element::DashedPathElement,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

pub(crate) use axis::Scale;
use page::{FONT, UNIT};

/// The colours of Okabe and Ito, which people who see colours differently can tell apart. Where
/// curves coincide, the narrower of these lie on the wider.
#[allow(dead_code, reason = "not every example has this many curves")]
pub(crate) const STYLES: [Style; 6] = [
    Style::line(RGBColor(0x00, 0x72, 0xb2), 3, None),
    Style::line(RGBColor(0xe6, 0x9f, 0x00), 10, None),
    Style::line(RGBColor(0x00, 0x9e, 0x73), 6, Some((12, 8))),
    Style::line(RGBColor(0x00, 0x00, 0x00), 3, Some((3, 7))),
    Style::line(RGBColor(0xd5, 0x5e, 0x00), 4, Some((16, 6))),
    Style::line(RGBColor(0xcc, 0x79, 0xa7), 3, None),
];

const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const FRAME: RGBColor = RGBColor(0x88, 0x88, 0x88);
const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);

/// The room of the picture's title, of a row of the legend, and below the legend.
const TITLE: i32 = 64 * UNIT;
const ROW: i32 = 30 * UNIT;
const FOOT: i32 = 14 * UNIT;
/// A panel, and in it the room of its title, of the labels of its axes, of the names of its
/// references, and before the labels.
const PANEL: (i32, i32) = (650 * UNIT, 480 * UNIT);
const TOP: i32 = 40 * UNIT;
const BOTTOM: i32 = 52 * UNIT;
const LEFT: i32 = 84 * UNIT;
const RIGHT: i32 = 64 * UNIT;
const MARGIN: i32 = 12 * UNIT;
/// plotters has a point at the middle of small letters. That of digits and capitals is there if the
/// text is put this much lower.
const LOWER: i32 = 3 * UNIT / 2;

type Area<'a, Coordinates = Shift> = DrawingArea<SVGBackend<'a>, Coordinates>;

/// A picture of panels.
pub(crate) struct Figure {
    /// Has room for some 45 letters for every panel in a row.
    pub(crate) title: String,
    /// Panels in a row.
    pub(crate) columns: usize,
    pub(crate) panels: Vec<Panel>,
    /// What the curves are, in the order in which every panel has them.
    pub(crate) legend: Vec<(String, Style)>,
}

/// A chart.
#[derive(Default)]
pub(crate) struct Panel {
    pub(crate) title: String,
    /// The label and the scale of the horizontal axis.
    pub(crate) x: (&'static str, Scale),
    /// The label and the scale of the vertical axis.
    pub(crate) y: (&'static str, Scale),
    /// Heights of lines to compare the curves with, and their names of a few letters.
    pub(crate) references: Vec<(f64, &'static str)>,
    /// Points that are not finite, or not positive on a logarithmic axis, are left out.
    pub(crate) curves: Vec<Vec<(f64, f64)>>,
    /// What lies below the curves, each in the colour of the curve with its number: points with
    /// the two heights between which the colour is.
    pub(crate) bands: Vec<Vec<(f64, f64, f64)>>,
    /// What lies below everything. If there are cells, the axes show them and no more.
    pub(crate) cells: Vec<Cell>,
}

/// A rectangle of a colour.
pub(crate) struct Cell {
    pub(crate) x: (f64, f64),
    pub(crate) y: (f64, f64),
    pub(crate) color: RGBColor,
}

/// How a curve is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) color: RGBColor,
    /// The width of the line; 0 for none.
    pub(crate) width: i32,
    /// The lengths of strokes and gaps.
    pub(crate) dash: Option<(i32, i32)>,
    /// The radius of the dots at the points, or 0.
    pub(crate) dot: i32,
}

impl Figure {
    /// Writes `<stem>.png` and `<stem>.svg`, and returns these two names.
    pub(crate) fn save(&self, stem: &Path) -> Result<[PathBuf; 2], Box<dyn Error>> {
        let rows = self.panels.len().div_ceil(self.columns);
        let legend_rows = self.legend.len().div_ceil(self.columns);
        let legend_top = TITLE + rows as i32 * PANEL.1;
        let width = self.columns as i32 * PANEL.0;
        let height = legend_top + legend_rows as i32 * ROW + FOOT;
        let size = (width as u32, height as u32);

        let mut svg = String::new();
        {
            let page = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            page.fill(&WHITE)?;
            let title_at = (MARGIN + LEFT, TITLE / 2);
            page.draw_text(&self.title, &text(22, FontStyle::Bold), title_at)?;
            let (panels, legend) = page.split_vertically(legend_top);
            let areas = panels.margin(TITLE, 0, 0, 0);
            let areas = areas.split_evenly((rows, self.columns));
            for (panel, area) in self.panels.iter().zip(areas) {
                panel.draw(&area, &self.legend)?;
            }
            let areas = legend.margin(0, FOOT, 0, 0);
            let areas = areas.split_evenly((legend_rows, self.columns));
            for ((name, style), area) in self.legend.iter().zip(areas) {
                let from = (MARGIN + LEFT, ROW / 2);
                style.draw(&area, vec![from, (from.0 + 56 * UNIT, from.1)])?;
                let name_at = (from.0 + 66 * UNIT, from.1 + LOWER);
                area.draw_text(name, &text(16, FontStyle::Normal), name_at)?;
            }
            page.present()?;
        }
        page::save(&svg, size, stem)
    }
}

impl Panel {
    fn draw(&self, area: &Area, legend: &[(String, Style)]) -> Result<(), Box<dyn Error>> {
        let ((x_label, x_scale), (y_label, y_scale)) = (self.x, self.y);
        let points = || self.curves.iter().flatten();
        let heights = self.references.iter().map(|&(height, _)| height);
        let bands = || self.bands.iter().flatten();
        let band_heights = bands().flat_map(|&(_, low, high)| [low, high]);
        let mut x = x_scale.range(points().map(|&(x, _)| x).chain(bands().map(|&(x, ..)| x)));
        let mut y = y_scale.range(points().map(|&(_, y)| y).chain(band_heights).chain(heights));
        if !self.cells.is_empty() {
            x = x_scale.extent(self.cells.iter().flat_map(|cell| [cell.x.0, cell.x.1]));
            y = y_scale.extent(self.cells.iter().flat_map(|cell| [cell.y.0, cell.y.1]));
        }

        let title_at = (MARGIN + LEFT, TOP / 2);
        area.draw_text(&self.title, &text(16, FontStyle::Bold), title_at)?;
        let mut chart = ChartBuilder::on(area)
            .margin(MARGIN)
            .margin_top(TOP)
            .margin_right(RIGHT)
            .x_label_area_size(BOTTOM)
            .y_label_area_size(LEFT)
            .build_cartesian_2d(x.clone(), y.clone())?;
        chart
            .configure_mesh()
            .bold_line_style(GRID.stroke_width(UNIT as u32))
            .light_line_style(TRANSPARENT)
            .axis_style(FRAME.stroke_width(UNIT as u32))
            .set_all_tick_mark_size(4 * UNIT)
            .y_label_offset(LOWER)
            .label_style(text(14, FontStyle::Normal))
            .axis_desc_style(text(15, FontStyle::Normal))
            .x_labels(x_scale.labels(&x))
            .y_labels(y_scale.labels(&y))
            .x_label_formatter(&|&place| x_scale.label(place, &x))
            .y_label_formatter(&|&place| y_scale.label(place, &y))
            .x_desc(x_label)
            .y_desc(y_label)
            .draw()?;

        let plot = chart.plotting_area();
        for Cell { x, y, color } in &self.cells {
            let corner = |x, y| Some((x_scale.place(x)?, y_scale.place(y)?));
            if let (Some(from), Some(to)) = (corner(x.0, y.0), corner(x.1, y.1)) {
                plot.draw(&Rectangle::new([from, to], color.filled()))?;
            }
        }
        for (band, (_, style)) in self.bands.iter().zip(legend) {
            let side = |x, y| Some((x_scale.place(x)?, y_scale.place(y)?));
            let upper = band.iter().filter_map(|&(x, _, high)| side(x, high));
            let lower = band.iter().rev().filter_map(|&(x, low, _)| side(x, low));
            let outline: Vec<_> = upper.chain(lower).collect();
            plot.draw(&Polygon::new(outline, style.color.mix(0.15).filled()))?;
        }
        for &(height, name) in &self.references {
            if let Some(height) = y_scale.place(height) {
                let line = [(x.start, height), (x.end, height)];
                plot.draw(&PathElement::new(line, FRAME.stroke_width(2 * UNIT as u32)))?;
                let name = Text::new(name, (8 * UNIT, LOWER), text(14, FontStyle::Normal));
                plot.draw(&(EmptyElement::at((x.end, height)) + name))?;
            }
        }
        for (curve, (_, style)) in self.curves.iter().zip(legend) {
            let place = |&(x, y): &(f64, f64)| Some((x_scale.place(x)?, y_scale.place(y)?));
            style.draw(plot, curve.iter().filter_map(place).collect())?;
        }
        Ok(())
    }
}

impl Style {
    /// Without dots.
    pub(crate) const fn line(color: RGBColor, width: i32, dash: Option<(i32, i32)>) -> Self {
        Style {
            color,
            width,
            dash,
            dot: 0,
        }
    }

    /// Dots alone.
    #[allow(dead_code, reason = "not every example has them")]
    pub(crate) const fn dots(color: RGBColor, dot: i32) -> Self {
        Style {
            color,
            width: 0,
            dash: None,
            dot,
        }
    }

    fn draw<C>(&self, area: &Area<C>, points: Vec<C::From>) -> Result<(), Box<dyn Error>>
    where
        C: CoordTranslate<From: Clone>,
    {
        let line = self.color.stroke_width((self.width * UNIT) as u32);
        for point in points.iter().filter(|_| self.dot > 0) {
            let dot = Circle::new(point.clone(), self.dot * UNIT, self.color.filled());
            area.draw(&dot)?;
        }
        if self.width == 0 {
            return Ok(());
        }
        if let Some((stroke, gap)) = self.dash {
            let dashes = DashedPathElement::new(points, stroke * UNIT, gap * UNIT, line);
            area.draw(&dashes)?;
        } else {
            area.draw(&PathElement::new(points, line))?;
        }
        Ok(())
    }
}

/// Text that starts at its point.
fn text(size: i32, style: FontStyle) -> TextStyle<'static> {
    // plotters divides by this number on the way to SVG.
    let font = (FONT, 1.24 * f64::from(size * UNIT), style).into_font();
    font.color(&INK).pos(Pos::new(HPos::Left, VPos::Center))
}
