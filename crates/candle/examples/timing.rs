//! A weight of 4096 x 4096 in `f32`: fanin alone, fanin-candle, and candle's own initialiser.
//!
//! ```text
//! cargo run --release -p fanin-candle --example timing
//! ```

use std::any::Any;
use std::error::Error;
use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::init::DEFAULT_KAIMING_NORMAL;
use candle_nn::{Init, VarBuilder};
use fanin::ndarray::Array2;
use fanin::{HeNormal, Initializer, Key, Recipe, Rule};

const SHAPE: (usize, usize) = (4096, 4096);
const ROUNDS: usize = 15;

type Made = Result<Box<dyn Any>, Box<dyn Error>>;
type Work<'a> = Box<dyn FnMut() -> Made + 'a>;

fn made(what: impl Any) -> Made {
    Ok(Box::new(what))
}

fn main() -> Result<(), Box<dyn Error>> {
    let key = Key::from_seed(42);
    let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
    let filler = HeNormal.filler(key.child("weight"), SHAPE)?;
    let mut array = Array2::<f32>::zeros(SHAPE);
    let tensor = Tensor::zeros(SHAPE, DType::F32, &Device::Cpu)?;
    let ask = |vb: VarBuilder| vb.get_with_hints(SHAPE, "weight", Init::default());
    // What is made is returned, so that the time to free it is part of none of them.
    let mut works: Vec<(&str, Work)> = vec![
        ("new, fanin", Box::new(|| made(filler.array::<f32>()?))),
        (
            "new, fanin-candle",
            Box::new(|| {
                let (dtype, device) = (DType::F32, Device::Cpu);
                made(fanin_candle::init(&recipe, &key, dtype, &device, ask)?)
            }),
        ),
        (
            "new, candle",
            Box::new(|| made(DEFAULT_KAIMING_NORMAL.var(SHAPE, DType::F32, &Device::Cpu)?)),
        ),
        (
            "in place, fanin",
            Box::new(|| {
                filler.fill(&mut array)?;
                made(())
            }),
        ),
        (
            "in place, fanin-candle",
            Box::new(|| {
                fanin_candle::fill(&tensor, &filler)?;
                made(())
            }),
        ),
    ];
    // In turns, so that what else the machine does falls on all of them.
    let mut times = vec![Vec::new(); works.len()];
    for _ in 0..ROUNDS {
        for ((_, work), times) in works.iter_mut().zip(&mut times) {
            let start = Instant::now();
            let made = work()?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            drop(made);
        }
    }
    for ((name, _), times) in works.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        println!(
            "{name:24} median {:6.1} ms, least {:6.1} ms",
            times[ROUNDS / 2],
            times[0]
        );
    }
    Ok(())
}
