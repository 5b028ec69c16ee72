//! The laws that a scheme returns for a weight.

use crate::error::InitError;
use crate::law::{Law, Laws};
use crate::scheme::Scheme;
use crate::weight::Weight;

/// What a scheme has for a weight, as it is drawn: one law, or one for every part of a weight with parts.
/// The scheme is not called for a weight without elements, so that filling it is not an error.
pub(crate) fn laws<S: Scheme + ?Sized>(scheme: &S, weight: &Weight) -> Result<Laws, InitError> {
    if weight.is_empty() {
        return Law::constant(0.0).map(Laws::One);
    }
    let weight = weight.drawn();
    let Some(all) = weight.in_parts() else {
        return law(scheme, &weight).map(Laws::One);
    };
    let mut parts = Vec::with_capacity(all.weights.len());
    for (part, &len) in all.weights.iter().zip(&all.lens) {
        if !part.is_empty() {
            parts.push((len, law(scheme, part)?));
        }
    }
    if let [(_, first), rest @ ..] = parts.as_slice() {
        if !first.has_shape() && rest.iter().all(|(_, law)| law == first) {
            return Ok(Laws::One(first.clone()));
        }
    }
    Ok(Laws::ByPart {
        inner: weight.dims().as_slice()[all.axis + 1..].iter().product(),
        parts,
    })
}

/// A scheme's law for a weight, if it is one for that shape.
fn law<S: Scheme + ?Sized>(scheme: &S, weight: &Weight) -> Result<Law, InitError> {
    let law = scheme.law(weight);
    if let Ok(law) = &law {
        law.belongs_to(weight)?;
    }
    law
}
