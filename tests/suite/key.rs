//! Keys: where they come from, and that children, names and numbers do not meet.

use std::collections::HashSet;

use crate::common::{Counting, cases};
use fanin::{HeNormal, Initializer, Key};
use ndarray::Array2;
use proptest::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng};

#[test]
fn a_key_is_the_next_32_bytes_of_a_generator() {
    let mut bytes = [0; 32];
    StdRng::seed_from_u64(1).fill_bytes(&mut bytes);
    let key = Key::from_rng(&mut StdRng::seed_from_u64(1));
    assert_eq!(key, Key::from_bytes(bytes));
    assert_eq!(key.to_bytes(), bytes);

    let mut counting = Counting::new();
    let object: &mut dyn Rng = &mut counting;
    Key::from_rng(object);
    assert_eq!(counting.bytes, 32);
}

/// All different, and so are the values that they draw.
#[track_caller]
fn differ(keys: impl IntoIterator<Item = Key>) {
    let (mut seen, mut drawn) = (HashSet::new(), HashSet::new());
    for key in keys {
        let values: Array2<f64> = HeNormal.init_keyed(key.clone(), (1, 2)).unwrap();
        assert!(seen.insert(key.clone()), "a key twice: {key:?}");
        assert!(drawn.insert(values.mapv(f64::to_bits)), "a draw twice");
    }
}

#[test]
fn seeds_children_names_and_numbers_do_not_meet() {
    let key = Key::from_seed(0);
    let eight_bytes = |n: u64| String::from_utf8(n.to_le_bytes().to_vec()).unwrap();
    differ(
        [0, 1, 2, 1 << 32, u64::MAX]
            .map(Key::from_seed)
            .into_iter()
            .chain([
                Key::from_bytes([0; 32]),
                key.child(""),
                key.child("").child(""),
                key.child("a"),
                key.child("A"),
                key.child("b"),
                key.child("ab"),
                key.child("a").child("b"),
                key.child("b").child("a"),
                key.child("a.b"),
                key.child("ab").child("c"),
                key.child("a").child("bc"),
                key.child("3"),
                key.child("\0"),
                // The bytes of the number.
                key.child(eight_bytes(3)),
                key.child_index(3),
                key.child_index(0),
                key.child_index(usize::MAX),
                key.child_index(3).child_index(0),
                key.child("3").child_index(3),
                Key::from_seed(1).child("a"),
                // One letter in two encodings.
                key.child("\u{e9}"),
                key.child("e\u{301}"),
            ]),
    );
    differ((0..300).map(|index| key.child_index(index)));
    differ((0..300).map(|index| key.child(format!("layers.{index}.weight"))));
}

/// A key is not used up, and a child depends on its parent and its name alone: adding, removing or
/// reordering layers leaves all others as they were.
#[test]
fn what_was_done_with_a_key_does_not_matter() {
    let draw = |key: &Key| -> Array2<f32> { HeNormal.init_keyed(key.clone(), (2, 3)).unwrap() };
    let model = Key::from_seed(7);
    let before = draw(&model.child("layers.1.weight"));
    draw(&model);
    draw(&model.child("layers.0.weight"));
    assert_eq!(draw(&model.child("layers.1.weight")), before);
    assert_eq!(draw(&Key::from_seed(7).child("layers.1.weight")), before);
}

#[test]
fn debug_shows_a_fingerprint_and_not_the_key() {
    let key = Key::from_bytes([0xab; 32]);
    let text = format!("{key:?}");
    assert!(text.starts_with("Key(") && text.ends_with(')'), "{text}");
    assert_eq!(text.len(), "Key(01234567)".len());
    assert!(!text.contains("abab"));
    assert_eq!(text, format!("{:?}", Key::from_bytes([0xab; 32])));
    assert_ne!(text, format!("{:?}", Key::from_bytes([0xac; 32])));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn bytes_go_there_and_back(bytes: [u8; 32]) {
        prop_assert_eq!(Key::from_bytes(bytes).to_bytes(), bytes);
    }

    #[test]
    fn names_differ_and_so_do_their_keys(a: String, b: String, seed: u64) {
        let key = Key::from_seed(seed);
        prop_assert_eq!(key.child(&a) == key.child(&b), a == b);
        prop_assert_ne!(key.child(&a).child(&b), key.child(format!("{a}{b}")));
        prop_assert_ne!(key.child(&a), key);
    }

    /// Every bit of the key counts, wherever it is.
    #[test]
    fn a_bit_of_the_key_changes_the_draws(bytes: [u8; 32], bit in 0_usize..256) {
        let mut other = bytes;
        other[bit / 8] ^= 1 << (bit % 8);
        let draw = |bytes| -> Array2<f32> {
            HeNormal.init_keyed(Key::from_bytes(bytes), (1, 4)).unwrap()
        };
        prop_assert_ne!(draw(bytes), draw(other));
    }
}
