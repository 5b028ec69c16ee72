//! The text of a reading.

use std::collections::VecDeque;
use std::ops::Range;
use std::str::FromStr;

use super::reading::{AxisReading, Reading, Split};
use crate::error::{InitError, TextProblem};
use crate::syntax::{Cursor, Fault, Token};
use crate::weight::parts::MOST_PARTS;
use crate::word::Role;

const ROLES: &str = "a letter for each axis, with blanks between: o (outputs), i (inputs), \
                     k (kernel), b (batch) or _ (none)";
const SETTINGS: &str = "groups, stride, transposed or drawn as";

impl Reading {
    /// Reads a text as a reading.
    ///
    /// # Errors
    ///
    /// [`InitError::Text`], with the place, if the text is not a reading.
    pub fn new(text: &str) -> Result<Self, InitError> {
        reading(text).map_err(|fault| fault.in_text(text))
    }

    /// Sets another order of the axes for drawing: draws follow the row-major order of a tensor whose
    /// axes stand in this order, and the weight is that tensor, transposed. So a layer that one
    /// framework stores as `[in, out]` and another as `[out, in]` has the same values in both. It
    /// costs a transposition.
    ///
    /// The order has the letters of the reading, without parentheses; the occurrences of a repeated
    /// letter keep their order.
    ///
    /// ```
    /// use fanin::{HeNormal, Initializer, IntoWeight, Key, Reading};
    /// use ndarray::Array2;
    ///
    /// let key = Key::from_seed(0);
    /// let out_in: Array2<f32> = HeNormal.init_keyed(key.clone(), (256, 784))?;
    /// let in_out = Reading::new("i o")?.drawn_as("o i")?;
    /// assert_eq!(in_out.to_string(), "i o, drawn as o i");
    /// let w: Array2<f32> = HeNormal.init_keyed(key.clone(), (784, 256).read(in_out))?;
    /// assert_eq!(w, out_in.t());
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InitError::Text`] if the order does not have the reading's letters.
    pub fn drawn_as(mut self, order: &str) -> Result<Self, InitError> {
        let order = self::order(order, &self.axes).map_err(|fault| fault.in_text(order))?;
        self.order = Some(order);
        Ok(self)
    }
}

impl FromStr for Reading {
    type Err = InitError;

    fn from_str(text: &str) -> Result<Self, InitError> {
        Reading::new(text)
    }
}

impl TryFrom<&str> for Reading {
    type Error = InitError;

    fn try_from(text: &str) -> Result<Self, InitError> {
        Reading::new(text)
    }
}

impl TryFrom<&String> for Reading {
    type Error = InitError;

    fn try_from(text: &String) -> Result<Self, InitError> {
        Reading::new(text)
    }
}

impl From<&Reading> for Reading {
    fn from(reading: &Reading) -> Self {
        reading.clone()
    }
}

/// The reading that a text is.
fn reading(text: &str) -> Result<Reading, Fault> {
    let mut cursor = Cursor::new(text)?;
    let mut reading = Reading {
        axes: Vec::new(),
        groups: None,
        stride: Vec::new(),
        transposed: false,
        order: None,
    };
    loop {
        let start = cursor.at().start;
        let axis = match cursor.token() {
            Token::End | Token::Mark(',') => break,
            Token::Mark('(') => split(&mut cursor)?,
            Token::Name("g") => {
                return Err(cursor.expected("g in parentheses, as (g o)"));
            }
            _ => AxisReading {
                role: role(&mut cursor)?,
                split: Split::Whole,
            },
        };
        let at = cursor.since(start);
        alone(&reading.axes, &axis, at)?;
        reading.axes.push(axis);
    }
    while cursor.eat(',')? {
        setting(&mut cursor, &mut reading)?;
    }
    cursor.end(", and groups, stride, transposed or drawn as")?;
    Ok(reading)
}

/// That parts and groups are each of one axis.
fn alone(axes: &[AxisReading], axis: &AxisReading, at: Range<usize>) -> Result<(), Fault> {
    if axis.split.has_parts() && axes.iter().any(|axis| axis.split.has_parts()) {
        return Err(Fault::expected(
            at,
            "an axis without parts: one axis may have some",
        ));
    }
    if axis.split == Split::Groups && axes.iter().any(|axis| axis.split == Split::Groups) {
        return Err(Fault::expected(
            at,
            "an axis without groups: one axis may have some",
        ));
    }
    Ok(())
}

fn role(cursor: &mut Cursor<'_>) -> Result<Role, Fault> {
    let role = match cursor.token() {
        Token::Name("o") => Role::Output,
        Token::Name("i") => Role::Input,
        Token::Name("k") => Role::Kernel,
        Token::Name("b") => Role::Batch,
        Token::Name("_") => Role::Unnamed,
        _ => return Err(cursor.expected(ROLES)),
    };
    cursor.step()?;
    Ok(role)
}

/// The role in parentheses.
fn divided_role(cursor: &mut Cursor<'_>) -> Result<Role, Fault> {
    match cursor.token() {
        Token::Name("o" | "i") => role(cursor),
        _ => Err(cursor.expected("o or i, the axes that have parts and groups")),
    }
}

/// An axis in parentheses.
fn split(cursor: &mut Cursor<'_>) -> Result<AxisReading, Fault> {
    cursor.step()?;
    let (role, split) = match cursor.token() {
        Token::Name("g") => {
            cursor.step()?;
            (divided_role(cursor)?, Split::Groups)
        }
        Token::Mark('[') => {
            let lens = list(cursor)?;
            (divided_role(cursor)?, Split::Lens { times: 1, lens })
        }
        Token::Number(_) => {
            let at = cursor.at();
            let first = positive(cursor)?;
            let split = match cursor.token() {
                Token::Mark('[') => Split::Lens {
                    times: first,
                    lens: list(cursor)?,
                },
                Token::Number(_) => Split::Equal {
                    times: first,
                    parts: parts(cursor)?,
                },
                _ => Split::Equal {
                    times: 1,
                    parts: few(first, at)?,
                },
            };
            (divided_role(cursor)?, split)
        }
        Token::Name("o" | "i") => {
            let role = role(cursor)?;
            let Token::Number(_) = cursor.token() else {
                return Err(cursor.expected("a number of parts, as (o 3) or (3 o)"));
            };
            (
                role,
                Split::Turns {
                    parts: parts(cursor)?,
                },
            )
        }
        _ => {
            return Err(cursor.expected(
                "a number of parts, a list of their lengths, or g for groups: \
                 (3 o), ([512 128 128] o), (o 3), (g o)",
            ));
        }
    };
    cursor.require(')', ") after this axis")?;
    Ok(AxisReading { role, split })
}

/// The lengths of parts.
fn list(cursor: &mut Cursor<'_>) -> Result<Vec<usize>, Fault> {
    cursor.step()?;
    let mut lens = Vec::new();
    while let Token::Number(_) = cursor.token() {
        lens.push(whole(cursor)?);
        // Between them, a comma is as good as a blank.
        cursor.eat(',')?;
    }
    if lens.is_empty() {
        return Err(cursor.expected("the lengths of parts, as [512 128 128]"));
    }
    cursor.require(']', "another length, or ]")?;
    Ok(lens)
}

/// A number of parts that are named by it.
fn parts(cursor: &mut Cursor<'_>) -> Result<usize, Fault> {
    let at = cursor.at();
    let count = positive(cursor)?;
    few(count, at)
}

fn few(count: usize, at: Range<usize>) -> Result<usize, Fault> {
    if count <= MOST_PARTS {
        Ok(count)
    } else {
        Err(Fault::expected(at, "at most 65536 parts"))
    }
}

fn positive(cursor: &mut Cursor<'_>) -> Result<usize, Fault> {
    let at = cursor.at();
    match whole(cursor)? {
        0 => Err(Fault::expected(at, "a number of at least 1")),
        number => Ok(number),
    }
}

fn whole(cursor: &mut Cursor<'_>) -> Result<usize, Fault> {
    const TWO_53: f64 = 9_007_199_254_740_992.0;
    match cursor.token() {
        Token::Number(number) if number.fract() == 0.0 && number < TWO_53 => {
            let number =
                usize::try_from(number as u64).map_err(|_| cursor.expected("a smaller number"))?;
            cursor.step()?;
            Ok(number)
        }
        _ => Err(cursor.expected("a whole number below 2^53")),
    }
}

/// What is not the axes'.
fn setting(cursor: &mut Cursor<'_>, reading: &mut Reading) -> Result<(), Fault> {
    let at = cursor.at();
    let Token::Name(name) = cursor.token() else {
        return Err(cursor.expected(SETTINGS));
    };
    let is_given = match name {
        "groups" => reading.groups.is_some(),
        "stride" => !reading.stride.is_empty(),
        "transposed" => reading.transposed,
        "drawn" => reading.order.is_some(),
        _ => return Err(cursor.expected(SETTINGS)),
    };
    if is_given {
        return Err(Fault::new(at, TextProblem::Repeated));
    }
    cursor.step()?;
    match name {
        "groups" => reading.groups = Some(positive(cursor)?),
        "stride" => {
            reading.stride.push(positive(cursor)?);
            while let Token::Number(_) = cursor.token() {
                reading.stride.push(positive(cursor)?);
            }
        }
        "transposed" => reading.transposed = true,
        _ => {
            if cursor.token() != Token::Name("as") {
                return Err(cursor.expected("as, and the order of the axes: drawn as o i"));
            }
            cursor.step()?;
            reading.order = Some(axes_in_order(cursor, &reading.axes)?);
        }
    }
    Ok(())
}

/// The order of axes that a text is.
fn order(text: &str, axes: &[AxisReading]) -> Result<Vec<usize>, Fault> {
    let mut cursor = Cursor::new(text)?;
    let order = axes_in_order(&mut cursor, axes)?;
    cursor.end("the end of the order")?;
    Ok(order)
}

/// At each place of the order that follows, the number of the axis.
fn axes_in_order(cursor: &mut Cursor<'_>, axes: &[AxisReading]) -> Result<Vec<usize>, Fault> {
    let mut order = Vec::with_capacity(axes.len());
    let start = cursor.at().start;
    // The axes of each role, in their order: a letter takes the next.
    let mut left: Vec<(Role, VecDeque<usize>)> = Vec::new();
    for (number, axis) in axes.iter().enumerate() {
        match left.iter_mut().find(|(role, _)| *role == axis.role) {
            Some((_, numbers)) => numbers.push_back(number),
            None => left.push((axis.role, VecDeque::from([number]))),
        }
    }
    while let Token::Name(_) = cursor.token() {
        let at = cursor.at();
        let role = role(cursor)?;
        let own = left.iter_mut().find(|(of, _)| *of == role);
        let Some(number) = own.and_then(|(_, numbers)| numbers.pop_front()) else {
            return Err(Fault::expected(
                at,
                "the letters of the axes, each as often as there",
            ));
        };
        order.push(number);
    }
    if order.len() == axes.len() {
        return Ok(order);
    }
    let at = match order.len() {
        0 => cursor.at(),
        _ => cursor.since(start),
    };
    Err(Fault::expected(
        at,
        "the letters of the axes, each as often as there",
    ))
}
