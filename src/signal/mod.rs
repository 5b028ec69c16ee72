//! What a stack of layers does to a signal and to its gradient, before any training.
//!
//! [`measure`] sends a batch through layers, and a random gradient back, and returns a [`Report`]:
//! a row for every layer, as a table, and the first layer where something is [wrong](Fault).
//! Layers are [`Dense`] ones with weights from anywhere, or one's own, by the trait [`Differentiable`] or as
//! [closures](from_fn).
//!
//! ```
//! use fanin::{
//!     Activation, HeNormal, Initializer, Key, Normal,
//!     signal::{Bounds, Dense, measure},
//! };
//! use ndarray::Array2;
//!
//! let key = Key::from_seed(1);
//! let batch: Array2<f32> = Normal::new(0.0, 1.0)?.init_keyed(&key.child("batch"), (50, 100))?;
//! let weights: Vec<Array2<f32>> = (0..20)
//!     .map(|layer| {
//!         // Somebody has made a mistake in layer 8, counted from 1.
//!         let factor = if layer == 7 { 16.0 } else { 1.0 };
//!         HeNormal.scaled(factor)?.init_keyed(&key.child_index(layer), (100, 100))
//!     })
//!     .collect::<Result<_, _>>()?;
//! let layers: Vec<Dense<f32>> = weights
//!     .iter()
//!     .map(|weight| Dense::new(weight.view(), &Activation::Relu))
//!     .collect::<Result<_, _>>()?;
//! let report = measure(&layers, batch.view(), &key.child("gradient"))?;
//! println!("{report}");
//! let fault = report.fault(&Bounds::new()).unwrap();
//! assert_eq!(fault.layer(), 8);
//! assert!(fault.to_string().starts_with("the signal explodes at layer 8"));
//! # Ok::<(), fanin::InitError>(())
//! ```
//!
//! Everything here is computed in `f64`, whatever the weights are. These numbers are not
//! bit-stable: sums of products are ndarray's.

mod bounds;
mod dense;
mod differentiable;
mod jacobian;
mod measure;
mod report;

pub use bounds::{Bounds, Fault, Symptom};
pub use dense::Dense;
pub use differentiable::{Differentiable, FromFn, Pass, from_fn};
pub use jacobian::{Jacobian, jacobian, singular_values};
pub use measure::measure;
pub use report::{LayerSignal, Report};
