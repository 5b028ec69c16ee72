//! The rules of the course, as it teaches them: for layer l with n[l] units, `W[l]` has the shape
//! (n[l], n[l-1]) and a variance that keeps the scale of the signal.

use crate::common::{
    evidence::{Claim, FALSE_ALARMS, rejected, sample, smirnov},
    key,
};
use fanin::{GlorotNormal, HeNormal, Initializer, Key, LeCunNormal, Normal, Scheme, XavierNormal};
use ndarray::{Array1, Array2, ArrayView1};
use rand::{SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};

/// `np.random.randn(n)`.
fn randn(n: usize, seed: u64) -> Array1<f64> {
    StandardNormal
        .sample_iter(StdRng::seed_from_u64(seed))
        .take(n)
        .collect()
}

/// Standardised inputs: their mean square is 1.
fn inputs(n: usize) -> Array1<f64> {
    let x = randn(n, n as u64);
    let root_mean_square = x.pow2().mean().unwrap().sqrt();
    x / root_mean_square
}

/// z = W a of layers of `units` units, one for each of `keys` keys.
fn outputs(scheme: &dyn Scheme, a: &Array1<f64>, units: usize, keys: usize) -> Vec<f64> {
    let parent = key(&format!("{scheme:?} {units} {}", a.len()));
    let layer = |index| -> Vec<f64> {
        let key: Key = parent.child_index(index);
        let w: Array2<f32> = scheme.init_keyed(key.clone(), (units, a.len())).unwrap();
        let unit = |row: ArrayView1<f32>| row.iter().zip(a).map(|(w, a)| f64::from(*w) * a).sum();
        w.outer_iter().map(unit).collect()
    };
    (0..keys).flat_map(layer).collect()
}

/// "z = w_1 x_1 + ... + w_n x_n: the larger n is, the smaller the w_i should be, so that z does not
/// blow up. Set the variance of w_i to 1/n." The outputs are standard normal whatever n is.
#[test]
fn one_neuron_keeps_the_scale_of_its_inputs() {
    let sizes = [
        (4, 2000),
        (100, 2000),
        (784, 1000),
        (10_000, 200),
        (100_000, 60),
    ];
    for (n, keys) in sizes {
        let rate = FALSE_ALARMS / sizes.len() as f64;
        let claim = Claim::normal(0.0, 1.0);
        let z = outputs(&LeCunNormal, &inputs(n), 1, keys);
        claim.judge(&z, rate).unwrap();

        // Controls: the standard normal `randn` alone, a variance of 4/n, and one of 1/(4n), with
        // means that are right.
        let mean = z.iter().sum::<f64>() / z.len() as f64;
        for scale in [(n as f64).sqrt(), 2.0, 0.5] {
            let wrong: Vec<f64> = z.iter().map(|z| scale * (z - mean)).collect();
            rejected(claim.judge(&wrong, rate), "second moment");
        }
    }
}

/// `W[l] = np.random.randn(shape) * np.sqrt(1 / n[l-1])`.
#[test]
fn lecun_is_the_formula_of_the_course() {
    let (n, inputs) = (1 << 18, 1 << 8);
    let formula = randn(n, 1) * (1.0 / inputs as f64).sqrt();
    let compare = |scheme: &dyn Scheme| {
        let w = sample::<f64>(scheme, &key("formula"), (n / inputs, inputs), n);
        smirnov(formula.to_vec(), w, FALSE_ALARMS)
    };
    compare(&LeCunNormal).unwrap();

    // Controls: 20 % more variance, and a mean of a twentieth of the standard deviation.
    let reason = "largest distance";
    rejected(compare(&LeCunNormal.scaled(1.2).unwrap()), reason);
    let shifted = Normal::new(0.05 / 16.0, 1.0 / 16.0).unwrap();
    rejected(compare(&shifted), reason);
}

/// For ReLU the variance is 2/n: the activations of a layer have the mean square of its inputs.
#[test]
fn he_keeps_the_scale_through_relu() {
    // Activations, as a layer of ReLU before this one leaves them.
    let a = inputs(50).mapv(|x| x.max(0.0));
    let scale = a.pow2().mean().unwrap();
    // With z of variance 2 scale, the mean of max(z, 0)^2 is scale, and that of its square is
    // 6 scale^2. In standard errors:
    let through_relu = |scheme: &dyn Scheme| {
        let z = outputs(scheme, &a, 500, 40);
        let n = z.len() as f64;
        let mean_square = z.iter().map(|z| z.max(0.0).powi(2)).sum::<f64>() / n;
        (mean_square / scale - 1.0) / (5.0 / n).sqrt()
    };
    // The normal quantile of half of the rate, on both sides together.
    let quantile = 5.03;
    assert!(through_relu(&HeNormal).abs() < quantile);
    // Controls: 1/n halves it, and 20 % too much is detected.
    assert!(through_relu(&LeCunNormal) < -quantile);
    assert!(through_relu(&HeNormal.scaled(1.2).unwrap()) > quantile);

    // Without ReLU, twice the variance.
    let z = outputs(&HeNormal, &a, 500, 40);
    Claim::normal(0.0, 2.0 * scale)
        .judge(&z, FALSE_ALARMS / 2.0)
        .unwrap();
}

/// For tanh it is 1/n, which the course calls Xavier initialisation: units that are not saturated
/// pass the scale on, since tanh(z) is z - z^3/3 + ...
#[test]
fn xavier_keeps_the_scale_through_tanh() {
    let scale = 0.01;
    let a = inputs(50) * scale;
    let through_tanh = |scheme: &dyn Scheme| -> Vec<f64> {
        let z = outputs(scheme, &a, 500, 40);
        z.into_iter().map(f64::tanh).collect()
    };
    // The mean square of z - z^3/3 is less by 2 scale^2 of it, a hundredth of a standard error.
    let claim = Claim::normal(0.0, scale * scale);
    claim
        .judge(&through_tanh(&XavierNormal), FALSE_ALARMS)
        .unwrap();
    let he = through_tanh(&HeNormal);
    rejected(claim.judge(&he, FALSE_ALARMS), "second moment");
}

/// The other rule for tanh, of Y. Bengio and others: 2 / (n[l-1] + n[l]). What the signal gains on
/// its way forward through (n[l], n[l-1]), the gradient loses on its way back.
#[test]
fn glorot_is_between_forward_and_backward() {
    let (before, after) = (300, 100);
    let rate = FALSE_ALARMS / 2.0;
    let (mut forward, mut backward) = (Vec::new(), Vec::new());
    for index in 0..100 {
        let key = key("glorot").child_index(index);
        let w: Array2<f64> = GlorotNormal
            .init_keyed(key.clone(), (after, before))
            .unwrap();
        forward.extend(w.dot(&inputs(before)));
        backward.extend(w.t().dot(&inputs(after)));
    }
    let claim = |layer: usize| Claim::normal(0.0, 2.0 * layer as f64 / (before + after) as f64);
    claim(before).judge(&forward, rate).unwrap();
    claim(after).judge(&backward, rate).unwrap();
    // Control: swapped.
    rejected(claim(after).judge(&forward, rate), "second moment");
    rejected(claim(before).judge(&backward, rate), "second moment");
}
