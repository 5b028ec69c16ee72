//! Rules of depth and width, factors, gains, activations, moments, keys.

use fanin::{Estimate, Gain, Gaussian, Nonlinearity, depth, width::MuP};

use crate::{case::Case, schemes};

pub(crate) fn run(case: &mut Case) {
    for _ in 0..4 {
        factors(case);
        gains(case);
        expectations(case);
    }
    case.call("child keys");
    let name = "k".repeat(case.dice.index(300));
    let key = case
        .dice
        .key()
        .child(name)
        .child_index(case.dice.word() as usize);
    let _ = (format!("{key:?}"), key.to_bytes());
}

fn factors(case: &mut Case) {
    let [a, b] = [case.dice.count(), case.dice.count()];
    let [x, y] = [case.dice.number(), case.dice.mostly_positive()];
    case.call("a rule of depth");
    let t_fixup = depth::TFixup::new(a, b);
    let deep_norm = depth::DeepNorm::encoder_decoder(a, b);
    let factors = [
        depth::gpt2(a),
        depth::fixup(a, b),
        depth::DeepNorm::encoder(a).map(|rule| rule.beta()),
        depth::DeepNorm::decoder(a).map(|rule| rule.beta()),
        t_fixup.clone().map(|rule| rule.encoder()),
        t_fixup.map(|rule| rule.decoder()),
        Gain::new(x),
        Gain::from_variance(y),
    ];
    let _ = format!("{deep_norm:?}");
    for factor in factors.into_iter().flatten() {
        case.is_finite("a gain", factor.value());
        case.is_finite("a variance factor", factor.variance());
    }
    for normal in [depth::small_init(a), depth::wang_init(a, b)]
        .into_iter()
        .flatten()
    {
        case.is_finite("a deviation", normal.std());
    }
    case.call("a rule of width");
    if let Ok(rule) = MuP::new(a, b) {
        for rule in [
            rule.input(),
            rule.hidden(),
            rule.output(),
            rule.without_multiplier().output(),
        ] {
            let numbers = [
                rule.over_fan_in().variance(),
                rule.without_fan().variance(),
                rule.multiplier(),
                rule.adam(),
                rule.sgd(),
            ];
            for number in numbers {
                case.is_finite("a width rule's number", number);
            }
        }
    }
}

fn gains(case: &mut Case) {
    let q = case.dice.mostly_positive();
    let x = case.dice.number();
    let activation = schemes::activation(case);
    case.call("an activation");
    let is_valid = activation.validate().is_ok();
    let (value, slope) = (activation.value(x), activation.derivative(x));
    // Where the limit is not, or a product overflows, a value may be infinite; it is no NaN.
    if is_valid && x.is_finite() {
        case.is_finite(
            "an activation's value is NaN",
            if value.is_nan() { value } else { 0.0 },
        );
        case.is_finite(
            "an activation's slope is NaN",
            if slope.is_nan() { slope } else { 0.0 },
        );
    }
    let closure = schemes::closure(case);
    let functions: [Option<&dyn Nonlinearity>; 2] =
        [Some(&activation), closure.as_ref().map(|f| f as _)];
    for f in functions.into_iter().flatten() {
        case.call("a gain");
        for gain in [Gain::forward(f, q), Gain::backward(f, q)]
            .into_iter()
            .flatten()
        {
            case.is_finite("a gain", gain.value());
            case.is_finite("a gain's error", gain.error());
            case.is_finite("a gain's variance", gain.variance());
        }
        case.call("a moment");
        for moment in [f.mean(q), f.second_moment(q), f.derivative_second_moment(q)] {
            match moment {
                Ok(moment) => {
                    case.is_finite("a moment", moment.value());
                    case.is_finite("a moment's error", moment.error());
                }
                Err(error) => drop(error.to_string()),
            }
        }
    }
}

fn expectations(case: &mut Case) {
    let [mean, std, c] = [
        case.dice.number(),
        case.dice.mostly_positive(),
        case.dice.number(),
    ];
    let marks: Vec<f64> = (0..case.dice.below(6))
        .map(|_| case.dice.number())
        .collect();
    case.call("Gaussian::new");
    let Ok(law) = Gaussian::new(mean, std) else {
        return;
    };
    let Some(f) = schemes::closure(case) else {
        return;
    };
    case.call("expect");
    let _ = law.expect(&marks, |u| Estimate::exact(f.value(u)));
    if case.dice.once_in(4) {
        case.call("expect_pair");
        let _ = law.expect_pair(c.clamp(-1.0, 1.0), &marks, |u| f.derivative_estimate(u));
    }
}
