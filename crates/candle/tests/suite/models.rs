//! Real models: every parameter follows its law, none is missed, and the bits are known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use candle_core::{DType, Device, Tensor};
use candle_nn::{VarBuilder, VarMap};
use candle_transformers::models::{bert, llama};
use fanin::ndarray::ArrayD;
use fanin::{
    Constant, Dtype, Element, Filler, Initializer, Key, Plan, Planned, Recipe, Rule, half,
};
use fanin_candle::{fill, init, init_var_map, parameters};

use crate::zoo::{bert_config, bigcode_recipe, models, normal};

const CPU: Device = Device::Cpu;

/// A tensor's values in row-major order.
fn values<T: candle_core::WithDType>(tensor: &Tensor) -> Vec<T> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

fn follows<F: Element + candle_core::WithDType>(tensor: &Tensor, filler: &Filler) -> bool {
    let array = ArrayD::from_shape_vec(tensor.dims(), values::<F>(tensor)).unwrap();
    assert_eq!(
        array,
        filler.array::<F>().unwrap(),
        "bit for bit the plan's"
    );
    filler.check(&array).unwrap().passed()
}

/// What a `VarMap` holds, by name.
fn held(varmap: &VarMap) -> BTreeMap<String, Tensor> {
    let data = varmap.data().lock().unwrap();
    let vars = data.iter();
    vars.map(|(name, var)| (name.clone(), var.as_tensor().clone()))
        .collect()
}

fn bytes(tensor: &Tensor) -> Vec<u8> {
    match tensor.dtype() {
        DType::F64 => values::<f64>(tensor)
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect(),
        DType::F32 => values::<f32>(tensor)
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect(),
        DType::F16 => values::<half::f16>(tensor)
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect(),
        _ => values::<half::bf16>(tensor)
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect(),
    }
}

fn digest(tensors: &BTreeMap<String, Tensor>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, tensor) in tensors {
        hasher.update(name.as_bytes());
        hasher.update(&bytes(tensor));
    }
    hasher.finalize().to_string()
}

#[test]
fn every_parameter_follows_its_law_and_none_is_missed() {
    let mut lines = String::new();
    let key = Key::from_seed(16);
    for model in models() {
        // One of the models shows that the other types are drawn, too.
        let others = [DType::F32, DType::BF16, DType::F16, DType::F64];
        let dtypes = if model.name == "bigcode" {
            &others[..]
        } else {
            &others[..1]
        };
        for &dtype in dtypes {
            let noted = parameters(&model.recipe, dtype, &CPU, model.load).unwrap();
            assert_eq!(noted.len(), model.parameters, "{}", model.name);
            let plan: Plan = model.recipe.plan(&key, noted).unwrap();
            let varmap = VarMap::new();
            init_var_map(&varmap, &model.recipe, &key, dtype, &CPU, model.load).unwrap();
            let tensors = held(&varmap);
            let mut names: Vec<&str> = plan.iter().map(Planned::name).collect();
            names.sort_unstable();
            assert!(tensors.keys().eq(&names), "{}", model.name);
            for planned in &plan {
                let tensor = &tensors[planned.name()];
                let filler = planned.filler().unwrap();
                let follows = match planned.dtype() {
                    Dtype::F32 => follows::<f32>(tensor, &filler),
                    Dtype::Bf16 => follows::<half::bf16>(tensor, &filler),
                    Dtype::F16 => follows::<half::f16>(tensor, &filler),
                    _ => follows::<f64>(tensor, &filler),
                };
                assert!(follows, "{} {}", model.name, planned.name());
            }
            let (name, count) = (model.name, tensors.len());
            let line = format!("{name} {dtype:?} {count} {}", digest(&tensors));
            writeln!(lines, "{line}").unwrap();
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt");
    if std::env::var_os("FANIN_WRITE_GOLDEN").is_some() {
        std::fs::write(path, &lines).unwrap();
    }
    assert_eq!(lines, std::fs::read_to_string(path).unwrap());
}

/// The control: the check of one model's law refuses a tensor that another law drew.
#[test]
fn a_wrong_law_is_seen() {
    let recipe = bigcode_recipe();
    let model = models()
        .into_iter()
        .find(|model| model.name == "bigcode")
        .unwrap();
    let noted = parameters(&recipe, DType::F32, &CPU, model.load).unwrap();
    let plan = recipe.plan(&Key::from_seed(16), noted).unwrap();
    let filler = plan
        .get("transformer.wte.weight")
        .unwrap()
        .filler()
        .unwrap();
    let scaled = filler.array::<f32>().unwrap().mapv(|value| 1.2 * value);
    assert!(!filler.check(&scaled).unwrap().passed());
}

#[test]
fn inference_and_training_are_given_the_same_values() {
    let (recipe, key) = (models().remove(0).recipe, Key::from_seed(1));
    let load = |vb: VarBuilder| bert::BertModel::load(vb, &bert_config());
    let built = init(&recipe, &key, DType::F32, &CPU, load).unwrap();
    let varmap = VarMap::new();
    let trained = init_var_map(&varmap, &recipe, &key, DType::F32, &CPU, load).unwrap();
    let tokens = Tensor::arange(0_u32, 12, &CPU)
        .unwrap()
        .reshape((2, 6))
        .unwrap();
    let types = tokens.zeros_like().unwrap();
    let out =
        |model: &bert::BertModel| values::<f32>(&model.forward(&tokens, &types, None).unwrap());
    assert_eq!(out(&built), out(&trained));
    assert!(out(&built).iter().all(|value| value.is_finite()));
}

#[test]
fn a_model_of_any_size_is_noted() {
    let recipe = bigcode_recipe();
    let noted = parameters(&recipe, DType::BF16, &CPU, |vb| {
        llama::Llama::load(vb, &llama::Config::config_7b_v1(false))
    });
    let noted = noted.unwrap();
    let elements = |shape: &[usize]| shape.iter().product::<usize>();
    let all: usize = noted.iter().map(|noted| elements(noted.shape())).sum();
    assert_eq!((noted.len(), all), (291, 6_738_415_616));
    assert!(
        noted
            .iter()
            .all(|noted| noted.element_type() == Dtype::Bf16)
    );
    assert_eq!(noted[0].name(), "model.embed_tokens.weight");
}

/// One name, asked for twice, as bigcode's head and its embedding.
#[test]
fn ties_share_storage() {
    let ask = |vb: VarBuilder| {
        let first = vb.get((10, 4), "wte.weight")?;
        Ok((first, vb.get((10, 4), "wte.weight")?))
    };
    let recipe = Recipe::new().rule(Rule::new("wte.weight", normal(1.0)));
    let key = Key::from_seed(0);
    let (first, second) = init(&recipe, &key, DType::F32, &CPU, ask).unwrap();
    let fives = Constant::new(5.0).unwrap().filler(key, (10, 4)).unwrap();
    fill(&first, &fives).unwrap();
    assert_eq!(values::<f32>(&second), [5.0; 40]);
}
