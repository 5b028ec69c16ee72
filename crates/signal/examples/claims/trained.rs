//! Claims about training: 30 layers on handwritten digits.

use std::error::Error;

use fanin::{GlorotNormal, HeNormal, Key, LeCunNormal, Normal, Scheme, Zeros};
use fanin_signal::{Lsuv, SignalError};
use ndarray::s;
use rayon::prelude::*;

use crate::{
    data::{self, CLASSES, Digits, PIXELS},
    initial::Measured,
    network::{Activation, Network, Start},
};

const DEPTH: usize = 30;
const WIDTH: usize = 128;
/// Examples that LSUV looks at.
const BATCH: usize = 256;

/// A claim of a source, and the network that is trained for it.
struct Case {
    name: &'static str,
    source: &'static str,
    claim: &'static str,
    scheme: Box<dyn Scheme>,
    activation: Activation,
    lsuv: bool,
}

pub(crate) fn claims(key: &Key, report: impl Fn() + Sync) -> Result<Vec<Measured>, Box<dyn Error>> {
    let he = "He et al. 2015";
    let mishkin = "Mishkin & Matas 2016";
    let case = |name, source, claim, scheme, activation, lsuv| Case {
        name,
        source,
        claim,
        scheme,
        activation,
        lsuv,
    };
    let (relu, tanh) = (Activation::Relu, Activation::Tanh);
    let small = Normal::new(0.0, 0.01)?;
    let cases = [
        case(
            "he.he",
            he,
            "30 ReLU layers converge from variance 2 / n: test accuracy",
            Box::new(HeNormal) as Box<dyn Scheme>,
            relu,
            false,
        ),
        case(
            "he.xavier",
            he,
            "and stall from 1 / n, which the paper calls Xavier",
            Box::new(LeCunNormal),
            relu,
            false,
        ),
        case(
            "he.glorot",
            he,
            "and from 2 / (n + m), which Glorot and Bengio have",
            Box::new(GlorotNormal),
            relu,
            false,
        ),
        case(
            "he.small",
            he,
            "and from normal weights of standard deviation 0.01",
            Box::new(small),
            relu,
            false,
        ),
        case(
            "mishkin.relu",
            mishkin,
            "LSUV makes these last converge",
            Box::new(small),
            relu,
            true,
        ),
        case(
            "mishkin.tanh.before",
            mishkin,
            "30 tanh layers from standard deviation 0.01",
            Box::new(small),
            tanh,
            false,
        ),
        case(
            "mishkin.tanh",
            mishkin,
            "LSUV makes these converge, too",
            Box::new(small),
            tanh,
            true,
        ),
    ];
    let digits = Digits::load()?;
    let train = |case: &Case| -> Result<Vec<Measured>, SignalError> {
        let mut widths = [WIDTH; DEPTH + 1];
        widths[0] = PIXELS;
        widths[DEPTH] = CLASSES;
        let start = Start {
            weights: &*case.scheme,
            biases: &Zeros,
            activation: case.activation,
        };
        let mut network = Network::new(start, key, &widths)?;
        let mut measured = Vec::new();
        if case.lsuv {
            let rescalings = rescale(&mut network, &digits)?;
            if case.activation == Activation::Tanh {
                measured.push(Measured {
                    name: "mishkin.rescalings",
                    source: case.source,
                    claim: "it takes some rescalings for each layer: the most of any",
                    value: f64::from(rescalings),
                });
            }
        }
        data::TRAINING.train(&mut network, &digits.training, key, |_| report());
        measured.push(Measured {
            name: case.name,
            source: case.source,
            claim: case.claim,
            value: network.accuracy(&digits.test),
        });
        Ok(measured)
    };
    let all: Vec<Vec<Measured>> = cases.par_iter().map(train).collect::<Result<_, _>>()?;
    Ok(all.concat())
}

/// How many trainings `claims` makes.
pub(crate) const TRAININGS: usize = 7;

/// LSUV from the first layer to the last; the most rescalings of any.
fn rescale(network: &mut Network, digits: &Digits) -> Result<u32, SignalError> {
    let mut signal = digits.training.inputs.slice(s![..BATCH, ..]).to_owned();
    let activation = network.activation;
    let mut most = 0;
    for layer in &mut network.layers {
        let bias = &layer.bias;
        let fit =
            Lsuv::new().rescale(&mut layer.weight, |weight| signal.dot(&weight.t()) + bias)?;
        most = most.max(fit.rescalings());
        signal = activation.of(&layer.forward(&signal));
    }
    Ok(most)
}
