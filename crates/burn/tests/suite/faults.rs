//! Bad recipes: one error with everything, and nothing done.

use burn_core as burn;

use burn_core::module::{Module, Param};
use burn_core::tensor::{Bool, Device, Int, Tensor};
use burn_nn::{Linear, LinearConfig};
use fanin::{Constant, Fault, HeNormal, Key, Recipe, Rule, Zeros};
use fanin_burn::{BurnError, init, parameters};

use crate::net::{Net, PARAMETERS, initialised};

#[derive(Module, Debug)]
struct Odd {
    ids: Param<Tensor<1, Int>>,
    mask: Param<Tensor<2, Bool>>,
    layer: Linear,
}

fn odd() -> Odd {
    let device = Device::flex();
    Odd {
        ids: Param::initialized(Default::default(), Tensor::from_ints([3, 1, 2], &device)),
        mask: Param::initialized(Default::default(), Tensor::empty([2, 2], &device)),
        layer: LinearConfig::new(4, 3).init(&device),
    }
}

#[test]
fn everything_is_one_error() {
    let recipe = Recipe::new()
        .rule(Rule::new("ids", HeNormal).optional())
        .rule(Rule::new("layer.weight", HeNormal).reading("o i k"))
        .rule(Rule::new("nothing.**", Zeros));
    let module = odd();
    let error = init(module.clone(), &recipe, &Key::from_seed(0)).unwrap_err();
    let text = error.to_string();
    assert_eq!(format!("{error:?}"), format!("BurnError: {text}"));
    let BurnError::Faults {
        parameters, plan, ..
    } = error
    else {
        panic!("{text}");
    };
    assert!(parameters.is_empty());
    let plan = plan.unwrap();
    let names: Vec<Option<&str>> = plan.faults().iter().map(Fault::name).collect();
    for name in ["nothing.**", "ids", "mask", "layer.weight", "layer.bias"] {
        assert!(names.contains(&Some(name)), "{name}: {text}");
    }
    assert_eq!(names.len(), 5, "{text}");
    assert_eq!(initialised(&module), [false, false]);
}

#[test]
fn a_network_that_is_refused_is_as_it_was() {
    let net = Net::new(&Device::flex());
    let recipe = Recipe::new().rule(Rule::new("**.weight", HeNormal));
    let error = init(net.clone(), &recipe, &Key::from_seed(0)).unwrap_err();
    assert!(matches!(error, BurnError::Faults { .. }), "{error}");
    assert_eq!(
        initialised(&net).iter().filter(|done| !**done).count(),
        PARAMETERS
    );
}

#[test]
fn integers_and_booleans_take_a_constant_or_stay() {
    let recipe = Recipe::new()
        .rule(Rule::new("ids", Constant::new(7.0).unwrap()))
        .rule(Rule::new("mask", Constant::new(1.0).unwrap()))
        .rule(Rule::new("layer.weight", HeNormal))
        .rule(Rule::leave("layer.bias"));
    let module = init(odd(), &recipe, &Key::from_seed(0)).unwrap();
    let ids: Vec<i64> = module.ids.val().to_data().iter::<i64>().collect();
    assert_eq!(ids, [7, 7, 7]);
    assert!(
        module
            .mask
            .val()
            .to_data()
            .iter::<bool>()
            .all(|value| value)
    );
    assert_eq!(initialised(&module), [true, false]);
    let left = Recipe::new()
        .rule(Rule::leave(["ids", "mask"]))
        .rule(Rule::new("layer.*", Zeros));
    let module = init(odd(), &left, &Key::from_seed(0)).unwrap();
    let ids: Vec<i64> = module.ids.val().to_data().iter::<i64>().collect();
    assert_eq!(ids, [3, 1, 2]);
    let noted = parameters(&module, &left).unwrap();
    assert_eq!(noted[1].element_type().to_string(), "bool");
}

/// A shape that no memory has room for: nothing aborts, and the clone is as it was.
#[test]
fn a_parameter_that_is_too_large_is_an_error() {
    let layer = LinearConfig::new(1 << 30, 1 << 20).with_bias(false);
    let layer = layer.init(&Device::flex());
    let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
    let error = init(layer.clone(), &recipe, &Key::from_seed(0)).unwrap_err();
    assert!(matches!(error, BurnError::Draw { .. }), "{error}");
    assert!(error.to_string().starts_with("weight: shape "), "{error}");
    assert!(!layer.weight.is_initialized());
}
