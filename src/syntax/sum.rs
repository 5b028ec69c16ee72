//! Arithmetic.

use std::fmt;
use std::ops::Range;

use super::cursor::Cursor;
use super::fault::Fault;
use super::function::{Function, Given};
use super::lookup::{Lookup, NoVariables, PLACE};
use super::nearest::nearest;
use super::number::Number;
use super::token::Token;
use crate::error::TextProblem;

/// An arithmetic expression, whose variables have values when it is [worked out](Sum::value).
///
/// `+ - * /` and most [functions](Function) are exact or those of IEEE 754 in `f64`, from left to right; `ln` and
/// `exp` are those of `docs/stream.md`. So the value is the same on every machine.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sum {
    at: Range<usize>,
    first: Term,
    /// What is done with the value of all before, from left to right: no tree gets deep by its length.
    rest: Vec<(char, Term)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    at: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Number(f64),
    Variable(String),
    /// Factors and divisors, or what stands in parentheses.
    Sum(Box<Sum>),
    Minus(Box<Term>),
    Call(Function, Vec<Argument>),
}

/// What a function is given.
#[derive(Clone, Debug, PartialEq)]
enum Argument {
    Sum(Sum),
    Text(String),
}

impl Argument {
    fn sum(&self) -> Option<&Sum> {
        match self {
            Argument::Sum(sum) => Some(sum),
            Argument::Text(_) => None,
        }
    }
}

impl Sum {
    /// The expression that a text is, all of it.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        let mut cursor = Cursor::new(text)?;
        let sum = Sum::parse(&mut cursor)?;
        cursor.end("the end of the number, or + - * /")?;
        Ok(sum)
    }

    /// A variable alone.
    pub(super) fn variable(name: &str, at: Range<usize>) -> Self {
        Sum {
            first: Term {
                at: at.clone(),
                kind: Kind::Variable(name.to_string()),
            },
            rest: Vec::new(),
            at,
        }
    }

    /// A number.
    pub(super) fn number(value: f64, at: Range<usize>) -> Self {
        Sum {
            first: Term {
                at: at.clone(),
                kind: Kind::Number(value),
            },
            rest: Vec::new(),
            at,
        }
    }

    /// The value of a sum without variables, or one that is `inf` or `-inf`.
    ///
    /// # Errors
    ///
    /// As [`value`](Sum::value).
    pub(crate) fn or_infinite(&self) -> Result<f64, Fault> {
        self.infinite().map_or_else(|| self.value(&NoVariables), Ok)
    }

    /// What `inf` and `-inf` are.
    pub(super) fn infinite(&self) -> Option<f64> {
        let is_inf = |term: &Term| matches!(&term.kind, Kind::Variable(name) if name == "inf");
        match &self.first.kind {
            _ if !self.rest.is_empty() => None,
            Kind::Minus(term) if is_inf(term) => Some(f64::NEG_INFINITY),
            _ => is_inf(&self.first).then_some(f64::INFINITY),
        }
    }

    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        Sum::chain(cursor, ['+', '-'], |cursor| {
            let product = Sum::chain(cursor, ['*', '/'], Term::parse)?;
            Ok(match product {
                Sum { first, rest, .. } if rest.is_empty() => first,
                product => Term {
                    at: product.at.clone(),
                    kind: Kind::Sum(Box::new(product)),
                },
            })
        })
    }

    /// Terms with any of two operators between them.
    fn chain(
        cursor: &mut Cursor<'_>,
        operators: [char; 2],
        term: impl Fn(&mut Cursor<'_>) -> Result<Term, Fault>,
    ) -> Result<Self, Fault> {
        let start = cursor.at().start;
        let first = term(cursor)?;
        let mut rest = Vec::new();
        while let Token::Mark(mark) = cursor.token() {
            if !operators.contains(&mark) {
                break;
            }
            cursor.step()?;
            rest.push((mark, term(cursor)?));
        }
        let at = cursor.since(start);
        Ok(Sum { at, first, rest })
    }

    /// Where it stands, in bytes.
    pub(crate) fn at(&self) -> Range<usize> {
        self.at.clone()
    }

    /// That the [place along an axis](PLACE) is the one variable.
    ///
    /// # Errors
    ///
    /// A variable of another name, and a function that asks for a model.
    pub(crate) fn has_only_the_place(&self) -> Result<(), Fault> {
        let mut terms = self.terms();
        terms.try_for_each(Term::has_only_the_place)
    }

    /// The same with numbers for all that `lookup` knows, where the [place along an axis](PLACE) is left.
    ///
    /// # Errors
    ///
    /// As [`value`](Sum::value).
    pub(super) fn resolved(&self, lookup: &dyn Lookup) -> Result<Self, Fault> {
        if lookup.variable(PLACE).is_ok() || !self.has_place() {
            return Ok(Sum::number(self.value(lookup)?, self.at()));
        }
        let rest = self.rest.iter();
        let rest = rest.map(|(operator, term)| Ok((*operator, term.resolved(lookup)?)));
        Ok(Sum {
            at: self.at(),
            first: self.first.resolved(lookup)?,
            rest: rest.collect::<Result<_, Fault>>()?,
        })
    }

    fn terms(&self) -> impl Iterator<Item = &Term> {
        let rest = self.rest.iter().map(|(_, term)| term);
        std::iter::once(&self.first).chain(rest)
    }

    fn has_place(&self) -> bool {
        self.terms().any(Term::has_place)
    }

    fn is_product(&self) -> bool {
        matches!(self.rest.first(), Some(('*' | '/', _)))
    }

    /// The value, with those of variables from `lookup`.
    ///
    /// # Errors
    ///
    /// A variable without a value, and a value on the way that is infinite or not a number.
    pub(crate) fn value(&self, lookup: &dyn Lookup) -> Result<f64, Fault> {
        let mut value = self.first.value(lookup)?;
        for (operator, term) in &self.rest {
            let other = term.value(lookup)?;
            value = match operator {
                '+' => value + other,
                '-' => value - other,
                '*' => value * other,
                _ => value / other,
            };
        }
        finite(value, &self.at)
    }
}

impl Term {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let at = cursor.at();
        let kind = match cursor.token() {
            Token::Number(value) => {
                cursor.step()?;
                Kind::Number(value)
            }
            Token::Name(name) => {
                cursor.step()?;
                match Function::named(name) {
                    Some(function) => call(function, cursor)?,
                    None => Kind::Variable(name.to_string()),
                }
            }
            Token::Mark('-') => {
                cursor.step()?;
                Kind::Minus(Box::new(cursor.deeper(Term::parse)?))
            }
            Token::Mark('(') => {
                cursor.step()?;
                let sum = cursor.deeper(Sum::parse)?;
                cursor.require(')', ") or + - * /")?;
                if sum.rest.is_empty() {
                    sum.first.kind
                } else {
                    Kind::Sum(Box::new(sum))
                }
            }
            _ => return Err(cursor.expected("a number")),
        };
        let at = cursor.since(at.start);
        Ok(Term { at, kind })
    }

    fn has_only_the_place(&self) -> Result<(), Fault> {
        match &self.kind {
            Kind::Number(_) => Ok(()),
            Kind::Variable(name) if name == PLACE => Ok(()),
            Kind::Variable(name) => {
                let problem = TextProblem::UnknownName {
                    kind: "variable",
                    nearest: nearest(name, [PLACE]),
                };
                Err(Fault::new(self.at.clone(), problem))
            }
            Kind::Sum(sum) => sum.has_only_the_place(),
            Kind::Minus(term) => term.has_only_the_place(),
            Kind::Call(function, _) if function.asks_a_model() => {
                Err(Fault::expected(self.at.clone(), "a function of numbers"))
            }
            Kind::Call(_, arguments) => {
                let mut sums = arguments.iter().filter_map(Argument::sum);
                sums.try_for_each(Sum::has_only_the_place)
            }
        }
    }

    fn has_place(&self) -> bool {
        match &self.kind {
            Kind::Number(_) => false,
            Kind::Variable(name) => name == PLACE,
            Kind::Sum(sum) => sum.has_place(),
            Kind::Minus(term) => term.has_place(),
            Kind::Call(_, arguments) => {
                let mut sums = arguments.iter().filter_map(Argument::sum);
                sums.any(Sum::has_place)
            }
        }
    }

    fn resolved(&self, lookup: &dyn Lookup) -> Result<Self, Fault> {
        let kind = match &self.kind {
            _ if !self.has_place() => Kind::Number(self.value(lookup)?),
            Kind::Number(_) | Kind::Variable(_) => self.kind.clone(),
            Kind::Sum(sum) => Kind::Sum(Box::new(sum.resolved(lookup)?)),
            Kind::Minus(term) => Kind::Minus(Box::new(term.resolved(lookup)?)),
            Kind::Call(function, arguments) => {
                let mut resolved = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    resolved.push(match argument {
                        Argument::Sum(sum) => Argument::Sum(sum.resolved(lookup)?),
                        Argument::Text(_) => argument.clone(),
                    });
                }
                Kind::Call(*function, resolved)
            }
        };
        let at = self.at.clone();
        Ok(Term { at, kind })
    }

    fn value(&self, lookup: &dyn Lookup) -> Result<f64, Fault> {
        let told = |problem| Fault::new(self.at.clone(), problem);
        let value = match &self.kind {
            Kind::Number(value) => *value,
            Kind::Variable(name) => lookup.variable(name).map_err(told)?,
            Kind::Sum(sum) => sum.value(lookup)?,
            Kind::Minus(term) => -term.value(lookup)?,
            Kind::Call(function, arguments) => {
                let mut given = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    given.push(match argument {
                        Argument::Sum(sum) => Given::Number(sum.value(lookup)?, sum.at()),
                        Argument::Text(text) => Given::Text(text),
                    });
                }
                function.value(&self.at, &given, lookup)?
            }
        };
        finite(value, &self.at)
    }
}

/// The call of a function, behind its name.
fn call(function: Function, cursor: &mut Cursor<'_>) -> Result<Kind, Fault> {
    cursor.require('(', function.opened())?;
    let mut arguments = Vec::new();
    cursor.deeper(|cursor| {
        loop {
            arguments.push(match cursor.token() {
                Token::Text(text) => {
                    cursor.step()?;
                    Argument::Text(text.to_string())
                }
                _ => Argument::Sum(Sum::parse(cursor)?),
            });
            if arguments.len() == function.most() || !cursor.eat(',')? {
                return Ok(());
            }
        }
    })?;
    cursor.require(')', function.closed(arguments.len()))?;
    Ok(Kind::Call(function, arguments))
}

/// What is read as the same arithmetic.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_product = self.is_product();
        let operators = self.rest.iter().map(|(operator, _)| Some(operator));
        for (operator, term) in std::iter::once(None).chain(operators).zip(self.terms()) {
            if let Some(operator) = operator {
                write!(f, " {operator} ")?;
            }
            match &term.kind {
                // A product needs no parentheses between signs.
                Kind::Sum(product) if !is_product && product.is_product() => {
                    write!(f, "{product}")?;
                }
                _ => write!(f, "{term}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Number(value) => write!(f, "{}", Number(*value)),
            Kind::Variable(name) => f.write_str(name),
            Kind::Sum(sum) => write!(f, "({sum})"),
            Kind::Minus(term) => write!(f, "-{term}"),
            Kind::Call(function, arguments) => {
                let texts: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                write!(f, "{}({})", function.name(), texts.join(", "))
            }
        }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Argument::Sum(sum) => write!(f, "{sum}"),
            // A text has no escapes, and is between the marks that it does not contain.
            Argument::Text(text) if text.contains('"') => write!(f, "'{text}'"),
            Argument::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

fn finite(value: f64, at: &Range<usize>) -> Result<f64, Fault> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Fault::new(at.clone(), TextProblem::NotFinite { value }))
    }
}
