//! What the survey of other libraries found them to do with bad input, each in its own way: one
//! defined answer for every row.
//!
//! Elsewhere: an exception, a warning, zeros, a division by zero, NaN in silence, a panic, or the
//! distribution of another scale.

use crate::common::{draws_nothing, for_each_element, key, refused};
use fanin::{
    Activation, Axis, Dirac, Family, Fan, ForgetGateBias, GlorotNormal, GlorotUniform, HeNormal,
    HeTruncatedNormal, HeUniform, Identity, InitError, Initializer, IntoWeight, LeCunNormal,
    Normal, Orthogonal, Scheme, Sparse, VarianceScaling, Weight, XavierNormal,
};
use ndarray::{Array1, Array2, ArrayD, IxDyn, ShapeBuilder};

fn with_fans() -> Vec<Box<dyn Scheme>> {
    vec![
        Box::new(LeCunNormal),
        Box::new(HeNormal),
        Box::new(XavierNormal),
        Box::new(GlorotNormal),
        Box::new(HeUniform),
        Box::new(GlorotUniform),
        Box::new(HeTruncatedNormal),
        Box::new(VarianceScaling::new(1.0, Fan::GeometricAverage, Family::Uniform).unwrap()),
    ]
}

/// An error that says what to write instead; with its fans stated, a vector is as good as any.
#[test]
fn shape_of_one_axis() {
    for scheme in with_fans() {
        draws_nothing::<f32>(
            &scheme,
            5,
            "a weight of shape [5] has no fan_in: a shape of fewer than two axes is a vector; state \
             its fans with .fans(fan_in, fan_out), say what its axes count with a reading, as \
             .read(\"o\"), or use a scheme without a fan (Zeros, Constant, Normal)",
        );
        let stated: Array1<f32> = scheme.init_keyed(key("stated"), (5,).fans(10, 5)).unwrap();
        assert!(stated.iter().all(|x| x.is_finite()));
    }
}

/// Filled by doing nothing, whatever the scheme, and described without NaN.
#[test]
fn shapes_0_5_and_5_0_and_0_0() {
    let structured: [Box<dyn Scheme>; 4] = [
        Box::new(Orthogonal),
        Box::new(Identity),
        Box::new(Dirac),
        Box::new(Sparse::new(3, 1.0).unwrap()),
    ];
    for scheme in with_fans().into_iter().chain(structured) {
        for shape in [(0, 5), (5, 0), (0, 0)] {
            let w: Array2<f32> = scheme.init_keyed(key("empty"), shape).unwrap();
            assert_eq!(w.dim(), shape);
            let mut view = Array2::<f64>::zeros(shape);
            scheme.fill_keyed(key("empty"), &mut view).unwrap();
            assert_eq!(scheme.describe(shape).unwrap().std(), Some(0.0));
        }
    }
}

/// Refused where there is something to draw: no clamp to 1.
#[test]
fn fan_0() {
    for (scheme, fan) in [
        (&HeNormal as &dyn Scheme, "fan_in"),
        (
            &VarianceScaling::new(1.0, Fan::Out, Family::Normal).unwrap(),
            "fan_out",
        ),
    ] {
        draws_nothing::<f32>(
            scheme,
            Weight::vector(4).fans(0, 0),
            &format!("{fan} of a weight of shape [4], read as _, is 0, but it must be at least 1"),
        );
    }
    let w: ArrayD<f32> = HeNormal
        .init_keyed(key("empty"), Weight::vector(0).fans(0, 0))
        .unwrap();
    assert!(w.is_empty());
}

/// Refused when it is built, before any weight is there.
#[test]
fn scale_or_gain_negative_nan_or_infinite() {
    for bad in [
        -1.0,
        -f64::MIN_POSITIVE,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ] {
        let bad_text = if bad == -1.0 {
            "-1".to_string()
        } else {
            format!("{bad:?}")
        };
        let text =
            |name: &str| format!("{name} is {bad_text}, but it must be finite and at least 0");
        refused(HeNormal.scaled(bad), &text("variance factor"));
        refused(
            VarianceScaling::new(bad, Fan::In, Family::Normal),
            &text("variance"),
        );
        refused(Normal::new(0.0, bad), &text("standard deviation"));
        refused(Orthogonal.gain(bad), &text("gain"));
        refused(Identity.gain(bad), &text("gain"));
        refused(Dirac.gain(bad), &text("gain"));
        refused(fanin::DeltaOrthogonal.gain(bad), &text("gain"));
        refused(ForgetGateBias.value(bad), &text("value"));
        refused(
            Sparse::new(1, bad),
            &format!("standard deviation is {bad_text}, but it must be finite and above 0"),
        );
    }
}

/// Zeros, +0, in every family; the draws of others are not touched by it.
fn zeros<F: crate::common::Bits>() {
    let all = with_fans()
        .into_iter()
        .map(|scheme| -> Box<dyn Scheme> { Box::new(scheme.scaled(0.0).unwrap()) });
    let others: [Box<dyn Scheme>; 5] = [
        Box::new(Normal::new(0.5, 1.0).unwrap().scaled(0.0).unwrap()),
        Box::new(VarianceScaling::new(0.0, Fan::In, Family::Uniform).unwrap()),
        Box::new(Orthogonal.gain(0.0).unwrap()),
        Box::new(Identity.gain(0.0).unwrap()),
        Box::new(Sparse::new(3, 1.0).unwrap().scaled(0.0).unwrap()),
    ];
    for scheme in all.chain(others) {
        let w: Array2<F> = scheme.init_keyed(key("zeros"), (5, 7)).unwrap();
        assert!(w.iter().all(|x| x.bits() == 0), "{scheme:?}");
    }
}

#[test]
fn scale_or_gain_0() {
    for_each_element!(zeros());
}

/// There is no string to be wrong: an activation is a value, or a function that must be finite.
#[test]
fn unknown_nonlinearity() {
    assert!(VarianceScaling::from_activation(Activation::Gelu, Fan::In, Family::Normal).is_ok());
    let wrong =
        VarianceScaling::from_activation(Activation::LeakyRelu(f64::NAN), Fan::In, Family::Normal);
    assert!(matches!(wrong, Err(InitError::InvalidParameter { .. })));
}

/// Drawn in `f32`, rounded once.
#[cfg(feature = "half")]
#[test]
fn orthogonal_f16_and_bf16() {
    let key = key("16 bits");
    let wide: Array2<f32> = Orthogonal.init_keyed(key.clone(), (20, 30)).unwrap();
    let f16: Array2<half::f16> = Orthogonal.init_keyed(key.clone(), (20, 30)).unwrap();
    let bf16: Array2<half::bf16> = Orthogonal.init_keyed(key.clone(), (20, 30)).unwrap();
    assert_eq!(f16, wide.mapv(half::f16::from_f32));
    assert_eq!(bf16, wide.mapv(half::bf16::from_f32));
}

/// The same logical matrix in any memory order.
#[test]
fn orthogonal_channels_last_or_strided() {
    let key = key("strided");
    let scheme = Orthogonal;
    let whole = scheme
        .init_keyed::<f32, _>(key.clone(), (6, 4, 3, 5))
        .unwrap();
    let mut fortran = ArrayD::<f32>::zeros(IxDyn(&[6, 4, 3, 5]).f());
    scheme.fill_keyed(key.clone(), &mut fortran).unwrap();
    assert_eq!(fortran, whole.clone().into_dyn());
    // Channels last in memory: [out, height, width, in], seen as [out, in, height, width].
    let mut memory = ArrayD::<f32>::zeros(IxDyn(&[6, 3, 5, 4]));
    let mut view = memory.view_mut().permuted_axes(IxDyn(&[0, 3, 1, 2]));
    scheme.fill_keyed(key.clone(), &mut view).unwrap();
    assert_eq!(memory.permuted_axes(IxDyn(&[0, 3, 1, 2])), whole.into_dyn());
}

/// And one row that is not in the table: a matrix without one of its sides.
#[test]
fn orthogonal_of_a_vector() {
    let text = |reading: &str| {
        format!(
            "an orthogonal law needs an axis of outputs and one of inputs, which a weight of shape \
             [5], read as {reading}, lacks; a plain shape is read as [out, in, kernel...]; name the axes with a reading, as .read(\"i o\")"
        )
    };
    draws_nothing::<f32>(&Orthogonal, 5, &text("_"));
    draws_nothing::<f32>(&Orthogonal, [Axis::Batch(5)], &text("b"));
}
