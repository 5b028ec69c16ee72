//! Mean-field theory against closed forms, against an independent computation
//! (checks/signal_references.py), and against the iteration of its own maps.

use std::f64::consts::PI;

use crate::common::refused;
use approx::assert_relative_eq;
use fanin::{
    Activation::{self, *},
    Axis, Constant, Custom, FromDistribution, Gain, GlorotNormal, HeNormal, InitError, Initializer,
    LeCunNormal, Nonlinearity, Weight,
};
use fanin_signal::{
    Criticality, FixedPoint, FixedPoints, Goal, Layer, SignalError, Stability, critical_variance,
    predict, tune,
};
use rand_distr::StandardUniform;

fn layer(w: f64, b: f64, f: Activation) -> Layer {
    Layer::new(w, f).unwrap().bias_variance(b).unwrap()
}

fn isolated(points: FixedPoints) -> Vec<FixedPoint> {
    match points {
        FixedPoints::Isolated(points) => points,
        other => panic!("{other:?}"),
    }
}

/// Whether `found` is `expected` to 1e-6: the precision that is promised.
fn agrees(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-6 * expected.abs()
}

#[test]
fn critical_variances_in_closed_form() {
    // At every variance of the signal.
    for (f, w) in [
        (Linear, 1.0),
        (Relu, 2.0),
        (LeakyRelu(0.2), 2.0 / 1.04),
        (LeakyRelu(1.0), 1.0),
    ] {
        let critical = critical_variance(&f, 0.0).unwrap();
        assert!(
            matches!(critical, Criticality::Every(_)),
            "{f:?}: {critical:?}"
        );
        let point = critical.points()[0];
        assert_relative_eq!(point.weight_variance(), w, max_relative = 1e-14);
        assert_eq!(point.stability(), Stability::Marginal);
        assert_relative_eq!(point.variance_slope(), 1.0, max_relative = 1e-12);
    }
    // At q = 0 alone: 1 / f'(0)^2, and whether the next order of the variance map is below.
    for (f, w, stability) in [
        (Tanh, 1.0, Stability::Stable),
        (Sin, 1.0, Stability::Stable),
        (Softsign, 1.0, Stability::Stable),
        (Hardtanh, 1.0, Stability::Stable),
        (Erf, PI / 4.0, Stability::Stable),
        (Elu(1.0), 1.0, Stability::Stable),
        (Gelu, 4.0, Stability::Unstable),
        (Silu, 4.0, Stability::Unstable),
        (Mish, 1.0 / 0.36, Stability::Unstable),
        // The mean of 1 and 0.25.
        (Elu(0.5), 2.0 / 1.25, Stability::Stable),
    ] {
        let critical = critical_variance(&f, 0.0).unwrap();
        let point = critical.points()[0];
        assert_relative_eq!(point.weight_variance(), w, max_relative = 1e-14);
        assert_eq!(
            (point.q(), point.chi(), point.stability()),
            (0.0, 1.0, stability),
            "{f:?}"
        );
        assert_eq!(critical.points().len(), 1, "{f:?}");
        assert_eq!(critical.stable().is_some(), stability == Stability::Stable);
    }
    // A control: a variance that is 1e-5 off is distinguished from these.
    assert!(agrees(2.0 * (1.0 + 9e-7), 2.0));
    assert!(!agrees(2.0 * (1.0 + 1e-5), 2.0));
    assert!(!agrees(Tanh.forward_gain(1.0).unwrap().powi(2), 1.0));
}

#[test]
fn critical_variances_with_biases_in_closed_form() {
    for b in [1e-3, 0.05, 0.3, 2.0] {
        // sin: w = 1 + tanh(q) and q = b + tanh(q).
        let point = critical_variance(&Sin, b).unwrap().points()[0];
        assert!(agrees(point.q(), b + point.q().tanh()));
        assert!(agrees(point.weight_variance(), 1.0 + point.q().tanh()));
        // erf: w = pi / 4 sqrt(1 + 4q), by the arcsine and its derivative.
        let point = critical_variance(&Erf, b).unwrap().points()[0];
        let w = PI / 4.0 * (1.0 + 4.0 * point.q()).sqrt();
        assert!(agrees(point.weight_variance(), w));
        let q = 2.0 * w / PI * (2.0 * point.q() / (1.0 + 2.0 * point.q())).asin() + b;
        assert!(agrees(point.q(), q));
        // max(x, 0)^2: q = 4 b and w = 1 / (8 b), which is not stable.
        let critical = critical_variance(&SquaredRelu, b).unwrap();
        let point = critical.points()[0];
        assert!(agrees(point.q(), 4.0 * b) && agrees(point.weight_variance(), 1.0 / (8.0 * b)));
        assert!(agrees(point.variance_slope(), 1.5));
        assert_eq!(
            (point.stability(), critical.stable()),
            (Stability::Unstable, None)
        );
    }
}

/// Computed by checks/signal_references.py.
#[test]
fn critical_variances_of_other_activations() {
    for (f, b, w, q, slope) in [
        (
            Tanh,
            0.05,
            1.760_954_639_606_739,
            0.570_047_881_640_764_1,
            0.518_186_484_068_05,
        ),
        (
            Tanh,
            0.3,
            2.505_127_189_679_765,
            1.461_169_446_931_98,
            0.312_084_514_504_429_1,
        ),
        (
            Gelu,
            0.05,
            2.302_519_511_692_814,
            0.722_035_766_901_604_5,
            1.085_113_271_223_517,
        ),
        (
            Gelu,
            0.3,
            1.956_158_628_319_433,
            8.772_171_612_997_932,
            0.982_582_884_112_868_5,
        ),
        (
            Silu,
            0.05,
            2.728_611_526_337_324,
            0.826_576_050_128_828_4,
            1.099_872_297_948_176,
        ),
        (
            Mish,
            0.05,
            2.104_797_535_846_598,
            0.905_400_199_355_508_5,
            1.019_210_712_966_133,
        ),
        (
            Selu,
            0.05,
            0.901_765_891_766_328_8,
            0.827_301_590_270_925_3,
            0.737_049_735_224_533_5,
        ),
        (
            Elu(1.0),
            0.05,
            1.533_718_331_639_47,
            1.300_912_569_945_674,
            0.859_788_755_056_628_1,
        ),
        (
            Softsign,
            0.05,
            3.141_247_236_043_833,
            0.412_183_176_014_989_4,
            0.497_477_945_759_116_7,
        ),
        (
            Hardtanh,
            0.05,
            1.165_544_689_635_881,
            0.463_863_969_432_005_6,
            0.535_327_803_321_711_4,
        ),
        (
            Hardswish,
            0.05,
            2.974_340_585_419_478,
            0.781_550_210_644_862_2,
            1.121_592_572_729_819,
        ),
        (
            Relu6,
            0.05,
            2.022_161_435_609_667,
            5.562_501_813_342_577,
            0.919_297_852_650_181_6,
        ),
        (
            Sigmoid,
            0.0,
            103.007_553_855_519_3,
            45.624_277_797_379_71,
            0.060_250_434_810_025_83,
        ),
    ] {
        let critical = critical_variance(&f, b).unwrap();
        let points = critical.points();
        assert_eq!(points.len(), 1, "{f:?}: {points:?}");
        assert_relative_eq!(points[0].weight_variance(), w, max_relative = 1e-10);
        assert_relative_eq!(points[0].q(), q, max_relative = 1e-9);
        assert_relative_eq!(points[0].variance_slope(), slope, max_relative = 1e-9);
        let stability = if slope < 1.0 {
            Stability::Stable
        } else {
            Stability::Unstable
        };
        assert_eq!(points[0].stability(), stability);
        // And they are what they say.
        let layer = layer(points[0].weight_variance(), b, f);
        assert!(agrees(
            layer.variance_map(points[0].q()).unwrap(),
            points[0].q()
        ));
        assert!(agrees(layer.chi(points[0].q()).unwrap(), 1.0));
    }
    // The point in figure 1 of Schoenholz et al. 2017, to its three digits.
    let tanh = critical_variance(&Tanh, 0.05).unwrap().points()[0];
    assert_eq!((tanh.weight_variance() * 100.0).round(), 176.0);
}

#[test]
fn where_nothing_is_critical() {
    for f in [Linear, Relu, LeakyRelu(0.1)] {
        for b in [1e-6, 0.05, 1.0] {
            let critical = critical_variance(&f, b).unwrap();
            assert_eq!(critical, Criticality::None, "{f:?}");
            assert!(critical.points().is_empty() && critical.stable().is_none());
        }
    }
    // Its output has a mean that no weight variance can take away in time.
    assert_eq!(critical_variance(&Softplus, 0.0), Ok(Criticality::None));
    // f(0) = 0 and f'(0) = 0.
    assert_eq!(critical_variance(&SquaredRelu, 0.0), Ok(Criticality::None));
}

/// Functions that keep nothing, and layers that pass nothing on.
#[test]
fn where_there_is_no_signal() {
    for f in [
        Custom::new("zero", |_| 0.0).slope(|_| 0.0),
        Custom::new("one", |_| 1.0).slope(|_| 0.0),
    ] {
        for b in [0.0, 0.1] {
            assert_eq!(critical_variance(&f, b), Ok(Criticality::None), "{f:?}");
        }
    }
    let cut = isolated(layer(0.0, 0.0, Sigmoid).fixed_points().unwrap());
    assert_eq!(
        (cut.len(), cut[0].q(), cut[0].stability()),
        (1, 0.0, Stability::Stable)
    );
    let noise = isolated(layer(0.0, 0.3, Sigmoid).fixed_points().unwrap());
    assert_eq!(noise.len(), 1);
    assert_relative_eq!(noise[0].q(), 0.3, max_relative = 1e-14);
    assert_eq!(
        (noise[0].variance_depth(), noise[0].gradient_depth()),
        (0.0, 0.0)
    );
}

/// A closure has its critical point too, by differences.
#[test]
fn critical_variance_of_a_closure() {
    let closure = Custom::new("2 tanh", |x| 2.0 * x.tanh());
    let point = critical_variance(&closure, 0.05).unwrap().points()[0];
    assert!(agrees(4.0 * point.weight_variance(), 1.760_954_639_606_739));
    assert!(agrees(point.q(), 0.570_047_881_640_764_1));
    // What its differences are off by near 0 makes no root.
    let critical = critical_variance(&closure, 0.0).unwrap();
    let [point] = critical.points() else {
        panic!("{critical:?}")
    };
    assert!(agrees(point.weight_variance(), 0.25) && point.q() == 0.0);
    let clipped = Custom::new("clip", |x| x.clamp(-1.0, 1.0))
        .kinks_at(&[-1.0, 1.0])
        .unwrap();
    let point = critical_variance(&clipped, 0.05).unwrap().points()[0];
    assert!(agrees(point.weight_variance(), 1.165_544_689_635_881));
}

#[test]
fn fixed_points_are_where_the_map_goes_or_flees() {
    let iterate = |layer: &Layer, mut q: f64| {
        for _ in 0..3_000 {
            let next = layer.variance_map(q).unwrap();
            let step = (next - q).abs();
            q = next;
            if step < 1e-9 * q || q > 1e4 {
                break;
            }
        }
        q
    };
    // One that is stable, and GELU's two: between them the signal falls, above it grows.
    let tanh = layer(1.76, 0.05, Tanh);
    let points = isolated(tanh.fixed_points().unwrap());
    assert_eq!(
        (points.len(), points[0].stability()),
        (1, Stability::Stable)
    );
    for start in [0.01, 10.0] {
        assert!(agrees(iterate(&tanh, start), points[0].q()));
    }
    let gelu = layer(2.0, 0.1, Gelu);
    let points = isolated(gelu.fixed_points().unwrap());
    let [low, high] = points[..] else {
        panic!("{points:?}")
    };
    assert_eq!(
        (low.stability(), high.stability()),
        (Stability::Stable, Stability::Unstable)
    );
    assert!(agrees(iterate(&gelu, 0.99 * high.q()), low.q()));
    assert!(iterate(&gelu, 1.01 * high.q()) > 2.0 * high.q());
    // Without a bias, 0 is one: left at once, or never reached.
    let zero = |w: f64, f: Activation| isolated(layer(w, 0.0, f).fixed_points().unwrap())[0];
    assert_eq!(
        (zero(0.9, Tanh).q(), zero(0.9, Tanh).stability()),
        (0.0, Stability::Stable)
    );
    assert_eq!(zero(1.1, Tanh).stability(), Stability::Unstable);
    assert_eq!(zero(1.0, Tanh).stability(), Stability::Stable);
    assert_eq!(zero(4.0, Gelu).stability(), Stability::Unstable);
    assert_eq!(zero(0.9, Tanh).correlation(), None);
    // SELU was made for 1.
    let selu = isolated(layer(1.0, 0.0, Selu).fixed_points().unwrap())[1];
    assert_relative_eq!(selu.q(), 1.0, max_relative = 1e-13);
    assert_eq!(selu.stability(), Stability::Stable);
    // A geometric series: b / (1 - w / 2).
    let relu = isolated(layer(1.5, 0.1, Relu).fixed_points().unwrap())[0];
    assert_relative_eq!(relu.q(), 0.4, max_relative = 1e-14);
    assert!(isolated(layer(2.0, 0.1, Relu).fixed_points().unwrap()).is_empty());
    assert!(matches!(
        layer(2.0, 0.0, Relu).fixed_points(),
        Ok(FixedPoints::Every(_))
    ));
}

#[test]
fn slopes_are_those_of_the_maps() {
    for f in [
        Tanh,
        Relu,
        Gelu,
        Silu,
        Selu,
        Sin,
        Mish,
        Softplus,
        Sigmoid,
        Hardtanh,
        Hardswish,
        Relu6,
        SquaredRelu,
        Softsign,
        Elu(0.5),
    ] {
        let layer = layer(1.7, 0.1, f);
        for q in [1e-3, 0.3, 1.0, 20.0] {
            let step = 1e-4 * q;
            let difference =
                layer.variance_map(q + step).unwrap() - layer.variance_map(q - step).unwrap();
            let slope = layer.variance_slope(q).unwrap();
            let quotient = difference / (2.0 * step);
            assert!(
                (slope - quotient).abs() < 1e-6 * slope.abs().max(1e-2),
                "{f:?} at {q}: {slope} {quotient}"
            );
        }
    }
    for f in [Tanh, Gelu, Relu] {
        let layer = layer(1.7, 0.1, f);
        let (q, c, step) = (0.8, 0.6, 1e-3);
        let difference = layer.correlation_map(q, c + step).unwrap()
            - layer.correlation_map(q, c - step).unwrap();
        // The slope is by V(q), not q, away from the fixed point.
        let slope = layer.correlation_slope(q, c).unwrap() * q / layer.variance_map(q).unwrap();
        assert!((slope - difference / (2.0 * step)).abs() < 1e-6, "{f:?}");
        // At a correlation of 1 it is chi.
        let at_1 = layer.correlation_slope(q, 1.0).unwrap();
        assert_relative_eq!(at_1, layer.chi(q).unwrap(), max_relative = 1e-12);
        assert_relative_eq!(
            layer.correlation_map(q, 1.0).unwrap(),
            1.0,
            max_relative = 1e-12
        );
    }
}

#[test]
fn correlation_maps_in_closed_form() {
    for q in [0.2_f64, 1.0, 9.0] {
        for c in [-1.0_f64, -0.7, 0.0, 0.3, 0.95, 0.999, 1.0] {
            let map = |f: Activation| layer(1.0, 0.0, f).correlation_map(q, c).unwrap();
            let slope = |f: Activation| layer(1.0, 0.0, f).correlation_slope(q, c).unwrap();
            let close = |found: f64, expected: f64| {
                assert!((found - expected).abs() < 1e-10, "{found} {expected}");
            };
            close(map(Linear), c);
            close(slope(Linear), 1.0);
            // Cho and Saul 2009, kernels of degree 1 and 0.
            let angle = PI - c.acos();
            close(map(Relu), ((1.0 - c * c).sqrt() + c * angle) / PI);
            close(slope(Relu), angle / (2.0 * PI));
            // Williams 1997.
            let (square, cross) = (2.0 * q / (1.0 + 2.0 * q), 2.0 * q * c / (1.0 + 2.0 * q));
            close(map(Erf), cross.asin() / square.asin());
            close(
                slope(Erf),
                4.0 / PI / ((1.0 + 2.0 * q).powi(2) - (2.0 * q * c).powi(2)).sqrt(),
            );
            close(map(Sin), (q * c).sinh() / q.sinh());
            close(slope(Sin), (-q).exp() * (q * c).cosh());
        }
    }
}

/// One expectation within another, neither of which converges, ends soon all the same.
#[test]
fn what_cannot_be_correlated() {
    let wild = Custom::new("wild", |x| (1e9 * x * x).sin());
    let result = Layer::new(1.0, wild).unwrap().correlation_map(1.3, 0.5);
    let quantity = "E f(u) f(v)";
    assert!(
        matches!(result, Err(SignalError::NotConverged { quantity: q, .. }) if q == quantity),
        "{result:?}"
    );
}

/// Computed by checks/signal_references.py.
#[test]
fn correlations_settle() {
    for (f, w, b, q, chi, c, slope) in [
        (
            Tanh,
            2.5,
            0.05,
            1.063_958_377_416_837_3,
            1.133_515_698_702_880_7,
            0.446_804_232_344_182_54,
            0.918_716_774_913_735_4,
        ),
        (
            Sin,
            2.0,
            0.2,
            1.086_065_417_792_93,
            1.113_934_582_207_07,
            0.732_360_699_979_142_1,
            0.900_127_502_870_346,
        ),
        (
            Silu,
            2.0,
            0.2,
            0.566_209_062_260_014_4,
            0.684_245_005_383_838_7,
            1.0,
            0.684_245_005_383_838_7,
        ),
    ] {
        let point = isolated(layer(w, b, f).fixed_points().unwrap())[0];
        assert_relative_eq!(point.q(), q, max_relative = 1e-10);
        assert_relative_eq!(point.chi(), chi, max_relative = 1e-10);
        assert_relative_eq!(point.correlation().unwrap(), c, max_relative = 1e-8);
        let depth = point.correlation_depth().unwrap();
        assert_relative_eq!(depth, -1.0 / f64::ln(slope), max_relative = 1e-8);
        assert_relative_eq!(
            point.gradient_depth(),
            -1.0 / f64::ln(chi),
            max_relative = 1e-8
        );
        let depth = -1.0 / point.variance_slope().ln();
        assert_relative_eq!(point.variance_depth(), depth, max_relative = 1e-12);
    }
    // Odd functions without a bias forget everything.
    let odd = isolated(layer(2.0, 0.0, Tanh).fixed_points().unwrap())[1];
    assert_eq!(odd.correlation(), Some(0.0));
}

/// Off criticality a difference falls by the depth scale's exponential.
#[test]
fn depth_scales_are_rates_of_the_iterated_maps() {
    for w in [1.3, 2.5] {
        let tanh = layer(w, 0.05, Tanh);
        let point = isolated(tanh.fixed_points().unwrap())[0];
        let (q, fixed) = (point.q(), point.correlation().unwrap());
        let mut c = fixed - 0.01;
        let mut distances = Vec::new();
        for _ in 0..8 {
            c = tanh.correlation_map(q, c).unwrap();
            distances.push((c - fixed).abs());
        }
        let rate = (distances[3] / distances[7]).ln() / 4.0;
        let depth = point.correlation_depth().unwrap();
        assert!((rate * depth - 1.0).abs() < 0.01, "{rate} {depth}");
        // A control: the rate of the other map is another.
        assert!((rate * point.variance_depth() - 1.0).abs() > 0.1);
    }
    // It diverges at criticality, from both sides.
    let depth = |w: f64| {
        let points = layer(w, 0.05, Tanh).fixed_points().unwrap();
        isolated(points)[0].correlation_depth().unwrap()
    };
    let critical = critical_variance(&Tanh, 0.05).unwrap().points()[0].weight_variance();
    assert!(depth(0.9 * critical) < depth(0.99 * critical));
    assert!(depth(0.99 * critical) > 100.0 && depth(1.01 * critical) > 100.0);
    assert!(depth(1.1 * critical) < depth(1.01 * critical));
    assert_eq!(depth(critical), f64::INFINITY);
}

#[test]
fn a_layer_is_what_its_scheme_draws() {
    let of = |weight: Weight| Layer::of(&HeNormal, weight, Relu).unwrap();
    let dense = of(Weight::new((64, 256)).unwrap());
    assert_eq!(
        (dense.weight_variance(), dense.ratio_of_fans()),
        (2.0, 0.25)
    );
    assert_eq!(dense.variance_of_bias(), 0.0);
    assert_eq!(dense.nonlinearity().value(-1.0), 0.0);
    let conv = of(Weight::new((64, 3, 7, 7)).unwrap());
    assert_eq!(
        (conv.weight_variance(), conv.ratio_of_fans()),
        (2.0, 64.0 / 3.0)
    );
    // The wrong fan: variance 2 / fan_out.
    let swapped = of(Weight::from_axes([Axis::Input(64), Axis::Output(256)]).unwrap());
    assert_eq!(
        (swapped.weight_variance(), swapped.ratio_of_fans()),
        (2.0, 4.0)
    );
    let half = dense.scaled(Gain::new(0.5).unwrap().variance()).unwrap();
    assert_eq!(half.weight_variance(), 0.5);
    assert_eq!(dense.backward_multiplier(1.0), Ok(0.25));
}

#[test]
fn predictions_follow_the_maps() {
    let stack: Vec<Layer> = [(0.7, 0.0), (1.3, 0.1), (2.0, 0.02)]
        .into_iter()
        .zip([Tanh, Gelu, Softplus])
        .map(|((w, b), f)| layer(w, b, f).fan_ratio(w).unwrap())
        .collect();
    let layers = predict(&stack, 0.5).unwrap();
    assert_eq!(layers.len(), 3);
    assert_relative_eq!(layers[0].preactivation_second_moment(), 0.35);
    let mut gradient = 1.0;
    for (index, (layer, seen)) in stack.iter().zip(&layers).enumerate().rev() {
        let q = seen.preactivation_second_moment();
        if index > 0 {
            assert_relative_eq!(
                q,
                layer.weight_variance() * layers[index - 1].output_second_moment()
                    + layer.variance_of_bias()
            );
        }
        let f = layer.nonlinearity();
        assert_eq!(
            seen.output_second_moment(),
            f.second_moment(q).unwrap().value()
        );
        assert_eq!(seen.output_mean(), f.mean(q).unwrap().value());
        assert_eq!(seen.backward(), layer.backward_multiplier(q).unwrap());
        gradient *= seen.backward();
        assert_relative_eq!(seen.gradient(), gradient);
    }
    // A stack at its fixed point stays there.
    let critical = critical_variance(&Tanh, 0.05).unwrap().points()[0];
    let stack = vec![layer(critical.weight_variance(), 0.05, Tanh); 30];
    let input = Tanh.second_moment(critical.q()).unwrap().value();
    for seen in predict(&stack, input).unwrap() {
        assert_relative_eq!(
            seen.preactivation_second_moment(),
            critical.q(),
            max_relative = 1e-9
        );
        assert_relative_eq!(seen.gradient(), 1.0, max_relative = 1e-9);
    }
    // No signal.
    let silent = predict(&vec![layer(1.0, 0.0, Sigmoid); 2], 0.0).unwrap();
    assert_eq!(
        (
            silent[0].preactivation_second_moment(),
            silent[0].output_mean()
        ),
        (0.0, 0.5)
    );
    assert_eq!(
        (
            silent[0].output_second_moment(),
            silent[1].preactivation_second_moment()
        ),
        (0.25, 0.25)
    );
    assert_relative_eq!(silent[0].backward(), 1.0 / 16.0);
    assert!(predict(&[], 1.0).unwrap().is_empty());
}

/// For linear layers the factor is a matter of logarithms.
#[test]
fn one_factor_for_a_stack() {
    let (w, ratio, target) = (0.3, 4.0, 2.5_f64);
    let stack = vec![layer(w, 0.0, Linear).fan_ratio(ratio).unwrap(); 7];
    let signal = tune(&stack, 1.0, Goal::Signal(target)).unwrap();
    assert_eq!(signal.goal(), Goal::Signal(target));
    assert_relative_eq!(
        signal.variance_factor(),
        target.powf(1.0 / 7.0) / w,
        max_relative = 1e-12
    );
    assert!((signal.log_variance() - target.ln()).abs() < 1e-12);
    assert_relative_eq!(
        signal.log_gradient(),
        6.0 * (ratio * w * signal.variance_factor()).ln(),
        max_relative = 1e-12
    );

    let gradient = tune(&stack, 1.0, Goal::Gradient).unwrap();
    assert_relative_eq!(
        gradient.variance_factor(),
        1.0 / (w * ratio),
        max_relative = 1e-12
    );
    assert!(gradient.log_gradient().abs() < 1e-12);

    // Least (7x + a)^2 + (6x + b)^2.
    let (a, b) = (7.0 * w.ln() - target.ln(), 6.0 * (w * ratio).ln());
    let x = -(7.0 * a + 6.0 * b) / (49.0 + 36.0);
    let both = tune(&stack, 1.0, Goal::Compromise(target)).unwrap();
    assert_relative_eq!(both.variance_factor().ln(), x, max_relative = 1e-6);
    assert!(gradient.variance_factor() < both.variance_factor());
    assert!(both.variance_factor() < signal.variance_factor());
}

#[test]
fn what_a_factor_can_do_and_what_it_says() {
    // He's rule needs none, for the gradient, in squares.
    let he = vec![Layer::of(&HeNormal, (100, 100), Relu).unwrap(); 40];
    let tuned = tune(&he, 1.0, Goal::Gradient).unwrap();
    assert_relative_eq!(tuned.variance_factor(), 1.0, max_relative = 1e-12);
    let tuned = tune(&he, 1.0, Goal::Signal(2.0)).unwrap();
    assert_relative_eq!(tuned.variance_factor(), 1.0, max_relative = 1e-12);
    // The factor that the gradient needs of tanh nears the critical 1 with depth.
    let factor = |layers: usize| {
        let stack = vec![Layer::of(&LeCunNormal, (9, 9), Tanh).unwrap(); layers];
        tune(&stack, 1.0, Goal::Gradient).unwrap().variance_factor()
    };
    assert!(factor(3) > factor(9) && factor(9) > factor(27) && factor(27) > 1.0);
    // The tuned scheme is a scheme with that factor: its stack is predicted to be as reported.
    let glorot = vec![Layer::of(&GlorotNormal, (300, 100), Gelu).unwrap(); 6];
    let tuned = tune(&glorot, 1.0, Goal::Compromise(1.0)).unwrap();
    let scheme = GlorotNormal.scaled(tuned.variance_factor()).unwrap();
    let stack = vec![Layer::of(&scheme, (300, 100), Gelu).unwrap(); 6];
    let layers = predict(&stack, 1.0).unwrap();
    assert_relative_eq!(
        layers[5].preactivation_second_moment().ln(),
        tuned.log_variance(),
        max_relative = 1e-9
    );
    assert_relative_eq!(
        layers[1].gradient().ln(),
        tuned.log_gradient(),
        max_relative = 1e-9
    );
    // Its sum of squares is the least: of neither neighbour less.
    let cost = |factor: f64| {
        let layers: Vec<_> = glorot
            .iter()
            .map(|layer| layer.scaled(factor).unwrap())
            .collect();
        let seen = predict(&layers, 1.0).unwrap();
        seen[5].preactivation_second_moment().ln().powi(2) + seen[1].gradient().ln().powi(2)
    };
    let best = cost(tuned.variance_factor());
    assert!(best < cost(0.999 * tuned.variance_factor()));
    assert!(best < cost(1.001 * tuned.variance_factor()));
    // If the goal cannot be reached, the result states by how much: clipped at 1, 0.01 w is the
    // most.
    let small = vec![layer(1e-6, 0.0, Hardtanh); 3];
    let tuned = tune(&small, 1.0, Goal::Signal(1.0)).unwrap();
    assert!(tuned.log_variance() < 0.02_f64.ln(), "{tuned:?}");
    assert_relative_eq!(tuned.variance_factor(), 1e4, max_relative = 0.4);
    // Where every factor is infinitely far from it, there is none.
    let silent = vec![layer(0.0, 0.0, Relu); 3];
    let error = tune(&silent, 1.0, Goal::Gradient).unwrap_err();
    assert_eq!(
        error.to_string(),
        "logarithm of the last variance is -inf, but it must be finite"
    );
}

/// With ten layers, the search comes so near to the root that it can go no further.
#[test]
fn a_goal_that_can_be_met_is_met() {
    for depth in 2..=20 {
        let stack = vec![Layer::of(&HeNormal, (256, 256), Gelu).unwrap(); depth];
        let tuned = tune(&stack, 1.0, Goal::Signal(1.0)).unwrap();
        assert!(tuned.log_variance().abs() < 1e-12, "{depth}: {tuned:?}");
    }
}

#[test]
fn what_is_no_layer_and_no_goal() {
    let negative = |name: &str| format!("{name} is -1, but it must be finite and at least 0");
    refused(Layer::new(-1.0, Relu), &negative("weight variance"));
    let layer = Layer::new(1.0, Relu).unwrap();
    refused(
        layer.clone().bias_variance(-1.0),
        &negative("bias variance"),
    );
    refused(layer.scaled(-1.0), &negative("variance factor"));
    refused(
        layer.clone().fan_ratio(0.0),
        "fan_out / fan_in is 0, but it must be finite and above 0",
    );
    refused(
        Layer::of(&Constant::new(1.0).unwrap(), (2, 2), Relu),
        "mean of the weight's law is 1, but it must be 0",
    );
    refused(
        Layer::of(&FromDistribution::new(StandardUniform), (2, 2), Relu),
        "the mean of the weight's law is not known (FromDistribution::new(StandardUniform)): state it with FromDistribution::moments",
    );
    assert!(matches!(
        Layer::of(&fanin::Normal::new(0.0, 1.0).unwrap(), 5, Relu),
        Err(SignalError::Init(InitError::NoFan { fan: "fan_in", .. }))
    ));
    refused(critical_variance(&Tanh, -1.0), &negative("bias variance"));
    refused(
        critical_variance(&LeakyRelu(f64::NAN), 0.0),
        "slope of LeakyRelu is NaN, but it must be finite",
    );
    refused(
        layer.correlation_map(1.0, 1.5),
        "correlation is 1.5, but it must be between -1 and 1",
    );
    let silent = Layer::new(0.0, Relu).unwrap();
    refused(
        silent.correlation_map(1.0, 0.5),
        "variance of the next layer is 0, but it must be finite and above 0",
    );
    refused(
        layer.variance_slope(0.0),
        "pre-activation variance is 0, but it must be finite and above 0",
    );
    refused(
        predict(std::slice::from_ref(&layer), -1.0),
        &negative("second moment of the input"),
    );
    let loud = vec![Layer::new(1e200, Linear).unwrap(); 2];
    refused(
        predict(&loud, 1.0),
        "pre-activation variance is inf, but it must be finite and at least 0",
    );
    let stack = vec![layer; 2];
    refused(
        tune(&stack[..1], 1.0, Goal::Gradient),
        "number of layers is 1, but it must be at least 2",
    );
    refused(
        tune(&stack, 1.0, Goal::Signal(0.0)),
        "variance of the goal is 0, but it must be finite and above 0",
    );
    refused(
        tune(&stack, -1.0, Goal::Gradient),
        &negative("second moment of the input"),
    );
}
