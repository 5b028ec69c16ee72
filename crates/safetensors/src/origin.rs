//! Where the values of a parameter are from.

use fanin::Planned;

use crate::checkpoint::{Checkpoint, Tensor};
use crate::error::CheckpointError;
use crate::fault::Mismatch;

/// Whether a name is meant.
type Names<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// What is copied, and from where; all else is drawn.
#[derive(Clone, Copy, Default)]
pub(crate) struct Origin<'a> {
    base: Option<&'a Checkpoint>,
    is_copied: Option<Names<'a>>,
    is_grown: Option<Names<'a>>,
}

/// A tensor whose values are copied first, before others are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Copied<'a> {
    pub(crate) tensor: Tensor<'a>,
}

impl<'a> Origin<'a> {
    pub(crate) fn copying(self, base: &'a Checkpoint, is_copied: Names<'a>) -> Self {
        Origin {
            base: Some(base),
            is_copied: Some(is_copied),
            ..self
        }
    }

    pub(crate) fn growing(self, is_grown: Names<'a>) -> Self {
        Origin {
            is_grown: Some(is_grown),
            ..self
        }
    }

    /// What a parameter copies, if it copies anything; it must fit.
    pub(crate) fn of(&self, planned: &Planned) -> Result<Option<Copied<'a>>, CheckpointError> {
        let Some(base) = self.base else {
            return Ok(None);
        };
        let name = planned.name();
        let is = |names: Option<Names<'a>>| names.is_some_and(|names| names(name));
        let is_grown = is(self.is_grown);
        if !is_grown && !is(self.is_copied) {
            return Ok(None);
        }
        let refused = |fault| CheckpointError::Copy {
            name: name.to_string(),
            fault,
        };
        let tensor = base.get(name).map_err(|_| refused(Mismatch::Missing))?;
        if tensor.dtype() != planned.dtype() {
            return Err(refused(Mismatch::ElementType {
                found: tensor.dtype(),
                planned: planned.dtype(),
            }));
        }
        let (found, shape) = (tensor.shape(), planned.weight().shape());
        if is_grown && !has_more_rows(found, shape) {
            return Err(refused(Mismatch::Rows {
                found: found.to_vec(),
                planned: shape.to_vec(),
            }));
        }
        if !is_grown && found != shape {
            return Err(refused(Mismatch::Shape {
                found: found.to_vec(),
                planned: shape.to_vec(),
            }));
        }
        Ok(Some(Copied { tensor }))
    }

    /// Whether there are values for a parameter.
    pub(crate) fn check(&self, planned: &Planned) -> Result<(), CheckpointError> {
        let copied = self.of(planned)?;
        let is_whole = copied.is_some_and(|copied| copied.tensor.elements() == planned.elements());
        match planned.is_left() && !is_whole {
            true => Err(CheckpointError::Left {
                name: planned.name().to_string(),
            }),
            false => Ok(()),
        }
    }
}

fn has_more_rows(found: &[usize], shape: &[usize]) -> bool {
    match (found, shape) {
        ([few, found @ ..], [many, shape @ ..]) => few <= many && found == shape,
        _ => false,
    }
}
