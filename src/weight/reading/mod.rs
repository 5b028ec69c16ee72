//! How a shape is read: the notation, and what it makes of a shape.
//!
//! | file | |
//! |---|---|
//! | `reading.rs` | [`Reading`] |
//! | `text.rs` | a reading as text |
//! | `parse.rs` | a text as reading |
//! | `weight.rs` | a shape as a reading has it, and the reading of a weight |

mod parse;
mod reading;
mod text;
mod weight;

pub use reading::Reading;
