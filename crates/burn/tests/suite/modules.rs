//! A network with something of everything: every parameter follows its law, none is missed, and the bits are known.

use burn_core::module::{Module, list_param_ids};
use burn_core::tensor::{DType, Device, Distribution, Tensor};
use burn_nn::LinearConfig;
use fanin::ndarray::ArrayD;
use fanin::{HeNormal, Key, Recipe, Rule, Uniform, half::bf16};
use fanin_burn::{init, parameters};

use crate::net::{Net, PARAMETERS, initialised, recipe, values};

#[test]
fn every_parameter_follows_its_law_and_none_is_missed() {
    let (device, key, recipe) = (Device::flex().autodiff(), Key::from_seed(16), recipe());
    let net = Net::new(&device);
    let noted = parameters(&net, &recipe).unwrap();
    assert_eq!(noted.len(), PARAMETERS);
    // All but the running mean and variance are lazy, and still are.
    let lazy = |net: &Net| initialised(net).iter().filter(|done| !**done).count();
    assert_eq!(lazy(&net), PARAMETERS);
    let plan = recipe.plan(&key, noted).unwrap();
    let ids = list_param_ids(&net);
    let net = init(net, &recipe, &key).unwrap();
    assert_eq!(lazy(&net), 0);
    assert_eq!(list_param_ids(&net), ids);
    let values = values(&net);
    assert_eq!(values.len(), PARAMETERS + 2);
    let mut hasher = blake3::Hasher::new();
    for (name, (data, requires_grad)) in &values {
        let array = data.try_to_vec::<f32>().unwrap();
        let array = ArrayD::from_shape_vec(data.shape().as_slice(), array).unwrap();
        let Some(planned) = plan.get(name) else {
            assert!(name.starts_with("norm.running_"), "{name}");
            continue;
        };
        assert!(requires_grad, "{name}");
        let filler = planned.filler().unwrap();
        assert_eq!(
            array,
            filler.array::<f32>().unwrap(),
            "{name}: bit for bit the plan's"
        );
        assert!(filler.check(&array).unwrap().passed(), "{name}");
        hasher.update(name.as_bytes());
        array.iter().for_each(|value| {
            hasher.update(&value.to_le_bytes());
        });
    }
    let golden = format!("net F32 {PARAMETERS} {}\n", hasher.finalize());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt");
    if std::env::var_os("FANIN_WRITE_GOLDEN").is_some() {
        std::fs::write(path, &golden).unwrap();
    }
    assert_eq!(golden, std::fs::read_to_string(path).unwrap());
}

/// The control: the check refuses a tensor that another law drew.
#[test]
fn a_wrong_law_is_seen() {
    let (device, recipe) = (Device::flex(), recipe());
    let plan = recipe.plan(
        &Key::from_seed(16),
        parameters(&Net::new(&device), &recipe).unwrap(),
    );
    let plan = plan.unwrap();
    let filler = plan.get("embedding.weight").unwrap().filler().unwrap();
    let scaled = filler.array::<f32>().unwrap().mapv(|value| 1.2 * value);
    assert!(!filler.check(&scaled).unwrap().passed());
}

#[test]
fn values_that_exist_are_replaced_by_the_same() {
    let (device, key) = (Device::flex().autodiff(), Key::from_seed(16));
    let lazy = init(Net::new(&device), &recipe(), &key).unwrap();
    let net = Net::new(&device);
    let before = values(&net);
    assert!(initialised(&net).iter().all(|done| *done));
    let ids = list_param_ids(&net);
    let net = init(net, &recipe(), &key).unwrap();
    assert_eq!(list_param_ids(&net), ids);
    let after = values(&net);
    assert_eq!(after, values(&lazy));
    assert_ne!(after["conv.weight"], before["conv.weight"]);
    assert_eq!(after["norm.running_var"], before["norm.running_var"]);
}

/// Gradients flow through all that is drawn.
#[test]
fn what_is_drawn_is_trained() {
    let device = Device::flex().autodiff();
    let recipe = Recipe::new().rule(Rule::new("**", Uniform::new(-1.0, 1.0).unwrap()));
    let layer = LinearConfig::new(8, 4).init(&device);
    let layer = init(layer, &recipe, &Key::from_seed(0)).unwrap();
    let input = Tensor::<2>::random([3, 8], Distribution::Default, &device);
    let gradients = layer.forward(input).sum().backward();
    assert!(layer.weight.grad(&gradients).is_some());
    let frozen = LinearConfig::new(8, 4).init(&device).no_grad();
    let frozen = init(frozen, &recipe, &Key::from_seed(0)).unwrap();
    assert!(!frozen.weight.is_require_grad());
    assert_eq!(frozen.weight.val().to_data(), layer.weight.val().to_data());
}

#[test]
fn running_statistics_are_left_unless_they_are_named() {
    let device = Device::flex();
    let two = fanin::Constant::new(2.0).unwrap();
    let mean = |recipe: &Recipe| {
        let net = init(Net::new(&device), recipe, &Key::from_seed(0)).unwrap();
        net.norm
            .running_mean
            .value()
            .to_data()
            .try_to_vec::<f32>()
            .unwrap()
    };
    let all = Recipe::new().rule(Rule::new("**", two));
    assert_eq!(mean(&all), [0.0; 8]);
    let named = all.rule_first(Rule::new("**.running_mean", two));
    assert_eq!(mean(&named), [2.0; 8]);
}

#[test]
fn a_bf16_module_stays_one() {
    let device = Device::flex();
    let recipe = Recipe::new()
        .rule(Rule::new("**", HeNormal).reading("i o").axes(2))
        .rule(Rule::new("**", fanin::Zeros));
    let mut layer = LinearConfig::new(64, 32).init(&device);
    layer.weight = layer.weight.map(|weight| weight.cast(DType::BF16));
    assert_eq!(layer.weight.val().dtype(), DType::BF16);
    let layer = init(layer, &recipe, &Key::from_seed(0)).unwrap();
    assert_eq!(layer.weight.val().dtype(), DType::BF16);
    let plan = recipe
        .plan(&Key::from_seed(0), parameters(&layer, &recipe).unwrap())
        .unwrap();
    let array = plan
        .get("weight")
        .unwrap()
        .filler()
        .unwrap()
        .array::<bf16>()
        .unwrap();
    let drawn = layer.weight.val().to_data().try_to_vec::<bf16>().unwrap();
    assert_eq!(drawn, array.into_raw_vec_and_offset().0);
}
