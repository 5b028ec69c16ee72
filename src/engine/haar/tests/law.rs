//! Haar's law: matrices of one shape, and of each a statistic or two.

use std::sync::OnceLock;

use ndarray::{Array2, Axis};
use statrs::{
    distribution::{Beta, ContinuousCDF},
    function::erf::erfc,
};

use super::{draws, fill_orthogonal, key, tall};

/// The rate of false alarms of each test below, to be shared by its cases.
const FALSE_ALARMS: f64 = 1e-6;

const MATRICES: usize = 4000;

/// Matrices, and the same without signs, the plain product of reflections, which is what a QR
/// factorisation gives that does not ask for a positive diagonal: the negative control.
struct Sample {
    q: Vec<Array2<f64>>,
    raw: Vec<Array2<f64>>,
}

/// The matrices of one shape, as those of a batch: each takes the draws after those of the one
/// before. Made once for all tests.
fn sample(shape: (usize, usize)) -> &'static Sample {
    const SHAPES: [(usize, usize); 7] = [(1, 1), (2, 2), (3, 3), (5, 5), (8, 8), (2, 7), (6, 3)];
    static SAMPLES: [OnceLock<Sample>; 7] = [const { OnceLock::new() }; 7];
    let number = SHAPES.iter().position(|known| *known == shape).unwrap();
    SAMPLES[number].get_or_init(|| {
        let (long, short) = tall(shape);
        let all = draws::<f32>((MATRICES, long * short), &key(shape));
        let matrices = all.chunks_exact(long * short).map(|draws| {
            let normals = |start: u64, out: &mut [f32]| {
                out.copy_from_slice(&draws[start as usize..][..out.len()]);
            };
            let mut q = Array2::zeros(shape);
            fill_orthogonal(q.view_mut(), || &normals, f64::from);
            let mut raw = q.clone();
            for i in 0..short {
                let column = Axis(usize::from(shape.0 >= shape.1));
                // A reflection has turned the first element's sign, unless it is the only one.
                if (draws[i * long + i] < 0.0) == (i == long - 1) {
                    raw.index_axis_mut(column, i).mapv_inplace(|x| -x);
                }
            }
            (q, raw)
        });
        let (q, raw) = matrices.unzip();
        Sample { q, raw }
    })
}

/// Kolmogorov and Smirnov's test; its rate of false alarms is a bound for every size (P. Massart,
/// "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Ann. Probab. 18, 1990).
fn follows(mut values: Vec<f64>, cdf: impl Fn(f64) -> f64, false_alarms: f64) -> bool {
    let n = values.len() as f64;
    values.sort_unstable_by(f64::total_cmp);
    let distance = values
        .iter()
        .enumerate()
        .fold(0.0, |distance: f64, (rank, &x)| {
            let (rank, expected) = (rank as f64, cdf(x));
            distance
                .max((rank + 1.0) / n - expected)
                .max(expected - rank / n)
        });
    distance <= ((2.0 / false_alarms).ln() / (2.0 * n)).sqrt()
}

/// Whether the mean of values of this mean and variance is where it should be, by the normal law:
/// for 4000 values of at most the skewness and kurtosis that are met here, the rate is within a
/// factor of 10 of what is stated.
fn has_mean(
    values: impl Iterator<Item = f64>,
    mean: f64,
    variance: f64,
    false_alarms: f64,
) -> bool {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    let z = (values.iter().sum::<f64>() - n * mean) / (n * variance).sqrt();
    erfc(z.abs() / std::f64::consts::SQRT_2) > false_alarms
}

/// An element `x` of a unit vector that is uniform on the sphere: `(1 + x) / 2` is Beta distributed
/// with both parameters `(n - 1) / 2`, and so `x^2` with 1/2 and that.
#[test]
fn elements_are_those_of_uniform_unit_vectors() {
    for shape in [(5, 5), (2, 7), (6, 3)] {
        let Sample { q, raw } = sample(shape);
        let n = tall(shape).0 as f64;
        let beta = Beta::new((n - 1.0) / 2.0, (n - 1.0) / 2.0).unwrap();
        let judge = |sample: &[Array2<f64>], at: (usize, usize)| {
            let values = sample.iter().map(|q| q[at]).collect();
            follows(
                values,
                |x| beta.cdf(((1.0 + x) / 2.0).clamp(0.0, 1.0)),
                FALSE_ALARMS / 12.0,
            )
        };
        let (last_row, last_column) = (shape.0 - 1, shape.1 - 1);
        for at in [
            (0, 0),
            (last_row, 0),
            (0, last_column),
            (last_row, last_column),
        ] {
            assert!(judge(q, at), "{shape:?}: {at:?}");
        }
        assert!(!judge(raw, (0, 0)), "{shape:?}: without signs");
        // The law for twice as many rows.
        let beta = Beta::new(n - 0.5, n - 0.5).unwrap();
        let values = q.iter().map(|q| q[(0, 0)]).collect();
        let other = follows(
            values,
            |x| beta.cdf(((1.0 + x) / 2.0).clamp(0.0, 1.0)),
            FALSE_ALARMS,
        );
        assert!(!other, "{shape:?}: twice the rows");
    }
}

/// The fourth moment of `sqrt(n) x` is `3 n / (n + 2)`, its eighth `105 n^3 / ((n + 2) (n + 4) (n + 6))`.
#[test]
fn kurtosis_of_an_element() {
    let q = &sample((5, 5)).q;
    let fourth = 3.0 * 5.0 / 7.0;
    let eighth = 105.0 * 125.0 / (7.0 * 9.0 * 11.0);
    let judge = |claimed| {
        let fourths = q.iter().map(|q| (5.0 * q[(1, 3)] * q[(1, 3)]).powi(2));
        has_mean(fourths, claimed, eighth - fourth * fourth, FALSE_ALARMS)
    };
    assert!(judge(fourth));
    assert!(!judge(3.0));
}

/// A rotation of space by the angle `t` has the density `(1 - cos t) / pi`; its eigenvalues are 1
/// and `exp(+-i t)`, and its trace `1 + 2 cos t`. In the plane `t` is uniform.
#[test]
fn eigenvalue_angles() {
    let pi = std::f64::consts::PI;
    let space = |sample: &[Array2<f64>]| {
        let angles = sample.iter().map(|q| {
            let trace = q.diag().sum() * determinant(q).signum();
            ((trace - 1.0) / 2.0).clamp(-1.0, 1.0).acos()
        });
        follows(angles.collect(), |t| (t - t.sin()) / pi, FALSE_ALARMS / 2.0)
    };
    let Sample { q, raw } = sample((3, 3));
    assert!(space(q));
    assert!(!space(raw));

    let Sample { q, raw } = sample((2, 2));
    let plane = |sample: &[Array2<f64>]| {
        let rotations = sample.iter().filter(|q| determinant(q) > 0.0);
        let angles: Vec<f64> = rotations.map(|q| q[(1, 0)].atan2(q[(0, 0)])).collect();
        // Half of them, and without signs none.
        angles.len() > 1000 && follows(angles, |t| (t + pi) / (2.0 * pi), FALSE_ALARMS / 2.0)
    };
    assert!(plane(q));
    assert!(!plane(raw));
}

/// `tr Q^k` has the mean 1 for even `k` and 0 for odd, and the variance `k`, for `n >= 2 k`
/// (P. Diaconis and M. Shahshahani, "On the eigenvalues of random matrices", J. Appl. Probab. 31A,
/// 1994).
#[test]
fn traces_of_powers() {
    let judge = |sample: &[Array2<f64>]| {
        (1..=4).all(|k| {
            let traces = sample.iter().map(|q| {
                let power = (1..k).fold(q.clone(), |power, _| power.dot(q));
                power.diag().sum()
            });
            let mean = if k % 2 == 0 { 1.0 } else { 0.0 };
            let squares = traces.clone().map(|trace| (trace - mean).powi(2));
            // The fourth moment is the normal one for the k at hand, but for k = 3 and 4: where
            // n < 4 k it is not known to be, and is not looked at.
            let variance = f64::from(k);
            has_mean(traces, mean, variance, FALSE_ALARMS / 6.0)
                && (k > 2
                    || has_mean(
                        squares,
                        variance,
                        2.0 * variance * variance,
                        FALSE_ALARMS / 6.0,
                    ))
        })
    };
    let Sample { q, raw } = sample((8, 8));
    assert!(judge(q));
    assert!(!judge(raw));
}

#[test]
fn determinants_have_either_sign() {
    for n in [1, 2, 5, 8] {
        let Sample { q, raw } = sample((n, n));
        let judge = |sample: &[Array2<f64>]| {
            let signs = sample.iter().map(|q| determinant(q).signum());
            has_mean(signs, 0.0, 1.0, FALSE_ALARMS / 4.0)
        };
        assert!(judge(q));
        assert!(!judge(raw));
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
