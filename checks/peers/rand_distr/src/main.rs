//! `rand_distr` and `rand` as one of the peers: see `../peers.py` for the protocol.

use std::{hint::black_box, io::BufRead};

use cpu_time::ThreadTime;
use rand::{RngExt, SeedableRng, distr::Distribution, rngs::SmallRng};
use rand_distr::{Normal, StandardNormal, Uniform};

const LEN: usize = 1 << 20;

/// Nanoseconds for an element, after a call that nobody times.
fn time<F: Copy>(values: &mut [F], rng: &mut SmallRng, law: impl Distribution<F>) -> f64 {
    let mut fill = || {
        for value in &mut *values {
            *value = rng.sample(&law);
        }
        black_box(&mut *values);
    };
    fill();
    let start = ThreadTime::now();
    fill();
    start.elapsed().as_secs_f64() * 1e9 / LEN as f64
}

fn main() {
    let std = (2.0 / 1024.0_f64).sqrt();
    let bound = (6.0 / 1024.0_f64).sqrt();
    let mut rng = SmallRng::seed_from_u64(1);
    let (mut f32s, mut f64s) = (vec![0.0_f32; LEN], vec![0.0_f64; LEN]);
    println!("rand_distr 0.6 on SmallRng of rand 0.10");
    for row in std::io::stdin().lock().lines().map_while(Result::ok) {
        match row.as_str() {
            "normal f32" => {
                let ns = time(&mut f32s, &mut rng, StandardNormal);
                println!("{{\"StandardNormal\": {ns}}}");
            }
            "he normal f32" => {
                let law = Normal::new(0.0, std as f32).expect("a law");
                println!("{{\"Normal\": {}}}", time(&mut f32s, &mut rng, law));
            }
            "he normal f64" => {
                let law = Normal::new(0.0, std).expect("a law");
                let (normal, standard) = (
                    time(&mut f64s, &mut rng, law),
                    time(&mut f64s, &mut rng, StandardNormal),
                );
                println!("{{\"Normal\": {normal}, \"StandardNormal\": {standard}}}");
            }
            "he uniform f32" => {
                let law = Uniform::new(-bound as f32, bound as f32).expect("a law");
                println!("{{\"Uniform\": {}}}", time(&mut f32s, &mut rng, law));
            }
            _ => println!("{{}}"),
        }
    }
}
