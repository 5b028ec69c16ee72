//! One network in two frameworks.

use burn_core as burn;

use burn_core::module::Module;
use burn_core::tensor::Device;
use burn_nn::{Linear, LinearConfig};
use fanin::{Key, LeCunNormal, Recipe, Rule, Zeros};
use fanin_burn::init;

#[derive(Module, Debug)]
struct Net {
    fc1: Linear,
}

/// The weight of a `Linear`, which is [in, out] here, drawn in the order of the [out, in] of candle and PyTorch.
/// A test of fanin-candle has the same digest.
#[test]
fn a_layer_is_that_of_candle() {
    let recipe = Recipe::new()
        .rule(Rule::new("fc1.weight", LeCunNormal).reading("i o, drawn as o i"))
        .rule(Rule::new("**.bias", Zeros));
    let net = Net {
        fc1: LinearConfig::new(48, 32).init(&Device::flex()),
    };
    let net = init(net, &recipe, &Key::from_seed(16)).unwrap();
    let weight = net.fc1.weight.val().transpose();
    assert_eq!(weight.shape().as_slice(), [32, 48]);
    let weight = weight.to_data().try_to_vec::<f32>().unwrap();
    let bytes: Vec<u8> = weight
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    assert_eq!(
        blake3::hash(&bytes).to_string(),
        "d0a55493eb65c1ca897c421efb1560843105383513c3ef03752e0b1da8fe38e1"
    );
}
