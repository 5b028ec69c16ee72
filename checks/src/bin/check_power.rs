//! time only, for now
use fanin::{HeNormal, HeUniform, Initializer, Key, Orthogonal};
use ndarray::Array2;
use std::time::Instant;
fn main() {
    let n: usize = std::env::args().nth(1).map_or(4096, |n| n.parse().unwrap());
    let w: Array2<f32> = HeNormal.init_keyed(&Key::from_seed(1), (n, n)).unwrap();
    for _ in 0..5 {
        let start = Instant::now();
        let report = HeNormal.check((n, n), &w).unwrap();
        println!(
            "{:.2} ns",
            start.elapsed().as_nanos() as f64 / (n * n) as f64
        );
        if std::env::args().nth(2).is_some() {
            println!("{report}");
        }
    }
    let w: Array2<f64> = HeUniform.init_keyed(&Key::from_seed(1), (n, n)).unwrap();
    for _ in 0..2 {
        let start = Instant::now();
        let report = HeUniform.check((n, n), &w).unwrap();
        println!(
            "f64 uniform {:.2} ns",
            start.elapsed().as_nanos() as f64 / (n * n) as f64
        );
        if std::env::args().nth(2).is_some() {
            println!("{report}");
        }
    }
    let w: Array2<f32> = Orthogonal::new()
        .init_keyed(&Key::from_seed(1), (n, n))
        .unwrap();
    for _ in 0..2 {
        let start = Instant::now();
        let report = Orthogonal::new().check((n, n), &w).unwrap();
        println!("orthogonal {:.3} s", start.elapsed().as_secs_f64());
        if std::env::args().nth(2).is_some() {
            println!("{report}");
        }
    }
}
