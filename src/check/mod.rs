//! Whether an array follows a law.
//!
//! | file | |
//! |---|---|
//! | `tails.rs` | chances, and bounds of them |
//! | `report.rs` | what a check says |
//! | `threads.rs`, `read.rs`, `lanes.rs` | tasks in order, values in order, loops that are fast |
//! | `model.rs` | what is known of one value |
//! | `cells.rs` | how many values are where |
//! | `sample.rs` | independent values, wherever they are |
//! | `copies.rs` | stretches that are there twice |
//! | `slices.rs` | rows, columns, and slices across any axis |
//! | `correlation.rs` | values at a distance along an axis |
//! | `pass.rs` | all of these, in one pass and some more |
//! | `pattern.rs` | values that follow from their index |
//! | `connections.rs` | values in chosen connections |
//! | `repetition.rs` | outputs that repeat others |
//! | `orthogonality.rs`, `haar.rs` | orthogonal matrices: products of rows, and the law of the entries |
//! | `digest.rs` | whether one part of a weight is a copy of another |
//! | `sums.rs` | what tests of moments add up |
//! | `pool.rs` | what many arrays add up to |
//! | `check.rs` | which tests a law has |
//! | `region.rs` | which of them part of a tensor has |

mod cells;
mod check;
mod connections;
mod copies;
mod correlation;
mod digest;
mod factored;
mod haar;
mod lanes;
mod mapped;
mod model;
mod orthogonality;
mod pass;
mod pattern;
mod pool;
mod read;
mod region;
mod repetition;
mod report;
mod sample;
mod signs;
mod slices;
mod sums;
mod tails;
mod threads;

pub(crate) use check::check_laws;
pub use pool::Pool;
pub(crate) use region::check_region;
pub use report::{Report, TestResult, Verdict};
