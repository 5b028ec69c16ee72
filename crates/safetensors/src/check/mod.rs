//! Whether a checkpoint is what a plan draws.
//!
//! | file | |
//! |---|---|
//! | `finding.rs` | what is wrong, in figures and words |
//! | `outcome.rs` | all that a check says |
//! | `tensor.rs` | one tensor against its law |
//! | `copies.rs` | tensors and rows that are there twice |
//! | `checker.rs` | all tensors, and those of a rule together |

mod checker;
mod copies;
mod finding;
mod outcome;
mod tensor;

pub use checker::Checker;
pub use finding::{Finding, Subject};
pub use outcome::Outcome;
