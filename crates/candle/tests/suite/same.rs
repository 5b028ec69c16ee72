//! One network in two frameworks.

use candle_core::{DType, Device};
use candle_nn::{VarBuilder, linear};
use fanin::{Key, LeCunNormal, Recipe, Rule, Zeros};
use fanin_candle::init;

/// The weight of a `Linear`, which is [out, in] here. A test of fanin-burn, where it is [in, out], has the same digest.
#[test]
fn a_layer_is_that_of_burn() {
    let recipe = Recipe::new()
        .rule(Rule::new("fc1.weight", LeCunNormal))
        .rule(Rule::new("**.bias", Zeros));
    let model = |vb: VarBuilder| linear(48, 32, vb.pp("fc1"));
    let layer = init(
        &recipe,
        &Key::from_seed(16),
        DType::F32,
        &Device::Cpu,
        model,
    )
    .unwrap();
    assert_eq!(layer.weight().dims(), [32, 48]);
    let weight: Vec<f32> = layer.weight().flatten_all().unwrap().to_vec1().unwrap();
    let bytes: Vec<u8> = weight
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    assert_eq!(
        blake3::hash(&bytes).to_string(),
        "d0a55493eb65c1ca897c421efb1560843105383513c3ef03752e0b1da8fe38e1"
    );
}
