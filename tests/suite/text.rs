//! What is printed: `Debug` as the call that made the value, laws and descriptions in words.

use std::sync::Arc;

use fanin::{
    Axis, Constant, Family, Fan, Flat, FromDistribution, GlorotNormal, HeNormal, Initializer,
    IntoWeight, Law, LeCunNormal, Normal, Ones, Scheme, Uniform, VarianceScaling, Weight,
    XavierNormal, Zeros,
};
use rand_distr::StandardUniform;

/// Every value prints as the expression that is written here.
macro_rules! prints {
    ($($value:expr => $text:literal;)*) => {$(
        assert_eq!(format!("{:?}", $value), $text);
    )*};
}

#[test]
fn schemes_print_as_the_call_that_made_them() {
    let dynamic: &dyn Scheme = &HeNormal;
    let boxed: Box<dyn Scheme> = Box::new(HeNormal.scaled(2.0).unwrap());
    let shared: Arc<dyn Scheme> = Arc::new(Zeros);
    let uniform = || FromDistribution::new(StandardUniform);
    prints! {
        LeCunNormal => "LeCunNormal";
        HeNormal => "HeNormal";
        XavierNormal => "XavierNormal";
        GlorotNormal => "GlorotNormal";
        Zeros => "Zeros";
        Ones => "Ones";
        Constant::new(0.1).unwrap() => "Constant::new(0.1)";
        Constant::new(-2.0).unwrap() => "Constant::new(-2.0)";
        Normal::new(0.0, 0.02).unwrap() => "Normal::new(0.0, 0.02)";
        VarianceScaling::new(2.0, Fan::In, Family::Normal).unwrap()
            => "VarianceScaling::new(2.0, Fan::In, Family::Normal)";
        VarianceScaling::new(0.5, Fan::GeometricAverage, Family::Normal).unwrap()
            => "VarianceScaling::new(0.5, Fan::GeometricAverage, Family::Normal)";
        VarianceScaling::new(6.0, Fan::Out, Family::Uniform).unwrap()
            => "VarianceScaling::new(6.0, Fan::Out, Family::Uniform)";
        Uniform::new(-0.05, 0.05).unwrap() => "Uniform::new(-0.05, 0.05)";
        GlorotNormal.variance_scaling()
            => "VarianceScaling::new(1.0, Fan::Average, Family::Normal)";
        HeNormal.scaled(0.5).unwrap() => "HeNormal.scaled(0.5)";
        HeNormal.scaled(0.5).unwrap().scaled(3.0).unwrap() => "HeNormal.scaled(0.5).scaled(3.0)";
        HeNormal.scaled(-0.0).unwrap() => "HeNormal.scaled(0.0)";
        dynamic => "HeNormal";
        dynamic.scaled(1e-3).unwrap() => "HeNormal.scaled(0.001)";
        boxed => "HeNormal.scaled(2.0)";
        shared => "Zeros";
        uniform() => "FromDistribution::new(StandardUniform)";
        uniform().moments(0.5, 0.25).unwrap()
            => "FromDistribution::new(StandardUniform).moments(0.5, 0.25)";
        uniform().support(0.0, 1.0).unwrap().kurtosis(1.8).unwrap()
            => "FromDistribution::new(StandardUniform).kurtosis(1.8).support(0.0, 1.0)";
    }
}

#[test]
fn what_a_scheme_is_made_of_prints() {
    prints! {
        [Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage]
            => "[In, Out, Average, GeometricAverage]";
        [Family::Normal, Family::Uniform] => "[Normal, Uniform]";
        Flat(2..5) => "Flat(2..5)";
        Axis::Output(3) => "Output(3)";
        [Axis::Input(3), Axis::Kernel(2), Axis::Batch(1)] => "[Input(3), Kernel(2), Batch(1)]";
        (3, 4).fans(5, 6) => "(3, 4).fans(5, 6)";
        Weight::new((4, 3, 2)).unwrap()
            => "Weight([4, 3, 2] as o i k: fan_in 6, fan_out 8)";
        Weight::vector(4)
            => "Weight([4] as _: no fan_in, no fan_out)";
    }
}

#[test]
fn laws_print_as_the_call_that_makes_them() {
    let normal = |mean, variance| Law::normal(mean, variance).unwrap();
    let constant = |value| Law::constant(value).unwrap();
    prints! {
        normal(0.0, 0.25) => "Law::normal(0.0, 0.25)";
        normal(1.0, 0.25).scaled(4.0).unwrap() => "Law::normal(2.0, 1.0)";
        normal(1.0, 0.0) => "Law::constant(1.0)";
        normal(1.0, 1.0).scaled(0.0).unwrap() => "Law::constant(0.0)";
        Law::uniform(-1.0, 3.0).unwrap() => "Law::uniform(-1.0, 3.0)";
        Law::uniform(-1.0, 3.0).unwrap().scaled(4.0).unwrap() => "Law::uniform(-2.0, 6.0)";
        Law::centred_uniform(3.0).unwrap() => "Law::uniform(-3.0, 3.0)";
        constant(3.0) => "Law::constant(3.0)";
        constant(3.0).scaled(4.0).unwrap() => "Law::constant(6.0)";
        Law::distribution(StandardUniform) => "FromDistribution::new(StandardUniform)";
        Law::distribution(StandardUniform).scaled(0.5).unwrap()
            => "FromDistribution::new(StandardUniform).scaled(0.5)";
    }
}

/// In words, with numbers to six digits.
#[test]
fn laws_display_in_words() {
    let says = |law: Law, text: &str| assert_eq!(law.to_string(), text);
    let uniform = FromDistribution::new(StandardUniform);
    let moments = uniform.clone().moments(0.5, 1.0 / 12.0).unwrap();
    let weight = Weight::new((256, 784)).unwrap();
    let law = |scheme: &dyn Scheme| scheme.law(&weight).unwrap();
    says(law(&HeNormal), "normal, mean 0, variance 0.00255102");
    says(
        law(&Normal::new(-1.0, 1e-3).unwrap()),
        "normal, mean -1, variance 1e-6",
    );
    says(law(&Constant::new(0.5).unwrap()), "constant 0.5");
    says(
        law(&Uniform::new(-1.0, 2.0).unwrap()),
        "uniform, mean 0.5, variance 0.75",
    );
    says(law(&Zeros), "constant 0");
    says(law(&Constant::new(1.0 / 3.0).unwrap()), "constant 0.333333");
    says(law(&HeNormal.scaled(0.0).unwrap()), "constant 0");
    says(law(&uniform), "FromDistribution::new(StandardUniform)");
    says(
        law(&moments.scaled(0.25).unwrap()),
        "FromDistribution::new(StandardUniform).moments(0.5, 0.08333333333333333)\
         .scaled(0.25), mean 0.25, variance 0.0208333",
    );
}

#[test]
fn descriptions_display_on_one_line() {
    #[track_caller]
    fn says(scheme: &dyn Scheme, weight: impl IntoWeight, text: &str) {
        assert_eq!(scheme.describe(weight).unwrap().to_string(), text);
    }
    says(
        &HeNormal,
        (256, 784),
        "HeNormal for [256, 784] as o i: fan_in 784, fan_out 256; \
         normal, mean 0, variance 0.00255102; std 0.0505076",
    );
    says(
        &GlorotNormal.scaled(2.0).unwrap(),
        [
            Axis::Kernel(3),
            Axis::Kernel(3),
            Axis::Input(32),
            Axis::Output(64),
        ],
        "GlorotNormal.scaled(2.0) for [3, 3, 32, 64] as k k i o: fan_in 288, fan_out 576; \
         normal, mean 0, variance 0.00462963; std 0.0680414",
    );
    says(
        &Zeros,
        10,
        "Zeros for [10] as _: fan_in none, fan_out none; constant 0; std 0",
    );
    says(
        &HeNormal,
        Weight::vector(10).fans(1_000_000, 1),
        "HeNormal for [10] as _: fan_in 1000000, fan_out 1; normal, mean 0, variance 2e-6; \
         std 0.00141421",
    );
    says(
        &FromDistribution::new(StandardUniform),
        (2, 2),
        "FromDistribution::new(StandardUniform) for [2, 2] as o i: fan_in 2, fan_out 2; \
         FromDistribution::new(StandardUniform); std unknown",
    );
    // The scheme is not called where there is nothing to draw.
    says(
        &HeNormal,
        (5, 0),
        "HeNormal for [5, 0] as o i: fan_in 0, fan_out 5; constant 0; std 0",
    );
    // No array of it could be made, but a region of it can.
    says(
        &HeNormal,
        (2_000_000_000, 1_000_000_000),
        "HeNormal for [2000000000, 1000000000] as o i: fan_in 1000000000, fan_out 2000000000; \
         normal, mean 0, variance 2e-9; std 0.0000447214",
    );
}

#[test]
fn descriptions_hold_what_they_print() {
    let description = HeNormal.scaled(0.5).unwrap().describe((256, 784)).unwrap();
    assert_eq!(description.rule(), "HeNormal.scaled(0.5)");
    assert_eq!(description.shape(), [256, 784]);
    assert_eq!(
        (description.fan_in(), description.fan_out()),
        (Some(784.0), Some(256.0))
    );
    assert_eq!(
        description.law(),
        Some(&Law::normal(0.0, 1.0 / 784.0).unwrap())
    );
    assert_eq!(description.std(), Some((1.0_f64 / 784.0).sqrt()));
    assert_eq!(description, description.clone());
    assert!(format!("{description:?}").starts_with("Description { rule: \"HeNormal.scaled(0.5)\""));

    let bias = FromDistribution::new(StandardUniform).describe(3).unwrap();
    assert_eq!(
        (bias.fan_in(), bias.fan_out(), bias.std()),
        (None, None, None)
    );
}
