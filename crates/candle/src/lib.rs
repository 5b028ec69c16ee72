//! Models of candle, initialised by name: a [`Recipe`](fanin::Recipe) of fanin's decides each parameter, under a
//! key of its own.
//!
//! ```
//! use candle_core::{DType, Device};
//! use candle_nn::{VarBuilder, linear};
//! use fanin::{HeNormal, Key, Recipe, Rule, Zeros};
//!
//! let recipe = Recipe::new()
//!     .rule(Rule::new("**.weight", HeNormal))
//!     .rule(Rule::new("**.bias", Zeros));
//! let model = |vb: VarBuilder| {
//!     let first = linear(784, 256, vb.pp("first"))?;
//!     Ok((first, linear(256, 10, vb.pp("second"))?))
//! };
//! let key = Key::from_seed(42);
//! let (first, _) = fanin_candle::init(&recipe, &key, DType::F32, &Device::Cpu, model)?;
//! let (again, _) = fanin_candle::init(&recipe, &key, DType::F32, &Device::Cpu, model)?;
//! assert_eq!(first.weight().to_vec2::<f32>()?, again.weight().to_vec2::<f32>()?);
//! # Ok::<(), fanin_candle::CandleError>(())
//! ```
//!
//! | to | function |
//! |---|---|
//! | build a model for inference | [`init`] |
//! | build one that is trained, whose variables a `VarMap` holds | [`init_var_map`] |
//! | give new values to the variables that a `VarMap` holds | [`fill_var_map`] |
//! | fill one tensor that exists | [`fill`] |
//! | know the names and shapes of a model | [`parameters`] |
//!
//! # How a model is built
//!
//! The closure that loads the model runs twice. The first time its requests are noted and answered with zeros
//! that take no memory, so a model of any size is noted in a moment. Then the recipe makes its plan,
//! and **everything that is wrong is one error**, before anything is drawn. Then all parameters are drawn, and the
//! closure is given those. So a model may unwrap what it is given, or try other names after an error, as some do.
//!
//! - A parameter that is requested twice is drawn once, and both share its storage.
//! - `VarBuilder::contains_tensor` is a question about names: it is answered with yes for what has been asked for
//!   before, and for a name that a pattern of the recipe gives in full, without `*` or `{`.
//! - A rule of the kind [`as_asked`](fanin::Rule::as_asked) draws from the law of the layer's own hint
//!   ([`candle_nn::Init`]). `Const(0)` is taken for biases and running means (names that end in `bias` or
//!   `running_mean`) only: a layer that asks for nothing has that hint, too, and some norms do so.
//! - A closure that looks at values, or asks for other names the second time, is not for this crate.
//!
//! # Element types
//!
//! `F32`, `F64`, `BF16` and `F16` are drawn; `U8`, `U32`, `I16`, `I32` and `I64` take a constant. Any other is an error.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
// A panic is no way to report a bad argument.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod asked;
mod built;
mod draw;
mod dtype;
mod error;
mod fill;
mod init;
mod notes;

pub use error::{CandleError, Fault};
pub use fill::{fill, fill_var_map};
pub use init::{init, init_var_map};
pub use notes::parameters;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
