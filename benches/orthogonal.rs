//! The time per element of an orthogonal matrix: `cargo bench --bench orthogonal`.
//!
//! Each matrix is first compared with the definition: its defect, the largest magnitude of an
//! element of `Q'Q - 1`, or `QQ' - 1` if it is wider than high.

use std::{hint::black_box, time::Instant};

use fanin::{Element, Initializer, Key, Orthogonal};
use ndarray::Array2;
use rayon::{ThreadPool, ThreadPoolBuilder};

const SHAPES: [(usize, usize); 5] = [
    (256, 256),
    (512, 512),
    (1024, 1024),
    (2048, 2048),
    (4096, 512),
];

/// Timings of a row: their median counts.
const TIMINGS: usize = 7;

/// For 1024 x 1024 elements of `f32` on one thread.
const TARGET: f64 = 20.0;

fn defect<F: Element>(q: &Array2<F>) -> f64 {
    let q = q.mapv(|x| x.to_f64().expect("a float"));
    let product = if q.nrows() < q.ncols() {
        q.dot(&q.t())
    } else {
        q.t().dot(&q)
    };
    let defect = &product - &Array2::<f64>::eye(product.nrows());
    defect.iter().fold(0.0, |most, x| x.abs().max(most))
}

/// Nanoseconds per element, in an existing buffer.
fn time<F: Element>(pool: &ThreadPool, q: &mut Array2<F>) -> f64 {
    let key = Key::from_seed(1);
    let mut times: Vec<f64> = (0..TIMINGS)
        .map(|_| {
            let start = Instant::now();
            pool.install(|| Orthogonal.fill_keyed(key.clone(), q))
                .expect("a matrix");
            black_box(&mut *q);
            start.elapsed().as_secs_f64() * 1e9 / q.len() as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[TIMINGS / 2]
}

fn row<F: Element>(shape: (usize, usize), name: &str, most: f64, pools: &[ThreadPool; 2]) {
    let mut q = Array2::<F>::zeros(shape);
    let key = Key::from_seed(1);
    Orthogonal
        .fill_keyed(key.clone(), &mut q)
        .expect("a matrix");
    let defect = defect(&q);
    assert!(defect < most, "{shape:?}, {name}: {defect}");
    let [one, all] = pools.each_ref().map(|pool| time(pool, &mut q));
    let target = if shape == (1024, 1024) && name == "f32" {
        let missed = if one <= TARGET { "" } else { " missed" };
        format!("<= {TARGET}{missed}")
    } else {
        String::new()
    };
    println!(
        "{:>4} x {:<4}  {name}   {defect:7.1e}  {one:9.1}  {target:<12}  {all:9.1}",
        shape.0, shape.1
    );
}

fn main() {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let pools = [1, all].map(|threads| {
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads")
    });
    println!(
        "{:16}  {:>7}  {:>9}  {:<12}  {:>9}",
        "",
        "defect",
        "1 thread",
        "target",
        format!("{all} threads")
    );
    for shape in SHAPES {
        row::<f32>(shape, "f32", 1e-5, &pools);
        row::<f64>(shape, "f64", 1e-13, &pools);
    }
}
