//! Attention.

use fanin::{InitError, TooLarge, Weight};
use ndarray::{Ix1, Ix2};

use super::{Linear, xavier_normal_, xavier_uniform_, zeros_};
use crate::{Module, Parameter};

/// `torch.nn.MultiheadAttention(embed_dim, num_heads)`.
///
/// - `in_proj_weight`, `[3 * embed, embed]`, is `xavier_uniform_` of that shape. Its three parts are
///   layers from `embed` to `embed`, and each has variance `1 / (2 embed)`: half of what
///   `xavier_uniform_` gives a separate matrix.
/// - `out_proj.weight` is that of [`Linear`]; both biases are 0.
/// - With other sizes of keys or values (`kdim`, `vdim`) there are `q_proj_weight`, `k_proj_weight`
///   and `v_proj_weight`, each drawn separately, in place of the one.
///
/// ```
/// use fanin_compat::pytorch::MultiheadAttention;
///
/// let fused = MultiheadAttention::new(64, 8);
/// assert_eq!(fused.in_proj_weight()?.law()?.variance(), Some(1.0 / 128.0));
/// # Ok::<(), fanin::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MultiheadAttention {
    embed_dim: usize,
    num_heads: usize,
    kdim: usize,
    vdim: usize,
    add_bias_kv: bool,
}

impl MultiheadAttention {
    /// Over vectors of `embed_dim` numbers, in `num_heads` heads, of which that must be a multiple.
    #[must_use]
    pub const fn new(embed_dim: usize, num_heads: usize) -> Self {
        MultiheadAttention {
            embed_dim,
            num_heads,
            kdim: embed_dim,
            vdim: embed_dim,
            add_bias_kv: false,
        }
    }

    /// The same with keys of another size.
    #[must_use]
    pub const fn kdim(mut self, kdim: usize) -> Self {
        self.kdim = kdim;
        self
    }

    /// The same with values of another size.
    #[must_use]
    pub const fn vdim(mut self, vdim: usize) -> Self {
        self.vdim = vdim;
        self
    }

    /// The same with a key and a value that are learned: `bias_k` and `bias_v`, `[1, 1, embed]`,
    /// `xavier_normal_`.
    #[must_use]
    pub const fn add_bias_kv(mut self, add_bias_kv: bool) -> Self {
        self.add_bias_kv = add_bias_kv;
        self
    }

    /// `in_proj_weight`, of an attention whose keys and values are of its own size.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn in_proj_weight(&self) -> Result<Parameter<Ix2>, InitError> {
        self.projection("in_proj_weight", self.thrice()?, self.embed_dim)
    }

    /// `in_proj_bias`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn in_proj_bias(&self) -> Result<Parameter<Ix1>, InitError> {
        let weight = Weight::vector(self.thrice()?);
        Ok(Parameter::new("in_proj_bias", weight, zeros_()))
    }

    /// `out_proj.weight`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn out_proj_weight(&self) -> Result<Parameter<Ix2>, InitError> {
        let weight = Linear::new(self.embed_dim, self.embed_dim).weight()?;
        Ok(weight.named("out_proj.weight"))
    }

    /// `out_proj.bias`.
    #[must_use]
    pub fn out_proj_bias(&self) -> Parameter<Ix1> {
        Parameter::new("out_proj.bias", Weight::vector(self.embed_dim), zeros_())
    }

    fn projection(
        &self,
        name: &'static str,
        outputs: usize,
        inputs: usize,
    ) -> Result<Parameter<Ix2>, InitError> {
        let weight = Weight::new([outputs, inputs])?;
        Ok(Parameter::new(name, weight, xavier_uniform_(1.0)?))
    }

    fn thrice(&self) -> Result<usize, InitError> {
        self.embed_dim
            .checked_mul(3)
            .ok_or_else(|| TooLarge::Elements.error([3, self.embed_dim]))
    }
}

impl Module for MultiheadAttention {
    fn parameters(&self) -> Result<Vec<Parameter>, InitError> {
        let embed = self.embed_dim;
        if self.num_heads == 0 || embed % self.num_heads != 0 {
            return Err(InitError::InvalidParameter {
                name: "embed_dim",
                value: embed as f64,
                rule: "a multiple of num_heads, of which there is at least 1",
            });
        }
        let mut parameters = Vec::new();
        if self.kdim == embed && self.vdim == embed {
            parameters.push(self.in_proj_weight()?.into_dyn());
        } else {
            for (name, inputs) in [
                ("q_proj_weight", embed),
                ("k_proj_weight", self.kdim),
                ("v_proj_weight", self.vdim),
            ] {
                parameters.push(self.projection(name, embed, inputs)?.into_dyn());
            }
        }
        parameters.push(self.in_proj_bias()?.into_dyn());
        parameters.push(self.out_proj_weight()?.into_dyn());
        parameters.push(self.out_proj_bias().into_dyn());
        if self.add_bias_kv {
            for name in ["bias_k", "bias_v"] {
                let weight = Weight::new([1, 1, embed])?;
                parameters.push(Parameter::new(name, weight, xavier_normal_(1.0)?));
            }
        }
        Ok(parameters)
    }
}
