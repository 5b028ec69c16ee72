//! The blocked product against its specification, and the law against Haar's.

use ndarray::{Array2, Array3, Axis};
use statrs::{
    distribution::{Beta, ContinuousCDF},
    function::erf::erfc,
};

use super::{
    fill,
    reference::{specified, textbook},
};
use crate::{
    Key,
    engine::{Draw, source::Normals},
};

/// The rate of false alarms of each test below, to be shared by its cases.
const FALSE_ALARMS: f64 = 1e-6;

fn haar<D: Draw>((rows, columns): (usize, usize), key: &Key) -> Array2<D> {
    let mut q = Array2::zeros((rows, columns));
    let source = Normals::<D>::new(key);
    let normals = |start, out: &mut [D]| source.read(0.0, 1.0, start, out);
    fill(q.view_mut(), normals, |x| x);
    q
}

/// Draws by position, as many as a matrix of that shape may take.
fn draws<D: Draw>(shape: (usize, usize), key: &Key) -> Vec<D> {
    let mut draws = vec![D::zero(); shape.0 * shape.1];
    Normals::<D>::new(key).read(0.0, 1.0, 0, &mut draws);
    draws
}

fn key(shape: (usize, usize)) -> Key {
    Key::from_seed(5)
        .child_index(shape.0 as u64)
        .child_index(shape.1 as u64)
}

fn tall((rows, columns): (usize, usize)) -> (usize, usize) {
    (rows.max(columns), rows.min(columns))
}

/// Ends of tiles, panels and blocks and what is next to them, primes, and both orientations.
const SHAPES: [(usize, usize); 32] = [
    (1, 1),
    (1, 2),
    (2, 1),
    (1, 70),
    (70, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (5, 3),
    (3, 5),
    (7, 7),
    (8, 31),
    (33, 8),
    (15, 16),
    (31, 31),
    (32, 32),
    (33, 33),
    (63, 63),
    (64, 64),
    (65, 65),
    (64, 65),
    (65, 64),
    (66, 130),
    (96, 96),
    (97, 97),
    (127, 128),
    (129, 129),
    (131, 61),
    (64, 200),
    (193, 193),
    (200, 97),
    (257, 129),
];

fn defect<D: Draw>(q: &Array2<D>) -> f64 {
    let q = q.mapv(|x| x.to_f64().unwrap());
    let short = if q.nrows() < q.ncols() {
        q.dot(&q.t())
    } else {
        q.t().dot(&q)
    };
    let defect = &short - &Array2::<f64>::eye(short.nrows());
    defect.iter().fold(0.0, |most, x| x.abs().max(most))
}

fn bits_are_the_specified<D: Draw>() {
    for shape in SHAPES {
        let q = haar::<D>(shape, &key(shape));
        let (long, short) = tall(shape);
        let draws = draws::<D>(shape, &key(shape));
        let expected = specified((long, short), |at| draws[at as usize]);
        let q = if shape.0 < shape.1 {
            q.reversed_axes()
        } else {
            q
        };
        assert_eq!(q.dim(), expected.dim());
        for (index, expected) in expected.indexed_iter() {
            // Bits, but for those that no finite number has.
            assert_eq!(
                q[index].integer_decode(),
                expected.integer_decode(),
                "{shape:?}, {index:?}"
            );
        }
    }
}

#[test]
fn bits_are_the_specified_in_f32() {
    bits_are_the_specified::<f32>();
}

#[test]
fn bits_are_the_specified_in_f64() {
    bits_are_the_specified::<f64>();
}

/// The error is that of the columns' own elements, whose size is at most 1, and not of how many
/// reflections there are.
#[test]
fn values_are_those_of_a_textbook() {
    fn check<D: Draw>(tolerance: f64) {
        for shape in SHAPES {
            let q = haar::<D>(tall(shape), &key(shape));
            let draws = draws::<D>(shape, &key(shape));
            let expected = textbook(tall(shape), |at| draws[at as usize]);
            for (q, expected) in q.iter().zip(&expected) {
                let error = (q.to_f64().unwrap() - expected).abs();
                assert!(error < tolerance, "{shape:?}: {q}, not {expected}");
            }
        }
    }
    check::<f32>(2e-6);
    check::<f64>(4e-15);
}

#[test]
fn columns_are_orthonormal() {
    for shape in SHAPES.into_iter().chain([(512, 512), (700, 90), (90, 700)]) {
        let defects = [
            defect(&haar::<f32>(shape, &key(shape))),
            defect(&haar::<f64>(shape, &key(shape))),
        ];
        assert!(
            defects[0] < 1e-6 && defects[1] < 4e-15,
            "{shape:?}: {defects:?}"
        );
    }
    // The check can fail.
    let mut q = haar::<f32>((64, 64), &key((64, 64)));
    q[(3, 5)] += 1e-5;
    assert!(defect(&q) > 1e-6);
}

#[test]
fn wide_is_the_transpose_of_tall() {
    for shape in SHAPES {
        let (wide, tall) = (
            haar::<f32>((shape.1, shape.0), &key(shape)),
            haar::<f32>(shape, &key(shape)),
        );
        if shape.0 != shape.1 {
            assert_eq!(wide.reversed_axes(), tall);
        }
    }
}

#[test]
fn nothing_to_fill() {
    for shape in [(0, 0), (0, 3), (3, 0)] {
        assert_eq!(haar::<f32>(shape, &key(shape)).dim(), shape);
    }
}

#[test]
fn one_element_is_a_sign() {
    let signs: Vec<f32> = (0..64)
        .map(|seed| haar::<f32>((1, 1), &Key::from_seed(seed))[(0, 0)])
        .collect();
    assert!(signs.iter().all(|x| x.abs() == 1.0));
    assert!(signs.contains(&1.0) && signs.contains(&-1.0));
}

#[test]
fn draws_of_zero_give_columns_of_the_identity() {
    for zeros in [0..1, 3..4, 0..5] {
        let mut q = Array2::<f32>::zeros((9, 5));
        let draws = draws::<f32>((9, 5), &Key::from_seed(8));
        let normals = |start: u64, out: &mut [f32]| {
            let start = start as usize;
            out.copy_from_slice(&draws[start..start + out.len()]);
            if zeros.contains(&(start / 9)) {
                out.fill(0.0);
            }
        };
        fill(q.view_mut(), normals, |x| x);
        assert!(defect(&q) < 1e-6);
        if zeros.len() == 5 {
            for ((r, j), x) in q.indexed_iter() {
                assert_eq!(*x, f32::from(u8::from(r == j)));
            }
        }
    }
}

#[test]
fn positions_are_fewer_than_elements() {
    for shape in [(1, 1), (130, 130), (150, 70), (70, 150)] {
        let last = std::sync::atomic::AtomicU64::new(0);
        let mut q = Array2::<f32>::zeros(shape);
        let normals = |start, out: &mut [f32]| {
            let end = start + out.len() as u64;
            last.fetch_max(end, std::sync::atomic::Ordering::Relaxed);
            out.fill(1.0);
        };
        fill(q.view_mut(), normals, |x| x);
        assert_eq!(last.into_inner(), (shape.0 * shape.1) as u64);
    }
}

#[test]
fn any_strides_and_any_type() {
    let expected = haar::<f32>((70, 40), &key((70, 40)));
    let key = key((70, 40));
    let source = Normals::<f32>::new(&key);
    let mut q = Array3::<f64>::zeros((40, 3, 70));
    let view = q.index_axis_mut(Axis(1), 1).reversed_axes();
    fill(
        view,
        |start, out: &mut [f32]| source.read(0.0, 1.0, start, out),
        |x| 2.0 * f64::from(x),
    );
    assert_eq!(
        q.index_axis(Axis(1), 1).reversed_axes(),
        expected.mapv(|x| 2.0 * f64::from(x))
    );
}

#[cfg(feature = "parallel")]
#[test]
fn the_number_of_threads_does_not_matter() {
    let [one, two, seven] = [1, 2, 7].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap()
            .install(|| haar::<f32>((300, 270), &key((300, 270))))
    });
    assert_eq!(one, two);
    assert_eq!(one, seven);
}

/// As the draws do, so does the matrix: by the signs it depends on them continuously.
#[test]
fn f64_refines_f32() {
    for shape in SHAPES {
        let (q, finer) = (
            haar::<f32>(shape, &key(shape)),
            haar::<f64>(shape, &key(shape)),
        );
        for (q, finer) in q.iter().zip(&finer) {
            assert!(
                (f64::from(*q) - finer).abs() < 2e-5,
                "{shape:?}: {q}, {finer}"
            );
        }
    }
}

// Haar's law. Matrices of one shape, from keys of their own; of each a statistic or two.

const MATRICES: u64 = 4000;

/// Matrices, and the same without signs, the plain product of reflections, which is what a QR
/// factorisation gives that does not ask for a positive diagonal: the negative control.
fn sample(shape: (usize, usize)) -> (Vec<Array2<f64>>, Vec<Array2<f64>>) {
    (0..MATRICES)
        .map(|index| {
            let key = key(shape).child_index(index);
            let q = haar::<f32>(shape, &key).mapv(f64::from);
            let draws = draws::<f32>(shape, &key);
            let (long, short) = tall(shape);
            let mut raw = q.clone();
            for i in 0..short {
                let column = Axis(usize::from(shape.0 >= shape.1));
                // A reflection has turned the first element's sign, unless it is the only one.
                if (draws[i * long + i] < 0.0) == (i == long - 1) {
                    raw.index_axis_mut(column, i).mapv_inplace(|x| -x);
                }
            }
            (q, raw)
        })
        .unzip()
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
        let (q, raw) = sample(shape);
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
            assert!(judge(&q, at), "{shape:?}: {at:?}");
        }
        assert!(!judge(&raw, (0, 0)), "{shape:?}: without signs");
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
    let (q, _) = sample((5, 5));
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
    let (q, raw) = sample((3, 3));
    assert!(space(&q));
    assert!(!space(&raw));

    let (q, raw) = sample((2, 2));
    let plane = |sample: &[Array2<f64>]| {
        let rotations = sample.iter().filter(|q| determinant(q) > 0.0);
        let angles: Vec<f64> = rotations.map(|q| q[(1, 0)].atan2(q[(0, 0)])).collect();
        // Half of them, and without signs none.
        angles.len() > 1000 && follows(angles, |t| (t + pi) / (2.0 * pi), FALSE_ALARMS / 2.0)
    };
    assert!(plane(&q));
    assert!(!plane(&raw));
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
    let (q, raw) = sample((8, 8));
    assert!(judge(&q));
    assert!(!judge(&raw));
}

#[test]
fn determinants_have_either_sign() {
    for n in [1, 2, 5, 8] {
        let (q, raw) = sample((n, n));
        let judge = |sample: &[Array2<f64>]| {
            let signs = sample.iter().map(|q| determinant(q).signum());
            has_mean(signs, 0.0, 1.0, FALSE_ALARMS / 4.0)
        };
        assert!(judge(&q));
        assert!(!judge(&raw));
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

/// `cargo test --release --lib haar -- --ignored --nocapture --test-threads=1`: what
/// `docs/numerics.md` says of defects and times.
#[test]
#[ignore = "a measurement"]
fn defects_and_times() {
    fn measure<D: Draw>(shape: (usize, usize)) {
        let key = Key::from_seed(1);
        let mut q = haar::<D>(shape, &key);
        let defect = defect(&q);
        let mut nanoseconds: Vec<f64> = (0..7)
            .map(|_| {
                let start = std::time::Instant::now();
                let source = Normals::<D>::new(&key);
                let normals = |start, out: &mut [D]| source.read(0.0, 1.0, start, out);
                fill(q.view_mut(), normals, |x| x);
                start.elapsed().as_secs_f64() * 1e9 / q.len() as f64
            })
            .collect();
        nanoseconds.sort_by(f64::total_cmp);
        let name = std::any::type_name::<D>();
        println!(
            "| {} x {} | {name} | {defect:.1e} | {:.1} |",
            shape.0, shape.1, nanoseconds[3]
        );
    }
    for shape in [
        (256, 256),
        (512, 512),
        (1024, 1024),
        (2048, 2048),
        (4096, 512),
        (512, 4096),
    ] {
        measure::<f32>(shape);
        measure::<f64>(shape);
    }
}
