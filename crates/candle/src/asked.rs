//! What a layer itself asks for.

use candle_nn::Init;
use candle_nn::init::NormalOrUniform;
use fanin::{Constant, InitError, Normal, Parameter, Scheme, Uniform, from_fn};

/// With the law of the layer's hint, which a rule may take. One that cannot be drawn is a fault of the rule
/// that takes it, and of no other.
pub(crate) fn asking(parameter: Parameter, hint: Init) -> Parameter {
    let shape = parameter.shape();
    let name = parameter.name();
    match hint {
        Init::Const(value) if value == 0.0 && !starts_at_zero(name) => {
            refusing(parameter, unasked())
        }
        Init::Const(value) => with(parameter, Constant::new(value)),
        Init::Randn { mean, stdev } => with(parameter, Normal::new(mean, stdev)),
        Init::Uniform { lo, up } => with(parameter, Uniform::new(lo, up)),
        Init::Kaiming {
            dist,
            fan,
            non_linearity,
        } => {
            // As candle computes it, whatever the rule reads.
            let fan = fan.for_shape(&shape.into());
            let std = non_linearity.gain() / (fan as f64).sqrt();
            let bound = 3_f64.sqrt() * std;
            match dist {
                NormalOrUniform::Normal => with(parameter, Normal::new(0.0, std)),
                NormalOrUniform::Uniform => with(parameter, Uniform::new(-bound, bound)),
            }
        }
    }
}

/// Whether a parameter of that name starts at 0 by its nature.
fn starts_at_zero(name: &str) -> bool {
    name.ends_with("bias") || name.ends_with("running_mean")
}

fn unasked() -> InitError {
    InitError::InvalidParameter {
        name: "the hint Init::Const",
        value: 0.0,
        rule: "of a bias or a running mean: a layer that asks for nothing has the same hint; write a scheme \
               in this rule's place, `ones` for the weight of a norm, `zeros` where 0 is meant",
    }
}

fn with<S: Scheme + 'static>(parameter: Parameter, scheme: Result<S, InitError>) -> Parameter {
    match scheme {
        Ok(scheme) => parameter.asking(scheme),
        Err(error) => refusing(parameter, error),
    }
}

fn refusing(parameter: Parameter, error: InitError) -> Parameter {
    parameter.asking(from_fn("refused hint", move |_| Err(error.clone())))
}

#[cfg(test)]
mod tests {
    use super::asking;
    use candle_nn::Init;
    use candle_nn::init::{DEFAULT_KAIMING_NORMAL, DEFAULT_KAIMING_UNIFORM};
    use fanin::{Initializer, Parameter, Weight};

    #[track_caller]
    fn law(name: &str, shape: &[usize], hint: Init) -> String {
        let parameter = asking(Parameter::new(name, shape), hint);
        let scheme = parameter.asked().unwrap();
        let weight = Weight::new(shape).unwrap();
        match scheme.describe(&weight) {
            Ok(description) => format!("{:.5}", description.std().unwrap()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn hints_are_laws() {
        let shape = [64, 32, 3, 3];
        // sqrt(2 / 288).
        assert_eq!(law("w", &shape, DEFAULT_KAIMING_NORMAL), "0.08333");
        assert_eq!(law("w", &shape, DEFAULT_KAIMING_UNIFORM), "0.08333");
        // 1 / sqrt(12).
        let uniform = Init::Uniform { lo: 0.0, up: 1.0 };
        assert_eq!(law("w", &shape, uniform), "0.28868");
        let normal = Init::Randn {
            mean: 1.0,
            stdev: 0.02,
        };
        assert_eq!(law("w", &shape, normal), "0.02000");
        assert_eq!(law("w", &shape, Init::Const(1.0)), "0.00000");
    }

    #[test]
    fn a_zero_that_nobody_asked_for_is_refused() {
        assert_eq!(law("h.0.bias", &[4], Init::Const(0.0)), "0.00000");
        assert_eq!(law("bn.running_mean", &[4], Init::Const(0.0)), "0.00000");
        assert_eq!(
            law("ln.weight", &[4], Init::default()),
            "the hint Init::Const is 0, but it must be of a bias or a running mean: a layer that asks for \
             nothing has the same hint; write a scheme in this rule's place, `ones` for the weight of a norm, \
             `zeros` where 0 is meant"
        );
    }

    #[test]
    fn a_hint_that_is_no_law_is_refused_when_it_is_taken() {
        let hint = Init::Randn {
            mean: 0.0,
            stdev: f64::NAN,
        };
        assert!(law("w", &[4, 4], hint).starts_with("std is NaN"));
        assert!(law("w", &[4, 0], DEFAULT_KAIMING_NORMAL).contains("std is inf"));
    }
}
