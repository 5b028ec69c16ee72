//! What the API promises, whoever calls it and however.

mod common;

use std::{fmt::Debug, sync::Arc};

use chacha20::ChaCha8Rng;
use common::{Bits, Counting, for_each_element, key, same};
use fanin::{
    Axis, Constant, Description, Family, Fan, Flat, FromDistribution, GlorotNormal, HeNormal,
    InitError, Initializer, IntoWeight, Key, Law, LeCunNormal, Normal, Ones, Region, Scaled,
    Scheme, Uniform, VarianceScaling, Weight, WithFans, XavierNormal, Zeros,
};
use ndarray::{Array1, Array2, Array4};
use rand::{Rng, SeedableRng, rngs::StdRng};

/// A scheme of the user's own, in five lines.
#[derive(Debug)]
struct Mine;
impl Scheme for Mine {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::normal(0.0, 1.0 / (4.0 * weight.fan_in()?))
    }
}

fn schemes() -> Vec<Box<dyn Scheme>> {
    vec![
        Box::new(LeCunNormal),
        Box::new(HeNormal),
        Box::new(XavierNormal),
        Box::new(GlorotNormal),
        Box::new(VarianceScaling::new(3.0, Fan::Out, Family::Normal).unwrap()),
        Box::new(Normal::new(1.0, 0.5).unwrap()),
        Box::new(Uniform::new(-0.1, 0.2).unwrap()),
        Box::new(VarianceScaling::new(3.0, Fan::Average, Family::Uniform).unwrap()),
        Box::new(Zeros),
        Box::new(Ones),
        Box::new(Constant::new(0.1).unwrap()),
        Box::new(FromDistribution::new(rand_distr::StandardUniform)),
        Box::new(HeNormal.scaled(0.5).unwrap()),
        Box::new(Mine),
    ]
}

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
        let expected: ndarray::Array2<f32> = value.init_keyed(&key, (3, 4)).unwrap();
        let arrays: [Result<ndarray::Array2<f32>, _>; 6] = [
            object.init_keyed(&key, (3, 4)),
            boxed.init_keyed(&key, (3, 4)),
            shared.init_keyed(&key, (3, 4)),
            object.scaled(1.0).unwrap().init_keyed(&key, (3, 4)),
            boxed.scaled(1.0).unwrap().init_keyed(&key, (3, 4)),
            shared.scaled(1.0).unwrap().init_keyed(&key, (3, 4)),
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
        let values: Array2<f64> = scheme.init_keyed(&key("held"), (5, 7)).unwrap();
        same(&values, &HeNormal.init_keyed(&key("held"), (5, 7)).unwrap());
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
        let mine: Array2<F> = Mine.init_keyed(&key("mine"), (6, 50)).unwrap();
        let quarter = LeCunNormal.scaled(0.25).unwrap();
        same(&mine, &quarter.init_keyed(&key("mine"), (6, 50)).unwrap());
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

/// `init`, `fill` and `fill_as` draw one key, and are then the keyed forms.
#[test]
fn every_form_gives_the_same_values() {
    fn check<F: Bits>(scheme: &dyn Scheme) {
        let rng = || StdRng::seed_from_u64(8);
        let key = Key::from_rng(&mut rng());
        let expected: Array2<F> = scheme.init_keyed(&key, (40, 70)).unwrap();
        same(&scheme.init(&mut rng(), (40, 70)).unwrap(), &expected);

        let filled = |fill: &dyn Fn(&mut Array2<F>)| {
            let mut array = Array2::from_elem((40, 70), F::nan());
            fill(&mut array);
            same(&array, &expected);
        };
        filled(&|array| scheme.fill(&mut rng(), array.view_mut()).unwrap());
        filled(&|array| scheme.fill_keyed(&key, array.view_mut()).unwrap());
        filled(&|array| {
            let view = array.view_mut();
            scheme.fill_as(&mut rng(), (40, 70), view).unwrap();
        });
        filled(&|array| {
            let view = array.view_mut().into_dyn();
            scheme.fill_as_keyed(&key, &[40, 70][..], view).unwrap();
        });
    }
    for scheme in schemes() {
        for_each_element!(check(&*scheme));
    }
}

#[test]
fn an_array_is_filled_as_the_weight_that_it_is_said_to_be() {
    let key = key("fill_as");
    let fill = |weight: Weight| {
        let mut array = Array2::<f64>::zeros((40, 30));
        let view = array.view_mut();
        HeNormal.fill_as_keyed(&key, weight, view).unwrap();
        array
    };
    let variance_of = |variance: f64| -> Array2<f64> {
        let normal = VarianceScaling::new(variance, Fan::In, Family::Normal).unwrap();
        let one = Weight::new((40, 30).fans(1, 1)).unwrap();
        normal
            .init_keyed(&key, one)
            .unwrap()
            .into_dimensionality()
            .unwrap()
    };
    let plain = Weight::new((40, 30)).unwrap();
    same(&fill(plain.clone()), &variance_of(2.0 / 30.0));
    same(&fill(plain.fans(7, 9)), &variance_of(2.0 / 7.0));
    let named = Weight::with_axes([Axis::Input(40), Axis::Output(30)]).unwrap();
    same(&fill(named), &variance_of(2.0 / 40.0));
    let kernel = Weight::with_axes([Axis::Kernel(40), Axis::Input(30)]).unwrap();
    same(&fill(kernel), &variance_of(2.0 / 1200.0));
    let batch = Weight::with_axes([Axis::Batch(40), Axis::Input(30)]).unwrap();
    same(&fill(batch), &variance_of(2.0 / 30.0));
}

#[test]
fn a_call_takes_32_bytes_of_the_generator_and_a_failed_one_none() {
    fn check<F: Bits>(scheme: &dyn Scheme) {
        for shape in [(1, 1), (0, 5), (5, 0), (40, 70)] {
            let mut rng = Counting::new();
            scheme.init::<F, _, _>(&mut rng, shape).unwrap();
            assert_eq!(rng.bytes, 32, "{scheme:?}");
            let mut array = Array2::<F>::zeros(shape);
            scheme.fill(&mut rng, array.view_mut()).unwrap();
            assert_eq!(rng.bytes, 64, "{scheme:?}");
            scheme.fill_as(&mut rng, shape, array.view_mut()).unwrap();
            assert_eq!(rng.bytes, 96, "{scheme:?}");
        }
        let mut rng = Counting::new();
        let mut array = Array2::<F>::zeros((2, 2));
        let stated_as_0 = (2, 2).fans(0, 0);
        if scheme.init::<F, _, _>(&mut rng, stated_as_0).is_err() {
            assert!(
                scheme
                    .fill_as(&mut rng, stated_as_0, array.view_mut())
                    .is_err()
            );
            assert_eq!(rng.bytes, 0, "{scheme:?}");
        }
        let before = rng.bytes;
        assert!(scheme.fill_as(&mut rng, (2, 3), array.view_mut()).is_err());
        assert!(scheme.init::<F, _, _>(&mut rng, (usize::MAX, 2)).is_err());
        assert_eq!(rng.bytes, before, "{scheme:?}");
    }
    for scheme in schemes() {
        for_each_element!(check(&*scheme));
    }
}

#[test]
fn one_key_gives_two_tensors_the_same_draws() {
    let key = key("shared");
    let a: Array2<f32> = HeNormal.init_keyed(&key, (8, 32)).unwrap();
    // Of another shape, scheme and scale: four times the variance.
    let b: Array1<f32> = HeNormal.init_keyed(&key, 100.fans(8, 1)).unwrap();
    for (a, b) in a.iter().zip(&b) {
        assert_eq!(2.0 * a, *b);
    }
    let other: Array2<f32> = HeNormal.init_keyed(&key.child("other"), (8, 32)).unwrap();
    assert_ne!(a, other);
}

#[test]
fn lecun_and_xavier_give_the_same_bits() {
    fn check<F: Bits>() {
        let xavier: Array4<F> = XavierNormal.init_keyed(&key("x"), (9, 7, 3, 3)).unwrap();
        let lecun: Array4<F> = LeCunNormal.init_keyed(&key("x"), (9, 7, 3, 3)).unwrap();
        same(&xavier, &lecun);
    }
    for_each_element!(check());
}

#[test]
fn public_types_are_debug_clone_send_and_sync() {
    fn all<T: Debug + Clone + Send + Sync + 'static>() {}
    fn error<T: std::error::Error + 'static>() {}
    fn shared<T: Send + Sync + ?Sized>() {}
    all::<Axis>();
    all::<Constant>();
    all::<Description>();
    all::<Family>();
    all::<Fan>();
    all::<Flat<std::ops::Range<usize>>>();
    all::<FromDistribution>();
    all::<GlorotNormal>();
    all::<HeNormal>();
    all::<InitError>();
    all::<Key>();
    all::<Law>();
    all::<LeCunNormal>();
    all::<Normal>();
    all::<Ones>();
    all::<Region>();
    all::<Scaled<FromDistribution>>();
    all::<Scaled<Arc<dyn Scheme>>>();
    all::<Uniform>();
    all::<VarianceScaling>();
    all::<Weight>();
    all::<WithFans<Vec<usize>>>();
    all::<XavierNormal>();
    all::<Zeros>();
    error::<InitError>();
    shared::<dyn Scheme>();
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
    all::<Key>();
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
