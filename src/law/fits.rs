//! Whether an element type can hold a law, and a weight have it.

use super::{Draws, Law, kind::Kind, nearer_end};
use crate::{Element, InitError, Weight, element::sealed::Sealed as _};

const TWO_28: f64 = 268_435_456.0;

impl Law {
    /// Whether the law is one for weights of that shape. Most are for any.
    pub(crate) fn fits_shape(&self, weight: &Weight) -> Result<(), InitError> {
        match &self.kind {
            Kind::Structured(structure) => structure.fits(weight),
            Kind::Repeated(repeated) if repeated.shape != *weight.dims() => {
                Err(InitError::ShapeMismatch {
                    weight: repeated.shape.as_slice().to_vec(),
                    array: weight.shape().to_vec(),
                })
            }
            _ => Ok(()),
        }
    }

    /// The same for the shape of an array.
    pub(crate) fn is_for_shape(&self, shape: &[usize]) -> bool {
        let shape = || crate::dims::Dims::new(shape);
        match &self.kind {
            // Of a law that was scaled to zeros no shape is left.
            _ if self.factor == 0.0 => true,
            Kind::Structured(structure) => structure.is_for(&shape()),
            Kind::Repeated(repeated) => repeated.shape == shape(),
            _ => true,
        }
    }

    /// Whether `F` can hold the law: a standard deviation that is a normal number, a largest draw
    /// that is finite, and a number between the bounds.
    pub(crate) fn fits<F: Element>(&self) -> Result<(), InitError> {
        let mut draws = self.draws();
        while let Draws::Repeated { draws: inner, .. } = draws {
            draws = *inner;
        }
        let std = match draws {
            Draws::Structured { structure, scale } => Some(structure.moments.spread * scale),
            _ => self.std(),
        };
        match std {
            Some(std) if std > 0.0 && !(F::LEAST_NORMAL..=F::LARGEST).contains(&std) => {
                return Err(InitError::StdOutOfRange {
                    std,
                    element: F::ELEMENT_NAME,
                    min: F::LEAST_NORMAL,
                    max: F::LARGEST,
                });
            }
            _ => {}
        }
        // What a distribution of the caller's yields is looked at as it is drawn.
        if let Some(largest) = draws.beyond::<F::Draw>(F::LARGEST) {
            return Err(InitError::ValueOutOfRange {
                largest,
                element: F::ELEMENT_NAME,
                max: F::LARGEST,
            });
        }
        match draws {
            Draws::Uniform { bounds, .. } | Draws::Truncated { bounds, .. }
                if F::within(bounds).is_none() =>
            {
                return Err(InitError::BoundsTooNarrow {
                    low: bounds.0,
                    high: bounds.1,
                    element: F::ELEMENT_NAME,
                });
            }
            _ => {}
        }
        if let (Some(std), Some(mean)) = (self.std(), self.mean()) {
            let (spacing, least) = match draws {
                // Its zeros are as they are.
                Draws::Structured { .. } => (0.0, 0.0),
                Draws::Truncated { std, cuts, .. } => {
                    // Draws that come near the least normal number lose digits on the way.
                    let spacing = F::Draw::spacing(nearer_end(cuts));
                    let step = std * spacing.max(F::Draw::LEAST_NORMAL * TWO_28);
                    (
                        step.max(F::spacing(mean)),
                        (16.0 * step).max(F::spacing(mean)),
                    )
                }
                _ => (F::spacing(mean), F::spacing(mean)),
            };
            if std > 0.0 && std < least {
                return Err(InitError::StdBelowSpacing {
                    std,
                    mean,
                    spacing,
                    element: F::ELEMENT_NAME,
                });
            }
        }
        Ok(())
    }
}
