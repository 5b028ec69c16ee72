//! Whether a signal lives through a deep network: predicted by mean-field theory.
//!
//! In a wide network with weights of mean 0 and variance `w / fan_in` and biases of variance `b`,
//! pre-activations are Gaussian, and their variance goes from layer to layer by
//!
//! ```text
//! V(q) = w E f(z sqrt(q))^2 + b,    z ~ N(0, 1).
//! ```
//!
//! Its fixed point is `q*`. The gradient's second moment is multiplied by
//! `chi = w E f'(z sqrt(q))^2` for each layer on the way back, and two inputs that are nearly the
//! same are driven together if `chi < 1` and apart if `chi > 1`. At `chi = 1`, and only there,
//! neither the gradient nor the difference between inputs is lost at depth: that is the critical
//! weight variance. Off it, differences shrink by `e` every depth scale `xi`.
//!
//! | question | answered by |
//! |---|---|
//! | where does the variance settle, and how deep does the signal reach? | [`Layer::fixed_points`] |
//! | which weight variance is critical? | [`critical_variance`] |
//! | what will each layer of this stack see? | [`predict`] |
//! | which factor of [`Scaled`](crate::Scaled) keeps the signal, or the gradient? | [`tune`] |
//!
//! ```
//! use fanin::{Activation, HeNormal, InitError, signal::{Layer, critical_variance, predict}};
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
//! assert!((layers[49].variance() - 0.617_965).abs() < 1e-6);
//! assert!((layers[0].gradient() - 64.89).abs() < 0.01);
//! # Ok::<(), InitError>(())
//! ```
//!
//! B. Poole et al., "Exponential expressivity in deep neural networks through transient chaos",
//! NeurIPS 2016; S. S. Schoenholz, J. Gilmer, S. Ganguli and J. Sohl-Dickstein, "Deep information
//! propagation", ICLR 2017. Their `sigma_w^2` is `w` and their `sigma_b^2` is `b`.

mod critical;
mod layer;
mod predict;
mod roots;
mod theory;
mod tune;

pub use critical::{CriticalPoint, Criticality, critical_variance};
pub use layer::Layer;
pub use predict::{Prediction, predict};
pub use theory::{FixedPoint, FixedPoints, Stability};
pub use tune::{Goal, Tuned, tune};
