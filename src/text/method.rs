//! What is done with a scheme: the methods of a chain, as `.scaled(0.5)`.

use std::sync::Arc;

use super::value::{made, number, whole};
use crate::error::TextProblem;
use crate::scheme::{Formula, Mapped, Scaled, ScaledAlong, Scheme, SparseOf, Variance, ZeroRows};
use crate::syntax::{Arguments, Call, Fault, Value, nearest};
use crate::word::Map;

/// Any scheme of which another is made.
type Inner = Arc<dyn Scheme>;

/// A scheme that a method makes of another.
pub(super) trait Method: Scheme + Sized + 'static {
    /// What its arguments are called.
    const ARGUMENTS: &'static [&'static str];

    /// What the method is called.
    fn names() -> Vec<String>;

    /// What a call of it makes.
    fn of(inner: Inner, call: &Call) -> Result<Self, Fault>;
}

/// How the scheme of a call is made.
type Make = fn(Inner, &Call) -> Result<Inner, Fault>;

/// Every method: its names, and how its scheme is made.
fn methods() -> Vec<(Vec<String>, Make)> {
    fn row<M: Method>() -> (Vec<String>, Make) {
        let make: Make = |inner, call| {
            Arguments::have_only(call, M::ARGUMENTS)?;
            Ok(Arc::new(M::of(inner, call)?))
        };
        (M::names(), make)
    }
    vec![
        row::<Scaled<Inner>>(),
        row::<Mapped<Inner>>(),
        row::<ScaledAlong<Inner>>(),
        row::<SparseOf<Inner>>(),
        row::<ZeroRows<Inner>>(),
    ]
}

/// What the methods of a chain make of a scheme, one after the other.
pub(super) fn all(mut scheme: Inner, calls: &[Call]) -> Result<Inner, Fault> {
    let methods = methods();
    for call in calls {
        let known = methods.iter().find(|(names, _)| names.contains(&call.name));
        let Some((_, make)) = known else {
            return Err(unknown(call, methods.iter().flat_map(|(names, _)| names)));
        };
        scheme = make(scheme, call)?;
    }
    Ok(scheme)
}

/// That no method has the name of a call.
pub(super) fn unknown<'a>(call: &Call, names: impl Iterator<Item = &'a String>) -> Fault {
    let problem = TextProblem::UnknownName {
        kind: "method",
        nearest: nearest(&call.name, names.map(String::as_str)),
    };
    Fault::new(call.at.clone(), problem)
}

impl Method for Scaled<Inner> {
    const ARGUMENTS: &'static [&'static str] = &["variance"];

    fn names() -> Vec<String> {
        vec!["scaled".to_string()]
    }

    fn of(inner: Inner, call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let variance = number(arguments.required("variance")?)?;
        arguments.end()?;
        made(call.whole.clone(), Scaled::new(inner, variance))
    }
}

impl Method for Mapped<Inner> {
    const ARGUMENTS: &'static [&'static str] = &[];

    fn names() -> Vec<String> {
        Map::ALL.map(|map| map.to_string()).to_vec()
    }

    fn of(inner: Inner, call: &Call) -> Result<Self, Fault> {
        Arguments::new(call).end()?;
        let map = Map::ALL
            .into_iter()
            .find(|map| map.to_string() == call.name);
        let map = map.ok_or_else(|| unknown(call, Self::names().iter()))?;
        made(call.whole.clone(), Mapped::new(inner, map))
    }
}

impl Method for ScaledAlong<Inner> {
    const ARGUMENTS: &'static [&'static str] = &["axis", "variance"];

    fn names() -> Vec<String> {
        vec!["scaled_along".to_string()]
    }

    fn of(inner: Inner, call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let axis = whole(arguments.required("axis")?)?;
        let variance = arguments.required("variance")?;
        arguments.end()?;
        let scheme = match variance {
            Value::List(each, _) => {
                let each: Result<Vec<f64>, Fault> = each.iter().map(number).collect();
                ScaledAlong::new(inner, axis, each?)
            }
            _ => {
                let formula = Formula::new(&variance.sum()?)?;
                ScaledAlong::of(inner, axis, Variance::Formula(formula))
            }
        };
        made(call.whole.clone(), scheme)
    }
}

impl Method for SparseOf<Inner> {
    const ARGUMENTS: &'static [&'static str] = &["nonzeros"];

    fn names() -> Vec<String> {
        vec!["sparse".to_string()]
    }

    fn of(inner: Inner, call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let nonzeros = whole(arguments.required("nonzeros")?)?;
        arguments.end()?;
        made(call.whole.clone(), SparseOf::new(inner, nonzeros))
    }
}

impl Method for ZeroRows<Inner> {
    const ARGUMENTS: &'static [&'static str] = &["at", "axis"];

    fn names() -> Vec<String> {
        vec!["zero_rows".to_string()]
    }

    fn of(inner: Inner, call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let at = match arguments.required("at")? {
            Value::List(at, _) => at
                .iter()
                .map(whole)
                .collect::<Result<Vec<usize>, Fault>>()?,
            value => return Err(Fault::expected(value.at(), "a list of places, as [0, 5]")),
        };
        let axis = arguments.optional("axis")?.map_or(Ok(0), whole)?;
        arguments.end()?;
        let scheme = made(call.whole.clone(), ZeroRows::new(inner, at))?;
        Ok(scheme.axis(axis))
    }
}
