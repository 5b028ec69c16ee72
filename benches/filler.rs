//! A 512 x 512 tensor that is written column by column into memory of another owner, through one filler, as a
//! multiple of the time that the whole takes: for laws of whole matrices, for choices of connections, and for
//! element-wise ones. And the whole in one call into a column-major view.
//!
//! `cargo bench --bench filler`

use std::hint::black_box;
use std::time::Instant;

use fanin::{Filler, HeNormal, Initializer, Key, Orthogonal, Scheme, Sparse};
use ndarray::{Array2, Ix2, ShapeBuilder};

const SIDE: usize = 512;
const ROUNDS: usize = 9;

/// Seconds of the fastest of some rounds: others use the machine, too.
fn fastest(mut run: impl FnMut()) -> f64 {
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() {
    let rows: [(&str, Box<dyn Scheme>, f64); 3] = [
        ("Orthogonal", Box::new(Orthogonal), 5.0),
        (
            "Sparse, 15 of 512",
            Box::new(Sparse::new(15, 0.01).expect("a law")),
            12.0,
        ),
        ("HeNormal", Box::new(HeNormal), 150.0),
    ];
    println!(
        "| {SIDE} x {SIDE} f32 | whole, ms | by columns | target | one column-major view | target |"
    );
    println!("|---|---:|---:|---:|---:|---:|");
    for (name, scheme, target) in rows {
        let filler = || -> Filler<Ix2> {
            scheme
                .filler(Key::from_seed(1), (SIDE, SIDE))
                .expect("a law")
        };
        let mut array = Array2::<f32>::zeros((SIDE, SIDE));
        let whole = fastest(|| filler().fill(black_box(&mut array)).expect("a law"));
        let mut foreign = vec![0.0_f32; SIDE * SIDE];
        let columns = fastest(|| {
            let filler = filler();
            for (column, values) in foreign.chunks_exact_mut(SIDE).enumerate() {
                let mut view =
                    ndarray::ArrayViewMut2::from_shape((SIDE, 1), values).expect("a column");
                filler
                    .fill_region((.., column..=column), &mut view)
                    .expect("a region");
            }
            black_box(&mut foreign);
        });
        let mut fortran = Array2::<f32>::zeros((SIDE, SIDE).f());
        let one = fastest(|| filler().fill(black_box(&mut fortran)).expect("a law"));
        assert_eq!(fortran, array);
        assert!(fortran.t().iter().eq(&foreign));
        println!(
            "| {name} | {:.2} | {:.1} | {target} | {:.2} | 3 |",
            whole * 1e3,
            columns / whole,
            one / whole
        );
    }
}
