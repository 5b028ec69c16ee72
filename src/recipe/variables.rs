//! Variables: their values, from the caller, from the model or by default.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};

use super::fault::{Fault, Place, Problem};
use super::parameter::Parameter;
use super::pattern::{Pattern, is_name};
use super::quantity::{Amount, Quantity};
use super::text::Text;
use crate::error::TextProblem;
use crate::syntax::{self, Lookup, Sum, nearest};
use crate::text::is_word;

/// How deep variables may depend on each other.
const DEEPEST: usize = 64;

/// How it begins why a variable has no value.
const HAS_NONE: &str = "there is no value for the variable ";

/// A variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) place: Option<Place>,
    /// Arithmetic that may look at the model.
    pub(super) model: Option<Text>,
    /// The value where that has none.
    pub(super) default: Option<Quantity>,
}

/// The values of all variables.
#[derive(Debug, Default)]
pub(super) struct Values {
    values: HashMap<String, Value>,
}

/// A value, or why there is none.
#[derive(Clone, Debug)]
enum Value {
    Number(f64),
    Missing(String),
    /// Something is wrong with it, which has been told.
    Faulty,
}

impl Values {
    /// With the names and shapes of a model, if there is one. What is wrong is added to the faults.
    pub(super) fn new(
        variables: &[Variable],
        set: &BTreeMap<String, f64>,
        model: Option<&[Parameter]>,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let resolver = Resolver {
            variables,
            places: (variables.iter().enumerate())
                .map(|(number, variable)| (variable.name.as_str(), number))
                .collect(),
            set,
            model,
            states: RefCell::new(vec![State::Open; variables.len()]),
            faults: RefCell::new(Vec::new()),
            depth: Cell::new(0),
            is_missing: Cell::new(false),
            is_faulty: Cell::new(false),
        };
        let values = variables.iter().enumerate().map(|(number, variable)| {
            resolver.check_name(number);
            (variable.name.clone(), resolver.value(number))
        });
        let values = Values {
            values: values.collect(),
        };
        faults.extend(resolver.faults.into_inner());
        for (name, value) in set {
            let problem = match variables.iter().any(|variable| variable.name == *name) {
                true if value.is_finite() => continue,
                true => Problem::Expected {
                    what: "a finite number as the value of this variable",
                },
                false => Problem::Unknown {
                    kind: "variable",
                    nearest: nearest(name, variables.iter().map(|known| known.name.as_str())),
                },
            };
            faults.push(Fault::new(None, Some(name), problem));
        }
        values
    }

    /// The value of a variable.
    ///
    /// # Errors
    ///
    /// Why there is none; `None` if that has been told.
    pub(super) fn get(&self, name: &str) -> Result<f64, Option<TextProblem>> {
        match self.values.get(name) {
            Some(Value::Number(value)) => Ok(*value),
            Some(Value::Missing(why)) => Err(Some(TextProblem::Refused { why: why.clone() })),
            Some(Value::Faulty) => Err(None),
            None => Err(Some(TextProblem::UnknownName {
                kind: "variable",
                nearest: nearest(name, self.names()),
            })),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }
}

/// Variables that are being worked out.
struct Resolver<'a> {
    variables: &'a [Variable],
    places: HashMap<&'a str, usize>,
    set: &'a BTreeMap<String, f64>,
    model: Option<&'a [Parameter]>,
    states: RefCell<Vec<State>>,
    faults: RefCell<Vec<Fault>>,
    depth: Cell<usize>,
    /// Whether arithmetic failed for something that the model does not have.
    is_missing: Cell<bool>,
    /// Whether it failed for something that has been told.
    is_faulty: Cell<bool>,
}

#[derive(Clone, Debug)]
enum State {
    Open,
    Busy,
    Done(Value),
}

impl Resolver<'_> {
    fn tell(&self, fault: Fault) -> Value {
        self.faults.borrow_mut().push(fault);
        Value::Faulty
    }

    fn check_name(&self, number: usize) {
        let variable = &self.variables[number];
        let what = if !is_name(&variable.name) {
            "a name of letters, digits and _"
        } else if syntax::is_function(&variable.name) || is_word(&variable.name) {
            "another name: this one means something in texts of schemes"
        } else if self.places.get(variable.name.as_str()) != Some(&number) {
            "another name: this variable was given before"
        } else {
            return;
        };
        let problem = Problem::Expected { what };
        self.tell(Fault::new(variable.place, Some(&variable.name), problem));
    }

    fn value(&self, number: usize) -> Value {
        let variable = &self.variables[number];
        if let Some(value) = self.set.get(&variable.name) {
            return match value.is_finite() {
                true => Value::Number(*value),
                false => Value::Faulty,
            };
        }
        let refused = |what| {
            let problem = Problem::Expected { what };
            self.tell(Fault::new(variable.place, Some(&variable.name), problem))
        };
        if let State::Done(value) = &self.states.borrow()[number] {
            return value.clone();
        }
        let is_busy = matches!(self.states.borrow()[number], State::Busy);
        let value = if is_busy {
            refused("a value that does not depend on itself")
        } else if self.depth.get() == DEEPEST {
            refused("variables that depend on each other at most 64 deep")
        } else {
            self.states.borrow_mut()[number] = State::Busy;
            // What holds for this one is not what holds for the one that asks.
            let before = (self.is_missing.get(), self.is_faulty.get());
            self.depth.set(self.depth.get() + 1);
            let value = self.worked_out(variable);
            self.depth.set(self.depth.get() - 1);
            self.is_missing.set(before.0);
            self.is_faulty.set(before.1);
            value
        };
        self.states.borrow_mut()[number] = State::Done(value.clone());
        value
    }

    fn worked_out(&self, variable: &Variable) -> Value {
        let mut missing = None;
        if let Some(text) = &variable.model {
            match self.arithmetic(variable, text) {
                Value::Missing(why) => missing = Some(why),
                value => return value,
            }
        }
        match (&variable.default, missing) {
            (Some(Quantity(Amount::Number(value))), _) if value.is_finite() => {
                Value::Number(*value)
            }
            (Some(Quantity(Amount::Number(_))), _) => {
                let what = "a finite number";
                let problem = Problem::Expected { what };
                self.tell(Fault::new(variable.place, Some(&variable.name), problem))
            }
            (Some(Quantity(Amount::Text(text))), _) => self.arithmetic(variable, text),
            (None, Some(why)) => Value::Missing(why),
            (None, None) => Value::Missing(format!("{HAS_NONE}{}: set it", variable.name)),
        }
    }

    fn arithmetic(&self, variable: &Variable, text: &Text) -> Value {
        self.is_missing.set(false);
        self.is_faulty.set(false);
        let value = Sum::read(text.as_str()).and_then(|sum| sum.value(self));
        match value {
            Ok(value) => Value::Number(value),
            Err(_) if self.is_faulty.get() => Value::Faulty,
            Err(fault) if self.is_missing.get() => {
                let why = fault.problem.to_string();
                Value::Missing(match why.starts_with(HAS_NONE) {
                    // That of another, which this one needs.
                    true => why,
                    false => format!(
                        "{HAS_NONE}{}: {why}, and it has no default; set it",
                        variable.name
                    ),
                })
            }
            Err(fault) => self.tell(text.wrong(variable.place, Some(&variable.name), fault)),
        }
    }

    fn missing(&self, why: String) -> TextProblem {
        self.is_missing.set(true);
        TextProblem::Refused { why }
    }

    /// The parameters that a pattern matches, and what it binds in their names.
    fn matches<T>(
        &self,
        pattern: &str,
        found: impl Fn(&Parameter, Vec<(String, u64)>) -> T,
    ) -> Result<Vec<T>, TextProblem> {
        let pattern = Pattern::new(pattern).map_err(|fault| TextProblem::Refused {
            why: format!("this is no pattern: {}", fault.problem),
        })?;
        let Some(model) = self.model else {
            return Err(self.missing("there is no model to look at".to_string()));
        };
        let all = model.iter().filter_map(|parameter| {
            let bound = pattern.bind(parameter.name())?;
            Some(found(parameter, bound))
        });
        let all: Vec<T> = all.collect();
        if all.is_empty() {
            return Err(self.missing(format!("no name of the model is {pattern}")));
        }
        Ok(all)
    }
}

impl Lookup for Resolver<'_> {
    fn variable(&self, name: &str) -> Result<f64, TextProblem> {
        let Some(&number) = self.places.get(name) else {
            return Err(TextProblem::UnknownName {
                kind: "variable",
                nearest: nearest(name, self.places.keys().copied()),
            });
        };
        match self.value(number) {
            Value::Number(value) => Ok(value),
            Value::Missing(why) => Err(self.missing(why)),
            Value::Faulty => {
                self.is_faulty.set(true);
                let why = String::new();
                Err(TextProblem::Refused { why })
            }
        }
    }

    fn count(&self, pattern: &str) -> Result<f64, TextProblem> {
        let all = self.matches(pattern, |parameter, bound| match bound.is_empty() {
            true => (Some(parameter.name().to_string()), Vec::new()),
            false => (None, bound.into_iter().map(|(_, value)| value).collect()),
        })?;
        let different: HashSet<_> = all.into_iter().collect();
        Ok(different.len() as f64)
    }

    fn dim_of(&self, pattern: &str, axis: usize) -> Result<f64, TextProblem> {
        let all = self.matches(pattern, |parameter, _| {
            let len = parameter.shape().get(axis).copied();
            (parameter.name().to_string(), len)
        })?;
        let mut first: Option<(&str, usize)> = None;
        for (name, len) in &all {
            let Some(len) = *len else {
                return Err(TextProblem::Refused {
                    why: format!("{name} has no axis {axis}; axes are counted from 0"),
                });
            };
            match first {
                None => first = Some((name, len)),
                Some((_, other)) if other == len => {}
                Some((other, length)) => {
                    return Err(TextProblem::Refused {
                        why: format!(
                            "axis {axis} has length {length} in {other}, but {len} in {name}: give a \
                             pattern for those that agree"
                        ),
                    });
                }
            }
        }
        Ok(first.map_or(0.0, |(_, len)| len as f64))
    }
}
