//! Bad input is a typed error, whose text is asserted here in full, and leaves no trace.

use std::ops::Range;

use crate::common::{Counting, draws_nothing, key, refused};
use fanin::{
    Axis, Constant, Family, Fan, Flat, GlorotNormal, HeNormal, InitError, Initializer, IntoRegion,
    IntoWeight, Law, LeCunNormal, Normal, Ones, Region, Scaled, Scheme, TruncatedNormal, Uniform,
    VarianceScaling, Weight, XavierNormal, Zeros,
};
use ndarray::{Array, Array2, Dimension, Ix1, Ix2};

#[test]
fn a_shape_without_a_fan() {
    let text = |shape: &str, fan: &str| {
        format!(
            "a weight of shape {shape} has no {fan}: a shape of fewer than two axes is a vector; state \
             its fans with .fans(fan_in, fan_out), say what its axes count with a reading, as \
             .read(\"o\"), or use a scheme without a fan (Zeros, Constant, Normal)"
        )
    };
    let fan_out = VarianceScaling::new(1.0, Fan::Out, Family::Normal).unwrap();
    for scheme in [
        &HeNormal as &dyn Scheme,
        &LeCunNormal,
        &XavierNormal,
        &GlorotNormal,
    ] {
        draws_nothing::<f32>(scheme, 5, &text("[5]", "fan_in"));
        draws_nothing::<f64>(scheme, (), &text("[]", "fan_in"));
    }
    draws_nothing::<f32>(&fan_out, 5, &text("[5]", "fan_out"));
    let outputs = [Axis::Output(2), Axis::Kernel(3)];
    let text = |reading: &str, fan: &str, axes: &str| {
        format!(
            "a weight of shape [2, 3], read as {reading}, has no {fan}: no axis is {axes}; state its \
             fans with .fans(fan_in, fan_out), read it differently, or use a scheme without a fan \
             (Zeros, Constant, Normal)"
        )
    };
    draws_nothing::<f32>(&HeNormal, outputs, &text("o k", "fan_in", "i (inputs)"));
    let inputs = [Axis::Input(2), Axis::Kernel(3)];
    draws_nothing::<f32>(
        &GlorotNormal,
        inputs,
        &text("i k", "fan_out", "o (outputs)"),
    );
}

#[test]
fn a_fan_stated_as_0() {
    let fan_in = "fan_in of a weight of shape [2, 3], read as o i, is 0, but it must be at least 1";
    let fan_out =
        "fan_out of a weight of shape [2, 3], read as o i, is 0, but it must be at least 1";
    draws_nothing::<f32>(&HeNormal, (2, 3).fans(0, 5), fan_in);
    draws_nothing::<f32>(&GlorotNormal, (2, 3).fans(5, 0), fan_out);
    // A scheme asks for no more than it needs.
    assert!(
        HeNormal
            .init_keyed::<f32, _>(key("error"), (2, 3).fans(5, 0))
            .is_ok()
    );
    assert!(
        Zeros
            .init_keyed::<f32, _>(key("error"), (2, 3).fans(0, 0))
            .is_ok()
    );
}

#[test]
fn an_array_of_another_shape() {
    let mut array = Array2::<f32>::from_elem((2, 3), 7.0);
    let mut text_for = |weight: Weight, text| {
        refused(
            HeNormal
                .filler(key("error"), &weight)
                .and_then(|filler| filler.fill(&mut array)),
            text,
        );
    };
    text_for(
        Weight::new((3, 2)).unwrap(),
        "the weight or region has shape [3, 2], in a weight read as o i, but the array has shape [2, 3]: they must be equal; the \
         array is transposed: if it is stored as [in, out], read its shape with .read(\"i o\")",
    );
    text_for(
        Weight::new((2, 3, 1)).unwrap(),
        "the weight or region has shape [2, 3, 1], in a weight read as o i k, but the array has shape [2, 3]: they must be equal",
    );
    text_for(
        Weight::vector(6).fans(1, 1),
        "the weight or region has shape [6], in a weight read as _, but the array has shape [2, 3]: they must be equal",
    );
    assert!(array.iter().all(|&value| value == 7.0));
}

/// A conversion of the user's own that says one axis and returns two.
#[test]
fn a_weight_of_another_number_of_axes_than_its_type() {
    #[derive(Clone)]
    struct Liar;
    impl IntoWeight for Liar {
        type Dim = Ix1;
        fn into_weight(self) -> Result<Weight, InitError> {
            Weight::new((2, 3))
        }
    }
    let result: Result<Array<f32, Ix1>, _> = HeNormal.init_keyed(key("error"), Liar);
    refused(
        result,
        "an array of 1 axes cannot hold a weight of shape [2, 3]",
    );
}

#[test]
fn a_shape_that_is_too_large() {
    let max = usize::MAX;
    let elements = "a weight has fewer than 2^64 elements";
    let bytes = "an array of it takes more than isize::MAX bytes";
    let text = |shape: &[usize], why| format!("shape {shape:?} is too large: {why}");
    let too_large = |shape: &[usize], why| {
        for scheme in [&HeNormal as &dyn Scheme, &Zeros] {
            let mut rng = Counting::new();
            refused(scheme.init::<f32, _, _>(&mut rng, shape), &text(shape, why));
            assert_eq!(rng.bytes, 0);
        }
    };
    // With lengths of 32 bits, these can be counted.
    let product = if usize::BITS == 64 { elements } else { bytes };
    too_large(&[max, max], product);
    too_large(&[max, max, max, 0], elements);
    too_large(&[0, max, max], product);
    too_large(&[0, max], bytes);
    too_large(&[max, 1], bytes);
    let half = usize::BITS / 2;
    too_large(&[1 << half, 1 << (half - 2), 2], bytes);
    // isize::MAX bytes and one more: no array can have them, though a weight can.
    too_large(&[max / 8 + 1, 1], bytes);
    assert_eq!(
        Weight::new((max / 8 + 1, 1)).unwrap().len(),
        max as u64 / 8 + 1
    );
    // Bytes that can be counted, and no machine has.
    #[cfg(target_pointer_width = "64")]
    too_large(
        &[1 << 45, 1],
        "there is no room for an array of it, of 140737488355328 bytes",
    );
    let axes = [Axis::Output(max), Axis::Input(max), Axis::Kernel(max)];
    refused(Weight::from_axes(axes), &text(&[max; 3], elements));
}

#[test]
fn parameters_outside_their_domain() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let family = |variance| VarianceScaling::new(variance, Fan::In, Family::Normal);
    refused(Constant::new(nan), "value is NaN, but it must be finite");
    refused(Constant::new(inf), "value is inf, but it must be finite");
    refused(Law::constant(-inf), "value is -inf, but it must be finite");
    refused(Normal::new(nan, 1.0), "mean is NaN, but it must be finite");
    refused(Normal::new(inf, 1.0), "mean is inf, but it must be finite");
    refused(
        Law::normal(-inf, 1.0),
        "mean is -inf, but it must be finite",
    );
    for (given, shown) in [(-1.0, "-1"), (-1e-9, "-1e-9"), (nan, "NaN"), (inf, "inf")] {
        let text = |name| format!("{name} is {shown}, but it must be finite and at least 0");
        refused(Normal::new(0.0, given), &text("standard deviation"));
        refused(family(given), &text("variance"));
        refused(Law::normal(0.0, given), &text("variance"));
        refused(Scaled::new(HeNormal, given), &text("variance factor"));
        refused(HeNormal.scaled(given), &text("variance factor"));
        refused(Ones.scaled(given), &text("variance factor"));
        refused(
            Law::constant(1.0).unwrap().scaled(given),
            &text("variance factor"),
        );
    }
    refused(
        Uniform::new(f64::NAN, 1.0),
        "low is NaN, but it must be finite",
    );
    refused(
        Uniform::new(0.0, f64::INFINITY),
        "high is inf, but it must be finite",
    );
    refused(
        Uniform::new(2.0, 1.0),
        "high is 1, but it must be at least the lower bound",
    );
    refused(
        Law::uniform(2.0, 1.0),
        "high is 1, but it must be at least the lower bound",
    );
    refused(
        Law::centred_uniform(-1.0),
        "variance is -1, but it must be finite and at least 0",
    );
    // A variance without an exact root, and one that overflows on the way.
    let rule = "but it must be a normal number of f64 (2.3e-308 to 1.8e308)";
    let subnormal = format!("variance is 1e-310, {rule}");
    refused(Law::normal(0.0, 1e-310), &subnormal);
    refused(Law::centred_truncated_normal(1e-310, 2.0), &subnormal);
    for std in [1e-200, 1e200] {
        let square = "from 1.5e-154 to 1.3e154, so that its square is a normal number";
        let text = format!("standard deviation is {std:?}, but it must be {square}");
        refused(Normal::new(0.0, std), &text);
    }
    let factors = format!("product of variance factors is inf, {rule}");
    let twice = HeNormal.scaled(1e200).unwrap().scaled(1e200).unwrap();
    draws_nothing::<f64>(&twice, (2, 2), &factors);
}

#[test]
fn a_region_that_is_not_in_the_weight() {
    #[track_caller]
    fn outside<R: IntoRegion<Dim = D> + Clone, D: Dimension>(region: R, text: &str) {
        let result = HeNormal
            .filler(key("error"), (3, 4))
            .and_then(|filler| filler.region::<f32, _>(region.clone()));
        refused(result, text);
        let mut array = Array2::<f32>::from_elem((3, 4), 7.0);
        let mut view = array.view_mut();
        refused(
            HeNormal
                .filler(key("error"), (3, 4))
                .and_then(|filler| filler.fill_region(region, &mut view)),
            text,
        );
        assert!(array.iter().all(|&value| value == 7.0));
    }
    let all = ..;
    outside(
        (1..4, all),
        "the range 1..4 does not fit axis 0 of shape [3, 4]: it must not end before it begins, \
         nor beyond the axis",
    );
    outside(
        (all, Range { start: 3, end: 1 }),
        "the range 3..1 does not fit axis 1 of shape [3, 4]: it must not end before it begins, \
         nor beyond the axis",
    );
    outside(
        [5.., 0..],
        "the range 5..3 does not fit axis 0 of shape [3, 4]: it must not end before it begins, \
         nor beyond the axis",
    );
    outside(
        Flat(5..13),
        "the range 5..13 does not fit axis 0 of shape [12]: it must not end before it begins, \
         nor beyond the axis",
    );
    outside(
        (all, all, all),
        "the number of ranges is 3, but that of the axes of shape [3, 4] is 2: give one range per \
         axis (.. takes all of it), or Flat(range)",
    );
    let mut array = Array2::<f32>::from_elem((3, 4), 7.0);
    refused(
        HeNormal
            .filler(key("error"), (3, 4))
            .and_then(|filler| filler.fill_region((0..2, all), &mut array)),
        "the weight or region has shape [2, 4], in a weight read as o i, but the array has shape [3, 4]: they must be equal",
    );
    assert!(array.iter().all(|&value| value == 7.0));
}

#[test]
fn truncations_that_are_none() {
    let order = "below high; the bounds are the last two arguments, the lower first";
    for (low, high) in [(2.0, 1.0), (1.0, 1.0)] {
        let text = format!("low is {low}, but it must be {order}");
        refused(TruncatedNormal::from_parent(0.0, 1.0, low, high), &text);
        refused(TruncatedNormal::from_std(0.0, 0.02, low, high), &text);
    }
    refused(
        TruncatedNormal::from_parent(0.0, 1.0, f64::NAN, 2.0),
        "low is NaN, but it must be a number",
    );
    refused(
        TruncatedNormal::from_parent(-1e10, 1e5, 0.0, 1.0),
        "high - low is 1, but it must be at least 2.3e-10 of the distance of the nearer bound from \
         the mean",
    );
    refused(
        TruncatedNormal::from_parent(0.0, -1.0, -2.0, 2.0),
        "standard deviation is -1, but it must be finite and at least 0",
    );
    refused(
        TruncatedNormal::from_parent(0.0, 0.0, -2.0, 2.0),
        "standard deviation of the parent is 0, but it must be above 0: without a spread it is a \
         Constant",
    );
    refused(
        TruncatedNormal::from_std(0.0, 0.0, -2.0, 2.0),
        "standard deviation is 0, but it must be above 0: without a spread it is a Constant",
    );
    refused(
        Normal::new(0.02, 0.0),
        "standard deviation is 0, but it must be above 0: without a spread it is a Constant; the \
         arguments are the mean and the standard deviation, in this order",
    );
    // Wider than the uniform law between the bounds.
    refused(
        TruncatedNormal::from_std(0.0, 0.6, -1.0, 1.0),
        "standard deviation after truncation is 0.6, but it must be positive and below \
         (high - low) / sqrt(12), that of a uniform law between the bounds",
    );
    refused(
        Law::centred_truncated_normal(1.0, 0.0),
        "cut is 0, but it must be from 1e-30 on, in standard deviations",
    );
}

/// A region that was made for another weight, by an `IntoRegion` of the caller's.
#[test]
fn a_region_of_another_weight() {
    struct Elsewhere;

    impl IntoRegion for Elsewhere {
        type Dim = Ix2;

        fn into_region(self, _: &Weight) -> Result<Region, InitError> {
            (90..95, ..).into_region(&Weight::new((100, 100))?)
        }
    }

    let result = HeNormal
        .filler(key("error"), (2, 3))
        .and_then(|filler| filler.region::<f32, _>(Elsewhere));
    refused(
        result,
        "the region lies in a weight of shape [100, 100], but the weight has shape [2, 3] or is read differently; make the region of this weight",
    );
}
