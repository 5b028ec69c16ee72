//! Layers without a kernel.

use fanin::{InitError, Initializer, Weight};
use ndarray::{Ix1, Ix2, Ix3};

use super::{layer_default, normal_, ones_, uniform_over, zeros_};
use crate::{Module, Parameter, layer::layer};

layer! {
    /// `torch.nn.Linear(in_features, out_features)`: weight `[out, in]` and bias `[out]`, both uniform
    /// between `-1 / sqrt(in)` and `1 / sqrt(in)`, of variance `1 / (3 in)`.
    ///
    /// ```
    /// use fanin_compat::pytorch::Linear;
    /// use fanin::Key;
    /// use ndarray::Array2;
    ///
    /// let w: Array2<f32> = Linear::new(300, 200).weight()?.init_keyed(Key::from_seed(0))?;
    /// assert_eq!(w.dim(), (200, 300));
    /// assert!(w.iter().all(|x| x.abs() <= (1.0_f32 / 300.0).sqrt()));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    Linear {
        in_features: usize,
        out_features: usize,
    }
    /// From `in_features` inputs to `out_features` outputs, in PyTorch's order of the arguments.
    new, [weight, bias]
}

impl Linear {
    /// `weight`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn weight(&self) -> Result<Parameter<Ix2>, InitError> {
        let weight = Weight::new([self.out_features, self.in_features])?;
        Ok(Parameter::new("weight", weight, layer_default()?))
    }

    /// `bias`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`]; of a layer without inputs, which PyTorch gives zeros,
    /// [`InitError::InvalidParameter`].
    pub fn bias(&self) -> Result<Parameter<Ix1>, InitError> {
        let rule = uniform_over(self.in_features as u64)?;
        Ok(Parameter::new(
            "bias",
            Weight::vector(self.out_features),
            rule,
        ))
    }
}

layer! {
    /// `torch.nn.Bilinear(in1_features, in2_features, out_features)`: weight `[out, in1, in2]` and bias
    /// `[out]`, both uniform between `-1 / sqrt(in1)` and `1 / sqrt(in1)`.
    ///
    /// An output sums over `in1 * in2` products: it is `in2` times as large, in variance, as that of
    /// [`Linear`].
    Bilinear {
        in1_features: usize,
        in2_features: usize,
        out_features: usize,
    }
    /// From two inputs of that many features to `out_features` outputs.
    new, [weight, bias]
}

impl Bilinear {
    /// `weight`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn weight(&self) -> Result<Parameter<Ix3>, InitError> {
        let weight = Weight::new([self.out_features, self.in1_features, self.in2_features])?;
        Ok(Parameter::new(
            "weight",
            weight,
            uniform_over(self.in1_features as u64)?,
        ))
    }

    /// `bias`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn bias(&self) -> Result<Parameter<Ix1>, InitError> {
        let rule = uniform_over(self.in1_features as u64)?;
        Ok(Parameter::new(
            "bias",
            Weight::vector(self.out_features),
            rule,
        ))
    }
}

layer! {
    /// `torch.nn.Embedding(num_embeddings, embedding_dim, padding_idx)`: normal of standard deviation 1,
    /// with zeros in the row of the padding.
    ///
    /// ```
    /// use fanin_compat::pytorch::Embedding;
    /// use fanin::Key;
    /// use ndarray::Array2;
    ///
    /// let table = Embedding::new(1000, 64).padding_idx(0);
    /// let w: Array2<f32> = table.weight()?.init_keyed(Key::from_seed(0))?;
    /// assert!(w.row(0).iter().all(|x| *x == 0.0) && w.row(1).iter().all(|x| *x != 0.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    Embedding {
        num_embeddings: usize,
        embedding_dim: usize,
        ; padding_idx: Option<usize> = None,
    }
    /// A table of `num_embeddings` vectors of `embedding_dim` numbers.
    new, [weight]
}

impl Embedding {
    /// The same with zeros for one token.
    #[must_use]
    pub const fn padding_idx(mut self, padding_idx: usize) -> Self {
        self.padding_idx = Some(padding_idx);
        self
    }

    /// `weight`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`]: [`InitError::InvalidParameter`] if the padding is no token.
    pub fn weight(&self) -> Result<Parameter<Ix2>, InitError> {
        if let Some(row) = self.padding_idx.filter(|&row| row >= self.num_embeddings) {
            return Err(InitError::InvalidParameter {
                name: "padding_idx",
                value: row as f64,
                rule: "below the number of embeddings",
            });
        }
        let weight = Weight::new([self.num_embeddings, self.embedding_dim])?;
        let normal = normal_(0.0, 1.0)?;
        Ok(match self.padding_idx {
            Some(row) => Parameter::new("weight", weight, normal.zero_rows([row])?),
            None => Parameter::new("weight", weight, normal),
        })
    }
}

layer! {
    /// `torch.nn.LayerNorm`, `GroupNorm`, `BatchNorm1d` to `3d`, and `InstanceNorm1d` to `3d` with
    /// `affine=True` (which is not their default): weight 1, bias 0.
    Norm {
        features: usize,
    }
    /// A layer of that many features.
    new, [weight, bias]
}

impl Norm {
    /// `weight`.
    #[must_use]
    pub fn weight(&self) -> Parameter<Ix1> {
        Parameter::new("weight", Weight::vector(self.features), ones_())
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        Parameter::new("bias", Weight::vector(self.features), zeros_())
    }
}
