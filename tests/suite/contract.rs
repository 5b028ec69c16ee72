//! What the API promises, whoever calls it and however.

use std::sync::Arc;

use crate::common::{
    Bits, Counting, for_each_element, key,
    registry::{Entry, Mine, every_scheme},
    same,
};
use chacha20::ChaCha8Rng;
use fanin::{
    Axis, Constant, Family, Fan, GlorotNormal, HeNormal, Initializer, IntoWeight, Key, LeCunNormal,
    Normal, Ones, Scaled, Scheme, Uniform, VarianceScaling, Weight, WithFans, XavierNormal, Zeros,
};
use ndarray::{Array1, Array2, Array4, ArrayD};
use rand::{Rng, SeedableRng, rngs::StdRng};

mod one_import {
    use fanin::Initializer;

    /// For values, references, boxes and trait objects.
    #[test]
    fn is_enough() {
        let key = fanin::Key::from_seed(1);
        let value = fanin::HeNormal;
        let object: &dyn fanin::Scheme = &value;
        let boxed: Box<dyn fanin::Scheme> = Box::new(value);
        let shared: std::sync::Arc<dyn fanin::Scheme> = std::sync::Arc::new(value);
        let expected: ndarray::Array2<f32> = value.init_keyed(key.clone(), (3, 4)).unwrap();
        let arrays: [Result<ndarray::Array2<f32>, _>; 6] = [
            object.init_keyed(key.clone(), (3, 4)),
            boxed.init_keyed(key.clone(), (3, 4)),
            shared.init_keyed(key.clone(), (3, 4)),
            object.scaled(1.0).unwrap().init_keyed(key.clone(), (3, 4)),
            boxed.scaled(1.0).unwrap().init_keyed(key.clone(), (3, 4)),
            shared.scaled(1.0).unwrap().init_keyed(key.clone(), (3, 4)),
        ];
        for array in arrays {
            assert_eq!(array, Ok(expected.clone()));
        }
    }
}

#[test]
fn a_scheme_may_be_held_in_any_way() {
    #[track_caller]
    fn is_he(scheme: impl Initializer) {
        let values: Array2<f64> = scheme.init_keyed(key("held"), (5, 7)).unwrap();
        same(&values, &HeNormal.init_keyed(key("held"), (5, 7)).unwrap());
    }
    let reference = &HeNormal;
    let object: &dyn Scheme = reference;
    let nested = &object;
    let scaled: Scaled<&dyn Scheme> = object.scaled(1.0).unwrap();
    is_he(HeNormal);
    is_he(reference);
    is_he(object);
    is_he(nested);
    is_he(Box::new(HeNormal));
    is_he(Box::new(object) as Box<dyn Scheme + '_>);
    is_he(Arc::new(HeNormal) as Arc<dyn Scheme>);
    is_he(scaled);
    is_he(&scaled as &dyn Scheme);
    is_he(LeCunNormal.scaled(2.0).unwrap());
    is_he(Box::new(LeCunNormal.scaled(2.0).unwrap()) as Box<dyn Scheme>);
    is_he(HeNormal.variance_scaling());
    is_he(VarianceScaling::from(HeNormal));
}

#[test]
fn a_scheme_of_the_users_own_is_a_scheme() {
    fn check<F: Bits>() {
        let mine: Array2<F> = Mine.init_keyed(key("mine"), (6, 50)).unwrap();
        let quarter = LeCunNormal.scaled(0.25).unwrap();
        same(&mine, &quarter.init_keyed(key("mine"), (6, 50)).unwrap());
    }
    for_each_element!(check());
}

#[test]
fn any_generator_supplies_the_key() {
    #[track_caller]
    fn check<R: Rng + SeedableRng>() {
        let rng = || R::seed_from_u64(3);
        let expected: Array2<f32> = HeNormal.init(&mut rng(), (4, 4)).unwrap();
        let object: &mut dyn Rng = &mut rng();
        same(&HeNormal.init(object, (4, 4)).unwrap(), &expected);
        same(&HeNormal.init(&mut &mut rng(), (4, 4)).unwrap(), &expected);
        let mut boxed: Box<dyn Rng> = Box::new(rng());
        same(&HeNormal.init(&mut boxed, (4, 4)).unwrap(), &expected);
    }
    check::<StdRng>();
    check::<ChaCha8Rng>();
}

/// `init` and `fill` draw one key, and are then the keyed forms, which are those of a filler. `fill` reads an array's
/// shape as a plain one, which not every scheme accepts.
#[test]
fn every_form_gives_the_same_values() {
    fn check<F: Bits>(scheme: &dyn Scheme, weight: &Weight) -> bool {
        let rng = || StdRng::seed_from_u64(8);
        let key = Key::from_rng(&mut rng());
        let expected: ArrayD<F> = scheme.init_keyed(key.clone(), weight).unwrap();
        same(&scheme.init(&mut rng(), weight).unwrap(), &expected);

        let filled = |expected: &ArrayD<F>, fill: &dyn Fn(&mut ArrayD<F>)| {
            let mut array = ArrayD::from_elem(expected.raw_dim(), F::nan());
            fill(&mut array);
            same(&array, expected);
        };
        filled(&expected, &|array| {
            let mut view = array.view_mut();
            scheme
                .filler(Key::from_rng(&mut rng()), weight)
                .unwrap()
                .fill(&mut view)
                .unwrap();
        });
        filled(&expected, &|array| {
            scheme
                .filler(key.clone(), weight)
                .unwrap()
                .fill(array)
                .unwrap();
        });
        let Ok(plain) = scheme.init_keyed::<F, _>(key.clone(), expected.shape()) else {
            return false;
        };
        filled(&plain, &|array| {
            scheme.fill(&mut rng(), array).unwrap();
        });
        filled(&plain, &|array| {
            scheme.fill_keyed(key.clone(), array).unwrap();
        });
        true
    }
    let (mut weights, mut plain) = (0, 0);
    for Entry {
        scheme,
        weights: all,
        ..
    } in every_scheme()
    {
        for weight in &all {
            weights += 1;
            plain += u32::from(check::<f32>(&*scheme, weight));
        }
        for_each_element!(check(&*scheme, &all[0]));
    }
    assert_eq!((weights, plain), (497, 475));
}

#[test]
fn an_array_is_filled_as_the_weight_that_it_is_said_to_be() {
    let key = key("fill");
    let fill = |weight: Weight| {
        let mut array = Array2::<f64>::zeros((40, 30));
        let mut view = array.view_mut();
        HeNormal
            .filler(key.clone(), weight)
            .unwrap()
            .fill(&mut view)
            .unwrap();
        array
    };
    let variance_of = |variance: f64| -> Array2<f64> {
        let normal = VarianceScaling::new(variance, Fan::In, Family::Normal).unwrap();
        let one = Weight::new((40, 30).fans(1, 1)).unwrap();
        normal
            .init_keyed(key.clone(), one)
            .unwrap()
            .into_dimensionality()
            .unwrap()
    };
    let plain = Weight::new((40, 30)).unwrap();
    same(&fill(plain.clone()), &variance_of(2.0 / 30.0));
    same(&fill(plain.fans(7, 9)), &variance_of(2.0 / 7.0));
    let named = Weight::from_axes([Axis::Input(40), Axis::Output(30)]).unwrap();
    same(&fill(named), &variance_of(2.0 / 40.0));
    let kernel = Weight::from_axes([Axis::Kernel(40), Axis::Input(30)]).unwrap();
    same(&fill(kernel), &variance_of(2.0 / 1200.0));
    let batch = Weight::from_axes([Axis::Batch(40), Axis::Input(30)]).unwrap();
    same(&fill(batch), &variance_of(2.0 / 30.0));
}

#[test]
fn a_call_takes_32_bytes_of_the_generator_and_a_failed_one_none() {
    fn check<F: Bits>(entry: &Entry) {
        let Entry { scheme, name, .. } = entry;
        let mut rng = Counting::new();
        let mut bytes = 0;
        let mut took = |rng: &Counting, more: usize| {
            bytes += more;
            assert_eq!(rng.bytes, bytes, "{name}");
        };
        let weight = &entry.weights[0];
        let mut array: ArrayD<F> = scheme.init(&mut rng, weight).unwrap();
        took(&rng, 32);
        let is_plain = scheme.fill(&mut rng, &mut array).is_ok();
        took(&rng, if is_plain { 32 } else { 0 });

        // Fans that are stated as 0 are refused by what divides by one.
        let no_fans = weight.clone().fans(0, 0);
        let drawn = scheme.init::<F, _, _>(&mut rng, &no_fans).is_ok();
        assert_eq!(drawn, !entry.needs_fan, "{name}");
        took(&rng, if drawn { 32 } else { 0 });
        let filler = scheme.filler(Key::from_seed(0), &no_fans);
        assert_eq!(filler.is_ok(), drawn, "{name}");

        // A weight for which there is no memory.
        let huge = scheme.init::<F, _, _>(&mut rng, (usize::MAX, 2));
        assert!(huge.is_err(), "{name}");
        took(&rng, 0);
    }
    for entry in every_scheme() {
        for_each_element!(check(&entry));
    }
    // Weights without elements too.
    for shape in [(0, 5), (5, 0)] {
        let mut rng = Counting::new();
        let none: Array2<f32> = HeNormal.init(&mut rng, shape).unwrap();
        assert_eq!((none.dim(), rng.bytes), (shape, 32));
    }
}

#[test]
fn one_key_gives_two_tensors_the_same_draws() {
    let key = key("shared");
    let a: Array2<f32> = HeNormal.init_keyed(key.clone(), (8, 32)).unwrap();
    // Another shape, scheme and scale: four times the variance.
    let b: Array1<f32> = HeNormal.init_keyed(key.clone(), 100.fans(8, 1)).unwrap();
    for (a, b) in a.iter().zip(&b) {
        assert_eq!(2.0 * a, *b);
    }
    let other: Array2<f32> = HeNormal.init_keyed(key.child("other"), (8, 32)).unwrap();
    assert_ne!(a, other);
}

#[test]
fn lecun_and_xavier_give_the_same_bits() {
    fn check<F: Bits>() {
        let xavier: Array4<F> = XavierNormal.init_keyed(key("x"), (9, 7, 3, 3)).unwrap();
        let lecun: Array4<F> = LeCunNormal.init_keyed(key("x"), (9, 7, 3, 3)).unwrap();
        same(&xavier, &lecun);
    }
    for_each_element!(check());
}

#[test]
fn small_types_are_values() {
    fn all<T: Copy + PartialEq>() {}
    all::<Axis>();
    all::<Constant>();
    all::<Family>();
    all::<Fan>();
    all::<GlorotNormal>();
    all::<HeNormal>();
    all::<LeCunNormal>();
    all::<Normal>();
    all::<Ones>();
    all::<Scaled<HeNormal>>();
    all::<Uniform>();
    all::<VarianceScaling>();
    all::<WithFans<(usize, usize)>>();
    all::<XavierNormal>();
    all::<Zeros>();

    assert_ne!(Constant::new(1.0).unwrap(), Constant::new(2.0).unwrap());
    assert_ne!(
        Normal::new(0.0, 1.0).unwrap(),
        Normal::new(0.0, 2.0).unwrap()
    );
    assert_ne!(HeNormal.scaled(1.0).unwrap(), HeNormal.scaled(2.0).unwrap());
    assert_ne!(HeNormal.variance_scaling(), LeCunNormal.variance_scaling());
    assert_eq!(
        XavierNormal.variance_scaling(),
        LeCunNormal.variance_scaling()
    );
}
