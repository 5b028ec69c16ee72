//! Whether a signal survives a deep network: predicted by mean-field theory, and measured in the
//! layers of an existing network.
//!
//! # Predicted
//!
//! In a wide network with weights of mean 0 and variance `w / fan_in` and biases of variance `b`,
//! pre-activations are Gaussian, and their variance follows, from layer to layer,
//!
//! ```text
//! V(q) = w E f(z sqrt(q))^2 + b,    z ~ N(0, 1).
//! ```
//!
//! Its fixed point is `q*`. The gradient's second moment is multiplied by
//! `chi = w E f'(z sqrt(q))^2` for each layer on the way back, and two inputs that are nearly the
//! same are driven together if `chi < 1` and apart if `chi > 1`. Only at `chi = 1` does depth lose
//! neither the gradient nor the difference between inputs: this is the critical weight variance.
//! Elsewhere the correlation of two inputs approaches a limit, and its distance from that limit
//! shrinks by a factor of `e` over each depth scale `xi`.
//!
//! | question | answered by |
//! |---|---|
//! | where does the variance settle, and how deep does the signal reach? | [`Layer::fixed_points`] |
//! | which weight variance is critical? | [`critical_variance`] |
//! | what will each layer of this stack see? | [`predict`] |
//! | which factor of [`Scaled`](fanin::Scaled) keeps the signal, or the gradient? | [`tune`] |
//!
//! ```
//! use fanin::{Activation, HeNormal};
//! use fanin_signal::{Layer, SignalError, critical_variance, predict};
//!
//! // He's rule is critical for ReLU, at every variance of the signal.
//! let layer = Layer::of(&HeNormal, (512, 512), Activation::Relu)?;
//! assert_eq!(layer.weight_variance(), 2.0);
//! let critical = critical_variance(&Activation::Relu, 0.0)?;
//! assert!((critical.points()[0].weight_variance() - 2.0).abs() < 1e-15);
//!
//! // 50 tanh layers by the same rule: the signal stays, the gradient explodes.
//! let stack = vec![Layer::of(&HeNormal, (512, 512), Activation::Tanh)?; 50];
//! let layers = predict(&stack, 1.0)?;
//! assert!((layers[49].preactivation_second_moment() - 0.617_965).abs() < 1e-6);
//! assert!((layers[0].gradient() - 64.89).abs() < 0.01);
//! # Ok::<(), SignalError>(())
//! ```
//!
//! B. Poole et al., "Exponential expressivity in deep neural networks through transient chaos",
//! NeurIPS 2016; S. S. Schoenholz, J. Gilmer, S. Ganguli and J. Sohl-Dickstein, "Deep information
//! propagation", ICLR 2017. Their `sigma_w^2` is `w` and their `sigma_b^2` is `b`.
//!
//! # Measured
//!
//! [`measure`] sends a batch through layers, and a random gradient back, and returns a [`Measurement`]:
//! a row for every layer, as a table, and the first layer where something is [wrong](Fault).
//! A layer is a [`DenseLayer`] with a weight from any source, or a custom one: a type that implements
//! [`Differentiable`], or [closures](from_fn).
//!
//! ```
//! use fanin::{Activation, HeNormal, Initializer, Key, Normal};
//! use fanin_signal::{Bounds, DenseLayer, measure};
//! use ndarray::Array2;
//!
//! let key = Key::from_seed(1);
//! let batch: Array2<f32> = Normal::new(0.0, 1.0)?.init_keyed(key.child("batch"), (50, 100))?;
//! let weights: Vec<Array2<f32>> = (0..20)
//!     .map(|layer| {
//!         // Somebody has made a mistake in layer 8, counted from 1.
//!         let factor = if layer == 7 { 16.0 } else { 1.0 };
//!         HeNormal.scaled(factor)?.init_keyed(key.child_index(layer), (100, 100))
//!     })
//!     .collect::<Result<_, _>>()?;
//! let layers: Vec<DenseLayer<f32>> = weights
//!     .iter()
//!     .map(|weight| DenseLayer::new(weight.view(), &Activation::Relu))
//!     .collect::<Result<_, _>>()?;
//! let report = measure(&layers, batch.view(), &key.child("gradient"))?;
//! println!("{report}");
//! let fault = report.fault(&Bounds::new()).unwrap();
//! assert_eq!(fault.layer(), 8);
//! assert!(fault.to_string().starts_with("the signal explodes at layer 8"));
//! # Ok::<(), fanin_signal::SignalError>(())
//! ```
//!
//! # Scaled
//!
//! [`Lsuv`] scales each layer's weight until the variance of its output on a batch is 1.
//!
//! Everything here is computed in `f64`, whatever the element type of the weights; only the weights that LSUV scales
//! keep their type. These numbers are not bit-stable, since sums of products are ndarray's.

#![forbid(unsafe_code)]
// Their bits differ between platforms.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
// A panic is no way to report a bad argument.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod bounds;
mod critical;
mod dense_layer;
mod differentiable;
mod error;
mod jacobian;
mod layer;
mod lsuv;
mod measure;
mod predict;
mod report;
mod room;
mod roots;
mod theory;
mod tune;

pub use bounds::{Bounds, Fault, Symptom};
pub use critical::{CriticalPoint, Criticality, critical_variance};
pub use dense_layer::DenseLayer;
pub use differentiable::{Differentiable, FromFn, Pass, from_fn};
pub use error::SignalError;
pub use jacobian::{Jacobian, jacobian, singular_values};
pub use layer::Layer;
pub use lsuv::{Lsuv, LsuvFit, Unscalable};
pub use measure::measure;
pub use predict::{Prediction, predict};
pub use report::{LayerSignal, Measurement};
pub use theory::{FixedPoint, FixedPoints, Stability};
pub use tune::{Goal, Tuned, tune};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
