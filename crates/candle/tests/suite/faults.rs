//! Bad recipes and models that cannot be built: one error with everything, and nothing done.

use candle_core::{DType, Device};
use candle_nn::{Init, VarBuilder, VarMap, linear};
use candle_transformers::models::{bigcode, llama, t5};
use fanin::{Constant, HeNormal, Key, Ones, Recipe, Rule, Zeros};
use fanin_candle::{CandleError, fill_var_map, init, init_var_map, parameters};

use crate::zoo::{bigcode_config, llama_config, normal, t5_config};

const CPU: Device = Device::Cpu;

fn key() -> Key {
    Key::from_seed(0)
}

/// What `init` says, and that `init_var_map` says it, too, and leaves the map empty.
#[track_caller]
fn refused<M>(
    recipe: &Recipe,
    dtype: DType,
    model: impl Fn(VarBuilder<'static>) -> candle_core::Result<M>,
) -> String {
    let varmap = VarMap::new();
    let trained = init_var_map(&varmap, recipe, &key(), dtype, &CPU, &model);
    assert!(varmap.all_vars().is_empty());
    let built = init(recipe, &key(), dtype, &CPU, &model);
    let (Err(built), Err(trained)) = (built, trained) else {
        panic!("it was built");
    };
    assert_eq!(built.to_string(), trained.to_string());
    assert_eq!(format!("{built:?}"), format!("CandleError: {built}"));
    built.to_string()
}

/// `load` unwraps what its blocks return: the first pass answers, so that nothing panics.
#[test]
fn names_without_a_rule_are_told_at_once() {
    let recipe = Recipe::new()
        .rule(Rule::new("**.*_proj.weight", HeNormal))
        .rule(Rule::new("**.embed_tokens.weight", normal(0.02)));
    let text = refused(&recipe, DType::F32, |vb| {
        llama::Llama::load(vb, &llama_config())
    });
    let lines: Vec<&str> = text.lines().collect();
    // The head, and the norms, those of both layers in one line.
    assert_eq!(lines.len(), 4, "{text}");
    assert!(
        lines[0].starts_with("lm_head.weight: no rule decides this parameter"),
        "{text}"
    );
    assert!(
        lines[3].starts_with(
            "model.layers.0.post_attention_layernorm.weight and 1 like it: no rule decides"
        ),
        "{text}"
    );
}

#[test]
fn everything_is_one_error() {
    let recipe = Recipe::new()
        .rule(Rule::new("ids", HeNormal))
        .rule(Rule::new("conv.weight", HeNormal).reading("o i"))
        .rule(Rule::new("bias", HeNormal));
    let text = refused(&recipe, DType::F32, |vb| {
        vb.get_with_hints_dtype((1, 9), "ids", Init::Const(0.0), DType::I64)?;
        vb.get((8, 4, 3, 3), "conv.weight")?;
        vb.get(4, "bias")?;
        vb.get(5, "bias")?;
        vb.get_with_hints_dtype(4, "scale", Init::Const(1.0), DType::F8E4M3)?;
        vb.get_unchecked("table")
    });
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8, "{text}");
    assert_eq!(
        lines[..3],
        [
            "bias: the model asks for it with the shape [4] and then with [5]; one name is one tensor",
            "scale: nothing is drawn as F8E4M3: F32, F64, BF16 and F16 are, and integers take a constant; draw \
             one of them and convert it",
            "table: the model asks for it without a shape, which only a checkpoint can answer; load it with \
             `VarBuilder::get`",
        ]
    );
    let plan = lines[3..].join("\n");
    for part in [
        "rule 1: ids: i64 takes one whole number",
        "rule 2: conv.weight: cannot read this text",
        "rule 3: bias: a weight of shape [4] has no fan_in",
    ] {
        assert!(plan.contains(part), "{part}: {plan}");
    }
}

#[test]
fn integers_take_a_constant() {
    let recipe = Recipe::new().rule(Rule::new("ids", Constant::new(7.0).unwrap()));
    for dtype in [DType::I64, DType::I32, DType::I16, DType::U32, DType::U8] {
        let ids = init(&recipe, &key(), DType::F32, &CPU, |vb| {
            vb.get_with_hints_dtype((2, 3), "ids", Init::Const(0.0), dtype)
        });
        let ids = ids.unwrap();
        assert_eq!(ids.dtype(), dtype);
        let ids = ids.to_dtype(DType::F64).unwrap();
        assert_eq!(ids.to_vec2::<f64>().unwrap(), [[7.0; 3]; 2]);
    }
}

#[test]
fn a_type_of_which_nothing_is_drawn_is_an_error() {
    let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
    let text = refused(&recipe, DType::F8E4M3, |vb| vb.get((2, 2), "weight"));
    assert!(text.starts_with("nothing is drawn as F8E4M3"), "{text}");
}

/// Layers that ask for nothing have the hint 0, and their norms' weights would be 0.
#[test]
fn a_zero_that_nobody_asked_for_is_refused() {
    let recipe = Recipe::new().rule(Rule::as_asked("**"));
    let text = refused(&recipe, DType::F32, |vb| {
        bigcode::GPTBigCode::load(vb, bigcode_config())
    });
    let lines: Vec<&str> = text.lines().collect();
    // Four norms of blocks, and the last.
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(
        lines[0],
        "rule 1: transformer.h.0.ln_1.weight and 3 like it: the hint Init::Const is 0, but it must be of a bias or a running \
         mean: a layer that asks for nothing has the same hint; write a scheme in this rule's place, `ones` for \
         the weight of a norm, `zeros` where 0 is meant"
    );
    // What there is to write makes it a model, in which all else is as its layers ask.
    let recipe = Recipe::new()
        .rule(Rule::new("**.ln_*.weight", Ones))
        .rule(Rule::as_asked("**"));
    let load = |vb: VarBuilder| bigcode::GPTBigCode::load(vb, bigcode_config());
    init(&recipe, &key(), DType::F32, &CPU, load).unwrap();
}

/// A model that probes for a name learns of those that were made, and of those that a pattern gives in full.
#[test]
fn a_question_about_a_name_is_no_request() {
    let names = |recipe: &Recipe| {
        let noted = parameters(recipe, DType::F32, &CPU, |vb| {
            t5::T5EncoderModel::load(vb, &t5_config())
        });
        noted.unwrap()[0].name().to_string()
    };
    let by_glob = Recipe::new().rule(Rule::new("**", HeNormal));
    assert_eq!(names(&by_glob), "encoder.embed_tokens.weight");
    let by_name = Recipe::new().rule(Rule::new(["shared.weight", "**"], HeNormal));
    assert_eq!(names(&by_name), "shared.weight");
}

#[test]
fn what_is_left_alone_needs_a_value() {
    let recipe = Recipe::new()
        .rule(Rule::leave("bias"))
        .rule(Rule::new("weight", HeNormal));
    let text = refused(&recipe, DType::F32, |vb| linear(3, 2, vb));
    assert_eq!(
        text,
        "bias: its rule leaves it alone, but a model that is built has no value for it; give a scheme, or put the \
         variable into the VarMap before"
    );
}

#[test]
fn variables_that_are_there_are_not_drawn_again() {
    let varmap = VarMap::new();
    let model = |vb: VarBuilder| linear(3, 2, vb);
    let own = model(VarBuilder::from_varmap(&varmap, DType::F64, &CPU)).unwrap();
    let before = own.weight().to_vec2::<f64>().unwrap();
    let recipe = Recipe::new()
        .rule(Rule::leave("bias"))
        .rule(Rule::new("weight", HeNormal));
    let error = init_var_map(&varmap, &recipe, &key(), DType::F32, &CPU, model).unwrap_err();
    assert_eq!(
        error.to_string(),
        "weight: the VarMap holds it already; leave it alone by a rule, or give it new values with `fill_var_map`\n\
         bias: the model asks for f32 [2], but the VarMap holds it as f64 [2]"
    );
    assert_eq!(own.weight().to_vec2::<f64>().unwrap(), before);
    let recipe = Recipe::new().rule(Rule::new("weight", Zeros));
    let error = fill_var_map(&varmap, &recipe, &key()).unwrap_err();
    assert!(matches!(error, CandleError::Faults { .. }));
    assert!(
        error
            .to_string()
            .starts_with("bias: no rule decides this parameter")
    );
    assert_eq!(own.weight().to_vec2::<f64>().unwrap(), before);
}

/// What the model itself refuses comes as it is.
#[test]
fn an_error_of_the_model_is_its_own() {
    let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
    let text = refused(&recipe, DType::F32, |_| -> candle_core::Result<()> {
        Err(candle_core::Error::Msg(
            "the configuration is wrong".to_string(),
        ))
    });
    assert_eq!(text, "the configuration is wrong");
}

/// A model that asks for other names when it is loaded again.
#[test]
fn a_model_that_changes_is_refused() {
    let recipe = Recipe::new().rule(Rule::new("**", HeNormal));
    let mut time = 0;
    let error = init(&recipe, &key(), DType::F32, &CPU, |vb| {
        time += 1;
        vb.get((2, 2), &format!("weight{time}"))
    });
    assert_eq!(
        error.unwrap_err().to_string(),
        "weight2: the model did not ask for it when its requests were noted; it must ask for the same names \
         whenever it is loaded"
    );
}

/// Shapes that no memory has room for: nothing overflows, and nothing aborts.
#[test]
fn a_parameter_that_is_too_large_is_an_error() {
    let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
    let text = refused(&recipe, DType::F32, |vb| vb.get((usize::MAX, 2), "weight"));
    assert!(text.contains("is too large"), "{text}");
    let text = refused(&recipe, DType::F32, |vb| {
        vb.get((1 << 30, 1 << 20), "weight")
    });
    assert!(text.starts_with("weight: shape "), "{text}");
}
