//! What `compat` has for a call.

use fanin::{Family, Fan, InitError, Law, Scheme, Weight};
use fanin_compat::{
    Module, Parameter, flax, jax, keras,
    pytorch::{self, GainFor, Mode},
};

use super::call::{Call, tuple};

/// What `compat` has for a call: a scheme, and of a layer the shape that it gives.
pub(crate) struct Rule {
    pub(crate) scheme: Box<dyn Scheme>,
    pub(crate) shape: Option<Vec<usize>>,
}

impl Rule {
    fn of(scheme: impl Scheme + 'static) -> Self {
        Rule {
            scheme: Box::new(scheme),
            shape: None,
        }
    }

    fn member(module: &impl Module, name: &str) -> Result<Self, InitError> {
        let parameters = module.parameters()?;
        let named: Vec<Parameter> = (parameters.into_iter())
            .filter(|parameter| parameter.name() == name)
            .collect();
        let [parameter] = &named[..] else {
            panic!("{} parameters are called {name}", named.len());
        };
        let scheme = OfParameter(parameter.clone());
        Ok(Rule {
            scheme: Box::new(scheme),
            shape: Some(parameter.weight().shape().to_vec()),
        })
    }
}

/// A parameter draws what its scheme draws.
#[derive(Debug)]
struct OfParameter(Parameter);

impl Scheme for OfParameter {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        assert_eq!(weight.shape(), self.0.weight().shape());
        self.0.law()
    }
}

/// By the name of the call and its arguments. If a layer reads the number of its inputs from what
/// it is called with, that number is read from the shape.
pub(crate) fn rule(framework: &str, call: &Call<'_>, shape: &[usize]) -> Result<Rule, InitError> {
    match framework {
        "torch" => torch(call),
        "torch.layer" => torch_layer(call),
        "jax" => jax_rule(call),
        "keras" => keras_rule(call),
        "keras.layer" => keras_layer(call, shape),
        "flax.layer" => flax_layer(call, shape),
        _ => panic!("no rule for {framework}"),
    }
}

fn torch(call: &Call<'_>) -> Result<Rule, InitError> {
    let kaiming = || {
        let mode = match call.named["mode"] {
            "fan_in" => Mode::FanIn,
            "fan_out" => Mode::FanOut,
            mode => panic!("{mode}"),
        };
        (
            call.number("a", 0.0),
            mode,
            nonlinearity(call.named["nonlinearity"]),
        )
    };
    Ok(Rule::of(match call.name {
        "kaiming_normal_" => {
            let (a, mode, nonlinearity) = kaiming();
            pytorch::kaiming_normal_(a, mode, nonlinearity)?
        }
        "kaiming_uniform_" => {
            let (a, mode, nonlinearity) = kaiming();
            pytorch::kaiming_uniform_(a, mode, nonlinearity)?
        }
        "xavier_normal_" => pytorch::xavier_normal_(call.number("gain", 1.0))?,
        "xavier_uniform_" => pytorch::xavier_uniform_(call.number("gain", 1.0))?,
        "trunc_normal_" => pytorch::trunc_normal_(
            call.number("mean", 0.0),
            call.number("std", 1.0),
            call.number("a", -2.0),
            call.number("b", 2.0),
        )?,
        "sparse_" => pytorch::sparse_(call.number("sparsity", 0.0), call.number("std", 0.01))?,
        "dirac_" => pytorch::dirac_(call.number("groups", 1.0) as usize)?,
        "eye_" => pytorch::eye_(),
        "orthogonal_" => pytorch::orthogonal_(call.number("gain", 1.0))?,
        name => panic!("no rule for {name}"),
    }))
}

pub(crate) fn nonlinearity(name: &str) -> GainFor {
    match name {
        "linear" | "conv2d" => GainFor::Linear,
        "sigmoid" => GainFor::Sigmoid,
        "tanh" => GainFor::Tanh,
        "relu" => GainFor::Relu,
        "leaky_relu" => GainFor::LeakyRelu,
        "selu" => GainFor::Selu,
        _ => panic!("{name}"),
    }
}

pub(crate) fn torch_layer(call: &Call<'_>) -> Result<Rule, InitError> {
    let groups = call.number("groups", 1.0) as usize;
    let [a, b] = [call.count(0), call.count(1)];
    let member = call.member;
    match call.name {
        "Linear" => Rule::member(&pytorch::Linear::new(a, b), member),
        "Conv1d" | "Conv2d" | "Conv3d" => {
            let kernel = call.kernel(2, call.rank());
            Rule::member(&pytorch::Conv::new(a, b, kernel).groups(groups), member)
        }
        "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d" => {
            let kernel = call.kernel(2, call.rank());
            Rule::member(
                &pytorch::ConvTranspose::new(a, b, kernel).groups(groups),
                member,
            )
        }
        "Bilinear" => Rule::member(&pytorch::Bilinear::new(a, b, call.count(2)), member),
        "Embedding" => Rule::member(&pytorch::Embedding::new(a, b), member),
        "LSTM" => Rule::member(&pytorch::LSTM::new(a, b), member),
        "GRU" => Rule::member(&pytorch::GRU::new(a, b), member),
        "MultiheadAttention" => Rule::member(&pytorch::MultiheadAttention::new(a, b), member),
        name => panic!("no rule for {name}"),
    }
}

fn jax_rule(call: &Call<'_>) -> Result<Rule, InitError> {
    let scaling = match call.name {
        "glorot_normal" => jax::glorot_normal(),
        "glorot_uniform" => jax::glorot_uniform(),
        "he_normal" => jax::he_normal(),
        "he_uniform" => jax::he_uniform(),
        "lecun_normal" => jax::lecun_normal(),
        "lecun_uniform" => jax::lecun_uniform(),
        "variance_scaling" => {
            let mode = match call.positional[1] {
                "fan_in" => Fan::In,
                "fan_out" => Fan::Out,
                "fan_avg" => Fan::Average,
                "fan_geo_avg" => Fan::GeometricAverage,
                mode => panic!("{mode}"),
            };
            let distribution = match call.positional[2] {
                "normal" => Family::Normal,
                "truncated_normal" => Family::TruncatedNormal,
                "uniform" => Family::Uniform,
                distribution => panic!("{distribution}"),
            };
            jax::variance_scaling(call.positional[0].parse().unwrap(), mode, distribution)?
        }
        "orthogonal" => return Ok(Rule::of(jax::orthogonal(1.0, -1)?)),
        "delta_orthogonal" => return Ok(Rule::of(jax::delta_orthogonal(1.0)?)),
        "truncated_normal" => {
            let stddev = call.positional[0].parse().unwrap();
            return Ok(Rule::of(jax::truncated_normal(stddev, -2.0, 2.0)?));
        }
        name => panic!("no rule for {name}"),
    };
    let mut scaling = scaling;
    for (name, axes) in &call.named {
        let axes: Vec<isize> = tuple(axes);
        scaling = match *name {
            "in_axis" => scaling.in_axis(axes),
            "out_axis" => scaling.out_axis(axes),
            "batch_axis" => scaling.batch_axis(axes),
            name => panic!("{name}"),
        };
    }
    Ok(Rule::of(scaling))
}

fn keras_rule(call: &Call<'_>) -> Result<Rule, InitError> {
    let stddev = call.number("stddev", 0.05);
    let mean = call.number("mean", 0.0);
    Ok(Rule::of(match call.name {
        "GlorotNormal" => keras::glorot_normal(),
        "GlorotUniform" => keras::glorot_uniform(),
        "HeNormal" => keras::he_normal(),
        "HeUniform" => keras::he_uniform(),
        "LecunNormal" => keras::lecun_normal(),
        "LecunUniform" => keras::lecun_uniform(),
        "TruncatedNormal" => keras::truncated_normal(mean, stddev)?,
        "RandomNormal" => keras::random_normal(mean, stddev)?,
        "RandomUniform" => {
            keras::random_uniform(call.number("minval", -0.05), call.number("maxval", 0.05))?
        }
        "Orthogonal" => keras::orthogonal(call.number("gain", 1.0))?,
        "Identity" => keras::identity(call.number("gain", 1.0))?,
        name => panic!("no rule for {name}"),
    }))
}

/// The length of an axis counted from the end, of a shape that may be that of a bias.
fn from_end(shape: &[usize], axis: usize) -> usize {
    if shape.len() < axis {
        1
    } else {
        shape[shape.len() - axis]
    }
}

fn keras_layer(call: &Call<'_>, shape: &[usize]) -> Result<Rule, InitError> {
    let member = call.member;
    let groups = call.number("groups", 1.0) as usize;
    let inputs = from_end(shape, 2);
    match call.name {
        "Dense" => Rule::member(&keras::Dense::new(inputs, call.count(0)), member),
        "Conv1D" | "Conv2D" | "Conv3D" => {
            let kernel = call.kernel(1, call.rank());
            let conv = keras::Conv::new(inputs * groups, call.count(0), kernel);
            Rule::member(&conv.groups(groups), member)
        }
        "DepthwiseConv1D" | "DepthwiseConv2D" => {
            // The bias has an axis of the channels.
            let channels = if shape.len() == 1 { shape[0] } else { inputs };
            let kernel = call.kernel(0, call.rank());
            Rule::member(&keras::DepthwiseConv::new(channels, kernel), member)
        }
        "Conv1DTranspose" | "Conv2DTranspose" | "Conv3DTranspose" => {
            let kernel = call.kernel(1, call.rank());
            let inputs = from_end(shape, 1);
            Rule::member(
                &keras::ConvTranspose::new(inputs, call.count(0), kernel),
                member,
            )
        }
        "Embedding" => {
            let embedding = keras::Embedding::new(call.count(0), call.count(1));
            Rule::member(&embedding, member)
        }
        "LSTM" => Rule::member(&keras::LSTM::new(inputs, call.count(0)), member),
        "GRU" => Rule::member(&keras::GRU::new(inputs, call.count(0)), member),
        name => panic!("no rule for {name}"),
    }
}

fn flax_layer(call: &Call<'_>, shape: &[usize]) -> Result<Rule, InitError> {
    let member = call.member;
    let groups = call.number("feature_group_count", 1.0) as usize;
    let inputs = from_end(shape, 2);
    match call.name {
        "Dense" => Rule::member(&flax::Dense::new(inputs, call.count(0)), member),
        "Conv" => {
            let kernel = call.kernel(1, 1);
            let conv = flax::Conv::new(inputs * groups, call.count(0), kernel);
            Rule::member(&conv.groups(groups), member)
        }
        "Embed" => Rule::member(&flax::Embed::new(call.count(0), call.count(1)), member),
        name => panic!("no rule for {name}"),
    }
}
