//! From words to standard draws, one at a time.

mod angle;
mod quantile;
mod radius;
mod truncation;
mod uniform;

pub(crate) use angle::{sin_cos_f32, sin_cos_f64};
#[cfg(fanin_checks)]
pub(crate) use radius::radius_f64;
pub(crate) use radius::{radius_f32, radius_squared_f64, reduce_f64};
#[cfg(test)]
pub(crate) use truncation::BOUNDS;
pub(crate) use truncation::Truncation;
pub(crate) use uniform::{uniform_f32, uniform_f64};
