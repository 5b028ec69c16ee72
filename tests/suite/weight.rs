//! Weights: which shapes are taken, how many axes the result has, and which fans follow.

use crate::common::{key, same};
use fanin::{
    Axis, Fan, HeNormal, InitError, Initializer, IntoWeight, NoFan, Normal, VarianceScaling,
    Weight, Zeros,
};
use ndarray::{
    Array0, Array1, Array2, Array3, Array4, Array5, Array6, ArrayD, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6,
    IxDyn,
};

/// That a shape gives an array of as many axes as its type says, with the values that any array
/// of that shape has.
macro_rules! gives {
    ($($array:ident: $shape:expr, $lens:expr;)*) => {$({
        let array: $array<f32> = Zeros.init_keyed(key("shape"), $shape).unwrap();
        assert_eq!(array.shape(), $lens);
        let normal = Normal::new(0.0, 1.0).unwrap();
        let array: $array<f32> = normal.init_keyed(key("shape"), $shape).unwrap();
        let lens: &[usize] = &$lens;
        same(&array.into_dyn(), &normal.init_keyed(key("shape"), lens).unwrap());
    })*};
}

#[test]
fn the_type_of_a_shape_gives_the_number_of_axes() {
    gives! {
        Array0: (), [];
        Array0: [0_usize; 0], [];
        Array1: 3, [3];
        Array1: (3,), [3];
        Array1: [3], [3];
        Array1: Ix1(3), [3];
        Array1: [Axis::Output(3)], [3];
        Array2: (3, 4), [3, 4];
        Array2: [3, 4], [3, 4];
        Array2: Ix2(3, 4), [3, 4];
        Array2: Array2::<u8>::zeros((3, 4)).raw_dim(), [3, 4];
        Array2: Array2::<u8>::zeros((3, 4)).dim(), [3, 4];
        Array2: [Axis::Input(3), Axis::Output(4)], [3, 4];
        Array2: (3, 4).fans(1, 1), [3, 4];
        Array3: (3, 4, 2), [3, 4, 2];
        Array3: [3, 4, 2], [3, 4, 2];
        Array3: Ix3(3, 4, 2), [3, 4, 2];
        Array4: (3, 4, 2, 1), [3, 4, 2, 1];
        Array4: [3, 4, 2, 1], [3, 4, 2, 1];
        Array4: Ix4(3, 4, 2, 1), [3, 4, 2, 1];
        Array4: [Axis::Kernel(3), Axis::Kernel(4), Axis::Input(2), Axis::Batch(1)], [3, 4, 2, 1];
        Array5: (3, 4, 2, 1, 2), [3, 4, 2, 1, 2];
        Array5: Ix5(3, 4, 2, 1, 2), [3, 4, 2, 1, 2];
        Array6: (3, 4, 2, 1, 2, 2), [3, 4, 2, 1, 2, 2];
        Array6: [3, 4, 2, 1, 2, 2], [3, 4, 2, 1, 2, 2];
        Array6: Ix6(3, 4, 2, 1, 2, 2), [3, 4, 2, 1, 2, 2];
        Array2: &[3, 4], [3, 4];
        Array2: &[Axis::Input(3), Axis::Output(4)], [3, 4];
        Array2: (3, 4).read("i o"), [3, 4];
        Array2: (3, 4).fans(1, 2.5).read("i o").fans(2_u64, 3_u32), [3, 4];
        Array2: [Axis::OutputParts { count: 3, len: 1 }, Axis::Input(4)], [3, 4];
        ArrayD: &[3, 4][..], [3, 4];
        ArrayD: &vec![3, 4], [3, 4];
        ArrayD: vec![Axis::Input(3), Axis::Output(4)], [3, 4];
        ArrayD: &vec![Axis::Input(3), Axis::Output(4)], [3, 4];
        ArrayD: [1, 2, 1, 2, 1, 2, 3], [1, 2, 1, 2, 1, 2, 3];
        ArrayD: &[1; 12], [1; 12];
        ArrayD: [Axis::Kernel(2); 8], [2; 8];
        ArrayD: vec![3, 4], [3, 4];
        ArrayD: vec![1, 2, 1, 2, 1, 2, 3, 1], [1, 2, 1, 2, 1, 2, 3, 1];
        ArrayD: IxDyn(&[3, 4]), [3, 4];
        ArrayD: Array2::<u8>::zeros((3, 4)).shape(), [3, 4];
        ArrayD: &[Axis::Input(3), Axis::Output(4)][..], [3, 4];
        ArrayD: Weight::new((3, 4)).unwrap(), [3, 4];
        ArrayD: &Weight::new((3, 4)).unwrap(), [3, 4];
        ArrayD: Weight::vector(3).fans(4, 5), [3];
    }
}

/// What a weight answers: fan in, fan out, receptive field, number of elements.
#[track_caller]
fn answers(weight: impl IntoWeight, fans: (f64, f64), receptive_field: u64, len: u64) {
    let weight = weight.into_weight().unwrap();
    assert_eq!(
        (weight.fan_in(), weight.fan_out()),
        (Ok(fans.0), Ok(fans.1))
    );
    assert_eq!(weight.receptive_field(), receptive_field);
    assert_eq!((weight.len(), weight.is_empty()), (len, false));
    assert_eq!(weight.shape().iter().product::<usize>() as u64, len);
    let fan_of = |fan: Fan| fan.of(&weight).unwrap();
    assert_eq!((fan_of(Fan::In), fan_of(Fan::Out)), fans);
    assert_eq!(fan_of(Fan::Average), (fans.0 + fans.1) / 2.0);
    assert_eq!(fan_of(Fan::GeometricAverage), (fans.0 * fans.1).sqrt());
}

#[test]
fn fans_follow_from_the_axes() {
    // The plain reading: [fan_out, fan_in, kernel...].
    answers((256, 784), (784.0, 256.0), 1, 200_704);
    answers((64, 3, 7), (21.0, 448.0), 7, 1344);
    answers((64, 3, 7, 5), (105.0, 2240.0), 35, 6720);
    answers((8, 4, 3, 3, 3), (108.0, 216.0), 27, 864);
    answers(vec![2, 3, 1, 2, 1, 2, 2], (24.0, 16.0), 8, 48);
    answers((1, 1), (1.0, 1.0), 1, 1);

    // Named axes, in any order: [in, out]; height, width, in, out; experts.
    answers(
        [Axis::Input(784), Axis::Output(256)],
        (784.0, 256.0),
        1,
        200_704,
    );
    let keras = [
        Axis::Kernel(7),
        Axis::Kernel(5),
        Axis::Input(3),
        Axis::Output(64),
    ];
    answers(keras, (105.0, 2240.0), 35, 6720);
    let experts = [Axis::Batch(8), Axis::Input(512), Axis::Output(2048)];
    answers(experts, (512.0, 2048.0), 1, 8 * 512 * 2048);
    // Two axes of inputs: a dense layer of 20 x 30 pixels.
    let pixels = [Axis::Output(10), Axis::Input(20), Axis::Input(30)];
    answers(pixels, (600.0, 10.0), 1, 6000);

    // Stated.
    answers(5.fans(7, 9), (7.0, 9.0), 1, 5);
    answers(Weight::vector(5).fans(7, 9), (7.0, 9.0), 1, 5);
    answers((64, 3, 7, 7).fans(7, 9), (7.0, 9.0), 49, 9408);
    answers((2, 3).fans(1, 1).fans(7, 9), (7.0, 9.0), 1, 6);
}

#[test]
fn a_fan_that_no_axis_gives_is_open() {
    for weight in [
        Weight::new(()),
        Weight::new(5),
        Ok(Weight::vector(5)),
        Weight::from_axes([Axis::Kernel(3), Axis::Batch(2)]),
    ] {
        let weight = weight.unwrap();
        for (name, fan) in [("fan_in", weight.fan_in()), ("fan_out", weight.fan_out())] {
            let Err(InitError::NoFan {
                fan, shape, why, ..
            }) = fan
            else {
                panic!("{fan:?}");
            };
            assert_eq!((fan, shape.as_slice()), (name, weight.shape()));
            let expected = match shape.len() {
                2 => NoFan::NoAxis,
                _ => NoFan::NotRead,
            };
            assert_eq!(why, expected);
        }
    }
    let outputs = Weight::from_axes([Axis::Output(5), Axis::Kernel(3)]).unwrap();
    assert_eq!(outputs.fan_out(), Ok(15.0));
    assert!(matches!(outputs.fan_in(), Err(InitError::NoFan { .. })));
}

/// A scheme asks for the fan that it needs and no other.
#[test]
fn the_fan_out_alone_is_enough_for_a_scheme_of_the_fan_out() {
    let weight = Weight::from_axes([Axis::Output(50), Axis::Kernel(2)]).unwrap();
    let scheme = VarianceScaling::new(3.0, Fan::Out, fanin::Family::Normal).unwrap();
    let law = scheme.describe(&weight).unwrap().law().unwrap().clone();
    assert_eq!(law.variance(), Some(3.0 / 100.0));
    let error = HeNormal.describe(&weight);
    assert!(matches!(error, Err(InitError::NoFan { .. })));
    let average = VarianceScaling::new(3.0, Fan::Average, fanin::Family::Normal).unwrap();
    let error = average.describe(&weight);
    assert!(matches!(error, Err(InitError::NoFan { .. })));
}

#[test]
fn weights_are_equal_if_shape_and_fans_are() {
    let plain = Weight::new((2, 3)).unwrap();
    assert_eq!(plain, Weight::new([2, 3]).unwrap());
    assert_eq!(plain, Weight::new((2, 3).fans(3, 2)).unwrap());
    assert_eq!(
        plain,
        Weight::from_axes([Axis::Output(2), Axis::Input(3)]).unwrap()
    );
    assert_ne!(
        plain,
        Weight::from_axes([Axis::Input(2), Axis::Output(3)]).unwrap()
    );
    assert_ne!(plain, Weight::new((3, 2)).unwrap());
    assert_ne!(plain, plain.clone().fans(3, 3));
}

/// A type of the user's own that turns into a weight.
#[derive(Clone, Copy)]
struct Dense {
    inputs: usize,
    outputs: usize,
}

impl IntoWeight for Dense {
    type Dim = Ix2;

    fn into_weight(self) -> Result<Weight, InitError> {
        Weight::from_axes([Axis::Input(self.inputs), Axis::Output(self.outputs)])
    }
}

#[test]
fn a_type_of_the_users_own_is_taken_for_a_shape() {
    let dense = Dense {
        inputs: 30,
        outputs: 20,
    };
    let array: Array2<f32> = HeNormal.init_keyed(key("dense"), dense).unwrap();
    let axes = [Axis::Input(30), Axis::Output(20)];
    same(&array, &HeNormal.init_keyed(key("dense"), axes).unwrap());
    answers(dense, (30.0, 20.0), 1, 600);
    answers(dense.fans(5, 6), (5.0, 6.0), 1, 600);
}
