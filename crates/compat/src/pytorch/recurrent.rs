//! Recurrent layers.

use fanin::{InitError, TooLarge, Weight};

use super::uniform_over;
use crate::{Module, Parameter};

/// The most layers of one module, each of which has four parameters or eight.
const MOST_LAYERS: usize = 10_000;

macro_rules! recurrent {
    ($(#[doc = $doc:expr])* $name:ident: $gates:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $name {
            input_size: usize,
            hidden_size: usize,
            num_layers: usize,
            bidirectional: bool,
        }

        impl $name {
            /// One layer from `input_size` inputs, of `hidden_size` units.
            #[must_use]
            pub const fn new(input_size: usize, hidden_size: usize) -> Self {
                $name {
                    input_size,
                    hidden_size,
                    num_layers: 1,
                    bidirectional: false,
                }
            }

            /// The same with several layers, from 1 to 10,000, each fed by the one before.
            #[must_use]
            pub const fn num_layers(mut self, num_layers: usize) -> Self {
                self.num_layers = num_layers;
                self
            }

            /// The same, each layer a second time from the end to the beginning, under names that
            /// end in `_reverse`.
            #[must_use]
            pub const fn bidirectional(mut self, bidirectional: bool) -> Self {
                self.bidirectional = bidirectional;
                self
            }
        }

        impl Module for $name {
            fn parameters(&self) -> Result<Vec<Parameter>, InitError> {
                let $name { input_size, hidden_size, num_layers, bidirectional } = *self;
                parameters($gates, [input_size, hidden_size], num_layers, bidirectional)
            }
        }
    };
}

recurrent! {
    /// `torch.nn.LSTM(input_size, hidden_size)`: everything, both biases too, is uniform between
    /// `-1 / sqrt(hidden)` and `1 / sqrt(hidden)`; the forget gate has no bias of 1.
    ///
    /// `weight_ih_l0` is `[4 * hidden, input]`, `weight_hh_l0` `[4 * hidden, hidden]`, `bias_ih_l0` and
    /// `bias_hh_l0` `[4 * hidden]`; the gates are input, forget, cell, output.
    LSTM: 4
}

recurrent! {
    /// `torch.nn.GRU(input_size, hidden_size)`: as [`LSTM`], with three gates: reset, update, new.
    GRU: 3
}

recurrent! {
    /// `torch.nn.RNN(input_size, hidden_size)`: as [`LSTM`], with one gate.
    RNN: 1
}

fn parameters(
    gates: usize,
    [input_size, hidden_size]: [usize; 2],
    num_layers: usize,
    bidirectional: bool,
) -> Result<Vec<Parameter>, InitError> {
    if !(1..=MOST_LAYERS).contains(&num_layers) {
        return Err(InitError::InvalidParameter {
            name: "number of layers",
            value: num_layers as f64,
            rule: "from 1 to 10,000",
        });
    }
    let rule = uniform_over(hidden_size as u64)?;
    let directions = if bidirectional {
        ["", "_reverse"].as_slice()
    } else {
        &[""]
    };
    let too_large = || TooLarge::Elements.error([hidden_size, input_size]);
    let rows = hidden_size.checked_mul(gates).ok_or_else(too_large)?;
    let below = hidden_size
        .checked_mul(directions.len())
        .ok_or_else(too_large)?;
    let mut parameters = Vec::new();
    for layer in 0..num_layers {
        let inputs = if layer == 0 { input_size } else { below };
        for direction in directions {
            let mut push = |name: &str, weight| {
                let name = format!("{name}_l{layer}{direction}");
                parameters.push(Parameter::new(name, weight, rule.clone()));
            };
            push("weight_ih", Weight::new([rows, inputs])?);
            push("weight_hh", Weight::new([rows, hidden_size])?);
            push("bias_ih", Weight::vector(rows));
            push("bias_hh", Weight::vector(rows));
        }
    }
    Ok(parameters)
}
