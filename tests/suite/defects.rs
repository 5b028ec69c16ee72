//! The defects that a survey of other libraries found: each is one test here.
//!
//! | defect | here | caught by |
//! |---|---|---|
//! | D1 truncation stuck at the bound (timm, PyTorch before 2026) | array, bf16 | `bounds`, `variance` |
//! | D2 constant of a complex truncated law (JAX) | array of one real part: no complex weights here | `variance` |
//! | D3 candidates that are all out of range (Keras) | array | `support` |
//! | D4 fans swapped by layout (burn) | array | `variance`, `support` |
//! | D5 gain 2 for ReLU; normal values in a uniform formula (Lux) | arrays | `variance`; `mean` and `support` |
//! | D6 one generator for all, rebuilt per call (WeightInitializers.jl) | array of two | `correlation, axis 0` |
//! | D7 bounds in other units (Flux) | array | `support` |
//! | D8, D9 complex variances (WeightInitializers.jl, PyTorch) | arrays of real parts: no complex weights here | `variance` |
//! | D10 a generator that is ignored (PyTorch, Flux) | calls: the key decides the zeros | |
//! | D11 receptive field as a sum; one axis panics; a pattern that does not clear (neuronika) | arrays and calls | `variance`, `values` |
//! | D12 size for fan; bounds mirrored about 0 (concision) | arrays | `variance`, `support` |
//! | D13 a root that is missing (zyx) | array | `variance` |
//! | D14 a wrong fan under a name; undefined behaviour (rust-autograd) | array; the crate forbids unsafe code | `variance` |
//! | D15 bias bounds without the kernel, or the groups (candle) | arrays | `support` |
//! | D16 a 0 that counts as unset (tf.js) | calls | |
//! | D17 fans of grouped and transposed convolutions (PyTorch, Keras) | arrays and calls | `variance` |
//! | D18 panics (burn) | calls | |
//! | D19 scales rounded to the element type (JAX) | array, bf16; call, f16 | `variance` |
//! | D20 an unknown mode (timm) | calls: there is no such value | |
//!
//! An array with the defect is caught by the test of the report that is named, and what this crate
//! draws in its place passes: both are asserted.

use crate::common::{caught, key, refused};
use fanin::{
    Axis, Centre, Constant, Conv, ConvTranspose, DepthwiseConv, Family, Fan, GlorotNormal,
    GlorotUniform, HeNormal, HeUniform, InitError, Initializer, IntoWeight, Key, Law, LeCunNormal,
    LeCunTruncatedNormal, LeCunUniform, Normal, Orthogonal, Scheme, TruncatedNormal, Uniform,
    VarianceScaling, Weight, Zeros,
};
use ndarray::{Array1, Array2, Array4, ArrayD, Axis as NdAxis, stack};
use rand::{SeedableRng, rngs::StdRng};

/// A draw of a scheme in `f32`, of which the scheme's own check says nothing bad.
#[track_caller]
fn right(scheme: &dyn Scheme, name: &str, weight: impl IntoWeight + Clone) -> ArrayD<f32> {
    let w = scheme
        .init_keyed::<f32, _>(key(name), weight.clone())
        .unwrap()
        .into_dyn();
    let report = scheme.check(weight, &w).unwrap();
    assert!(report.passed(), "{report}");
    w
}

/// A right draw, its values multiplied, and what its scheme's check says of it then.
#[track_caller]
fn caught_times(
    scheme: &dyn Scheme,
    name: &str,
    weight: impl IntoWeight + Clone,
    times: f64,
    by: &[&str],
) {
    let w = right(scheme, name, weight.clone()).mapv(|x| (f64::from(x) * times) as f32);
    let report = scheme.check(weight, &w).unwrap();
    for by in by {
        caught(&report, by);
    }
}

#[cfg(feature = "half")]
#[test]
fn d01_truncation_stuck_at_the_bound() {
    use half::bf16;
    let scheme = TruncatedNormal::from_parent(0.0, 0.02, -2.0, 2.0).unwrap();
    let mut w: Array2<bf16> = scheme.init_keyed(key("d01"), (500, 200)).unwrap();
    assert!(scheme.check((500, 200), &w).unwrap().passed());
    // 1,965 in a million.
    for x in w.iter_mut().step_by(509) {
        *x = bf16::from_f32(-2.0);
    }
    let report = scheme.check((500, 200), &w).unwrap();
    caught(&report, "bounds");
    caught(&report, "variance");
    // One in all of them is enough: it is 100 standard deviations out.
    let mut w: Array2<f32> = scheme.init_keyed(key("d01"), (500, 200)).unwrap();
    assert!(scheme.check((500, 200), &w).unwrap().passed());
    w[[7, 8]] = -2.0;
    caught(&scheme.check((500, 200), &w).unwrap(), "bounds");
}

#[test]
fn d02_constant_of_a_complex_truncated_law() {
    let times = 1.01874_f64.sqrt();
    let shape = (1024, 512);
    caught_times(&LeCunTruncatedNormal, "d02", shape, times, &["variance"]);
}

#[test]
fn d03_candidates_that_are_all_out_of_range() {
    let scheme = TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0).unwrap();
    let mut w = right(&scheme, "d03", (500, 500));
    // 170 in 4e7 would be one here.
    w[[17, 18]] = 3.99;
    let report = scheme.check((500, 500), &w).unwrap();
    caught(&report, "support");
    assert_eq!(report.test("support").unwrap().statistic(), Some(1.0));
}

#[test]
fn d04_fans_swapped() {
    // 100 inputs, 2,500 outputs, in the layout [in, out].
    let weight = [Axis::Input(100), Axis::Output(2500)];
    let plain = right(&LeCunUniform, "d04", (100, 2500));
    let report = LeCunUniform.check(weight, &plain).unwrap();
    caught(&report, "variance");
    caught(&report, "distribution");
    right(&LeCunUniform, "d04", weight);
    // And the other way the values are too large.
    let weight = [Axis::Input(2500), Axis::Output(100)];
    let plain = right(&LeCunUniform, "d04", (2500, 100));
    caught(&LeCunUniform.check(weight, &plain).unwrap(), "support");
}

#[test]
fn d05_gain_of_relu() {
    let times = 2_f64.sqrt();
    caught_times(&HeNormal, "d05", (64, 64), times, &["variance"]);
    caught_times(&HeUniform, "d05", (64, 64), times, &["variance", "support"]);
}

#[test]
fn d05b_normal_values_in_a_uniform_formula() {
    let b = 0.1;
    let scheme = Uniform::new(-b, b).unwrap();
    right(&scheme, "d05b", (50, 50));
    // 2 b z - b where 2 b u - b was meant.
    let w = right(&Normal::new(-b, 2.0 * b).unwrap(), "d05b", (50, 50));
    let report = scheme.check((50, 50), &w).unwrap();
    for by in ["support", "mean", "variance", "distribution"] {
        caught(&report, by);
    }
}

#[test]
fn d06_one_generator_rebuilt_per_call() {
    let init = |rng: &mut StdRng| -> Array2<f32> { HeNormal.init(rng, (30, 30)).unwrap() };
    let weight = [Axis::Batch(2), Axis::Output(30), Axis::Input(30)];
    let mut rng = StdRng::seed_from_u64(1234);
    let two = stack![NdAxis(0), init(&mut rng), init(&mut rng)];
    assert!(HeNormal.check(weight, &two).unwrap().passed());
    let rebuilt = || init(&mut StdRng::seed_from_u64(1234));
    let twice = stack![NdAxis(0), rebuilt(), rebuilt()];
    caught(
        &HeNormal.check(weight, &twice).unwrap(),
        "correlation, axis 0",
    );
}

#[test]
fn d07_bounds_in_other_units() {
    right(&LeCunTruncatedNormal, "d07", (200, 100));
    // Bounds of +-2 where 2 standard deviations were meant: not cut at all, std as stated.
    let std = 0.1;
    let uncut = TruncatedNormal::from_parent(0.0, std, -2.0, 2.0).unwrap();
    let w = right(&uncut, "d07", (200, 100));
    let report = LeCunTruncatedNormal.check((200, 100), &w).unwrap();
    caught(&report, "support");
    caught(&report, "kurtosis");
    // With one input the bounds do cut, and the deviation is 0.88 of what it should be.
    let cut = TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0).unwrap();
    let w = right(&cut, "d07", (10_000, 1));
    caught(
        &LeCunTruncatedNormal.check((10_000, 1), &w).unwrap(),
        "variance",
    );
}

/// The real parts of a complex weight with E |w|^2 = 2 / fan_in have half of that; they got all of
/// it twice over.
#[test]
fn d08_complex_normal_values_four_times_as_large() {
    caught_times(
        &LeCunNormal,
        "d08",
        (64, 64),
        2.0,
        &["variance", "extremes"],
    );
}

#[test]
fn d09_complex_uniform_values_twice_as_large() {
    caught_times(
        &LeCunUniform,
        "d09",
        (64, 64),
        2_f64.sqrt(),
        &["variance", "support"],
    );
}

#[test]
fn d10_zeros_follow_the_key() {
    let weight = Weight::new((40, 60)).unwrap();
    let law = Law::sparse(&weight, 20, 0.1).unwrap();
    let scheme = law.clone();
    let draw = |seed| -> Array2<f32> {
        scheme
            .init(&mut StdRng::seed_from_u64(seed), (40, 60))
            .unwrap()
    };
    assert_eq!(draw(1), draw(1));
    let zeros = |seed| draw(seed).mapv(|x| x == 0.0);
    assert_ne!(zeros(1), zeros(2));
    assert!(law.check(&draw(1)).passed());
}

#[test]
fn d11_receptive_field_as_a_sum() {
    let weight = (64, 32, 3, 3);
    // 6 places where there are 9.
    let times = (9.0_f64 / 6.0).sqrt();
    caught_times(&HeNormal, "d11", weight, times, &["variance"]);
    // One axis is an error.
    let one = HeNormal.init_keyed::<f32, _>(key("d11"), 5);
    assert!(matches!(one, Err(InitError::NoFan { .. })));
    // A pattern is written over what was there.
    let weight = Weight::new((4, 4, 3, 3)).unwrap();
    let dirac = Law::dirac(&weight, 1.0, Centre::Upper).unwrap();
    let mut w = Array4::from_elem((4, 4, 3, 3), 7.0_f32);
    w[[0, 0, 1, 1]] = 1.0;
    caught(&dirac.check(&w), "values");
    dirac.fill_keyed(key("d11"), &mut w).unwrap();
    assert!(dirac.check(&w).passed());
}

#[test]
fn d12_size_for_fan() {
    // 1 / 2,000 in place of 1 / 50.
    let times = (50.0_f64 / 2_000.0).sqrt();
    caught_times(&LeCunNormal, "d12", (40, 50), times, &["variance"]);
    // The deviation of the parent for that of what is left of it.
    let times = 0.879_625_661_034_239_8;
    caught_times(
        &LeCunTruncatedNormal,
        "d12",
        (200, 200),
        times,
        &["variance"],
    );
    // Bounds of mean +- 2 std, mirrored about 0: of mean 1, the lower bound becomes -1.2.
    let scheme = TruncatedNormal::from_parent(1.0, 0.1, 0.8, 1.2).unwrap();
    let mirrored = TruncatedNormal::from_parent(1.0, 0.1, -1.2, 1.2).unwrap();
    right(&scheme, "d12", (20, 20));
    let w = right(&mirrored, "d12", (40, 40));
    caught(&scheme.check((40, 40), &w).unwrap(), "support");
    // Glorot's fans without the kernel.
    caught_times(&GlorotNormal, "d12", (16, 16, 3, 3), 3.0, &["variance"]);
}

#[test]
fn d13_a_root_that_is_missing() {
    // sqrt(6) / fan in place of sqrt(6 / fan).
    let times = 1.0 / 784_f64.sqrt();
    caught_times(
        &HeUniform,
        "d13",
        (10, 784),
        times,
        &["variance", "distribution"],
    );
}

#[test]
fn d14_a_wrong_fan_under_a_name() {
    // sqrt(1 / shape[0]) and sqrt(6 / shape[0]) under the name of Glorot.
    let (outputs, inputs) = (100.0_f64, 40.0_f64);
    let times = ((outputs + inputs) / (2.0 * outputs)).sqrt();
    caught_times(&GlorotNormal, "d14", (100, 40), times, &["variance"]);
    let times = ((outputs + inputs) / outputs).sqrt();
    caught_times(
        &GlorotUniform,
        "d14",
        (100, 40),
        times,
        &["variance", "support"],
    );
}

#[test]
fn d15_bias_bounds_without_the_kernel() {
    // 32 input channels through 3 x 3 places; variance 1 / (3 fan_in) is the bound 1 / sqrt(fan_in).
    let scheme = VarianceScaling::new(1.0 / 3.0, Fan::In, Family::Uniform).unwrap();
    let bias = (64,).fans(32 * 9, 64 * 9);
    caught_times(&scheme, "d15", bias, 3.0, &["variance", "support"]);
    // A transposed convolution in 4 groups.
    let grouped = ConvTranspose::new([3, 3]).inputs(32).outputs(64).groups(4);
    caught_times(&scheme, "d15", grouped, 2.0, &["variance", "support"]);
}

#[test]
fn d16_zero_is_a_number() {
    let draw = |seed| -> Array1<f32> {
        let scheme = Normal::new(0.0, 1.0).unwrap();
        scheme.init_keyed(Key::from_seed(seed), 10).unwrap()
    };
    assert_eq!(draw(0), draw(0));
    assert_ne!(draw(0), draw(1));
    let above = right(&Uniform::new(0.0, 0.05).unwrap(), "d16", 1000);
    assert!(above.iter().all(|&x| (0.0..=0.05).contains(&x)));
    assert_eq!(
        right(&Constant::new(0.5).unwrap(), "d16", 3),
        ndarray::arr1(&[0.5; 3]).into_dyn()
    );
    right(&Orthogonal, "d16", (20, 20));
}

#[test]
fn d17_fans_of_grouped_and_transposed_convolutions() {
    let backward = VarianceScaling::new(2.0, Fan::Out, Family::Normal).unwrap();
    // fan_out that counts the outputs of all four groups.
    let grouped = Conv::new([3, 3]).inputs(32).outputs(64).groups(4);
    let weight = Weight::new(grouped).unwrap();
    assert_eq!((weight.fan_in(), weight.fan_out()), (Ok(72.0), Ok(144.0)));
    caught_times(&backward, "d17", grouped, 0.5, &["variance"]);
    // Inputs and outputs of a transposed convolution swapped.
    let transposed = ConvTranspose::new([3, 3]).inputs(64).outputs(128);
    let weight = Weight::new(transposed).unwrap();
    assert_eq!(weight.fan_in(), Ok(64.0 * 9.0));
    let times = 0.5_f64.sqrt();
    caught_times(&LeCunUniform, "d17", transposed, times, &["variance"]);
    // The fans of a depthwise kernel add up to 18.
    let depthwise = DepthwiseConv::new([3, 3]).channels(64).multiplier(1);
    let weight = Weight::new(depthwise).unwrap();
    assert_eq!((weight.fan_in(), weight.fan_out()), (Ok(9.0), Ok(9.0)));
    let times = (18.0_f64 / 590.0).sqrt();
    caught_times(&GlorotUniform, "d17", depthwise, times, &["variance"]);
}

#[test]
fn d18_values_or_errors_in_place_of_panics() {
    right(
        &GlorotUniform,
        "d18",
        ConvTranspose::new([3]).inputs(4).outputs(8),
    );
    right(&GlorotNormal, "d18", (64,).fans(32, 64));
    refused(
        Orthogonal.init_keyed::<f32, _>(key("d18"), 64),
        "an orthogonal law needs an axis of outputs and one of inputs, which a weight of shape \
         [64], read as _, lacks; a plain shape is read as [out, in, kernel...]; name the axes with a reading, as .read(\"i o\")",
    );
    let silent = VarianceScaling::from_gain(0.0, Fan::Average, Family::Uniform).unwrap();
    assert_eq!(right(&silent, "d18", (3, 4)), right(&Zeros, "d18", (3, 4)));
    right(&Orthogonal, "d18", (0, 5));
    right(&HeNormal, "d18", (4, 0));
}

#[cfg(feature = "half")]
#[test]
fn d19_scales_rounded_to_the_element_type() {
    use half::{bf16, f16};
    let w: Array2<bf16> = LeCunNormal.init_keyed(key("d19"), (512, 1000)).unwrap();
    assert!(LeCunNormal.check((512, 1000), &w).unwrap().passed());
    let low = w.mapv(|x| bf16::from_f64(x.to_f64() * 0.9925));
    caught(&LeCunNormal.check((512, 1000), &low).unwrap(), "variance");
    // A variance of 2^-26 is 0 in f16; its root is a number.
    let inputs = 1 << 26;
    let w: Array2<f16> = LeCunNormal
        .filler(key("d19"), (1, inputs))
        .unwrap()
        .region((.., ..1000))
        .unwrap();
    assert!(
        LeCunNormal
            .law(&Weight::new((1, inputs)).unwrap())
            .unwrap()
            .check(&w)
            .passed()
    );
    assert!(w.iter().any(|&x| x != f16::ZERO));
}

#[test]
fn d20_every_mode_has_a_fan() {
    for fan in [Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage] {
        for family in [Family::Normal, Family::Uniform, Family::TruncatedNormal] {
            right(
                &VarianceScaling::new(1.0, fan, family).unwrap(),
                "d20",
                (30, 40),
            );
        }
    }
}
