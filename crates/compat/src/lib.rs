//! The initialisers and layers of PyTorch, Keras, JAX and Flax, under the frameworks' own names.
//!
//! | module | its initialisers | its layers |
//! |---|---|---|
//! | [`pytorch`] | `torch.nn.init`, with its table of gains | `torch.nn` |
//! | [`keras`] | `keras.initializers` | `keras.layers` |
//! | [`jax`] | `jax.nn.initializers`, with its axes | |
//! | [`flax`] | those of [`jax`] | `flax.linen` |
//!
//! An initialiser is a function with the framework's name and arguments. It returns a [`Ported`],
//! which is a [`Scheme`](fanin::Scheme) like any other. A layer is a value with the framework's own
//! arguments, whose [`Parameter`]s have the framework's names, shapes and laws; every layer is a
//! [`Module`].
//!
//! ```
//! use fanin_compat::{Module, pytorch};
//! use fanin::{InitError, Initializer, Key};
//! use ndarray::{Array1, Array2, ArrayD};
//!
//! let key = Key::from_seed(42).child("fc");
//!
//! // torch.nn.init.xavier_uniform_(w, gain=5 / 3)
//! let w: Array2<f32> = pytorch::xavier_uniform_(5.0 / 3.0)?.init_keyed(key.clone(), (200, 300))?;
//!
//! // torch.nn.Linear(300, 200)
//! let linear = pytorch::Linear::new(300, 200);
//! let weight: Array2<f32> = linear.weight()?.init_keyed(key.child("weight"))?;
//! let bias: Array1<f32> = linear.bias()?.init_keyed(key.child("bias"))?;
//! assert_eq!((weight.dim(), bias.dim()), ((200, 300), 200));
//!
//! // The same, as a dictionary of names and arrays.
//! let state: Vec<(String, ArrayD<f32>)> = linear.init_keyed(key.clone())?;
//! assert_eq!(state[0], ("weight".to_string(), weight.into_dyn()));
//! # Ok::<(), InitError>(())
//! ```
//!
//! # Pitfalls
//!
//! - **The fans are the framework's**, mistakes included. They are read from the shape of the array
//!   alone; the roles of the axes of a [`Weight`](fanin::Weight) are ignored. In PyTorch, `fan_out`
//!   of a convolution with n groups is n times too large, and the fans of a transposed convolution
//!   are swapped. For the fans of the operation use [`fanin::Conv`], [`fanin::ConvTranspose`] and
//!   the schemes of `fanin`.
//! - **The law is the framework's, the values are not.** No framework's random numbers are
//!   reproduced.
//! - A scheme returns a law for each part of a [fused](fanin::Fused) weight, but a framework sees
//!   one array: give these functions the plain shape.
//!
//! `docs/porting.md`, in this package, has the lines side by side. It also covers Haiku, timm, GPT-2,
//! burn, candle and others, whose rules are schemes of `fanin` or of the modules here.

#![forbid(unsafe_code)]
// Their bits differ between platforms.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
// A panic is no way to report a bad argument.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod argument;
pub mod flax;
pub mod jax;
pub mod keras;
mod layer;
mod module;
mod parameter;
mod ported;
pub mod pytorch;
mod reading;

pub use module::Module;
pub use parameter::Parameter;
pub use ported::Ported;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../docs/porting.md")]
mod porting {}
