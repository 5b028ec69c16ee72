//! Lists of names, shapes and types, as JSON or as text.

use std::fs;
use std::path::Path;

use fanin::{Dtype, Parameter};
use serde::Deserialize;

use crate::error::CheckpointError;
use crate::fault::ListFault;
use crate::json::{Entries, twice};

/// An entry of a JSON list.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a shape must be a list of whole numbers")]
enum Entry {
    Shape(Vec<usize>),
    Both {
        shape: Vec<usize>,
        dtype: Option<String>,
    },
}

/// Reads a list: JSON if the file's name ends so, else lines of text.
pub(crate) fn read(path: &Path) -> Result<Vec<Parameter>, CheckpointError> {
    let text = fs::read_to_string(path).map_err(CheckpointError::io("read", path))?;
    let is_json = path.extension().is_some_and(|end| end == "json");
    let parsed = if is_json { json(&text) } else { lines(&text) };
    parsed
        .and_then(checked)
        .map_err(|fault| CheckpointError::List {
            path: path.to_path_buf(),
            fault,
        })
}

fn checked(parameters: Vec<Parameter>) -> Result<Vec<Parameter>, ListFault> {
    if let Some(name) = twice(parameters.iter().map(Parameter::name)) {
        let name = name.to_string();
        return Err(ListFault::Twice { name });
    }
    match parameters.is_empty() {
        true => Err(ListFault::Empty),
        false => Ok(parameters),
    }
}

fn json(text: &str) -> Result<Vec<Parameter>, ListFault> {
    let entries: Entries<Entry> = serde_json::from_str(text).map_err(|error| ListFault::Json {
        message: error.to_string(),
    })?;
    let parameters = entries.0.into_iter().map(|(name, entry)| match entry {
        Entry::Shape(shape) => Ok(Parameter::new(name, shape)),
        Entry::Both { shape, dtype } => {
            let dtype = dtype.map_or(Ok(Dtype::F32), |dtype| of_type(&name, &dtype))?;
            Ok(Parameter::new(name, shape).dtype(dtype))
        }
    });
    parameters.collect()
}

fn of_type(name: &str, dtype: &str) -> Result<Dtype, ListFault> {
    dtype.parse().map_err(|_| ListFault::ElementType {
        name: name.to_string(),
        dtype: dtype.to_string(),
    })
}

/// A line has a name, a shape, and maybe a type; what follows `#` is a comment.
fn lines(text: &str) -> Result<Vec<Parameter>, ListFault> {
    let mut parameters = Vec::new();
    for (number, text) in (1..).zip(text.lines()) {
        let line = text.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        parameters.push(entry(line).ok_or_else(|| ListFault::Line {
            line: number,
            // A line of another format may be long.
            text: text.trim().chars().take(60).collect(),
        })??);
    }
    Ok(parameters)
}

fn entry(line: &str) -> Option<Result<Parameter, ListFault>> {
    let (name, rest) = line.split_once(char::is_whitespace)?;
    let rest = rest.trim();
    // The type begins with a letter, and a shape does not.
    let start = rest
        .rfind(|c: char| c.is_whitespace() || c == ']')
        .map_or(0, |at| at + 1);
    let (shape, dtype) = match rest.get(start..) {
        Some(word) if word.starts_with(char::is_alphabetic) => (rest.get(..start)?, word),
        _ => (rest, ""),
    };
    let shape = shape.trim();
    let is_in_brackets = shape.starts_with('[') && shape.ends_with(']');
    let inner = shape.trim_start_matches('[').trim_end_matches(']').trim();
    if shape.is_empty() || (inner.is_empty() && !is_in_brackets) {
        return None;
    }
    let lens: Option<Vec<usize>> = match inner {
        "" => Some(Vec::new()),
        inner => inner
            .split([',', 'x'])
            .map(|len| len.trim().parse().ok())
            .collect(),
    };
    let parameter = Parameter::new(name, lens?);
    Some(match dtype {
        "" => Ok(parameter),
        dtype => of_type(name, dtype).map(|dtype| parameter.dtype(dtype)),
    })
}

#[cfg(test)]
mod tests {
    use super::{json, lines};
    use fanin::Dtype;

    #[test]
    fn a_line_and_an_entry_say_the_same() {
        let text =
            "# GPT\n\nwte.weight 100x16 bf16\nb [3, 4]\n  c 7 # a bias\nd [] int64\ne [ 5 ]f16\n";
        let json_text = r#"{"wte.weight": {"shape": [100, 16], "dtype": "bf16"}, "b": [3, 4], "c": [7],
            "d": {"shape": [], "dtype": "I64"}, "e": {"shape": [5], "dtype": "float16"}}"#;
        let all = lines(text).unwrap();
        assert_eq!(
            format!("{all:?}"),
            format!("{:?}", json(json_text).unwrap())
        );
        assert_eq!(all[0].element_type(), Dtype::Bf16);
        assert_eq!((all[1].shape(), all[3].shape()), (&[3, 4][..], &[][..]));
    }

    #[test]
    fn what_is_no_line() {
        for line in [
            "a",
            "a b",
            "a 3x",
            "a 3,4,",
            "a -3",
            "a 3 f32 f32",
            "a 18446744073709551616",
        ] {
            assert!(lines(line).is_err(), "{line}");
        }
    }
}
