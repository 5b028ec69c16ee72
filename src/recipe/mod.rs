//! A whole model by the names of its parameters. `docs/recipes.md` is the page for people.
//!
//! | file | |
//! |---|---|
//! | `recipe.rs`, `rule.rs`, `quantity.rs`, `text.rs` | what a recipe is made of |
//! | `parameter.rs`, `dtype.rs` | what a model says of its parameters |
//! | `pattern.rs` | patterns over names |
//! | `variables.rs`, `scope.rs`, `filled.rs` | what names in texts stand for, and texts with numbers in braces |
//! | `compiled.rs`, `planning.rs`, `drawn.rs`, `tolerant.rs` | from rules and parameters to a plan |
//! | `plan.rs`, `table.rs` | the plan |
//! | `model.rs` | names and shapes of a recipe's own |
//! | `arrays.rs` | models of the caller's own arrays |
//! | `fault.rs` | what is wrong |
//! | `toml.rs`, `embedded.rs` | recipes of files |

mod arrays;
mod compiled;
mod drawn;
mod dtype;
#[cfg(feature = "recipes")]
mod embedded;
mod fault;
mod filled;
mod model;
mod parameter;
mod pattern;
mod plan;
mod planning;
mod quantity;
mod recipe;
mod rule;
mod scope;
mod table;
mod text;
mod tolerant;
#[cfg(feature = "toml")]
mod toml;
mod variables;

pub use arrays::{Model, Visitor};
pub use dtype::Dtype;
#[cfg(feature = "recipes")]
pub use embedded::recipes;
pub use fault::{Fault, Place, PlanError, Problem};
pub use parameter::Parameter;
pub use plan::{Plan, Planned};
pub use quantity::Quantity;
pub use recipe::Recipe;
pub use rule::{Patterns, Rule};
