//! Calls with arguments and methods.

use std::ops::Range;

use super::cursor::Cursor;
use super::fault::Fault;
use super::function::Function;
use super::lookup::Lookup;
use super::sum::Sum;
use super::token::Token;
use crate::error::TextProblem;

/// A call and the methods that are called of what it makes: `name(a=1).method(2)`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain {
    pub(crate) head: Call,
    pub(crate) methods: Vec<Call>,
}

/// A name and arguments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// Where the name stands, in bytes.
    pub(crate) at: Range<usize>,
    /// From the name to the last parenthesis.
    pub(crate) whole: Range<usize>,
    /// Those without a name come first.
    pub(crate) arguments: Vec<Argument>,
}

/// A value, with its name if it has one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument {
    pub(crate) name: Option<(String, Range<usize>)>,
    pub(crate) value: Value,
    pub(crate) at: Range<usize>,
}

/// What can be an argument.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number(Sum),
    Text(String, Range<usize>),
    List(Vec<Value>, Range<usize>),
    /// Also a name alone, which may be a variable.
    Chain(Chain),
}

impl Chain {
    /// The chain that a text is, all of it.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        let mut cursor = Cursor::new(text)?;
        let chain = Chain::parse(&mut cursor)?;
        cursor.end("the end, or . and a method")?;
        Ok(chain)
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let head = Call::parse(cursor)?;
        Chain::after(head, cursor)
    }

    /// The chain that begins with a call.
    fn after(head: Call, cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let depth = cursor.depth();
        let mut methods = Vec::new();
        while cursor.eat('.')? {
            cursor.descend()?;
            methods.push(Call::parse(cursor)?);
        }
        cursor.rise_to(depth);
        Ok(Chain { head, methods })
    }

    /// The same with a number in place of all arithmetic, and of every name alone that `lookup` knows.
    pub(crate) fn resolved(self, lookup: &dyn Lookup) -> Result<Self, Fault> {
        let methods = self.methods.into_iter();
        Ok(Chain {
            head: self.head.resolved(lookup)?,
            methods: methods
                .map(|call| call.resolved(lookup))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Where it stands, in bytes.
    pub(crate) fn at(&self) -> Range<usize> {
        let last = self.methods.last().unwrap_or(&self.head);
        self.head.whole.start..last.whole.end
    }

    /// The name, if it is one alone.
    pub(crate) fn as_name(&self) -> Option<&str> {
        let is_alone = self.methods.is_empty() && self.head.whole == self.head.at;
        is_alone.then_some(self.head.name.as_str())
    }
}

impl Call {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let Token::Name(name) = cursor.token() else {
            return Err(cursor.expected("a name"));
        };
        let at = cursor.at();
        cursor.step()?;
        Call::after(name, at, cursor)
    }

    fn resolved(mut self, lookup: &dyn Lookup) -> Result<Self, Fault> {
        for argument in &mut self.arguments {
            argument.value.resolve(lookup)?;
        }
        Ok(self)
    }

    /// The call that begins with a name.
    fn after(name: &str, at: Range<usize>, cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let mut arguments: Vec<Argument> = Vec::new();
        if cursor.eat('(')? {
            cursor.deeper(|cursor| {
                while cursor.token() != Token::Mark(')') {
                    let argument = Argument::parse(cursor)?;
                    let is_after = arguments.last().is_some_and(|last| last.name.is_some());
                    if argument.name.is_none() && is_after {
                        return Err(Fault::expected(
                            argument.at,
                            "an argument with its name, as name=value, after one that has its name",
                        ));
                    }
                    arguments.push(argument);
                    if !cursor.eat(',')? {
                        break;
                    }
                }
                Ok(())
            })?;
            cursor.require(')', ") or , and another argument")?;
        }
        Ok(Call {
            name: name.to_string(),
            whole: cursor.since(at.start),
            at,
            arguments,
        })
    }
}

impl Argument {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let start = cursor.at().start;
        let mut name = None;
        if let Token::Name(word) = cursor.token() {
            let mut ahead = cursor.clone();
            ahead.step()?;
            if ahead.eat('=')? {
                name = Some((word.to_string(), cursor.at()));
                *cursor = ahead;
            }
        }
        let value = Value::parse(cursor)?;
        let at = cursor.since(start);
        Ok(Argument { name, value, at })
    }
}

impl Value {
    /// The value that a text is, all of it.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        let mut cursor = Cursor::new(text)?;
        let value = Value::parse(&mut cursor)?;
        cursor.end("the end of the value")?;
        Ok(value)
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let at = cursor.at();
        match cursor.token() {
            Token::Text(text) => {
                cursor.step()?;
                Ok(Value::Text(text.to_string(), at))
            }
            Token::Mark('[') => {
                cursor.step()?;
                let mut values = Vec::new();
                cursor.deeper(|cursor| {
                    while cursor.token() != Token::Mark(']') {
                        values.push(Value::parse(cursor)?);
                        if !cursor.eat(',')? {
                            break;
                        }
                    }
                    Ok(())
                })?;
                cursor.require(']', "] or , and another value")?;
                Ok(Value::List(values, cursor.since(at.start)))
            }
            Token::Name(name) if Function::named(name).is_none() => {
                let mut ahead = cursor.clone();
                ahead.step()?;
                if let Token::Mark('+' | '-' | '*' | '/') = ahead.token() {
                    return Sum::parse(cursor).map(Value::Number);
                }
                Chain::parse(cursor).map(Value::Chain)
            }
            Token::Number(_) | Token::Name(_) | Token::Mark('-' | '(') => {
                Sum::parse(cursor).map(Value::Number)
            }
            _ => Err(cursor.expected("a number, a name, a text in quotation marks or a list")),
        }
    }

    fn resolve(&mut self, lookup: &dyn Lookup) -> Result<(), Fault> {
        match self {
            Value::Number(sum) if sum.infinite().is_none() => {
                *sum = Sum::number(sum.value(lookup)?, sum.at());
            }
            Value::Number(_) | Value::Text(..) => {}
            Value::List(values, _) => {
                for value in values {
                    value.resolve(lookup)?;
                }
            }
            Value::Chain(chain) => {
                let known = chain.as_name().map(|name| lookup.variable(name));
                match known {
                    Some(Ok(number)) => *self = Value::Number(Sum::number(number, chain.at())),
                    // A word, or a scheme.
                    None | Some(Err(TextProblem::UnknownName { .. })) => {
                        *chain = chain.clone().resolved(lookup)?;
                    }
                    Some(Err(problem)) => return Err(Fault::new(chain.at(), problem)),
                }
            }
        }
        Ok(())
    }

    /// Where it stands, in bytes.
    pub(crate) fn at(&self) -> Range<usize> {
        match self {
            Value::Number(sum) => sum.at(),
            Value::Text(_, at) | Value::List(_, at) => at.clone(),
            Value::Chain(chain) => chain.at(),
        }
    }

    /// The arithmetic, if it is that or the name of a variable.
    pub(crate) fn sum(&self) -> Result<Sum, Fault> {
        match self {
            Value::Number(sum) => Ok(sum.clone()),
            Value::Chain(chain) => match chain.as_name() {
                Some(name) => Ok(Sum::variable(name, chain.at())),
                None => Err(Fault::expected(chain.at(), "a number")),
            },
            _ => Err(Fault::expected(self.at(), "a number")),
        }
    }
}
