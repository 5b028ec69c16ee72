//! Modules that are shared by the programs that train networks on the digits.

#[path = "arguments.rs"]
pub(crate) mod arguments;
#[path = "chart.rs"]
pub(crate) mod chart;
#[path = "data.rs"]
pub(crate) mod data;
#[path = "dense.rs"]
pub(crate) mod dense;
#[path = "examples.rs"]
pub(crate) mod examples;
#[path = "network.rs"]
pub(crate) mod network;
#[path = "output.rs"]
pub(crate) mod output;
#[path = "training.rs"]
pub(crate) mod training;
