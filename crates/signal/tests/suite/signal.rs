//! What is measured of a signal: its numbers against arithmetic of the tests' own, and whether a
//! planted fault is found where it was planted.

use std::iter::once;

use crate::common::{key, refused};
use approx::assert_relative_eq;
use fanin::{
    Activation, Gain, HeNormal, Initializer, Key, LeCunNormal, Nonlinearity, Normal, Scheme,
    VarianceScaling, Zeros,
};
use fanin_signal::{
    Bounds, DenseLayer, Differentiable, Fault, Measurement, Pass, SignalError, Symptom, from_fn,
    jacobian, measure, singular_values,
};
use ndarray::{Array1, Array2, ArrayView2, Axis, arr1, arr2, array};

fn normal(name: &str, shape: (usize, usize)) -> Array2<f64> {
    let unit = Normal::new(0.0, 1.0).unwrap();
    unit.init_keyed(key(name), shape).unwrap()
}

/// Weights `[out, in]` between widths.
fn weights(scheme: &dyn Scheme, key: &Key, widths: &[usize]) -> Vec<Array2<f32>> {
    let pairs = widths.windows(2).zip(0..);
    pairs
        .map(|(pair, layer)| {
            let key = key.child_index(layer);
            scheme.init_keyed(key.clone(), (pair[1], pair[0])).unwrap()
        })
        .collect()
}

fn report(
    weights: &[Array2<f32>],
    biases: &[Option<Array1<f32>>],
    activation: &dyn Nonlinearity,
) -> Measurement {
    let layers: Vec<DenseLayer<f32>> = weights
        .iter()
        .zip(biases.iter().chain(std::iter::repeat(&None)))
        .map(|(weight, bias)| {
            let layer = DenseLayer::new(weight.view(), activation).unwrap();
            match bias {
                Some(bias) => layer.bias(bias.view()).unwrap(),
                None => layer,
            }
        })
        .collect();
    let batch = normal("batch", (20, weights[0].ncols()));
    measure(&layers, batch.view(), &key("gradient")).unwrap()
}

#[test]
fn numbers_are_those_of_the_layers() {
    let (w1, w2) = (normal("w1", (30, 20)), normal("w2", (10, 30)));
    let bias = arr1(&[0.5; 30]);
    let x = normal("x", (50, 20)) * 0.3;
    let tanh = Activation::Tanh;
    let layers = [
        DenseLayer::new(w1.view(), &tanh)
            .unwrap()
            .bias(bias.view())
            .unwrap(),
        DenseLayer::new(w2.view(), &Activation::Linear).unwrap(),
    ];
    let report = measure(&layers, x.view(), &key("gradient")).unwrap();

    let z = x.dot(&w1.t()) + 0.5;
    let a = z.mapv(f64::tanh);
    let y = a.dot(&w2.t());
    let mean = |values: &Array2<f64>| values.mean().unwrap();
    let square = |values: &Array2<f64>| mean(&values.mapv(|x| x * x));
    let (first, second) = (&report.layers()[0], &report.layers()[1]);
    assert_relative_eq!(
        report.input_second_moment(),
        square(&x),
        max_relative = 1e-12
    );
    assert_relative_eq!(
        first.preactivation_second_moment,
        square(&z),
        max_relative = 1e-12
    );
    assert_relative_eq!(first.preactivation_mean, mean(&z), max_relative = 1e-12);
    assert_relative_eq!(first.output_second_moment, square(&a), max_relative = 1e-12);
    assert_relative_eq!(
        second.preactivation_second_moment,
        square(&y),
        max_relative = 1e-12
    );
    assert_relative_eq!(
        second.output_second_moment,
        square(&y),
        max_relative = 1e-12
    );
    let (m, v) = (mean(&z), z.var(0.0));
    let kurtosis = mean(&z.mapv(|z| (z - m).powi(4))) / (v * v);
    assert_relative_eq!(first.kurtosis.unwrap(), kurtosis, max_relative = 1e-10);
    // |z| above 2.178 has a slope below 0.05.
    let flat = z.iter().filter(|z| 1.0 - z.tanh().powi(2) < 0.05).count();
    assert_eq!(first.saturated, Some(flat as f64 / z.len() as f64));
    assert!(flat > 0);
    assert_eq!(second.saturated, Some(0.0));
    assert_eq!((first.dead, second.dead), (0.0, 0.0));
    assert_eq!((first.width, second.width, report.depth()), (30, 10, 2));
    assert_eq!(report.input_width(), 20);
    assert_eq!(
        (first.name.as_str(), second.name.as_str()),
        ("Tanh", "Linear")
    );

    // The gradient: normal, of mean square 1 for every example, and back by the chain rule.
    let mut gradient = normal("gradient", (50, 10));
    for mut row in gradient.rows_mut() {
        let length = row.dot(&row).sqrt();
        row *= 10_f64.sqrt() / length;
    }
    let after = gradient.dot(&w2);
    let before = (&after * &a.mapv(|a| 1.0 - a * a)).dot(&w1);
    assert_relative_eq!(
        second.gradient.unwrap(),
        square(&after),
        max_relative = 1e-12
    );
    assert_relative_eq!(
        first.gradient.unwrap(),
        square(&before),
        max_relative = 1e-12
    );

    // The Jacobian at the first example, of whose singular values the squares add up to its own.
    let slopes = Array2::from_diag(&a.row(0).mapv(|a| 1.0 - a * a));
    let product = w2.dot(&slopes).dot(&w1);
    let values = report.jacobian().unwrap().singular_values();
    let expected = singular_values(product.view()).unwrap();
    assert_eq!(values.len(), 10);
    for (value, expected) in values.iter().zip(&expected) {
        assert_relative_eq!(value, expected, max_relative = 1e-10);
    }
    let squares: f64 = values.iter().map(|value| value * value).sum();
    assert_relative_eq!(squares, product.mapv(|x| x * x).sum(), max_relative = 1e-12);
    assert_eq!(
        jacobian(&layers, x.row(0)).unwrap(),
        *report.jacobian().unwrap()
    );
}

/// A matrix of known singular values, U diag(s) V^T with reflections U and V.
#[test]
fn singular_values_are_exact_over_many_orders() {
    let reflection = |name: &str, n: usize| {
        let v = normal(name, (n, 1));
        let square = v.mapv(|x| x * x).sum();
        Array2::eye(n) - v.dot(&v.t()) * (2.0 / square)
    };
    for scale in [1.0, 1e-200, 1e200] {
        let values = [1e3, 2.0, 1.0, 1.0, 0.25, 1e-6].map(|value| value * scale);
        let mut diagonal = Array2::zeros((8, 6));
        for (index, &value) in values.iter().enumerate() {
            diagonal[(index, index)] = value;
        }
        let matrix = reflection("u", 8).dot(&diagonal).dot(&reflection("v", 6));
        for matrix in [matrix.view(), matrix.t()] {
            let found = singular_values(matrix).unwrap();
            assert_eq!(found.len(), 6);
            for (found, value) in found.iter().zip(values) {
                // What the matrix itself was rounded to is 1e-16 of the largest.
                assert_relative_eq!(*found, value, epsilon = 2e-12 * scale, max_relative = 1e-12);
            }
        }
    }
    assert_eq!(singular_values(Array2::zeros((3, 0)).view()).unwrap(), []);
    assert_eq!(
        singular_values(Array2::zeros((2, 3)).view()).unwrap(),
        [0.0; 2]
    );
    refused(
        singular_values(array![[1.0, f64::NAN]].view()),
        "element of the matrix is NaN, but it must be finite",
    );
}

/// Each rule with the activation that it is for.
fn healthy() -> Vec<(Box<dyn Scheme>, Activation)> {
    let gain = Gain::forward(&Activation::Gelu, 1.0).unwrap().variance();
    let gelu: VarianceScaling = LeCunNormal.into();
    vec![
        (Box::new(HeNormal), Activation::Relu),
        (Box::new(LeCunNormal), Activation::Tanh),
        (Box::new(LeCunNormal), Activation::Selu),
        (Box::new(gelu.scaled(gain).unwrap()), Activation::Gelu),
    ]
}

/// Wide and narrow by turns, so that swapped fans are 8 times too large or too small.
const WIDTHS: [usize; 11] = [512, 64, 512, 64, 512, 64, 512, 64, 512, 64, 512];

#[test]
fn a_planted_fault_is_found_at_its_layer() {
    for (scheme, activation) in &healthy() {
        let key = key("planted").child(format!("{activation:?}"));
        let weights = weights(scheme, &key, &WIDTHS);
        let found = |weights: &[Array2<f32>], biases: &[Option<Array1<f32>>]| -> Option<Fault> {
            report(weights, biases, activation).fault(&Bounds::new())
        };
        // Control: nothing is planted.
        assert_eq!(found(&weights, &[]), None, "{activation:?}");

        for layer in [0, 1, 6, 9] {
            let check = |fault: Option<Fault>, symptoms: &[Symptom], planted: &str| {
                let fault = fault.unwrap_or_else(|| panic!("{planted} {layer} {activation:?}"));
                assert_eq!(
                    fault.layer(),
                    layer + 1,
                    "{planted} {activation:?}: {fault}"
                );
                assert!(symptoms.contains(&fault.symptom()), "{planted}: {fault}");
            };
            let mut large = weights.clone();
            large[layer] *= 4.0;
            check(
                found(&large, &[]),
                &[Symptom::Explodes],
                "4 times too large",
            );

            let mut small = weights.clone();
            small[layer] /= 4.0;
            check(
                found(&small, &[]),
                &[Symptom::Vanishes],
                "4 times too small",
            );

            let mut dead = weights.clone();
            dead[layer].fill(0.0);
            check(found(&dead, &[]), &[Symptom::Dead], "weights of 0");

            let mut biases = vec![None; weights.len()];
            biases[layer] = Some(Array1::from_elem(weights[layer].nrows(), -1e5));
            let symptoms = [Symptom::Dead, Symptom::Explodes];
            check(
                found(&weights, &biases),
                &symptoms,
                "a bias that turns all units off",
            );

            // Variance v / fan_out in place of v / fan_in.
            let mut swapped = weights.clone();
            let (outputs, inputs) = swapped[layer].dim();
            swapped[layer] *= (inputs as f32 / outputs as f32).sqrt();
            let symptom = if inputs > outputs {
                Symptom::Explodes
            } else {
                Symptom::Vanishes
            };
            check(found(&swapped, &[]), &[symptom], "fans swapped");
        }
    }
}

/// What no single layer does, but all of them together.
#[test]
fn a_slow_fault_is_found_where_it_leaves_the_level() {
    let widths = [200; 41];
    let fault = |factor: f64| {
        let scheme = HeNormal.scaled(factor).unwrap();
        let weights = weights(&scheme, &key("slow"), &widths);
        report(&weights, &[], &Activation::Relu).fault(&Bounds::new())
    };
    assert_eq!(fault(1.0), None);
    // Half of the variance: 2 * 2^-l falls below 1e-3 at l = 11, give or take what 200 units stray.
    let vanishes = fault(0.5).unwrap();
    assert_eq!(vanishes.symptom(), Symptom::Vanishes);
    assert!((9..=13).contains(&vanishes.layer()), "{vanishes}");
    // 2 * 1.5^l rises above 1e3 at l = 16.
    let explodes = fault(1.5).unwrap();
    assert_eq!(explodes.symptom(), Symptom::Explodes);
    assert!((13..=19).contains(&explodes.layer()), "{explodes}");

    // A gradient alone: He's rule for tanh, whose signal settles while its gradient grows.
    let scheme = HeNormal.scaled(3.0).unwrap();
    let weights = weights(&scheme, &key("chaos"), &[200; 41]);
    let report = report(&weights, &[], &Activation::Tanh);
    let wide = Bounds::new().step(0.0, f64::INFINITY).unwrap();
    let fault = report.fault(&wide).unwrap();
    assert_eq!(fault.symptom(), Symptom::GradientExplodes);
    let text = fault.to_string();
    assert!(
        text.starts_with("the gradient explodes at layer "),
        "{text}"
    );
    assert!(text.contains("(Tanh): its squared length is "), "{text}");
    // It is the last that is too long, the first on the way back.
    let rows = &report.layers()[fault.layer()..];
    assert!(rows.iter().all(|row| row.gradient.unwrap() <= 1e3));
}

#[test]
fn what_overflows_ends_the_report() {
    let huge = Normal::new(0.0, 1e30).unwrap();
    let weights = weights(&huge, &key("overflow"), &[50; 21]);
    let report = report(&weights, &[], &Activation::Relu);
    // The squares reach 1e308 after five layers of 1e63 each.
    assert_eq!(report.layers().len(), 5);
    assert_eq!(report.depth(), 20);
    assert!(report.layers().iter().all(|row| row.gradient.is_none()));
    assert!(report.jacobian().is_none());
    let every = Bounds::new().step(0.0, f64::INFINITY).unwrap();
    let every = every.level(0.0, f64::INFINITY).unwrap();
    let fault = report.fault(&every).unwrap();
    assert_eq!((fault.layer(), fault.symptom()), (5, Symptom::Overflow));
    assert_eq!(
        fault.to_string(),
        "the signal is not finite at layer 5 (Relu)"
    );
}

#[test]
fn dead_and_saturated_units_are_counted() {
    // One of four units has weights of 0, and one is off for both examples.
    let weight = arr2(&[[1.0, 0.0], [0.0, 0.0], [-1.0, 0.0], [0.0, 1.0]]);
    let batch = arr2(&[[1.0, -1.0], [2.0, 1.0]]);
    let look = |activation: &dyn Nonlinearity, batch: ArrayView2<f64>| {
        let layer = DenseLayer::new(weight.view(), activation).unwrap();
        let report = measure(&[layer], batch, &key("dead")).unwrap();
        let row = &report.layers()[0];
        (row.dead, row.saturated.unwrap())
    };
    let relu = Activation::Relu;
    assert_eq!(look(&relu, batch.view()), (0.5, 5.0 / 8.0));
    assert_eq!(look(&Activation::Linear, batch.view()), (0.25, 0.0));
    // With one example, only the slopes show it.
    let first = batch.slice(ndarray::s![..1, ..]);
    assert_eq!(look(&relu, first), (0.75, 0.75));
    assert_eq!(look(&Activation::Linear, first), (0.0, 0.0));
    let large = &batch * 10.0;
    assert_eq!(look(&Activation::Tanh, large.view()), (0.25, 0.75));
}

/// Closures, a type that implements the trait and `DenseLayer` are the same layer.
#[test]
fn layers_of_ones_own_are_as_good() {
    struct Own(Array2<f64>);
    impl Differentiable for Own {
        fn forward(&self, input: ArrayView2<'_, f64>) -> Result<Pass, SignalError> {
            let z = input.dot(&self.0.t());
            Ok(Pass::activated(z, &Activation::Gelu))
        }

        fn backward(
            &self,
            _: ArrayView2<'_, f64>,
            pass: &Pass,
            gradient: ArrayView2<'_, f64>,
        ) -> Result<Array2<f64>, SignalError> {
            Ok((&gradient * &pass.slopes().unwrap()).dot(&self.0))
        }
    }

    let weight = normal("own", (20, 20)) * 0.3;
    let gelu = Activation::Gelu;
    let dense = DenseLayer::new(weight.view(), &gelu).unwrap();
    let closures = from_fn(
        "closures",
        |x: ArrayView2<f64>| x.dot(&weight.t()).mapv(|z| gelu.value(z)),
        |x: ArrayView2<f64>, gradient: ArrayView2<f64>| {
            let slopes = x.dot(&weight.t()).mapv(|z| gelu.derivative(z));
            (&gradient * &slopes).dot(&weight)
        },
    );
    let batch = normal("batch", (10, 20));
    let boxes: [Box<dyn Differentiable>; 2] = [Box::new(Own(weight.clone())), Box::new(dense)];
    let reports = [
        measure(&[dense, dense], batch.view(), &key("g")).unwrap(),
        measure(&boxes, batch.view(), &key("g")).unwrap(),
        measure(&[&closures, &closures], batch.view(), &key("g")).unwrap(),
        measure::<&dyn Differentiable, _>(&[&closures, &dense], batch.view(), &key("g")).unwrap(),
    ];
    for report in &reports {
        for (row, first) in report.layers().iter().zip(reports[0].layers()) {
            let own = [row.output_second_moment, row.gradient.unwrap()];
            let expected = [first.output_second_moment, first.gradient.unwrap()];
            for (own, expected) in own.iter().zip(&expected) {
                assert_relative_eq!(own, expected, max_relative = 1e-12);
            }
        }
        let (jacobian, first) = (report.jacobian().unwrap(), reports[0].jacobian().unwrap());
        assert_relative_eq!(jacobian.largest(), first.largest(), max_relative = 1e-12);
    }
    // For closures, only the output is known.
    let row = &reports[2].layers()[0];
    assert_eq!(
        (row.preactivation_second_moment, row.saturated),
        (row.output_second_moment, None)
    );
    assert_eq!(row.name, "closures");
    assert_eq!(format!("{closures:?}"), "from_fn(\"closures\", .., ..)");
    assert_eq!(reports[1].layers()[0].name, "");
}

/// Weights in f32 are measured as they are; a batch too.
#[test]
fn narrow_types_are_widened() {
    let weight: Array2<f32> = HeNormal.init_keyed(key("narrow"), (30, 30)).unwrap();
    let batch: Array2<f32> = Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(key("narrow batch"), (9, 30))
        .unwrap();
    let (wide, wide_batch) = (weight.mapv(f64::from), batch.mapv(f64::from));
    let relu = Activation::Relu;
    assert_eq!(
        measure(
            &[DenseLayer::new(weight.view(), &relu).unwrap()],
            batch.view(),
            &key("g")
        ),
        measure(
            &[DenseLayer::new(wide.view(), &relu).unwrap()],
            wide_batch.view(),
            &key("g")
        )
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let relu = Activation::Relu;
    let (w, v) = (normal("w", (20, 10)), normal("v", (5, 19)));
    let (short, infinite) = (arr1(&[0.0; 10]), arr1(&[f64::INFINITY; 20]));
    let layers = [
        DenseLayer::new(w.view(), &relu).unwrap(),
        DenseLayer::new(v.view(), &relu).unwrap(),
    ];
    let batch = normal("x", (7, 10));
    refused(
        measure(&layers, batch.view(), &key("g")),
        "the input of layer 2 has shape [7, 20], but it must be [7, 19]",
    );
    refused(
        jacobian(&layers, batch.row(0)),
        "the input of layer 2 has shape [1, 20], but it must be [1, 19]",
    );
    refused(
        layers[1].forward(batch.view()),
        "the input has shape [7, 10], but it must be [7, 19]",
    );
    let pass = layers[0].forward(batch.view()).unwrap();
    refused(
        layers[0].backward(batch.view(), &pass, batch.view()),
        "the gradient in the output has shape [7, 10], but it must be [7, 20]",
    );
    refused(
        layers[0].bias(short.view()),
        "the bias has 10 values, but it must have 20",
    );
    let loses_examples = from_fn(
        "",
        |x: ArrayView2<f64>| x.sum_axis(Axis(0)).insert_axis(Axis(0)),
        |x: ArrayView2<f64>, _: ArrayView2<f64>| x.to_owned(),
    );
    refused(
        measure(&[loses_examples], batch.view(), &key("g")),
        "the output of layer 1 has shape [1, 10], but it must be [7, 10]",
    );
    let wrong_gradient = from_fn(
        "",
        |x: ArrayView2<f64>| x.to_owned(),
        |_: ArrayView2<f64>, _: ArrayView2<f64>| Array2::zeros((7, 9)),
    );
    refused(
        measure(&[wrong_gradient], batch.view(), &key("g")),
        "the gradient in the input of layer 1 has shape [7, 9], but it must be [7, 10]",
    );

    let mut broken = w.clone();
    broken[(3, 3)] = f64::NAN;
    refused(
        DenseLayer::new(broken.view(), &relu),
        "weight is NaN, but it must be finite",
    );
    refused(
        layers[0].bias(infinite.view()),
        "bias is inf, but it must be finite",
    );
    let mut bad = batch.clone();
    bad[(0, 0)] = f64::NEG_INFINITY;
    refused(
        measure(&layers[..1], bad.view(), &key("g")),
        "value of the batch is -inf, but it must be finite",
    );
    let none: [DenseLayer<f64>; 0] = [];
    refused(
        measure(&none, batch.view(), &key("g")),
        "number of layers is 0, but it must be at least 1",
    );
    refused(
        measure(&layers, Array2::<f64>::zeros((0, 10)).view(), &key("g")),
        "number of examples is 0, but it must be at least 1",
    );
    refused(
        measure(&layers, Array2::<f64>::zeros((3, 0)).view(), &key("g")),
        "number of inputs is 0, but it must be at least 1",
    );

    refused(
        Bounds::new().level(-0.1, 2.0),
        "low level is -0.1, but it must be from 0 to 1",
    );
    refused(
        Bounds::new().level(0.1, 0.9),
        "high level is 0.9, but it must be at least 1",
    );
    refused(
        Bounds::new().step(f64::NAN, 2.0),
        "low step is NaN, but it must be from 0 to 1",
    );
    refused(
        Bounds::new().step(0.0, f64::NAN),
        "high step is NaN, but it must be at least 1",
    );
    refused(
        Bounds::new().dead(1.5),
        "share of dead units is 1.5, but it must be from 0 to 1",
    );
    refused(
        Bounds::new().saturated(-1.0),
        "share of flat slopes is -1, but it must be from 0 to 1",
    );
}

/// An empty layer is no panic.
#[test]
fn a_layer_of_no_units_is_measured() {
    let (w, v) = (Array2::<f64>::zeros((0, 4)), Array2::<f64>::zeros((3, 0)));
    let layers = [
        DenseLayer::new(w.view(), &Activation::Relu).unwrap(),
        DenseLayer::new(v.view(), &Activation::Relu).unwrap(),
    ];
    let batch = normal("x", (2, 4));
    let report = measure(&layers, batch.view(), &key("g")).unwrap();
    assert_eq!(report.layers().len(), 2);
    let report = measure(&layers[..1], batch.view(), &key("g")).unwrap();
    assert_eq!(report.layers()[0].preactivation_second_moment, 0.0);
}

#[test]
fn a_report_prints_as_a_table() {
    let weight = arr2(&[[2.0, 0.0], [0.0, 0.5]]);
    let layer = DenseLayer::new(weight.view(), &Activation::Linear).unwrap();
    let batch = arr2(&[[1.0, 1.0], [-1.0, 2.0]]);
    let report = measure(&[layer, layer], batch.view(), &key("table")).unwrap();
    let text = report.to_string();
    let lines: Vec<&str> = text.lines().collect();
    let gradient = |layer: usize| format!("{:.4}", report.layers()[layer].gradient.unwrap());
    let expected = [
        "layer  name    width  second moment       mean  kurtosis   dead  saturated   gradient"
            .to_string(),
        "input              2         1.7500".to_string(),
        format!(
            "    1  Linear      2         2.3125     0.3750      2.06    0 %        0 %  {:>9}",
            gradient(0)
        ),
        format!(
            "    2  Linear      2         8.0781     0.1875      2.00    0 %        0 %  {:>9}",
            gradient(1)
        ),
        "Jacobian: 2 singular values, from 0.2500 to 4.0000".to_string(),
    ];
    assert_eq!(lines[..5], expected);
    let verdict = "signal and gradient are within bounds";
    let fault = report.fault(&Bounds::new());
    assert_eq!(
        lines[5],
        fault.map_or(verdict.into(), |fault| fault.to_string())
    );

    let zeros: Array2<f64> = Zeros.init_keyed(key("zeros"), (2, 2)).unwrap();
    let dead = DenseLayer::new(zeros.view(), &Activation::Linear).unwrap();
    let report = measure(&[layer, dead], batch.view(), &key("table")).unwrap();
    let text = report.to_string();
    assert!(
        text.ends_with(
            "the signal is dead at layer 2 (Linear): the share of units that are is 1.0000"
        ),
        "{text}"
    );
    // A kurtosis that there is none of.
    let row: Vec<&str> = text.lines().nth(3).unwrap().split_whitespace().collect();
    assert_eq!(row[..6], ["2", "Linear", "2", "0.0000", "0.0000", "-"]);
}

/// In the layer after the first, pre-activations are sums of many terms: normal, with mean 0.
#[test]
fn moments_of_wide_layers_are_those_of_a_normal_law() {
    let weights = weights(&HeNormal, &key("wide"), &[100, 2000]);
    let report = report(&weights, &[], &Activation::Relu);
    let row = &report.layers()[0];
    // 2,000 units of independent weights, over 20 examples that are not quite orthogonal: in
    // standard errors of 2,000 * 20 / (1 + 20 / 100) independent values.
    let count: f64 = 2000.0 * 20.0 / 1.2;
    let expected = 2.0 * report.input_second_moment();
    assert!((row.preactivation_second_moment / expected - 1.0).abs() < 5.0 * (2.0 / count).sqrt());
    assert!((row.preactivation_mean / expected.sqrt()).abs() < 5.0 / count.sqrt());
    assert!((row.kurtosis.unwrap() - 3.0).abs() < 0.2);
    // Control: a uniform batch of inputs straight through has a kurtosis of 1.8.
    let uniform: Array2<f64> = once(0)
        .chain(1..200)
        .map(|n| (f64::from(n) + 0.5) / 100.0 - 1.0)
        .collect::<Array1<f64>>()
        .insert_axis(Axis(1));
    let one = Array2::<f64>::ones((1, 1));
    let layer = DenseLayer::new(one.view(), &Activation::Linear).unwrap();
    let report = measure(&[layer], uniform.view(), &key("g")).unwrap();
    assert!((report.layers()[0].kurtosis.unwrap() - 1.8).abs() < 1e-3);
}
