//! A batch sent through a stack, and a gradient back.

use fanin::{Element, Initializer, Key, Normal};
use ndarray::{Array2, ArrayView2, Axis};

use crate::{
    Differentiable, LayerSignal, Measurement, Pass, SignalError,
    differentiable::{at, matches},
    error::finite,
    jacobian,
    room::room_for,
};

/// The Jacobian is computed if neither its rows nor its columns are more.
const JACOBIAN_WIDTH: usize = 128;

/// An activation with a slope below this passes little of a gradient on.
const FLAT: f64 = 0.05;

/// Sends a batch, `[examples, inputs]`, through a stack of layers, and a random gradient back, and
/// reports both.
///
/// The gradient in the output is normal, drawn from `key`, and of mean square 1 for every example. Where
/// input and output have at most 128 values each, the report also has the
/// [`Jacobian`](crate::Jacobian) at the first example.
///
/// An overflow of the signal is not an error: the report ends at that layer, and has no gradients.
///
/// # Errors
///
/// - [`SignalError::InvalidParameter`] without layers, without examples, or with a batch that is
///   not finite.
/// - [`SignalError::LayerMismatch`] where a layer does not fit what it is given, or returns an array
///   of another shape.
/// - [`InitError::TooLarge`](fanin::InitError::TooLarge) without room for the batch in `f64`, or for what
///   a [`DenseLayer`](crate::DenseLayer) makes of it.
pub fn measure<L: Differentiable, F: Element>(
    layers: &[L],
    batch: ArrayView2<'_, F>,
    key: &Key,
) -> Result<Measurement, SignalError> {
    at_least_one("number of layers", layers.len())?;
    at_least_one("number of examples", batch.nrows())?;
    at_least_one("number of inputs", batch.ncols())?;
    room_for(&[batch.dim()])?;
    let batch = batch.mapv(|value| value.to_f64().unwrap_or(f64::NAN));
    for &value in &batch {
        finite("value of the batch", value)?;
    }

    let examples = batch.nrows();
    let (input, input_width) = (Moments::of(batch.view()), batch.ncols());
    let mut passes: Vec<Pass> = Vec::with_capacity(layers.len());
    let mut rows = Vec::with_capacity(layers.len());
    for (layer, number) in layers.iter().zip(1..) {
        let pass = layer
            .forward(input_of(&batch, &passes))
            .map_err(at(number))?;
        let output = pass.output();
        matches("output", output.dim(), (examples, output.ncols())).map_err(at(number))?;
        let row = look(layer.name(), &pass);
        let is_finite =
            row.preactivation_second_moment.is_finite() && row.output_second_moment.is_finite();
        rows.push(row);
        if !is_finite {
            break;
        }
        passes.push(pass);
    }

    let mut found = None;
    if passes.len() == layers.len() {
        let outputs = passes.last().map_or(0, |pass| pass.output().ncols());
        let mut gradient = unit_gradient(key, (examples, outputs))?;
        let stack = layers.iter().zip(&passes).zip(&mut rows);
        for (index, ((layer, pass), row)) in stack.enumerate().rev() {
            let number = index + 1;
            let input = input_of(&batch, &passes[..index]);
            gradient = layer
                .backward(input, pass, gradient.view())
                .map_err(at(number))?;
            matches("gradient in the input", gradient.dim(), input.dim()).map_err(at(number))?;
            row.gradient = Some(Moments::of(gradient.view()).second);
        }
        let is_finite = gradient.iter().all(|value| value.is_finite());
        let is_small = outputs.max(gradient.ncols()) <= JACOBIAN_WIDTH;
        if is_finite && is_small {
            // What is finite for a batch can still overflow in a direction of its own.
            found = jacobian(layers, batch.row(0)).ok();
        }
    }
    Ok(Measurement::new(
        (input.second, input_width),
        rows,
        layers.len(),
        found,
    ))
}

/// What the layer after those passes is given.
fn input_of<'a>(batch: &'a Array2<f64>, passes: &'a [Pass]) -> ArrayView2<'a, f64> {
    passes.last().map_or_else(|| batch.view(), Pass::output)
}

fn at_least_one(name: &'static str, count: usize) -> Result<(), SignalError> {
    if count > 0 {
        return Ok(());
    }
    Err(SignalError::InvalidParameter {
        name,
        value: 0.0,
        rule: "at least 1",
    })
}

/// A random gradient of mean square 1 for every example.
fn unit_gradient(key: &Key, shape: (usize, usize)) -> Result<Array2<f64>, SignalError> {
    let mut gradient: Array2<f64> = Normal::new(0.0, 1.0)?.init_keyed(key.clone(), shape)?;
    for mut row in gradient.rows_mut() {
        let square = row.dot(&row) / row.len() as f64;
        row /= square.sqrt();
    }
    Ok(gradient)
}

/// A layer's row of the report, without its gradient.
fn look(name: String, pass: &Pass) -> LayerSignal {
    let output = pass.output();
    let outputs = Moments::of(output);
    let own = pass.preactivation().map_or(outputs, Moments::of);
    let flat = |slopes: ArrayView2<'_, f64>| {
        let flat = slopes.iter().filter(|slope| slope.abs() < FLAT);
        flat.count() as f64 / slopes.len().max(1) as f64
    };
    LayerSignal {
        name,
        width: output.ncols(),
        preactivation_second_moment: own.second,
        preactivation_mean: own.mean,
        kurtosis: own.kurtosis,
        output_second_moment: outputs.second,
        dead: dead(pass),
        saturated: pass.slopes().map(flat),
        gradient: None,
    }
}

/// The share of units whose output is the same for all examples, if these are several, or whose
/// slope is 0 at all.
fn dead(pass: &Pass) -> f64 {
    let output = pass.output();
    let is_constant = |unit: usize| {
        let mut values = output.index_axis(Axis(1), unit).into_iter();
        let first = values.next();
        output.nrows() > 1 && values.all(|value| Some(value) == first)
    };
    let is_off = |unit: usize| {
        pass.slopes()
            .is_some_and(|slopes| slopes.index_axis(Axis(1), unit).iter().all(|&s| s == 0.0))
    };
    let units = output.ncols();
    let dead = (0..units).filter(|&unit| is_constant(unit) || is_off(unit));
    dead.count() as f64 / units.max(1) as f64
}

/// Moments of all values of an array.
#[derive(Clone, Copy)]
struct Moments {
    second: f64,
    mean: f64,
    kurtosis: Option<f64>,
}

impl Moments {
    fn of(values: ArrayView2<'_, f64>) -> Self {
        let count = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / count;
        let second = values.iter().map(|value| value * value).sum::<f64>() / count;
        // In units of the largest, so that no fourth power over- or underflows.
        let about = |value: &f64| (value - mean).abs();
        let size = values.iter().map(about).fold(0.0, f64::max);
        let power = |value: &f64| {
            let y = (value - mean) / size;
            y * y
        };
        let variance = values.iter().map(power).sum::<f64>() / count;
        let fourth = values.iter().map(|v| power(v) * power(v)).sum::<f64>() / count;
        let kurtosis = fourth / (variance * variance);
        Moments {
            second,
            mean,
            kurtosis: kurtosis.is_finite().then_some(kurtosis),
        }
    }
}
