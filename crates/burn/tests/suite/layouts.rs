//! How weights are read, and `Linear` in columns, which answers differently before and after it exists.

use burn_core::tensor::Device;
use burn_nn::{LinearConfig, LinearLayout};
use fanin::{HeNormal, Key, Recipe, Rule, Zeros};
use fanin_burn::{init, parameters};

use crate::net::{Net, initialised, recipe, values};

#[test]
fn readings_are_those_of_the_modules() {
    let net = Net::new(&Device::flex());
    let plan = recipe()
        .plan(&Key::from_seed(0), parameters(&net, &recipe()).unwrap())
        .unwrap();
    let read = |name: &str| plan.get(name).unwrap().weight().to_string();
    assert_eq!(
        read("heads.1.weight"),
        "[16, 10] as i o: fan_in 16, fan_out 10"
    );
    assert_eq!(
        read("pair.0.weight"),
        "[24, 8] as i o: fan_in 24, fan_out 8"
    );
    assert_eq!(
        read("conv.weight"),
        "[8, 4, 3, 3] as o i k k: fan_in 36, fan_out 72"
    );
    assert_eq!(
        read("up.weight"),
        "[8, 3, 3, 3] as (g i) o k k, groups 2: fan_in 36, fan_out 27"
    );
    assert_eq!(
        read("encoder.layers.1.pwff.linear_inner.weight"),
        "[32, 64] as i o: fan_in 32, fan_out 64"
    );
    assert_eq!(
        read("lstm.input_gate.input_transform.weight"),
        "[32, 24] as i o: fan_in 32, fan_out 24"
    );
}

/// burn's own initialiser is given swapped fans there: a variance 49 times too large.
#[test]
fn columns_are_rows() {
    let (device, key) = (Device::flex(), Key::from_seed(16));
    let recipe = Recipe::new()
        .rule(Rule::new("weight", HeNormal))
        .rule(Rule::new("bias", Zeros));
    let layer = |layout| LinearConfig::new(784, 16).with_layout(layout).init(&device);
    let rows = init(layer(LinearLayout::Row), &recipe, &key).unwrap();
    let rows = values(&rows);
    assert_eq!(rows["weight"].0.shape().as_slice(), [784, 16]);
    // Lazy: it is [16, 784] until it exists.
    let lazy = layer(LinearLayout::Col);
    assert_eq!(lazy.weight.lazy_shape().as_slice(), [16, 784]);
    assert_eq!(parameters(&lazy, &recipe).unwrap()[0].shape(), [784, 16]);
    assert_eq!(initialised(&lazy), [false, false]);
    let lazy = init(lazy, &recipe, &key).unwrap();
    assert_eq!(values(&lazy), rows);
    // And when it exists; and again.
    let existing = layer(LinearLayout::Col);
    assert_eq!(existing.weight.val().shape().as_slice(), [784, 16]);
    let existing = init(existing, &recipe, &key).unwrap();
    assert_eq!(values(&existing), rows);
    assert_eq!(values(&init(lazy, &recipe, &key).unwrap()), rows);
    // What is saved is what a load takes.
    let saved = existing.weight.transform_for_save();
    assert_eq!(saved.val().shape().as_slice(), [16, 784]);
    let loaded = layer(LinearLayout::Col).weight;
    let loaded = loaded.clone().transform_for_load(saved.val(), loaded.id);
    assert_eq!(loaded.val().to_data(), rows["weight"].0);
    let root_mean_square = {
        let weight = rows["weight"].0.try_to_vec::<f32>().unwrap();
        let sum: f64 = weight.iter().map(|value| f64::from(*value).powi(2)).sum();
        (sum / weight.len() as f64).sqrt()
    };
    // sqrt(2 / 784), with a standard error of 1 / sqrt(2 * 12544) = 0.6 %; 5 of them.
    assert!((root_mean_square / (2.0_f64 / 784.0).sqrt() - 1.0).abs() < 0.032);
}
