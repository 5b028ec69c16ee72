//! Haar's law: orthogonal matrices of one shape, and of each a statistic or two.
//!
//! Every rate of false alarms is a bound for the number of matrices at hand; see `crate::common::evidence`.

use std::sync::OnceLock;

use crate::common::{
    evidence::{FALSE_ALARMS, bernstein, kolmogorov, rejected},
    key,
};
use fanin::{Axis, Initializer, Normal, Orthogonal};
use ndarray::{Array2, Array3, s};
use statrs::distribution::{Beta, ContinuousCDF};

const MATRICES: usize = 4000;

/// The number of matrices for the control, whose errors are large.
const WRONG: usize = 1000;

/// Matrices, and the negative control: a plain product of reflections, which is what a QR
/// factorisation of a normal matrix gives that does not ask for a positive diagonal.
struct Sample {
    q: Vec<Array2<f64>>,
    raw: Vec<Array2<f64>>,
}

/// The matrices of one shape, as those of a batch. Made once for all tests.
fn sample(shape: (usize, usize)) -> &'static Sample {
    const SHAPES: [(usize, usize); 7] = [(1, 1), (2, 2), (3, 3), (5, 5), (8, 8), (2, 7), (6, 3)];
    static SAMPLES: [OnceLock<Sample>; 7] = [const { OnceLock::new() }; 7];
    let number = SHAPES.iter().position(|known| *known == shape).unwrap();
    SAMPLES[number].get_or_init(|| {
        let batch = [
            Axis::Batch(MATRICES),
            Axis::Output(shape.0),
            Axis::Input(shape.1),
        ];
        let key = key("haar").child_index(number);
        let all = Orthogonal.init_keyed::<f32, _>(key.clone(), batch).unwrap();
        let all: Array3<f32> = all.into_dimensionality().unwrap();
        let tall = (shape.0.max(shape.1), shape.0.min(shape.1));
        let normals: Array3<f64> = Normal::new(0.0, 1.0)
            .and_then(|normal| normal.init_keyed(key.child("raw"), (WRONG, tall.0, tall.1)))
            .unwrap();
        let raw = normals.outer_iter().map(|normals| {
            let raw = reflections(normals.to_owned());
            match shape.0 < shape.1 {
                true => raw.reversed_axes(),
                false => raw,
            }
        });
        Sample {
            q: all.outer_iter().map(|q| q.mapv(f64::from)).collect(),
            raw: raw.collect(),
        }
    })
}

/// The first columns of the product of the reflections that make a tall matrix triangular. A column
/// of one element needs none.
fn reflections(mut a: Array2<f64>) -> Array2<f64> {
    let (long, short) = a.dim();
    let mut vectors = Vec::new();
    for i in 0..short.min(long - 1) {
        let mut v = a.slice(s![i.., i]).to_owned();
        let norm = v.dot(&v).sqrt();
        v[0] += norm.copysign(v[0]);
        v *= (2.0 / v.dot(&v)).sqrt();
        reflect(&mut a, i, &v);
        vectors.push(v);
    }
    let mut q = Array2::from_shape_fn((long, short), |(r, c)| f64::from(u8::from(r == c)));
    for (i, v) in vectors.iter().enumerate().rev() {
        reflect(&mut q, i, v);
    }
    q
}

/// `1 - v v'` from the left on the rows from `i` on.
fn reflect(a: &mut Array2<f64>, i: usize, v: &ndarray::Array1<f64>) {
    for mut column in a.columns_mut() {
        let mut below = column.slice_mut(s![i..]);
        let product = below.dot(v);
        below.scaled_add(-product, v);
    }
}

/// An element `x` of a unit vector that is uniform on the sphere: `(1 + x) / 2` is Beta distributed
/// with both parameters `(n - 1) / 2`.
#[test]
fn elements_are_those_of_uniform_unit_vectors() {
    let judge = |sample: &[Array2<f64>], at: (usize, usize), n: f64| {
        let beta = Beta::new((n - 1.0) / 2.0, (n - 1.0) / 2.0).unwrap();
        let cdf = |x: f64| beta.cdf(((1.0 + x) / 2.0).clamp(0.0, 1.0));
        let values = sample.iter().map(|q| q[at]).collect();
        kolmogorov(values, cdf, FALSE_ALARMS / 12.0)
    };
    let reason = "largest distance";
    for shape in [(5, 5), (2, 7), (6, 3)] {
        let Sample { q, raw } = sample(shape);
        let n = shape.0.max(shape.1) as f64;
        let (last_row, last_column) = (shape.0 - 1, shape.1 - 1);
        for at in [
            (0, 0),
            (last_row, 0),
            (0, last_column),
            (last_row, last_column),
        ] {
            judge(q, at, n).unwrap();
        }
        // Controls: without signs, and the law for twice as many rows.
        rejected(judge(raw, (0, 0), n), reason);
        rejected(judge(q, (0, 0), 2.0 * n), reason);
    }
}

/// The fourth moment of `sqrt(n) x` is `3 n / (n + 2)`, its eighth `105 n^3 / ((n + 2) (n + 4) (n + 6))`.
#[test]
fn kurtosis_of_an_element() {
    let q = &sample((5, 5)).q;
    let fourth = 3.0 * 5.0 / 7.0;
    let eighth = 105.0 * 125.0 / (7.0 * 9.0 * 11.0);
    let judge = |claimed: f64| {
        let fourths = q.iter().map(|q| (5.0 * q[(1, 3)] * q[(1, 3)]).powi(2));
        let moments = [claimed, eighth - fourth * fourth, 25.0 - fourth];
        bernstein(fourths, moments, FALSE_ALARMS)
    };
    judge(fourth).unwrap();
    rejected(judge(3.0), "mean of 4000 values");
}

/// A rotation of space by the angle `t` has the density `(1 - cos t) / pi`; its eigenvalues are 1
/// and `exp(+-i t)`, and its trace `1 + 2 cos t`. In the plane `t` is uniform.
#[test]
fn eigenvalue_angles() {
    let pi = std::f64::consts::PI;
    let reason = "largest distance";
    let space = |sample: &[Array2<f64>]| {
        let angles = sample.iter().map(|q| {
            let trace = q.diag().sum() * determinant(q).signum();
            ((trace - 1.0) / 2.0).clamp(-1.0, 1.0).acos()
        });
        kolmogorov(angles.collect(), |t| (t - t.sin()) / pi, FALSE_ALARMS / 2.0)
    };
    let Sample { q, raw } = sample((3, 3));
    space(q).unwrap();
    rejected(space(raw), reason);

    let Sample { q, raw } = sample((2, 2));
    let rotations = |sample: &[Array2<f64>]| -> Vec<f64> {
        let rotations = sample.iter().filter(|q| determinant(q) > 0.0);
        rotations.map(|q| q[(1, 0)].atan2(q[(0, 0)])).collect()
    };
    let plane =
        |angles: Vec<f64>| kolmogorov(angles, |t| (t + pi) / (2.0 * pi), FALSE_ALARMS / 2.0);
    // Half of them are rotations, and without signs none.
    let angles = rotations(q);
    assert!(angles.len() > MATRICES / 4);
    plane(angles.clone()).unwrap();
    assert!(rotations(raw).is_empty());
    rejected(plane(angles.iter().map(|t| t.abs()).collect()), reason);
}

/// `tr Q^k` has the mean 1 for even `k` and 0 for odd, and the variance `k`, for `n >= 2 k`; and for
/// `n >= 4 k` the fourth moment of the normal law (P. Diaconis and M. Shahshahani, "On the
/// eigenvalues of random matrices", J. Appl. Probab. 31A, 1994). It is at most n.
#[test]
fn traces_of_powers() {
    let judge = |sample: &[Array2<f64>], k: u32| {
        let traces = sample.iter().map(|q| {
            let power = (1..k).fold(q.clone(), |power, _| power.dot(q));
            power.diag().sum()
        });
        let mean = if k % 2 == 0 { 1.0 } else { 0.0 };
        let variance = f64::from(k);
        let squares = traces.clone().map(|trace| (trace - mean).powi(2));
        bernstein(traces, [mean, variance, 8.0 + mean], FALSE_ALARMS / 6.0)?;
        if k > 2 {
            return Ok(());
        }
        let most = (8.0 + mean).powi(2);
        let moments = [variance, 2.0 * variance * variance, most];
        bernstein(squares, moments, FALSE_ALARMS / 6.0)
    };
    let Sample { q, raw } = sample((8, 8));
    for k in 1..=4 {
        judge(q, k).unwrap();
    }
    rejected(judge(raw, 1), "mean of 1000 values");
}

#[test]
fn determinants_have_either_sign() {
    for n in [1, 2, 5, 8] {
        let Sample { q, raw } = sample((n, n));
        let judge = |sample: &[Array2<f64>]| {
            let signs = sample.iter().map(|q| determinant(q).signum());
            bernstein(signs, [0.0, 1.0, 1.0], FALSE_ALARMS / 4.0)
        };
        judge(q).unwrap();
        rejected(judge(raw), "mean of 1000 values");
    }
}

/// By elimination with pivots.
fn determinant(q: &Array2<f64>) -> f64 {
    let mut a = q.clone();
    let n = a.nrows();
    let mut determinant = 1.0;
    for k in 0..n {
        let pivot = (k..n)
            .max_by(|&i, &j| a[(i, k)].abs().total_cmp(&a[(j, k)].abs()))
            .unwrap();
        if pivot != k {
            for j in 0..n {
                a.swap((pivot, j), (k, j));
            }
            determinant = -determinant;
        }
        determinant *= a[(k, k)];
        for i in k + 1..n {
            let factor = a[(i, k)] / a[(k, k)];
            for j in k..n {
                a[(i, j)] -= factor * a[(k, j)];
            }
        }
    }
    determinant
}
