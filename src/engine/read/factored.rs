//! Values times the roots of the factors of their places.

use crate::engine::element::{Draw, Element};
use crate::error::InitError;
use crate::law::Factors;
use crate::num::float::wide;

/// The values of the elements from flat index `start` on, made of what they are before, which has those bounds.
///
/// # Errors
///
/// [`InitError::NonFiniteDraw`] at the first that is not finite in `F`.
pub(super) fn times<F: Element>(
    factors: &Factors,
    bounds: Option<(f64, f64)>,
    start: u64,
    values: &mut [F::Draw],
    out: &mut [F],
) -> Result<(), InitError> {
    let stretch = factors.stretch();
    let (mut index, mut at) = (start, 0);
    let mut known = None;
    while at < out.len() {
        let here = usize::try_from(stretch - index % stretch).unwrap_or(usize::MAX);
        let end = at.saturating_add(here).min(out.len());
        let factor = factors.at(index);
        let (root, ends) = match known {
            Some((of, root, ends)) if of == factor => (root, ends),
            _ => {
                let root = factor.sqrt();
                let ends = bounds.and_then(|(low, high)| F::within((low * root, high * root)));
                (root, ends)
            }
        };
        known = Some((factor, root, ends));
        let (values, out) = (&mut values[at..end], &mut out[at..end]);
        if root == 0.0 {
            out.fill(F::zero());
        } else {
            let root = F::Draw::from_f64(root);
            values.iter_mut().for_each(|value| *value = root * *value);
            F::narrow_all(values, out);
            if let Some((least, greatest)) = ends {
                for value in &mut *out {
                    *value = value.max(least).min(greatest);
                }
            }
        }
        if let Some(wrong) = out.iter().position(|value| !value.is_finite()) {
            return Err(InitError::NonFiniteDraw {
                value: wide(out[wrong]),
                index: index + wrong as u64,
                element: F::ELEMENT_NAME,
            });
        }
        index += (end - at) as u64;
        at = end;
    }
    Ok(())
}
