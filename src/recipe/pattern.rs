//! Patterns over dotted names.

use std::fmt;

use crate::syntax::Fault;

/// Numbers that a pattern has bound, in the order in which their names first stand in it.
pub(super) type Bound = Vec<(String, u64)>;

/// Bytes of a pattern.
const MOST_BYTES: usize = 1024;

/// Different numbers of a name that are tried for one that comes twice in a pattern: those further to the right are not.
const MOST_NUMBERS: usize = 64;

/// A pattern over dotted names.
///
/// | | stands for |
/// |---|---|
/// | `*` | letters within a segment, none too |
/// | `**`, alone between dots | segments, none too |
/// | `{i}` | a whole number of decimal digits, without leading zeros and without a digit beside it |
///
/// Wherever there is a choice, `*` and `**` take as little as they can, those further to the left first. Given a
/// value for a name that comes twice, the first piece that fits is the right one: one that begins further to the right
/// also ends there. So each star is tried from left to right once, and the time is at most the product of the lengths
/// (times the number of different numbers in the name, for a name that comes twice).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    text: String,
    segments: Vec<Segment>,
    names: Vec<String>,
    /// The name that comes more than once.
    repeated: Option<usize>,
    letters: usize,
    /// How every name that matches ends.
    end: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Segment {
    /// `**`.
    Any,
    Of(Vec<Piece>),
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Star,
    Number(usize),
}

impl Pattern {
    pub(super) fn new(text: &str) -> Result<Self, Fault> {
        let mut pattern = Pattern {
            text: text.to_string(),
            segments: Vec::new(),
            names: Vec::new(),
            repeated: None,
            letters: 0,
            end: end(text).to_string(),
        };
        if text.is_empty() || text.len() > MOST_BYTES {
            let what = "a name, or a pattern as **.bias, of at most 1024 bytes";
            return Err(Fault::expected(0..text.len(), what));
        }
        let mut start = 0;
        for segment in text.split('.') {
            let segment = match segment {
                "**" => Segment::Any,
                _ => Segment::Of(pattern.pieces(segment, start)?),
            };
            start += match &segment {
                Segment::Any => 2,
                Segment::Of(_) => text[start..].find('.').unwrap_or(0),
            } + 1;
            pattern.segments.push(segment);
        }
        Ok(pattern)
    }

    /// The pieces of a segment, which begins at a byte of the pattern.
    fn pieces(&mut self, segment: &str, start: usize) -> Result<Vec<Piece>, Fault> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest = segment;
        while let Some(first) = rest.chars().next() {
            let at = start + segment.len() - rest.len();
            let len = match first {
                '*' if rest.starts_with("**") => {
                    let what = "** alone between two dots, as **.h, or one * within a segment";
                    return Err(Fault::expected(at..at + 2, what));
                }
                '*' => {
                    pieces.push(Piece::Star);
                    1
                }
                '{' => {
                    let len = rest.find('}').map_or(rest.len(), |end| end + 1);
                    let name = rest.get(1..len.saturating_sub(1)).unwrap_or("");
                    if !rest[..len].ends_with('}') || !is_name(name) {
                        let what = "the name of a number in braces, as {i}";
                        return Err(Fault::expected(at..at + len, what));
                    }
                    if let Some(Piece::Number(_)) = pieces.last() {
                        let what = "a letter, a dot or * between two numbers";
                        return Err(Fault::expected(at..at + len, what));
                    }
                    pieces.push(Piece::Number(self.number(name, at..at + len)?));
                    len
                }
                '}' => {
                    let what = "{ before }, as in {i}";
                    return Err(Fault::expected(at..at + 1, what));
                }
                _ => {
                    let len = rest.find(['*', '{', '}']).unwrap_or(rest.len());
                    self.letters += len;
                    pieces.push(Piece::Text(rest[..len].to_string()));
                    len
                }
            };
            rest = &rest[len..];
        }
        Ok(pieces)
    }

    /// The place of a name among those that are bound.
    fn number(&mut self, name: &str, at: std::ops::Range<usize>) -> Result<usize, Fault> {
        let Some(number) = self.names.iter().position(|known| known == name) else {
            self.names.push(name.to_string());
            return Ok(self.names.len() - 1);
        };
        if self.repeated.is_some_and(|repeated| repeated != number) {
            let what = "another name: one number of a pattern may come more than once";
            return Err(Fault::expected(at, what));
        }
        self.repeated = Some(number);
        Ok(number)
    }

    /// The names that it binds.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The numbers that a name binds, if it matches.
    pub(super) fn bind(&self, name: &str) -> Option<Bound> {
        let segments: Vec<&str> = name.split('.').collect();
        self.bind_segments(name, &segments)
    }

    /// The same for a name with its segments.
    pub(super) fn bind_segments(&self, name: &str, segments: &[&str]) -> Option<Bound> {
        // Nearly all names fail here.
        if !name.ends_with(&self.end) {
            return None;
        }
        let Some(repeated) = self.repeated else {
            return self.bind_with(segments, &mut vec![None; self.names.len()]);
        };
        let mut tried = Vec::new();
        for value in numbers(name) {
            if !tried.contains(&value) && tried.len() < MOST_NUMBERS {
                tried.push(value);
                let mut values = vec![None; self.names.len()];
                values[repeated] = Some(value);
                if let Some(bound) = self.bind_with(segments, &mut values) {
                    return Some(bound);
                }
            }
        }
        None
    }

    /// The same, where the values that are there are those of their names.
    fn bind_with(&self, name: &[&str], values: &mut [Option<u64>]) -> Option<Bound> {
        let fixed: Vec<Option<u64>> = values.to_vec();
        let (mut own, mut other) = (0, 0);
        // After the last `**`: its place, and the first segment that it does not take.
        let mut star: Option<(usize, usize)> = None;
        loop {
            let fits = match self.segments.get(own) {
                Some(Segment::Any) => {
                    star = Some((own, other));
                    own += 1;
                    continue;
                }
                Some(Segment::Of(pieces)) => {
                    (name.get(other)).is_some_and(|segment| fits(pieces, segment, &fixed, values))
                }
                None if other == name.len() => break,
                None => false,
            };
            if fits {
                (own, other) = (own + 1, other + 1);
                continue;
            }
            // The last `**` takes one segment more.
            let (place, first) = star?;
            if first >= name.len() {
                return None;
            }
            star = Some((place, first + 1));
            (own, other) = (place + 1, first + 1);
        }
        let names = self.names.iter().zip(values);
        names
            .map(|(name, value)| Some((name.clone(), (*value)?)))
            .collect()
    }
}

/// What follows the last star and the last number of a pattern.
fn end(pattern: &str) -> &str {
    let start = pattern.rfind(['*', '}']).map_or(0, |at| at + 1);
    let end = &pattern[start..];
    // The dot after `**` is not there where that takes nothing.
    match pattern[..start].ends_with("**") {
        true => end.strip_prefix('.').unwrap_or(end),
        false => end,
    }
}

/// Whether a segment is made of these pieces; writes the numbers that it binds.
fn fits(
    pieces: &[Piece],
    segment: &str,
    fixed: &[Option<u64>],
    values: &mut [Option<u64>],
) -> bool {
    let (mut own, mut at) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        let rest = segment.get(at..).unwrap_or("");
        let len = match pieces.get(own) {
            Some(Piece::Star) => {
                star = Some((own, at));
                own += 1;
                continue;
            }
            Some(Piece::Text(text)) => rest.starts_with(text.as_str()).then_some(text.len()),
            Some(&Piece::Number(number)) => {
                let found = whole_number(segment, at);
                let is_it =
                    |(_, value): &(usize, u64)| fixed[number].is_none_or(|fixed| fixed == *value);
                found.filter(is_it).map(|(len, value)| {
                    values[number] = Some(value);
                    len
                })
            }
            None if rest.is_empty() => return true,
            None => None,
        };
        match (len, star) {
            (Some(len), _) => (own, at) = (own + 1, at + len),
            (None, Some((place, first))) => {
                // The last `*` takes one letter more.
                let Some(letter) = segment.get(first..).and_then(|rest| rest.chars().next()) else {
                    return false;
                };
                let first = first + letter.len_utf8();
                star = Some((place, first));
                (own, at) = (place + 1, first);
            }
            (None, None) => return false,
        }
    }
}

/// The number that begins at a byte of a segment, and how long it is.
fn whole_number(segment: &str, at: usize) -> Option<(usize, u64)> {
    let before = at.checked_sub(1).map(|before| segment.as_bytes()[before]);
    if before.is_some_and(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = segment.get(at..)?;
    let len = (rest.find(|c: char| !c.is_ascii_digit())).unwrap_or(rest.len());
    let digits = &rest[..len];
    if len > 1 && digits.starts_with('0') {
        return None;
    }
    // As large as `f64` counts, so that arithmetic is exact.
    let value: u64 = digits.parse().ok()?;
    (value < 1 << 53).then_some((len, value))
}

/// The numbers in a name, from left to right.
fn numbers(name: &str) -> impl Iterator<Item = u64> + '_ {
    let starts = name.char_indices().filter(|(_, c)| c.is_ascii_digit());
    starts.filter_map(|(at, _)| whole_number(name, at).map(|(_, value)| value))
}

/// Whether it can be the name of a number or a variable.
pub(super) fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_letter) && text.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

impl Pattern {
    /// How many letters of the pattern's own would have to be put in, left out or changed for a name to match, or
    /// nearly so: for the nearest of several.
    pub(super) fn distance(&self, name: &str) -> usize {
        let name = &name.as_bytes()[..name.len().min(LONGEST)];
        // What it costs to match so many bytes of the name with the pattern so far.
        let mut row: Vec<usize> = (0..=name.len()).collect();
        for (number, segment) in self.segments.iter().enumerate() {
            let pieces = match segment {
                Segment::Any => {
                    run(&mut row, |_| true, name);
                    continue;
                }
                Segment::Of(pieces) => pieces,
            };
            // After `**` a dot may be missing with what it took.
            if number > 0 {
                let before = row.clone();
                letter(&mut row, b'.', name);
                if self.segments.get(number - 1) == Some(&Segment::Any) {
                    for (cost, before) in row.iter_mut().zip(before) {
                        *cost = before.min(*cost);
                    }
                }
            }
            for piece in pieces {
                match piece {
                    Piece::Star => run(&mut row, |byte| byte != b'.', name),
                    Piece::Number(_) => {
                        letter(&mut row, b'0', name);
                        run(&mut row, |byte| byte.is_ascii_digit(), name);
                    }
                    Piece::Text(text) => {
                        for byte in text.bytes().take(LONGEST) {
                            letter(&mut row, byte, name);
                        }
                    }
                }
            }
        }
        row.last().copied().unwrap_or(0)
    }

    /// The number of letters that are not free.
    pub(super) fn letters(&self) -> usize {
        self.letters
    }
}

/// Bytes of a name and of a piece that are looked at for a distance.
const LONGEST: usize = 128;

/// One letter more of a pattern; a digit is as good as another.
fn letter(row: &mut [usize], own: u8, name: &[u8]) {
    let same = |byte: u8| {
        byte.eq_ignore_ascii_case(&own) || (own.is_ascii_digit() && byte.is_ascii_digit())
    };
    let mut before = row.first().copied().unwrap_or(0);
    if let Some(first) = row.first_mut() {
        *first += 1;
    }
    for (at, &byte) in name.iter().enumerate() {
        let changed = before + usize::from(!same(byte));
        before = row[at + 1];
        row[at + 1] = changed.min(before + 1).min(row[at] + 1);
    }
}

/// As many bytes of a kind as there are, for nothing.
fn run(row: &mut [usize], is_free: impl Fn(u8) -> bool, name: &[u8]) {
    for (at, &byte) in name.iter().enumerate() {
        if is_free(byte) {
            row[at + 1] = row[at + 1].min(row[at]);
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
