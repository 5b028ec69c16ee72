//! Numbers of a recipe: given, or arithmetic.

use super::text::Text;

/// A number of a [`Recipe`](crate::Recipe): itself, or arithmetic with variables, as `"4 * width"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity(pub(super) Amount);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Amount {
    Number(f64),
    Text(Text),
}

impl From<f64> for Quantity {
    fn from(number: f64) -> Self {
        Quantity(Amount::Number(number))
    }
}

impl From<i32> for Quantity {
    fn from(number: i32) -> Self {
        Quantity(Amount::Number(f64::from(number)))
    }
}

impl From<usize> for Quantity {
    fn from(number: usize) -> Self {
        Quantity(Amount::Number(number as f64))
    }
}

impl From<&str> for Quantity {
    fn from(text: &str) -> Self {
        Quantity(Amount::Text(Text::new(text)))
    }
}

impl From<String> for Quantity {
    fn from(text: String) -> Self {
        Quantity(Amount::Text(Text::new(text)))
    }
}
