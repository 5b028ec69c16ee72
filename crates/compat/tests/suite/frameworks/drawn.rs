//! What is drawn here for a row, and how far its moments may be off.

use fanin::{Initializer, Key, Law, Scheme};
use ndarray::ArrayD;

use super::{LARGE, RANK};

/// Tensors of one scheme, and their moments about 0.
pub(crate) struct Drawn {
    pub(crate) n: f64,
    pub(crate) second_moment: f64,
    pub(crate) mean: f64,
    pub(crate) kurtosis: f64,
    pub(crate) zeros: f64,
    /// Those of independent units, values or tensors, of the mean, the second moment and the
    /// kurtosis.
    pub(crate) deviations: [f64; 3],
    pub(crate) units: f64,
    pub(crate) is_elementwise: bool,
    pub(crate) is_random: bool,
    /// The largest sizes, in falling order.
    pub(crate) largest: Vec<f64>,
}

impl Drawn {
    pub(crate) fn new(
        scheme: &dyn Scheme,
        law: &Law,
        shape: &[usize],
        row_n: f64,
        key: &Key,
    ) -> Self {
        let size: usize = shape.iter().product();
        let draw = |index: usize| -> ArrayD<f32> {
            scheme.init_keyed(key.child_index(index), shape).unwrap()
        };
        let is_random = draw(0) != draw(1);
        let is_elementwise = law.is_elementwise() && is_random;
        // Enough tensors to tell how they differ, where they are the units: of 32, an error that is
        // estimated is allowed 9.1 times for a known one's 6.3, of 16 it would be 14.5 times.
        let least = if is_elementwise { 1 } else { 32 };
        let tensors = LARGE.min(row_n as usize).div_ceil(size).max(least);
        let arrays: Vec<ArrayD<f32>> = (0..tensors).map(draw).collect();
        let n = (tensors * size) as f64;

        let (mut sums, mut zeros) = ([0.0; 3], 0.0);
        let mut sizes = Vec::with_capacity(tensors * size);
        for array in &arrays {
            for &value in array {
                let x = f64::from(value);
                sums[0] += x;
                sums[1] += x * x;
                sums[2] += x * x * x * x;
                if x == 0.0 {
                    zeros += 1.0;
                }
                sizes.push(x.abs());
            }
        }
        let [mean, second, fourth] = sums.map(|sum| sum / n);
        let kurtosis = fourth / (second * second);

        // To first order, the kurtosis moves with x^4 / m2^2 - 2 kurtosis x^2 / m2.
        let terms = |x: f64| {
            let square = x * x / second;
            [x, x * x, square * square - 2.0 * kurtosis * square]
        };
        let mut spread = Spread::default();
        for array in &arrays {
            let mut means = [0.0; 3];
            for &value in array {
                let terms = terms(f64::from(value));
                if is_elementwise {
                    spread.add(terms);
                } else {
                    for (mean, term) in means.iter_mut().zip(terms) {
                        *mean += term / size as f64;
                    }
                }
            }
            if !is_elementwise {
                spread.add(means);
            }
        }
        sizes.sort_unstable_by(|a, b| b.total_cmp(a));
        sizes.truncate(RANK);
        Drawn {
            n,
            second_moment: second,
            mean,
            kurtosis,
            zeros: zeros / n,
            deviations: spread.deviations(),
            units: if is_elementwise { n } else { tensors as f64 },
            is_elementwise,
            is_random,
            largest: sizes,
        }
    }

    /// The standard errors of as many values as a row has.
    pub(crate) fn errors(&self, n: f64) -> [f64; 3] {
        let units = n * self.units / self.n;
        self.deviations.map(|deviation| deviation / units.sqrt())
    }
}

/// Sums of independent terms and of their squares, after the first is taken away.
#[derive(Default)]
struct Spread {
    count: f64,
    origin: Option<[f64; 3]>,
    sums: [f64; 3],
    squares: [f64; 3],
}

impl Spread {
    fn add(&mut self, terms: [f64; 3]) {
        let origin = *self.origin.get_or_insert(terms);
        self.count += 1.0;
        for i in 0..3 {
            let term = terms[i] - origin[i];
            self.sums[i] += term;
            self.squares[i] += term * term;
        }
    }

    fn deviations(&self) -> [f64; 3] {
        let n = self.count;
        std::array::from_fn(|i| {
            let mean = self.sums[i] / n;
            ((self.squares[i] / n - mean * mean).max(0.0) * n / (n - 1.0)).sqrt()
        })
    }
}
