//! Nothing becomes 0 in silence: a gain whose square underflows, a constant that the element type rounds
//! to 0; and zeros that were asked for are zeros.

use fanin::{
    Constant, Family, Fan, Fused, HeNormal, InitError, Initializer, Key, Orthogonal, Scheme,
    VarianceScaling, Weight, Zeros,
};
use ndarray::Array1;

#[test]
fn the_square_of_a_gain() {
    for family in [Family::Normal, Family::Uniform, Family::TruncatedNormal] {
        for gain in [1e-170, 1e-160, 5e-324, 1e160] {
            let scheme = VarianceScaling::from_gain(gain, Fan::In, family);
            assert!(
                matches!(
                    scheme,
                    Err(InitError::InvalidParameter {
                        name: "square of the gain",
                        ..
                    })
                ),
                "{scheme:?}"
            );
        }
        let zeros = VarianceScaling::from_gain(0.0, Fan::In, family).unwrap();
        let law = zeros.law(&Weight::new((3, 4)).unwrap()).unwrap();
        assert_eq!(law.variance(), Some(0.0));
        let least = VarianceScaling::from_gain(1.5e-154, Fan::In, family).unwrap();
        assert_eq!(least.variance(), 1.5e-154 * 1.5e-154);
    }
    assert!(
        Orthogonal.gain(1e-170).is_err() || {
            let weight = Weight::new((3, 3)).unwrap();
            Orthogonal.gain(1e-170).unwrap().law(&weight).is_err()
        }
    );
}

#[test]
fn a_constant_that_the_type_rounds_to_0() {
    fn drawn<F: fanin::Element>(value: f64) -> Result<f64, InitError> {
        let scheme = Constant::new(value).unwrap();
        let array: Array1<F> = scheme.init_keyed(Key::from_seed(0), 2)?;
        Ok(array[1].to_f64().unwrap())
    }
    let vanishes = |result: Result<f64, InitError>, value: f64, element: &'static str| {
        let Err(InitError::ValueVanishes {
            value: given,
            element: name,
            ..
        }) = result
        else {
            panic!("{result:?}");
        };
        assert_eq!((given, name), (value, element));
    };
    vanishes(drawn::<f32>(1e-50), 1e-50, "f32");
    vanishes(drawn::<f32>(-1e-50), -1e-50, "f32");
    // Half of the least subnormal number is 0 by the rule of the even neighbour; a little more is not.
    let half = f64::from(f32::from_bits(1)) / 2.0;
    vanishes(drawn::<f32>(half), half, "f32");
    assert_eq!(drawn::<f32>(half * 1.001), Ok(2.0 * half));
    assert_eq!(drawn::<f64>(5e-324), Ok(5e-324));
    assert_eq!(drawn::<f32>(0.0), Ok(0.0));
    #[cfg(feature = "half")]
    {
        vanishes(drawn::<half::f16>(1e-20), 1e-20, "f16");
        assert_eq!(drawn::<half::f16>(6e-8), Ok(2_f64.powi(-24)));
        assert!(drawn::<half::bf16>(1e-20).unwrap() > 0.0);
    }
    let text = drawn::<f32>(1e-50).unwrap_err().to_string();
    assert_eq!(
        text,
        "the value 1e-50 is 0 in f32, whose normal numbers begin at 1.1754943508222875e-38: choose 0, a \
         larger value or a wider element type"
    );
    // Nor does a factor do it; and an array that exists is left alone.
    let mut array = Array1::from_elem(3, 7.0_f32);
    let scaled = Constant::new(1e-30).unwrap().scaled(1e-60).unwrap();
    let error = scaled.fill_keyed(Key::from_seed(0), &mut array);
    assert!(
        matches!(error, Err(InitError::ValueVanishes { .. })),
        "{error:?}"
    );
    assert_eq!(array, Array1::from_elem(3, 7.0));
    let zeros: Array1<f32> = Zeros.init_keyed(Key::from_seed(0), 2).unwrap();
    assert_eq!(zeros, Array1::<f32>::zeros(2));
}

/// An empty part has no values, and so no law that could differ.
#[test]
fn an_empty_part_has_no_say() {
    let describe = |parts: &[usize]| HeNormal.describe(Fused::new(parts).inputs(4)).unwrap();
    let with = describe(&[4, 0, 4]);
    assert_eq!(with.std(), describe(&[4, 4]).std());
    assert_eq!(with.std(), Some(0.5_f64.sqrt()));
    assert_eq!(
        (with.parts().len(), with.parts()[1].shape()),
        (3, &[0, 4][..])
    );
    assert_eq!(describe(&[0, 4]).std(), with.std());
    // A control: parts that do differ.
    let differ = fanin::GlorotNormal
        .describe(Fused::new([4, 0, 8]).inputs(4))
        .unwrap();
    assert_eq!(differ.law(), None);
}
