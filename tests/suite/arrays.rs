//! Models of people's own arrays, initialised by recipe.

use fanin::{
    Fault, HeNormal, Key, LeCunNormal, Model, Normal, Ones, Parameter, Recipe, Rule, Visitor, Zeros,
};
use ndarray::{Array1, Array2, Array4, ShapeBuilder};

/// A bit of everything: types, memory orders, models in models, what may not be there.
struct Net {
    conv: Array4<f64>,
    layers: Vec<Dense>,
    heads: [Array2<f32>; 2],
    norm: Option<Array1<f32>>,
    ghost: Option<Array1<f32>>,
}

struct Dense {
    weight: Array2<f32>,
    bias: Array1<f32>,
}

impl Model for Dense {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        visitor.field("weight", &mut self.weight);
        visitor.field("bias", &mut self.bias);
    }
}

impl Model for Net {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        visitor.field("conv", &mut self.conv);
        visitor.field("layers", &mut self.layers);
        visitor.field("heads", &mut self.heads);
        visitor.field("norm", &mut self.norm);
        visitor.field("ghost", &mut self.ghost);
    }
}

fn net() -> Net {
    let dense = |inputs, outputs| Dense {
        weight: Array2::zeros((outputs, inputs).f()),
        bias: Array1::ones(outputs),
    };
    Net {
        conv: Array4::zeros((8, 3, 5, 5)),
        layers: vec![dense(64, 32), dense(32, 16)],
        heads: [Array2::zeros((16, 4)), Array2::zeros((16, 4))],
        norm: Some(Array1::zeros(16)),
        ghost: None,
    }
}

fn recipe() -> Recipe {
    Recipe::new()
        .rule(Rule::new("conv", HeNormal))
        .rule(Rule::new("layers.{i}.weight", HeNormal))
        .rule(Rule::new("heads.*", LeCunNormal).reading("i o"))
        .rule(Rule::new("norm", Ones))
        .rule(Rule::new("**.bias", Zeros))
}

#[test]
fn fields_have_full_names_and_the_values_of_the_plan() {
    let (mut net, key) = (net(), Key::from_seed(3));
    let parameters = net.parameters();
    let names: Vec<&str> = parameters.iter().map(Parameter::name).collect();
    assert_eq!(
        names,
        [
            "conv",
            "layers.0.weight",
            "layers.0.bias",
            "layers.1.weight",
            "layers.1.bias",
            "heads.0",
            "heads.1",
            "norm"
        ]
    );
    assert_eq!(parameters[0].element_type().to_string(), "f64");
    let plan = recipe().plan(&key, parameters.clone()).unwrap();
    recipe().init(&mut net, &key).unwrap();
    let filler = |name| plan.get(name).unwrap().filler().unwrap();
    assert_eq!(filler("conv").array::<f64>().unwrap(), net.conv.into_dyn());
    let [first, second] = &net.layers[..] else {
        panic!("two layers");
    };
    let weight = filler("layers.1.weight");
    assert_eq!(
        weight.array::<f32>().unwrap(),
        second.weight.clone().into_dyn()
    );
    assert!(weight.check(&second.weight).unwrap().passed());
    // Memory in columns is filled, too, and each field has a key of its own.
    assert!(!first.weight.is_standard_layout());
    assert_eq!(first.bias, Array1::zeros(32));
    assert_ne!(net.heads[0], net.heads[1]);
    assert_eq!(
        filler("heads.1").weight().to_string(),
        "[16, 4] as i o: fan_in 16, fan_out 4"
    );
    assert_eq!(
        filler("heads.1").array::<f32>().unwrap(),
        net.heads[1].clone().into_dyn()
    );
    assert_eq!(net.norm, Some(Array1::ones(16)));
}

#[test]
fn a_bad_recipe_writes_nothing() {
    let mut net = net();
    // No rule for a bias or the heads, and one that a vector has no fan for.
    let recipe = Recipe::new()
        .rule(Rule::new("conv", Ones))
        .rule(Rule::new("layers.{i}.weight", HeNormal))
        .rule(Rule::new("norm", HeNormal));
    let error = recipe.init(&mut net, &Key::from_seed(0)).unwrap_err();
    let names: Vec<Option<&str>> = error.faults().iter().map(Fault::name).collect();
    for name in ["layers.0.bias", "heads.0", "norm"] {
        assert!(names.contains(&Some(name)), "{error}");
    }
    assert_eq!(net.conv, Array4::<f64>::zeros((8, 3, 5, 5)));
    assert_eq!(net.layers[0].weight, Array2::<f32>::zeros((32, 64)));
}

#[test]
fn what_a_rule_leaves_alone_is_as_it_was() {
    let mut net = net();
    let recipe = recipe().rule_first(Rule::leave("layers.0.**"));
    recipe.init(&mut net, &Key::from_seed(0)).unwrap();
    assert_eq!(net.layers[0].bias, Array1::ones(32));
    assert_eq!(net.layers[1].bias, Array1::zeros(16));
}

/// Views are models, too, so one array may be several fields; and a model may be one array.
#[test]
fn views_are_models() {
    struct Fused<'a>(&'a mut Array2<f32>);

    impl Model for Fused<'_> {
        fn visit(&mut self, visitor: &mut Visitor<'_>) {
            let (mut q, mut k) = self.0.view_mut().split_at(ndarray::Axis(0), 8);
            visitor.field("q", &mut q);
            visitor.field("k", &mut k);
        }
    }

    let key = Key::from_seed(0);
    let mut array = Array2::zeros((16, 8));
    let recipe = Recipe::new()
        .rule(Rule::new("q", HeNormal))
        .rule(Rule::new("k", Ones));
    recipe.init(&mut Fused(&mut array), &key).unwrap();
    assert_eq!(
        array.slice(ndarray::s![8.., ..]),
        Array2::<f32>::ones((8, 8))
    );
    let mut whole = Array2::<f32>::zeros((16, 8));
    let recipe = Recipe::new().rule(Rule::new("w", Normal::new(0.0, 1.0).unwrap()));
    struct One<'a>(&'a mut Array2<f32>);
    impl Model for One<'_> {
        fn visit(&mut self, visitor: &mut Visitor<'_>) {
            visitor.field("w", self.0);
        }
    }
    recipe.init(&mut One(&mut whole), &key).unwrap();
    assert!(whole.iter().all(|value| *value != 0.0));
}

#[test]
fn a_model_that_changes_is_told() {
    struct Changing(usize, Array1<f32>);

    impl Model for Changing {
        fn visit(&mut self, visitor: &mut Visitor<'_>) {
            self.0 += 1;
            visitor.field(format!("bias{}", self.0), &mut self.1);
        }
    }

    let mut model = Changing(0, Array1::ones(3));
    let recipe = Recipe::new().rule(Rule::new("*", Zeros));
    let error = recipe.init(&mut model, &Key::from_seed(0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "bias2: there is no field (at the first visit) of this name"
    );
    assert_eq!(model.1, Array1::ones(3));
}

#[cfg(feature = "half")]
#[test]
fn halves_are_fields() {
    use fanin::half::{bf16, f16};
    let mut arrays = (
        Array2::<f16>::zeros((64, 64)),
        Array2::<bf16>::zeros((64, 64)),
    );

    struct Halves<'a>(&'a mut (Array2<f16>, Array2<bf16>));
    impl Model for Halves<'_> {
        fn visit(&mut self, visitor: &mut Visitor<'_>) {
            visitor.field("f16", &mut self.0.0);
            visitor.field("bf16", &mut self.0.1);
        }
    }

    let (recipe, key) = (
        Recipe::new().rule(Rule::new("*", HeNormal)),
        Key::from_seed(1),
    );
    let mut model = Halves(&mut arrays);
    let plan = recipe.plan(&key, model.parameters()).unwrap();
    assert_eq!(plan.get("bf16").unwrap().dtype().to_string(), "bf16");
    recipe.init(&mut model, &key).unwrap();
    let filler = |name| plan.get(name).unwrap().filler().unwrap();
    assert_eq!(filler("f16").array::<f16>().unwrap(), arrays.0.into_dyn());
    assert_eq!(filler("bf16").array::<bf16>().unwrap(), arrays.1.into_dyn());
}
