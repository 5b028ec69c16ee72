//! Truncated draws, word by word, between bounds that a law has and others that no law may have: what
//! refuses those is not here.

use crate::engine::map::Truncation;
use crate::engine::reference::{Real, truncated::Truncated};

const INF: f64 = f64::INFINITY;

/// Ordinary ones; narrow ones and far ones; those at which the quantile's coefficients change; those
/// between which there is no `f32`.
const BOUNDS: [(f64, f64); 29] = [
    (-INF, INF),
    (-1.0, 1.0),
    (-2.0, 2.0),
    (-40.0, 40.0),
    (-1.0, 3.0),
    (-3.0, 0.01),
    (-1e-3, 2e-3),
    (-1e-300, 1e-300),
    (0.0, INF),
    (-INF, 0.0),
    (-1e-12, 5.0),
    (1e-6, 1e-5),
    (0.5, 3.0),
    (1.0, 1.000_000_1),
    (5.0, 6.0),
    (10.0, INF),
    (-INF, -30.0),
    (100.0, 100.000_1),
    (3e4, INF),
    (1e6, INF),
    (-2e9, -1e9),
    (1e30, INF),
    (0.5, 0.500_000_1),
    (2.999, 3.0),
    (15.0, 17.0),
    (-130.0, -129.0),
    (3_999.0, 4_001.0),
    (1.0 + 1.0 / 67_108_864.0, 1.0 + 1.0 / 33_554_432.0),
    (4e4 + 1e-7, 4e4 + 1.5e-7),
];

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
        // Of other bounds, though they are next to each other, the draws are others.
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
