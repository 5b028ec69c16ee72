//! Values at a distance along an axis.

use super::lanes::{self, ROUNDED, Standard};
use super::model::Model;
use super::read::Values;
use super::report::TestResult;
use super::{tails, threads};
use crate::engine::Element;

/// Values that are gathered together, about, and the longest stretch of an axis among them if
/// others lie between its places.
const GATHERED: usize = 1 << 16;
const STRETCH: usize = 1 << 10;

/// Values that lie together in memory, at least, where there are any between the places of an axis.
const TOGETHER: usize = 64;

/// About how many values of a larger array are read, in tasks that are spread evenly.
const LOOKED_AT: usize = 1 << 22;

/// Values that are read at a time.
const BLOCK: usize = 2048;

/// Sums that are added up separately.
const PIECES: usize = 256;

/// The distances that are tested: powers of 2, and 3 and 6.
fn distances(len: usize) -> Vec<usize> {
    let powers = (3..usize::BITS - 1).map(|power| 1 << power);
    let all = [1, 2, 3, 4, 6].into_iter().chain(powers);
    all.take_while(|&far| far < len).collect()
}

/// The sums of the products of values at a distance along an axis, of all distances the one that is
/// furthest out.
///
/// The axis is divided into blocks as long as the distance. Values of every second block are each
/// multiplied by the sum of their two neighbours at the distance, which lie in the other blocks. Given
/// those, it is a sum of independent values whose variance is known: of a normal law it is normal,
/// however few they are.
pub(super) fn test<F: Element>(model: &Model, values: &Values<'_, F>, axis: usize) -> TestResult {
    let name = format!("correlation, axis {axis}");
    let Some(standard) = model.standard else {
        return TestResult::not_known(name, "of this law");
    };
    let plan = Plan::new(values.shape(), axis);
    if plan.len < 2 || values.len() == 0 {
        return TestResult::not_known(name, "no neighbours");
    }
    let distances = distances(plan.stretch);
    let mask = |distance: &usize| lanes::mask(distance * plan.usual());
    let masks: Vec<_> = distances.iter().map(mask).collect();
    let all = plan.tasks();
    let share = LOOKED_AT as f64 / values.len() as f64;
    let tasks = ((all as f64 * share).ceil() as usize).clamp(1, all);
    let pieces = tasks.min(PIECES);
    let sums = threads::map(pieces, |number| {
        let mut sums = vec![[0.0_f64; 2]; distances.len()];
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for task in threads::piece(tasks, pieces, number) {
            let task = threads::piece(all, tasks, task).start;
            let width = plan.gather(values, task, standard, &mut x, &mut y);
            for ((distance, mask), sums) in distances.iter().zip(&masks).zip(&mut sums) {
                if distance * width < y.len() {
                    let own;
                    let mask = if width == plan.usual() {
                        mask
                    } else {
                        own = lanes::mask(distance * width);
                        &own
                    };
                    lanes::lagged(&y, distance * width, mask, sums);
                }
            }
        }
        sums
    });
    let mut worst = (1.0, 0.0, 0);
    let n = values.len().min(2 * LOOKED_AT) as f64;
    // Rounding to a coarse grid moves the mean a little, and widens.
    let grid = model.coarseness::<F>() * model.coarseness::<F>();
    let shift = 0.25 * grid + model.shift;
    for (number, &distance) in distances.iter().enumerate() {
        let (mut sum, mut squares) = (0.0, 0.0);
        for piece in &sums {
            sum += piece[number][0];
            squares += piece[number][1];
        }
        if squares == 0.0 {
            continue;
        }
        // And so does the arithmetic in f32, by a few units of the sizes of the products.
        let size = (n * squares).sqrt();
        let far = (sum.abs() - (shift + ROUNDED) * size).max(0.0);
        let variance = squares * (1.0 + 0.5 * grid);
        let p = match model.reach {
            _ if model.is_normal() => tails::normal(far / variance.sqrt()),
            Some(reach) => tails::bounded(far, variance, 2.0 * reach * reach),
            None => tails::any(far, variance),
        };
        if p < worst.0 {
            worst = (p, sum / squares.sqrt(), distance);
        }
    }
    let (p, statistic, distance) = worst;
    let test = TestResult::chance(name, statistic, (p * distances.len() as f64).min(1.0));
    match distance {
        0 => test,
        _ if tasks < all => test.note(format!("distance {distance}, {tasks} of {all} pieces")),
        _ => test.note(format!("distance {distance}")),
    }
}

/// How the values along an axis are gathered: place by place, with as many side by side as are of
/// other axes.
struct Plan {
    outer: usize,
    len: usize,
    inner: usize,
    /// Places of the axis that are gathered together.
    stretch: usize,
    /// Places of the axes inside that are.
    width: usize,
    /// Places of the axes outside that are.
    group: usize,
}

impl Plan {
    fn new(shape: &[usize], axis: usize) -> Self {
        let outer: usize = shape[..axis].iter().product();
        let inner: usize = shape[axis + 1..].iter().product();
        let len = shape[axis];
        let (stretch, width, group) = if len.saturating_mul(inner) < 1024 {
            (
                len,
                inner,
                (4 * 1024 / (len * inner).max(1)).clamp(1, outer.max(1)),
            )
        } else if inner < TOGETHER {
            (len.min(GATHERED / inner.max(1)), inner, 1)
        } else {
            let stretch = len.min(STRETCH);
            (stretch, (GATHERED / stretch).max(TOGETHER).min(inner), 1)
        };
        Plan {
            outer,
            len,
            inner,
            stretch: stretch.max(1),
            width: width.max(1),
            group: group.max(1),
        }
    }

    fn tasks(&self) -> usize {
        self.outer.div_ceil(self.group) * self.len.div_ceil(self.stretch) * self.strips()
    }

    fn strips(&self) -> usize {
        self.inner.div_ceil(self.width)
    }

    /// How many values most tasks have for a place of the axis.
    fn usual(&self) -> usize {
        self.group * self.width
    }

    /// Gathers the standardised values of a task in `y`, and gives how many there are for a place of
    /// the axis.
    fn gather<F: Element>(
        &self,
        values: &Values<'_, F>,
        task: usize,
        standard: Standard,
        x: &mut Vec<f64>,
        y: &mut Vec<f32>,
    ) -> usize {
        let (rest, strip) = (task / self.strips(), task % self.strips());
        let stretches = self.len.div_ceil(self.stretch);
        let (outer, stretch) = (rest / stretches * self.group, rest % stretches);
        let group = self.group.min(self.outer - outer);
        let (first, column) = (stretch * self.stretch, strip * self.width);
        let places = self.stretch.min(self.len - first);
        let width = self.width.min(self.inner - column);
        y.resize(places * width * group, 0.0);
        if group == 1 {
            // Some rows at a time, of which each lies together.
            let rows = (BLOCK / width).clamp(1, places);
            let together = if width == self.inner { rows } else { 1 };
            x.resize(rows * width, 0.0);
            for (number, y) in y.chunks_mut(rows * width).enumerate() {
                let x = &mut x[..y.len()];
                let from = (outer * self.len + first + number * rows) * self.inner + column;
                for (row, x) in x.chunks_mut(together * width).enumerate() {
                    values.read(from + row * together * self.inner, x);
                }
                lanes::standardise(x, standard, y);
            }
            return width;
        }
        x.resize(places * width * group, 0.0);
        values.read(outer * self.len * self.inner, x);
        for (number, x) in x.chunks_exact(places * width).enumerate() {
            for (place, x) in x.chunks_exact(width).enumerate() {
                let at = (place * group + number) * width;
                lanes::standardise(x, standard, &mut y[at..at + width]);
            }
        }
        group * width
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array;

    use super::{Plan, Standard, distances};
    use crate::check::read::Values;

    /// So that no value is further out than what is kept.
    const UNIT: Standard = Standard {
        centre: 0.0,
        mean: 0.0,
        inverse: 1e-6,
    };

    #[test]
    fn every_value_is_gathered_once_at_its_place() {
        for shape in [
            vec![5],
            vec![70_000],
            vec![3, 5000],
            vec![5000, 40],
            vec![9000, 17],
            vec![600, 3, 3],
            vec![2, 3, 4, 5],
            vec![40, 100, 70],
        ] {
            let len: usize = shape.iter().product();
            let values = Array::from_iter((0..len).map(|i| i as f32));
            let array = values.into_shape_with_order(shape.clone()).unwrap();
            let view = array.view();
            let values = Values::new(&view);
            for axis in 0..shape.len() {
                let plan = Plan::new(&shape, axis);
                let inner: usize = shape[axis + 1..].iter().product();
                let (mut x, mut y) = (Vec::new(), Vec::new());
                let mut seen = vec![false; len];
                for task in 0..plan.tasks() {
                    let width = plan.gather(&values, task, UNIT, &mut x, &mut y);
                    for (at, &value) in y.iter().enumerate() {
                        let index = (value * 1e6).round() as usize;
                        assert!(!seen[index]);
                        seen[index] = true;
                        let place = index / inner % shape[axis];
                        assert_eq!(place % plan.stretch, at / width);
                    }
                }
                assert!(seen.iter().all(|&seen| seen), "{shape:?} {axis}");
            }
        }
    }

    #[test]
    fn distances_grow_with_the_axis() {
        assert_eq!(distances(2), [1]);
        assert_eq!(distances(20), [1, 2, 3, 4, 6, 8, 16]);
        assert_eq!(distances(4096).last(), Some(&2048));
    }
}
