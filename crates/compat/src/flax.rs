//! Flax 0.12: the layers of `flax.linen`. Its initialisers are those of [`jax`].
//!
//! # Pitfalls
//!
//! - Kernels are `lecun_normal`, **truncated**, of variance `1 / fan_in`; biases are 0.
//! - [`Embed`] has standard deviation `1 / sqrt(features)`, not 1.
//! - Each gate of [`LSTMCell`] and [`GRUCell`] is a separate orthogonal matrix, where Keras has one
//!   matrix for all gates. The forget gate has no bias of 1.
//! - [`Conv::groups`] gives the right `fan_in`; `fan_out` is not used.

use fanin::{Family, Fan, InitError, KernelShape, Weight};
use ndarray::{Dimension, Ix1, Ix2, Ix3};

use crate::{
    Module, Parameter, jax,
    layer::layer,
    reading::{Reading, conv_in_out, lens},
};

fn kernel<D: Dimension>(shape: &[usize]) -> Result<Parameter<D>, InitError> {
    let scheme = jax::lecun_normal();
    Ok(Parameter::new("kernel", scheme.read(shape)?, scheme))
}

fn bias(features: usize) -> Parameter<Ix1> {
    Parameter::new("bias", Weight::vector(features), jax::zeros())
}

layer! {
    /// `flax.linen.Dense(features)`: kernel `[in, features]`, `lecun_normal`; bias 0.
    Dense {
        inputs: usize,
        features: usize,
    }
    /// From `inputs`, which Flax reads from its argument, to `features`.
    new, [kernel, bias]
}

impl Dense {
    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<Ix2>, InitError> {
        kernel(&[self.inputs, self.features])
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        bias(self.features)
    }
}

layer! {
    /// `flax.linen.Conv(features, kernel_size)`: kernel `[kernel..., in / groups, features]`,
    /// `lecun_normal`; bias 0.
    ///
    /// ```
    /// use fanin_compat::flax::Conv;
    ///
    /// let kernel = Conv::new(16, 32, [3, 3]).groups(4).kernel()?;
    /// assert_eq!(kernel.weight().shape(), [3, 3, 4, 32]);
    /// assert!((kernel.law()?.std().unwrap() - 1.0 / 6.0).abs() < 1e-15);
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    Conv<K> {
        inputs: usize,
        features: usize,
        kernel_size: K,
        ; groups: usize = 1,
    }
    /// From `inputs`, which Flax reads from its argument, to `features`.
    new, [kernel, bias]
}

impl<K: KernelShape + Clone> Conv<K> {
    /// The same with `feature_group_count`.
    #[must_use]
    pub fn groups(mut self, groups: usize) -> Self {
        self.groups = groups;
        self
    }

    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<K::WeightDim>, InitError> {
        let size = self.kernel_size.clone();
        let conv = conv_in_out(self.inputs, self.features, size, self.groups)?;
        kernel(&lens(&conv))
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        bias(self.features)
    }
}

layer! {
    /// `flax.linen.ConvTranspose(features, kernel_size)`: kernel `[kernel..., in, features]`,
    /// `lecun_normal`; bias 0. With `transpose_kernel` it is `[kernel..., features, in]`, read as
    /// before, so that its variance is `1 / (features * prod(kernel))`.
    ConvTranspose<K> {
        inputs: usize,
        features: usize,
        kernel_size: K,
        ; transpose_kernel: bool = false,
    }
    /// From `inputs`, which Flax reads from its argument, to `features`.
    new, [kernel, bias]
}

impl<K: KernelShape + Clone> ConvTranspose<K> {
    /// The same with the kernel of the convolution that it is the gradient of.
    #[must_use]
    pub fn transpose_kernel(mut self, transpose_kernel: bool) -> Self {
        self.transpose_kernel = transpose_kernel;
        self
    }

    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<K::WeightDim>, InitError> {
        let (rows, columns) = if self.transpose_kernel {
            (self.features, self.inputs)
        } else {
            (self.inputs, self.features)
        };
        let conv = conv_in_out(rows, columns, self.kernel_size.clone(), 1)?;
        kernel(&lens(&conv))
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        bias(self.features)
    }
}

layer! {
    /// `flax.linen.Embed(num_embeddings, features)`: `embedding`, `[num_embeddings, features]`, normal
    /// with variance `1 / features`.
    ///
    /// Flax asks for `variance_scaling(1, "fan_in", "normal", out_axis=0)` and leaves the axis of
    /// inputs where it was, on the same axis, so that what remains, `features`, is the fan.
    Embed {
        num_embeddings: usize,
        features: usize,
    }
    /// A table of `num_embeddings` vectors of `features` numbers.
    new, [embedding]
}

impl Embed {
    /// `embedding`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn embedding(&self) -> Result<Parameter<Ix2>, InitError> {
        let scheme = jax::variance_scaling(1.0, Fan::In, Family::Normal)?.out_axis([0]);
        let weight = scheme.read(&[self.num_embeddings, self.features])?;
        Ok(Parameter::new("embedding", weight, scheme))
    }
}

macro_rules! cell {
    ($(#[doc = $doc:expr])* $name:ident: $gates:expr) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $name {
            inputs: usize,
            features: usize,
        }

        impl $name {
            /// From `inputs`, which Flax reads from its argument, of `features` units.
            #[must_use]
            pub const fn new(inputs: usize, features: usize) -> Self {
                $name { inputs, features }
            }
        }

        impl Module for $name {
            fn parameters(&self) -> Result<Vec<Parameter>, InitError> {
                cell(self.inputs, self.features, &$gates)
            }
        }
    };
}

cell! {
    /// `flax.linen.LSTMCell(features)`, and `OptimizedLSTMCell`: `ii.kernel`, `if.kernel`, `ig.kernel`,
    /// `io.kernel`, each `[in, features]` and `lecun_normal`; `hi.kernel` and so on,
    /// each `[features, features]` and orthogonal, with biases of 0.
    LSTMCell: [("i", false, true), ("f", false, true), ("g", false, true), ("o", false, true)]
}

cell! {
    /// `flax.linen.GRUCell(features)`: `ir.kernel`, `iz.kernel`, `in.kernel`, each `[in, features]` and
    /// `lecun_normal`, with biases of 0; `hr.kernel` and so on, each `[features, features]`
    /// and orthogonal, of which `hn` has a bias of 0.
    GRUCell: [("r", true, false), ("z", true, false), ("n", true, true)]
}

/// `gates` has each gate's letter, and whether the part from the inputs and the recurrent one have a
/// bias.
fn cell(
    inputs: usize,
    features: usize,
    gates: &[(&str, bool, bool)],
) -> Result<Vec<Parameter>, InitError> {
    let mut parameters = Vec::new();
    for &(gate, biased, _) in gates {
        parameters.push(kernel(&[inputs, features])?.named(format!("i{gate}.kernel")));
        if biased {
            parameters.push(bias(features).named(format!("i{gate}.bias")).into_dyn());
        }
    }
    for &(gate, _, biased) in gates {
        let weight = Reading::Column(-1).of(&[features, features])?;
        let name = format!("h{gate}.kernel");
        parameters.push(Parameter::new(name, weight, jax::orthogonal(1.0, -1)?));
        if biased {
            parameters.push(bias(features).named(format!("h{gate}.bias")).into_dyn());
        }
    }
    Ok(parameters)
}

/// `flax.linen.MultiHeadDotProductAttention(num_heads)` over vectors of `features` numbers:
/// `query.kernel`, `key.kernel`, `value.kernel`, `[features, heads, features / heads]`, and
/// `out.kernel`, `[heads, features / heads, features]`, all `lecun_normal` with fan_in `features`;
/// biases 0.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MultiHeadDotProductAttention {
    features: usize,
    num_heads: usize,
}

impl MultiHeadDotProductAttention {
    /// Over vectors of `features` numbers, in `num_heads` heads, of which that must be a multiple.
    #[must_use]
    pub const fn new(features: usize, num_heads: usize) -> Self {
        MultiHeadDotProductAttention {
            features,
            num_heads,
        }
    }

    /// The numbers of a head.
    fn width(&self) -> Result<usize, InitError> {
        match self.num_heads {
            heads if heads > 0 && self.features % heads == 0 => Ok(self.features / heads),
            _ => Err(InitError::InvalidParameter {
                name: "number of features",
                value: self.features as f64,
                rule: "a multiple of num_heads, of which there is at least 1",
            }),
        }
    }

    /// `query.kernel`; those of keys and values are drawn alike.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn query_kernel(&self) -> Result<Parameter<Ix3>, InitError> {
        let shape = [self.features, self.num_heads, self.width()?];
        let scheme = jax::lecun_normal().in_axis([0]).out_axis([1, 2]);
        Ok(Parameter::new("query.kernel", scheme.read(&shape)?, scheme))
    }

    /// `out.kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn out_kernel(&self) -> Result<Parameter<Ix3>, InitError> {
        let shape = [self.num_heads, self.width()?, self.features];
        let scheme = jax::lecun_normal().in_axis([0, 1]).out_axis([2]);
        Ok(Parameter::new("out.kernel", scheme.read(&shape)?, scheme))
    }
}

impl Module for MultiHeadDotProductAttention {
    fn parameters(&self) -> Result<Vec<Parameter>, InitError> {
        let mut parameters = Vec::new();
        let heads = Weight::new([self.num_heads, self.width()?])?;
        for name in ["query", "key", "value"] {
            let kernel = self.query_kernel()?.named(format!("{name}.kernel"));
            parameters.push(kernel.into_dyn());
            let name = format!("{name}.bias");
            parameters.push(Parameter::new(name, heads.clone(), jax::zeros()));
        }
        parameters.push(self.out_kernel()?.into_dyn());
        parameters.push(bias(self.features).named("out.bias").into_dyn());
        Ok(parameters)
    }
}

layer! {
    /// `flax.linen.LayerNorm`, `BatchNorm`, `GroupNorm`: scale 1, bias 0.
    Norm {
        features: usize,
    }
    /// A layer of that many features.
    new, [scale, bias]
}

impl Norm {
    /// `scale`.
    #[must_use]
    pub fn scale(&self) -> Parameter<Ix1> {
        Parameter::new("scale", Weight::vector(self.features), jax::ones())
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        bias(self.features)
    }
}
