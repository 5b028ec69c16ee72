//! An initialiser of a framework.

use std::fmt;

use fanin::{Centre, Conv, InitError, Law, Scheme, TooLarge, VarianceScaling, Weight};

use crate::{
    argument::non_negative,
    reading::{Reading, lens, rank_in},
};

/// An initialiser of a framework, with its arguments, as the functions of this crate return it.
///
/// It reads the shape of a weight as the framework would. `Debug` prints the call that makes it.
///
/// ```
/// use fanin_compat::pytorch;
/// use fanin::{Conv, Scheme, Weight};
///
/// // 32 outputs of 4 inputs in each of 4 groups: the true fan_out is 72, PyTorch's is 288.
/// let grouped = Weight::new(Conv::new([3, 3]).inputs(16).outputs(32).groups(4))?;
/// let xavier = pytorch::xavier_normal_(1.0)?;
/// assert_eq!(grouped.fan_out()?, 72.0);
/// assert_eq!(xavier.law(&grouped)?.variance(), Some(2.0 / (36.0 + 288.0)));
/// assert_eq!(format!("{xavier:?}"), "pytorch::xavier_normal_(1.0)");
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Ported {
    call: String,
    rule: Rule,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    /// The same for every shape.
    Law(Law),
    Scaling(VarianceScaling, Reading),
    Orthogonal(f64, Reading),
    /// JAX's.
    DeltaOrthogonal(f64),
    /// The identity of a matrix.
    Identity(f64),
    /// PyTorch's, with a number of groups.
    Dirac(usize),
    /// PyTorch's.
    Sparse {
        sparsity: f64,
        std: f64,
    },
}

impl Ported {
    pub(crate) fn new(call: impl Into<String>, rule: Rule) -> Self {
        Ported {
            call: call.into(),
            rule,
        }
    }

    /// The law that a scheme has for weights of any shape.
    pub(crate) fn of(call: impl Into<String>, scheme: &dyn Scheme) -> Result<Self, InitError> {
        let law = scheme.law(&Weight::vector(1))?;
        Ok(Self::new(call, Rule::Law(law)))
    }

    /// A gain times an orthogonal matrix.
    pub(crate) fn orthogonal(
        call: impl Into<String>,
        gain: f64,
        reading: Reading,
    ) -> Result<Self, InitError> {
        let gain = non_negative("gain", gain)?;
        Ok(Self::new(call, Rule::Orthogonal(gain, reading)))
    }
}

impl Scheme for Ported {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        match &self.rule {
            Rule::Law(law) => Ok(law.clone()),
            Rule::Scaling(scaling, reading) => scaling.law(&reading.read(weight)?),
            Rule::Orthogonal(gain, reading) => Law::orthogonal(&reading.read(weight)?, *gain),
            Rule::DeltaOrthogonal(gain) => delta_orthogonal(weight, *gain),
            Rule::Identity(gain) => {
                rank_in(weight, 2..=2, "2, of a matrix")?;
                Law::dirac(&Reading::OutIn.read(weight)?, *gain, Centre::Upper)
            }
            Rule::Dirac(groups) => dirac(weight, *groups),
            Rule::Sparse { sparsity, std } => {
                rank_in(weight, 2..=2, "2, of a matrix")?;
                let rows = weight.shape().first().map_or(0, |&rows| rows);
                let zeros = (sparsity * rows as f64).ceil() as usize;
                let weight = Reading::OutIn.read(weight)?;
                Law::sparse_inputs(&weight, rows.saturating_sub(zeros), *std)
            }
        }
    }
}

impl fmt::Debug for Ported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.call)
    }
}

/// JAX's, which has its centre at `(k - 1) / 2` and refuses more inputs than outputs.
fn delta_orthogonal(weight: &Weight, gain: f64) -> Result<Law, InitError> {
    rank_in(weight, 3..=5, "3, 4 or 5, of a convolution")?;
    let weight = Reading::InOut.read(weight)?;
    if let [.., inputs, outputs] = *weight.shape() {
        if inputs > outputs {
            return Err(InitError::InvalidParameter {
                name: "number of inputs",
                value: inputs as f64,
                rule: "at most the number of outputs, for delta_orthogonal of JAX",
            });
        }
    }
    Law::delta_orthogonal(&weight, gain, Centre::Lower)
}

/// PyTorch's, which has its centre at `k / 2`.
fn dirac(weight: &Weight, groups: usize) -> Result<Law, InitError> {
    rank_in(weight, 3..=5, "3, 4 or 5, of a convolution")?;
    let (outputs, inputs, kernel) = match *lens(weight) {
        [outputs, inputs, ref kernel @ ..] => (outputs, inputs, kernel.to_vec()),
        _ => (0, 0, Vec::new()),
    };
    // Those of all groups, where the shape has those of one.
    let inputs = inputs
        .checked_mul(groups)
        .ok_or_else(|| TooLarge::Elements.error(weight.shape()))?;
    let weight = Weight::new(
        Conv::new(kernel)
            .inputs(inputs)
            .outputs(outputs)
            .groups(groups),
    )?;
    Law::dirac(&weight, 1.0, Centre::Upper)
}
