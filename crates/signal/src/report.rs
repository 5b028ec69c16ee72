//! Measurements, as rows and as a table.

use std::fmt;

use crate::{Bounds, Fault, Jacobian};

/// The result of [`measure`](crate::measure()): a row for every layer. It prints as a table, followed
/// by the [`Fault`] of the default [`Bounds`], if there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    input_second_moment: f64,
    input_width: usize,
    layers: Vec<LayerSignal>,
    depth: usize,
    jacobian: Option<Jacobian>,
}

/// A layer's row of a [`Measurement`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerSignal {
    /// The layer's name.
    pub name: String,
    /// Outputs of an example.
    pub width: usize,
    /// The mean square over all examples and units: of the pre-activations, or of the output of a
    /// layer that has none. The theory calls it q.
    pub preactivation_second_moment: f64,
    /// The mean over the same values.
    pub preactivation_mean: f64,
    /// The fourth moment about the mean over the squared variance, 3 for a normal law; nothing if
    /// the values are all the same.
    pub kurtosis: Option<f64>,
    /// The mean square of the output.
    pub output_second_moment: f64,
    /// The share of units whose output is the same for all examples (if there are several), or
    /// whose slope is 0 at all of them.
    pub dead: f64,
    /// The share of slopes, over examples and units, whose magnitude is below 0.05; for a ReLU a
    /// half is healthy. Nothing for a layer whose slopes are not known.
    pub saturated: Option<f64>,
    /// The mean square of the gradient by the layer's **inputs**, for a random gradient of mean
    /// square 1 by the network's outputs. (Its squared length is this times the number of inputs.)
    /// `None` if the signal did not get there.
    pub gradient: Option<f64>,
}

impl Measurement {
    pub(crate) fn new(
        (input_second_moment, input_width): (f64, usize),
        layers: Vec<LayerSignal>,
        depth: usize,
        jacobian: Option<Jacobian>,
    ) -> Self {
        Measurement {
            input_second_moment,
            input_width,
            layers,
            depth,
            jacobian,
        }
    }

    /// The mean square of the batch.
    #[must_use]
    pub fn input_second_moment(&self) -> f64 {
        self.input_second_moment
    }

    /// Inputs of an example.
    #[must_use]
    pub fn input_width(&self) -> usize {
        self.input_width
    }

    /// A row for every layer, up to the first with a value that is not finite.
    #[must_use]
    pub fn layers(&self) -> &[LayerSignal] {
        &self.layers
    }

    /// The number of layers in the stack.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The Jacobian of the output in the input, at the first example; `None` if either has more
    /// than 128 values, or the signal did not get there.
    #[must_use]
    pub fn jacobian(&self) -> Option<&Jacobian> {
        self.jacobian.as_ref()
    }

    /// The first layer where the signal is out of bounds; if there is none, the last where the
    /// gradient is, which is the first on its way.
    #[must_use]
    pub fn fault(&self, bounds: &Bounds) -> Option<Fault> {
        bounds.fault(self)
    }
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.layers.iter().map(|row| brief(&row.name)).collect();
        let lens = names.iter().map(|name| name.chars().count());
        let name = lens.max().unwrap_or(0).max("name".len());
        writeln!(
            f,
            "layer  {:name$}  width  second moment       mean  kurtosis   dead  saturated   gradient",
            "name"
        )?;
        writeln!(
            f,
            "input  {:name$}  {:>5}  {:>13}",
            "",
            self.input_width,
            short(self.input_second_moment)
        )?;
        for ((row, own), number) in self.layers.iter().zip(names).zip(1..) {
            let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".into());
            writeln!(
                f,
                "{number:>5}  {:name$}  {:>5}  {:>13}  {:>9}  {:>8}  {:>5}  {:>9}  {:>9}",
                own,
                row.width,
                short(row.preactivation_second_moment),
                short(row.preactivation_mean),
                or_dash(row.kurtosis.map(|kurtosis| format!("{kurtosis:.2}"))),
                percent(row.dead),
                or_dash(row.saturated.map(percent)),
                or_dash(row.gradient.map(short)),
            )?;
        }
        if let Some(jacobian) = &self.jacobian {
            let (largest, smallest) = (jacobian.largest(), jacobian.smallest());
            let count = jacobian.singular_values().len();
            writeln!(
                f,
                "Jacobian: {count} singular values, from {} to {}",
                short(smallest),
                short(largest)
            )?;
        }
        match self.fault(&Bounds::new()) {
            Some(fault) => write!(f, "{fault}"),
            None => write!(f, "signal and gradient are within bounds"),
        }
    }
}

/// A name in at most 40 letters: formatting knows no column wider than 65,535.
pub(crate) fn brief(name: &str) -> String {
    const MOST: usize = 40;
    match name.char_indices().nth(MOST) {
        None => name.to_string(),
        Some(_) => name.chars().take(MOST - 2).chain("..".chars()).collect(),
    }
}

/// A number in at most nine letters.
pub(crate) fn short(number: f64) -> String {
    if number == 0.0 || (1e-3..1e4).contains(&number.abs()) {
        format!("{number:.4}")
    } else {
        format!("{number:.2e}")
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}
