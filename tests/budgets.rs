//! Bounded work: searches that find nothing end, functions that have no expectation are evaluated a
//! bounded number of times, and parts of a tensor cost their number.

use std::time::Instant;

use fanin::{
    Activation, Custom, Estimate, Fused, Gaussian, InitError, Initializer, Key, Law, Nonlinearity,
    Scheme, TruncatedNormal, Weight,
};
use ndarray::Array2;

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
        let scheme = TruncatedNormal::from_std(mean, std, low, high);
        assert!(
            matches!(scheme, Err(InitError::InvalidParameter { .. })),
            "{scheme:?}"
        );
    }
    // A control: the nearest that there is.
    assert!(TruncatedNormal::from_std(0.0, 0.28, 0.0, 1.0).is_ok());
}

/// What no number of panels resolves says so; what is smooth has digits left.
#[test]
fn a_pair_that_does_not_converge_says_so() {
    let law = Gaussian::centred(2.0).unwrap();
    let hopeless = law.expect_pair(0.5, &[], |u| Estimate::exact((1e9 * u * u).sin()));
    let hopeless = hopeless.unwrap();
    assert!(
        hopeless.error().is_nan() || hopeless.error() > 1e-3,
        "{hopeless:?}"
    );
    let smooth = law
        .expect_pair(0.5, &[], |u| Estimate::exact(u.tanh()))
        .unwrap();
    assert!(smooth.error() < 1e-6, "{smooth:?}");
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

/// The most evaluations of a function, whatever it is.
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

/// A constant of its own for every part, so that finding the part is all that there is to do.
#[derive(Debug)]
struct Numbered;

impl Scheme for Numbered {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::constant(weight.len() as f64)
    }
}

/// 16 times as many parts take 16 times as long, or 40 where they leave the cache, not 256. The least of some
/// runs counts, since the machine may do other things.
#[test]
fn many_parts_take_their_number() {
    let key = Key::from_seed(1);
    let parts = |count: usize| (0..count).map(|part| 1 + part % 2).collect::<Vec<_>>();
    let took = |count: usize| {
        let weight = Weight::new(Fused::new(parts(count)).inputs(1)).unwrap();
        let mut array = Array2::<f32>::zeros((count * 3 / 2, 1));
        let mut run = || {
            let began = Instant::now();
            (Numbered
                .filler(key.clone(), &weight)
                .and_then(|filler| filler.fill(&mut array)))
            .unwrap();
            began.elapsed()
        };
        let least = (0..5).map(|_| run()).min().unwrap();
        // 1, then 2 and 2, and so on.
        assert!(
            (array.iter().enumerate()).all(|(row, &x)| x == if row % 3 == 0 { 1.0 } else { 2.0 })
        );
        least
    };
    let [few, many] = [took(2_000), took(32_000)];
    assert!(many < 100 * few, "{few:?}, {many:?}");
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
