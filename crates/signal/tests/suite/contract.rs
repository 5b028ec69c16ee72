//! What every type of the crate is, and what its errors say.

use std::{error::Error, fmt::Debug};

use fanin::{Activation, Custom, InitError, Normal};
use fanin_signal::{
    Bounds, CriticalPoint, Criticality, DenseLayer, Differentiable, Fault, FixedPoint, FixedPoints,
    FromFn, Goal, Jacobian, Layer, LayerSignal, Lsuv, LsuvFit, Measurement, Pass, Prediction,
    SignalError, Stability, Symptom, Tuned, Unscalable,
};

#[test]
fn types_can_be_shared() {
    fn all<T: Debug + Clone + Send + Sync>() {}

    all::<Bounds>();
    all::<CriticalPoint>();
    all::<Criticality>();
    all::<DenseLayer<'_, f32>>();
    all::<Fault>();
    all::<FixedPoint>();
    all::<FixedPoints>();
    all::<FromFn<fn(), fn()>>();
    all::<Goal>();
    all::<Jacobian>();
    all::<Layer>();
    all::<LayerSignal>();
    all::<Lsuv>();
    all::<LsuvFit>();
    all::<Pass>();
    all::<Prediction>();
    all::<Measurement>();
    all::<SignalError>();
    all::<Stability>();
    all::<Symptom>();
    all::<Tuned>();
    all::<Unscalable>();
    let _: Option<&dyn Differentiable> = None;
}

/// An error of `fanin` keeps its text; and an expectation that this crate computes says what the
/// activation's own do.
#[test]
fn errors_say_what_is_wrong() {
    let no_fan = Layer::of(&Normal::new(0.0, 1.0).unwrap(), 5, Activation::Relu).unwrap_err();
    let SignalError::Init(inner) = &no_fan else {
        panic!("{no_fan:?}")
    };
    assert!(matches!(inner, InitError::NoFan { fan: "fan_in", .. }));
    assert_eq!(no_fan.to_string(), inner.to_string());
    assert!(no_fan.source().is_none());

    let infinite = Custom::new("infinite", |_| f64::INFINITY);
    let layer = Layer::new(1.0, infinite).unwrap();
    assert_eq!(
        layer.correlation_map(1.0, 0.5).unwrap_err().to_string(),
        "E f(u) f(v) at pre-activation variance 1.0 did not converge: it is inf with an error of \
         NaN; state the kinks of the function, and make sure that it is finite and grows more \
         slowly than a normal density falls"
    );
    assert_eq!(
        layer.variance_map(1.0).unwrap_err().to_string(),
        "E f(z sqrt(q))^2 at pre-activation variance 1.0 did not converge: it is inf with an \
         error of NaN; state the kinks of the function, and make sure that it is finite and grows \
         more slowly than a normal density falls"
    );
}
