//! What learnt, as maps of variance and depth, under the depth that the theory predicts.

use fanin_signal::SignalError;
use plotters::style::RGBColor;

use crate::{
    DEPTHS, Place, Study,
    chart::{Cell, Figure, Panel, Scale, Style},
    run::{EPOCHS, WIDTH},
    xi,
};

/// The accuracies of the colours in the legend.
const SHOWN: [f64; 3] = [0.1, 0.55, 1.0];
const CURVE: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
/// Points of a curve of the theory.
const POINTS: usize = 241;

pub(crate) fn figure(places: &[Place], studies: &[Study]) -> Result<Figure, SignalError> {
    let variances: Vec<f64> = places.iter().map(|place| place.variance).collect();
    let depths = DEPTHS.map(|depth| depth as f64);
    let (across, up) = (edges(&variances), edges(&depths));
    let mut six_xi = Vec::with_capacity(POINTS);
    let (first, last) = (across[0], across[across.len() - 1]);
    for point in 0..POINTS {
        let variance = first + (last - first) * point as f64 / (POINTS - 1) as f64;
        six_xi.push((variance, 6.0 * xi(variance)?));
    }
    // Only what is on the map: around the critical variance the curve has no end.
    let top = up[up.len() - 1];
    let cut = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
        let inside = points.iter().take_while(|&&(_, depth)| depth <= top);
        inside.copied().collect()
    };
    let left = cut(&six_xi);
    six_xi.reverse();
    let right = cut(&six_xi);

    let panel = |study: &Study| {
        let mut cells = Vec::new();
        for (column, accuracies) in study.accuracies.iter().enumerate() {
            for (row, &accuracy) in accuracies.iter().enumerate() {
                cells.push(Cell {
                    x: (across[column], across[column + 1]),
                    y: (up[row], up[row + 1]),
                    color: color(accuracy),
                });
            }
        }
        let mut curves = vec![vec![]; SHOWN.len()];
        curves.extend([left.clone(), right.clone()]);
        Panel {
            title: format!("{} weights", study.family.name()),
            x: ("weight variance times fan_in", Scale::Linear),
            y: ("layers", Scale::Linear),
            curves,
            cells,
            ..Panel::default()
        }
    };
    let key = |share: f64| {
        let name = format!(
            "answers {:.0} % of the training examples rightly",
            100.0 * share
        );
        (name, Style::line(color(share), 16, None))
    };
    let mut legend: Vec<(String, Style)> = SHOWN.map(key).into();
    let curve = Style::line(CURVE, 4, None);
    legend.push((
        "6 xi, as predicted: below the critical variance".into(),
        curve,
    ));
    legend.push(("and above it".into(), curve));
    Ok(Figure {
        title: format!("tanh networks of width {WIDTH} on digits, {EPOCHS} epochs"),
        columns: 2,
        panels: studies.iter().map(panel).collect(),
        legend,
    })
}

/// Half-way between neighbours.
fn edges(places: &[f64]) -> Vec<f64> {
    let mut edges: Vec<f64> = places
        .windows(2)
        .map(|pair| (pair[0] + pair[1]) / 2.0)
        .collect();
    let (first, last) = (places[0], places[places.len() - 1]);
    edges.insert(0, first - (edges[0] - first));
    edges.push(last + (last - edges[edges.len() - 1]));
    edges
}

/// From white at a guess to dark blue.
fn color(accuracy: f64) -> RGBColor {
    let share = ((accuracy - SHOWN[0]) / (1.0 - SHOWN[0])).clamp(0.0, 1.0);
    let between = |from: f64, to: f64| (from + share * (to - from)) as u8;
    RGBColor(
        between(245.0, 10.0),
        between(245.0, 80.0),
        between(245.0, 140.0),
    )
}
