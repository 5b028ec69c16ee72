//! The extremes: tensors without elements, shapes beyond memory, numbers of every size. Nothing
//! panics, and nothing that is not finite is drawn.

use std::cell::Cell;

use crate::common::{Bits, cases, for_each_element, key};
use fanin::{
    Constant, Family, Fan, Flat, FromDistribution, GlorotNormal, HeNormal, Initializer, IntoRegion,
    Key, Normal, Ones, Scheme, Uniform, VarianceScaling, Weight, Zeros,
};
use ndarray::{Array1, Array2, ArrayD};
use proptest::{prelude::*, test_runner::TestRunner};
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
            let array: ArrayD<F> = scheme.init_keyed(key("empty"), shape).unwrap();
            assert_eq!((array.shape(), array.len()), (shape, 0));
            let mut array = array;
            scheme.fill_keyed(key("empty"), &mut array).unwrap();
            let no_fans = Weight::new(shape).unwrap().fans(0, 0);
            scheme
                .filler(key("empty"), &no_fans)
                .unwrap()
                .fill(&mut array)
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

/// What happened to those that were tried, over all cases of a test.
#[derive(Debug, Default)]
struct Tally {
    accepted: Cell<u32>,
    refused: Cell<u32>,
}

impl Tally {
    fn count<T, E>(&self, result: Result<T, E>) -> Option<T> {
        let counter = if result.is_ok() {
            &self.accepted
        } else {
            &self.refused
        };
        counter.set(counter.get() + 1);
        result.ok()
    }

    /// At least these numbers.
    #[track_caller]
    fn has(&self, accepted: u32, refused: u32) {
        assert!(
            self.accepted.get() >= accepted && self.refused.get() >= refused,
            "{self:?}"
        );
    }
}

/// A property of 512 cases.
#[track_caller]
fn for_all<S: Strategy>(strategy: S, property: impl Fn(S::Value)) {
    let property = |value| {
        property(value);
        Ok(())
    };
    let result = TestRunner::new(cases(512)).run(&strategy, property);
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// Draws finite values, if it is accepted.
fn draws<F: Bits>(scheme: &dyn Scheme, weight: &Weight, key: &Key, tally: &Tally) {
    let array = scheme.init_keyed::<F, _>(key.clone(), weight);
    if let Some(array) = tally.count(array) {
        assert!(array.iter().all(|value| value.is_finite()), "{scheme:?}");
        assert_eq!(array.shape(), weight.shape());
    }
}

/// Whatever the shape. Those that could be allocated but should not be are only described.
#[test]
fn no_shape_panics() {
    let lens = prop_oneof![
        0_usize..4,
        prop::sample::select(vec![1 << 8, 1 << 16, 1 << 31, usize::MAX / 2, usize::MAX]),
        any::<usize>(),
    ];
    let shapes = prop::collection::vec(lens, 0..8);
    let [weights, described, drawn] = <[Tally; 3]>::default();
    for_all(
        (shapes, any::<Option<(usize, usize)>>()),
        |(shape, fans)| {
            let Some(weight) = weights.count(Weight::new(&shape[..])) else {
                return;
            };
            let weight = match fans {
                Some((fan_in, fan_out)) => weight.fans(fan_in, fan_out),
                None => weight,
            };
            let schemes: [&dyn Scheme; 4] = [&HeNormal, &GlorotNormal, &Zeros, &Ones];
            for scheme in schemes {
                if let Some(description) = described.count(scheme.describe(&weight)) {
                    assert!(!description.to_string().is_empty());
                }
                if weight.len() < 1 << 12 || weight.len() > isize::MAX as u64 {
                    for_each_element!(draws(scheme, &weight, &key("shape"), &drawn));
                }
            }
        },
    );
    weights.has(100, 200);
    described.has(400, 100);
    drawn.has(400, 300);
}

/// Whatever the parameters: what is accepted draws finite values.
#[test]
fn no_parameter_panics() {
    let [made, scaled, drawn] = <[Tally; 3]>::default();
    let weight = Weight::new((5, 3)).unwrap();
    let numbers = (number(), number(), number(), any::<u64>());
    for_all(numbers, |(a, b, factor, seed)| {
        let key = Key::from_seed(seed);
        let scaling = VarianceScaling::new(b, Fan::Average, Family::Normal);
        let schemes = [
            made.count(Constant::new(a))
                .map(|scheme| Box::new(scheme) as Box<dyn Scheme>),
            made.count(Normal::new(a, b))
                .map(|scheme| Box::new(scheme) as _),
            made.count(Uniform::new(a, b))
                .map(|scheme| Box::new(scheme) as _),
            made.count(scaling).map(|scheme| Box::new(scheme) as _),
        ];
        for scheme in schemes.iter().flatten() {
            let times = scaled.count(scheme.scaled(factor));
            let times = times.as_ref().map(|scheme| scheme as &dyn Scheme);
            for scheme in [Some(&**scheme), times].into_iter().flatten() {
                if let Ok(description) = scheme.describe(&weight) {
                    assert!(!description.to_string().is_empty());
                }
                for_each_element!(draws(scheme, &weight, &key, &drawn));
            }
        }
    });
    made.has(800, 500);
    scaled.has(500, 250);
    drawn.has(1500, 1000);
}

/// Whatever the region of a weight that is larger than any memory.
#[test]
fn no_region_panics() {
    fn check(weight: &Weight, region: impl IntoRegion + Clone, [regions, drawn]: [&Tally; 2]) {
        let Some(part) = regions.count(region.clone().into_region(weight)) else {
            return;
        };
        if part.shape().iter().product::<u64>() < 1 << 12 {
            let zeros = Zeros
                .filler(key("region"), weight)
                .and_then(|filler| filler.region::<f32, _>(region.clone()));
            assert!(zeros.is_ok());
            let values = HeNormal
                .filler(key("region"), weight)
                .and_then(|filler| filler.region::<f64, _>(region));
            let values = drawn.count(values).unwrap();
            assert!(values.iter().all(|value| value.is_finite()));
        }
    }
    let [weights, regions, drawn] = <[Tally; 3]>::default();
    let tallies = [&regions, &drawn];
    let places = (
        edges(),
        edges(),
        any::<usize>(),
        any::<usize>(),
        0_usize..50,
    );
    for_all(places, |(rows, columns, start, end, len)| {
        let Some(weight) = weights.count(Weight::new((rows, columns))) else {
            return;
        };
        let (row, column) = (start % rows, end % columns);
        check(&weight, (start..end, ..), tallies);
        check(&weight, (..end, ..=start), tallies);
        check(&weight, Flat(start as u64..end as u64), tallies);
        check(&weight, Flat(..=start as u64), tallies);
        let columns = column..column.saturating_add(len);
        check(&weight, (row..=row, columns), tallies);
        let row = row as u64;
        check(&weight, Flat(row..row.saturating_add(len as u64)), tallies);
    });
    // With lengths of 32 bits, no weight of two axes is too large.
    weights.has(200, if usize::BITS == 64 { 100 } else { 0 });
    regions.has(200, 800);
    drawn.has(200, 0);
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
        .filler(key.clone(), (side, side))
        .unwrap()
        .region((side - 1.., side - 5..))
        .unwrap();
    let last = (side * side) as u64;
    let flat: Array1<f32> = HeNormal
        .filler(key.clone(), (side, side))
        .unwrap()
        .region(Flat(last - 5..last))
        .unwrap();
    assert!(corner.iter().eq(&flat) && flat.len() == 5);
    let first: Array1<f32> = HeNormal
        .filler(key.clone(), (side, side))
        .unwrap()
        .region(Flat(..5))
        .unwrap();
    assert!(first.iter().ne(&flat));
}
