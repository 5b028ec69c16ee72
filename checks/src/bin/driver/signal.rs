//! Signals: maps, predictions, measurements, LSUV.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};

use fanin::Nonlinearity;
use fanin_signal::{
    Bounds, Criticality, DenseLayer, FixedPoints, Goal, Layer, Lsuv, critical_variance, from_fn,
    jacobian, measure, predict, singular_values, tune,
};
use ndarray::{Array1, Array2, ArrayView2, Axis, s};

use crate::{
    case::{Case, Property},
    schemes,
};

pub(crate) fn run(case: &mut Case) {
    match case.dice.below(16) {
        0..5 => theory(case),
        5 => stack(case),
        6..11 => measured(case),
        _ => lsuv(case),
    }
}

fn layer(case: &mut Case) -> Option<Layer> {
    let w = case.dice.mostly_positive();
    let (b, ratio) = (case.dice.mostly_positive(), case.dice.mostly_positive());
    let layer = if case.dice.once_in(3) {
        let f = schemes::closure(case)?;
        case.call("Layer::new");
        Layer::new(w, f)
    } else {
        let f = schemes::activation(case);
        case.call("Layer::new");
        Layer::new(w, f)
    };
    let mut layer = layer.ok()?;
    if case.dice.once_in(2) {
        layer = layer.bias_variance(b).ok()?;
    }
    if case.dice.once_in(3) {
        layer = layer.fan_ratio(ratio).ok()?;
    }
    if case.dice.once_in(3) {
        let factor = case.dice.number();
        layer = layer.scaled(factor).ok()?;
    }
    Some(layer)
}

fn theory(case: &mut Case) {
    let Some(layer) = layer(case) else {
        return;
    };
    let q = if case.dice.once_in(4) {
        0.0
    } else {
        case.dice.mostly_positive()
    };
    let c = case.dice.number().clamp(-1.5, 1.5);
    case.call("a map");
    let maps = [
        layer.variance_map(q),
        layer.variance_slope(q),
        layer.chi(q),
        layer.backward_multiplier(q),
    ];
    for value in maps.into_iter().flatten() {
        case.is_finite("a map", value);
    }
    case.call("correlation_map");
    if let Ok(value) = layer.correlation_map(q, c) {
        case.is_finite("correlation_map", value);
    }
    case.call("correlation_slope");
    if let Ok(value) = layer.correlation_slope(q, c) {
        case.is_finite("correlation_slope", value);
    }
    case.call("fixed_points");
    match layer.fixed_points() {
        Ok(points) => {
            let points = match &points {
                FixedPoints::Every(point) => std::slice::from_ref(point),
                FixedPoints::Isolated(points) => points,
                _ => &[],
            };
            for point in points {
                let numbers = [
                    point.q(),
                    point.chi(),
                    point.variance_slope(),
                    point.correlation().unwrap_or(0.0),
                ];
                for number in numbers {
                    case.is_finite("a fixed point", number);
                }
            }
        }
        Err(error) => drop(error.to_string()),
    }
    case.call("critical_variance");
    let b = if case.dice.once_in(2) {
        0.0
    } else {
        case.dice.mostly_positive()
    };
    match critical_variance(layer.nonlinearity(), b) {
        Ok(criticality) => {
            let _ = matches!(criticality, Criticality::None);
            for point in criticality.points() {
                let numbers = [
                    point.q(),
                    point.chi(),
                    point.variance_slope(),
                    point.weight_variance(),
                ];
                for number in numbers {
                    case.is_finite("a critical point", number);
                }
            }
        }
        Err(error) => drop(error.to_string()),
    }
}

fn stack(case: &mut Case) {
    let count = case.dice.index(4);
    let mut stack: Vec<Layer> = (0..count).filter_map(|_| layer(case)).collect();
    if let (true, Some(layer)) = (case.dice.once_in(2), stack.first().cloned()) {
        stack = vec![layer; case.dice.index(6)];
    }
    let second = if case.dice.once_in(4) {
        0.0
    } else {
        case.dice.mostly_positive()
    };
    case.call("predict");
    match predict(&stack, second) {
        Ok(predictions) => {
            for layer in &predictions {
                let numbers = [
                    layer.preactivation_second_moment(),
                    layer.output_mean(),
                    layer.output_second_moment(),
                    layer.backward(),
                    layer.gradient(),
                ];
                for number in numbers {
                    case.is_finite("a prediction", number);
                }
            }
        }
        Err(error) => drop(error.to_string()),
    }
    let target = case.dice.mostly_positive();
    let goal = *(case.dice).one_of(&[
        Goal::Signal(target),
        Goal::Gradient,
        Goal::Compromise(target),
    ]);
    case.call("tune");
    match tune(&stack, second, goal) {
        Ok(tuned) => {
            for number in [
                tuned.variance_factor(),
                tuned.log_variance(),
                tuned.log_gradient(),
            ] {
                case.is_finite("a tuned number", number);
            }
        }
        Err(error) => drop(error.to_string()),
    }
}

/// A matrix, mostly of ordinary numbers.
fn matrix(case: &mut Case, rows: usize, columns: usize) -> Array2<f64> {
    let is_wild = case.dice.once_in(4);
    Array2::from_shape_fn((rows, columns), |_| {
        if is_wild {
            case.dice.number()
        } else {
            case.dice.unit() * 2.0 - 1.0
        }
    })
}

fn measured(case: &mut Case) {
    let widths: Vec<usize> = (0..4).map(|_| case.dice.index(9)).collect();
    let examples = case.dice.index(6);
    let weights: Vec<Array2<f64>> = (widths.windows(2))
        .map(|pair| matrix(case, pair[1], pair[0]))
        .collect();
    let functions: Vec<Box<dyn Nonlinearity>> = (weights.iter())
        .map(|_| match schemes::closure(case) {
            Some(closure) if case.dice.once_in(3) => Box::new(closure) as Box<dyn Nonlinearity>,
            _ => Box::new(schemes::activation(case)),
        })
        .collect();
    // Backwards, every second, or one row for all.
    let large = matrix(case, examples * 2, widths[0] * 2);
    let one = matrix(case, 1, widths[0]);
    let batch = match case.dice.below(4) {
        0 => large.slice(s![..;2, ..;-2]),
        1 => one
            .broadcast((examples, widths[0]))
            .expect("one row is as wide"),
        _ => large.slice(s![..examples, ..widths[0]]),
    };
    case.call("DenseLayer::new");
    let bias = Array1::from_elem(widths[1], case.dice.number());
    let layers: Result<Vec<DenseLayer<'_, f64>>, _> = (weights.iter().zip(&functions))
        .map(|(weight, f)| DenseLayer::new(weight.view(), f))
        .collect();
    let key = case.dice.key();
    if let Ok(mut layers) = layers {
        if case.dice.once_in(3)
            && let Ok(layer) = layers[0].bias(bias.view())
        {
            layers[0] = layer;
        }
        case.call("measure");
        if let Ok(report) = measure(&layers, batch, &key) {
            let _ = (
                report.to_string(),
                report.fault(&Bounds::new()).map(|fault| fault.to_string()),
            );
        }
        if let Some(example) = (examples > 0).then(|| batch.index_axis(Axis(0), 0)) {
            case.call("jacobian");
            if let Ok(jacobian) = jacobian(&layers, example) {
                case.is_finite("a singular value", jacobian.largest());
            }
        }
    }
    // A closure that returns an array of another shape.
    let [rows, columns] = [case.dice.index(5), case.dice.index(5)];
    let broken = from_fn(
        "x".repeat(case.dice.index(80_000)),
        move |_: ArrayView2<'_, f64>| Array2::ones((rows, columns)),
        move |_: ArrayView2<'_, f64>, _: ArrayView2<'_, f64>| Array2::ones((columns, rows)),
    );
    case.call("measure");
    match measure(&[broken], batch, &key) {
        Ok(report) => drop(report.to_string()),
        Err(error) => drop(error.to_string()),
    }
    let [rows, columns] = [case.dice.index(9), case.dice.index(9)];
    let any = matrix(case, rows, columns);
    case.call("singular_values");
    if let Ok(values) = singular_values(any.view()) {
        for value in values {
            case.is_finite("a singular value", value);
        }
    }
}

/// The payload of a panic that was meant.
struct Meant;

fn lsuv(case: &mut Case) {
    let [rows, columns] = [case.dice.index(9), case.dice.index(9)];
    let start = matrix(case, rows, columns);
    let mut weight = start.clone();
    let kind = case.dice.below(8);
    let last = case.dice.below(4);
    let x = case.dice.number();
    let mut calls = 0;
    let output = |weight: ArrayView2<'_, f64>| {
        calls += 1;
        match kind {
            0 if calls > last => panic_any(Meant),
            1 => weight.mapv(|_| x),
            2 => weight.mapv(|w| w + 100.0 * x),
            3 => weight.mapv(f64::tanh),
            4 => weight.mapv(|w| if calls > last { f64::NAN } else { w }),
            5 => Array2::ones((0, 3)),
            _ => weight.mapv(|w| w * x),
        }
    };
    let lsuv = Lsuv::new().rescalings(1 + case.dice.below(20) as u32);
    let lsuv = lsuv.unwrap_or_default();
    let (key, is_filled) = (case.dice.key(), case.dice.once_in(2));
    let scheme = is_filled.then(|| schemes::scheme(case, 1)).flatten();
    case.call("Lsuv");
    let result = catch_unwind(AssertUnwindSafe(|| match &scheme {
        Some(scheme) => lsuv.fill_keyed(scheme, key, &mut weight.view_mut(), output),
        None => lsuv.rescale(&mut weight.view_mut(), output),
    }));
    let failed = match result {
        Ok(Ok(fit)) => {
            case.is_finite("a gain of LSUV", fit.gain());
            false
        }
        Ok(Err(error)) => !error.to_string().is_empty(),
        Err(payload) if payload.is::<Meant>() => true,
        Err(payload) => resume_unwind(payload),
    };
    if failed {
        if case.plants(Property::Restored) && !weight.is_empty() {
            weight[(0, 0)] = 12.5;
        }
        let same = weight
            .iter()
            .zip(&start)
            .all(|(a, b)| a.to_bits() == b.to_bits());
        case.holds(Property::Restored, same, || {
            format!("kind {kind}, {start:?}, {scheme:?}")
        });
    }
}
