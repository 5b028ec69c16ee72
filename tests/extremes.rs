//! The extremes: tensors without elements, shapes beyond memory, numbers of every size. Nothing
//! panics, and nothing that is not finite is drawn.

mod common;

use common::{Bits, cases, for_each_element, key};
use fanin::{
    Constant, Family, Fan, Flat, FromDistribution, GlorotNormal, HeNormal, Initializer, IntoRegion,
    Key, Normal, Ones, Region, Scheme, Uniform, VarianceScaling, Weight, Zeros,
};
use ndarray::{Array1, Array2, ArrayD};
use proptest::prelude::*;
use rand_distr::StandardUniform;

/// A tensor without elements is filled by doing nothing, whatever the scheme and the type.
#[test]
fn empty_tensors_are_no_error() {
    fn check<F: Bits>(scheme: &dyn Scheme) {
        for shape in [
            &[0, 5][..],
            &[5, 0],
            &[0],
            &[3, 0, 2],
            &[0, 0],
            &[0, 1 << 20, 3],
        ] {
            let array: ArrayD<F> = scheme.init_keyed(&key("empty"), shape).unwrap();
            assert_eq!((array.shape(), array.len()), (shape, 0));
            let mut array = array;
            scheme.fill_keyed(&key("empty"), array.view_mut()).unwrap();
            let no_fans = Weight::new(shape).unwrap().fans(0, 0);
            scheme
                .fill_as_keyed(&key("empty"), &no_fans, array.view_mut())
                .unwrap();
            assert!(scheme.describe(shape).is_ok());
        }
    }
    for_each_element!(check(&HeNormal));
    for_each_element!(check(&GlorotNormal));
    for_each_element!(check(&Normal::new(0.0, 1e150).unwrap()));
    for_each_element!(check(&Constant::new(1e300).unwrap()));
    for_each_element!(check(&FromDistribution::new(StandardUniform)));
}

/// Any float at all, of any order of magnitude, or of a moderate one.
fn number() -> impl Strategy<Value = f64> {
    let exponent = -330.0..310.0;
    prop_oneof![
        prop::num::f64::ANY,
        exponent.prop_map(|exponent| 10_f64.powf(exponent)),
        -1e6..1e6,
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    /// Whatever the shape. Those that could be allocated but should not be are only described.
    #[test]
    fn no_shape_panics(
        shape in prop::collection::vec(
            prop_oneof![
                0_usize..4,
                prop::sample::select(vec![1 << 8, 1 << 16, 1 << 31, usize::MAX / 2, usize::MAX]),
                any::<usize>(),
            ],
            0..8,
        ),
        fans: Option<(usize, usize)>,
    ) {
        fn check<F: Bits>(scheme: &dyn Scheme, weight: &Weight) {
            if let Ok(array) = scheme.init_keyed::<F, _>(&key("shape"), weight) {
                assert!(array.iter().all(|value| value.is_finite()));
                let shape: Vec<_> = array.shape().iter().map(|&len| len as u64).collect();
                assert_eq!(shape, weight.shape());
            }
        }
        let Ok(weight) = Weight::new(&shape[..]) else {
            return Ok(());
        };
        let weight = match fans {
            Some((fan_in, fan_out)) => weight.fans(fan_in, fan_out),
            None => weight,
        };
        let schemes: [&dyn Scheme; 4] = [&HeNormal, &GlorotNormal, &Zeros, &Ones];
        for scheme in schemes {
            let _ = scheme.describe(&weight).map(|description| description.to_string());
            if weight.len() < 1 << 12 || weight.len() > isize::MAX as u64 {
                for_each_element!(check(scheme, &weight));
            }
        }
    }

    /// Whatever the parameters: what is accepted draws finite values.
    #[test]
    fn no_parameter_panics(a in number(), b in number(), factor in number(), seed: u64) {
        fn check<F: Bits>(scheme: &dyn Scheme, key: &Key) {
            let _ = scheme.describe((5, 3)).map(|description| description.to_string());
            if let Ok(array) = scheme.init_keyed::<F, _>(key, (5, 3)) {
                assert!(array.iter().all(|value| value.is_finite()), "{scheme:?}: {array}");
            }
        }
        let mut schemes: Vec<Box<dyn Scheme>> = Vec::new();
        schemes.extend(Constant::new(a).map(|scheme| Box::new(scheme) as _));
        schemes.extend(Normal::new(a, b).map(|scheme| Box::new(scheme) as _));
        schemes.extend(Uniform::new(a, b).map(|scheme| Box::new(scheme) as _));
        schemes.extend(
            VarianceScaling::new(b, Fan::Average, Family::Normal).map(|scheme| Box::new(scheme) as _),
        );
        for scheme in &schemes {
            for_each_element!(check(scheme, &Key::from_seed(seed)));
            if let Ok(scaled) = scheme.scaled(factor) {
                for_each_element!(check(&scaled, &Key::from_seed(seed)));
            }
        }
    }
    /// Whatever the region of a weight that is larger than any memory.
    #[test]
    fn no_region_panics(
        rows in edges(), columns in edges(), start: usize, end: usize, len in 0_usize..50,
    ) {
        fn check(weight: &Weight, region: impl IntoRegion + Clone) {
            let region_of = || region.clone().into_region(weight);
            let is_small = |part: Region| part.shape().iter().product::<u64>() < 1 << 12;
            if region_of().is_ok_and(is_small) {
                let part = Zeros.init_region::<f32, _, _>(&key("region"), weight, region.clone());
                assert!(part.is_ok());
                let part = HeNormal.init_region::<f64, _, _>(&key("region"), weight, region);
                assert!(part.unwrap().iter().all(|value| value.is_finite()));
            }
        }
        let Ok(weight) = Weight::new((rows, columns)) else {
            return Ok(());
        };
        let (row, column) = (start % rows, end % columns);
        check(&weight, (start..end, ..));
        check(&weight, (..end, ..=start));
        check(&weight, Flat(start..end));
        check(&weight, Flat(..=start));
        check(&weight, (row..=row, column..column.saturating_add(len)));
        check(&weight, Flat(row..row.saturating_add(len)));
    }
}

/// Lengths about those at which something overflows, none of them 0.
fn edges() -> impl Strategy<Value = usize> {
    prop_oneof![
        1_usize..5,
        prop::sample::select(vec![1 << 16, 1 << 31, usize::MAX / 2, usize::MAX]),
    ]
}

/// The last elements of a weight of 2^62 elements are there, and are those of the flat range.
#[cfg(target_pointer_width = "64")]
#[test]
fn the_end_of_a_weight_larger_than_memory_can_be_drawn() {
    let side = 1_usize << 31;
    let key = key("end");
    let corner: Array2<f32> = HeNormal
        .init_region(&key, (side, side), (side - 1.., side - 5..))
        .unwrap();
    let last = side * side;
    let flat: Array1<f32> = HeNormal
        .init_region(&key, (side, side), Flat(last - 5..last))
        .unwrap();
    assert!(corner.iter().eq(&flat) && flat.len() == 5);
    let first: Array1<f32> = HeNormal.init_region(&key, (side, side), Flat(..5)).unwrap();
    assert!(first.iter().ne(&flat));
}
