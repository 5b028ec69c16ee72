//! Activations, and how much a layer must amplify to make up for one.

mod activation;
mod gain;
pub(crate) mod nonlinearity;
mod text;

pub use activation::Activation;
pub use gain::Gain;
pub use nonlinearity::{Custom, Nonlinearity};
