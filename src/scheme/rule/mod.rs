//! How a scale changes with the depth and the width of a network.

pub mod depth;
pub mod width;
