//! Laws that are narrow beside their mean follow themselves in `f32`: a mean is the sum of two floats.

use crate::common::key;
use fanin::{Initializer, IntoWeight as _, Normal, Scheme, TruncatedNormal, Uniform};
use ndarray::Array1;

/// The check of a law finds less than one fault in 10^6 keys where there is none, and these keys are
/// fixed.
fn follows(scheme: &dyn Scheme, values: &Array1<f32>) -> bool {
    let report = scheme.check(values.len(), values).unwrap();
    if !report.passed() {
        println!("{scheme:?}\n{report}");
    }
    report.passed()
}

fn laws(len: usize) {
    let truncated = TruncatedNormal::from_parent;
    let schemes: [Box<dyn Scheme>; 4] = [
        Box::new(Normal::new(0.1, 1e-6).unwrap()),
        Box::new(Normal::new(1.1, 1e-5).unwrap()),
        Box::new(Uniform::new(1.1, 1.1001).unwrap()),
        Box::new(truncated(1.1, 1e-5, 1.1 - 2e-5, 1.1 + 1e-5).unwrap()),
    ];
    for scheme in &schemes {
        let values: Array1<f32> = scheme.init_keyed(key("narrow"), len).unwrap();
        assert!(follows(scheme, &values), "{scheme:?}");
        let (low, high) = scheme
            .law(&len.into_weight().unwrap())
            .unwrap()
            .support()
            .unwrap();
        assert!(values.iter().all(|&x| (low..=high).contains(&f64::from(x))));
    }
}

/// The test detects a mean that is rounded once: `std` is so small that half a unit in the last place
/// of the mean is a share of it that `len` values show.
fn one_float(std: f64, len: usize) {
    let law = Normal::new(0.1, std).unwrap();
    let wrong = Normal::new(f64::from(0.1_f32), std).unwrap();
    let of = |scheme: &Normal| -> Array1<f32> { scheme.init_keyed(key("mean"), len).unwrap() };
    assert!(follows(&law, &of(&law)));
    assert!(!follows(&law, &of(&wrong)));
}

#[test]
fn narrow_laws_follow_themselves() {
    laws(1 << 17);
    one_float(5e-8, 1 << 17);
}

#[test]
#[ignore = "a minute in a debug build: ci/long.sh runs it in release"]
fn narrow_laws_follow_themselves_at_2_24_values() {
    laws(1 << 24);
    one_float(1e-6, 1 << 24);
}
