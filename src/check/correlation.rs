//! Neighbours along an axis.

use ndarray::{ArrayViewD, Axis, Slice, Zip};

use super::model::Model;
use super::report::Test;
use super::tails;
use crate::engine::Element;
use crate::num::float::wide;

/// The sum of the products of neighbours along an axis.
///
/// Values at odd places are each multiplied by the sum of their two neighbours, which have even
/// places. Given those, it is a sum of independent values whose variance is known: of a normal law
/// it is normal, however few they are.
pub(super) fn test<F: Element>(model: &Model, array: &ArrayViewD<'_, F>, axis: usize) -> Test {
    let name = format!("correlation, axis {axis}");
    let (Some(mean), Some(std)) = (model.mean, model.std) else {
        return Test::not_known(name, "of this law");
    };
    let len = array.shape()[axis];
    if len < 2 || array.is_empty() {
        return Test::not_known(name, "no neighbours");
    }
    let axis = Axis(axis);
    let take = |from: usize, to: usize| {
        array.slice_axis(axis, Slice::new(from as isize, Some(to as isize), 2))
    };
    let standard = |x: F| {
        let y = (wide(x) - mean) / std;
        if y.is_finite() { y } else { 0.0 }
    };
    let [mut sum, mut given, mut squares, mut most] = [0.0_f64; 4];
    let mut add = |y: f64, neighbours: f64| {
        sum += y * neighbours;
        given += neighbours;
        squares += neighbours * neighbours;
        most = most.max(neighbours.abs());
    };
    // Of an even number of values, the last has one neighbour.
    let paired = if len % 2 == 0 { len - 1 } else { len };
    if paired > 2 {
        Zip::from(take(1, paired - 1))
            .and(take(0, paired - 2))
            .and(take(2, paired))
            .for_each(|&y, &a, &b| add(standard(y), standard(a) + standard(b)));
    }
    if len % 2 == 0 {
        Zip::from(take(len - 1, len))
            .and(take(len - 2, len - 1))
            .for_each(|&y, &a| add(standard(y), standard(a)));
    }
    if squares == 0.0 {
        return Test::chance(name, 0.0, 1.0);
    }
    // Rounding to a coarse grid moves the mean a little, and widens.
    let grid = model.coarseness::<F>() * model.coarseness::<F>();
    let far = (sum.abs() - 0.25 * grid * given.abs()).max(0.0);
    let variance = squares * (1.0 + 0.5 * grid);
    let p = match model.reach {
        _ if model.is_normal() => tails::normal(far / variance.sqrt()),
        Some(reach) => tails::bounded(far, variance, most * reach),
        None => tails::any(far, variance),
    };
    Test::chance(name, sum / squares.sqrt(), p)
}
