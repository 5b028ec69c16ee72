//! Neural-network weight initialisation: the variance that the papers state, the same bits on
//! every machine.
//!
//! ```
//! use fanin::{HeNormal, InitError, Initializer};
//! use ndarray::Array2;
//! use rand::{SeedableRng, rngs::StdRng};
//!
//! let mut rng = StdRng::seed_from_u64(42);
//! // 784 inputs, 256 outputs: variance 2 / 784.
//! let w: Array2<f32> = HeNormal.init(&mut rng, (256, 784))?;
//! let second_moment = w.mapv(|x| f64::from(x).powi(2)).mean().unwrap();
//! // 200,704 values: one standard error is sqrt(2 / 200,704) = 0.3 %.
//! assert!((second_moment * 784.0 / 2.0 - 1.0).abs() < 0.013);
//! # Ok::<(), InitError>(())
//! ```
//!
//! # Five words
//!
//! - A [`Scheme`] is a policy: it looks at a weight and returns a law. This is the trait to
//!   implement. [`Initializer`] is the trait to call; every scheme has it.
//! - A [`Weight`] is a tensor as its operation sees it: a shape and its fans.
//! - A [`Law`] is the distribution of the values.
//! - A [`Key`] selects the random numbers.
//! - A [`Filler`] is a scheme, a weight and a key put together: a tensor as a function, from which
//!   arrays, slices and regions are read.
//!
//! The draw of an element depends only on the key and the element's row-major flat index. Its value
//! depends only on that draw and the law. So one key belongs to one tensor: see [`Key`].
//!
//! # The schemes
//!
//! | scheme | variance |
//! |---|---|
//! | [`LeCunNormal`] | 1 / fan_in |
//! | [`HeNormal`] | 2 / fan_in |
//! | [`XavierNormal`] | 1 / fan_in |
//! | [`GlorotNormal`] | 2 / (fan_in + fan_out) |
//! | `LeCun...`, `He...`, `Glorot...` as `...Uniform`, `...TruncatedNormal` | the same, of another law |
//! | [`VarianceScaling`] | a stated factor over the fan in, out, or between |
//! | [`Normal`] | the square of a stated standard deviation |
//! | [`TruncatedNormal`] | that of a normal law between two bounds |
//! | [`Uniform`] | that of stated bounds |
//! | [`LogUniform`] | that of bounds, its logarithm uniform |
//! | [`Signs`] | the square of a stated size, of random sign |
//! | [`Mapped`] | that of another law, each value mapped by `exp`, an inverse softplus, .. |
//! | [`Zeros`], [`Ones`], [`Constant`] | 0 |
//! | [`struct@Orthogonal`], [`struct@DeltaOrthogonal`] | gain^2 / n of a random orthogonal matrix |
//! | [`Sparse`] | that of few normal values for every output |
//! | [`struct@Identity`], [`struct@Dirac`], [`BilinearKernel`], [`struct@ForgetGateBias`] | not random |
//! | [`Icnr`] | that of another scheme, the outputs repeated |
//! | [`FromDistribution`] | that of any `rand_distr::Distribution<f64>` |
//! | [`Table`] | that of given values |
//! | [`Along`], [`Sinusoids`] | that of a formula of the place along an axis, of sinusoids of positions |
//! | [`SparseOf`] | that of another scheme in few connections of every output |
//! | [`ZeroRows`], [`ScaledAlong`] | that of another scheme, with zeros or factors along an axis |
//! | a [`Law`] | its own, whatever the weight |
//! | [`from_fn`] | that of a law that a closure returns |
//! | [`ByPart`] | that of another scheme for each part of a weight |
//! | [`Scaled`] | a factor times that of another scheme |
//!
//! A [`Gain`] is the factor by which a layer must amplify to make up for its activation. The modules
//! [`depth`] and [`width`] hold rules for how weights change with the network's depth and width.
//!
//! [`Initializer::check`] and [`Law::check`] test whether an array, from any source, is what a scheme or a
//! law draws.
//!
//! # Whole models
//!
//! A [`Recipe`] initialises a model by the names of its parameters: the first rule whose pattern matches a
//! name decides. It makes a [`Plan`], which has a filler for each parameter on demand, or reports all faults
//! before anything is drawn.
//!
//! # Other crates
//!
//! `fanin-safetensors` writes a plan as a checkpoint, and checks checkpoints; `fanin-cli` is the same as a
//! program. `fanin-burn` and `fanin-candle` initialise models of these libraries. `fanin-signal` predicts
//! and measures what a deep network does to a signal, and scales layers by what they do to a batch (LSUV).
//! `fanin-compat` has what PyTorch, Keras, JAX and Flax draw, under their names.
//!
//! # Features
//!
//! A feature adds items; none changes a number.
//!
//! | feature | adds |
//! |---|---|
//! | `parallel` (on by default) | large tensors are filled on rayon's threads |
//! | `half` | `half::f16` and `half::bf16` as [element types](Element) |
//! | `serde` | everything that has a text is serialised as that text |
//! | `toml` | recipes from TOML |
//! | `recipes` | the recipes of some model families, by name |

#![forbid(unsafe_code)]
// Their bits differ between platforms, and no value may depend on them.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
// A panic is no way to report a bad argument.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

// Each module uses those above its own, as docs/design.md has it and tests/layers.rs holds it.
mod word;

mod error;

mod num;

mod syntax;

mod key;

mod weight;

mod activation;

mod law;

mod engine;

mod scheme;

mod check;

mod describe;

mod filler;

mod initializer;

mod complex;

mod text;

mod recipe;

#[cfg(fanin_checks)]
#[doc(hidden)]
pub mod internals;

pub use activation::{Activation, Custom, Gain, Nonlinearity};
pub use check::{Pool, Report, TestResult, Verdict};
pub use complex::ComplexFiller;
pub use describe::Description;
pub use engine::Element;
pub use error::{InitError, NoFan, TextProblem, TooLarge};
pub use filler::Filler;
pub use initializer::Initializer;
pub use key::Key;
pub use law::Law;
pub use num::expectation::{Estimate, Gaussian};
#[cfg(feature = "recipes")]
pub use recipe::recipes;
pub use recipe::{
    Dtype, Fault, Model, Parameter, Patterns, Place, Plan, PlanError, Planned, Problem, Quantity,
    Recipe, Rule, Visitor,
};
pub use scheme::{
    Along, BilinearKernel, ByPart, Constant, DeltaOrthogonal, Dirac, Family, Fan, ForgetGateBias,
    FromDistribution, FromFn, GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal,
    HeTruncatedNormal, HeUniform, Icnr, Identity, LeCunNormal, LeCunTruncatedNormal, LeCunUniform,
    LogUniform, Mapped, Normal, Ones, Orthogonal, Scaled, ScaledAlong, Scheme, Signs, Sinusoids,
    Sparse, SparseOf, Table, TruncatedNormal, Uniform, VarianceScaling, XavierNormal, ZeroRows,
    Zeros, depth, from_fn, width,
};
pub use text::{Name, names, parse};
pub use weight::{
    Axis, Conv, ConvTranspose, Dense, DepthwiseConv, Embedding, Flat, Fused, IntoFan, IntoRegion,
    IntoWeight, KernelShape, Layout, ReadAs, Reading, Region, Weight, WithFans,
};
pub use word::{Centre, Map, Waves};

/// The crates whose types the API speaks, for a crate that depends on other versions of them.
#[cfg(feature = "half")]
pub use half;
pub use {ndarray, num_complex, rand};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../docs/guide.md")]
mod guide {}

#[cfg(doctest)]
#[doc = include_str!("../docs/readings.md")]
mod readings {}

#[cfg(doctest)]
#[doc = include_str!("../docs/text.md")]
mod texts {}

#[cfg(all(doctest, feature = "toml"))]
#[doc = include_str!("../docs/recipes.md")]
mod recipes_page {}
