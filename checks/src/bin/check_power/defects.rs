//! Defects of arrays, and the size from which on the check detects each.

use fanin::{
    GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform, Initializer, Key, Normal, Orthogonal,
    Report, Scheme, TestResult, Uniform,
};
use ndarray::{Array2, s};

/// A defect of a square array.
pub(crate) struct Defect {
    pub(crate) name: &'static str,
    scheme: fn() -> Box<dyn Scheme>,
    make: fn(&mut Array2<f32>, &Key),
    /// At this size all arrays are refused.
    pub(crate) from: usize,
}

fn multiply_rows(w: &mut Array2<f32>, rows: usize, times: f32) {
    w.slice_mut(s![..rows, ..]).mapv_inplace(|x| x * times);
}

/// A normal array of the same variance, for mixtures.
fn other(w: &Array2<f32>, key: &Key) -> Array2<f32> {
    HeNormal.init_keyed(key.child("other"), w.dim()).unwrap()
}

fn lag_rows(w: &mut Array2<f32>, distance: usize) {
    let n = w.nrows();
    for row in distance..n {
        let (before, mut here) = w.multi_slice_mut((s![row - distance, ..], s![row, ..]));
        here.zip_mut_with(&before, |x, a| {
            *x = 0.48 * a + (1.0 - 0.48_f32 * 0.48).sqrt() * *x;
        });
    }
}

/// Householder's QR as LAPACK has it, whose first reflection makes the diagonal negative: Haar's matrix
/// with the signs of its columns taken from the diagonal of the triangle.
fn qr_without_signs(w: &mut Array2<f32>, key: &Key) {
    let n = w.nrows();
    let z: Array2<f64> = Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(key.clone(), (n, n))
        .unwrap();
    let mut r = z;
    let mut vectors = Vec::new();
    for k in 0..n {
        let mut v = r.slice(s![k.., k]).to_owned();
        let norm = v.dot(&v).sqrt();
        if k + 1 == n || norm == 0.0 {
            break;
        }
        v[0] += norm.copysign(v[0]);
        let square = v.dot(&v);
        let mut rest = r.slice_mut(s![k.., k..]);
        let dots = v.dot(&rest) * (2.0 / square);
        for (mut row, v) in rest.rows_mut().into_iter().zip(&v) {
            row.scaled_add(-v, &dots);
        }
        vectors.push((v, square));
    }
    let mut q = Array2::<f64>::eye(n);
    for (k, (v, square)) in vectors.iter().enumerate().rev() {
        let mut rest = q.slice_mut(s![k.., ..]);
        let dots = v.dot(&rest) * (2.0 / square);
        for (mut row, v) in rest.rows_mut().into_iter().zip(v) {
            row.scaled_add(-v, &dots);
        }
    }
    w.assign(&q.mapv(|x| x as f32));
}

fn hadamard(w: &mut Array2<f32>, _: &Key) {
    let n = w.nrows();
    let scale = 1.0 / (n as f32).sqrt();
    for ((i, j), x) in w.indexed_iter_mut() {
        *x = if (i & j).count_ones() % 2 == 0 {
            scale
        } else {
            -scale
        };
    }
}

fn signed_permutation(w: &mut Array2<f32>, key: &Key) {
    let n = w.nrows();
    let signs: Array2<f32> = Uniform::new(-1.0, 1.0)
        .unwrap()
        .init_keyed(key.clone(), (n, 1))
        .unwrap();
    w.fill(0.0);
    for i in 0..n {
        w[[i, (5 * i + 3) % n]] = signs[[i, 0]].signum();
    }
}

pub(crate) const DEFECTS: &[Defect] = &[
    Defect {
        name: "one row copied to another",
        scheme: || Box::new(HeNormal),
        from: 8,
        make: |w, _| {
            let n = w.nrows();
            let row = w.row(0).to_owned();
            w.row_mut(n - 2).assign(&row);
        },
    },
    Defect {
        name: "one column copied, with the other sign",
        scheme: || Box::new(HeNormal),
        from: 8,
        make: |w, _| {
            let n = w.nrows();
            let column = w.column(1).mapv(|x| -x);
            w.column_mut(n - 1).assign(&column);
        },
    },
    Defect {
        name: "the second half a copy of the first",
        scheme: || Box::new(HeUniform),
        from: 8,
        make: |w, _| {
            let half = w.nrows() / 2;
            let first = w.slice(s![..half, ..]).to_owned();
            w.slice_mut(s![half..2 * half, ..]).assign(&first);
        },
    },
    Defect {
        name: "the second half minus the first",
        scheme: || Box::new(HeNormal),
        from: 8,
        make: |w, _| {
            let half = w.nrows() / 2;
            let first = w.slice(s![..half, ..]).mapv(|x| -x);
            w.slice_mut(s![half..2 * half, ..]).assign(&first);
        },
    },
    Defect {
        name: "a period of a third of the values and 7",
        scheme: || Box::new(HeNormal),
        from: 8,
        make: |w, _| {
            let period = w.len() / 3 + 7;
            let flat = w.as_slice_mut().unwrap();
            for i in period..flat.len() {
                flat[i] = flat[i - period];
            }
        },
    },
    Defect {
        name: "one row 1.5 times as large",
        scheme: || Box::new(HeNormal),
        from: 256,
        make: |w, _| multiply_rows(w, 1, 1.5),
    },
    Defect {
        name: "one row 0.6 times as large",
        scheme: || Box::new(HeUniform),
        from: 256,
        make: |w, _| multiply_rows(w, 1, 0.6),
    },
    Defect {
        name: "one column half as large",
        scheme: || Box::new(HeNormal),
        from: 128,
        make: |w, _| {
            w.column_mut(0).mapv_inplace(|x| 0.5 * x);
        },
    },
    Defect {
        name: "one row of zeros",
        scheme: || Box::new(HeNormal),
        from: 8,
        make: |w, _| multiply_rows(w, 1, 0.0),
    },
    Defect {
        name: "correlation 0.48 between rows 8 apart",
        scheme: || Box::new(HeNormal),
        from: 32,
        make: |w, _| lag_rows(w, 8),
    },
    Defect {
        name: "correlation 0.48 between rows 3 apart",
        scheme: || Box::new(HeNormal),
        from: 32,
        make: |w, _| lag_rows(w, 3),
    },
    Defect {
        name: "correlation 0.05 between neighbours",
        scheme: || Box::new(HeNormal),
        from: 128,
        make: |w, key| {
            let other = other(w, key);
            let n = w.ncols();
            for (mut row, z) in w.rows_mut().into_iter().zip(other.rows()) {
                for i in 1..n {
                    row[i] = 0.05 * row[i - 1] + 0.9987 * z[i];
                }
            }
        },
    },
    Defect {
        name: "variance 1.1 times the law's",
        scheme: || Box::new(HeNormal),
        from: 128,
        make: |w, _| w.mapv_inplace(|x| 1.1_f32.sqrt() * x),
    },
    Defect {
        name: "variance 0.97 times the law's",
        scheme: || Box::new(HeNormal),
        from: 512,
        make: |w, _| w.mapv_inplace(|x| 0.97_f32.sqrt() * x),
    },
    Defect {
        name: "mean 0.05 standard deviations",
        scheme: || Box::new(HeNormal),
        from: 256,
        make: |w, _| {
            let shift = 0.05 * (2.0 / w.ncols() as f32).sqrt();
            w.mapv_inplace(|x| x + shift);
        },
    },
    Defect {
        name: "uniform for normal",
        scheme: || Box::new(HeNormal),
        from: 64,
        make: |w, key| {
            *w = HeUniform.init_keyed(key.clone(), w.dim()).unwrap();
        },
    },
    Defect {
        name: "truncated normal for normal",
        scheme: || Box::new(HeNormal),
        from: 128,
        make: |w, key| {
            *w = HeTruncatedNormal.init_keyed(key.clone(), w.dim()).unwrap();
        },
    },
    Defect {
        name: "fans swapped by a factor of 1.25",
        scheme: || Box::new(GlorotUniform),
        from: 8,
        make: |w, _| w.mapv_inplace(|x| 1.25_f32.sqrt() * x),
    },
    Defect {
        name: "a Hadamard matrix for an orthogonal one",
        scheme: || Box::new(Orthogonal),
        from: 64,
        make: hadamard,
    },
    Defect {
        name: "a signed permutation for an orthogonal one",
        scheme: || Box::new(Orthogonal),
        from: 8,
        make: signed_permutation,
    },
    Defect {
        name: "QR without the signs for an orthogonal one",
        scheme: || Box::new(Orthogonal),
        from: 256,
        make: qr_without_signs,
    },
    Defect {
        name: "a row 0.1 % longer in an orthogonal one",
        scheme: || Box::new(Orthogonal),
        from: 8,
        make: |w, _| multiply_rows(w, 1, 1.001),
    },
];

impl Defect {
    /// The report of a good array of size n x n that got the defect.
    pub(crate) fn report(&self, n: usize, number: u64) -> Report {
        let key = Key::from_seed(21).child(self.name).child_index(n);
        let key = key.child_index(number as usize);
        let scheme = (self.scheme)();
        let mut w: Array2<f32> = scheme.init_keyed(key.clone(), (n, n)).unwrap();
        (self.make)(&mut w, &key);
        scheme.check((n, n), &w).unwrap()
    }

    /// How many of some arrays are refused, and the tests that refuse the first.
    pub(crate) fn refused(&self, n: usize, arrays: u64) -> (u64, Vec<String>) {
        let reports: Vec<_> = (0..arrays).map(|number| self.report(n, number)).collect();
        let refused = reports.iter().filter(|report| !report.passed()).count();
        let by = reports.first().into_iter().flat_map(Report::failures);
        (
            refused as u64,
            by.map(TestResult::name).map(str::to_string).collect(),
        )
    }
}
