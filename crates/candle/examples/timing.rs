//! A weight of 4096 x 4096 in `f32`: fanin alone, fanin-candle, and candle's own initialiser.
//!
//! ```text
//! cargo run --release -p fanin-candle --example timing
//! ```

use std::error::Error;
use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::init::DEFAULT_KAIMING_NORMAL;
use candle_nn::{Init, VarBuilder};
use fanin::ndarray::Array2;
use fanin::{HeNormal, Initializer, Key, Recipe, Rule};

const SHAPE: (usize, usize) = (4096, 4096);
const ROUNDS: usize = 15;

type Work<'a> = Box<dyn FnMut() -> Result<(), Box<dyn Error>> + 'a>;

fn main() -> Result<(), Box<dyn Error>> {
    let key = Key::from_seed(42);
    let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
    let filler = HeNormal.filler(key.child("weight"), SHAPE)?;
    let mut array = Array2::<f32>::zeros(SHAPE);
    let tensor = Tensor::zeros(SHAPE, DType::F32, &Device::Cpu)?;
    let ask = |vb: VarBuilder| vb.get_with_hints(SHAPE, "weight", Init::default());
    let mut works: Vec<(&str, Work)> = vec![
        ("new, fanin", Box::new(|| Ok(drop(filler.array::<f32>()?)))),
        (
            "new, fanin-candle",
            Box::new(|| {
                Ok(drop(fanin_candle::init(
                    &recipe,
                    &key,
                    DType::F32,
                    &Device::Cpu,
                    ask,
                )?))
            }),
        ),
        (
            "new, candle",
            Box::new(|| {
                let var = DEFAULT_KAIMING_NORMAL.var(SHAPE, DType::F32, &Device::Cpu);
                Ok(drop(var?))
            }),
        ),
        ("in place, fanin", Box::new(|| Ok(filler.fill(&mut array)?))),
        (
            "in place, fanin-candle",
            Box::new(|| Ok(fanin_candle::fill(&tensor, &filler)?)),
        ),
    ];
    // In turns, so that what else the machine does falls on all of them.
    let mut times = vec![Vec::new(); works.len()];
    for _ in 0..ROUNDS {
        for ((_, work), times) in works.iter_mut().zip(&mut times) {
            let start = Instant::now();
            work()?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
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
