//! Claims about networks before any training: each is a number that a source promises and what was
//! measured here.
//!
//! `tests/evidence.rs` measures them again.

use fanin::{
    Activation, Family, Fan, GlorotUniform, Initializer, Key, LeCunNormal, Normal, Orthogonal,
    Scheme, VarianceScaling,
};
use fanin_signal::{
    CriticalPoint, DenseLayer, FixedPoint, FixedPoints, Layer, Measurement, SignalError,
    critical_variance, measure, singular_values,
};
use ndarray::Array2;

/// What was measured, by a name that the text and the tests quote it by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) claim: &'static str,
    pub(crate) value: f64,
}

pub(crate) fn claims(key: &Key) -> Result<Vec<Measured>, SignalError> {
    let mut all = Vec::new();
    glorot_and_bengio(&key.child("glorot"), &mut all)?;
    saxe(&key.child("saxe"), &mut all)?;
    schoenholz(&mut all)?;
    klambauer(&key.child("klambauer"), &mut all)?;
    Ok(all)
}

/// Square layers of `width` units, and what a batch of `examples` normal inputs of variance
/// `variance` becomes in them.
fn report(
    scheme: &dyn Scheme,
    activation: Activation,
    (depth, width): (usize, usize),
    variance: f64,
    key: &Key,
) -> Result<Measurement, SignalError> {
    let weights: Vec<Array2<f32>> = (0..depth)
        .map(|layer| scheme.init_keyed(key.child("layers").child_index(layer), (width, width)))
        .collect::<Result<_, _>>()?;
    let layers: Vec<DenseLayer<f32>> = weights
        .iter()
        .map(|weight| DenseLayer::new(weight.view(), &activation))
        .collect::<Result<_, _>>()?;
    let inputs = Normal::new(0.0, variance.sqrt())?;
    let inputs: Array2<f64> = inputs.init_keyed(key.child("inputs"), (20, width))?;
    measure(&layers, inputs.view(), &key.child("gradient"))
}

/// Figure 7: the back-propagated gradients of a tanh network of five layers of 1,000 units, whose
/// weights have the variance 1 / (3 n) or 2 / (n + n).
fn glorot_and_bengio(key: &Key, all: &mut Vec<Measured>) -> Result<(), SignalError> {
    const SOURCE: &str = "Glorot & Bengio 2010";
    let standard = VarianceScaling::new(1.0 / 3.0, Fan::In, Family::Uniform)?;
    let schemes: [(&str, &str, &dyn Scheme); 2] = [
        (
            "glorot.standard",
            "the gradient's variance falls layer by layer from weights of variance 1 / (3 n): what is left of it after 5 layers",
            &standard,
        ),
        (
            "glorot.normalised",
            "it is about the same in all layers from weights of variance 2 / (n + n)",
            &GlorotUniform,
        ),
    ];
    for (name, claim, scheme) in schemes {
        let report = report(scheme, Activation::Tanh, (5, 1000), 0.1, key)?;
        let first = report.layers().first().and_then(|layer| layer.gradient);
        all.push(Measured {
            name,
            source: SOURCE,
            claim,
            value: first.unwrap_or(f64::NAN),
        });
    }
    Ok(())
}

/// Section 3: the singular values of the product of all weights of a linear network.
fn saxe(key: &Key, all: &mut Vec<Measured>) -> Result<(), SignalError> {
    const SOURCE: &str = "Saxe et al. 2014";
    const DEPTH: usize = 50;
    const WIDTH: usize = 100;
    let product = |scheme: &dyn Scheme| -> Result<(f64, f64, f64), SignalError> {
        let mut product = Array2::<f64>::eye(WIDTH);
        for layer in 0..DEPTH {
            let weight: Array2<f64> = scheme.init_keyed(key.child_index(layer), (WIDTH, WIDTH))?;
            product = weight.dot(&product);
        }
        let values = singular_values(product.view())?;
        let of = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
        // For normal weights the smallest of 100 is rounding error, so one from the middle is given
        // too.
        Ok((
            of(values.first()),
            of(values.get(WIDTH / 2)),
            of(values.last()),
        ))
    };
    let (largest, _, smallest) = product(&Orthogonal)?;
    all.push(Measured {
        name: "saxe.orthogonal",
        source: SOURCE,
        claim: "orthogonal weights: after 50 linear layers of 100 units all singular values are 1: the \
                furthest from it is off by",
        value: (largest - 1.0).abs().max((smallest - 1.0).abs()),
    });
    let (largest, median, _) = product(&LeCunNormal)?;
    all.push(Measured {
        name: "saxe.normal.largest",
        source: SOURCE,
        claim: "normal weights of variance 1 / n: after 50 linear layers the largest singular value is not small",
        value: largest,
    });
    all.push(Measured {
        name: "saxe.normal.median",
        source: SOURCE,
        claim: "and nearly all others vanish: the median of 100",
        value: median,
    });
    Ok(())
}

/// Figure 5 and section 3: the critical line of tanh, and the depth scale's divergence there.
fn schoenholz(all: &mut Vec<Measured>) -> Result<(), SignalError> {
    const SOURCE: &str = "Schoenholz et al. 2017";
    const BIAS: f64 = 0.05;
    let critical = critical_variance(&Activation::Tanh, BIAS)?;
    let critical = critical
        .points()
        .first()
        .map_or(f64::NAN, CriticalPoint::weight_variance);
    all.push(Measured {
        name: "schoenholz.critical",
        source: SOURCE,
        claim: "tanh with biases of variance 0.05 is critical at a weight variance of 1.76",
        value: critical,
    });
    for (name, claim, factor) in [
        (
            "schoenholz.xi.below",
            "the depth scale diverges there: xi at 0.999 of it",
            0.999,
        ),
        ("schoenholz.xi.above", "and at 1.001 of it", 1.001),
    ] {
        let layer = Layer::new(critical * factor, Activation::Tanh)?.bias_variance(BIAS)?;
        let xi = match layer.fixed_points()? {
            FixedPoints::Isolated(points) => points.last().and_then(FixedPoint::correlation_depth),
            _ => None,
        };
        all.push(Measured {
            name,
            source: SOURCE,
            claim,
            value: xi.unwrap_or(f64::NAN),
        });
    }
    Ok(())
}

/// Theorem 1 and figure 1: mean 0 and variance 1 are what the activations of SELU are drawn to.
fn klambauer(key: &Key, all: &mut Vec<Measured>) -> Result<(), SignalError> {
    const SOURCE: &str = "Klambauer et al. 2017";
    let cases = [
        (
            "klambauer.from_1",
            "SELU with variance 1 / n keeps a second moment of 1: in the output of layer 100",
            1.0,
        ),
        (
            "klambauer.from_4",
            "and comes back to it from one of 4",
            4.0,
        ),
        ("klambauer.from_quarter", "and from one of 1/4", 0.25),
    ];
    for (name, claim, variance) in cases {
        let report = report(&LeCunNormal, Activation::Selu, (100, 500), variance, key)?;
        let last = report.layers().last();
        all.push(Measured {
            name,
            source: SOURCE,
            claim,
            value: last.map_or(f64::NAN, |layer| layer.output_second_moment),
        });
        if variance == 1.0 {
            all.push(Measured {
                name: "klambauer.gradient",
                source: SOURCE,
                claim: "and the gradient neither vanishes nor explodes: its second moment after 100 layers",
                value: report
                    .layers()
                    .first()
                    .and_then(|layer| layer.gradient)
                    .unwrap_or(f64::NAN),
            });
        }
    }
    Ok(())
}
