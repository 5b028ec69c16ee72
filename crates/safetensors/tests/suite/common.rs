//! Models that the tests share.

use std::path::Path;

use fanin::{
    Constant, Dtype, HeNormal, Key, Normal, Orthogonal, Parameter, Plan, Recipe, Rule, Uniform,
    Zeros,
};

/// Every float type, integers, an empty tensor, a scalar, and laws of each kind.
pub(crate) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::new("z.weight", [300, 700]),
        Parameter::new("a.weight", [64, 3, 3, 3]).dtype(Dtype::Bf16),
        Parameter::new("a.bias", [64]).dtype(Dtype::Bf16),
        Parameter::new("m.square", [80, 80]),
        Parameter::new("m.half", [70, 1001]).dtype(Dtype::F16),
        Parameter::new("m.double", [33, 65]).dtype(Dtype::F64),
        Parameter::new("m.none", [0, 4]),
        Parameter::new("m.scalar", []),
        Parameter::new("n.count", []).dtype(Dtype::I64),
        Parameter::new("n.mask", [7]).dtype(Dtype::Bool),
        Parameter::new("n.small", [5]).dtype(Dtype::I8),
        Parameter::new("qkv.weight", [96, 32]),
    ]
}

/// Models of some tests have not all of it.
pub(crate) fn recipe() -> Recipe {
    let rules = [
        Rule::new(["**.bias", "n.count"], Zeros),
        Rule::new("n.mask", Constant::new(1.0).unwrap()),
        Rule::new("n.small", Constant::new(-3.0).unwrap()),
        Rule::new("m.square", Orthogonal),
        Rule::new("m.half", Uniform::new(-0.5, 0.5).unwrap()),
        Rule::new("qkv.weight", HeNormal).reading("(3 o) i"),
        Rule::new(["m.**", "z.**"], Normal::new(0.0, 0.02).unwrap()),
        Rule::new("**", HeNormal),
    ];
    let all = |recipe: Recipe, rule: Rule| recipe.rule(rule.optional());
    rules.into_iter().fold(Recipe::new(), all)
}

pub(crate) fn plan() -> Plan {
    recipe().plan(&Key::from_seed(42), parameters()).unwrap()
}

/// The bytes of every value that a plan draws, by the crate's own fillers.
pub(crate) fn drawn(plan: &Plan, name: &str) -> Vec<u8> {
    let planned = plan.get(name).unwrap();
    let filler = planned.filler().unwrap();
    let count = planned.elements() as usize;
    let whole = planned.constant().unwrap_or(0.0);
    match planned.dtype() {
        Dtype::F64 => filler
            .array::<f64>()
            .unwrap()
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect(),
        Dtype::F32 => filler
            .array::<f32>()
            .unwrap()
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect(),
        Dtype::F16 => {
            let array = filler.array::<half::f16>().unwrap();
            array.iter().flat_map(|x| x.to_le_bytes()).collect()
        }
        Dtype::Bf16 => {
            let array = filler.array::<half::bf16>().unwrap();
            array.iter().flat_map(|x| x.to_le_bytes()).collect()
        }
        Dtype::I64 => (whole as i64).to_le_bytes().repeat(count),
        Dtype::I8 => (whole as i8).to_le_bytes().repeat(count),
        Dtype::Bool => vec![whole as u8; count],
        other => panic!("{other}"),
    }
}

/// The names of the files in a directory, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
