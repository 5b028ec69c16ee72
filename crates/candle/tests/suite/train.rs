//! Models that candle's own initialiser starts with norms of 0, trained a few steps from either start.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, VarBuilder, VarMap, loss};
use candle_transformers::models::{bigcode, t5};
use fanin::{Key, Recipe};
use fanin_candle::init_var_map;

use crate::zoo::{bigcode_config, bigcode_recipe, t5_config, t5_recipe};

const CPU: Device = Device::Cpu;
const STEPS: usize = 16;

/// The losses of a few steps.
fn train(varmap: &VarMap, mut loss: impl FnMut() -> Result<Tensor>) -> Vec<f32> {
    let rate = ParamsAdamW {
        lr: 3e-3,
        ..ParamsAdamW::default()
    };
    let mut optimiser = AdamW::new(varmap.all_vars(), rate).unwrap();
    let steps = (0..STEPS).map(|_| {
        let loss = loss().unwrap();
        optimiser.backward_step(&loss).unwrap();
        loss.to_scalar().unwrap()
    });
    steps.collect()
}

/// From our start, and from candle's.
fn both<M>(
    recipe: &Recipe,
    load: fn(VarBuilder) -> Result<M>,
    loss: fn(&mut M) -> Result<Tensor>,
) -> [Vec<f32>; 2] {
    let ours = || {
        let varmap = VarMap::new();
        let key = Key::from_seed(16);
        let mut model = init_var_map(&varmap, recipe, &key, DType::F32, &CPU, load).unwrap();
        train(&varmap, || loss(&mut model))
    };
    let first = ours();
    assert_eq!(first, ours(), "two runs are one");
    let varmap = VarMap::new();
    let mut model = load(VarBuilder::from_varmap(&varmap, DType::F32, &CPU)).unwrap();
    [first, train(&varmap, || loss(&mut model))]
}

fn tokens() -> Result<Tensor> {
    let tokens: Vec<u32> = (0..64).map(|place| place * 37 % 100).collect();
    Tensor::from_vec(tokens, (8, 8), &CPU)
}

/// Its logits are 0, and so is the gradient of all that candle_nn's norm lets through, the head's: with a norm of 0
/// nothing is ever learned.
#[test]
fn bigcode_learns() {
    let load = |vb: VarBuilder| bigcode::GPTBigCode::load(vb, bigcode_config());
    let [ours, candle] = both(&bigcode_recipe(), load, |model| {
        let logits = model.forward(&tokens()?, 0)?;
        let next: Vec<u32> = (0..8).map(|row| row * 11 % 100).collect();
        loss::cross_entropy(&logits, &Tensor::new(next, &CPU)?)
    });
    let uniform = 100_f32.ln();
    assert!((ours[0] - uniform).abs() < 0.2, "{ours:?}");
    assert!(ours[STEPS - 1] < ours[0] - 0.4, "{ours:?}");
    assert!(
        candle.iter().all(|loss| (loss - uniform).abs() < 1e-4),
        "{candle:?}"
    );
}

/// Its output is 0 at the start, whatever the tokens are.
#[test]
fn t5_learns() {
    let load = |vb: VarBuilder| t5::T5EncoderModel::load(vb, &t5_config());
    let [ours, candle] = both(&t5_recipe(), load, |model| {
        let out = model.forward(&tokens()?)?;
        // A channel that knows its token, in (-1, 1).
        let wanted = ((tokens()?.to_dtype(DType::F32)? / 50.0)? - 1.0)?;
        loss::mse(&out.narrow(2, 0, 1)?.squeeze(2)?, &wanted)
    });
    assert!(ours[STEPS - 1] < 0.7 * ours[0], "{ours:?}");
    // The mean square of what is wanted: that of an output of 0.
    let zero = {
        let wanted = (0..64).map(|place| (place * 37 % 100) as f32 / 50.0 - 1.0);
        wanted.map(|wanted| wanted * wanted).sum::<f32>() / 64.0
    };
    assert!((candle[0] - zero).abs() < 1e-5, "{candle:?} {zero}");
    assert!(ours[STEPS - 1] < candle[STEPS - 1], "{ours:?} {candle:?}");
}
