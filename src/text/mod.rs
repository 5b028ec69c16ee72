//! Schemes by their names: what texts mean. The grammar is that of `syntax`, for people in
//! `docs/text.md`.
//!
//! | file | |
//! |---|---|
//! | `names.rs` | the table of names, and what each means |
//! | `scheme.rs` | schemes of chains, by the table |
//! | `read.rs` | what a scheme reads of its call |
//! | `combinator.rs` | schemes that are made of others |
//! | `word.rs` | activations, families, fans, centres |
//! | `value.rs` | numbers in a call |
//! | `serde.rs` | the same for configurations |

mod combinator;
mod names;
mod read;
mod scheme;
#[cfg(feature = "serde")]
mod serde;
mod value;
mod word;

pub use names::{Name, names};
pub use scheme::parse;
