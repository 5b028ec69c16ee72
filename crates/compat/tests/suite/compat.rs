//! The names, shapes and errors of `fanin-compat`. Its laws are tested beside the frameworks' own
//! in tests/frameworks.

use crate::common::{Counting, draws_nothing, key, refused};
use fanin::{
    Conv, Family, Fan, InitError, Initializer, Key, LeCunTruncatedNormal, Normal, Scaled, Scheme,
    Weight, depth,
};
use fanin_compat::{
    Module, Parameter, flax, jax, keras,
    pytorch::{self, GainFor, Mode},
};
use ndarray::{Array2, Array4, ShapeBuilder};

fn law_std(scheme: &dyn Scheme, shape: &[usize]) -> f64 {
    scheme
        .law(&Weight::new(shape).unwrap())
        .unwrap()
        .std()
        .unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!(
        (found / expected - 1.0).abs() < 1e-14,
        "{found}, not {expected}"
    );
}

#[test]
fn a_scheme_prints_the_call_that_makes_it() -> Result<(), InitError> {
    let schemes: [(Box<dyn Scheme>, &str); 11] = [
        (
            Box::new(pytorch::kaiming_normal_(
                0.2,
                Mode::FanOut,
                GainFor::LeakyRelu,
            )?),
            "pytorch::kaiming_normal_(0.2, Mode::FanOut, GainFor::LeakyRelu)",
        ),
        (
            Box::new(pytorch::trunc_normal_(0.0, 0.02, -2.0, 2.0)?),
            "pytorch::trunc_normal_(0.0, 0.02, -2.0, 2.0)",
        ),
        (
            Box::new(pytorch::sparse_(0.1, 0.01)?),
            "pytorch::sparse_(0.1, 0.01)",
        ),
        (Box::new(pytorch::dirac_(2)?), "pytorch::dirac_(2)"),
        (Box::new(pytorch::eye_()), "pytorch::eye_()"),
        (Box::new(keras::glorot_uniform()), "keras::glorot_uniform()"),
        (Box::new(keras::identity(2.0)?), "keras::identity(2.0)"),
        (
            Box::new(keras::variance_scaling(2.0, Fan::In, Family::Normal)?),
            "keras::variance_scaling(2.0, Fan::In, Family::Normal)",
        ),
        (Box::new(jax::uniform(0.01)?), "jax::uniform(0.01)"),
        (
            Box::new(jax::variance_scaling(1.0, Fan::In, Family::Normal)?.out_axis([0])),
            "jax::variance_scaling(1.0, Fan::In, Family::Normal).out_axis([0])",
        ),
        (
            Box::new(jax::orthogonal(1.0, -1)?),
            "jax::orthogonal(1.0, -1)",
        ),
    ];
    for (scheme, text) in schemes {
        assert_eq!(format!("{scheme:?}"), text);
    }
    let parameter = pytorch::Embedding::new(5, 2).padding_idx(1).weight()?;
    assert_eq!(
        format!("{parameter:?}"),
        "Parameter { name: \"weight\", shape: [5, 2], scheme: pytorch::normal_(0.0, 1.0)\
         .zero_rows([1]) }"
    );
    Ok(())
}

/// Where an argument is refused when the scheme is made.
#[test]
fn bad_arguments_are_refused() {
    refused(
        pytorch::xavier_normal_(-1.0),
        "gain is -1, but it must be finite and at least 0",
    );
    refused(
        pytorch::kaiming_uniform_(f64::NAN, Mode::FanIn, GainFor::Relu),
        "a is NaN, but it must be finite",
    );
    refused(
        pytorch::calculate_gain(GainFor::LeakyRelu, Some(f64::INFINITY)),
        "slope is inf, but it must be finite",
    );
    refused(
        pytorch::sparse_(1.5, 0.01),
        "sparsity is 1.5, but it must be from 0 to 1",
    );
    refused(
        pytorch::sparse_(0.5, -0.01),
        "standard deviation is -0.01, but it must be finite and at least 0",
    );
    refused(
        pytorch::dirac_(0),
        "number of groups is 0, but it must be at least 1",
    );
    refused(
        keras::variance_scaling(0.0, Fan::In, Family::Normal),
        "scale is 0, but it must be finite and above 0",
    );
    refused(
        keras::truncated_normal(0.0, -1.0),
        "standard deviation is -1, but it must be finite and at least 0",
    );
    refused(
        keras::identity(f64::NAN),
        "gain is NaN, but it must be finite and at least 0",
    );
    refused(
        jax::uniform(-0.01),
        "scale is -0.01, but it must be finite and at least 0",
    );
    refused(
        jax::delta_orthogonal(-1.0),
        "gain is -1, but it must be finite and at least 0",
    );
    refused(
        jax::truncated_normal(1.0, 2.0, -2.0),
        "low is 2, but it must be below high; the bounds are the last two arguments, the lower first",
    );
}

/// Where a scheme meets a shape that the framework refuses too.
#[test]
fn bad_shapes_are_refused() -> Result<(), InitError> {
    let no_fan = "a weight of shape [7] has no fan_in: a shape of fewer than two axes is a vector; state \
             its fans with .fans(fan_in, fan_out), say what its axes count with a reading, as \
             .read(\"o\"), or use a scheme without a fan (Zeros, Constant, Normal)";
    draws_nothing::<f32>(&pytorch::xavier_normal_(1.0)?, 7, no_fan);
    draws_nothing::<f32>(&jax::lecun_normal(), 7, no_fan);
    let matrix = "number of axes is 3, but it must be 2, of a matrix";
    draws_nothing::<f32>(&pytorch::eye_(), (2, 2, 2), matrix);
    draws_nothing::<f32>(&keras::identity(1.0)?, (2, 2, 2), matrix);
    draws_nothing::<f32>(&pytorch::sparse_(0.1, 0.01)?, (2, 2, 2), matrix);
    let convolution = "number of axes is 2, but it must be 3, 4 or 5, of a convolution";
    draws_nothing::<f32>(&pytorch::dirac_(1)?, (2, 2), convolution);
    draws_nothing::<f32>(&jax::delta_orthogonal(1.0)?, (2, 2), convolution);
    draws_nothing::<f32>(
        &pytorch::dirac_(2)?,
        (3, 2, 1),
        "number of outputs is 3, but it must be a multiple of the number of groups",
    );
    draws_nothing::<f32>(
        &jax::delta_orthogonal(1.0)?,
        (3, 8, 4),
        "number of inputs is 8, but it must be at most the number of outputs, for \
         delta_orthogonal of JAX",
    );
    let axis = |value: &str| {
        format!(
            "axis is {value}, but it must be an axis of the shape, counted from 0 or, negative, \
             from the end"
        )
    };
    draws_nothing::<f32>(&jax::lecun_normal().in_axis([2]), (3, 8), &axis("2"));
    draws_nothing::<f32>(&jax::orthogonal(1.0, -3)?, (3, 8), &axis("-3"));
    Ok(())
}

/// Where a layer's arguments do not go together.
#[test]
fn bad_layers_are_refused() {
    let parameters = |module: &dyn Fn() -> Result<Vec<Parameter>, InitError>, text: &str| {
        refused(module(), text);
    };
    parameters(
        &|| pytorch::Conv2d::new(6, 8, [3, 3]).groups(4).parameters(),
        "number of inputs is 6, but it must be a multiple of the number of groups",
    );
    parameters(
        &|| {
            pytorch::ConvTranspose1d::new(6, 8, [3])
                .groups(3)
                .parameters()
        },
        "number of outputs is 8, but it must be a multiple of the number of groups",
    );
    parameters(
        &|| keras::Conv1D::new(6, 8, [3]).groups(0).parameters(),
        "number of groups is 0, but it must be at least 1",
    );
    parameters(
        &|| pytorch::Embedding::new(6, 8).padding_idx(6).parameters(),
        "padding_idx is 6, but it must be below the number of embeddings",
    );
    parameters(
        &|| pytorch::MultiheadAttention::new(10, 3).parameters(),
        "embed_dim is 10, but it must be a multiple of num_heads, of which there is at least 1",
    );
    parameters(
        &|| flax::MultiHeadDotProductAttention::new(10, 0).parameters(),
        "number of features is 10, but it must be a multiple of num_heads, of which there is at \
         least 1",
    );
    for module in [
        || pytorch::Linear::new(0, 3).parameters(),
        || pytorch::LSTM::new(3, 0).parameters(),
        || pytorch::Bilinear::new(0, 3, 3).parameters(),
    ] {
        parameters(&module, "number of inputs is 0, but it must be at least 1");
    }
    for module in [
        || pytorch::LSTM::new(3, 4).num_layers(0).parameters(),
        || pytorch::GRU::new(3, 4).num_layers(0).parameters(),
        || pytorch::RNN::new(3, 4).num_layers(0).parameters(),
    ] {
        parameters(
            &module,
            "number of layers is 0, but it must be from 1 to 10,000",
        );
    }
    let huge = usize::MAX / 2;
    for module in [
        (|| keras::LSTM::new(3, usize::MAX / 2).parameters()) as fn() -> _,
        || pytorch::GRU::new(3, usize::MAX / 2).parameters(),
        || pytorch::MultiheadAttention::new(usize::MAX / 2, 1).parameters(),
        || pytorch::Linear::new(usize::MAX / 2, 3).parameters(),
    ] {
        let error = module().unwrap_err();
        assert!(matches!(error, InitError::TooLarge { .. }), "{error}");
        assert!(error.to_string().contains(&huge.to_string()));
    }
}

/// The shape is all that a framework sees, whatever a weight says of its axes.
#[test]
fn fans_are_those_of_the_framework() -> Result<(), InitError> {
    let grouped = Weight::new(Conv::new([3, 3]).inputs(16).outputs(32).groups(4))?;
    let xavier = pytorch::xavier_normal_(1.0)?;
    assert_eq!(
        xavier.law(&grouped)?,
        xavier.law(&Weight::new((32, 4, 3, 3))?)?
    );
    // Keras reads a vector, and a scalar, which others do not.
    near(law_std(&keras::lecun_uniform(), &[16]), 0.25);
    let out = keras::variance_scaling(1.0, Fan::Out, Family::Normal)?;
    near(law_std(&out, &[16]), 0.25);
    near(law_std(&keras::lecun_uniform(), &[]), 1.0);
    // All but the last axis, as Haiku has it.
    let scaling = keras::variance_scaling(4.0, Fan::In, Family::Uniform)?;
    near(law_std(&scaling, &[2, 8, 5]), 0.5);
    // An axis for inputs and outputs: 8 * 4 * 3 / (4 * 4) * 4.
    let twice = jax::lecun_uniform().in_axis([1]).out_axis([1]);
    near(law_std(&twice, &[8, 4, 3]), 1.0 / 24.0_f64.sqrt());
    Ok(())
}

/// What no row of the frameworks' values has, by the formulas of their sources: of Haiku, timm and
/// GPT-2 the lines of docs/porting.md.
#[test]
fn laws_that_no_row_has() -> Result<(), InitError> {
    let cut = 0.879_625_661_034_239_8;
    near(
        law_std(&jax::truncated_normal(0.5, -2.0, 2.0)?, &[3, 3]),
        0.5 * cut,
    );
    near(
        law_std(&pytorch::trunc_normal_(0.0, 1.0, -2.0, 2.0)?, &[3, 3]),
        cut,
    );
    near(
        law_std(&pytorch::trunc_normal_(0.0, 0.02, -2.0, 2.0)?, &[3, 3]),
        0.02,
    );
    near(law_std(&LeCunTruncatedNormal, &[3, 4, 2, 2]), 0.25);
    let weight = Normal::new(0.0, 0.02)?;
    near(law_std(&Scaled::new(weight, 1.0 / 16.0)?, &[3, 3]), 0.005);
    let last = Scaled::new(weight, depth::gpt2(12)?.variance())?;
    near(law_std(&last, &[3, 3]), 0.02 / 24.0_f64.sqrt());

    let std =
        |parameter: Result<Parameter, InitError>| parameter.unwrap().law().unwrap().std().unwrap();
    let transposed = flax::ConvTranspose::new(9, 4, [1, 1]);
    near(std(transposed.kernel().map(Parameter::into_dyn)), 1.0 / 3.0);
    let transposed = transposed.transpose_kernel(true);
    assert_eq!(transposed.kernel()?.weight().shape(), [1, 1, 4, 9]);
    near(std(transposed.kernel().map(Parameter::into_dyn)), 0.5);
    let attention = flax::MultiHeadDotProductAttention::new(16, 2);
    near(std(attention.query_kernel().map(Parameter::into_dyn)), 0.25);
    near(std(attention.out_kernel().map(Parameter::into_dyn)), 0.25);
    let attention = attention.parameters()?;
    assert_eq!(attention[5].name(), "value.bias");
    assert_eq!(attention[5].weight().shape(), [2, 8]);
    Ok(())
}

#[test]
fn names_are_those_of_the_framework() -> Result<(), InitError> {
    let names = |module: Vec<Parameter>| {
        let names: Vec<String> = module.iter().map(|p| p.name().to_string()).collect();
        names.join(" ")
    };
    let lstm = pytorch::LSTM::new(3, 4).num_layers(2).bidirectional(true);
    let parameters = lstm.parameters()?;
    assert_eq!(parameters.len(), 16);
    assert_eq!(parameters[4].name(), "weight_ih_l0_reverse");
    assert_eq!(parameters[8].name(), "weight_ih_l1");
    assert_eq!(parameters[8].weight().shape(), [16, 8]);
    assert_eq!(
        names(flax::LSTMCell::new(3, 4).parameters()?),
        "ii.kernel if.kernel ig.kernel io.kernel hi.kernel hi.bias hf.kernel hf.bias hg.kernel \
         hg.bias ho.kernel ho.bias"
    );
    assert_eq!(
        names(flax::GRUCell::new(3, 4).parameters()?),
        "ir.kernel ir.bias iz.kernel iz.bias in.kernel in.bias hr.kernel hz.kernel hn.kernel \
         hn.bias"
    );
    assert_eq!(
        names(keras::GRU::new(3, 4).parameters()?),
        "kernel recurrent_kernel bias"
    );
    assert_eq!(names(keras::Norm::new(3).parameters()?), "gamma beta");
    assert_eq!(names(flax::Norm::new(3).parameters()?), "scale bias");
    assert_eq!(names(pytorch::Norm::new(3).parameters()?), "weight bias");
    Ok(())
}

#[test]
fn the_row_of_the_padding_is_zeros_in_every_form() -> Result<(), InitError> {
    let key = key("padding");
    let weight = pytorch::Embedding::new(6, 3).padding_idx(2).weight()?;
    let new: Array2<f32> = weight.init_keyed(key.clone())?;
    let mut filled = Array2::from_elem((6, 3).f(), 7.0_f32);
    weight.fill_keyed(key.clone(), &mut filled)?;
    assert_eq!(new, filled);
    let drawn: Array2<f32> = pytorch::normal_(0.0, 1.0)?.init_keyed(key.clone(), (6, 3))?;
    // A shard knows, any other scheme can have it, and so does the check.
    let filler = weight.scheme().filler(key.clone(), &weight)?;
    let shard: Array2<f32> = filler.region((1..4, ..))?;
    assert_eq!(shard, new.slice(ndarray::s![1..4, ..]));
    assert!(filler.check(&new)?.passed());
    assert!(!filler.check(&drawn)?.passed());
    for (row, (new, drawn)) in new.rows().into_iter().zip(drawn.rows()).enumerate() {
        if row == 2 {
            assert!(new.iter().all(|x| *x == 0.0));
        } else {
            assert_eq!(new, drawn);
        }
    }
    let mut rng = Counting::new();
    let new: Array2<f32> = weight.init(&mut rng)?;
    let mut filled = Array2::<f32>::ones((6, 3));
    weight.fill(&mut Counting::new(), &mut filled)?;
    assert_eq!(new, filled);
    assert_eq!(rng.bytes, 32);
    Ok(())
}

/// The gates of Flax's cells are separate matrices.
#[test]
fn gates_of_flax_are_orthogonal() -> Result<(), InitError> {
    for (name, values) in flax::LSTMCell::new(3, 8).init_keyed::<f64>(Key::from_seed(1))? {
        if name.starts_with('h') && name.ends_with("kernel") {
            let q = values.into_dimensionality::<ndarray::Ix2>().unwrap();
            assert!(
                (q.dot(&q.t()) - Array2::<f64>::eye(8))
                    .iter()
                    .all(|x| x.abs() < 1e-13)
            );
        }
    }
    Ok(())
}

/// Which place of an even kernel is its centre.
#[test]
fn centres_of_even_kernels() -> Result<(), InitError> {
    let key = key("centres");
    let dirac: Array4<f32> = pytorch::dirac_(2)?.init_keyed(key.clone(), (4, 2, 4, 2))?;
    for ((output, input, y, x), &value) in dirac.indexed_iter() {
        let one = output % 2 == input && (y, x) == (2, 1);
        assert_eq!(value, f32::from(u8::from(one)));
    }
    let delta: Array4<f32> = jax::delta_orthogonal(1.0)?.init_keyed(key.clone(), (4, 2, 2, 3))?;
    for ((y, x, _, _), &value) in delta.indexed_iter() {
        assert_eq!(value != 0.0, (y, x) == (1, 0));
    }
    Ok(())
}

/// `ceil(sparsity * rows)` zeros in each column.
#[test]
fn zeros_of_sparse_columns() -> Result<(), InitError> {
    let w: Array2<f32> = pytorch::sparse_(0.25, 0.01)?.init_keyed(key("sparse"), (10, 7))?;
    for column in w.columns() {
        assert_eq!(column.iter().filter(|x| **x == 0.0).count(), 3);
    }
    let all: Array2<f32> = pytorch::sparse_(1.0, 0.01)?.init_keyed(key("sparse"), (10, 7))?;
    assert!(all.iter().all(|x| *x == 0.0));
    Ok(())
}

/// A layer that fails, before its first parameter or at a later one, leaves the generator alone.
#[test]
fn a_layer_that_fails_draws_nothing() {
    let mut rng = Counting::new();
    refused(
        pytorch::LSTM::new(3, 0).init::<f32, _>(&mut rng),
        "number of inputs is 0, but it must be at least 1",
    );
    // Its bias and its weight from the inputs fit an array, the recurrent weight does not.
    let wide = pytorch::GRU::new(1, 1 << 30);
    assert!(wide.parameters().is_ok());
    assert!(matches!(
        wide.init::<f64, _>(&mut rng),
        Err(InitError::TooLarge { .. })
    ));
    // With this many inputs the standard deviation is below the smallest number of the type.
    #[cfg(all(feature = "half", target_pointer_width = "64"))]
    assert!(matches!(
        pytorch::Linear::new(1 << 48, 1).init::<half::f16, _>(&mut rng),
        Err(InitError::StdOutOfRange { .. })
    ));
    assert_eq!(rng.bytes, 0);
    // Control: one that does not fail takes a key.
    pytorch::LSTM::new(3, 4).init::<f32, _>(&mut rng).unwrap();
    assert_eq!(rng.bytes, 32);
}
