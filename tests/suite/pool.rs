//! Many arrays, judged together.
//!
//! Keys are fixed. Each test that must pass has a false-positive rate of 1e-6 by the check's own chances.

use fanin::{
    GlorotNormal, GlorotUniform, HeNormal, HeTruncatedNormal, InitError, Initializer, IntoWeight,
    Key, Normal, Orthogonal, Pool, Report, Scheme, Verdict, Zeros,
};
use ndarray::Array2;

/// The reports of many arrays, changed by a function, all of which pass.
fn reports(scheme: &dyn Scheme, count: usize, change: impl Fn(f32) -> f32) -> Vec<Report> {
    let one = |i: usize| {
        let key = Key::from_seed(7).child_index(i);
        let w: Array2<f32> = scheme.init_keyed(key, (64, 64)).unwrap();
        let report = scheme.check((64, 64), &w.mapv(&change)).unwrap();
        assert!(report.passed(), "{report}");
        report
    };
    (0..count).map(one).collect()
}

fn pooled(reports: &[Report]) -> Report {
    let mut pool = Pool::new();
    reports.iter().for_each(|report| pool.add(report));
    assert_eq!(pool.arrays(), reports.len());
    pool.report()
}

#[test]
fn what_is_right_passes_and_a_shared_error_does_not() {
    let schemes: [&dyn Scheme; 3] = [&HeNormal, &GlorotUniform, &HeTruncatedNormal];
    for scheme in schemes {
        let right = pooled(&reports(scheme, 40, |x| x));
        assert!(right.passed(), "{right}");
        assert_eq!(right.values(), 40 * 4096);
        // 163,840 values: one standard error of a normal law's variance is 0.35 %, of the others less.
        let scaled = pooled(&reports(scheme, 40, |x| x * 0.98));
        let failed: Vec<&str> = scaled.failures().map(fanin::TestResult::name).collect();
        assert_eq!(failed, ["variance"], "{scaled}");
        let found = scaled.test("variance").unwrap().statistic().unwrap();
        // 5.5 standard errors, and 1 of the rounding.
        assert!((found / 0.9604 - 1.0).abs() < 0.02, "{found}");
    }
    let shifted = pooled(&reports(&HeNormal, 40, |x| {
        x + 0.02 * (2.0_f32 / 64.0).sqrt()
    }));
    let failed: Vec<&str> = shifted.failures().map(fanin::TestResult::name).collect();
    assert_eq!(failed, ["mean"], "{shifted}");
}

#[test]
fn the_sums_are_those_of_one_array() {
    let key = Key::from_seed(3);
    let scheme = Normal::new(0.5, 0.1).unwrap();
    let all: Array2<f32> = scheme.init_keyed(key, (200, 50)).unwrap();
    let whole = scheme.check((200, 50), &all).unwrap();
    let halves = [0, 100].map(|from| {
        let half = all.slice(ndarray::s![from..from + 100, ..]);
        scheme.check((100, 50), &half).unwrap()
    });
    let pooled = pooled(&halves);
    for name in ["mean", "variance"] {
        let [one, both] = [&whole, &pooled].map(|report| report.test(name).unwrap());
        let off = |a: Option<f64>, b: Option<f64>| (a.unwrap() / b.unwrap() - 1.0).abs();
        assert!(off(one.statistic(), both.statistic()) < 1e-9, "{name}");
        assert!(off(one.p_value(), both.p_value()) < 1e-9, "{name}");
    }
}

#[test]
fn parts_are_added_up_by_part_and_together() {
    // Parts of unlike fans, and so of unlike laws.
    let weight = || (96, 300).read("([64 32] o) i");
    let report = |seed: u64, factor: f32| {
        let mut w: Array2<f32> = GlorotNormal
            .init_keyed(Key::from_seed(seed), weight())
            .unwrap();
        w.slice_mut(ndarray::s![64.., ..])
            .mapv_inplace(|x| x * factor);
        let report = GlorotNormal.check(weight(), &w).unwrap();
        assert!(report.passed(), "{report}");
        report
    };
    let all = |factor| pooled(&(0..10).map(|seed| report(seed, factor)).collect::<Vec<_>>());
    let right = all(1.0);
    assert!(right.passed(), "{right}");
    let parts: Vec<Option<usize>> = right.tests().iter().map(fanin::TestResult::part).collect();
    assert_eq!(parts, [None, None, Some(0), Some(0), Some(1), Some(1)]);
    // 96,000 values of the part: 0.46 %.
    let wrong = all(0.98);
    assert!(
        wrong
            .failures()
            .any(|test| (test.part(), test.name()) == (Some(1), "variance")),
        "{wrong}"
    );
    assert!(
        wrong.failures().all(|test| test.part() != Some(0)),
        "{wrong}"
    );
}

#[test]
fn what_is_not_random_adds_nothing() {
    let orthogonal = reports(&Orthogonal, 2, |x| x);
    let zeros = reports(&Zeros, 2, |x| x);
    for all in [orthogonal, zeros, vec![]] {
        let report = pooled(&all);
        assert!(report.passed() && report.tests().is_empty(), "{report}");
    }
}

#[test]
fn a_report_is_judged_by_another_rate() {
    let key = Key::from_seed(1);
    let mut w: Array2<f32> = HeNormal.init_keyed(key, (64, 64)).unwrap();
    w *= 1.08;
    let report = HeNormal.check((64, 64), &w).unwrap();
    let p = report.test("variance").unwrap().p_value().unwrap();
    let tests = report
        .tests()
        .iter()
        .filter(|test| test.p_value().is_some())
        .count() as f64;
    for (rate, verdict) in [
        (p * tests * 1.01, Verdict::Failed),
        (p * tests * 0.99, Verdict::Passed),
    ] {
        let judged = report.clone().at(rate).unwrap();
        assert_eq!(judged.test("variance").unwrap().verdict(), verdict);
        assert_eq!(
            (judged.significance(), judged.passed()),
            (rate, verdict == Verdict::Passed)
        );
    }
    for rate in [0.0, 1.0, f64::NAN, -1.0] {
        let error = report.clone().at(rate).unwrap_err();
        assert!(matches!(
            error,
            InitError::InvalidParameter {
                name: "significance",
                ..
            }
        ));
    }
}
