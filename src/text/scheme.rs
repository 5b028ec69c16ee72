//! Schemes of texts, by the table of names.

use std::str::FromStr;
use std::sync::Arc;

use super::method::{self, Method};
use super::names::{AMBIGUOUS, NAMES, Name, find};
use super::read::Read;
use crate::error::{InitError, TextProblem};
use crate::scheme::{
    Along, BilinearKernel, ByPart, Constant, DeltaOrthogonal, Dirac, ForgetGateBias, GlorotNormal,
    GlorotTruncatedNormal, GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform, Icnr, Identity,
    LeCunNormal, LeCunTruncatedNormal, LeCunUniform, LogUniform, Mapped, Normal, Ones, Orthogonal,
    Scaled, ScaledAlong, Scheme, Signs, Sinusoids, Sparse, SparseOf, TruncatedNormal, Uniform,
    VarianceScaling, XavierNormal, ZeroRows, Zeros,
};
use crate::syntax::{Arguments, Call, Chain, Fault, Lookup, nearest};

/// The scheme that a text says: a name, arguments in parentheses, and what is to be done with it.
///
/// [`names`](crate::names) has all names; the grammar is in `docs/text.md`. A scheme prints what is
/// read as the same scheme, with `Display` or, of a `dyn Scheme`, [`Scheme::text`].
///
/// ```
/// use fanin::{Initializer, InitError, Key, parse};
/// use ndarray::Array2;
///
/// let scheme = parse("glorot_uniform.scaled(1 / 2)")?;
/// let w: Array2<f32> = scheme.init_keyed(Key::from_seed(0), (256, 784))?;
/// assert_eq!(scheme.text(), "glorot_uniform.scaled(0.5)");
///
/// let error = parse("normal(sdt=0.02)").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "cannot read this text:\n  normal(sdt=0.02)\n         ^^^ there is no argument of this name; the \
///      nearest are std, mean"
/// );
/// # assert_eq!(w.dim(), (256, 784));
/// # Ok::<(), InitError>(())
/// ```
///
/// # Errors
///
/// [`InitError::Text`] with the place and the [problem](TextProblem): an unknown name with the nearest known
/// ones, an argument too many or too few, a number that its scheme refuses, more than 32 levels of nesting.
pub fn parse(text: &str) -> Result<Arc<dyn Scheme>, InitError> {
    read(text, scheme)
}

/// As [`parse`], where numbers may be arithmetic with what `lookup` knows.
///
/// # Errors
///
/// As for [`parse`].
pub(crate) fn parse_with(text: &str, lookup: &dyn Lookup) -> Result<Arc<dyn Scheme>, InitError> {
    read(text, |chain| scheme(&chain.clone().resolved(lookup)?))
}

/// What is made of the chain that a text is.
pub(super) fn read<T>(
    text: &str,
    make: impl FnOnce(&Chain) -> Result<T, Fault>,
) -> Result<T, InitError> {
    let made = Chain::read(text).and_then(|chain| make(&chain));
    made.map_err(|fault| bracketed(fault, text).in_text(text))
}

/// That what begins at a place in angle brackets has no text.
fn bracketed(fault: Fault, text: &str) -> Fault {
    let rest = text.get(fault.at.start..).unwrap_or("");
    if !rest.starts_with('<') {
        return fault;
    }
    let len = rest.find('>').map_or(rest.len(), |end| end + 1);
    Fault::new(fault.at.start..fault.at.start + len, TextProblem::NoText)
}

/// The scheme of a chain.
pub(super) fn scheme(chain: &Chain) -> Result<Arc<dyn Scheme>, Fault> {
    let name = find(&chain.head.name).ok_or_else(|| unknown(&chain.head))?;
    method::all(read_by(name, &chain.head)?, &chain.methods)
}

/// What a call of a name makes.
fn read_by(name: &Name, call: &Call) -> Result<Arc<dyn Scheme>, Fault> {
    if let Some(arguments) = name.arguments() {
        Arguments::have_only(call, &arguments)?;
    }
    (name.read)(call)
}

/// That no scheme has the name of a call.
fn unknown(call: &Call) -> Fault {
    let ambiguous = AMBIGUOUS.iter().find(|(name, _)| *name == call.name);
    let problem = match ambiguous {
        Some((_, meanings)) => TextProblem::Ambiguous { meanings },
        None => TextProblem::UnknownName {
            kind: "scheme",
            nearest: nearest(&call.name, NAMES.iter().flat_map(Name::spellings)),
        },
    };
    Fault::new(call.at.clone(), problem)
}

/// A scheme of a known type, by its own name.
fn one<S: Read>(text: &str) -> Result<S, InitError> {
    read(text, |chain| {
        let name = find(&chain.head.name).ok_or_else(|| unknown(&chain.head))?;
        if name.name() != S::NAME {
            return Err(Fault::expected(chain.head.at.clone(), S::NAME));
        }
        match chain.methods.first() {
            None => {
                if let Some(arguments) = name.arguments() {
                    Arguments::have_only(&chain.head, &arguments)?;
                }
                S::read(&chain.head)
            }
            Some(call) => Err(Fault::expected(call.at.clone(), "the end")),
        }
    })
}

macro_rules! from_str {
    ($($scheme:ty),* $(,)?) => {$(
        /// What `Display` prints, and the other spellings that [`names`](crate::names) has of it.
        impl FromStr for $scheme {
            type Err = InitError;

            fn from_str(text: &str) -> Result<Self, InitError> {
                one(text)
            }
        }
    )*};
}

schemes!(from_str);

/// A scheme that the last method of a text makes.
fn last<M: Method>(text: &str) -> Result<M, InitError> {
    read(text, |chain| {
        let names = M::names();
        match chain.methods.split_last() {
            Some((last, before)) if names.contains(&last.name) => {
                let inner = Chain {
                    head: chain.head.clone(),
                    methods: before.to_vec(),
                };
                M::of(scheme(&inner)?, last)
            }
            Some((last, _)) => Err(method::unknown(last, names.iter())),
            None => {
                let end = chain.at().end;
                let what = "a method at the end, as .scaled(0.5)";
                Err(Fault::expected(end..end, what))
            }
        }
    })
}

macro_rules! from_str_of_method {
    ($($scheme:ident),* $(,)?) => {$(
        /// What `Display` prints.
        impl FromStr for $scheme<Arc<dyn Scheme>> {
            type Err = InitError;

            fn from_str(text: &str) -> Result<Self, InitError> {
                last(text)
            }
        }
    )*};
}

from_str_of_method!(Scaled, Mapped, ScaledAlong, SparseOf, ZeroRows);

/// As [`parse`], for what holds its scheme in a box.
impl FromStr for Box<dyn Scheme> {
    type Err = InitError;

    fn from_str(text: &str) -> Result<Self, InitError> {
        Ok(Box::new(parse(text)?))
    }
}
