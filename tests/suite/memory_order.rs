//! The memory order of an array does not matter: an element's value follows from its row-major
//! index in the view.

use crate::common::{Bits, cases, for_each_element, key, same};
use fanin::{
    Constant, FromDistribution, Initializer, IntoWeight, Key, LeCunNormal, Normal, Scheme, Uniform,
};
use ndarray::{Array1, Array2, ArrayD, ArrayViewMutD, IxDyn, ShapeBuilder, Slice};
use proptest::prelude::*;
use rand_distr::StandardUniform;

/// How a view of a given shape lies in memory.
#[derive(Clone, Copy, Debug)]
enum Layout {
    C,
    Fortran,
    /// Every second row, column, ...
    Strided,
    /// From the last row up, from the last column back, ...
    Reversed,
    /// The first axis varies fastest, by a view of a row-major array.
    Transposed,
    /// The first axis comes last in memory.
    Permuted,
    /// The middle of a larger array.
    Sliced,
    /// All of it at once.
    Tangled,
}

use Layout::*;

const LAYOUTS: [Layout; 8] = [
    C, Fortran, Strided, Reversed, Transposed, Permuted, Sliced, Tangled,
];

/// The values of a view of that shape once it is filled. Nothing beside it is written to.
fn through<F: Bits>(
    layout: Layout,
    shape: &[usize],
    fill: impl FnOnce(ArrayViewMutD<'_, F>),
) -> ArrayD<F> {
    let lens = |len: fn(usize) -> usize| -> Vec<usize> { shape.iter().map(|&n| len(n)).collect() };
    let backwards: Vec<usize> = shape.iter().rev().copied().collect();
    let mut rotated = shape.to_vec();
    rotated.rotate_left(1);
    let mut storage = match layout {
        C | Reversed => ArrayD::from_elem(shape, F::nan()),
        Fortran => ArrayD::from_elem(IxDyn(shape).f(), F::nan()),
        Strided => ArrayD::from_elem(lens(|n| 2 * n + 1), F::nan()),
        Transposed => ArrayD::from_elem(backwards, F::nan()),
        Permuted => ArrayD::from_elem(rotated, F::nan()),
        Sliced => ArrayD::from_elem(lens(|n| n + 3), F::nan()),
        Tangled => ArrayD::from_elem(IxDyn(&lens(|n| 3 * n + 2)).f(), F::nan()),
    };
    let mut view = storage.view_mut();
    match layout {
        C | Fortran => {}
        Strided => view.slice_each_axis_inplace(|axis| Slice::new(1, Some(axis.len as isize), 2)),
        Reversed => view.slice_each_axis_inplace(|_| Slice::new(0, None, -1)),
        Transposed => view = view.reversed_axes(),
        Permuted => {
            let rank = shape.len();
            let axes: Vec<usize> = (0..rank).map(|axis| (axis + rank - 1) % rank).collect();
            view = view.permuted_axes(axes);
        }
        Sliced => {
            view.slice_each_axis_inplace(|axis| Slice::new(1, Some(axis.len as isize - 2), 1));
        }
        Tangled => {
            view.slice_each_axis_inplace(|axis| Slice::new(2, Some(axis.len as isize), -3));
        }
    }
    assert_eq!(view.shape(), shape, "{layout:?}");
    fill(view.view_mut());
    let filled = view.to_owned();
    let written = storage.iter().filter(|value| !value.is_nan()).count();
    assert_eq!(written, filled.len(), "{layout:?}: beside the view");
    filled
}

/// One to four axes: short ones, of length 0 and 1 too; and numbers of elements about those of a
/// group of draws and of a block of them.
fn shapes() -> impl Strategy<Value = Vec<usize>> {
    const EDGES: [usize; 13] = [
        1, 31, 32, 33, 63, 64, 65, 2047, 2048, 2049, 4095, 4096, 4097,
    ];
    let edge = || prop::sample::select(&EDGES[..]);
    prop_oneof![
        prop::collection::vec(0_usize..6, 1..=4),
        // All in one axis.
        (edge(), 1_usize..=4, 0_usize..4).prop_map(|(length, rank, axis)| {
            let mut shape = vec![1; rank];
            shape[axis % rank] = length;
            shape
        }),
        // That many elements and some more, in rows that do not divide them.
        (edge(), 1_usize..70, 1_usize..3).prop_map(|(length, columns, kernel)| vec![
            length / columns + 1,
            columns,
            kernel
        ]),
    ]
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn views_of_any_order_hold_the_same_values(shape in shapes(), seed: u64) {
        fn check<F: Bits>(scheme: &dyn Scheme, shape: &[usize], key: &Key) {
            let weight = || shape.fans(5, 7);
            let fresh: ArrayD<F> = scheme.init_keyed(key.clone(), weight()).unwrap();
            assert!(fresh.is_standard_layout());
            for layout in LAYOUTS {
                let filled = through(layout, shape, |mut view| {
                    scheme.filler(key.clone(), weight()).unwrap().fill(&mut view).unwrap();
                });
                same(&filled, &fresh);
            }
        }
        for_each_element!(check(&LeCunNormal, &shape, &Key::from_seed(seed)));
    }

    /// The same draws in the same order, however they are cut into axes; and a longer tensor
    /// begins with the values of a shorter one.
    #[test]
    fn only_the_flat_index_counts(shape in shapes(), more in 0_usize..3000, seed: u64) {
        fn check<F: Bits>(shape: &[usize], more: usize, key: &Key) {
            let normal = Normal::new(0.5, 2.0).unwrap();
            let values: ArrayD<F> = normal.init_keyed(key.clone(), shape).unwrap();
            let longer: Array1<F> = normal.init_keyed(key.clone(), values.len() + more).unwrap();
            for (value, expected) in values.iter().zip(&longer) {
                assert_eq!(value.bits(), expected.bits());
            }
        }
        for_each_element!(check(&shape, more, &Key::from_seed(seed)));
    }
}

#[test]
fn every_law_is_drawn_in_any_order() {
    fn check<F: Bits>(scheme: &dyn Scheme) {
        let shape = &[30, 50, 2][..];
        let fresh: ArrayD<F> = scheme.init_keyed(key("law"), shape).unwrap();
        for layout in LAYOUTS {
            let filled = through(layout, shape, |mut view| {
                scheme.fill_keyed(key("law"), &mut view).unwrap();
            });
            same(&filled, &fresh);
        }
    }
    for_each_element!(check(&Normal::new(1.0, 0.5).unwrap()));
    for_each_element!(check(&Constant::new(0.3).unwrap()));
    for_each_element!(check(&Uniform::new(-0.3, 0.5).unwrap()));
    for_each_element!(check(&FromDistribution::new(StandardUniform)));
    for_each_element!(check(&LeCunNormal.scaled(0.3).unwrap()));
}

/// A size at which threads and tiles may take part.
#[test]
fn a_large_array_is_filled_in_any_order() {
    let shape = &[300, 401, 2][..];
    let fresh: ArrayD<f32> = LeCunNormal.init_keyed(key("large"), shape).unwrap();
    for layout in LAYOUTS {
        let filled = through(layout, shape, |mut view| {
            LeCunNormal.fill_keyed(key("large"), &mut view).unwrap();
        });
        same(&filled, &fresh);
    }
}

/// A control of the tests above: to go by the order in memory would be another result.
#[test]
fn the_order_in_memory_is_another_one() {
    let mut array = Array2::<f64>::zeros((5, 7).f());
    LeCunNormal.fill_keyed(key("control"), &mut array).unwrap();
    let fresh: Array2<f64> = LeCunNormal.init_keyed(key("control"), (5, 7)).unwrap();
    assert_eq!(array, fresh);
    assert_ne!(array.as_slice_memory_order(), fresh.as_slice_memory_order());
}
