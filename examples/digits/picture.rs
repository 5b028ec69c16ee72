//! The runs as a picture.

use crate::{
    chart::{Figure, Panel, STYLES, Scale},
    run::{DEPTH, Run},
};

/// How the loss went down, or did not; and why, before the first step.
pub(crate) fn figure(runs: &[Run]) -> Figure {
    let curve = |values: &[f64]| (1..).map(f64::from).zip(values.iter().copied()).collect();
    let name = |run: &Run| match run.history.diverged_at {
        Some(_) => format!("{}: {}", run.initializer, run.outcome()),
        None => format!("{}: test accuracy {}", run.initializer, run.outcome()),
    };
    Figure {
        title: format!("A {DEPTH}-layer ReLU network on handwritten digits, by its initialiser"),
        columns: 2,
        panels: vec![
            Panel {
                title: "Training: a guess has a loss of ln 10 = 2.30".into(),
                x: ("epoch", Scale::Linear),
                y: ("mean cross-entropy of an epoch (nats)", Scale::Linear),
                references: vec![(10_f64.ln(), "ln 10")],
                curves: runs.iter().map(|run| curve(&run.history.losses)).collect(),
                ..Panel::default()
            },
            Panel {
                title: "The signal before training".into(),
                x: ("layer (1 is the first after the pixels)", Scale::Linear),
                y: ("root mean square before the ReLU", Scale::Log),
                references: vec![],
                curves: runs.iter().map(|run| curve(&run.probe.signal)).collect(),
                ..Panel::default()
            },
        ],
        legend: runs.iter().map(name).zip(STYLES).collect(),
    }
}
