//! The bits of the specification, wherever they are written and by however many threads.

use ndarray::{Array2, Array3, Axis};

use super::{
    super::{
        needed_beside,
        reflectors::Reflectors,
        sizes::{BUNDLE, LINE, ROWS, STRIP, pitch},
    },
    draws, fill_orthogonal, haar, key, shapes, tall,
};
use crate::engine::element::Draw;
use crate::engine::read::read_normals;
use crate::engine::reference::{Real, orthogonal::specified};
use crate::key::Key;

fn bits_are_the_specified<D: Draw + Real>() {
    for shape in shapes() {
        let q = haar::<D>(shape, &key(shape));
        let (long, short) = tall(shape);
        let draws = draws::<D>(shape, &key(shape));
        let columns = specified(long, short, &draws);
        let expected = Array2::from_shape_fn((long, short), |(r, j)| columns[j][r]);
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

#[test]
fn wide_is_the_transpose_of_tall() {
    for shape in shapes() {
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

/// What is counted for the reflectors is what they take; and where an address has 32 bits, a narrow
/// matrix whose elements it could hold takes more than it has.
#[test]
fn memory_is_counted() {
    for (rows, columns) in [(1, 1), (70, 1), (5, 70), (131, 61), (200, 129), (193, 193)] {
        let (long, short) = tall((rows, columns));
        let mut taken = 0;
        for first in (0..short).step_by(BUNDLE) {
            let bundle = Reflectors::<f32>::new(first, (long, short), |_, out| out.fill(1.0));
            taken += bundle.v.len() + bundle.gram.len() + bundle.signs.len();
        }
        let of_thread =
            long.next_multiple_of(ROWS) * STRIP + BUNDLE * STRIP + pitch(long) * short.min(LINE);
        for threads in [1, 8] {
            let taken = taken + threads * of_thread;
            assert_eq!(
                needed_beside(rows as u64, columns as u64, threads as u64),
                Some(taken as u64)
            );
        }
    }
    assert_eq!(needed_beside(0, 0, 1), Some((BUNDLE * STRIP) as u64));
    assert!(needed_beside(1 << 28, 1, 1).unwrap() > u64::from(u32::MAX));
    assert_eq!(needed_beside(u64::MAX, 1, 1), None);
    assert_eq!(needed_beside(u64::MAX, u64::MAX, 1), None);
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
        fill_orthogonal(q.view_mut(), || &normals, |x| x);
        assert_eq!(last.into_inner(), (shape.0 * shape.1) as u64);
    }
}

#[test]
fn any_strides_and_any_type() {
    let expected = haar::<f32>((70, 40), &key((70, 40)));
    let key = key((70, 40));
    let mut q = Array3::<f64>::zeros((40, 3, 70));
    let view = q.index_axis_mut(Axis(1), 1).reversed_axes();
    fill_orthogonal(
        view,
        || |start, out: &mut [f32]| read_normals(&key, 1.0, start, out),
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
    // 4 bundles and 7 strips.
    let shape = (210, 200);
    let [one, two, seven] = [1, 2, 7].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| haar::<f32>(shape, &key(shape)))
    });
    assert_eq!(one, two);
    assert_eq!(one, seven);
}
