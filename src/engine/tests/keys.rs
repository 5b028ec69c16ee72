//! Keys.

use rand::{SeedableRng, rngs::StdRng};

use super::reference::{child, child_index, from_seed};
use crate::Key;

#[test]
fn keys_are_those_of_the_reference() {
    for seed in [0, 1, 42, u64::MAX] {
        let (key, expected) = (Key::from_seed(seed), from_seed(seed));
        assert_eq!(key.to_bytes(), expected);
        // More than a chunk of BLAKE3.
        for name in ["", "a", "layers.0.weight", "Γεια", &"x".repeat(1500)] {
            assert_eq!(key.child(name).to_bytes(), child(&expected, name));
            assert_ne!(key.child(name).to_bytes(), child(&expected, "b"));
        }
        for index in [0, 3, usize::MAX] {
            let (key, expected) = (key.child_index(index), child_index(&expected, index as u64));
            assert_eq!(key.to_bytes(), expected);
            assert_ne!(key.to_bytes(), child_index(&expected, index as u64));
        }
    }
}

#[test]
fn a_generator_gives_its_next_32_bytes() {
    let key = Key::from_rng(&mut StdRng::seed_from_u64(3));
    let mut bytes = [0; 32];
    rand::Rng::fill_bytes(&mut StdRng::seed_from_u64(3), &mut bytes);
    assert_eq!(key.to_bytes(), bytes);
}
