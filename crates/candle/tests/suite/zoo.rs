//! Models of candle-transformers as they are, small, each with a recipe.

use candle_core::Result;
use candle_nn::VarBuilder;
use candle_transformers::models::{bert, bigcode, llama, qwen2, resnet, t5, vit};
use fanin::{HeNormal, LeCunNormal, Normal, Ones, Recipe, Rule, Zeros};

/// A model: its name, what loads it, its recipe, and how many parameters it has.
pub(crate) struct Model {
    pub(crate) name: &'static str,
    pub(crate) load: fn(VarBuilder<'static>) -> Result<()>,
    pub(crate) recipe: Recipe,
    pub(crate) parameters: usize,
}

pub(crate) fn models() -> Vec<Model> {
    let model = |name, load, recipe, parameters| Model {
        name,
        load,
        recipe,
        parameters,
    };
    vec![
        model(
            "bert",
            |vb| bert::BertModel::load(vb, &bert_config()).map(drop),
            transformer("**.LayerNorm.weight"),
            37,
        ),
        model(
            "llama",
            |vb| llama::Llama::load(vb, &llama_config()).map(drop),
            bias_free(["**.*_layernorm.weight", "model.norm.weight"]),
            21,
        ),
        model(
            "bigcode",
            |vb| bigcode::GPTBigCode::load(vb, bigcode_config()).map(drop),
            bigcode_recipe(),
            28,
        ),
        model(
            "vit",
            |vb| vit::Model::new(&vit_config(), 10, vb).map(drop),
            transformer("**.layernorm*.weight")
                .rule(Rule::new("**.cls_token", Zeros))
                .rule(Rule::new("**.position_embeddings", normal(0.02))),
            40,
        ),
        model(
            "resnet18",
            |vb| resnet::resnet18(10, vb).map(drop),
            Recipe::new()
                .rule(Rule::new(
                    ["**.bn*.weight", "**.downsample.1.weight", "**.running_var"],
                    Ones,
                ))
                .rule(Rule::new(["**.bias", "**.running_mean"], Zeros))
                .rule(Rule::new("fc.weight", LeCunNormal))
                .rule(Rule::new("**.weight", HeNormal)),
            102,
        ),
        model(
            "qwen2",
            |vb| qwen2::ModelForCausalLM::new(&qwen2_config(), vb).map(drop),
            bias_free(["**.*_layernorm.weight", "model.norm.weight"])
                .rule(Rule::new("**.bias", Zeros)),
            26,
        ),
        model(
            "t5",
            |vb| t5::T5EncoderModel::load(vb, &t5_config()).map(drop),
            t5_recipe(),
            19,
        ),
    ]
}

pub(crate) fn normal(std: f64) -> Normal {
    Normal::new(0.0, std).unwrap()
}

/// Norms, biases of 0, and one deviation for all weights.
fn transformer(norms: &str) -> Recipe {
    Recipe::new()
        .rule(Rule::new(norms, Ones))
        .rule(Rule::new("**.bias", Zeros))
        .rule(Rule::new("**.weight", normal(0.02)))
}

fn bias_free(norms: [&str; 2]) -> Recipe {
    Recipe::new()
        .rule(Rule::new(norms, Ones))
        .rule(Rule::new("**.weight", normal(0.02)))
}

/// As GPT-2: the last layer of each branch is smaller by the root of the number of branches.
pub(crate) fn bigcode_recipe() -> Recipe {
    let branches = 2.0 * bigcode_config().num_hidden_layers as f64;
    Recipe::new()
        .rule(Rule::new("**.ln_*.weight", Ones))
        .rule(Rule::new("**.bias", Zeros))
        .rule(Rule::new(
            "**.c_proj.weight",
            normal(0.02 / branches.sqrt()),
        ))
        .rule(Rule::new("**.weight", normal(0.02)))
}

/// Its factors are those of the paper's code: embeddings of 1, layers by their inputs.
pub(crate) fn t5_recipe() -> Recipe {
    let config = t5_config();
    let per_head = 1.0 / ((config.d_model * config.d_kv) as f64).sqrt();
    Recipe::new()
        .rule(Rule::new("**.*layer_norm.weight", Ones))
        .rule(Rule::new("shared.weight", normal(1.0)))
        .rule(Rule::new("**.SelfAttention.q.weight", normal(per_head)))
        .rule(Rule::new("**.relative_attention_bias.weight", normal(0.1)))
        .rule(Rule::new("**.weight", LeCunNormal))
}

pub(crate) fn bert_config() -> bert::Config {
    bert::Config {
        vocab_size: 100,
        hidden_size: 32,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 64,
        max_position_embeddings: 40,
        ..bert::Config::default()
    }
}

pub(crate) fn llama_config() -> llama::Config {
    llama::Config {
        hidden_size: 32,
        intermediate_size: 64,
        vocab_size: 100,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        max_position_embeddings: 64,
        ..llama::Config::config_7b_v1(false)
    }
}

pub(crate) fn bigcode_config() -> bigcode::Config {
    bigcode::Config {
        vocab_size: 100,
        max_position_embeddings: 40,
        num_hidden_layers: 2,
        hidden_size: 32,
        layer_norm_epsilon: 1e-5,
        n_inner: Some(64),
        num_attention_heads: 4,
        multi_query: true,
        use_cache: false,
    }
}

fn vit_config() -> vit::Config {
    vit::Config {
        hidden_size: 32,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 64,
        image_size: 32,
        patch_size: 8,
        qkv_bias: true,
        ..vit::Config::vit_base_patch16_224()
    }
}

fn qwen2_config() -> qwen2::Config {
    qwen2::Config {
        vocab_size: 100,
        hidden_size: 32,
        intermediate_size: 64,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        max_position_embeddings: 64,
        sliding_window: 64,
        max_window_layers: 2,
        tie_word_embeddings: true,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        use_sliding_window: false,
        hidden_act: candle_nn::Activation::Silu,
    }
}

pub(crate) fn t5_config() -> t5::Config {
    t5::Config {
        vocab_size: 100,
        d_model: 32,
        d_kv: 8,
        d_ff: 64,
        num_layers: 2,
        num_heads: 4,
        ..t5::Config::default()
    }
}
