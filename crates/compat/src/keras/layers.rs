//! Layers that are not recurrent.

use fanin::{InitError, IntoWeight, KernelShape, Layout, TooLarge, Weight};
use ndarray::{Dimension, Ix1, Ix2};

use super::{glorot_uniform, ones, random_uniform, zeros};
use crate::{
    Module, Parameter,
    layer::layer,
    reading::{Reading, conv_in_out, lens},
};

/// `keras.layers.Conv1D(filters, kernel_size)`.
pub type Conv1D = Conv<[usize; 1]>;
/// `keras.layers.Conv2D(filters, kernel_size)`.
pub type Conv2D = Conv<[usize; 2]>;
/// `keras.layers.Conv3D(filters, kernel_size)`.
pub type Conv3D = Conv<[usize; 3]>;
/// `keras.layers.Conv2DTranspose(filters, kernel_size)`.
pub type Conv2DTranspose = ConvTranspose<[usize; 2]>;
/// `keras.layers.DepthwiseConv2D(kernel_size)`.
pub type DepthwiseConv2D = DepthwiseConv<[usize; 2]>;

/// A kernel of that shape, by the layers' default.
pub(super) fn kernel<D: Dimension>(shape: &[usize]) -> Result<Parameter<D>, InitError> {
    let weight = Reading::InOut.of(shape)?;
    Ok(Parameter::new("kernel", weight, glorot_uniform()))
}

fn bias(units: usize) -> Parameter<Ix1> {
    Parameter::new("bias", Weight::vector(units), zeros())
}

layer! {
    /// `keras.layers.Dense(units)`: kernel `[in, units]`, `glorot_uniform`; bias 0.
    ///
    /// ```
    /// use fanin_compat::keras::Dense;
    /// use fanin::Key;
    /// use ndarray::Array2;
    ///
    /// let kernel: Array2<f32> = Dense::new(300, 200).kernel()?.init_keyed(Key::from_seed(0))?;
    /// assert_eq!(kernel.dim(), (300, 200));
    /// assert!(kernel.iter().all(|x| x.abs() <= (6.0_f32 / 500.0).sqrt()));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    Dense {
        inputs: usize,
        units: usize,
    }
    /// From `inputs`, which Keras reads from its argument, to `units`.
    new, [kernel, bias]
}

impl Dense {
    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<Ix2>, InitError> {
        kernel(&[self.inputs, self.units])
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        bias(self.units)
    }
}

layer! {
    /// `keras.layers.Conv1D` to `Conv3D`: kernel `[kernel..., in / groups, filters]`, `glorot_uniform`
    /// with the fans `in / groups * prod(kernel)` and `filters * prod(kernel)`; bias 0.
    Conv<K> {
        inputs: usize,
        filters: usize,
        kernel_size: K,
        ; groups: usize = 1,
    }
    /// From `inputs`, which Keras reads from its argument, to `filters`.
    new, [kernel, bias]
}

impl<K: KernelShape + Clone> Conv<K> {
    /// The same in groups. Both numbers of channels must be multiples of it.
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
        let conv = conv_in_out(self.inputs, self.filters, size, self.groups)?;
        kernel(&lens(&conv))
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        bias(self.filters)
    }
}

layer! {
    /// `keras.layers.Conv1DTranspose` to `Conv3DTranspose`: kernel `[kernel..., filters, in]`,
    /// `glorot_uniform`; bias 0.
    ConvTranspose<K> {
        inputs: usize,
        filters: usize,
        kernel_size: K,
    }
    /// From `inputs`, which Keras reads from its argument, to `filters`.
    new, [kernel, bias]
}

impl<K: KernelShape + Clone> ConvTranspose<K> {
    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<K::WeightDim>, InitError> {
        let kernel_size = self.kernel_size.clone();
        let operation = fanin::ConvTranspose::new(kernel_size)
            .inputs(self.inputs)
            .outputs(self.filters);
        kernel(&lens(&operation.layout(Layout::HWOI).into_weight()?))
    }

    /// `bias`.
    #[must_use]
    pub fn bias(&self) -> Parameter<Ix1> {
        bias(self.filters)
    }
}

layer! {
    /// `keras.layers.DepthwiseConv1D` and `DepthwiseConv2D`: kernel `[kernel..., channels, multiplier]`,
    /// `glorot_uniform` **with the fans `channels * prod(kernel)` and `multiplier * prod(kernel)`**;
    /// bias 0.
    ///
    /// An output sums over `prod(kernel)` inputs: see [`fanin::DepthwiseConv`](fanin::DepthwiseConv).
    DepthwiseConv<K> {
        channels: usize,
        kernel_size: K,
        ; depth_multiplier: usize = 1,
    }
    /// A layer of `channels`, which Keras reads from its argument.
    new, [kernel, bias]
}

impl<K: KernelShape + Clone> DepthwiseConv<K> {
    /// The same with that many outputs of each channel.
    #[must_use]
    pub fn depth_multiplier(mut self, depth_multiplier: usize) -> Self {
        self.depth_multiplier = depth_multiplier;
        self
    }

    /// `kernel`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn kernel(&self) -> Result<Parameter<K::WeightDim>, InitError> {
        let mut shape = self.kernel_size.as_ref().to_vec();
        shape.extend([self.channels, self.depth_multiplier]);
        kernel(&shape)
    }

    /// `bias`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn bias(&self) -> Result<Parameter<Ix1>, InitError> {
        let outputs = self.channels.checked_mul(self.depth_multiplier);
        Ok(bias(outputs.ok_or_else(|| {
            TooLarge::Elements.error([self.channels, self.depth_multiplier])
        })?))
    }
}

layer! {
    /// `keras.layers.Embedding(input_dim, output_dim)`: `embeddings`, `[input_dim, output_dim]`, uniform
    /// between -0.05 and 0.05.
    Embedding {
        input_dim: usize,
        output_dim: usize,
    }
    /// A table of `input_dim` vectors of `output_dim` numbers.
    new, [embeddings]
}

impl Embedding {
    /// `embeddings`.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn embeddings(&self) -> Result<Parameter<Ix2>, InitError> {
        let weight = Reading::InOut.of(&[self.input_dim, self.output_dim])?;
        let rule = random_uniform(-0.05, 0.05)?;
        Ok(Parameter::new("embeddings", weight, rule))
    }
}

layer! {
    /// `keras.layers.LayerNormalization`, `BatchNormalization`, `GroupNormalization`: gamma 1, beta 0.
    Norm {
        features: usize,
    }
    /// A layer of that many features.
    new, [gamma, beta]
}

impl Norm {
    /// `gamma`.
    #[must_use]
    pub fn gamma(&self) -> Parameter<Ix1> {
        Parameter::new("gamma", Weight::vector(self.features), ones())
    }

    /// `beta`.
    #[must_use]
    pub fn beta(&self) -> Parameter<Ix1> {
        bias(self.features).named("beta")
    }
}
