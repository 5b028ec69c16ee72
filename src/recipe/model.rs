//! Names and shapes that a recipe itself has.

use std::collections::HashMap;

use super::dtype::Dtype;
use super::fault::{Fault, Problem};
use super::filled::{moved, whole, whole_number};
use super::parameter::Parameter;
use super::pattern::{Bound, is_name};
use super::quantity::{Amount, Quantity};
use super::scope::Scope;
use super::text::Text;
use super::variables::Values;
use crate::error::TextProblem;
use crate::syntax::{self, Sum};

/// Names that the ranges of a model may come to, those of ranges within them counted too.
const MOST: usize = 1 << 20;

/// Ranges in a name.
const MOST_RANGES: usize = 8;

/// A name with ranges, and its shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: Text,
    pub(super) shape: Vec<Quantity>,
    pub(super) dtype: Option<Dtype>,
}

/// A part of a name.
#[derive(Debug, PartialEq)]
enum Part {
    Text(String),
    /// A number that a range before it counts.
    Number(String),
    Range(Box<Range>),
}

/// A name that counts, and its ends, each with the byte at which it begins.
#[derive(Debug, PartialEq)]
struct Range {
    name: String,
    from: Option<(Sum, usize)>,
    to: (Sum, usize),
    text: String,
}

/// The parameters of a model; what is wrong is added to the faults.
pub(super) fn parameters(
    entries: &[Entry],
    values: &Values,
    dtype: Dtype,
    faults: &mut Vec<Fault>,
) -> Vec<Parameter> {
    if entries.is_empty() {
        faults.push(Fault::new(None, None, Problem::NoModel));
        return Vec::new();
    }
    let mut read = Vec::new();
    for entry in entries {
        match parts(entry.name.as_str()) {
            Ok(parts) => read.push((entry, parts)),
            Err(fault) => faults.push(entry.name.wrong(None, Some(entry.name.as_str()), fault)),
        }
    }
    let mut counting = Counting {
        values,
        dtype,
        parameters: Vec::new(),
        counted: 0,
        faults: HashMap::new(),
    };
    let open: Vec<Open<'_>> = (read.iter().enumerate())
        .map(|(number, (entry, parts))| Open {
            number,
            entry,
            parts,
            name: String::new(),
        })
        .collect();
    counting.all(&open, &Bound::new());
    let mut told: Vec<(usize, Fault)> = counting.faults.into_iter().collect();
    told.sort_by_key(|(number, _)| *number);
    faults.extend(told.into_iter().map(|(_, fault)| fault));
    if counting.counted > MOST {
        let limit = MOST;
        faults.push(Fault::new(None, None, Problem::TooMany { limit }));
    }
    counting.parameters
}

/// An entry, and what of its name is left to be written.
#[derive(Clone)]
struct Open<'a> {
    number: usize,
    entry: &'a Entry,
    parts: &'a [Part],
    /// What has been written.
    name: String,
}

struct Counting<'a> {
    values: &'a Values,
    dtype: Dtype,
    parameters: Vec<Parameter>,
    counted: usize,
    /// The first fault of every entry.
    faults: HashMap<usize, Fault>,
}

impl Counting<'_> {
    /// Entries in their order; those that follow each other with the same text up to a range together.
    fn all(&mut self, entries: &[Open<'_>], bound: &Bound) {
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let len = match first.up_to_range() {
                None => {
                    self.one(first, bound);
                    1
                }
                Some(text) => {
                    let same = |entry: &&Open<'_>| entry.up_to_range().as_ref() == Some(&text);
                    let len = rest.iter().take_while(same).count();
                    self.range(&rest[..len], bound);
                    len
                }
            };
            rest = &rest[len..];
            if self.counted > MOST {
                return;
            }
        }
    }

    /// Entries whose next range is the same.
    fn range(&mut self, entries: &[Open<'_>], bound: &Bound) {
        let Some(first) = entries.first() else { return };
        let Some((at, range)) = first.next_range() else {
            return;
        };
        let Range { name, from, to, .. } = range;
        let scope = Scope::new(self.values, bound, &[]);
        let end = |(sum, start): &(Sum, usize)| {
            let end = sum.value(&scope).and_then(|value| whole(value, sum));
            end.map_err(|fault| moved(fault, *start))
        };
        let ends = from.as_ref().map_or(Ok(0), end);
        let ends = ends.and_then(|from| Ok(from..end(to)?));
        let ends = match ends {
            Ok(ends) => ends,
            Err(fault) => return self.tell(first, &first.entry.name, fault, &scope),
        };
        for value in ends {
            self.counted += entries.len();
            if self.counted > MOST {
                return;
            }
            let mut bound = bound.clone();
            bound.push((name.clone(), value));
            let inner: Vec<Open<'_>> = (entries.iter())
                .map(|entry| Open {
                    name: entry.written(at, &bound) + &value.to_string(),
                    parts: &entry.parts[at + 1..],
                    ..entry.clone()
                })
                .collect();
            self.all(&inner, &bound);
        }
    }

    /// An entry without ranges.
    fn one(&mut self, open: &Open<'_>, bound: &Bound) {
        let scope = Scope::new(self.values, bound, &[]);
        let mut shape = Vec::with_capacity(open.entry.shape.len());
        for len in &open.entry.shape {
            let length = match &len.0 {
                Amount::Number(len) => usize::try_from(*len as u64)
                    .ok()
                    .filter(|_| len.fract() == 0.0 && (0.0..9e15).contains(len))
                    .ok_or_else(|| (&open.entry.name, no_length(open.entry.name.as_str()))),
                Amount::Text(text) => {
                    let len = whole_number(text.as_str(), &scope);
                    let len = len
                        .and_then(|len| usize::try_from(len).map_err(|_| no_length(text.as_str())));
                    len.map_err(|fault| (text, fault))
                }
            };
            match length {
                Ok(len) => shape.push(len),
                Err((text, fault)) => return self.tell(open, text, fault, &scope),
            }
        }
        let dtype = open.entry.dtype.unwrap_or(self.dtype);
        let name = open.written(open.parts.len(), bound);
        self.parameters
            .push(Parameter::new(name, shape).dtype(dtype));
    }

    /// That something is wrong in a text of an entry, unless that has been told of it.
    fn tell(&mut self, open: &Open<'_>, text: &Text, fault: syntax::Fault, scope: &Scope<'_>) {
        if scope.is_faulty() {
            // So that what has been counted so far is not taken for the model.
            return;
        }
        let name = open.entry.name.as_str();
        let error = scope.explain(fault.in_text(text.as_str()));
        let fault = text.fault(open.entry.name.place, Some(name), error);
        self.faults.entry(open.number).or_insert(fault);
    }
}

impl<'a> Open<'a> {
    /// The next range, and its place among the parts.
    fn next_range(&self) -> Option<(usize, &'a Range)> {
        let mut parts = self.parts.iter().enumerate();
        parts.find_map(|(at, part)| match part {
            Part::Range(range) => Some((at, &**range)),
            _ => None,
        })
    }

    /// What has been written, and the text of what follows up to and with the next range.
    fn up_to_range(&self) -> Option<String> {
        let (at, _) = self.next_range()?;
        let mut all = self.name.clone();
        for part in &self.parts[..=at] {
            match part {
                Part::Text(text) => all.push_str(text),
                Part::Range(range) => all.push_str(&range.text),
                Part::Number(name) => all.push_str(&format!("{{{name}}}")),
            }
        }
        Some(all)
    }

    /// What has been written, and the parts before one of them, none of which is a range.
    fn written(&self, before: usize, bound: &Bound) -> String {
        let mut name = self.name.clone();
        for part in self.parts.iter().take(before) {
            match part {
                Part::Text(text) => name.push_str(text),
                Part::Number(own) => {
                    let value = bound.iter().rev().find(|(known, _)| known == own);
                    name.push_str(&value.map_or(0, |(_, value)| *value).to_string());
                }
                Part::Range(_) => {}
            }
        }
        name
    }
}

fn no_length(text: &str) -> syntax::Fault {
    let why = "a length must be a whole number from 0 to 2^53".to_string();
    syntax::Fault::new(0..text.len(), TextProblem::Refused { why })
}

/// The parts of a name.
fn parts(text: &str) -> Result<Vec<Part>, syntax::Fault> {
    let mut parts = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut start = 0;
    while let Some(open) = text[start..].find(['{', '}']).map(|at| start + at) {
        let wrong = |at| {
            let what = "a range in braces, as {i < layers} or {1 <= i < layers}, or a number that one counts, as {i}";
            syntax::Fault::expected(at, what)
        };
        let len = text[open..].find('}').filter(|len| *len > 0);
        let Some(close) = len.map(|len| open + len) else {
            return Err(wrong(open..open + 1));
        };
        let inside = &text[open + 1..close];
        if start < open {
            parts.push(Part::Text(text[start..open].to_string()));
        }
        let at = open..close + 1;
        // Pieces between signs, with the byte at which each begins.
        let mut begin = open + 1;
        let ends: Vec<(&str, usize)> = (inside.split('<'))
            .map(|piece| {
                let own = begin;
                begin += piece.len() + 1;
                (piece, own)
            })
            .collect();
        let sum = |(piece, start): (&str, usize)| -> Result<(Sum, usize), syntax::Fault> {
            let sum = Sum::read(piece).map_err(|fault| moved(fault, start));
            Ok((sum?, start))
        };
        let (name, range) = match ends.as_slice() {
            [(name, _)] => (name.trim(), None),
            [(name, _), to] => (name.trim(), Some((None, sum(*to)?))),
            [from, (name, _), to] if name.starts_with('=') => {
                let range = (Some(sum(*from)?), sum(*to)?);
                (name[1..].trim(), Some(range))
            }
            _ => return Err(wrong(at)),
        };
        let is_counted = names.iter().any(|known| known == name);
        match range {
            None if is_counted => parts.push(Part::Number(name.to_string())),
            Some((from, to)) if is_name(name) && !is_counted && names.len() < MOST_RANGES => {
                names.push(name.to_string());
                parts.push(Part::Range(Box::new(Range {
                    name: name.to_string(),
                    from,
                    to,
                    text: text[at].to_string(),
                })));
            }
            Some(_) if is_counted => {
                return Err(syntax::Fault::new(at, TextProblem::Repeated));
            }
            Some(_) if names.len() == MOST_RANGES => {
                return Err(syntax::Fault::expected(at, "at most 8 ranges in a name"));
            }
            _ => return Err(wrong(at)),
        }
        start = close + 1;
    }
    if start < text.len() {
        parts.push(Part::Text(text[start..].to_string()));
    }
    if parts.is_empty() {
        return Err(syntax::Fault::expected(0..0, "a name"));
    }
    Ok(parts)
}
