//! Bounded work: searches that find nothing end, functions that have no expectation are an error within
//! a second, and a part of a tensor costs what the part is.

use std::time::{Duration, Instant};

use fanin::{
    Activation, Custom, Estimate, Fused, Gaussian, GlorotNormal, InitError, Initializer, Key,
    Nonlinearity, TruncatedNormal,
};
use ndarray::Array2;

/// That it takes less than so many seconds; ten times that in a debug build, of which these functions
/// are twenty times as slow.
#[track_caller]
fn within<T>(seconds: f64, run: impl FnOnce() -> T) -> T {
    let factor = if cfg!(debug_assertions) { 20.0 } else { 4.0 };
    let began = Instant::now();
    let result = run();
    let took = began.elapsed();
    assert!(
        took < Duration::from_secs_f64(seconds * factor),
        "it took {took:?}"
    );
    result
}

#[test]
fn a_deviation_that_no_parent_has_is_an_error() {
    for (mean, std, low, high) in [
        (0.0, 1e300, 0.0, 1e300),
        (0.0, f64::INFINITY, 0.0, 1.8e307),
        (0.0, 1e300, -1.0, 1e300),
        (0.0, 1.7e308, -1.7e308, 1.7e308),
        (0.0, 1.7e308, 0.0, f64::INFINITY),
        (1e308, 1e308, f64::NEG_INFINITY, -1e308),
    ] {
        let scheme = within(0.1, || TruncatedNormal::with_std(mean, std, low, high));
        assert!(
            matches!(scheme, Err(InitError::InvalidParameter { .. })),
            "{scheme:?}"
        );
    }
    // A control: the nearest that there is.
    assert!(TruncatedNormal::with_std(0.0, 0.28, 0.0, 1.0).is_ok());
}

#[test]
fn pairs_end_within_a_second() {
    let law = Gaussian::centred(2.0).unwrap();
    let wild = [
        ("kink", Custom::new("kink", |x: f64| (x - 0.123).max(0.0))),
        ("fast", Custom::new("fast", |x: f64| (40.0 * x).sin())),
        (
            "saw",
            Custom::new("saw", |x: f64| x - (4.0 * x).floor() / 4.0),
        ),
    ];
    for (name, f) in &wild {
        let pair = within(1.0, || {
            let slope = |u: f64| f.derivative_estimate(u);
            law.expect_pair(0.5, &[], slope).unwrap()
        });
        // It converged, or says that it did not.
        let honest = pair.error().is_infinite() || pair.error().is_finite();
        assert!(honest, "{name}: {pair:?}");
    }
    // Which no number of panels resolves.
    let hopeless = within(1.0, || {
        law.expect_pair(0.5, &[], |u| Estimate::exact((1e9 * u * u).sin()))
    });
    let error = hopeless.unwrap().error();
    assert!(error > 1e-3, "{error}");
    // A control: what is smooth has digits left.
    let smooth = law.expect_pair(0.5, &[], |u| Estimate::exact(u.tanh()));
    assert!(smooth.unwrap().error() < 1e-6);
}

#[test]
fn what_is_not_finite_ends_at_once() {
    use std::cell::Cell;
    let law = Gaussian::centred(1e200).unwrap();
    let marks: Vec<f64> = (0..1000).map(f64::from).collect();
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let calls = Cell::new(0);
        let estimate = law.expect(&marks, |_| {
            calls.set(calls.get() + 1);
            Estimate::exact(bad)
        });
        assert!(!estimate.value().is_finite());
        assert!(calls.get() <= 15, "{bad}: {}", calls.get());
        calls.set(0);
        let estimate = law.expect_pair(0.3, &marks, |_| {
            calls.set(calls.get() + 1);
            Estimate::exact(bad)
        });
        assert!(!estimate.unwrap().value().is_finite());
        // 15 places, for each its own value and 15 of the inner rule.
        assert!(calls.get() <= 240, "{bad}: {}", calls.get());
    }
}

/// The most values that are asked of a function, whatever it is.
#[test]
fn a_budget_of_values() {
    use std::cell::Cell;
    let calls = Cell::new(0_u64);
    let law = Gaussian::centred(1e6).unwrap();
    let noise = |u: f64| {
        calls.set(calls.get() + 1);
        Estimate::exact((1e12 * u).sin())
    };
    law.expect(&[], noise);
    assert!((10_000..150_000).contains(&calls.get()), "{}", calls.get());
    calls.set(0);
    law.expect_pair(0.1, &[], noise).unwrap();
    assert!(
        (10_000..=1_000_000).contains(&calls.get()),
        "{}",
        calls.get()
    );
}

/// Twice as many parts take twice as long, not four times; the bounds leave room for a busy machine.
#[test]
fn many_parts_take_their_number() {
    let key = Key::from_seed(1);
    let parts: Vec<usize> = (0..20_000).map(|part| 1 + part % 2).collect();
    let fused = || Fused::outputs(&parts, 1);
    let drawn: Array2<f32> = within(0.1, || GlorotNormal.init_keyed(&key, fused())).unwrap();
    assert_eq!(drawn.nrows(), 30_000);
    // The last row by itself is that of the whole.
    let last: Array2<f32> = (GlorotNormal.init_region(&key, fused(), (29_999.., ..))).unwrap();
    assert_eq!(last[(0, 0)], drawn[(29_999, 0)]);
}

#[test]
fn an_activation_asks_for_its_own_parameter() {
    for bad in [
        Activation::Celu(0.0),
        Activation::Celu(-1.0),
        Activation::Elu(f64::NAN),
        Activation::LeakyRelu(f64::INFINITY),
    ] {
        assert!(bad.validate().is_err(), "{bad:?}");
        assert!((&bad as &dyn Nonlinearity).validate().is_err());
        assert!(std::sync::Arc::new(bad).validate().is_err());
    }
    assert_eq!(Activation::Celu(0.5).validate(), Ok(()));
    assert_eq!(Custom::new("x", |x| x).validate(), Ok(()));
}
