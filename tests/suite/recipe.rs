//! Recipes: what a plan decides, and what is drawn of it.

use std::sync::Arc;

use crate::common::key;
use fanin::{
    Constant, Dtype, HeNormal, InitError, Initializer, IntoWeight, Law, LeCunUniform, Normal, Ones,
    Orthogonal, Parameter, Plan, Recipe, Rule, Scheme, Zeros,
};
use ndarray::{Array1, Array2, ArrayD, Ix2, s};

#[track_caller]
fn plan(recipe: &Recipe, parameters: impl IntoIterator<Item = Parameter>) -> Plan {
    recipe.plan(&key("recipe"), parameters).unwrap()
}

fn named<const N: usize>(names: [&str; N]) -> [Parameter; N] {
    names.map(|name| Parameter::new(name, [8, 4]))
}

#[track_caller]
fn text(plan: &Plan, name: &str) -> String {
    plan.get(name).unwrap().scheme().unwrap().text()
}

#[test]
fn the_first_rule_that_matches_decides() {
    let recipe = Recipe::new()
        .rule(Rule::new("a.bias", Ones))
        .rule(Rule::new(["**.bias", "**.beta"], Zeros))
        .rule(Rule::new("**", HeNormal));
    let plan = plan(&recipe, named(["bias", "a.bias", "a.b.beta", "a.weight"]));
    let texts: Vec<String> = (plan.iter())
        .map(|planned| planned.scheme().unwrap().text())
        .collect();
    assert_eq!(texts, ["zeros", "ones", "zeros", "he_normal"]);
    assert!(plan.get("c").is_none());
    assert!(plan.get("a.bias").unwrap().rule().patterns().eq(["a.bias"]));
    // An exception to what is there.
    let plan = self::plan(
        &recipe.rule_first(Rule::new("a.weight", Orthogonal)),
        named(["bias", "a.bias", "a.b.beta", "a.weight", "b.weight"]),
    );
    assert_eq!(text(&plan, "a.weight"), "orthogonal");
}

#[test]
fn a_key_is_the_child_of_the_full_name() {
    let recipe = Recipe::new()
        .rule(Rule::new("**.p.weight", Normal::new(0.0, 0.5).unwrap()).reading("i (2 o)"))
        .rule(Rule::new("**.o.weight", Orthogonal));
    let plan = plan(
        &recipe,
        [
            Parameter::new("h.0.p.weight", [16, 64]),
            Parameter::new("h.0.o.weight", [48, 32]),
        ],
    );
    let filler = plan.get("h.0.p.weight").unwrap().filler().unwrap();
    let whole: ArrayD<f32> = filler.array().unwrap();
    let own: Array2<f32> = Normal::new(0.0, 0.5)
        .unwrap()
        .init_keyed(
            key("recipe").child("h.0.p.weight"),
            (16, 64).read("i (2 o)"),
        )
        .unwrap();
    assert_eq!(whole, own.into_dyn());
    // Shards are slices of the whole, also of matrices.
    for planned in &plan {
        let filler = planned.filler().unwrap();
        let whole: ArrayD<f32> = filler.array().unwrap();
        let whole = whole.into_dimensionality::<Ix2>().unwrap();
        let rows: Array2<f32> = filler.region((5..9, ..)).unwrap();
        assert_eq!(rows, whole.slice(s![5..9, ..]));
        let mut slice = vec![0.0_f32; 100];
        filler.fill_slice(50..150, &mut slice).unwrap();
        assert_eq!(slice, whole.as_slice().unwrap()[50..150]);
    }
    // Neither order nor company matters.
    let alone = self::plan(
        &Recipe::new().rule(Rule::text("*.*.p.*", "normal(std=0.5)").reading("i (2 o)")),
        [Parameter::new("h.0.p.weight", [16, 64])],
    );
    let filler = alone.get("h.0.p.weight").unwrap().filler().unwrap();
    assert_eq!(filler.array::<f32>().unwrap(), whole);
}

#[test]
fn closures_see_name_and_weight() {
    let recipe = Recipe::new().rule(
        Rule::from_fn(
            "**",
            |parameter, weight| -> Result<Arc<dyn Scheme>, InitError> {
                match parameter.name() {
                    "head.weight" => Ok(Arc::new(Zeros)),
                    _ => Ok(Arc::new(Law::normal(0.0, 1.0 / weight.fan_in()?)?)),
                }
            },
        )
        .reading("i o"),
    );
    let plan = plan(
        &recipe,
        [
            Parameter::new("fc.weight", [16, 4]),
            Parameter::new("head.weight", [4, 2]),
        ],
    );
    assert_eq!(plan.get("fc.weight").unwrap().std(), Some(0.25));
    assert_eq!(plan.get("head.weight").unwrap().constant(), Some(0.0));
}

#[test]
fn numbers_are_arithmetic() {
    let recipe = Recipe::new()
        .variable("std", 0.02)
        .variable_of_model("layers", "count('h.{i}.w') + 0")
        .variable_of_model("width", "dim('**.w', 1)")
        .variable(
            "inner",
            "ceil(width / 3) * floor(7 / 2) + min(1, 2) - max(1, 0)",
        )
        .rule(Rule::text("h.{i}.w", "normal(std=std / sqrt(2 * (i + 1)))"))
        .rule(Rule::text(
            "h.{i}.v",
            "uniform(low=-1 / dim(0), high=1 / layers)",
        ))
        .rule(Rule::text("x", "constant(inner)"));
    let mut all: Vec<Parameter> = (0..3)
        .map(|i| Parameter::new(format!("h.{i}.w"), [2, 7]))
        .collect();
    all.push(Parameter::new("h.9.v", [4]));
    all.push(Parameter::new("x", [1]));
    let planned = plan(&recipe, all.clone());
    assert_eq!(
        planned.get("h.2.w").unwrap().std(),
        Some(0.02 / 6_f64.sqrt())
    );
    assert_eq!(
        text(&planned, "h.9.v"),
        format!("uniform(low=-0.25, high={:?})", 1.0 / 3.0)
    );
    assert_eq!(planned.get("x").unwrap().constant(), Some(9.0));
    // What is set wins over the model.
    let planned = plan(&recipe.set("layers", 8.0).set("width", 30.0), all);
    assert_eq!(text(&planned, "h.9.v"), "uniform(low=-0.25, high=0.125)");
    assert_eq!(planned.get("x").unwrap().constant(), Some(30.0));
}

#[test]
fn readings_have_numbers() {
    let recipe = Recipe::new()
        .variable("q", 64)
        .variable("kv", "q / 4")
        .rule(Rule::text("qkv", "he_normal").reading("([{q} {kv} {kv}] o) i"))
        .rule(Rule::text("conv", "he_normal").reading("(g o) i k k, groups {dim(0)}"))
        .rule(Rule::text("l{i}", "he_normal").reading("({i + 1} o) i"));
    let plan = plan(
        &recipe,
        [
            Parameter::new("qkv", [96, 64]),
            Parameter::new("conv", [32, 1, 3, 3]),
            Parameter::new("l2", [6, 5]),
        ],
    );
    let fans = |name: &str| {
        let weight = plan.get(name).unwrap().weight();
        let fans = weight.parts().map(|part| part.fan_out().unwrap());
        (weight.fan_in().unwrap(), fans.collect::<Vec<_>>())
    };
    assert_eq!(fans("qkv"), (64.0, vec![64.0, 16.0, 16.0]));
    assert_eq!(fans("conv"), (9.0, vec![9.0]));
    assert_eq!(fans("l2"), (5.0, vec![2.0; 3]));
}

/// The zero of a residual branch is its last norm: `bn3` of a bottleneck, `bn2` of a basic block.
#[test]
fn siblings_are_asked_for() {
    let recipe = Recipe::new()
        .rule(Rule::new("**.bn3.weight", Zeros).optional())
        .rule(Rule::new("**.bn2.weight", Zeros).without("bn3.weight"))
        .rule(Rule::new("**.weight", Ones).axes(1).with("bias"))
        .rule(Rule::new("**.bias", Zeros))
        .rule(Rule::new("**.weight", HeNormal).axes(2));
    let vector = |name: &str| Parameter::new(name, [4]);
    let plan = plan(
        &recipe,
        [
            vector("a.0.bn2.weight"),
            vector("a.0.bn2.bias"),
            vector("b.0.bn2.weight"),
            vector("b.0.bn2.bias"),
            vector("b.0.bn3.weight"),
            Parameter::new("fc.weight", [2, 3]),
        ],
    );
    assert_eq!(text(&plan, "a.0.bn2.weight"), "zeros");
    assert_eq!(text(&plan, "b.0.bn2.weight"), "ones");
    assert_eq!(text(&plan, "b.0.bn3.weight"), "zeros");
    assert_eq!(text(&plan, "fc.weight"), "he_normal");
}

#[test]
fn fans_are_those_of_a_sibling() {
    let recipe = Recipe::new()
        .rule(Rule::new("**.weight", LeCunUniform).reading("i (2 o)"))
        .rule(Rule::new("**.bias_ih_l{i}", LeCunUniform).fans_of("weight_hh_l{i}"))
        .rule(Rule::new("**.weight_hh_l*", LeCunUniform).fans_of("scale"))
        .rule(Rule::new("**.scale", LeCunUniform).reading("o i"))
        .rule(
            Rule::new("**.bias", LeCunUniform)
                .fans_of("weight")
                .reading("(2 o)"),
        );
    let plan = plan(
        &recipe,
        [
            Parameter::new("lstm.bias_ih_l1", [8]),
            Parameter::new("lstm.weight_hh_l1", [8, 5]),
            Parameter::new("lstm.scale", [3, 7]),
            Parameter::new("fc.weight", [10, 6]),
            Parameter::new("fc.bias", [6]),
        ],
    );
    // As the sibling's own rule has it, which asks another.
    let weight = |name: &str| plan.get(name).unwrap().weight();
    assert_eq!(weight("lstm.bias_ih_l1").fan_in(), Ok(7.0));
    let bias = weight("fc.bias");
    assert_eq!((bias.fan_in(), bias.fan_out()), (Ok(10.0), Ok(3.0)));
    for part in bias.parts() {
        assert_eq!((part.fan_in(), part.fan_out()), (Ok(10.0), Ok(3.0)));
    }
    let law = LeCunUniform
        .law(&(6,).fans(10, 3).into_weight().unwrap())
        .unwrap();
    assert_eq!(plan.get("fc.bias").unwrap().std(), law.std());
}

#[test]
fn ranges_count_blocks_one_after_the_other() {
    let recipe = Recipe::new()
        .variable("layers", 2)
        .variable("width", 4)
        .parameter("emb", ["10", "width"])
        .parameter("h.{i < layers}.a", ["width"])
        .parameter("h.{i < layers}.e.{j < i + 1}.b{j}", ["width + i", "j"])
        .parameter("h.{i < layers}.e.{j < i + 1}.c", ["1"])
        .parameter("h.{i < layers}.z", ["1"])
        .parameter("t.{1 <= i < layers + 1}", ["i"])
        .parameter("last", [7]);
    let parameters = recipe.parameters().unwrap();
    let all: Vec<String> = (parameters.iter())
        .map(|parameter| format!("{} {:?}", parameter.name(), parameter.shape()))
        .collect();
    assert_eq!(
        all,
        [
            "emb [10, 4]",
            "h.0.a [4]",
            "h.0.e.0.b0 [4, 0]",
            "h.0.e.0.c [1]",
            "h.0.z [1]",
            "h.1.a [4]",
            "h.1.e.0.b0 [5, 0]",
            "h.1.e.0.c [1]",
            "h.1.e.1.b1 [5, 1]",
            "h.1.e.1.c [1]",
            "h.1.z [1]",
            "t.1 [1]",
            "t.2 [2]",
            "last [7]",
        ]
    );
    let half = recipe.parameters_of(Dtype::Bf16).unwrap();
    assert!(half.iter().all(|one| one.element_type() == Dtype::Bf16));
}

#[test]
fn integers_take_a_constant_or_are_left_alone() {
    let recipe = Recipe::new()
        .rule(Rule::new("steps", Zeros))
        .rule(Rule::new("mask", Constant::new(255.0).unwrap()))
        .rule(Rule::leave("ids"));
    let plan = plan(
        &recipe,
        [
            Parameter::new("steps", [1]).dtype(Dtype::I64),
            Parameter::new("mask", [3]).dtype(Dtype::U8),
            Parameter::new("ids", [1, 512]).dtype(Dtype::I64),
        ],
    );
    assert_eq!(plan.bytes(), 8 + 3 + 8 * 512);
    let mask = plan.get("mask").unwrap();
    assert_eq!(mask.constant(), Some(255.0));
    let values: ArrayD<f64> = mask.filler().unwrap().array().unwrap();
    assert!(values.iter().all(|value| *value == 255.0));
    let ids = plan.get("ids").unwrap();
    assert!(ids.is_left() && ids.scheme().is_none() && ids.law().is_none());
    assert_eq!(
        ids.filler().unwrap_err().to_string(),
        "ids is left alone by its rule and has no law to draw from: copy it from elsewhere"
    );
}

#[test]
fn what_a_layer_asks_for() {
    let recipe = Recipe::new().rule(Rule::as_asked("**").reading("i o"));
    let asking = Parameter::new("head.weight", [16, 2]).asking(HeNormal);
    let plan = plan(&recipe, [asking]);
    assert_eq!(
        plan.get("head.weight").unwrap().std(),
        Some((2.0_f64 / 16.0).sqrt())
    );
}

#[test]
fn a_check_tolerates_what_the_rule_does() {
    let third = 1.0 / 3.0;
    let recipe =
        |tolerance| Recipe::new().rule(Rule::text("**", "constant(1 / 3)").tolerance(tolerance));
    let passes = |tolerance: f64, value: f64| {
        let plan = plan(&recipe(tolerance), [Parameter::new("a", [100])]);
        let filler = plan.get("a").unwrap().filler().unwrap();
        let whole = filler
            .check(&Array1::from_elem(100, value))
            .unwrap()
            .passed();
        let part = filler.check_slice(10..20, &[value; 10]).unwrap().passed();
        assert_eq!(whole, part);
        whole
    };
    assert!(passes(0.0, third) && passes(1e-6, third));
    assert!(!passes(0.0, third + 1e-7) && passes(1e-6, third + 1e-7));
    assert!(!passes(1e-6, third + 2e-6));
}

/// The rule's share of 2^-23 makes 2^-7 strays of 65,536 values: the probability of four is 8e-10, below 1e-6 over
/// the number of tests.
#[test]
fn a_check_counts_strays_apart() {
    let normal = || Rule::new("**", Normal::new(0.0, 0.02).unwrap());
    let check = |rule: Rule, strays: usize, stray: f32| {
        let plan = plan(&Recipe::new().rule(rule), [Parameter::new("a", [256, 256])]);
        let filler = plan.get("a").unwrap().filler().unwrap();
        let mut w: ArrayD<f32> = filler.array().unwrap();
        for i in 0..strays {
            w[[17 * i, 31 * i]] = stray;
        }
        let report = filler.check(&w).unwrap();
        let counted = report.test("strays").and_then(fanin::TestResult::statistic);
        (report.passed(), counted)
    };
    let rule = || normal().stray(-2.0);
    assert_eq!(check(rule(), 0, -2.0), (true, Some(0.0)));
    assert_eq!(check(rule(), 1, -2.0), (true, Some(1.0)));
    assert_eq!(check(rule(), 4, -2.0), (false, Some(4.0)));
    // Another value is none, nor is any without the rule's word.
    assert_eq!(check(rule(), 1, 2.0), (false, Some(0.0)));
    assert_eq!(check(normal(), 1, -2.0), (false, None));
}

#[test]
fn nothing_is_drawn_before_the_plan_is_made() {
    #[derive(Debug)]
    struct Loud(Arc<std::sync::atomic::AtomicUsize>);
    impl rand_distr::Distribution<f64> for Loud {
        fn sample<R: rand::Rng + ?Sized>(&self, _: &mut R) -> f64 {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            1.0
        }
    }
    let drawn = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = || drawn.load(std::sync::atomic::Ordering::Relaxed);
    let recipe = Recipe::new()
        .rule(Rule::new(
            "a",
            fanin::FromDistribution::new(Loud(drawn.clone())),
        ))
        .rule(Rule::new("z", Zeros));
    let a = Parameter::new("a", [4]);
    assert!(recipe.plan(&key("recipe"), [a.clone()]).is_err());
    let plan = plan(&recipe, [a, Parameter::new("z", [1])]);
    let filler = plan.get("a").unwrap().filler().unwrap();
    assert_eq!((plan.to_string().lines().count(), count()), (4, 0));
    let _: ArrayD<f32> = filler.array().unwrap();
    assert_eq!(count(), 4);
}

#[test]
fn a_plan_is_shared_by_threads_and_prints_a_table() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let recipe = Recipe::new()
        .rule(Rule::text("w", "he_normal").reading("i ([2 1] o)"))
        .rule(Rule::text("b", "zeros"))
        .rule(Rule::leave("n"));
    let plan = plan(
        &recipe,
        [
            Parameter::new("w", [1000, 3]),
            Parameter::new("b", [3]).dtype(Dtype::Bf16),
            Parameter::new("n", [1]).dtype(Dtype::I64),
        ],
    );
    shared(&recipe);
    shared(&plan);
    assert_eq!(
        plan.to_string(),
        "\
name  shape as read                  scheme      fans                                 law                                   std  parameters   bytes
w     [1000, 3] as i ([2 1] o), f32  he_normal   fan_in 1000, fan_out by part [2, 1]  normal, mean 0, variance 0.002  0.0447214       3,000  12,000
b     [3] as _, bf16                 zeros       no fan_in, no fan_out                constant 0                              0           3       6
n     [1] as _, i64                  left alone  no fan_in, no fan_out                -                                       -           1       8
3 tensors, 3,004 parameters, 12,014 bytes"
    );
    let again = plan.clone();
    assert_eq!(again.len(), 3);
    assert!(!plan.is_empty() && Plan::clone(&plan).get("w").is_some());
}

/// GPT-3's shapes: more than any machine holds, planned at once; any shard can be drawn.
#[test]
fn a_model_larger_than_memory() {
    let recipe = Recipe::new()
        .variable("layers", 96)
        .variable("width", 12_288)
        .rule(Rule::text("h.{i}.{j}.weight", "normal(std=0.02)"))
        .parameter("h.{i < layers}.{j < 12}.weight", ["width", "width"]);
    let plan = plan(&recipe, recipe.parameters().unwrap());
    assert_eq!(plan.elements(), 96 * 12 * 12_288 * 12_288);
    let filler = plan.get("h.95.11.weight").unwrap().filler().unwrap();
    let shard: Array2<f32> = filler.region((12_000..12_002, 5..9)).unwrap();
    assert!(shard.iter().all(|value| *value != 0.0));
}

#[test]
fn types_have_names() {
    for (text, dtype, size) in [
        ("F64", Dtype::F64, 8),
        ("float32", Dtype::F32, 4),
        ("half", Dtype::F16, 2),
        ("bfloat16", Dtype::Bf16, 2),
        ("i8", Dtype::I8, 1),
        ("int16", Dtype::I16, 2),
        ("I32", Dtype::I32, 4),
        ("int64", Dtype::I64, 8),
        ("uint8", Dtype::U8, 1),
        ("U16", Dtype::U16, 2),
        ("u32", Dtype::U32, 4),
        ("uint64", Dtype::U64, 8),
        ("BOOL", Dtype::Bool, 1),
    ] {
        assert_eq!(text.parse(), Ok(dtype));
        assert_eq!(dtype.to_string().parse(), Ok(dtype));
        assert_eq!(
            (dtype.size(), dtype.is_float()),
            (size, text.contains(['F', 'f']))
        );
    }
    let error = "f31".parse::<Dtype>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read this text:\n  f31\n  ^^^ there is no element type of this name; the nearest is f32"
    );
}

/// The place along an axis belongs to the scheme, what stands beside it to the recipe.
#[test]
fn variables_stand_beside_the_place_along_an_axis() {
    let recipe = Recipe::new().variable("first", 2.0).rule(Rule::text(
        "a",
        "along(axis=0, value=sqrt(n + first * first))",
    ));
    let plan = plan(&recipe, [Parameter::new("a", [4])]);
    let filler = plan.get("a").unwrap().filler().unwrap();
    let values: ArrayD<f64> = filler.array().unwrap();
    let expected = [4.0_f64, 5.0, 6.0, 7.0].map(f64::sqrt);
    assert_eq!(values.as_slice(), Some(&expected[..]));
    // A name that the recipe does not have is an error, and not another place.
    let recipe = Recipe::new().rule(Rule::text("a", "along(axis=0, value=n + first)"));
    let error = recipe.plan(&key("place"), [Parameter::new("a", [4])]);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("there is no variable of this name")
    );
}
