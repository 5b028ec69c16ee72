//! The line cut into cells that are as good as equally probable.

use crate::laws::Law;

/// Cells of a law. A power of two, so that draws of a uniform law lie in equally many.
pub const CELLS: usize = 1 << 14;

/// Coarser cells, each of as many of the others, in which pairs are counted.
pub const LEVELS: usize = 64;

/// Cells of the even grid by which a draw's place is looked up, and the ends that may lie in one.
const GRID: usize = 1 << 16;
const ENDS: usize = 4;

pub struct Cells {
    /// The upper ends of all but the last, and what lies beyond for the sake of the look-up.
    ends: Vec<f64>,
    /// The first end in each cell of the grid.
    first: Vec<u16>,
    from: f64,
    inverse_step: f64,
    /// The exact mass of each cell, and up to each end.
    pub masses: Vec<f64>,
    pub below: Vec<f64>,
}

impl Cells {
    pub fn new(law: &Law) -> Self {
        let mut ends: Vec<f64> = (1..CELLS)
            .map(|i| law.between_draws(law.quantile(i as f64 / CELLS as f64)))
            .collect();
        let tails: Vec<(f64, f64)> = ends.iter().map(|&end| law.masses(end)).collect();
        let masses = (0..CELLS)
            .map(|i| {
                let before = if i == 0 { (0.0, 1.0) } else { tails[i - 1] };
                let here = tails.get(i).copied().unwrap_or((1.0, 0.0));
                if i < CELLS / 2 {
                    here.0 - before.0
                } else {
                    before.1 - here.1
                }
            })
            .collect();
        let below = tails.iter().map(|&(below, _)| below).collect();

        let (from, to) = (ends[0], ends[CELLS - 2]);
        let inverse_step = GRID as f64 / (to - from);
        let place = |x: f64| ((x - from) * inverse_step) as usize;
        // By the same arithmetic as a draw's, so that rounding cannot part the two.
        let mut first = Vec::with_capacity(GRID + 1);
        let mut next = 0;
        for cell in 0..=GRID {
            first.push(next as u16);
            let before = next;
            while next < ends.len() && place(ends[next]) <= cell {
                next += 1;
            }
            assert!(next - before <= ENDS, "too coarse a grid");
        }
        ends.extend([f64::INFINITY; ENDS]);
        Cells {
            ends,
            first,
            from,
            inverse_step,
            masses,
            below,
        }
    }

    /// The number of a draw's cell.
    #[inline]
    pub fn of(&self, x: f64) -> u16 {
        // What is below the grid becomes 0.
        let place = (((x - self.from) * self.inverse_step) as usize).min(GRID);
        let first = self.first[place];
        let ends = &self.ends[first as usize..first as usize + ENDS];
        first + ends.iter().map(|&end| u16::from(x >= end)).sum::<u16>()
    }
}

#[cfg(test)]
mod tests {
    use super::{CELLS, Cells};
    use crate::laws::Law;

    #[test]
    fn a_draw_is_found_in_the_cell_between_its_ends() {
        for law in Law::all() {
            let cells = Cells::new(&law);
            let ends = &cells.ends[..CELLS - 1];
            let step = (ends[CELLS - 2] - ends[0]) / 99_991.0;
            let even = (-100..100_100).map(|i| ends[0] + step * f64::from(i));
            let around = ends
                .iter()
                .flat_map(|&end| [end.next_down(), end, end.next_up()]);
            for x in even.chain(around).chain([-1e300, 1e300]) {
                let found = usize::from(cells.of(x));
                assert_eq!(
                    found,
                    ends.partition_point(|&end| end <= x),
                    "{}: {x}",
                    law.name
                );
            }
            let total: f64 = cells.masses.iter().sum();
            assert!((total - 1.0).abs() < 1e-12);
            assert!(
                cells
                    .masses
                    .iter()
                    .all(|mass| (mass * CELLS as f64 - 1.0).abs() < 0.01)
            );
        }
    }
}
