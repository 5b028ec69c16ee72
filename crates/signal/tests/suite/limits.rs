//! What is beyond numbers, memory or a table is a typed error or a short text: nothing that is not finite
//! under `Ok`, no panic, no weight left scaled.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use fanin::{Activation, Custom, HeNormal, InitError, Initializer, Key};
use fanin_signal::{
    DenseLayer, Differentiable, Goal, Layer, Lsuv, SignalError, critical_variance, from_fn,
    jacobian, measure, predict, singular_values, tune,
};
use ndarray::{Array1, Array2, ArrayView2, arr2};

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, SignalError>) {
    assert!(
        matches!(
            result,
            Err(SignalError::InvalidParameter { .. } | SignalError::Init(_))
        ),
        "{result:?}"
    );
}

#[test]
fn nothing_that_is_not_finite_is_ok() {
    let nan = Custom::new("nan at 0", |x: f64| if x == 0.0 { f64::NAN } else { x });
    let inverse = Custom::new("1/x", |x: f64| 1.0 / x);
    for f in [nan, inverse] {
        let layer = Layer::new(1.0, f).unwrap();
        refused(predict(std::slice::from_ref(&layer), 0.0));
        refused(layer.variance_map(0.0));
    }
    let kinked = Custom::new("nan slope", |x: f64| x).slope(|_| f64::NAN);
    let layer = Layer::new(1.0, kinked).unwrap();
    refused(layer.chi(0.0));
    refused(layer.backward_multiplier(0.0));
    refused(predict(std::slice::from_ref(&layer), 0.0));

    let steep = Layer::new(1.7e308, Activation::SquaredRelu).unwrap();
    refused(steep.variance_map(10.0));
    refused(steep.variance_slope(10.0));
    refused(steep.chi(10.0));
    refused(steep.fan_ratio(1e300).unwrap().backward_multiplier(0.1));
    // Gradients that are multiplied by 1e10 in each of 40 layers.
    let layer = Layer::new(1e10, Activation::Tanh).unwrap();
    refused(predict(&vec![layer.fan_ratio(1e10).unwrap(); 40], 1.0));
    // A control.
    let layer = Layer::new(1.5, Activation::Tanh).unwrap();
    let predictions = predict(&vec![layer.clone(); 40], 1.0).unwrap();
    assert!(predictions.iter().all(|layer| layer.gradient().is_finite()));

    // No weights: no factor makes a signal of them.
    let silent = vec![Layer::new(0.0, Activation::Tanh).unwrap(); 3];
    for goal in [Goal::Signal(1.0), Goal::Gradient, Goal::Compromise(1.0)] {
        refused(tune(&silent, 1.0, goal));
        assert!(tune(&vec![layer.clone(); 3], 1.0, goal).is_ok());
    }
}

#[test]
fn singular_values_that_overflow() {
    let large = arr2(&[[1.7e308, 1.7e308], [1.7e308, 1.7e308]]);
    refused(singular_values(large.view()));
    // The greatest that are numbers.
    let values = singular_values(arr2(&[[8e307, 8e307], [8e307, 8e307]]).view()).unwrap();
    assert!((values[0] / 1.6e308 - 1.0).abs() < 1e-14);
    let layer = DenseLayer::new(large.view(), &Activation::Linear).unwrap();
    refused(jacobian(&[layer], Array1::from_elem(2, 1e-300).view()));
}

#[test]
fn a_layer_asks_its_activation() {
    let weight = Array2::<f32>::eye(2);
    for bad in [
        Activation::Celu(0.0),
        Activation::LeakyRelu(f64::NAN),
        Activation::Elu(f64::INFINITY),
    ] {
        let layer = DenseLayer::new(weight.view(), &bad);
        assert!(
            matches!(
                layer,
                Err(SignalError::Init(InitError::InvalidParameter { .. }))
            ),
            "{layer:?}"
        );
        refused(Layer::new(1.0, bad));
        refused(critical_variance(&bad, 0.0));
    }
    assert!(DenseLayer::new(weight.view(), &Activation::Celu(0.5)).is_ok());
}

#[test]
fn a_factor_that_silences_a_layer() {
    let layer = Layer::new(1e-300, Activation::Tanh).unwrap();
    refused(layer.scaled(1e-300));
    refused(layer.scaled(1e-10));
    refused(Layer::new(1e300, Activation::Tanh).unwrap().scaled(1e300));
    assert_eq!(layer.scaled(0.0).unwrap().weight_variance(), 0.0);
    assert_eq!(
        layer.scaled(1e300).unwrap().weight_variance(),
        1e-300 * 1e300
    );
}

/// A name is cut where a column would be wider than the page, or than formatting allows.
#[test]
fn a_long_name_in_a_table() {
    let key = Key::from_seed(0);
    let batch = Array2::<f64>::ones((2, 2));
    let eye = Array2::<f64>::eye(2);
    let kinks: Vec<f64> = (0..8000).map(f64::from).collect();
    let many_kinks = Custom::new("table", |x: f64| x).kinks_at(&kinks).unwrap();
    let layer = DenseLayer::new(eye.view(), &many_kinks).unwrap();
    assert_eq!(layer.name(), "table");
    for len in [40, 41, 70_000] {
        // A letter of two bytes, so that a cut between bytes would show.
        let long = Custom::new("\u{e9}".repeat(len), |x: f64| x);
        let layer = DenseLayer::new(eye.view(), &long).unwrap();
        let report = measure(&[layer], batch.view(), &key).unwrap();
        assert_eq!(report.layers()[0].name.chars().count(), len);
        let text = report.to_string();
        assert!(text.lines().all(|line| line.chars().count() < 150), "{len}");
        let shown = if len > 40 { 38 } else { 40 };
        assert!(text.contains(&format!(
            " {}{}",
            "\u{e9}".repeat(shown),
            if len > 40 { ".. " } else { " " }
        )));
    }
    // In the report of a closure, and in the sentence on a fault.
    let wild = from_fn(
        "x".repeat(70_000),
        |x: ArrayView2<'_, f64>| x.mapv(|x| 1e6 * x),
        |_: ArrayView2<'_, f64>, gradient: ArrayView2<'_, f64>| gradient.mapv(|x| 1e6 * x),
    );
    let text = measure(&[wild], batch.view(), &key).unwrap().to_string();
    assert!(
        text.contains(" at layer 1 (xxx") && text.len() < 2000,
        "{}",
        text.len()
    );
}

/// In values of the function, of which a derivative by differences takes 24: a machine's time is its own.
#[test]
fn maps_of_any_closure_have_a_budget() {
    type Wild = (&'static str, fn(f64) -> f64, f64);
    let wild: [Wild; 5] = [
        ("an unstated kink", |x| x.max(0.123), 1.0),
        ("fast", |x| (40.0 * x).sin(), 0.65),
        ("saw", |x| x - (4.0 * x).floor() / 4.0, 1.0),
        ("steps", f64::floor, 4e5),
        ("nan", |_| f64::NAN, 2e234),
    ];
    for (name, f, q) in wild {
        let calls = Arc::new(AtomicU64::new(0));
        let counter = calls.clone();
        let counted = Custom::new(name, move |x| {
            counter.fetch_add(1, Relaxed);
            f(x)
        });
        let layer = Layer::new(2.0, counted).unwrap();
        let layer = layer.bias_variance(0.1).unwrap();
        let map = layer.correlation_map(q, 0.5);
        assert!(map.is_err() || map.unwrap().is_finite());
        // A pair, and a single expectation of its size and one of the variance.
        let most = if name == "nan" { 400 } else { 1_400_000 };
        assert!(calls.load(Relaxed) <= most, "{name}: {calls:?}");
        if matches!(name, "fast" | "nan") {
            calls.store(0, Relaxed);
            let slope = layer.correlation_slope(1.0, 0.5);
            assert!(slope.is_err() || slope.unwrap().is_finite());
            let most = if name == "nan" {
                24 * 400
            } else {
                24 * 1_200_000
            };
            assert!(calls.load(Relaxed) <= most, "{name}: {calls:?}");
        }
    }
    let nan = Layer::new(1.0, Custom::new("nan", |_| f64::NAN)).unwrap();
    assert!(nan.fixed_points().is_err());
}

/// The caller's closure may panic: the weight is what it was.
#[test]
fn a_panic_leaves_the_weight_as_it_was() {
    let start = arr2(&[[1.0_f64, 2.0], [3.0, 4.5]]);
    let panics_at = |last: u32| {
        let mut calls = 0;
        move |weight: ArrayView2<'_, f64>| {
            calls += 1;
            assert!(calls < last, "the closure gives up");
            weight.mapv(|x| 3.0 * x)
        }
    };
    let key = Key::from_seed(1);
    for last in [1, 2] {
        let mut weight = start.clone();
        let run = || Lsuv::new().rescale(&mut weight, panics_at(last));
        assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
        assert_eq!(weight, start);
        let run = || Lsuv::new().fill_keyed(&HeNormal, key.clone(), &mut weight, panics_at(last));
        assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
        assert_eq!(weight, start);
    }
    // A control: without the panic it is scaled.
    let mut weight = start.clone();
    let fit = Lsuv::new().rescale(&mut weight, panics_at(9)).unwrap();
    assert_eq!(weight, start.mapv(|x| x * fit.gain()));
    let mut weight = start.clone();
    let fit = (Lsuv::new().fill_keyed(&HeNormal, key.clone(), &mut weight, panics_at(9))).unwrap();
    let drawn: Array2<f64> = HeNormal.init_keyed(key.clone(), (2, 2)).unwrap();
    assert_eq!(weight, drawn.mapv(|x| x * fit.gain()));
}

/// Temporaries of more than there is: a view that shows one number often takes no memory itself.
#[test]
fn temporaries_that_no_machine_has() {
    let too_large = |error: SignalError| {
        assert!(
            matches!(error, SignalError::Init(InitError::TooLarge { .. })),
            "{error}"
        );
    };
    let one = Array1::from_elem(1, 1.0_f64);
    // 2^46 numbers in f64 are more than any address space has.
    let (rows, columns) = (1_usize << 20, 1_usize << 26);
    let weight = Array2::from_elem((1, 1), 1.0_f64);
    let layer = [DenseLayer::new(weight.view(), &Activation::Relu).unwrap()];
    let batch = one.broadcast((rows, columns)).unwrap();
    too_large(measure(&layer, batch, &Key::from_seed(0)).unwrap_err());
    too_large(singular_values(batch).unwrap_err());
    let batch = one.broadcast((rows * columns, 1)).unwrap();
    too_large(layer[0].forward(batch).unwrap_err());
    // A control.
    let batch = one.broadcast((3, 1)).unwrap();
    assert!(measure(&layer, batch, &Key::from_seed(0)).is_ok());
}
