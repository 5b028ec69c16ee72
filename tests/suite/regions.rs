//! A part of a tensor is the same part of the whole, whatever the array's order in memory and the
//! number of threads.

use fanin::{Initializer, IntoRegion, Key, Normal, Weight};
use ndarray::{Array2, Array3, ArrayD, Axis, ShapeBuilder, s};

use crate::common::refused;

fn normal() -> Normal {
    Normal::new(0.1, 0.3).unwrap()
}

#[test]
fn regions_are_slices_of_the_whole() {
    let key = Key::from_seed(4);
    let shape = (23, 19, 301);
    let whole: Array3<f32> = normal().init_keyed(key.clone(), shape).unwrap();
    for (a, b, c) in [
        (0..23, 0..19, 0..301),
        (5..6, 0..19, 0..301),
        (5..17, 3..4, 0..301),
        (0..23, 2..17, 100..133),
        (22..23, 18..19, 300..301),
        (4..4, 0..19, 0..301),
    ] {
        let slice = whole.slice(s![a.clone(), b.clone(), c.clone()]);
        let region = (a.clone(), b.clone(), c.clone());
        let part: Array3<f32> = normal()
            .filler(key.clone(), shape)
            .unwrap()
            .region(region)
            .unwrap();
        assert_eq!(part, slice);
        let mut part = Array3::<f32>::zeros((a.len(), b.len(), c.len()).f());
        normal()
            .filler(key.clone(), shape)
            .unwrap()
            .fill_region([a, b, c], &mut part)
            .unwrap();
        assert_eq!(part, slice);
    }
}

/// A region that was made once is one of every filler of that weight, and of no other.
#[test]
fn a_region_is_made_once() {
    let weight = Weight::new((23, 19)).unwrap();
    let region = (5..17, 3..4).into_region(&weight).unwrap();
    let filler = normal().filler(Key::from_seed(4), (23, 19)).unwrap();
    let part: ArrayD<f32> = filler.region(region.clone()).unwrap();
    let ranges: Array2<f32> = filler.region((5..17, 3..4)).unwrap();
    assert_eq!(part, ranges.into_dyn());
    let other = normal().filler(Key::from_seed(4), (19, 23)).unwrap();
    refused(
        other.region::<f32, _>(region),
        "the region lies in a weight of shape [23, 19], but the weight has shape [19, 23] or is read differently; make the region of this weight",
    );
}

#[test]
fn memory_order_does_not_matter() {
    let key = Key::from_seed(5);
    // More than a grain, so that threads take part, and more than a tile.
    let shape = (331, 517);
    let whole: Array2<f64> = normal().init_keyed(key.clone(), shape).unwrap();
    let mut fortran = Array2::<f64>::zeros(shape.f());
    normal().fill_keyed(key.clone(), &mut fortran).unwrap();
    assert_eq!(fortran, whole);

    let mut wide = Array2::<f64>::zeros((331 * 2, 517 * 3));
    let mut strided = wide.slice_mut(s![..;2, ..;-3]);
    normal().fill_keyed(key.clone(), &mut strided).unwrap();
    assert_eq!(strided, whole);

    // Axes in no order at all.
    let mut cube = Array3::<f64>::zeros((47, 71, 61)).permuted_axes([1, 2, 0]);
    cube.invert_axis(Axis(1));
    normal().fill_keyed(key.clone(), &mut cube).unwrap();
    assert_eq!(
        cube,
        normal()
            .init_keyed::<f64, _>(key.clone(), (71, 61, 47))
            .unwrap()
    );
}

#[cfg(feature = "parallel")]
#[test]
fn the_number_of_threads_does_not_matter() {
    let key = Key::from_seed(6);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let whole: Array2<f32> = normal().init_keyed(key.clone(), (701, 911)).unwrap();
            let part: Array2<f32> = normal()
                .filler(key.clone(), (701, 911))
                .unwrap()
                .region((1..700, 5..900))
                .unwrap();
            let mut fortran = Array2::<f32>::zeros((701, 911).f());
            normal().fill_keyed(key.clone(), &mut fortran).unwrap();
            (whole, part, fortran)
        })
    };
    let one = run(1);
    for threads in [2, 3, 8, 64] {
        assert_eq!(run(threads), one);
    }
}
