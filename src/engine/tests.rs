//! The engine against `reference.rs`.

use ndarray::Array1;

use super::reference::{normal_f32, normal_f64, uniform_draw_f32, uniform_draw_f64};
use crate::initializer::Initializer;
use crate::key::Key;
use crate::scheme::{Normal, Uniform};
use crate::weight::{Flat, Weight};

const STD: f64 = 0.3;
const MEAN: f64 = 0.1;

fn normal() -> Normal {
    Normal::new(MEAN, STD).unwrap()
}

/// Ends of groups, blocks and grains, and what is next to them.
const EDGES: [usize; 14] = [
    0, 1, 15, 16, 17, 31, 32, 33, 2047, 2048, 2049, 4096, 65_536, 65_600,
];

#[test]
fn stretches_are_those_of_the_reference() {
    let key = Key::from_seed(3);
    let uniform = Uniform::new(-1.0, 3.0).unwrap();
    for start in EDGES {
        for len in [0, 1, 31, 32, 33, 64, 2048, 2100] {
            let range = Flat(start..start + len);
            let weight = || Weight::vector(1 << 20);
            let f32s: Array1<f32> = normal().init_region(&key, weight(), range.clone()).unwrap();
            let f64s: Array1<f64> = normal().init_region(&key, weight(), range.clone()).unwrap();
            let u32s: Array1<f32> = uniform.init_region(&key, weight(), range.clone()).unwrap();
            let u64s: Array1<f64> = uniform.init_region(&key, weight(), range).unwrap();
            // Every element near the ends, and some between them: the reference is slow.
            for i in (0..len).filter(|i| i % 97 == 0 || *i < 3 || i + 3 > len) {
                let index = (start + i) as u64;
                let z = f64::from(normal_f32(&key, index));
                assert_eq!(f32s[i], (MEAN + STD * z) as f32);
                assert_eq!(f64s[i], MEAN + STD * normal_f64(&key, index));
                let t = f64::from(uniform_draw_f32(&key, index));
                assert_eq!(u32s[i], (1.0 + 2.0 * t) as f32);
                assert_eq!(u64s[i], 1.0 + 2.0 * uniform_draw_f64(&key, index));
            }
        }
    }
}
