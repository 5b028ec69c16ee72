//! The arguments of a call, taken by name.

use std::ops::Range;

use super::chain::{Argument, Call, Value};
use super::fault::Fault;
use super::nearest::nearest;
use crate::error::TextProblem;

/// The arguments of a call, each of which is taken once, and by name.
///
/// The argument that is taken first may stand first without its name: `scaled(0.5)`,
/// `icnr(he_normal, upscale=2)`. Any other has its name, so that no two numbers depend on their
/// order.
///
/// ```text
/// let mut arguments = Arguments::new(&call);
/// let std = arguments.required("std")?;
/// let mean = arguments.optional("mean")?;
/// arguments.end()?;
/// ```
#[derive(Debug)]
pub(crate) struct Arguments<'a> {
    call: &'a Call,
    left: Vec<&'a Argument>,
    asked: Vec<&'static str>,
    all_named: bool,
}

impl Arguments<'_> {
    /// That every argument with a name has one of these: before any is asked for, so that a slip in a name is
    /// not told as an argument that is missing.
    pub(crate) fn have_only(call: &Call, names: &[&str]) -> Result<(), Fault> {
        let given = call
            .arguments
            .iter()
            .filter_map(|argument| argument.name.as_ref());
        for (name, at) in given {
            if !names.contains(&name.as_str()) {
                let problem = TextProblem::UnknownName {
                    kind: "argument",
                    nearest: nearest(name, names.iter().copied()),
                };
                return Err(Fault::new(at.clone(), problem));
            }
        }
        Ok(())
    }
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(call: &'a Call) -> Self {
        Arguments {
            call,
            left: call.arguments.iter().collect(),
            asked: Vec::new(),
            all_named: false,
        }
    }

    /// Those of which every one has its name, the first too: numbers whose order is not the same
    /// everywhere.
    pub(crate) fn named(call: &'a Call) -> Self {
        Arguments {
            all_named: true,
            ..Arguments::new(call)
        }
    }

    /// The value of an argument that may be left out.
    pub(crate) fn optional(&mut self, name: &'static str) -> Result<Option<&'a Value>, Fault> {
        let is_first = self.asked.is_empty() && !self.all_named;
        self.asked.push(name);
        let mut found = None;
        let mut left = Vec::with_capacity(self.left.len());
        for (number, argument) in self.left.iter().enumerate() {
            let is_meant = match &argument.name {
                Some((own, _)) => own == name,
                None => is_first && number == 0,
            };
            match (is_meant, &found) {
                (true, None) => found = Some(&argument.value),
                (true, Some(_)) => {
                    return Err(Fault::new(argument.at.clone(), TextProblem::Repeated));
                }
                (false, _) => left.push(*argument),
            }
        }
        self.left = left;
        Ok(found)
    }

    /// The value of an argument that must be given.
    pub(crate) fn required(&mut self, name: &'static str) -> Result<&'a Value, Fault> {
        let problem = TextProblem::Missing { name };
        let missing = Fault::new(self.at(), problem);
        self.optional(name)?.ok_or(missing)
    }

    /// That no argument is left.
    pub(crate) fn end(self) -> Result<(), Fault> {
        let Some(argument) = self.left.first() else {
            return Ok(());
        };
        Err(match &argument.name {
            Some((name, at)) => {
                let problem = TextProblem::UnknownName {
                    kind: "argument",
                    nearest: nearest(name, self.asked.iter().copied()),
                };
                Fault::new(at.clone(), problem)
            }
            None if self.asked.is_empty() => Fault::expected(argument.at.clone(), "no argument"),
            None => Fault::expected(
                argument.at.clone(),
                "an argument with its name, as name=value",
            ),
        })
    }

    /// Where the call stands, in bytes.
    pub(crate) fn at(&self) -> Range<usize> {
        self.call.whole.clone()
    }
}
