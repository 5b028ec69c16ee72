//! Activations, families, fans and centres: words of a fixed list.

use std::fmt::Display;
use std::str::FromStr;

use super::value::{made, number};
use crate::activation::{Activation, Nonlinearity};
use crate::error::{InitError, TextProblem};
use crate::scheme::{Family, Fan};
use crate::syntax::{Arguments, Call, Chain, Fault, Value, nearest};
use crate::word::{Centre, Waves};

/// A word of a fixed list.
pub(super) trait Word: Copy + Display + 'static {
    /// What it is, in an error.
    const KIND: &'static str;

    /// All of them; how they print is how they are read.
    const ALL: &'static [Self];

    /// Other spellings.
    const ALIASES: &'static [(&'static str, Self)];

    /// The word that a value is.
    fn of_value(value: &Value) -> Result<Self, Fault> {
        let chain = match value {
            Value::Chain(chain) => chain,
            _ => return Err(Fault::expected(value.at(), Self::KIND)),
        };
        match chain.as_name() {
            Some(name) => Self::named(name).ok_or_else(|| Self::unknown(&chain.head)),
            None => Err(Fault::expected(chain.at(), Self::KIND)),
        }
    }

    /// The word of that name.
    fn named(name: &str) -> Option<Self> {
        let printed = Self::ALL.iter().find(|word| word.to_string() == name);
        let alias = Self::ALIASES.iter().find(|(alias, _)| *alias == name);
        printed.or(alias.map(|(_, word)| word)).copied()
    }

    /// That no word has the name of a call.
    fn unknown(call: &Call) -> Fault {
        let printed: Vec<String> = Self::ALL.iter().map(ToString::to_string).collect();
        let aliases = Self::ALIASES.iter().map(|(alias, _)| *alias);
        let names = printed.iter().map(String::as_str).chain(aliases);
        let problem = TextProblem::UnknownName {
            kind: Self::KIND,
            nearest: nearest(&call.name, names),
        };
        Fault::new(call.at.clone(), problem)
    }
}

impl Word for Fan {
    const KIND: &'static str = "fan";
    const ALL: &'static [Self] = &[Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage];
    const ALIASES: &'static [(&'static str, Self)] = &[
        ("fan_in", Fan::In),
        ("fan_out", Fan::Out),
        ("fan_avg", Fan::Average),
        ("fan_geo_avg", Fan::GeometricAverage),
    ];
}

impl Word for Family {
    const KIND: &'static str = "family";
    const ALL: &'static [Self] = &[Family::Normal, Family::Uniform, Family::TruncatedNormal];
    const ALIASES: &'static [(&'static str, Self)] = &[];
}

impl Word for Centre {
    const KIND: &'static str = "centre";
    const ALL: &'static [Self] = &[Centre::Upper, Centre::Lower];
    const ALIASES: &'static [(&'static str, Self)] = &[];
}

impl Word for Waves {
    const KIND: &'static str = "layout of waves";
    const ALL: &'static [Self] = &[Waves::Halves, Waves::Interleaved];
    const ALIASES: &'static [(&'static str, Self)] = &[];
}

macro_rules! from_str {
    ($($word:ty),*) => {$(
        /// What `Display` prints.
        impl FromStr for $word {
            type Err = InitError;

            fn from_str(text: &str) -> Result<Self, InitError> {
                let word = Value::read(text).and_then(|value| <$word>::of_value(&value));
                word.map_err(|fault| fault.in_text(text))
            }
        }
    )*};
}

from_str!(Fan, Family, Centre, Waves);

/// Activations, with the parameter that they have where none is given: 1 for ELU and CELU in every
/// framework. The slope of a leaky ReLU is 0.01 in some and 0.2 in others.
const ACTIVATIONS: [(Activation, bool); 21] = [
    (Activation::Linear, false),
    (Activation::Sigmoid, false),
    (Activation::Tanh, false),
    (Activation::Relu, false),
    (Activation::LeakyRelu(f64::NAN), true),
    (Activation::Relu6, false),
    (Activation::Elu(1.0), false),
    (Activation::Selu, false),
    (Activation::Celu(1.0), false),
    (Activation::Gelu, false),
    (Activation::GeluTanh, false),
    (Activation::QuickGelu, false),
    (Activation::Silu, false),
    (Activation::Mish, false),
    (Activation::Softplus, false),
    (Activation::Softsign, false),
    (Activation::Hardswish, false),
    (Activation::Hardtanh, false),
    (Activation::Erf, false),
    (Activation::Sin, false),
    (Activation::SquaredRelu, false),
];

/// Whether a name stands for a fan, a family, a centre, a layout of waves, an activation or infinity in the
/// arguments of a scheme.
pub(crate) fn is_word(name: &str) -> bool {
    let activations = ACTIVATIONS.iter().map(|(known, _)| known.spelling().0);
    Fan::named(name).is_some()
        || Family::named(name).is_some()
        || Centre::named(name).is_some()
        || Waves::named(name).is_some()
        || name == "inf"
        || { activations }.any(|known| known == name)
        || ALIASES.iter().any(|(alias, _)| *alias == name)
}

/// What else activations are called.
const ALIASES: [(&str, &str); 6] = [
    ("identity", "linear"),
    ("swish", "silu"),
    ("gelu_new", "gelu_tanh"),
    ("hard_swish", "hardswish"),
    ("hard_tanh", "hardtanh"),
    ("relu_squared", "squared_relu"),
];

/// The activation that a value is.
pub(super) fn activation(value: &Value) -> Result<Activation, Fault> {
    match value {
        Value::Chain(chain) if chain.methods.is_empty() => activation_of(&chain.head),
        _ => Err(Fault::expected(
            value.at(),
            "an activation, as relu or leaky_relu(0.01)",
        )),
    }
}

fn activation_of(call: &Call) -> Result<Activation, Fault> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == call.name);
    let name = alias.map_or(call.name.as_str(), |(_, name)| name);
    let found = ACTIVATIONS
        .iter()
        .find(|(activation, _)| activation.spelling().0 == name);
    let Some(&(activation, must_be_given)) = found else {
        let names = ACTIVATIONS.iter().map(|(known, _)| known.spelling().0);
        let problem = TextProblem::UnknownName {
            kind: "activation",
            nearest: nearest(
                &call.name,
                names.chain(ALIASES.iter().map(|(alias, _)| *alias)),
            ),
        };
        return Err(Fault::new(call.at.clone(), problem));
    };
    let mut arguments = Arguments::new(call);
    let at = arguments.at();
    let mut parameter = |name| match arguments.optional(name)? {
        Some(value) => number(value).map(Some),
        None if must_be_given => {
            let problem = TextProblem::Missing { name };
            Err(Fault::new(call.whole.clone(), problem))
        }
        None => Ok(None),
    };
    let activation = match activation {
        Activation::LeakyRelu(slope) => Activation::LeakyRelu(parameter("slope")?.unwrap_or(slope)),
        Activation::Elu(scale) => Activation::Elu(parameter("scale")?.unwrap_or(scale)),
        Activation::Celu(scale) => Activation::Celu(parameter("scale")?.unwrap_or(scale)),
        other => other,
    };
    arguments.end()?;
    made(at, activation.validate())?;
    Ok(activation)
}

/// What `Display` prints, and the names that frameworks have: `relu`, `leaky_relu(0.01)`, `swish`.
///
/// ```
/// use fanin::{Activation, InitError};
///
/// assert_eq!("leaky_relu(0.01)".parse::<Activation>()?, Activation::LeakyRelu(0.01));
/// assert_eq!("swish".parse::<Activation>()?.to_string(), "silu");
/// # Ok::<(), InitError>(())
/// ```
impl FromStr for Activation {
    type Err = InitError;

    fn from_str(text: &str) -> Result<Self, InitError> {
        let activation = Chain::read(text).and_then(|chain| activation(&Value::Chain(chain)));
        activation.map_err(|fault| fault.in_text(text))
    }
}
