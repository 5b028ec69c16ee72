//! Laws in words.

use std::fmt;

use super::{Draws, Form, Law, Unit, kind::Kind};
use crate::description::Short;

/// As the call that makes it, its factor multiplied in, to one rounding. A law that belongs to a shape
/// was made for a weight, of which the shape is told.
impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, self.draws()) {
            (Kind::Brought(brought), _) if self.factor == 1.0 => write!(f, "{brought:?}"),
            (Kind::Brought(brought), _) => write!(f, "{brought:?}.scaled({:?})", self.factor),
            (Kind::Structured(structure), _) => {
                let gain = self.factor.sqrt();
                match structure.form {
                    Form::Orthogonal => write!(f, "Law::orthogonal(&weight, {gain:?})"),
                    Form::DeltaOrthogonal(centre) => {
                        write!(
                            f,
                            "Law::delta_orthogonal(&weight, {gain:?}, Centre::{centre:?})"
                        )
                    }
                    Form::Dirac(centre) => {
                        write!(f, "Law::dirac(&weight, {gain:?}, Centre::{centre:?})")
                    }
                    Form::Sparse { unit, nonzeros } => {
                        let name = match unit {
                            Unit::Output => "sparse",
                            Unit::Input => "sparse_inputs",
                        };
                        write!(f, "Law::{name}(&weight, {nonzeros}, {gain:?})")
                    }
                    Form::Bilinear => write!(f, "Law::bilinear(&weight, {gain:?})"),
                    Form::Block { blocks, which } => {
                        write!(f, "Law::block(&weight, {gain:?}, {blocks}, {which})")
                    }
                }?;
                write!(f, " for {:?}", structure.shape())
            }
            (Kind::Repeated(repeated), _) => {
                let law = Law {
                    kind: repeated.kind.clone(),
                    factor: self.factor,
                    of_this_machine: self.of_this_machine,
                };
                let shape = repeated.shape.as_slice();
                write!(
                    f,
                    "{law:?}, each output {} times, for {shape:?}",
                    repeated.times
                )
            }
            (_, Draws::Constant(value)) => write!(f, "Law::constant({value:?})"),
            (_, Draws::Uniform { bounds, .. }) => {
                write!(f, "Law::uniform({:?}, {:?})", bounds.0, bounds.1)
            }
            (
                Kind::Truncated { .. },
                Draws::Truncated {
                    mean, std, bounds, ..
                },
            ) => write!(
                f,
                "Law::truncated_normal({mean:?}, {:?}, {:?}, {:?})",
                std * std,
                bounds.0,
                bounds.1
            ),
            _ => {
                let moment = |moment: Option<f64>| moment.unwrap_or(f64::NAN);
                let (mean, variance) = (moment(self.mean()), moment(self.variance()));
                write!(f, "Law::normal({mean:?}, {variance:?})")
            }
        }
    }
}

/// In words: `normal, mean 0, variance 0.002551`.
impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, self.draws()) {
            (Kind::Brought(_), _) => write!(f, "{self:?}")?,
            (Kind::Structured(structure), _) => match structure.form {
                Form::Orthogonal => f.write_str("orthogonal")?,
                Form::DeltaOrthogonal(_) => f.write_str("delta-orthogonal")?,
                Form::Dirac(_) => f.write_str("identity")?,
                Form::Sparse { unit, nonzeros } => {
                    let unit = match unit {
                        Unit::Output => "output",
                        Unit::Input => "input",
                    };
                    write!(f, "sparse, {nonzeros} normal values per {unit}")?;
                }
                Form::Bilinear => f.write_str("bilinear kernel")?,
                Form::Block { blocks, which } => {
                    write!(f, "constant in block {which} of {blocks}")?;
                }
            },
            (Kind::Repeated(repeated), _) => {
                write!(f, "{} equal outputs in a row", repeated.times)?;
            }
            (_, Draws::Constant(value)) => return write!(f, "constant {}", Short(value)),
            (Kind::Uniform { .. }, _) => f.write_str("uniform")?,
            (Kind::Truncated { .. }, _) => f.write_str("truncated normal")?,
            _ => f.write_str("normal")?,
        }
        if let Some(mean) = self.mean() {
            write!(f, ", mean {}", Short(mean))?;
        }
        if let Some(variance) = self.variance() {
            write!(f, ", variance {}", Short(variance))?;
        }
        Ok(())
    }
}
