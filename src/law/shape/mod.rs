//! What several laws know of a weight's shape: what its indices mean, and what lies where.

mod connections;
mod factors;
mod frames;
mod grid;
mod moments;
mod repetition;

pub(crate) use connections::{Connections, Unit};
pub(crate) use factors::{Along, Factors};
pub(crate) use frames::Frames;
pub(super) use grid::Grid;
pub(super) use moments::Moments;
pub(crate) use repetition::Repetition;
