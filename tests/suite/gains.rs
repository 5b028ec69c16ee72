//! Activations and their gains: against an independent quadrature (tests/suite/gains.txt), against closed
//! forms, and for functions of the caller's.

use std::{f64::consts::SQRT_2, sync::Arc};

use crate::common::refused;
use approx::assert_relative_eq;
use fanin::{
    Activation::{self, *},
    Custom, Estimate, Family, Fan, Gain, GlorotNormal, GlorotTruncatedNormal, GlorotUniform,
    HeNormal, HeTruncatedNormal, HeUniform, InitError, Initializer, LeCunTruncatedNormal,
    LeCunUniform, Nonlinearity, Scheme, VarianceScaling, Weight, XavierNormal,
};

const ALL: [Activation; 24] = [
    Linear,
    Sigmoid,
    Tanh,
    Relu,
    LeakyRelu(0.01),
    LeakyRelu(0.2),
    Relu6,
    Elu(1.0),
    Elu(0.5),
    Selu,
    Celu(0.5),
    Celu(0.001),
    Gelu,
    GeluTanh,
    QuickGelu,
    Silu,
    Mish,
    Softplus,
    Softsign,
    Hardswish,
    Hardtanh,
    Erf,
    Sin,
    SquaredRelu,
];

/// The rows of tests/suite/gains.txt: activation, q, E f^2, E f'^2, E f.
fn references() -> Vec<(Activation, [f64; 4])> {
    let rows: Vec<_> = include_str!("gains.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut fields = line.split(' ');
            let name = fields.next().unwrap();
            let activation = ALL.into_iter().find(|a| format!("{a:?}") == name).unwrap();
            let mut number = || fields.next().unwrap().parse().unwrap();
            (activation, [number(), number(), number(), number()])
        })
        .collect();
    assert_eq!(rows.len(), 9 * ALL.len());
    rows
}

/// Whether `found` is `expected` to 1e-10: the precision that is promised.
fn agrees(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-10 * expected.abs()
}

#[test]
fn moments_at_every_variance() {
    let mut worst = 0.0_f64;
    for (f, [q, square, slope_square, mean]) in references() {
        let mut check = |moment: Estimate, expected: f64, size: f64| {
            let error = (moment.value() - expected).abs();
            assert!(
                error <= 1e-10 * size,
                "{f:?} at {q}: {moment:?}, not {expected:e}"
            );
            assert!(
                error <= moment.error() + 4.0 * f64::EPSILON * size,
                "{f:?} at {q}: {moment:?}, not {expected:e}"
            );
            assert!(moment.error() <= 1e-10 * size, "{f:?} at {q}: {moment:?}");
            worst = worst.max(error / size);
        };
        check(f.second_moment(q).unwrap(), square, square);
        check(
            f.derivative_second_moment(q).unwrap(),
            slope_square,
            slope_square,
        );
        check(f.mean(q).unwrap(), mean, square.sqrt());
        assert!(agrees(f.forward_gain(q).unwrap(), 1.0 / square.sqrt()));
        assert!(agrees(
            f.backward_gain(q).unwrap(),
            1.0 / slope_square.sqrt()
        ));
    }
    // Far below what is promised.
    assert!(worst < 2e-13, "{worst:e}");
}

/// Table 1d of the survey that this crate was designed after: forward and backward gain at q = 1.
#[test]
fn gains_that_are_known() {
    #[track_caller]
    fn gains(f: Activation, forward: f64, backward: Option<f64>) {
        // To the digits that are written.
        assert_relative_eq!(f.forward_gain(1.0).unwrap(), forward, max_relative = 4e-10);
        if let Some(backward) = backward {
            assert_relative_eq!(
                f.backward_gain(1.0).unwrap(),
                backward,
                max_relative = 4e-10
            );
        }
    }
    gains(Linear, 1.0, Some(1.0));
    gains(Relu, SQRT_2, Some(SQRT_2));
    gains(LeakyRelu(0.01), 1.414142857, Some(1.414142857));
    gains(LeakyRelu(0.1), 1.40719508946, Some(1.40719508946));
    gains(LeakyRelu(0.2), 1.38675049056, Some(1.38675049056));
    gains(Tanh, 1.59253741972, Some(1.467413592));
    gains(Sigmoid, 1.84622854534, Some(4.722646086));
    gains(Selu, 1.0, Some(0.966025776974));
    gains(Elu(1.0), 1.2451983007, None);
    gains(Celu(1.0), 1.2451983007, None);
    gains(Gelu, 1.5335304412, Some(1.481114413));
    gains(GeluTanh, 1.53358052167, Some(1.481168058));
    gains(Silu, 1.67653247033, Some(1.623320258));
    gains(Mish, 1.48684758127, Some(1.444755233));
    gains(QuickGelu, 1.5394587623, Some(1.491459227));
    gains(Hardswish, 1.73665721277, None);
    gains(Hardtanh, 1.39203614045, None);
    gains(Relu6, 1.4142135651, None);
    gains(Softplus, 1.04186683554, Some(1.846228545));
    gains(Softsign, 2.33753336311, None);
    gains(Sin, 1.52086662318, Some(1.3272506));
    gains(SquaredRelu, 0.816496580928, None);
}

/// The table of `calculate_gain` is none of these gains, and the comparison says so.
#[test]
fn other_gains_are_told_from_these() {
    for (f, table) in [(Tanh, 5.0 / 3.0), (Sigmoid, 1.0), (Selu, 0.75)] {
        let square = f.second_moment(1.0).unwrap().value();
        assert!(!agrees(table, 1.0 / square.sqrt()));
    }
    let tanh = Tanh.forward_gain(1.0).unwrap();
    assert!(agrees(tanh * (1.0 + 0.9e-10), tanh));
    assert!(!agrees(tanh * (1.0 + 1.1e-10), tanh));
    // A mean of the squares at Gauss and Hermite's three points, which has no kink.
    let hermite = |f: Activation| {
        let [outer, middle] = [1.0 / 6.0, 2.0 / 3.0];
        let node = 3.0_f64.sqrt();
        outer * (f.value(node).powi(2) + f.value(-node).powi(2)) + middle * f.value(0.0).powi(2)
    };
    assert!(agrees(
        hermite(Linear),
        Linear.second_moment(1.0).unwrap().value()
    ));
    assert!(!agrees(
        hermite(Tanh),
        Tanh.second_moment(1.0).unwrap().value()
    ));
}

/// Between kinks, a difference quotient is as far from the derivative as Taylor's series says.
#[test]
fn derivatives_are_those_of_the_values() {
    let step = 1e-5;
    for f in ALL.into_iter().filter(|&f| f != Celu(0.001)) {
        let quotient = |x: f64| (f.value(x + step) - f.value(x - step)) / (2.0 * step);
        for n in -400..400 {
            let x = f64::from(n) / 40.0 + 0.0123;
            let scale = 1.0 + f.value(x).abs();
            let difference = (f.derivative(x) - quotient(x)).abs();
            assert!(difference < 1e-9 * scale, "{f:?} at {x}: {difference:e}");
        }
        // A control: a derivative that is a hundredth of a per cent off.
        let x = 1.0123;
        if f != Hardtanh {
            assert!(
                (1.0001 * f.derivative(x) - quotient(x)).abs() > 1e-9 * (1.0 + f.value(x).abs())
            );
        }
    }
}

#[test]
fn values_have_their_limits() {
    for f in ALL {
        for x in [1e3, 1e10, 1e100, 1e150] {
            for x in [x, -x] {
                assert!(f.value(x).is_finite(), "{f:?} at {x}");
                assert!(f.derivative(x).is_finite(), "{f:?} at {x}");
            }
        }
        if f != Sin {
            for x in [f64::MAX, f64::INFINITY, -f64::MAX, f64::NEG_INFINITY] {
                assert!(!f.value(x).is_nan(), "{f:?} at {x}");
                assert!(!f.derivative(x).is_nan(), "{f:?} at {x}");
            }
        }
        assert!(f.value(f64::NAN).is_nan(), "{f:?}");
    }
    let (left, right) = (f64::NEG_INFINITY, f64::INFINITY);
    for f in [
        Gelu, GeluTanh, QuickGelu, Silu, Mish, Hardswish, Relu, Softplus,
    ] {
        assert_eq!((f.value(left), f.derivative(left)), (0.0, 0.0), "{f:?}");
        assert_eq!((f.value(right), f.derivative(right)), (right, 1.0), "{f:?}");
        assert_eq!((f.value(1e10), f.derivative(1e10)), (1e10, 1.0), "{f:?}");
    }
    for f in [Tanh, Softsign, Hardtanh, Erf] {
        assert_eq!((f.value(left), f.value(right)), (-1.0, 1.0), "{f:?}");
        assert_eq!(
            (f.derivative(left), f.derivative(right)),
            (0.0, 0.0),
            "{f:?}"
        );
    }
    assert_eq!((Sigmoid.value(left), Sigmoid.value(right)), (0.0, 1.0));
    // Tails keep their digits.
    assert_relative_eq!(
        Sigmoid.value(-700.0),
        (-700.0_f64).exp(),
        max_relative = 1e-15
    );
    assert_relative_eq!(
        Softplus.value(-50.0),
        (-50.0_f64).exp(),
        max_relative = 1e-15
    );
    assert_relative_eq!(
        Mish.value(-50.0),
        -50.0 * (-50.0_f64).exp(),
        max_relative = 1e-15
    );
    assert_relative_eq!(
        Tanh.derivative(20.0),
        4.0 * (-40.0_f64).exp(),
        max_relative = 1e-15
    );
}

/// A network by a gain has the same bits on every machine and with every feature of `libm`. A new
/// version of that crate may change the number; a change of ours says so under Values.
#[test]
fn gains_have_the_same_bits_everywhere() {
    let mut fingerprint = 0xcbf2_9ce4_8422_2325_u64;
    for (f, [q, ..]) in references() {
        for gain in [f.forward_gain(q).unwrap(), f.backward_gain(q).unwrap()] {
            fingerprint = (fingerprint ^ gain.to_bits()).wrapping_mul(0x0100_0000_01b3);
            fingerprint ^= fingerprint >> 29;
        }
    }
    assert_eq!(fingerprint, 0x8e31_2356_c626_76d2, "{fingerprint:#018x}");
}

/// A gain is a factor: that of a function times c is the function's over c. Where slopes are
/// between 0 and 1 and lessen away from 0, gains rise with the variance.
#[test]
fn gains_scale_and_rise() {
    let variances = [1e-6, 1e-4, 1e-2, 0.1, 1.0, 10.0, 1e2, 1e4, 1e6];
    for f in [Tanh, Softsign, Hardtanh, Erf] {
        let backward: Vec<f64> = variances
            .iter()
            .map(|&q| f.backward_gain(q).unwrap())
            .collect();
        assert!(backward.is_sorted_by(|a, b| a <= b), "{f:?}: {backward:?}");
        // Linear about 0, where the slope is f'(0).
        let slope = f.derivative(0.0).max(f.derivative(-0.0));
        assert!((backward[0] * slope - 1.0).abs() < 2e-3);
        let forward: Vec<f64> = variances
            .iter()
            .map(|&q| f.forward_gain(q).unwrap())
            .collect();
        // It saturates at 1, and at a variance of 1e-6 it is 1,000 over the slope.
        assert!(forward.is_sorted_by(|a, b| a >= b), "{f:?}: {forward:?}");
        assert!((forward[8] - 1.0).abs() < 6e-3, "{f:?}: {forward:?}");
        assert!(
            (forward[0] * slope / 1e3 - 1.0).abs() < 2e-3,
            "{f:?}: {forward:?}"
        );
    }
    let twice = Custom::new("2 tanh", |x| 2.0 * x.tanh());
    let gain = Gain::forward(&twice, 0.7).unwrap();
    assert!(agrees(2.0 * gain.value(), Tanh.forward_gain(0.7).unwrap()));
    assert_eq!(
        gain.variance(),
        1.0 / twice.second_moment(0.7).unwrap().value()
    );
}

/// Closed forms and quadrature are two ways to one number.
#[test]
fn a_closure_has_the_moments_of_the_activation_that_it_is() {
    for f in ALL {
        let closure = Custom::new(format!("{f:?}"), move |x| f.value(x))
            .kinks_at(f.kinks())
            .unwrap();
        let stated = closure.clone().slope(move |x| f.derivative(x));
        for q in [1e-3, 0.3, 1.0, 7.0] {
            let square = f.second_moment(q).unwrap().value();
            let slope_square = f.derivative_second_moment(q).unwrap().value();
            let moment = closure.second_moment(q).unwrap();
            assert!(agrees(moment.value(), square), "{f:?}: {moment:?}");
            let moment = stated.derivative_second_moment(q).unwrap();
            assert!(agrees(moment.value(), slope_square), "{f:?}: {moment:?}");
            // By differences, whose first steps are longer than this bend.
            if f == Celu(0.001) {
                continue;
            }
            let moment = closure.derivative_second_moment(q).unwrap();
            let error = (moment.value() - slope_square).abs();
            assert!(
                error <= moment.error(),
                "{f:?} at {q}: {moment:?}, not {slope_square}"
            );
            assert!(
                error < 1e-8 * slope_square,
                "{f:?} at {q}: {moment:?}, not {slope_square}"
            );
        }
    }
}

#[test]
fn kinks_that_are_not_stated_cost_digits_and_say_so() {
    let clip = |x: f64| x.clamp(-0.7, 0.9);
    let stated = Custom::new("clip", clip).kinks_at(&[-0.7, 0.9]).unwrap();
    let silent = Custom::new("clip", clip);
    let right = Gain::forward(&stated, 1.0).unwrap();
    let gain = Gain::forward(&silent, 1.0).unwrap();
    assert!((gain.value() - right.value()).abs() <= gain.error() + right.error());
    let right = Gain::backward(&stated, 1.0).unwrap();
    // The derivative is 1 within, and 0 outside.
    let inside = 1.0 - (erfc_half(0.7) + erfc_half(0.9));
    assert!((right.value() - 1.0 / inside.sqrt()).abs() < 1e-9);
    assert!(right.error() < 1e-9, "{right:?}");
    match Gain::backward(&silent, 1.0) {
        Ok(gain) => {
            assert!(
                (gain.value() - right.value()).abs() <= gain.error(),
                "{gain:?} {right:?}"
            );
            assert!(gain.error() > right.error());
        }
        Err(error) => assert!(matches!(error, InitError::NotConverged { .. })),
    }
}

fn erfc_half(z: f64) -> f64 {
    crate::common::evidence::upper_tail(z)
}

/// Scales whose squares are not numbers: a ReLU, and a line.
#[test]
fn celu_of_every_scale() {
    for (scale, variance) in [(1e-200, 2.0), (1e200, 1.0)] {
        for gain in [
            Celu(scale).forward_gain(1.0),
            Celu(scale).backward_gain(1.0),
        ] {
            assert!((gain.unwrap().powi(2) - variance).abs() < 1e-12);
        }
    }
}

#[test]
fn what_has_no_gain() {
    for q in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let text = format!("pre-activation variance is {q}, but it must be finite and above 0");
        for f in [Relu, Gelu] {
            refused(f.forward_gain(q), &text);
            refused(f.backward_gain(q), &text);
            refused(f.mean(q), &text);
        }
        refused(Gain::forward(&Custom::new("x", |x| x), q), &text);
    }
    // A number whose inverse is infinite.
    refused(
        Gain::forward(&Linear, 1e-309),
        "E f(z sqrt(q))^2 is 1e-309, but it must be a normal number of f64 (2.3e-308 to 1.8e308)",
    );
    let zero = Custom::new("zero", |_| 0.0);
    refused(
        Gain::forward(&zero, 1.0),
        "E f(z sqrt(q))^2 is 0, but it must be finite and above 0",
    );
    refused(
        Gain::backward(&zero.slope(|_| 0.0), 1.0),
        "E f'(z sqrt(q))^2 is 0, but it must be finite and above 0",
    );
    refused(
        LeakyRelu(f64::NAN).forward_gain(1.0),
        "slope of LeakyRelu is NaN, but it must be finite",
    );
    refused(
        Elu(f64::INFINITY).backward_gain(1.0),
        "scale of Elu is inf, but it must be finite",
    );
    refused(
        Celu(0.0).forward_gain(1.0),
        "scale of Celu is 0, but it must be finite and above 0",
    );
    refused(
        Custom::new("x", |x| x).kinks_at(&[0.0, f64::NAN]),
        "kink is NaN, but it must be finite",
    );
    refused(
        VarianceScaling::from_gain(-1.0, Fan::In, Family::Normal),
        "gain is -1, but it must be finite and at least 0",
    );
}

#[test]
fn what_does_not_converge() {
    let rule = "state the kinks of the function, and make sure that it is finite and grows more \
                slowly than a normal density falls";
    let nan = Custom::new("ln", f64::ln);
    refused(
        Gain::forward(&nan, 1.0),
        &format!(
            "E f(z sqrt(q))^2 at pre-activation variance 1.0 did not converge: it is NaN with \
             an error of NaN; {rule}"
        ),
    );
    refused(
        SquaredRelu.forward_gain(1e200),
        &format!(
            "E f(z sqrt(q))^2 at pre-activation variance 1e200 did not converge: it is inf with \
             an error of inf; {rule}"
        ),
    );
    for f in [
        Custom::new("1/x", |x| 1.0 / x),
        Custom::new("exp(x^2)", |x| (x * x).exp()),
        Custom::new("wild", |x| (1e9 * x * x).sin()),
        // A different number for neighbouring arguments.
        Custom::new("noise", |x| f64::from(x.to_bits() as u16)),
    ] {
        let result = Gain::forward(&f, 1.0);
        let found = matches!(
            result,
            Err(InitError::NotConverged {
                quantity: "E f(z sqrt(q))^2",
                ..
            })
        );
        assert!(found, "{f:?}: {result:?}");
    }
}

#[test]
fn schemes_take_an_activation() {
    let weight = Weight::new((300, 100)).unwrap();
    let variance = |scheme: VarianceScaling| scheme.law(&weight).unwrap().variance().unwrap();
    let gain = Gelu.forward_gain(1.0).unwrap();
    let he = VarianceScaling::from_activation(Gelu, Fan::In, Family::Normal).unwrap();
    assert_relative_eq!(variance(he), gain * gain / 100.0, max_relative = 1e-15);
    assert_eq!((he.fan(), he.family()), (Fan::In, Family::Normal));
    let back = Gelu.backward_gain(1.0).unwrap();
    let scheme = VarianceScaling::from_activation(Gelu, Fan::Out, Family::Uniform).unwrap();
    assert_relative_eq!(variance(scheme), back * back / 300.0, max_relative = 1e-15);
    assert_eq!((scheme.fan(), scheme.family()), (Fan::Out, Family::Uniform));
    let glorot = VarianceScaling::from_activation(Gelu, Fan::Average, Family::Normal).unwrap();
    let between = 2.0 / (gain.powi(-2) + back.powi(-2));
    assert_relative_eq!(variance(glorot), between / 200.0, max_relative = 1e-15);

    // ReLU's and the linear gain are what the schemes have, to the bit.
    assert_eq!(
        VarianceScaling::from_activation(Relu, Fan::In, Family::Normal),
        Ok(HeNormal.variance_scaling())
    );
    assert_eq!(
        VarianceScaling::from_activation(Relu, Fan::In, Family::Uniform),
        Ok(HeUniform.variance_scaling())
    );
    assert_eq!(
        VarianceScaling::from_activation(Linear, Fan::Average, Family::Normal),
        Ok(GlorotNormal.variance_scaling())
    );
    assert_eq!(
        VarianceScaling::from_activation(Relu, Fan::In, Family::Normal),
        Ok(HeNormal.variance_scaling())
    );
    // A closure, borrowed or not, or a trait object.
    let closure = Custom::new("x", |x| x);
    let linear = VarianceScaling::from_activation(&closure, Fan::In, Family::Normal).unwrap();
    assert_relative_eq!(linear.variance(), 1.0, max_relative = 1e-14);
    let shared: Arc<dyn Nonlinearity> = Arc::new(closure);
    assert_eq!(
        VarianceScaling::from_activation(Arc::clone(&shared), Fan::In, Family::Normal),
        Ok(linear)
    );
    assert_eq!(
        VarianceScaling::from_activation(&*shared, Fan::In, Family::Normal),
        Ok(linear)
    );

    let gain = VarianceScaling::from_gain(2.0, Fan::In, Family::Normal).unwrap();
    assert_eq!(Ok(gain), VarianceScaling::new(4.0, Fan::In, Family::Normal));
}

#[test]
fn the_named_members_of_the_family() {
    let is = |scheme: VarianceScaling, variance, fan, family| {
        assert_eq!(Ok(scheme), VarianceScaling::new(variance, fan, family));
    };
    is(LeCunUniform.into(), 1.0, Fan::In, Family::Uniform);
    is(
        LeCunTruncatedNormal.into(),
        1.0,
        Fan::In,
        Family::TruncatedNormal,
    );
    is(HeUniform.into(), 2.0, Fan::In, Family::Uniform);
    is(
        HeTruncatedNormal.into(),
        2.0,
        Fan::In,
        Family::TruncatedNormal,
    );
    is(XavierNormal.into(), 1.0, Fan::In, Family::Normal);
    is(GlorotUniform.into(), 1.0, Fan::Average, Family::Uniform);
    is(
        GlorotTruncatedNormal.into(),
        1.0,
        Fan::Average,
        Family::TruncatedNormal,
    );
    assert_eq!(format!("{HeUniform:?}"), "HeUniform");

    // The bounds that papers state.
    let weight = Weight::new((300, 100)).unwrap();
    let bound = |scheme: &dyn Scheme| scheme.law(&weight).unwrap().support().unwrap().1;
    assert_relative_eq!(bound(&HeUniform), 0.06_f64.sqrt(), max_relative = 1e-15);
    assert_relative_eq!(
        bound(&GlorotUniform),
        0.015_f64.sqrt(),
        max_relative = 1e-15
    );
    let std = HeTruncatedNormal.law(&weight).unwrap().std().unwrap();
    assert_relative_eq!(std, 0.02_f64.sqrt(), max_relative = 1e-14);
    assert_relative_eq!(
        bound(&HeTruncatedNormal),
        2.0 * std / 0.879_625_661_034_239_8,
        max_relative = 1e-14
    );
}

#[test]
fn nonlinearities_print_as_the_call_that_makes_them() {
    assert_eq!(format!("{:?}", LeakyRelu(0.1)), "LeakyRelu(0.1)");
    let custom = Custom::new("clip", |x: f64| x.clamp(0.0, 1.0));
    assert_eq!(format!("{custom:?}"), "Custom::new(\"clip\", ..)");
    let custom = custom.slope(|_| 0.0).kinks_at(&[0.0, 1.0]).unwrap();
    assert_eq!(
        format!("{custom:?}"),
        "Custom::new(\"clip\", ..).slope(..).kinks_at(&[0.0, 1.0])"
    );
    assert_eq!(custom.name(), "clip");
}

#[test]
fn a_law_with_the_gain_of_a_closure_promises_no_bits() {
    let weight = Weight::new((30, 20)).unwrap();
    let closure = Custom::new("tanh", f64::tanh);
    let stable = |scheme: VarianceScaling| scheme.law(&weight).unwrap().is_bit_stable();
    assert!(stable(
        VarianceScaling::from_activation(Tanh, Fan::In, Family::Normal).unwrap()
    ));
    let brought = VarianceScaling::from_activation(closure, Fan::In, Family::Normal).unwrap();
    assert!(!stable(brought));
    assert!(
        !brought
            .scaled(2.0)
            .unwrap()
            .law(&weight)
            .unwrap()
            .is_bit_stable()
    );
    // Stated as a number, it is one.
    let stated = VarianceScaling::from_gain(brought.variance().sqrt(), Fan::In, Family::Normal);
    assert!(stable(stated.unwrap()));
}
