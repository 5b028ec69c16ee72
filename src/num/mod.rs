//! Mathematics in `f64`, and other helpers that depend on no other module of the crate.

pub(crate) mod dispatch;
pub(crate) mod expectation;
pub(crate) mod float;
pub(crate) mod functions;
pub(crate) mod memory;
pub(crate) mod product;
pub(crate) mod quadrature;
pub(crate) mod root;
pub(crate) mod short;
pub(crate) mod truncated_moments;
