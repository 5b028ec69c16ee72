//! Texts: tokens, arithmetic, calls with arguments, and where a text is wrong.
//!
//! What the names in a text mean is not known here: a scheme, an activation or a reading asks for the
//! tree, or for the tokens, and gives them a meaning.
//!
//! ```text
//! chain     = call ("." call)*
//! call      = name [ "(" [ argument ("," argument)* [","] ] ")" ]
//! argument  = [ name "=" ] value
//! value     = sum | text | "[" [ value ("," value)* [","] ] "]" | chain
//! sum       = product (("+" | "-") product)*
//! product   = sign (("*" | "/") sign)*
//! sign      = "-" sign | number | name | "(" sum ")"
//!           | function "(" (sum | text) ["," (sum | text)] ")"
//! function  = "sqrt" | "ln" | "exp" | "ceil" | "floor" | "min" | "max" | "dim" | "count"
//! name      = a letter or "_", then letters, digits and "_"
//! number    = as in Rust, of decimal digits: 784, 50_257, 0.02, .5, 1e-6
//! text      = between two " or two ', without escapes
//! ```
//!
//! Whitespace stands anywhere between tokens. A name alone, where a value is expected, is a chain, which
//! its reader may also take for a variable. Calls, lists, parentheses and signs are nested at most
//! [`MAX_DEPTH`] deep, and as deep counts every further call of a chain, since what it makes wraps
//! what stands before it.
//!
//! | file | |
//! |---|---|
//! | `fault.rs` | a place in a text, and what is wrong there |
//! | `token.rs` | tokens |
//! | `cursor.rs` | tokens one after the other |
//! | `sum.rs`, `function.rs` | arithmetic |
//! | `lookup.rs` | what names in arithmetic stand for |
//! | `chain.rs` | calls with arguments and methods |
//! | `arguments.rs` | the arguments of a call, taken by name |
//! | `nearest.rs` | which names are nearest to another |
//! | `number.rs` | a number as text |

mod arguments;
mod chain;
mod cursor;
mod fault;
mod function;
mod lookup;
mod nearest;
mod number;
mod sum;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use arguments::Arguments;
pub(crate) use chain::{Call, Chain, Value};
pub(crate) use cursor::Cursor;
pub(crate) use fault::Fault;
pub(crate) use function::is_function;
pub(crate) use lookup::{Lookup, NoVariables};
pub(crate) use nearest::nearest;
pub(crate) use number::Number;
pub(crate) use sum::Sum;
pub(crate) use token::Token;

/// How deep calls, lists and parentheses may be nested.
pub(crate) const MAX_DEPTH: usize = 32;
