//! Laws under a key, from which any stretch of the flat order can be read.

mod connections;
mod factored;
mod matrices;
mod need;
mod reader;
mod repeated;
mod room;
mod sampled;
mod stream;

pub(super) use reader::Reader;
pub(crate) use room::has_room;
#[cfg(test)]
pub(super) use stream::read_normals;
