//! How far the matrix is from what it is to be.

use ndarray::Array2;

use super::{super::reference::textbook, draws, fill_orthogonal, haar, key, shapes, tall};
use crate::engine::element::Draw;
use crate::key::Key;

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

#[test]
fn columns_are_orthonormal() {
    let large = [(512, 512), (700, 90), (90, 700)];
    let large = large.into_iter().filter(|_| !cfg!(debug_assertions));
    for shape in shapes().chain(large) {
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

/// The error is that of the columns' own elements, whose size is at most 1, and not of how many
/// reflections there are.
#[test]
fn values_are_those_of_a_textbook() {
    fn check<D: Draw>(tolerance: f64) {
        for shape in shapes() {
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

/// As the draws do, so does the matrix: by the signs it depends on them continuously.
#[test]
fn f64_refines_f32() {
    for shape in shapes() {
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
        fill_orthogonal(q.view_mut(), || &normals, |x| x);
        assert!(defect(&q) < 1e-6);
        if zeros.len() == 5 {
            for ((r, j), x) in q.indexed_iter() {
                assert_eq!(*x, f32::from(u8::from(r == j)));
            }
        }
    }
}
