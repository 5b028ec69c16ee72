//! From (law, key, view) to values: the only part that knows about blocks and lanes.
//!
//! `docs/stream.md` specifies what happens here. This is that page written out in scalar code, the
//! reference for whatever is faster.

mod angle;
mod block;
mod draw;
mod radius;

use ndarray::{ArrayViewMut, Dimension};

pub(crate) use draw::Draw;

use crate::{Element, InitError, Key, Law, law::Draws};

/// Fills `view`, in row-major order of its indices whatever its order in memory, with the values
/// of `law` under `key`. The law has been checked against `F`.
///
/// # Errors
///
/// [`InitError::NonFiniteDraw`] from a distribution that the caller brought; never otherwise.
pub(crate) fn fill<F: Element, D: Dimension>(
    law: &Law,
    key: &Key,
    mut view: ArrayViewMut<'_, F, D>,
) -> Result<(), InitError> {
    match law.draws() {
        Draws::Constant(value) => view.fill(narrow(value)),
        Draws::Normal { mean, std } => {
            let mut elements = view.iter_mut();
            for index in 0.. {
                if elements.len() == 0 {
                    break;
                }
                let normals = F::Draw::normals(key, index);
                // The draws come first: the shorter side of a zip must be asked first, or the
                // other loses an element.
                for (z, element) in normals.iter().zip(&mut elements) {
                    *element = F::narrow(z.affine(mean, std));
                }
            }
        }
        Draws::Brought { brought, scale } => {
            let mut elements = view.iter_mut().enumerate();
            for block in 0.. {
                if elements.len() == 0 {
                    break;
                }
                let mut rng = block::generator(key, block);
                for (index, element) in elements.by_ref().take(block::LEN) {
                    let value = brought.sample(&mut rng) * scale;
                    *element = narrow(value);
                    if !element.is_finite() {
                        return Err(InitError::NonFiniteDraw {
                            value,
                            index: index as u64,
                            element: F::NAME,
                        });
                    }
                }
            }
        }
    }
    Ok(())
}

/// A number of `f64` as an element, by way of the type of its draws.
fn narrow<F: Element>(value: f64) -> F {
    F::narrow(F::Draw::from_f64(value))
}
