//! Orthogonal matrices from fanin, and as people make them otherwise: a QR factorisation of normal
//! draws, its Q, and the signs of R's diagonal. Both on one thread, timed in turn.
//!
//!     cargo run --release -p fanin-checks --features faer --bin orthogonal

use std::{hint::black_box, process::ExitCode, time::Instant};

use faer::{Mat, Par, traits::ComplexField};
use fanin::{Element, Initializer, Key, Orthogonal};
use ndarray::Array2;
use rand::{SeedableRng, rngs::SmallRng};
use rand_distr::{Distribution, StandardNormal};

const SHAPES: [(usize, usize); 5] = [
    (256, 256),
    (512, 512),
    (1024, 1024),
    (2048, 2048),
    (4096, 512),
];

/// Pairs of timings for a row: their medians count.
const PAIRS: usize = 5;

/// The Haar-distributed factor: that whose R has a positive diagonal.
fn by_qr<F>((rows, columns): (usize, usize), rng: &mut SmallRng) -> Mat<F>
where
    F: Element + ComplexField,
    StandardNormal: Distribution<F>,
{
    let normals = Mat::from_fn(rows, columns, |_, _| StandardNormal.sample(rng));
    let qr = normals.qr();
    let mut q: Mat<F> = qr.compute_thin_Q();
    for j in 0..columns {
        if qr.thin_R()[(j, j)].is_sign_negative() {
            for x in q.col_mut(j).iter_mut() {
                *x = -*x;
            }
        }
    }
    q
}

fn by_key<F: Element>(q: &mut Array2<F>) {
    Orthogonal
        .fill_keyed(Key::from_seed(1), q)
        .expect("a matrix");
}

/// The largest magnitude of an element of `Q'Q - 1`.
fn defect(q: &Array2<f64>) -> f64 {
    let defect = q.t().dot(q) - Array2::<f64>::eye(q.ncols());
    defect.iter().fold(0.0, |most, x| x.abs().max(most))
}

/// Whether both are orthogonal; the defect may be `most`.
fn row<F>(shape: (usize, usize), name: &str, most: f64) -> bool
where
    F: Element + ComplexField,
    StandardNormal: Distribution<F>,
{
    let wide = |x: F| x.to_f64().expect("a float");
    let mut rng = SmallRng::seed_from_u64(1);
    let mut q = Array2::<F>::zeros(shape);
    by_key(&mut q);
    let ours = defect(&q.mapv(wide));
    let other = by_qr::<F>(shape, &mut rng);
    let theirs = defect(&Array2::from_shape_fn(shape, |at| wide(other[at])));

    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..PAIRS {
        let start = Instant::now();
        by_key(&mut q);
        black_box(&mut q);
        times[0].push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        black_box(by_qr::<F>(shape, &mut rng));
        times[1].push(start.elapsed().as_secs_f64());
    }
    let [fanin, faer] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[PAIRS / 2] * 1e9 / (shape.0 * shape.1) as f64
    });
    println!(
        "{:>4} x {:<4}  {name}  {fanin:9.1}  {faer:9.1}  {:6.2}   {ours:9.1e}  {theirs:9.1e}",
        shape.0,
        shape.1,
        faer / fanin
    );
    // The factorisation loses more; it is only to be one.
    ours < most && theirs < 1e2 * most
}

fn main() -> ExitCode {
    faer::set_global_parallelism(Par::Seq);
    println!(
        "{:16} {:>9}  {:>9}  {:>6}   {:>9}  {:>9}",
        "ns per element", "fanin", "faer", "ratio", "defect", "of faer"
    );
    let mut passed = true;
    for shape in SHAPES {
        passed &= row::<f32>(shape, "f32", 1e-5);
        passed &= row::<f64>(shape, "f64", 1e-13);
    }
    if passed {
        ExitCode::SUCCESS
    } else {
        println!("FAILED: not orthogonal");
        ExitCode::FAILURE
    }
}
