//! Every scheme passes its own law's check, the check's false alarms are as rare as stated, and it
//! finds what is wrong.

use crate::common::{
    Bits, caught, evidence, for_each_element, key,
    registry::{Entry, every_scheme},
};
use fanin::{
    Axis, Centre, Conv, DeltaOrthogonal, Dirac, Flat, ForgetGateBias, FromDistribution, Fused,
    GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform, Icnr, Initializer, IntoWeight, Law,
    Layout, LeCunNormal, Normal, Orthogonal, Report, Scheme, Sparse, TestResult, Uniform, Verdict,
    Weight, Zeros,
};
use ndarray::{
    Array1, Array2, Array3, ArrayD, ArrayViewD, Axis as NdAxis, ShapeBuilder, Slice, arr0, s,
};
use rand_distr::{StandardNormal, StudentT};
use statrs::distribution::{Binomial, DiscreteCDF};

/// A report that passes, or its table as the message.
#[track_caller]
fn passes(report: &Report, what: &dyn std::fmt::Debug) {
    assert!(report.passed(), "{what:?}\n{report}");
}

fn own_checks<F: Bits>() {
    let (mut passed, mut caught) = (0, 0);
    for Entry {
        scheme,
        weights,
        is_known,
        name,
        ..
    } in every_scheme()
    {
        let key = key("every scheme").child(&name);
        for weight in &weights {
            let mut w: ArrayD<F> = scheme.init_keyed(key.clone(), weight).unwrap();
            passes(&scheme.check(weight, &w).unwrap(), &name);
            if weight.parts().count() == 1 {
                passes(&scheme.law(weight).unwrap().check(&w), &name);
            }
            passed += 1;
            // One value that is of none of these laws.
            *w.iter_mut().last().unwrap() = F::nearest(100.0);
            let report = scheme.check(weight, &w).unwrap();
            assert_eq!(report.passed(), !is_known, "{name}\n{report}");
            caught += u32::from(is_known);
        }
    }
    assert_eq!((passed, caught), (497, 479));
}

#[test]
fn every_scheme_passes_its_own_check() {
    for_each_element!(own_checks());
}

/// The largest weight of every scheme that has one part.
fn regions_and_views<F: Bits>() {
    let (mut any_shape, mut one_shape) = (0, 0);
    for Entry {
        scheme,
        weights,
        is_of_shape,
        name,
        ..
    } in every_scheme()
    {
        let key = key("regions and views").child(&name);
        let whole = weights.iter().filter(|weight| weight.parts().count() == 1);
        let weight = whole.max_by_key(|weight| weight.len()).unwrap();
        let law = scheme.law(weight).unwrap();
        let whole: ArrayD<F> = scheme.init_keyed(key.clone(), weight).unwrap();
        let mut columns = ArrayD::<F>::zeros(whole.raw_dim().f());
        let mut view = columns.view_mut();
        scheme
            .filler(key.clone(), weight)
            .unwrap()
            .fill(&mut view)
            .unwrap();
        passes(&law.check(&columns), &name);

        let ranges: Vec<_> = (whole.shape().iter())
            .map(|&len| len / 3..len - len / 4)
            .collect();
        let region: ArrayD<F> = scheme
            .filler(key.clone(), weight)
            .unwrap()
            .region(&ranges[..])
            .unwrap();
        let flat = Flat(whole.len() as u64 / 5..whole.len() as u64 - 1);
        let flat: Array1<F> = scheme
            .filler(key.clone(), weight)
            .unwrap()
            .region(flat)
            .unwrap();
        if is_of_shape {
            // The report says so, and what is drawn is a slice of the whole.
            for report in [law.check(&region), law.check(&flat)] {
                assert_eq!(report.test("shape").unwrap().verdict(), Verdict::Failed);
            }
            let part = whole.slice_each_axis(|at| Slice::from(ranges[at.axis.index()].clone()));
            assert_eq!(region, part);
            one_shape += 1;
        } else {
            let strided = whole.slice_each_axis(|_| Slice::new(0, None, -2));
            for report in [law.check(&region), law.check(&flat)] {
                passes(&report, &name);
            }
            passes(&law.check(&strided), &name);
            passes(&law.check(&whole.t()), &name);
            any_shape += 1;
        }
    }
    assert_eq!((any_shape, one_shape), (65, 47));
}

#[test]
fn regions_and_views_pass_too() {
    for_each_element!(regions_and_views());
}

fn fused<F: Bits>() {
    let weight = Fused::new([96, 32, 32]).inputs(64);
    for scheme in [
        Box::new(GlorotUniform) as Box<dyn Scheme>,
        Box::new(Orthogonal),
        Box::new(LeCunNormal),
    ] {
        let mut w: Array2<F> = scheme.init_keyed(key("fused"), weight).unwrap();
        let report = scheme.check(weight, &w).unwrap();
        passes(&report, &scheme);
        // One part is of another scale.
        w.slice_mut(s![96..128, ..])
            .mapv_inplace(|x| x * F::nearest(1.5));
        let report = scheme.check(weight, &w).unwrap();
        assert!(!report.passed());
        if report.tests()[0].part().is_some() {
            assert!(report.failures().all(|test| test.part() == Some(1)));
        }
    }
}

#[test]
fn parts_of_a_fused_weight_are_checked_each_by_itself() {
    for_each_element!(fused());
}

#[test]
fn grouped_convolutions_are_orthogonal_by_group() {
    let weight = Conv::new([3, 3]).inputs(16).outputs(32).groups(4);
    let w: ArrayD<f32> = {
        let w = Orthogonal.init_keyed(key("groups"), weight).unwrap();
        w.into_dyn()
    };
    passes(&Orthogonal.check(weight, &w).unwrap(), &weight);
    let mut turned = w.clone();
    turned.invert_axis(NdAxis(0));
    passes(&Orthogonal.check(weight, &turned).unwrap(), &weight);
    let mut wrong = w;
    wrong.slice_mut(s![3, .., .., ..]).fill(0.0);
    caught(&Orthogonal.check(weight, &wrong).unwrap(), "orthogonality");
}

/// How many of `arrays` arrays of a law, each multiplied by `times`, are refused.
fn failures<F: Bits>(law: &Law, shape: (usize, usize), arrays: u64, times: f64) -> u64 {
    let key = key("false alarms").child(format!("{law:?} {shape:?}"));
    let failed = (0..arrays).filter(|&index| {
        let mut w: Array2<F> = law
            .init_keyed(key.child_index(index as usize), shape)
            .unwrap();
        if times != 1.0 {
            w.mapv_inplace(|x| F::nearest(x.wide() * times));
        }
        !law.check_at(&w, OFTEN).unwrap().passed()
    });
    failed.count() as u64
}

/// A rate of false alarms that shows in some hundred arrays.
const OFTEN: f64 = 0.05;

/// The chance of as many failures or more, if the rate is what is stated.
fn chance(failed: u64, tried: u64) -> f64 {
    failed
        .checked_sub(1)
        .map_or(1.0, |below| Binomial::new(OFTEN, tried).unwrap().sf(below))
}

fn false_alarms<F: Bits>() {
    let laws = [
        Law::normal(0.0, 0.01),
        Law::normal(1.0, 0.01),
        Law::centred_uniform(0.02),
        Law::uniform(0.0, 1.0),
        Law::centred_truncated_normal(0.01, 2.0),
        Law::truncated_normal(0.0, 1.0, 0.5, f64::INFINITY),
    ];
    let (mut failed, mut tried, mut wrong) = (0, 0, 0);
    for law in laws {
        let law = law.unwrap();
        for (shape, arrays) in [((1, 1), 40), ((2, 3), 40), ((10, 17), 40), ((60, 50), 10)] {
            let here = failures::<F>(&law, shape, arrays, 1.0);
            assert!(
                chance(here, arrays) > evidence::FALSE_ALARMS / 48.0,
                "{law} {shape:?}"
            );
            failed += here;
            tried += arrays;
        }
        wrong += failures::<F>(&law, (10, 17), 10, 1.5);
    }
    assert!(
        chance(failed, tried) > evidence::FALSE_ALARMS / 2.0,
        "{failed} of {tried}"
    );
    // Bounds are above the chance itself, so that fewer fail than might; but they are not idle.
    assert!(failed > 0);
    // A negative control: what is half too large.
    assert!(chance(wrong, 60) < evidence::FALSE_ALARMS, "{wrong}");
}

/// 3,120 arrays: 780 for each element type.
#[test]
fn false_alarms_are_as_rare_as_stated() {
    for_each_element!(false_alarms());
}

#[test]
fn large_arrays_pass() {
    for scheme in [
        Box::new(HeNormal) as Box<dyn Scheme>,
        Box::new(HeUniform),
        Box::new(HeTruncatedNormal),
    ] {
        let w: Array2<f32> = scheme.init_keyed(key("large"), (512, 1024)).unwrap();
        passes(&scheme.check((512, 1024), &w).unwrap(), &scheme);
        #[cfg(feature = "half")]
        {
            let w: Array2<half::bf16> = scheme.init_keyed(key("large"), (512, 1024)).unwrap();
            passes(&scheme.check((512, 1024), &w).unwrap(), &scheme);
            let w: Array2<half::f16> = scheme.init_keyed(key("large"), (512, 1024)).unwrap();
            passes(&scheme.check((512, 1024), &w).unwrap(), &scheme);
        }
    }
}

/// An array of one law, checked against another: which tests detect it.
fn power<F: Bits>() {
    let of = |scheme: &dyn Scheme| -> Array2<f64> {
        let w: Array2<F> = scheme.init_keyed(key("power"), (300, 200)).unwrap();
        w.mapv(Bits::wide)
    };
    let check = |law: &Law, w: &Array2<f64>| law.check(&w.mapv(|x| F::nearest(x)));
    let normal = Law::normal(0.0, 1.0).unwrap();
    let z = of(&Normal::new(0.0, 1.0).unwrap());
    passes(&check(&normal, &z), &"normal");
    caught(&check(&normal, &z.mapv(|x| x + 0.05)), "mean");
    caught(&check(&normal, &z.mapv(|x| x * 1.03)), "variance");
    caught(&check(&normal, &z.mapv(|x| x.clamp(-2.0, 2.0))), "atoms");
    let uniform = of(&Uniform::new(-1.0, 1.0).unwrap());
    let scaled = uniform.mapv(|x| x * 3_f64.sqrt());
    caught(&check(&normal, &scaled), "kurtosis");
    caught(&check(&normal, &scaled), "distribution");
    let mut outlier = z.clone();
    outlier[[3, 4]] = 12.0;
    caught(&check(&normal, &outlier), "extremes");
    outlier[[3, 4]] = f64::NAN;
    caught(&check(&normal, &outlier), "finite");
    let mut rows = z.clone();
    for row in 1..300 {
        let (above, mut here) = rows.multi_slice_mut((s![row - 1, ..], s![row, ..]));
        here.zip_mut_with(&above, |x, a| *x = 0.1 * a + 0.99_f64.sqrt() * *x);
    }
    caught(&check(&normal, &rows), "correlation, axis 0");
    let report = check(&normal, &rows);
    let along = report.test("correlation, axis 1").unwrap();
    assert_eq!(along.verdict(), Verdict::Passed);

    let law = Law::uniform(-1.0, 1.0).unwrap();
    passes(&check(&law, &uniform), &"uniform");
    caught(&check(&law, &uniform.mapv(|x| x * 1.1)), "support");
    caught(&check(&law, &uniform.mapv(|x| x * 0.9)), "distribution");
    let stuck = uniform.mapv(|x| if x > 0.97 { 1.0 } else { x });
    caught(&check(&law, &stuck), "bounds");
}

#[test]
fn what_is_wrong_is_found_by_the_test_for_it() {
    for_each_element!(power());
    // Few values, each of which is drawn again and again; 24 bits of f32 are no fault.
    let z: Array1<f64> = Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(key("ties"), 30_000)
        .unwrap();
    let law = Law::normal(0.0, 1.0).unwrap();
    caught(&law.check(&z.mapv(|x| (x * 1e5).round() / 1e5)), "ties");
    passes(&law.check(&z.mapv(|x| f64::from(x as f32))), &"widened");
}

/// Bounds as another library has them: rounded to the element type, to nearest.
#[test]
fn rounded_bounds_are_no_fault() {
    let law = Law::uniform(-0.05, 0.05).unwrap();
    let mut w: Array1<f32> = law.init_keyed(key("rounded"), 1000).unwrap();
    assert!(f64::from(0.05_f32) > 0.05);
    w[0] = 0.05;
    passes(&law.check(&w), &law);
    w[0] = 0.05_f32.next_up();
    caught(&law.check(&w), "support");
}

#[test]
fn few_values_have_answers() {
    let law = Law::normal(0.0, 1.0).unwrap();
    let none = law.check(&Array3::<f32>::zeros((0, 3, 4)));
    assert!(none.passed());
    for name in [
        "mean",
        "variance",
        "kurtosis",
        "distribution",
        "correlation, axis 1",
    ] {
        assert_eq!(
            none.test(name).unwrap().verdict(),
            Verdict::Unknown,
            "{name}"
        );
    }
    assert!(law.check(&arr0(0.3_f32)).passed());
    caught(&law.check(&arr0(7.0_f32)), "extremes");
    caught(&law.check(&arr0(f32::NAN)), "finite");
    // Overflow is no excuse.
    let huge = Law::centred_uniform(1.0)
        .unwrap()
        .check(&Array1::from_elem(3, 1e200_f64));
    for name in ["support", "mean", "variance", "kurtosis"] {
        caught(&huge, name);
    }
    // A matrix without rows.
    let none = Law::orthogonal(&Weight::new((0, 5)).unwrap(), 1.0).unwrap();
    passes(&none.check(&Array2::<f32>::zeros((0, 5))), &none);
    // One value has a chance, by hand: 2 Q(1.5) = 0.1336144.
    let report = law.check(&arr0(1.5_f64));
    let p = report.test("mean").unwrap().p_value().unwrap();
    assert!((p - 0.133_614_402_5).abs() < 1e-9);
    let law = Law::constant(0.5).unwrap();
    passes(&law.check(&Array1::from_elem(5, 0.5_f32)), &law);
    caught(&law.check(&Array1::from_vec(vec![0.5_f32, 0.51])), "values");
}

#[test]
fn what_is_not_known_is_not_passed() {
    let names = [
        "support",
        "mean",
        "variance",
        "kurtosis",
        "distribution",
        "atoms",
        "ties",
    ];
    let w: Array2<f32> = FromDistribution::new(StandardNormal)
        .init_keyed(key("not known"), (50, 50))
        .unwrap();
    let report = Law::distribution(StandardNormal).check(&w);
    assert!(report.passed());
    for name in names {
        assert_eq!(
            report.test(name).unwrap().verdict(),
            Verdict::Unknown,
            "{name}"
        );
    }
    // Stated moments are tested, by what holds for every law of that variance.
    let scheme = FromDistribution::new(StudentT::new(5.0).unwrap());
    let scheme = scheme.moments(0.0, 5.0 / 3.0).unwrap();
    let w: Array2<f32> = scheme.init_keyed(key("student"), (50, 50)).unwrap();
    passes(&scheme.check((50, 50), &w).unwrap(), &scheme);
    caught(
        &scheme.check((50, 50), &w.mapv(|x| x + 100.0)).unwrap(),
        "mean",
    );
}

/// The check of a law that is much narrower than the normal one from which it is cut is as strict.
#[test]
fn narrow_cuts_are_no_excuse() {
    for width in [1e-3, 1e-7, 1e-20] {
        let law = Law::truncated_normal(0.0, 1.0, -width, width).unwrap();
        let w: Array2<f64> = law.init_keyed(key("narrow"), (60, 50)).unwrap();
        passes(&law.check(&w), &law);
        caught(&law.check(&Array2::<f64>::zeros((60, 50))), "variance");
        caught(&law.check(&w.mapv(|x| 0.9 * x)), "variance");
        let w: Array2<f32> = law.init_keyed(key("narrow"), (60, 50)).unwrap();
        passes(&law.check(&w), &law);
        caught(&law.check(&w.mapv(|x| 0.9 * x)), "variance");
    }
}

#[test]
fn a_wrong_shape_is_an_error_of_the_scheme() {
    let w = Array2::<f32>::zeros((3, 4));
    crate::common::refused(
        HeNormal.check((4, 3), &w),
        "the weight or region has shape [4, 3], in a weight read as o i, but the array has shape [3, 4]: they must be equal; the \
         array is transposed: if it is stored as [in, out], read its shape with .read(\"i o\")",
    );
    crate::common::refused(
        HeNormal.check(12, &Array1::<f32>::zeros(12)),
        "a weight of shape [12] has no fan_in: a shape of fewer than two axes is a vector; state \
             its fans with .fans(fan_in, fan_out), say what its axes count with a reading, as \
             .read(\"o\"), or use a scheme without a fan (Zeros, Constant, Normal)",
    );
    let law = Law::constant(0.0).unwrap();
    for (significance, text) in [(0.0, "0"), (1.0, "1"), (f64::NAN, "NaN")] {
        crate::common::refused(
            law.check_at(&w, significance),
            &format!("significance is {text}, but it must be above 0 and below 1"),
        );
    }
}

#[test]
fn laws_that_belong_to_a_place() {
    let weight = Weight::new((6, 4, 3, 3)).unwrap();
    let dirac = Law::dirac(&weight, 1.0, Centre::Upper).unwrap();
    let mut w = ArrayD::<f32>::zeros(vec![6, 4, 3, 3]);
    for i in 0..4 {
        w[[i, i, 1, 1]] = 1.0;
    }
    passes(&dirac.check(&w), &dirac);
    w[[0, 0, 1, 1]] = 0.0;
    caught(&dirac.check(&w), "values");

    let dense = Weight::new((40, 300)).unwrap();
    let sparse = Law::sparse(&dense, 15, 0.1).unwrap();
    let mut w: Array2<f32> = sparse.init_keyed(key("sparse"), (40, 300)).unwrap();
    passes(&sparse.check(&w), &sparse);
    let zero = w.row(3).iter().position(|x| *x == 0.0).unwrap();
    w[[3, zero]] = 0.1;
    caught(&sparse.check(&w), "non-zeros");

    let weight = Weight::new((8, 6, 3)).unwrap();
    let icnr = Icnr::new(HeNormal, 4).unwrap();
    let mut w: Array3<f64> = icnr.init_keyed(key("icnr"), (8, 6, 3)).unwrap();
    passes(&icnr.check(&weight, &w).unwrap(), &icnr);
    w.swap([1, 0, 0], [5, 0, 0]);
    caught(&icnr.check(&weight, &w).unwrap(), "repetition");
    // What is repeated has a law too.
    let ones = Array3::<f64>::ones((8, 6, 3));
    let infinite = &ones * f64::INFINITY;
    let repeated: [(Box<dyn Scheme>, &str, &str); 4] = [
        (Box::new(Zeros), "values", "values"),
        (Box::new(Dirac), "values", "values"),
        (Box::new(Orthogonal), "orthogonality", "finite"),
        (
            Box::new(Sparse::new(3, 0.1).unwrap()),
            "non-zeros",
            "finite",
        ),
    ];
    for (scheme, wrong, overflow) in repeated {
        let icnr = Icnr::new(&*scheme, 4).unwrap();
        let w: Array3<f64> = icnr.init_keyed(key("icnr"), (8, 6, 3)).unwrap();
        passes(&icnr.check(&weight, &w).unwrap(), &icnr);
        caught(&icnr.check(&weight, &ones).unwrap(), wrong);
        caught(&icnr.check(&weight, &infinite).unwrap(), overflow);
    }
    // Outputs first, last and in groups.
    let layouts = [
        Weight::new(Conv::new([3]).inputs(6).outputs(16).groups(2)).unwrap(),
        Weight::new(Conv::new([3]).inputs(6).outputs(16).layout(Layout::HWIO)).unwrap(),
    ];
    for weight in layouts {
        for scheme in [&HeNormal as &dyn Scheme, &Orthogonal, &Dirac] {
            let icnr = Icnr::new(Icnr::new(scheme, 2).unwrap(), 2).unwrap();
            let w: ArrayD<f32> = icnr.init_keyed(key("nested"), &weight).unwrap();
            passes(&icnr.check(&weight, &w).unwrap(), &icnr);
        }
    }

    let delta = DeltaOrthogonal;
    let mut w: Array3<f64> = delta.init_keyed(key("delta"), (8, 6, 3)).unwrap();
    passes(&delta.check(&weight, &w).unwrap(), &delta);
    w[[3, 3, 1]] += 1e-3;
    caught(&delta.check(&weight, &w).unwrap(), "orthogonality");
    w[[3, 3, 0]] = 1e-3;
    caught(&delta.check(&weight, &w).unwrap(), "values");

    let forget = ForgetGateBias;
    let bias: Array1<f32> = forget.init_keyed(key("forget"), 12).unwrap();
    passes(&forget.check(12, &bias).unwrap(), &forget);

    let block = Law::gate(&Weight::vector(12), 1.0, 4, 1).unwrap();
    let mut bias = Array1::<f64>::zeros(12);
    bias.slice_mut(s![3..6]).fill(1.0);
    passes(&block.check(&bias), &block);
    caught(&block.check(&Array1::<f64>::ones(12)), "values");
}

#[test]
fn the_table() {
    let w = Array1::from_vec(vec![0.5_f32, 0.5, 1.0]);
    assert_eq!(
        Law::constant(0.5).unwrap().check(&w).to_string(),
        "FAILED: 3 values; constant 0.5\n\
         test       statistic       p-value  verdict\n\
         values             1             -  FAILED"
    );
    let report = HeNormal
        .check((8, 8), &Array2::<f32>::zeros((8, 8)))
        .unwrap();
    let table = report.to_string();
    assert_eq!(table.lines().count(), 2 + report.tests().len());
    let chances = report
        .tests()
        .iter()
        .filter(|test| test.p_value().is_some());
    assert_eq!(chances.count(), 14);
    assert!(table.starts_with(
        "FAILED: 64 values; normal, mean 0, variance 0.25; a p-value below 7.14286e-8 fails\n"
    ));
    assert!(report.significance() == 1e-6);
}

/// In a stack of two, the draws of one key twice.
#[test]
fn one_key_twice_is_found() {
    let w: Array2<f32> = HeNormal.init_keyed(key("twice"), (30, 40)).unwrap();
    let twice = ndarray::stack![NdAxis(0), w, w];
    let weight = [Axis::Batch(2), Axis::Output(30), Axis::Input(40)];
    let weight = weight.into_weight().unwrap();
    caught(
        &HeNormal.check(weight, &twice).unwrap(),
        "correlation, axis 0",
    );
}

/// The largest entry of Q Q' - gain^2 1 over all matrices, by gain^2.
fn defect(gain: f64, matrices: &[Array2<f64>]) -> f64 {
    let of = |q: &Array2<f64>| {
        let product = match q.nrows() <= q.ncols() {
            true => q.dot(&q.t()),
            false => q.t().dot(q),
        };
        let square = gain * gain;
        let entries = product.indexed_iter();
        entries.fold(0.0, |most: f64, ((i, j), x)| {
            let expected = if i == j { square } else { 0.0 };
            most.max((x - expected).abs() / square)
        })
    };
    matrices.iter().map(of).fold(0.0, f64::max)
}

/// The figure is that of matrices that are gathered by hand. The report sums products of `f32` values in
/// `f32`, a stretch at a time: terms that sum to at most 1 in size, rounded by 2^-24 of the sums that they
/// go into, of which 16 that are rounded the same way make 1e-6.
#[test]
fn the_defect_is_that_of_the_matrices() {
    let scheme = Orthogonal.gain(1.3).unwrap();
    let check = |weight: Weight, gather: &dyn Fn(&ArrayD<f64>) -> Vec<Array2<f64>>| {
        let w: ArrayD<f32> = scheme.init_keyed(key("defect"), &weight).unwrap();
        let report = scheme.check(&weight, &w).unwrap();
        let found = report.test("orthogonality").and_then(TestResult::statistic);
        let found = found.unwrap();
        let matrices = gather(&w.mapv(f64::from));
        assert_eq!(matrices.iter().map(Array2::len).sum::<usize>(), w.len());
        let expected = defect(1.3, &matrices);
        assert!((found - expected).abs() < 1e-6, "{found:e} {expected:e}");
        // As large as the values of f32 make it, and so no figure of another matrix.
        assert!((1e-8..1e-5).contains(&found), "{found:e}");
        // Control: two values that have changed places.
        let mut wrong = matrices;
        wrong[0].swap([0, 0], [0, 1]);
        assert!(defect(1.3, &wrong) > 10.0 * expected);
    };
    let matrix = |w: ArrayViewD<'_, f64>, shape: (usize, usize)| {
        let w = w.as_standard_layout().into_owned();
        w.into_shape_with_order(shape).unwrap()
    };
    check(Weight::new((300, 700)).unwrap(), &|w| {
        vec![matrix(w.view(), (300, 700))]
    });
    check(
        Weight::new(Conv::new([3, 3]).inputs(12).outputs(24).groups(4)).unwrap(),
        &|w| {
            let groups = w.axis_chunks_iter(NdAxis(0), 6);
            groups.map(|group| matrix(group, (6, 27))).collect()
        },
    );
    check(
        Weight::new(
            Conv::new([3, 3])
                .inputs(12)
                .outputs(24)
                .layout(Layout::HWIO),
        )
        .unwrap(),
        &|w| {
            let outputs_first = w.view().permuted_axes(vec![3, 0, 1, 2]);
            vec![matrix(outputs_first, (24, 108))]
        },
    );
    let each = |w: &ArrayD<f64>, axis: usize, transposed: bool| -> Vec<Array2<f64>> {
        let all = w.axis_iter(NdAxis(axis));
        all.map(|w| {
            let w = w.into_dimensionality().unwrap();
            if transposed {
                w.t().to_owned()
            } else {
                w.to_owned()
            }
        })
        .collect()
    };
    check(
        Weight::from_axes([Axis::Input(65), Axis::Batch(5), Axis::Output(40)]).unwrap(),
        &|w| each(w, 1, true),
    );
    check(
        Weight::from_axes([Axis::Batch(50), Axis::Input(70), Axis::Output(80)]).unwrap(),
        &|w| each(w, 0, true),
    );
}
