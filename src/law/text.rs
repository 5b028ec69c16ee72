//! Laws in words.

use std::fmt;

use super::{Draws, Form, Law, Unit, kind::Kind};
use crate::description::Short;

/// As the call that makes it, its factor multiplied in, to one rounding.
impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, self.draws()) {
            (Kind::Brought(brought), _) if self.factor == 1.0 => write!(f, "{brought:?}"),
            (Kind::Brought(brought), _) => write!(f, "{brought:?}.scaled({:?})", self.factor),
            (Kind::Structured(structure), _) => {
                write!(f, "Law({:?}).scaled({:?})", structure.form, self.factor)
            }
            (Kind::Repeated(repeated), _) => {
                let law = Law {
                    kind: repeated.kind.clone(),
                    factor: self.factor,
                    of_this_machine: self.of_this_machine,
                };
                write!(f, "Law({law:?}, {} times)", repeated.times)
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
                write!(f, "{} equal outputs in a row", repeated.times)?
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
