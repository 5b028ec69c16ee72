//! Tokens one after the other.

use std::ops::Range;

use super::MAX_DEPTH;
use super::fault::Fault;
use super::token::{self, Token};
use crate::error::TextProblem;

/// A place between two tokens of a text, with the next of them at hand.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    token: Token<'a>,
    at: Range<usize>,
    /// Where the token before ends.
    behind: usize,
    depth: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Result<Self, Fault> {
        let (token, at) = token::next(text, 0)?;
        Ok(Cursor {
            text,
            token,
            at,
            behind: 0,
            depth: 0,
        })
    }

    /// The next token.
    pub(crate) fn token(&self) -> Token<'a> {
        self.token
    }

    /// Where it stands, in bytes.
    pub(crate) fn at(&self) -> Range<usize> {
        self.at.clone()
    }

    /// From a byte to the end of the token before.
    pub(crate) fn since(&self, start: usize) -> Range<usize> {
        start..self.behind.max(start)
    }

    /// Steps over the next token.
    pub(crate) fn step(&mut self) -> Result<(), Fault> {
        self.behind = self.at.end;
        (self.token, self.at) = token::next(self.text, self.at.end)?;
        Ok(())
    }

    /// Steps over a mark, if it is the next token.
    pub(crate) fn eat(&mut self, mark: char) -> Result<bool, Fault> {
        let is_next = self.token == Token::Mark(mark);
        if is_next {
            self.step()?;
        }
        Ok(is_next)
    }

    /// Steps over a mark that must be next.
    pub(crate) fn require(&mut self, mark: char, what: &'static str) -> Result<(), Fault> {
        if self.eat(mark)? {
            Ok(())
        } else {
            Err(self.expected(what))
        }
    }

    /// That the text ends here.
    pub(crate) fn end(&self, what: &'static str) -> Result<(), Fault> {
        match self.token {
            Token::End => Ok(()),
            _ => Err(self.expected(what)),
        }
    }

    /// That something else than the next token belongs here.
    pub(crate) fn expected(&self, what: &'static str) -> Fault {
        Fault::expected(self.at(), what)
    }

    /// Reads one level deeper, if there is one.
    pub(crate) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let depth = self.depth;
        self.descend()?;
        let result = read(self);
        self.depth = depth;
        result
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn rise_to(&mut self, depth: usize) {
        self.depth = depth;
    }

    pub(super) fn descend(&mut self) -> Result<(), Fault> {
        if self.depth == MAX_DEPTH {
            let problem = TextProblem::TooDeep { limit: MAX_DEPTH };
            return Err(Fault::new(self.at(), problem));
        }
        self.depth += 1;
        Ok(())
    }
}
