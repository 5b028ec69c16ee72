//! Points on two circles, one within the other.

use std::f64::consts::TAU;

use fanin::{InitError, Initializer, Key, Normal};
use ndarray::Array2;

use crate::examples::Examples;

/// The radius of the inner circle; that of the outer is 1.
const INNER: f64 = 0.8;
/// The standard deviation of both coordinates about the circle: a quarter of its distance to the
/// other.
const NOISE: f64 = 0.05;

/// `count` points: the first half, class 0, evenly around the outer circle, the rest, class 1, around
/// the inner one.
pub(crate) fn circles(count: usize, key: &Key) -> Result<Examples, InitError> {
    let mut points: Array2<f32> = Normal::new(0.0, NOISE)?.init_keyed(key.clone(), (count, 2))?;
    let half = count / 2;
    let labels: Vec<usize> = (0..count).map(|point| usize::from(point >= half)).collect();
    for (index, mut point) in points.rows_mut().into_iter().enumerate() {
        let (place, radius) = if index < half {
            (index as f64 / half as f64, 1.0)
        } else {
            ((index - half) as f64 / (count - half) as f64, INNER)
        };
        point[0] += (radius * (TAU * place).cos()) as f32;
        point[1] += (radius * (TAU * place).sin()) as f32;
    }
    Ok(Examples {
        inputs: points,
        labels,
    })
}

#[cfg(test)]
mod tests {
    use super::{NOISE, circles};
    use fanin::Key;

    #[test]
    fn points_are_near_their_circle() {
        let points = circles(300, &Key::from_seed(0)).unwrap();
        assert_eq!(points.labels.iter().sum::<usize>(), 150);
        let mut squares = 0.0;
        for (point, label) in points.inputs.rows().into_iter().zip(&points.labels) {
            let distance = f64::from(point[0].hypot(point[1])) - [1.0, 0.8][*label];
            assert!(distance.abs() < 5.0 * NOISE);
            squares += distance * distance;
        }
        // Along the radius the noise is that of one coordinate: a standard error is 4 %.
        assert!(((squares / 300.0).sqrt() / NOISE - 1.0).abs() < 0.2);
    }
}
