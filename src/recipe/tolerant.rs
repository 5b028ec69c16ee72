//! A scheme with a tolerance for its check.

use std::fmt;
use std::sync::Arc;

use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A scheme whose values that are not random may be as far off in a check.
pub(super) struct Tolerant {
    scheme: Arc<dyn Scheme>,
    distance: f64,
}

impl Tolerant {
    pub(super) fn new(scheme: Arc<dyn Scheme>, distance: f64) -> Self {
        Tolerant { scheme, distance }
    }
}

impl Scheme for Tolerant {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Ok(self.scheme.law(weight)?.tolerating(self.distance))
    }

    fn text(&self) -> String {
        self.scheme.text()
    }

    fn depth(&self) -> usize {
        self.scheme.depth()
    }
}

impl fmt::Debug for Tolerant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scheme.fmt(f)
    }
}
