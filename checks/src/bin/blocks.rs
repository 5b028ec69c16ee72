//! What the length of a block costs, in order and in shards of columns: one row of a table.
//!
//! The length is a constant of the library, so that each needs a build of its own; `ci/blocks.sh`
//! makes the table.

use std::{hint::black_box, time::Instant};

use fanin::{Initializer, Key, Normal};
use ndarray::{Array2, s};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use rand_distr::StandardNormal;

/// 2^20 elements, in whose rows every length of a block fits.
const SHAPE: (usize, usize) = (128, 8192);
const SHARDS: usize = 8;
const ROUNDS: usize = 101;

fn main() {
    let key = Key::from_seed(1);
    let law = Normal::new(0.0, 1.0).expect("a law");
    let mut rng = SmallRng::seed_from_u64(1);
    let mut whole = Array2::<f32>::zeros(SHAPE);
    let mut other = whole.clone();
    let width = SHAPE.1 / SHARDS;
    let mut shards = vec![Array2::<f32>::zeros((SHAPE.0, width)); SHARDS];

    let mut times = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        let mut time = |what: usize, run: &mut dyn FnMut()| {
            let start = Instant::now();
            run();
            times[what].push(start.elapsed().as_secs_f64() * 1e9 / (SHAPE.0 * SHAPE.1) as f64);
        };
        time(0, &mut || {
            law.fill_keyed(&key, whole.view_mut()).expect("a law");
            black_box(&mut whole);
        });
        time(1, &mut || {
            for (shard, out) in shards.iter_mut().enumerate() {
                let columns = shard * width..(shard + 1) * width;
                law.fill_region(&key, SHAPE, (0..SHAPE.0, columns), out.view_mut())
                    .expect("a region");
            }
            black_box(&mut shards);
        });
        time(2, &mut || {
            other
                .iter_mut()
                .for_each(|x| *x = rng.sample(StandardNormal));
            black_box(&mut other);
        });
        time(3, &mut || {
            other.fill(black_box(0.5));
            black_box(&mut other);
        });
    }
    // What was timed is right: the shards are the whole's.
    for (shard, out) in shards.iter().enumerate() {
        let columns = shard * width..(shard + 1) * width;
        assert_eq!(out, whole.slice(s![.., columns]));
    }
    let [order, columns, user, memset] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    });
    println!(
        "{order:.3} | {:.1} | {:.2} | {columns:.3} | {:.2} |",
        user / order,
        memset / order,
        columns / order
    );
}
