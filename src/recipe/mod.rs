//! A whole model by the names of its parameters.

mod dtype;
mod fault;
mod parameter;
mod pattern;
mod plan;
mod recipe;
mod rule;

pub use dtype::Dtype;
pub use fault::{Fault, Place, PlanError, Problem};
pub use parameter::Parameter;
pub use plan::{Plan, Planned};
pub use recipe::Recipe;
pub use rule::{Patterns, Rule};
