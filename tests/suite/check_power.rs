//! The check keeps its promise, and sees what the table of docs/check.md says: the tables' own code, on
//! fewer arrays.

#![allow(dead_code, reason = "the program of the tables uses the rest")]

#[path = "../../checks/src/bin/check_power/defects.rs"]
mod defects;
#[path = "../../checks/src/bin/check_power/promise.rs"]
mod promise;

use crate::common::{caught, key};
use defects::DEFECTS;
use fanin::{
    Axis, Fused, HeNormal, HeUniform, InitError, Initializer, IntoWeight, Law, Orthogonal, Scheme,
    TruncatedNormal,
};
use ndarray::{Array1, Array2, ArrayD, Axis as NdAxis, s};

/// 20,000 own draws at most, of which one is refused in one of 50 runs; the keys are fixed. Those of the
/// registry are in `self_check.rs`.
#[test]
fn own_draws_pass() {
    let mut refused = promise::refused::<f32>("f32", 4000, Vec::new()).0;
    refused += promise::refused::<f64>("f64", 4000, Vec::new()).0;
    #[cfg(feature = "half")]
    {
        refused += promise::refused::<half::f16>("f16", 4000, Vec::new()).0;
        refused += promise::refused::<half::bf16>("bf16", 4000, Vec::new()).0;
    }
    assert_eq!(refused, 0);
}

#[test]
fn defects_are_seen_at_the_size_that_is_stated() {
    for defect in DEFECTS {
        // Larger ones take minutes in a debug build.
        if defect.from <= 128 {
            let (refused, by) = defect.refused(defect.from, 2);
            assert_eq!(refused, 2, "{}", defect.name);
            assert!(!by.is_empty());
        }
    }
}

#[test]
fn copies_at_any_distance_and_shape() {
    // Half of the array is the other half; the distance is odd.
    for shape in [(258, 255), (254, 259)] {
        let mut w: Array2<f32> = HeNormal.init_keyed(key("halves"), shape).unwrap();
        assert!(HeNormal.check(shape, &w).unwrap().passed());
        let half = w.slice(s![..shape.0 / 2, ..]).mapv(|x| -x);
        w.slice_mut(s![shape.0 / 2.., ..]).assign(&half);
        caught(&HeNormal.check(shape, &w).unwrap(), "copies, axis 0");
        caught(&HeNormal.check(shape, &w).unwrap(), "copies");
    }
    let law = Law::normal(0.0, 1.0).unwrap();
    let scheme = law.clone();
    let mut w: Array1<f64> = scheme.init_keyed(key("period"), 200_000).unwrap();
    for i in 100_003..200_000 {
        w[i] = w[i - 100_003];
    }
    caught(&law.check(&w), "copies");
    // Experts, and the parts of a fused weight.
    for scheme in [&HeNormal as &dyn Scheme, &Orthogonal] {
        let experts = [Axis::Batch(3), Axis::Output(40), Axis::Input(50)];
        let experts = experts.into_weight().unwrap();
        let mut w: ArrayD<f32> = scheme.init_keyed(key("experts"), &experts).unwrap();
        let first = w.index_axis(NdAxis(0), 0).to_owned();
        w.index_axis_mut(NdAxis(0), 2).assign(&first);
        assert!(!scheme.check(&experts, &w).unwrap().passed());
        let qkv = Fused::qkv(48);
        let mut w: Array2<f32> = scheme.init_keyed(key("qkv"), qkv).unwrap();
        assert!(scheme.check(qkv, &w).unwrap().passed());
        let first = w.slice(s![..48, ..]).to_owned();
        w.slice_mut(s![96.., ..]).assign(&first);
        assert!(!scheme.check(qkv, &w).unwrap().passed());
    }
}

/// What the check says does not depend on the order in memory, or on threads.
#[test]
fn memory_order_and_threads_change_nothing() {
    let shape = [70, 9, 41];
    let w: ArrayD<f32> = HeUniform.init_keyed(key("order"), &shape[..]).unwrap();
    let reversed = w.t().as_standard_layout().into_owned();
    let reversed = reversed.reversed_axes();
    assert!(!reversed.is_standard_layout());
    let report = HeUniform.check(&shape[..], &w).unwrap();
    assert_eq!(report, HeUniform.check(&shape[..], &reversed).unwrap());
    let large: Array2<f32> = HeNormal.init_keyed(key("threads"), (800, 900)).unwrap();
    let reports = [1, 2, 5].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| HeNormal.check((800, 900), &large).unwrap())
    });
    assert!(reports[0] == reports[1] && reports[1] == reports[2]);
}

/// Parts are numbered as `Weight::parts` numbers them, those without elements too.
#[test]
fn empty_parts_have_numbers() {
    let weight = Fused::new([40, 0, 24]).inputs(30);
    let scheme = fanin::GlorotUniform;
    let mut w: Array2<f32> = scheme.init_keyed(key("empty"), weight).unwrap();
    w.slice_mut(s![40.., ..]).fill(9.0);
    let report = scheme.check(weight, &w).unwrap();
    assert!(report.failures().all(|test| test.part() == Some(2)));
    assert!(!report.passed());
    let equal = scheme.describe(Fused::new([4, 0, 4]).inputs(4)).unwrap();
    assert!(equal.std().is_some_and(|std| (std - 0.5).abs() < 1e-12));
}

/// A deviation of a few units in the last place is no excuse.
#[test]
fn laws_of_few_units_are_checked() {
    let unit = f64::EPSILON / 2.0;
    let law = Law::normal(0.93, (64.0 * unit).powi(2)).unwrap();
    let wider = Law::normal(0.93, (80.0 * unit).powi(2)).unwrap();
    let wrong: Array1<f64> = wider.init_keyed(key("units"), 20_000).unwrap();
    caught(&law.check(&wrong), "variance");
    caught(&law.check(&wrong), "distribution");
}

/// Where a cut is so far out that draws in `f32` are off by a hundredth of the deviation, the check allows for
/// it; where it is further out, there are no draws.
#[test]
fn far_cuts_pass_or_are_refused() {
    let beyond = |cut| TruncatedNormal::from_parent(0.0, 1.0, cut, f64::INFINITY).unwrap();
    for (cut, len) in [(280.0, 1 << 20), (1023.0, 1 << 17)] {
        let law = beyond(cut).law(&len.into_weight().unwrap()).unwrap();
        let w: Array1<f32> = beyond(cut).init_keyed(key("far cuts"), len).unwrap();
        let report = law.check(&w);
        assert!(report.passed(), "{cut}: {report}");
        // Control: what is off by more than that.
        let shift = if cut < 300.0 { 0.05 } else { 2.0 } * law.std().unwrap();
        assert!(!law.check(&w.mapv(|x| x + shift as f32)).passed(), "{cut}");
    }
    let refused = beyond(1024.0).init_keyed::<f32, _>(key("far cuts"), 8);
    assert!(matches!(refused, Err(InitError::StdBelowSpacing { .. })));
    assert!(
        beyond(1024.0)
            .init_keyed::<f64, _>(key("far cuts"), 8)
            .is_ok()
    );
}
