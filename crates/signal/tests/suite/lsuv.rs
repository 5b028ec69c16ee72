//! LSUV: the rule, what it leaves alone, and what it refuses.

use crate::common::{Bits, for_each_element, key, refused, same};
use fanin::{HeNormal, Initializer, Normal, Ones, Scheme, Zeros};
use fanin_signal::{Lsuv, SignalError, Unscalable};
use ndarray::{Array1, Array2, ArrayView2, Axis};

/// A batch of 200 rows of 24.
fn batch() -> Array2<f64> {
    let unit = Normal::new(0.0, 1.0).unwrap();
    unit.init_keyed(key("batch"), (200, 24)).unwrap()
}

/// A weight from 24 inputs to 12 outputs, twelve times too large.
fn weight() -> Array2<f64> {
    let large = HeNormal.scaled(144.0).unwrap();
    large.init_keyed(key("weight"), (12, 24)).unwrap()
}

fn variance(output: &Array2<f64>) -> f64 {
    output.var(0.0)
}

/// `W <- W / sqrt(v)`: one step for a layer in proportion to its weight.
#[test]
fn a_linear_layer_takes_one_step() {
    let (x, mut w) = (batch(), weight());
    let before = w.clone();
    let v = variance(&x.dot(&w.t()));
    let mut calls = 0;
    let fit = Lsuv::new()
        .rescale(&mut w, |w: ArrayView2<f64>| {
            calls += 1;
            x.dot(&w.t())
        })
        .unwrap();
    assert_eq!((fit.rescalings(), calls), (1, 2));
    assert!((fit.gain() * v.sqrt() - 1.0).abs() < 1e-12);
    assert_eq!(w, before.mapv(|value| value * fit.gain()));
    assert!((variance(&x.dot(&w.t())) - 1.0).abs() < 1e-12);
    assert!((fit.variance() - 1.0).abs() < 1e-12);
    // Control: before, it was far from 1.
    assert!(v > 100.0);
}

#[test]
fn a_variance_within_the_tolerance_is_left_alone() {
    let (x, mut w) = (batch(), weight());
    let v = variance(&x.dot(&w.t()));
    w.mapv_inplace(|value| value * (1.09 / v).sqrt());
    let before = w.clone();
    let fit = Lsuv::new().rescale(&mut w, |w| x.dot(&w.t())).unwrap();
    assert_eq!((fit.rescalings(), fit.gain()), (0, 1.0));
    assert_eq!(w, before);
    // With a smaller tolerance it is not.
    let strict = Lsuv::new().tolerance(0.08).unwrap();
    let fit = strict.rescale(&mut w, |w| x.dot(&w.t())).unwrap();
    assert_eq!(fit.rescalings(), 1);
    assert!((fit.variance() - 1.0).abs() < 1e-12);
}

/// The bias keeps its share of the variance, so that the weight has to be scaled to the rest.
#[test]
fn the_bias_is_not_scaled() {
    let (x, mut w) = (batch(), weight());
    let bias: Array1<f64> = (0..12)
        .map(|unit| if unit % 2 == 0 { 0.7 } else { -0.7 })
        .collect();
    let before = w.clone();
    let strict = Lsuv::new().tolerance(1e-3).unwrap();
    let fit = strict.rescale(&mut w, |w| x.dot(&w.t()) + &bias).unwrap();
    assert!(fit.rescalings() > 1);
    assert_eq!(w, before.mapv(|value| value * fit.gain()));
    assert!((variance(&(x.dot(&w.t()) + &bias)) - 1.0).abs() <= 1e-3);
    assert!((variance(&x.dot(&w.t())) - (1.0 - 0.49)).abs() < 0.1);
}

/// A deep network of any scale has unit variance in every layer, in every element type.
#[test]
fn a_deep_network_has_unit_variance_in_every_layer() {
    fn check<F: Bits>(scheme: &dyn Scheme) {
        let unit = Normal::new(0.0, 1.0).unwrap();
        let mut x: Array2<f64> = unit.init_keyed(key("deep batch"), (100, 30)).unwrap();
        for layer in 0..40 {
            let mut w = Array2::<F>::zeros((30, 30));
            let product = |w: ArrayView2<F>| x.dot(&w.t().mapv(Bits::wide));
            let fit = Lsuv::new()
                .fill_keyed(scheme, key("deep").child_index(layer), &mut w, |w| {
                    product(w).mapv(F::nearest)
                })
                .unwrap();
            assert!((fit.variance() - 1.0).abs() <= 0.1, "layer {layer}");
            let z = product(w.view());
            assert!((variance(&z) - 1.0).abs() <= 0.11, "layer {layer}");
            x = z.mapv(|z| z.max(0.0));
        }
    }
    // With these factors alone, 40 layers would multiply a variance by 10^-96 and 10^48.
    for scheme in [0.01, 40.0].map(|factor| HeNormal.scaled(factor).unwrap()) {
        for_each_element!(check(&scheme));
    }
}

/// From a scheme, it is what the scheme fills, times the gain.
#[test]
fn filling_is_drawing_and_rescaling() {
    let x = batch();
    let mut w = Array2::<f64>::zeros((12, 24));
    let fit = Lsuv::default()
        .fill_keyed(&HeNormal, key("fill"), &mut w, |w| x.dot(&w.t()))
        .unwrap();
    let drawn: Array2<f64> = HeNormal.init_keyed(key("fill"), (12, 24)).unwrap();
    same(&w, &drawn.mapv(|value| value * fit.gain()));
}

/// A layer that cannot be scaled is an error, which leaves its weight as it was.
#[test]
fn what_cannot_be_scaled_is_refused() {
    let x = batch();
    let check = |lsuv: Lsuv, output: &dyn Fn(ArrayView2<f64>) -> Array2<f64>, text: &str| {
        let mut w = weight();
        refused(lsuv.rescale(&mut w, output), text);
        assert_eq!(w, weight());
        refused(
            lsuv.fill_keyed(&HeNormal, key("refused"), &mut w, output),
            text,
        );
        assert_eq!(w, weight());
    };
    let after = |variance: &str, rescalings: u32| {
        let s = match rescalings {
            1 => "rescaling of its weight",
            _ => "rescalings of its weight",
        };
        format!("the variance of the layer's output is {variance} after {rescalings} {s}: ")
    };

    let constant = "an output that is the same everywhere stays so; start from weights that are \
                    not 0";
    // 0.1 is no sum of powers of two, and a hundred of them have not the mean 0.1.
    let dead = |_: ArrayView2<f64>| Array2::from_elem((10, 10), 0.1);
    check(Lsuv::new(), &dead, &(after("0.0", 0) + constant));
    let empty = |_: ArrayView2<f64>| Array2::zeros((0, 12));
    check(Lsuv::new(), &empty, &(after("0.0", 0) + constant));

    let not_finite = "check the batch, the weight and the layers before";
    let nan = |w: ArrayView2<f64>| x.dot(&w.t()) * f64::NAN;
    check(Lsuv::new(), &nan, &(after("NaN", 0) + not_finite));
    let infinite = |_: ArrayView2<f64>| Array2::from_diag(&Array1::from_elem(3, 1e200));
    check(Lsuv::new(), &infinite, &(after("inf", 0) + not_finite));

    // Its two values are doubled, and would be infinite where the output has variance 1.
    let mut w = ndarray::array![[f32::MAX, -f32::MAX]];
    let start = w.clone();
    let saturated =
        |w: ArrayView2<f32>| w.mapv(|x| x.signum() * if x.is_infinite() { 1.0 } else { 0.5 });
    refused(
        Lsuv::new().rescale(&mut w, saturated),
        &(after("0.25", 0) + not_finite),
    );
    assert_eq!(w, start);

    let unresponsive = "it does not respond to the weight; measure before an activation that is \
                        bounded (the variance of a sine or tanh ends below 1) and before a \
                        normalisation, and start with a bias of 0";
    let normalised = |_: ArrayView2<f64>| Array2::from_diag(&Array1::from_elem(3, 3.0));
    check(Lsuv::new(), &normalised, &(after("2.0", 1) + unresponsive));

    // The variance is as the sixth power of the weight's scale: each step goes too far.
    let one = |w: ArrayView2<f64>| {
        Array2::from_diag(&Array1::from_elem(
            3,
            (w[(0, 0)] / weight()[(0, 0)]).powi(3) * 2.5,
        ))
    };
    let mut w = weight();
    let error = Lsuv::new().rescale(&mut w, one).unwrap_err();
    let text = error.to_string();
    assert!(
        text.ends_with(
            "after 10 rescalings of its weight: allow more rescalings or a larger tolerance"
        ),
        "{text}"
    );
    assert!(matches!(
        error,
        SignalError::NotScalable { rescalings: 10, reason: Unscalable::Cap, variance, .. } if variance > 1e100
    ));
    assert_eq!(w, weight());
}

/// Weights of zeros, and a unit of ones among them, which alone would do.
#[test]
fn zeros_are_refused_and_ones_are_not() {
    let x = batch();
    let mut w = Array2::<f64>::from_elem((12, 24), 5.0);
    let fill = |scheme: &dyn Scheme, w: &mut Array2<f64>| {
        Lsuv::new().fill_keyed(scheme, key("zeros"), w, |w| x.dot(&w.t()))
    };
    assert!(matches!(
        fill(&Zeros, &mut w),
        Err(SignalError::NotScalable {
            reason: Unscalable::Constant,
            ..
        })
    ));
    assert!(w.iter().all(|&value| value == 5.0));
    let fit = fill(&Ones, &mut w).unwrap();
    let sums = x.sum_axis(Axis(1));
    assert!((fit.gain() * sums.std(0.0) - 1.0).abs() < 1e-12);
}

#[test]
fn parameters_are_checked() {
    for (given, shown) in [(0.0, "0"), (-0.1, "-0.1"), (1.0, "1"), (f64::NAN, "NaN")] {
        let text = format!("tolerance is {shown}, but it must be above 0 and below 1");
        refused(Lsuv::new().tolerance(given), &text);
    }
    let text = "rescalings is 0, but it must be at least 1";
    refused(Lsuv::new().rescalings(0), text);
    let lsuv = Lsuv::new().tolerance(0.25).unwrap().rescalings(3).unwrap();
    let named = Lsuv::new().tolerance(0.1).unwrap().rescalings(10).unwrap();
    assert_eq!(Lsuv::default(), named);
    assert_eq!(
        format!("{lsuv:?}"),
        "Lsuv::new().tolerance(0.25).rescalings(3)"
    );
}
