//! GPT-2: normal weights of standard deviation 0.02, and those that end a residual branch of
//! `0.02 / sqrt(2 L)`, in a network of `L` blocks.
//!
//! # What bites
//!
//! - The scale of the branches' ends is for **`c_proj` of the attention and of the MLP**, not for
//!   every weight: [`depth::gpt2`] is the factor by itself.
//! - The layers are `Conv1D` of Hugging Face: their weights are `[in, out]`. No fan is used, so the
//!   law is the same in `[out, in]`.
//! - OpenAI's code draws the positions with 0.01, Hugging Face's with 0.02.
//!
//! ```
//! use fanin::compat::{Module, gpt2};
//!
//! let block = gpt2::Block::new(768, 12);
//! for parameter in block.parameters()? {
//!     if parameter.name() == "mlp.c_proj.weight" {
//!         assert_eq!(parameter.weight().shape(), [3072, 768]);
//!         let std = parameter.law()?.std().unwrap();
//!         assert!((std - 0.02 / 24.0_f64.sqrt()).abs() < 1e-17);
//!     }
//! }
//! # Ok::<(), fanin::InitError>(())
//! ```

use super::{Module, Parameter, Ported};
use crate::{InitError, Normal, Ones, Weight, Zeros, depth};

/// The weights of linear layers and of both embeddings: N(0, 0.02^2).
///
/// # Errors
///
/// None for these numbers.
pub fn weight() -> Result<Ported, InitError> {
    Ported::of("gpt2::weight()", &Normal::new(0.0, 0.02)?)
}

/// The weights that end a residual branch, in a network of `blocks` blocks: of standard deviation
/// `0.02 / sqrt(2 blocks)`.
///
/// # Errors
///
/// [`InitError::InvalidParameter`] if there are no blocks.
pub fn residual(blocks: usize) -> Result<Ported, InitError> {
    let scheme = crate::Scaled::new(Normal::new(0.0, 0.02)?, depth::gpt2(blocks)?.variance())?;
    Ported::of(format!("gpt2::residual({blocks})"), &scheme)
}

/// The positions as OpenAI's code draws them: N(0, 0.01^2).
///
/// # Errors
///
/// None for these numbers.
pub fn position() -> Result<Ported, InitError> {
    Ported::of("gpt2::position()", &Normal::new(0.0, 0.01)?)
}

/// Biases: 0.
#[must_use]
pub const fn bias() -> Zeros {
    Zeros
}

/// One of the blocks of the network, with Hugging Face's names: `ln_1`, `attn.c_attn`,
/// `attn.c_proj`, `ln_2`, `mlp.c_fc`, `mlp.c_proj`, each with `.weight` and `.bias`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Block {
    width: usize,
    blocks: usize,
}

impl Block {
    /// Over vectors of `width` numbers, in a network of `blocks` blocks.
    #[must_use]
    pub const fn new(width: usize, blocks: usize) -> Self {
        Block { width, blocks }
    }
}

impl Module for Block {
    fn parameters(&self) -> Result<Vec<Parameter>, InitError> {
        let width = self.width;
        let times = |n: usize| {
            width.checked_mul(n).ok_or(InitError::TooLarge {
                shape: vec![n as u64, width as u64],
            })
        };
        let (plain, last) = (weight()?, residual(self.blocks)?);
        let mut parameters = Vec::new();
        let norm = |parameters: &mut Vec<Parameter>, name: &str| {
            let vector = Weight::vector(width);
            parameters.push(Parameter::new(
                format!("{name}.weight"),
                vector.clone(),
                Ones,
            ));
            parameters.push(Parameter::new(format!("{name}.bias"), vector, Zeros));
        };
        let layer = |parameters: &mut Vec<Parameter>, name: &str, rows, columns, rule: &Ported| {
            let matrix =
                Weight::with_axes([crate::Axis::Input(rows), crate::Axis::Output(columns)])?;
            parameters.push(Parameter::new(
                format!("{name}.weight"),
                matrix,
                rule.clone(),
            ));
            let vector = Weight::vector(columns);
            parameters.push(Parameter::new(format!("{name}.bias"), vector, Zeros));
            Ok::<(), InitError>(())
        };
        norm(&mut parameters, "ln_1");
        layer(&mut parameters, "attn.c_attn", width, times(3)?, &plain)?;
        layer(&mut parameters, "attn.c_proj", width, width, &last)?;
        norm(&mut parameters, "ln_2");
        layer(&mut parameters, "mlp.c_fc", width, times(4)?, &plain)?;
        layer(&mut parameters, "mlp.c_proj", times(4)?, width, &last)?;
        Ok(parameters)
    }
}
