//! A weight of 4096 x 4096 in `f32`: fanin alone, fanin-burn, and burn's own initialiser.
//!
//! ```text
//! cargo run --release -p fanin-burn --example timing
//! ```

use std::any::Any;
use std::error::Error;
use std::time::Instant;

use burn_core::tensor::Device;
use burn_nn::{Initializer as Burn, LinearConfig};
use fanin::{HeNormal, Initializer, Key, Recipe, Rule};

const SHAPE: (usize, usize) = (4096, 4096);
const ROUNDS: usize = 15;

type Made = Result<Box<dyn Any>, Box<dyn Error>>;
type Work<'a> = Box<dyn FnMut() -> Made + 'a>;

fn made(what: impl Any) -> Made {
    Ok(Box::new(what))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (device, key) = (Device::flex(), Key::from_seed(42));
    let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
    let filler = HeNormal.filler(key.child("weight"), SHAPE)?;
    let config = LinearConfig::new(SHAPE.0, SHAPE.1)
        .with_bias(false)
        .with_initializer(Burn::KaimingNormal {
            gain: std::f64::consts::SQRT_2,
            fan_out_only: false,
        });
    // What is made is returned, so that the time to free it is part of none of them.
    let mut works: Vec<(&str, Work)> = vec![
        ("fanin", Box::new(|| made(filler.array::<f32>()?))),
        (
            "fanin-burn",
            Box::new(|| made(fanin_burn::init(config.init(&device), &recipe, &key)?)),
        ),
        ("burn", Box::new(|| made(config.init(&device).weight.val()))),
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
            "{name:12} median {:6.1} ms, least {:6.1} ms",
            times[ROUNDS / 2],
            times[0]
        );
    }
    Ok(())
}
