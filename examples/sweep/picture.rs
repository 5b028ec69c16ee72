//! The sweep as a picture.

use plotters::style::RGBColor;

use crate::{
    DEPTHS, Point,
    chart::{Figure, Panel, Scale, Style},
    run::{EPOCHS, Outcome, WIDTH},
};

const COLORS: [RGBColor; 3] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
];

/// Losses above this are drawn at this height.
const TOP: f64 = 1e3;

pub(crate) fn figure(points: &[Point]) -> Figure {
    let own = |depth| points.iter().filter(move |point| point.depth == depth);
    let bands = |value: &dyn Fn(&Outcome) -> f64| {
        let band = |&depth| {
            own(depth)
                .map(|point| {
                    let [low, _, high] = point.spread(value);
                    (point.factor, low, high)
                })
                .collect()
        };
        DEPTHS.iter().map(band).collect()
    };
    let curves = |value: &dyn Fn(&Outcome) -> f64| {
        let curve = |&depth| {
            own(depth)
                .map(|point| (point.factor, point.spread(value)[1]))
                .collect()
        };
        DEPTHS.iter().map(curve).collect()
    };
    let accuracy = |outcome: &Outcome| 100.0 * outcome.accuracy;
    let loss = |outcome: &Outcome| outcome.first_loss.min(TOP);
    let factor = "variance, as a multiple of 2 / fan_in";
    let name =
        |&depth: &usize| format!("{depth} layers: the median, and from the lowest to the highest");
    let style = |&color: &RGBColor| Style {
        dot: 4,
        ..Style::line(color, 3, None)
    };
    Figure {
        title: format!("ReLU networks of width {WIDTH} on digits, {EPOCHS} epochs"),
        columns: 2,
        panels: vec![
            Panel {
                title: "After training".into(),
                x: (factor, Scale::Log),
                y: ("test accuracy (%)", Scale::Linear),
                references: vec![(10.0, "a guess")],
                curves: curves(&accuracy),
                bands: bands(&accuracy),
                ..Panel::default()
            },
            Panel {
                title: format!("The first epoch (what is above {TOP} is drawn there)"),
                x: (factor, Scale::Log),
                y: ("mean cross-entropy (nats)", Scale::Log),
                references: vec![(10_f64.ln(), "ln 10")],
                curves: curves(&loss),
                bands: bands(&loss),
                ..Panel::default()
            },
        ],
        legend: DEPTHS
            .iter()
            .map(name)
            .zip(COLORS.iter().map(style))
            .collect(),
    }
}
