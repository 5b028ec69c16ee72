//! What fanin-burn promises, by its public API.

mod faults;
mod layouts;
mod modules;
mod net;
mod same;
