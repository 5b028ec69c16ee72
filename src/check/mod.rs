//! Whether an array follows a law.
//!
//! | file | |
//! |---|---|
//! | `tails.rs` | chances, and bounds of them |
//! | `report.rs` | what a check says |
//! | `model.rs` | what is known of one value |
//! | `sample.rs` | one pass over independent values |
//! | `correlation.rs` | neighbours along an axis |
//! | `pattern.rs` | values that follow from their index |
//! | `connections.rs` | values in chosen connections |
//! | `repetition.rs` | outputs that repeat others |
//! | `orthogonality.rs` | products of rows |
//! | `check.rs` | which tests a law has |

mod check;
mod connections;
mod correlation;
mod model;
mod orthogonality;
mod pattern;
mod repetition;
mod report;
mod sample;
mod tails;

pub(crate) use check::check_laws;
pub use report::{Report, Test, Verdict};
