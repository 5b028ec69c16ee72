//! Truncated draws, word by word, between bounds that a law has and others that no law may have: what
//! refuses those is not here.

use crate::engine::map::{BOUNDS, Truncation};
use crate::engine::reference::{Real, truncated::Truncated};

#[test]
fn draws_are_those_of_the_reference() {
    fn check<R: Real>(draw: impl Fn(&Truncation, u64) -> R) {
        let ones = u64::MAX >> (64 - R::N);
        let places = (0..R::N).flat_map(|place| [1 << place, 3 << place]);
        let near = |place: u64| (0..4).map(move |near| (place + near).wrapping_sub(2));
        let words: Vec<u64> = places.flat_map(near).collect();
        for (alpha, beta) in BOUNDS {
            for (alpha, beta) in [(alpha, beta), (-beta, -alpha)] {
                let truncation = Truncation::new(alpha, beta).unwrap();
                let reference = Truncated::<R>::new(alpha, beta);
                for w in words.iter().flat_map(|w| [*w & ones, !*w & ones]) {
                    let (z, expected) = (draw(&truncation, w), reference.draw(w));
                    assert_eq!(
                        z.wide().to_bits(),
                        expected.wide().to_bits(),
                        "[{alpha}, {beta}], {w:#x}"
                    );
                }
            }
        }
        // Other bounds, even adjacent ones, give other draws.
        let (engine, reference) = (
            Truncation::new(-2.0, 2.0).unwrap(),
            Truncated::<R>::new(-2.0, 2.01),
        );
        assert!(
            words
                .iter()
                .any(|&w| draw(&engine, w & ones) != reference.draw(w & ones))
        );
    }
    check::<f32>(|truncation, w| truncation.draw_f32(truncation.depth_f32(w as u32)));
    check::<f64>(|truncation, w| truncation.draw_f64(truncation.depth_f64(w)));
}
