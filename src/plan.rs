//! Which law every element of a weight has.

use crate::{Element, InitError, Law, Scheme, Weight};

/// Which law every element of a weight has: one law for all, or one for every part of a fused
/// weight.
#[derive(Debug)]
pub(crate) enum Plan {
    Whole(Law),
    Parts {
        /// Elements from one step of the fused axis to the next.
        inner: u64,
        /// The length of every part along that axis, and its law.
        parts: Vec<(u64, Law)>,
    },
}

impl Plan {
    /// What a scheme has for a weight. Nothing is asked for one without elements, so that filling it
    /// is no error.
    pub(crate) fn new<S: Scheme + ?Sized>(scheme: &S, weight: &Weight) -> Result<Self, InitError> {
        if weight.is_empty() {
            return Law::constant(0.0).map(Plan::Whole);
        }
        let Some(fused) = weight.fused_parts() else {
            return law(scheme, weight).map(Plan::Whole);
        };
        let lens = |part: &Weight| part.shape()[fused.axis];
        let mut parts = Vec::with_capacity(fused.parts.len());
        for part in fused.parts.iter().filter(|part| !part.is_empty()) {
            parts.push((lens(part), law(scheme, part)?));
        }
        if let [(_, first), rest @ ..] = parts.as_slice() {
            if !first.has_shape() && rest.iter().all(|(_, law)| law == first) {
                return Ok(Plan::Whole(first.clone()));
            }
        }
        Ok(Plan::Parts {
            inner: weight.shape()[fused.axis + 1..].iter().product(),
            parts,
        })
    }

    /// Whether `F` can hold every law.
    pub(crate) fn fits<F: Element>(&self) -> Result<(), InitError> {
        match self {
            Plan::Whole(law) => law.fits::<F>(),
            Plan::Parts { parts, .. } => parts.iter().try_for_each(|(_, law)| law.fits::<F>()),
        }
    }
}

/// A scheme's law for a weight, if it is one for that shape.
fn law<S: Scheme + ?Sized>(scheme: &S, weight: &Weight) -> Result<Law, InitError> {
    let law = scheme.law(weight);
    if let Ok(law) = &law {
        law.fits_shape(weight)?;
    }
    law
}
