//! An activation as text.

use std::fmt;

use crate::activation::Activation;
use crate::syntax::Number;

impl Activation {
    /// What it is called in texts, and its parameter.
    pub(crate) const fn spelling(self) -> (&'static str, Option<f64>) {
        let name = match self {
            Activation::LeakyRelu(slope) => return ("leaky_relu", Some(slope)),
            Activation::Elu(scale) => return ("elu", Some(scale)),
            Activation::Celu(scale) => return ("celu", Some(scale)),
            Activation::Linear => "linear",
            Activation::Sigmoid => "sigmoid",
            Activation::Tanh => "tanh",
            Activation::Relu => "relu",
            Activation::Relu6 => "relu6",
            Activation::Selu => "selu",
            Activation::Gelu => "gelu",
            Activation::GeluTanh => "gelu_tanh",
            Activation::QuickGelu => "quick_gelu",
            Activation::Silu => "silu",
            Activation::Mish => "mish",
            Activation::Softplus => "softplus",
            Activation::Softsign => "softsign",
            Activation::Hardswish => "hardswish",
            Activation::Hardtanh => "hardtanh",
            Activation::Erf => "erf",
            Activation::Sin => "sin",
            Activation::SquaredRelu => "squared_relu",
        };
        (name, None)
    }
}

/// What its `FromStr` reads: `relu`, `leaky_relu(0.01)`.
impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.spelling() {
            (name, None) => f.pad(name),
            (name, Some(parameter)) => f.pad(&format!("{name}({})", Number(parameter))),
        }
    }
}
