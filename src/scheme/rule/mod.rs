//! How a scale changes with the depth and the width of a network.

pub mod depth;
mod factor;
pub mod width;

pub use factor::Factor;
