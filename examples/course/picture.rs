//! Where three networks of one key draw the line, and how the loss of each went down.

use ndarray::Array2;
use plotters::style::RGBColor;

use crate::{
    Entry,
    chart::{Cell, Figure, Panel, Scale, Style},
    examples::Examples,
    run::Run,
    table::spread,
};

/// What a picture shows of the plane: the plot of a panel is 1.3 times as wide as high.
const WIDTH: f64 = 1.69;
const HEIGHT: f64 = 1.3;
/// Cells of a picture's height.
const ROWS: usize = 90;
const COLUMNS: usize = 117;
/// Points of a curve.
const POINTS: usize = 250;

/// The classes, light for their regions and dark for their points.
const REGIONS: [RGBColor; 2] = [RGBColor(0xd5, 0xe8, 0xf5), RGBColor(0xfb, 0xe7, 0xc6)];
const DOTS: [RGBColor; 2] = [RGBColor(0x00, 0x50, 0x80), RGBColor(0xc0, 0x60, 0x00)];

const LINES: [Style; 3] = [
    Style::line(RGBColor(0x00, 0x72, 0xb2), 3, None),
    Style::line(RGBColor(0xe6, 0x9f, 0x00), 3, None),
    Style::line(RGBColor(0x00, 0x9e, 0x73), 4, Some((12, 8))),
];

pub(crate) fn figure(entries: &[Entry], all: &[Vec<Run>]) -> Figure {
    let typical = typical(&all[1]);
    let shown: Vec<&Run> = all.iter().map(|runs| &runs[typical]).collect();
    let mut panels = Vec::new();
    for (entry, run) in entries.iter().zip(&shown) {
        // The points have the last two styles of the legend.
        let mut curves = vec![vec![]; entries.len()];
        for class in [0, 1] {
            let points = run.points.inputs.rows().into_iter().zip(&run.points.labels);
            let own = points.filter(|&(_, &label)| label == class);
            curves.push(own.map(|(p, _)| (p[0].into(), p[1].into())).collect());
        }
        let test = 100.0 * run.test;
        panels.push(Panel {
            title: format!("{:?}: {test:.0} % of the test points", entry.scheme),
            x: ("first input", Scale::Linear),
            y: ("second input", Scale::Linear),
            curves,
            cells: regions(run),
            ..Panel::default()
        });
    }
    panels.push(Panel {
        title: "Training".into(),
        x: ("step", Scale::Linear),
        y: ("cross-entropy (nats)", Scale::Log),
        references: vec![(2_f64.ln(), "ln 2")],
        curves: shown.iter().map(|run| losses(run)).collect(),
        ..Panel::default()
    });

    let name = |(entry, runs): (&Entry, &Vec<Run>)| {
        let [low, _, high] = spread(runs, |run| 100.0 * run.test);
        let scheme = &entry.scheme;
        let networks = runs.len();
        format!("{scheme:?}: {low:.0} to {high:.0} %, {networks} networks")
    };
    let mut legend: Vec<(String, Style)> = entries.iter().zip(all).map(name).zip(LINES).collect();
    let classes = [
        "points and region of the outer circle",
        "points and region of the inner circle",
    ];
    for (class, color) in classes.into_iter().zip(DOTS) {
        legend.push((class.into(), Style::dots(color, 3)));
    }
    Figure {
        title: "A 2-10-5-1 network on two circles, by the start of its weights".into(),
        columns: 2,
        panels,
        legend,
    }
}

/// The network whose test is nearest to the median: the first may be any.
fn typical(runs: &[Run]) -> usize {
    let [_, median, _] = spread(runs, |run| run.test);
    let distance = |index: &usize| (runs[*index].test - median).abs();
    let indices = 0..runs.len();
    let nearest = indices.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.unwrap_or(0)
}

/// The classes that a network gives the points of the plane, as cells of one class each.
fn regions(run: &Run) -> Vec<Cell> {
    let across = |column: usize| WIDTH * (2.0 * column as f64 / COLUMNS as f64 - 1.0);
    let up = |row: usize| HEIGHT * (2.0 * row as f64 / ROWS as f64 - 1.0);
    let mut cells = Vec::new();
    for row in 0..ROWS {
        let y = (up(row), up(row + 1));
        let middle = |column| (across(column) + across(column + 1)) / 2.0;
        let points = Array2::from_shape_fn((COLUMNS, 2), |(column, axis)| {
            [middle(column), (y.0 + y.1) / 2.0][axis] as f32
        });
        let points = Examples {
            inputs: points,
            labels: vec![1; COLUMNS],
        };
        let classes = run.network.answers(&points);
        let mut start = 0;
        for column in 1..=COLUMNS {
            if column == COLUMNS || classes[column] != classes[start] {
                cells.push(Cell {
                    x: (across(start), across(column)),
                    y,
                    color: REGIONS[usize::from(classes[start])],
                });
                start = column;
            }
        }
    }
    cells
}

fn losses(run: &Run) -> Vec<(f64, f64)> {
    let losses = &run.history.losses;
    let step = (losses.len() / POINTS).max(1);
    let points = losses.iter().enumerate().step_by(step);
    points
        .map(|(index, &loss)| ((index + 1) as f64, loss))
        .collect()
}
