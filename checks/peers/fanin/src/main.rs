//! fanin as one of the peers: see `../peers.py` for the protocol. The argument is the number of
//! threads.

use std::{hint::black_box, io::BufRead, time::Instant};

use cpu_time::ThreadTime;
use fanin::{
    Axis, Element, HeNormal, HeUniform, Initializer, Key, Normal, Orthogonal, Scheme,
    TruncatedNormal,
};
use half::{bf16, f16};
use ndarray::{Array2, Array3};
use rand::{SeedableRng, rngs::SmallRng};

const SIDE: usize = 1024;
/// GPT-2's embedding.
const TABLE: (usize, usize) = (50_257, 768);
const LARGE: (usize, usize) = (4096, 4096);

/// Nanoseconds for one of `units`, after a call that nobody times; of short calls, of so many that
/// the clock can tell.
fn time(units: usize, mut call: impl FnMut()) -> f64 {
    call();
    // This clock takes a microsecond to read.
    let mut calls = 1;
    loop {
        let start = ThreadTime::now();
        for _ in 0..calls {
            call();
        }
        let seconds = start.elapsed().as_secs_f64();
        if seconds > 5e-4 {
            return seconds * 1e9 / (calls * units) as f64;
        }
        calls *= 4;
    }
}

fn in_place<F: Element>(scheme: &impl Scheme, array: &mut Array2<F>) -> f64 {
    let key = Key::from_seed(1);
    time(array.len(), || {
        scheme
            .fill_keyed(key.clone(), array)
            .expect("a law that the type can hold");
        black_box(&mut *array);
    })
}

fn columns(range: std::ops::Range<usize>) -> f64 {
    let key = Key::from_seed(2);
    let mut part = Array2::<f32>::zeros((TABLE.0, range.len()));
    let filler = HeNormal.filler(key, TABLE).expect("a law");
    // For an element of the whole, whatever is drawn of it.
    time(TABLE.0 * TABLE.1, || {
        filler.fill_region((.., range.clone()), &mut part).expect("a region of the whole");
        black_box(&mut part);
    })
}

fn memset_of_fresh_memory() -> f64 {
    let len = LARGE.0 * LARGE.1;
    time(len, || {
        let mut memory = vec![0.0_f32; len];
        memory.fill(black_box(1.0));
        black_box(memory);
    })
}

fn check(scheme: &impl Scheme) -> f64 {
    let array: Array2<f32> = scheme
        .init_keyed(Key::from_seed(3), LARGE)
        .expect("a law that the type can hold");
    let (start, of_this_thread) = (Instant::now(), ThreadTime::now());
    let report = scheme.check(LARGE, &array).expect("a law of that shape");
    assert!(report.passed(), "{report}");
    let elapsed = match rayon::current_num_threads() {
        1 => of_this_thread.elapsed(),
        _ => start.elapsed(),
    };
    elapsed.as_secs_f64() * 1e9 / array.len() as f64
}

fn measure(row: &str, rng: &mut SmallRng) -> Option<f64> {
    let square = (SIDE, SIDE);
    let key = Key::from_seed(4);
    Some(match row {
        "normal f32" => {
            let standard = Normal::new(0.0, 1.0).expect("a law");
            in_place(&standard, &mut Array2::<f32>::zeros(square))
        }
        "he normal f32" => in_place(&HeNormal, &mut Array2::<f32>::zeros(square)),
        "he normal f64" => in_place(&HeNormal, &mut Array2::<f64>::zeros(square)),
        "he normal f16" => in_place(&HeNormal, &mut Array2::<f16>::zeros(square)),
        "he normal bf16" => in_place(&HeNormal, &mut Array2::<bf16>::zeros(square)),
        "he uniform f32" => in_place(&HeUniform, &mut Array2::<f32>::zeros(square)),
        "truncated f32" => {
            let law = TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0).expect("a law");
            in_place(&law, &mut Array2::<f32>::zeros(square))
        }
        "small" => time(1, || {
            let array: Array2<f32> = HeNormal.init(rng, (8, 8)).expect("a law");
            black_box(array);
        }),
        "fresh" => time(LARGE.0 * LARGE.1, || {
            let array: Array2<f32> = HeNormal.init_keyed(key.clone(), LARGE).expect("a law");
            black_box(array);
        }),
        "memset" => memset_of_fresh_memory(),
        "all columns" => columns(0..TABLE.1),
        "a quarter of the columns" => columns(TABLE.1 / 4..TABLE.1 / 2),
        "one column" => columns(300..301),
        "orthogonal f32" => in_place(&Orthogonal, &mut Array2::<f32>::zeros(square)),
        "orthogonal batches f32" => {
            let axes = [Axis::Batch(1000), Axis::Output(64), Axis::Input(64)];
            let mut array = Array3::<f32>::zeros((1000, 64, 64));
            time(array.len(), || {
                Orthogonal
                    .filler(key.clone(), axes).and_then(|filler| filler.fill(&mut array))
                    .expect("matrices");
                black_box(&mut array);
            })
        }
        "check normal" => check(&HeNormal),
        "check orthogonal" => check(&Orthogonal),
        _ => return None,
    })
}

fn main() {
    let threads = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.expect("a number of threads"))
        .build()
        .expect("threads");
    let level = if cfg!(fanin_level = "avx2") {
        "at most AVX2"
    } else {
        "the best that the machine has"
    };
    println!("fanin, instructions: {level}");
    let mut rng = SmallRng::seed_from_u64(1);
    for row in std::io::stdin().lock().lines().map_while(Result::ok) {
        match pool.install(|| measure(&row, &mut rng)) {
            Some(ns) => println!("{{\"\": {ns}}}"),
            None => println!("{{}}"),
        }
    }
}
