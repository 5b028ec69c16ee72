//! The bounds beyond which a signal is at fault.

use std::fmt;

use crate::{
    Measurement, SignalError,
    report::{brief, short},
};

/// The bounds within which a signal and its gradient should stay.
///
/// - **Level**: the second moment of a layer over that of the batch, and the squared length of the
///   gradient over that in the network's output. From 1e-3 to 1e3 unless given.
/// - **Step**: the second moments of a layer's pre-activations and of its output over that of its
///   input, and the squared length of the gradient before it over that after it. From 1/4 to 4 unless given. He's rule makes 2 before the
///   ReLU and 1 after it; weights that are 4 times too large make 16 times that. In random ReLU layers of width n the
///   steps vary by about sqrt(5 / n).
/// - **Dead**: the largest share of dead units, 0.9 unless given. (In a deep ReLU network all
///   examples become similar, and half of the units are off for all of them.)
/// - **Saturated**: the largest share of flat slopes, 0.95 unless given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    level: (f64, f64),
    step: (f64, f64),
    dead: f64,
    saturated: f64,
}

/// What is wrong with a layer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Symptom {
    /// A value is not finite.
    Overflow,
    /// Too many units are dead.
    Dead,
    /// The second moment is too small.
    Vanishes,
    /// The second moment is too large.
    Explodes,
    /// Too many slopes are flat.
    Saturates,
    /// The gradient in the layer's input is too short.
    GradientVanishes,
    /// The gradient in the layer's input is too long.
    GradientExplodes,
}

/// The first layer that is out of [`Bounds`], and its symptom. It prints as a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    layer: usize,
    name: String,
    symptom: Symptom,
    value: f64,
    measure: Measure,
}

/// What a fault's value measures.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Measure {
    Share,
    /// Over the batch's, or over the gradient's length in the output.
    Level,
    /// Over that on the other side of the layer.
    Step,
}

impl Bounds {
    /// The default bounds.
    #[must_use]
    pub const fn new() -> Self {
        Bounds {
            level: (1e-3, 1e3),
            step: (0.25, 4.0),
            dead: 0.9,
            saturated: 0.95,
        }
    }

    /// With other bounds of the level.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] unless `low` is from 0 to 1 and `high` at least 1. Infinity
    /// is no bound.
    pub fn level(self, low: f64, high: f64) -> Result<Self, SignalError> {
        let level = around_one("low level", low, "high level", high)?;
        Ok(Bounds { level, ..self })
    }

    /// With other bounds of the step.
    ///
    /// # Errors
    ///
    /// As [`level`](Bounds::level).
    pub fn step(self, low: f64, high: f64) -> Result<Self, SignalError> {
        let step = around_one("low step", low, "high step", high)?;
        Ok(Bounds { step, ..self })
    }

    /// With another share of dead units.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] unless it is from 0 to 1.
    pub fn dead(self, share: f64) -> Result<Self, SignalError> {
        let dead = from_0_to_1("share of dead units", share)?;
        Ok(Bounds { dead, ..self })
    }

    /// With another share of flat slopes.
    ///
    /// # Errors
    ///
    /// [`SignalError::InvalidParameter`] unless it is from 0 to 1.
    pub fn saturated(self, share: f64) -> Result<Self, SignalError> {
        let saturated = from_0_to_1("share of flat slopes", share)?;
        Ok(Bounds { saturated, ..self })
    }

    pub(crate) fn fault(&self, report: &Measurement) -> Option<Fault> {
        let fault = |number: usize, symptom, value, measure| Fault {
            layer: number,
            name: report
                .layers()
                .get(number - 1)
                .map_or_else(String::new, |row| row.name.clone()),
            symptom,
            value,
            measure,
        };
        let outside = |value: f64, (low, high): (f64, f64), names: (Symptom, Symptom)| {
            if value < low {
                Some(names.0)
            } else if value > high {
                Some(names.1)
            } else {
                None
            }
        };

        let names = (Symptom::Vanishes, Symptom::Explodes);
        let start = report.input_second_moment();
        let mut before = start;
        for (row, number) in report.layers().iter().zip(1..) {
            let second = row.preactivation_second_moment;
            let level = ratio(second, start);
            let steps = [second, row.output_second_moment].map(|after| ratio(after, before));
            if !(second.is_finite() && row.output_second_moment.is_finite()) {
                return Some(fault(number, Symptom::Overflow, second, Measure::Level));
            }
            if row.dead > self.dead {
                return Some(fault(number, Symptom::Dead, row.dead, Measure::Share));
            }
            for step in steps {
                if let Some(symptom) = outside(step, self.step, names) {
                    return Some(fault(number, symptom, step, Measure::Step));
                }
            }
            if let Some(symptom) = outside(level, self.level, names) {
                return Some(fault(number, symptom, level, Measure::Level));
            }
            if let Some(share) = row.saturated.filter(|&share| share > self.saturated) {
                return Some(fault(number, Symptom::Saturates, share, Measure::Share));
            }
            before = row.output_second_moment;
        }

        let names = (Symptom::GradientVanishes, Symptom::GradientExplodes);
        // By lengths, which do not change with the widths of a layer's two sides.
        let rows = report.layers();
        let outputs = rows.last()?.width as f64;
        let mut before = 1.0;
        for (index, row) in rows.iter().enumerate().rev() {
            let number = index + 1;
            let inputs = match index {
                0 => report.input_width(),
                _ => rows.get(index - 1)?.width,
            };
            let level = ratio(row.gradient? * inputs as f64, outputs);
            let step = ratio(level, before);
            if let Some(symptom) = outside(step, self.step, names) {
                return Some(fault(number, symptom, step, Measure::Step));
            }
            if let Some(symptom) = outside(level, self.level, names) {
                return Some(fault(number, symptom, level, Measure::Level));
            }
            before = level;
        }
        None
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds::new()
    }
}

impl Fault {
    /// The number of the layer, counted from 1.
    #[must_use]
    pub fn layer(&self) -> usize {
        self.layer
    }

    /// The layer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong.
    #[must_use]
    pub fn symptom(&self) -> Symptom {
        self.symptom
    }

    /// The share, level or step that is out of bounds.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (subject, verb) = match self.symptom {
            Symptom::Overflow => ("the signal", "is not finite"),
            Symptom::Dead => ("the signal", "is dead"),
            Symptom::Vanishes => ("the signal", "vanishes"),
            Symptom::Explodes => ("the signal", "explodes"),
            Symptom::Saturates => ("the signal", "saturates"),
            Symptom::GradientVanishes => ("the gradient", "vanishes"),
            Symptom::GradientExplodes => ("the gradient", "explodes"),
        };
        write!(f, "{subject} {verb} at layer {}", self.layer)?;
        if !self.name.is_empty() {
            write!(f, " ({})", brief(&self.name))?;
        }
        let value = short(self.value);
        let is_gradient = subject == "the gradient";
        match (self.symptom, self.measure) {
            (Symptom::Overflow, _) => Ok(()),
            (Symptom::Dead, _) => write!(f, ": the share of units that are is {value}"),
            (_, Measure::Share) => write!(f, ": the share of flat slopes is {value}"),
            (_, Measure::Level) if is_gradient => {
                write!(f, ": its squared length is {value} of that in the output")
            }
            (_, Measure::Step) if is_gradient => {
                write!(f, ": its squared length is {value} of that after the layer")
            }
            (_, Measure::Level) => {
                write!(f, ": its second moment is {value} of that of the batch")
            }
            (_, Measure::Step) => {
                write!(f, ": its second moment is {value} of that of the input")
            }
        }
    }
}

/// 0 after 0 is no step down.
fn ratio(value: f64, before: f64) -> f64 {
    if before > 0.0 {
        value / before
    } else if value > 0.0 {
        f64::INFINITY
    } else {
        1.0
    }
}

fn around_one(
    low_name: &'static str,
    low: f64,
    high_name: &'static str,
    high: f64,
) -> Result<(f64, f64), SignalError> {
    from_0_to_1(low_name, low)?;
    if high >= 1.0 {
        Ok((low, high))
    } else {
        Err(SignalError::InvalidParameter {
            name: high_name,
            value: high,
            rule: "at least 1",
        })
    }
}

fn from_0_to_1(name: &'static str, value: f64) -> Result<f64, SignalError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(SignalError::InvalidParameter {
            name,
            value,
            rule: "from 0 to 1",
        })
    }
}
