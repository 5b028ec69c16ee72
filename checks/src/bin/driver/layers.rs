//! Layers of frameworks: their parameters, and what they draw.

use fanin::{InitError, Key};
use fanin_compat::{Module, Parameter, flax, keras, pytorch};
use ndarray::ArrayD;

use crate::{
    case::{Case, Property},
    draws,
};

pub(crate) fn run(case: &mut Case) {
    let extreme = case.dice.once_in(3);
    let n: [usize; 4] = std::array::from_fn(|_| {
        if extreme {
            case.dice.count()
        } else {
            case.dice.index(20)
        }
    });
    let [a, b, c, d] = n;
    let kernel = [c % 5, d % 4 + 1];
    let groups = if case.dice.once_in(2) {
        1
    } else {
        case.dice.index(5)
    };
    let yes = case.dice.once_in(2);
    let key = case.dice.key();
    macro_rules! layers {
        ($($layer:expr),* $(,)?) => {
            vec![$(Box::new(move || Layer::of($layer)) as Box<dyn Fn() -> Layer>),*]
        };
    }
    let all = layers![
        pytorch::Linear::new(a, b),
        pytorch::Bilinear::new(a, b, c),
        pytorch::Embedding::new(a, b),
        pytorch::Embedding::new(a, b).padding_idx(c),
        pytorch::Norm::new(a),
        pytorch::Conv2d::new(a, b, kernel).groups(groups),
        pytorch::ConvTranspose2d::new(a, b, kernel).groups(groups),
        pytorch::LSTM::new(a, b).num_layers(c).bidirectional(yes),
        pytorch::GRU::new(a, b).num_layers(c),
        pytorch::RNN::new(a, b).bidirectional(yes),
        pytorch::MultiheadAttention::new(a, b)
            .kdim(c)
            .vdim(d)
            .add_bias_kv(yes),
        keras::Dense::new(a, b),
        keras::Conv2D::new(a, b, kernel).groups(groups),
        keras::Conv2DTranspose::new(a, b, kernel),
        keras::DepthwiseConv2D::new(a, kernel).depth_multiplier(b),
        keras::Embedding::new(a, b),
        keras::Norm::new(a),
        keras::LSTM::new(a, b).unit_forget_bias(yes),
        keras::GRU::new(a, b),
        flax::Dense::new(a, b),
        flax::Conv::new(a, b, kernel),
        flax::ConvTranspose::new(a, b, kernel),
        flax::Embed::new(a, b),
        flax::LSTMCell::new(a, b),
        flax::GRUCell::new(a, b),
        flax::MultiHeadDotProductAttention::new(a, b),
        flax::Norm::new(a),
    ];
    let layer = case.dice.one_of(&all);
    look(case, &key, layer());
}

/// Names and values.
type Drawn = Vec<(String, ArrayD<f32>)>;

type Draw = dyn Fn(&Key) -> Result<Drawn, InitError>;

/// What is tested of a layer.
struct Layer {
    parameters: Result<Vec<Parameter>, InitError>,
    draw: Box<Draw>,
}

impl Layer {
    fn of(module: impl Module + 'static) -> Self {
        Layer {
            parameters: module.parameters(),
            draw: Box::new(move |key| module.init_keyed(key.clone())),
        }
    }
}

fn look(case: &mut Case, key: &Key, layer: Layer) {
    case.call("parameters");
    let parameters = match layer.parameters {
        Ok(parameters) => parameters,
        Err(error) => {
            drop(error.to_string());
            return;
        }
    };
    let few = parameters.iter().take(40);
    let len = (parameters.iter()).fold(0_u64, |sum, parameter| {
        sum.saturating_add(parameter.weight().len())
    });
    for parameter in few {
        case.call("a parameter");
        let _ = format!("{parameter:?}");
        if let Ok(description) = parameter.describe() {
            let _ = description.to_string();
        }
    }
    if len > 1 << 16 {
        return;
    }
    if let Some(parameter) = parameters.first() {
        draws::draw::<f32>(case, parameter.scheme(), parameter.weight());
    }
    case.call("Module::init_keyed");
    let Ok(drawn) = (layer.draw)(key) else {
        return;
    };
    let matches = drawn.len() == parameters.len()
        && drawn
            .iter()
            .zip(&parameters)
            .all(|((name, array), parameter)| {
                name == parameter.name() && array.shape() == parameter.weight().shape()
            });
    case.holds(Property::Same, matches, || format!("of {parameters:?}"));
    for (name, array) in &drawn {
        case.holds(
            Property::Bounds,
            array.iter().all(|value| value.is_finite()),
            || name.clone(),
        );
    }
}
