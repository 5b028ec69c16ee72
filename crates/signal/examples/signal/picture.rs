//! The profiles as a picture.

use plotters::style::RGBColor;

use crate::{
    chart::{Figure, Panel, Scale, Style},
    profile::{ACTIVATIONS, DEPTH, Moment, NETWORKS, Profile, WIDTH},
};

const COLORS: [RGBColor; 4] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
];
const BLACK: RGBColor = RGBColor(0x22, 0x22, 0x22);

/// What is shown.
const LIMITS: (f64, f64) = (1e-20, 1e20);

pub(crate) fn figure(profiles: &[Profile]) -> Figure {
    let mut panels = Vec::new();
    for activation in ACTIVATIONS {
        let own: Vec<&Profile> = profiles
            .iter()
            .filter(|p| p.activation == activation)
            .collect();
        let mut panel = |title: String, y, moments: &dyn Fn(&Profile) -> &[Moment]| {
            let clamp = |value: f64| value.clamp(LIMITS.0, LIMITS.1);
            // What is not finite has no place.
            let inside = |value: f64| {
                if clamp(value) == value {
                    value
                } else {
                    f64::NAN
                }
            };
            let points = |value: &dyn Fn(&Moment) -> f64, step: usize| -> Vec<Vec<(f64, f64)>> {
                let curve = |profile: &&Profile| {
                    let numbered = moments(profile)
                        .iter()
                        .zip(1..)
                        .skip(step / 2)
                        .step_by(step);
                    numbered
                        .map(|(m, layer)| (f64::from(layer), inside(value(m))))
                        .collect()
                };
                own.iter().map(curve).collect()
            };
            let band = |profile: &&Profile| {
                let numbered = moments(profile).iter().zip(1..);
                numbered
                    .map(|(m, layer)| (f64::from(layer), clamp(m.low), clamp(m.high)))
                    .collect()
            };
            let mut curves = points(&|moment| moment.mean, 1);
            curves.push(points(&|moment| moment.predicted, 6).concat());
            panels.push(Panel {
                title,
                x: ("layer", Scale::Linear),
                y: (y, Scale::Log),
                references: vec![(1.0, "1")],
                curves,
                bands: own.iter().map(band).collect(),
                ..Panel::default()
            });
        };
        panel(
            format!("{activation:?}: the signal"),
            "mean square before the activation",
            &|p| &p.signal,
        );
        panel(
            format!("{activation:?}: the gradient, from right to left"),
            "mean square by the layer's inputs",
            &|p| &p.gradient,
        );
    }
    let rules = profiles
        .iter()
        .take(COLORS.len())
        .map(|profile| profile.rule);
    let name = |rule: &str| format!("variance {rule}: the mean, the lowest, the highest");
    let mut legend: Vec<(String, Style)> = rules
        .zip(COLORS)
        .map(|(rule, color)| (name(rule), Style::line(color, 3, None)))
        .collect();
    legend.push(("predicted".into(), Style::dots(BLACK, 3)));
    Figure {
        title: format!("{NETWORKS} networks of {DEPTH} layers of {WIDTH} units, and the theory"),
        columns: 2,
        panels,
        legend,
    }
}
