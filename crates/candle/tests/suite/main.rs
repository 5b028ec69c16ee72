//! What fanin-candle promises, by its public API.

mod faults;
mod models;
mod place;
mod same;
mod train;
mod zoo;
