//! Schemes by their names: what texts mean. The grammar is that of `syntax`, for people in
//! `docs/text.md`.
//!
//! | file | |
//! |---|---|
//! | `names.rs` | the table of names, and what each means |
//! | `scheme.rs` | schemes of chains, by the table |
//! | `read.rs` | what a scheme reads of its call |
//! | `combinator.rs` | schemes that are made of others |
//! | `method.rs` | what is done with a scheme, after a dot |
//! | `word.rs` | activations, families, fans, centres |
//! | `value.rs` | numbers in a call |
//! | `serde.rs` | the same for configurations |

/// Calls a macro with the type of every scheme that has a name: one list for all that each of them has.
macro_rules! schemes {
    ($each:ident) => {
        $each!(
            LeCunNormal,
            LeCunUniform,
            LeCunTruncatedNormal,
            HeNormal,
            HeUniform,
            HeTruncatedNormal,
            XavierNormal,
            GlorotNormal,
            GlorotUniform,
            GlorotTruncatedNormal,
            VarianceScaling,
            Normal,
            TruncatedNormal,
            Uniform,
            LogUniform,
            Signs,
            Zeros,
            Ones,
            Constant,
            Orthogonal,
            DeltaOrthogonal,
            Sparse,
            Identity,
            Dirac,
            BilinearKernel,
            ForgetGateBias,
            Along,
            Sinusoids,
            Icnr<Arc<dyn Scheme>>,
            ByPart,
        );
    };
}

mod combinator;
mod method;
mod names;
mod read;
mod scheme;
#[cfg(feature = "serde")]
mod serde;
mod value;
mod word;

pub use names::{Name, names};
pub use scheme::parse;
pub(crate) use scheme::parse_with;
pub(crate) use word::is_word;
