//! The text of a built-in scheme: a name and arguments.

use std::fmt;

use crate::syntax::Number;

/// A scheme that texts have a name for.
pub(crate) trait Spelled {
    /// The name.
    const NAME: &'static str;

    /// Writes the arguments; those with their default values may be left out.
    fn arguments(&self, call: &mut Spelling) {
        let _ = call;
    }
}

/// A call that is being written.
#[derive(Debug)]
pub(crate) struct Spelling {
    text: String,
    is_open: bool,
}

impl Spelling {
    /// The text, which is read as the same scheme.
    pub(crate) fn of<S: Spelled>(scheme: &S) -> String {
        let mut call = Spelling {
            text: S::NAME.to_string(),
            is_open: false,
        };
        scheme.arguments(&mut call);
        if call.is_open {
            call.text.push(')');
        }
        call.text
    }

    /// An argument without its name.
    pub(crate) fn value(&mut self, value: impl fmt::Display) {
        self.text.push_str(if self.is_open { ", " } else { "(" });
        self.is_open = true;
        self.text.push_str(&value.to_string());
    }

    /// An argument with its name.
    pub(crate) fn named(&mut self, name: &str, value: impl fmt::Display) {
        self.value(format_args!("{name}={value}"));
    }

    /// A number with its name.
    pub(crate) fn number(&mut self, name: &str, value: f64) {
        self.named(name, Number(value));
    }

    /// A number with its name, unless it is the one by default.
    pub(crate) fn number_unless(&mut self, default: f64, name: &str, value: f64) {
        if value.to_bits() != default.to_bits() {
            self.number(name, value);
        }
    }
}

/// `Display` of what is [`Spelled`].
macro_rules! display {
    ($($scheme:ty),* $(,)?) => {$(
        /// What its `FromStr` and [`parse`](crate::parse) read.
        impl std::fmt::Display for $scheme {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&crate::scheme::spelled::Spelling::of(self))
            }
        }
    )*};
}

pub(super) use display;
