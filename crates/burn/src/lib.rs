//! Modules of burn, initialised by name: a [`Recipe`](fanin::Recipe) of fanin's decides each parameter, under a key
//! of its own.
//!
//! ```
//! use burn_core as burn;
//! use burn_core::{module::Module, tensor::Device};
//! use burn_nn::{Linear, LinearConfig};
//! use fanin::{HeNormal, Key, Recipe, Rule, Zeros};
//!
//! #[derive(Module, Debug)]
//! struct Mlp { layers: Vec<Linear> }
//!
//! let device = Device::flex();
//! let layer = |from, to| LinearConfig::new(from, to).init(&device);
//! let mlp = Mlp { layers: vec![layer(784, 256), layer(256, 10)] };
//! let recipe = Recipe::new()
//!     .rule(Rule::new("layers.*.weight", HeNormal))
//!     .rule(Rule::new("layers.*.bias", Zeros));
//! let mlp = fanin_burn::init(mlp, &recipe, &Key::from_seed(42))?;
//! assert_eq!(mlp.layers[1].bias.as_ref().unwrap().val().to_data().try_to_vec::<f32>().unwrap(), [0.0; 10]);
//! # Ok::<(), fanin_burn::BurnError>(())
//! ```
//!
//! # How a module is initialised
//!
//! Its parameters are visited first, and the recipe makes its plan: **everything that is wrong is one error**,
//! before anything is drawn. Then each parameter is given its values. One that is lazy is never initialised by burn
//! on the way; its identity, its device, whether it requires a gradient, and what happens when it is loaded or saved stay
//! as they are.
//!
//! The name of a parameter is its path: fields, and numbers in a `Vec`, an array or a tuple, with dots in between.
//!
//! # How weights are read
//!
//! By the type of the module that holds them, where a rule says no [reading](fanin::Rule::reading) of its own:
//!
//! | module | its weight | read as |
//! |---|---|---|
//! | `Linear`, in either `LinearLayout` | \[in, out\] | `i o` |
//! | `Conv1d`, `Conv2d`, `Conv3d`, `DeformConv2d` | \[out, in / groups, kernel..\] | a plain shape |
//! | `ConvTranspose1d`, `ConvTranspose2d`, `ConvTranspose3d` | \[in, out / groups, kernel..\] | `i o k k`, or `(g i) o k k` if its bias tells of groups |
//! | `Embedding` | \[count, width\] | a plain shape: `fan_in` is the width |
//! | any other | | a plain shape |
//!
//! A visit of a module does not show strides, which divide fans, nor the groups of a transposed convolution without a
//! bias. Where a scheme depends on them, the rule says a reading.
//!
//! # What is left alone
//!
//! The running mean and variance of a `BatchNorm` stay as they are unless the last part of a pattern names them:
//! `**.running_mean` does, `**` does not. A parameter with an adapter (LoRA) is drawn as base and factors.
//!
//! # Element types
//!
//! A parameter keeps its own; a lazy one has the float type of its device. `F32`, `F64`, `BF16` and `F16` are drawn,
//! integers and booleans take a constant. Any other is an error.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
// A panic is no way to report a bad argument.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod draw;
mod dtype;
mod error;
mod init;
mod layout;
mod map;
mod path;
mod seen;
mod visit;

pub use error::{BurnError, Fault};
pub use init::{init, parameters};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
