//! A network with something of everything, its recipe, and how its parameters are read out.

use burn_core as burn;

use std::collections::BTreeMap;

use burn_core::module::{Module, ModuleVisitor, Param};
use burn_core::tensor::{Device, Tensor, TensorData};
use burn_nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn_nn::transformer::{TransformerEncoder, TransformerEncoderConfig};
use burn_nn::{
    BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Embedding, EmbeddingConfig, Linear,
    LinearConfig, Lstm, LstmConfig,
};
use fanin::{GlorotUniform, HeNormal, LeCunNormal, Normal, Ones, Orthogonal, Recipe, Rule, Zeros};

#[derive(Module, Debug)]
pub(crate) struct Net {
    pub(crate) embedding: Embedding,
    pub(crate) conv: Conv2d,
    pub(crate) up: ConvTranspose2d,
    pub(crate) norm: BatchNorm,
    pub(crate) dropout: Dropout,
    pub(crate) encoder: TransformerEncoder,
    pub(crate) lstm: Lstm,
    pub(crate) heads: Vec<Linear>,
    pub(crate) pair: (Linear, Linear),
}

impl Net {
    pub(crate) fn new(device: &Device) -> Self {
        let linear = |from, to| LinearConfig::new(from, to).init(device);
        Net {
            embedding: EmbeddingConfig::new(50, 32).init(device),
            conv: Conv2dConfig::new([4, 8], [3, 3]).init(device),
            up: ConvTranspose2dConfig::new([8, 6], [3, 3])
                .with_groups(2)
                .init(device),
            norm: BatchNormConfig::new(8).init(device),
            dropout: DropoutConfig::new(0.1).init(),
            encoder: TransformerEncoderConfig::new(32, 64, 4, 2).init(device),
            lstm: LstmConfig::new(32, 24, true).init(device),
            heads: vec![linear(32, 16), linear(16, 10)],
            pair: (linear(24, 8), linear(8, 24)),
        }
    }
}

pub(crate) const PARAMETERS: usize = 1 + 2 + 2 + 2 + 2 * 16 + 4 * 4 + 4 + 4;

pub(crate) fn recipe() -> Recipe {
    let forget = "lstm.forget_gate.input_transform.bias";
    Recipe::new()
        .rule(Rule::new(
            "embedding.weight",
            Normal::new(0.0, 0.02).unwrap(),
        ))
        .rule(Rule::new(["conv.weight", "up.weight"], HeNormal))
        .rule(Rule::new("**.gamma", Ones))
        .rule(Rule::new(forget, Ones))
        .rule(Rule::new(["**.beta", "**.bias"], Zeros))
        .rule(Rule::new("encoder.**.weight", GlorotUniform))
        .rule(Rule::new("lstm.*.hidden_transform.weight", Orthogonal))
        .rule(Rule::new("**.weight", LeCunNormal))
}

/// The values of all float parameters, and whether each requires a gradient.
pub(crate) fn values<M: Module>(module: &M) -> BTreeMap<String, (TensorData, bool)> {
    let mut read = Read::default();
    module.visit(&mut read);
    read.values
}

/// Whether each float parameter is initialised.
pub(crate) fn initialised<M: Module>(module: &M) -> Vec<bool> {
    #[derive(Default)]
    struct Initialised(Vec<bool>);
    impl ModuleVisitor for Initialised {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(param.is_initialized());
        }
    }
    let mut visitor = Initialised::default();
    module.visit(&mut visitor);
    visitor.0
}

#[derive(Default)]
struct Read {
    path: Vec<String>,
    values: BTreeMap<String, (TensorData, bool)>,
}

impl ModuleVisitor for Read {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = (param.val().to_data(), param.is_require_grad());
        self.values.insert(self.path.join("."), value);
    }
}
