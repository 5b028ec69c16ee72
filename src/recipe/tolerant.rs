//! A scheme with what its check lets pass.

use std::fmt;
use std::sync::Arc;

use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A scheme whose values that are not random may be as far off in a check, and of whose random values it counts
/// some apart.
pub(super) struct Tolerant {
    scheme: Arc<dyn Scheme>,
    distance: f64,
    stray: Option<f64>,
}

impl Tolerant {
    pub(super) fn new(scheme: Arc<dyn Scheme>, distance: f64, stray: Option<f64>) -> Self {
        Tolerant {
            scheme,
            distance,
            stray,
        }
    }
}

impl Scheme for Tolerant {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let law = self.scheme.law(weight)?.tolerating(self.distance);
        Ok(match self.stray {
            Some(value) => law.straying(value),
            None => law,
        })
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
