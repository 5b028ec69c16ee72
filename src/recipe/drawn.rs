//! What there is to draw for a parameter, and whether its type can hold it.

use std::sync::Arc;

use super::dtype::Dtype;
use super::fault::Problem;
use crate::engine::{Element, holds};
use crate::error::InitError;
use crate::law::{Draws, Law, Laws};
use crate::scheme::{Scheme, laws};
use crate::weight::Weight;

/// What there is to draw: a scheme, and what its laws are. The laws themselves may be as large as the weight, and
/// are made again when it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub(super) scheme: Arc<dyn Scheme>,
    pub(super) law: Arc<str>,
    pub(super) std: Option<f64>,
    pub(super) constant: Option<f64>,
}

impl Drawn {
    pub(super) fn new(
        scheme: Arc<dyn Scheme>,
        weight: &Weight,
        dtype: Dtype,
    ) -> Result<Self, Problem> {
        let laws = laws(&scheme, weight).map_err(Problem::Scheme)?;
        let (law, std, constant) = match &laws {
            Laws::One(law) => (law.to_string(), law.std(), constant(law)),
            Laws::ByPart { parts, .. } => {
                let texts: Vec<String> = parts.iter().map(|(_, law)| law.to_string()).collect();
                let mut stds = parts.iter().map(|(_, law)| law.std());
                let first = stds.next().flatten();
                let std = first.filter(|_| stds.all(|std| std == first));
                (texts.join("; "), std, None)
            }
        };
        match dtype.limits() {
            Some(limits) if !constant.is_some_and(|value| is_held(value, limits)) => {
                return Err(Problem::Integers { dtype, law });
            }
            Some(_) => {}
            None => fits(&laws, dtype).map_err(|error| Problem::ElementType { dtype, error })?,
        }
        Ok(Drawn {
            scheme,
            law: law.into(),
            std,
            constant,
        })
    }
}

/// The one value of a law that has one.
fn constant(law: &Law) -> Option<f64> {
    match law.draws() {
        Draws::Constant(value) => Some(value),
        _ => None,
    }
}

/// Whether a value is a whole number within limits, none of which is more than 2^64.
fn is_held(value: f64, (least, greatest): (i128, i128)) -> bool {
    let is_whole = value.fract() == 0.0 && value.abs() < 2e19;
    is_whole && (least..=greatest).contains(&(value as i128))
}

/// Whether a float type can hold the laws. Without the feature `half` its types are not known, and not drawn.
fn fits(laws: &Laws, dtype: Dtype) -> Result<(), InitError> {
    fn of<F: Element>(laws: &Laws) -> Result<(), InitError> {
        holds::<F>(laws)
    }
    match dtype {
        Dtype::F64 => of::<f64>(laws),
        Dtype::F32 => of::<f32>(laws),
        #[cfg(feature = "half")]
        Dtype::F16 => of::<half::f16>(laws),
        #[cfg(feature = "half")]
        Dtype::Bf16 => of::<half::bf16>(laws),
        _ => Ok(()),
    }
}
