//! The text of a call.

use std::collections::BTreeMap;

/// `name(arguments).member`.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) name: &'a str,
    pub(crate) positional: Vec<&'a str>,
    pub(crate) named: BTreeMap<&'a str, &'a str>,
    pub(crate) member: &'a str,
}

impl<'a> Call<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        let (name, rest) = text.split_once('(').unwrap();
        let (arguments, member) = rest.rsplit_once(')').unwrap();
        let mut call = Call {
            name,
            positional: Vec::new(),
            named: BTreeMap::new(),
            member: member.trim_start_matches('.'),
        };
        for argument in split(arguments) {
            // Keras's and JAX's arguments are recorded as a dictionary.
            if let Some(dictionary) = argument.strip_prefix('{') {
                for entry in split(dictionary.trim_end_matches('}')) {
                    let (name, value) = entry.split_once(':').unwrap();
                    call.named.insert(name.trim_matches('\''), value.trim());
                }
            } else if let Some((name, value)) = argument.split_once('=') {
                call.named.insert(name, value);
            } else {
                call.positional.push(argument);
            }
        }
        call
    }

    pub(crate) fn number(&self, name: &str, default: f64) -> f64 {
        self.named
            .get(name)
            .map_or(default, |text| text.parse().unwrap())
    }

    /// A positional argument, of numbers of which the first is meant where there may be several.
    pub(crate) fn count(&self, index: usize) -> usize {
        self.positional[index].parse().unwrap()
    }

    /// A number for every axis, or a tuple of them.
    pub(crate) fn kernel(&self, index: usize, rank: usize) -> Vec<usize> {
        let lens: Vec<usize> = tuple(self.positional[index]);
        if lens.len() == 1 {
            vec![lens[0]; rank]
        } else {
            lens
        }
    }

    /// That of `Conv2d`.
    pub(crate) fn rank(&self) -> usize {
        let digit = self.name.chars().find(char::is_ascii_digit);
        digit.and_then(|digit| digit.to_digit(10)).unwrap() as usize
    }
}

/// At the commas that are in no brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// `(0, 1)`, or one number.
pub(crate) fn tuple<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    let text = text.trim_start_matches('(').trim_end_matches(')');
    split(text)
        .iter()
        .map(|number| number.parse().unwrap())
        .collect()
}
