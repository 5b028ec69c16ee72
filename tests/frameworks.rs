//! What PyTorch, Keras, JAX and Flax really draw, beside what `fanin::compat` says that they draw.
//!
//! data/frameworks.json has one row per call. A rule reads the call, its name and its arguments, and
//! makes the scheme that `compat` has under that name. The law's moments must then be those of the
//! row's values, and those of an array that is drawn here.
//!
//! Tolerances are multiples of the standard error of the statistic. Values of an element-wise law
//! are independent; of another law, only tensors are, and the errors are those of the means of
//! tensors. Their sizes are taken from the array that is drawn here.

mod common;

use std::collections::BTreeMap;

use common::{
    evidence::{FALSE_ALARMS, rejected},
    key, same,
};
use fanin::{
    Family, Fan, Fused, InitError, Initializer, Key, Law, LeCunNormal, Normal, Orthogonal, Scheme,
    Uniform, Weight, XavierUniform, Zeros,
    compat::{
        Module, Parameter, flax, jax, keras,
        pytorch::{self, Mode, Nonlinearity},
    },
};
use ndarray::ArrayD;
use statrs::distribution::{ContinuousCDF, Normal as NormalLaw};
use tinyjson::JsonValue;

const ROWS: usize = 322;

/// Of every row: three moments, the support and the zeros, of the values there and of those here.
const CHECKS: f64 = 10.0 * ROWS as f64;

/// At most so many values are drawn here for a row.
const LARGE: usize = 1 << 16;

/// Of as many values of the same law, all lie below the so-manieth largest of these with a chance of
/// 2^-40, which is below the rate of false alarms of a check.
const RANK: usize = 40;

fn fixture() -> JsonValue {
    include_str!("../data/frameworks.json").parse().unwrap()
}

/// A row: a call, and the moments of what it drew.
#[derive(Debug)]
struct Row {
    framework: String,
    call: String,
    shape: Vec<usize>,
    fans: Option<(f64, f64)>,
    n: f64,
    mean: f64,
    second_moment: f64,
    kurtosis: Option<f64>,
    max_abs: f64,
    zeros: f64,
}

fn rows() -> Vec<Row> {
    let fixture = fixture();
    let rows: &Vec<JsonValue> = fixture["rows"].get().unwrap();
    rows.iter().map(row).collect()
}

fn row(row: &JsonValue) -> Row {
    let fields: &std::collections::HashMap<String, JsonValue> = row.get().unwrap();
    let number = |name: &str| {
        fields
            .get(name)
            .and_then(|value| value.get::<f64>().copied())
    };
    let text = |name: &str| fields[name].get::<String>().unwrap().clone();
    let shape: &Vec<JsonValue> = fields["shape"].get().unwrap();
    let lens = shape.iter().map(|len| *len.get::<f64>().unwrap() as usize);
    Row {
        framework: text("framework"),
        call: text("call"),
        shape: lens.collect(),
        fans: number("fan_in").zip(number("fan_out")),
        n: number("n").unwrap(),
        mean: number("mean").unwrap(),
        second_moment: number("second_moment").unwrap(),
        kurtosis: number("kurtosis"),
        max_abs: number("max_abs").unwrap(),
        zeros: number("zeros").unwrap(),
    }
}

/// `name(arguments).member`.
#[derive(Debug)]
struct Call<'a> {
    name: &'a str,
    positional: Vec<&'a str>,
    named: BTreeMap<&'a str, &'a str>,
    member: &'a str,
}

impl<'a> Call<'a> {
    fn parse(text: &'a str) -> Self {
        let (name, rest) = text.split_once('(').unwrap();
        let (arguments, member) = rest.rsplit_once(')').unwrap();
        let mut call = Call {
            name,
            positional: Vec::new(),
            named: BTreeMap::new(),
            member: member.trim_start_matches('.'),
        };
        for argument in split(arguments) {
            // Keras' and JAX' arguments are recorded as a dictionary.
            if let Some(dictionary) = argument.strip_prefix('{') {
                for entry in split(dictionary.trim_end_matches('}')) {
                    let (name, value) = entry.split_once(':').unwrap();
                    call.named.insert(name.trim_matches('\''), value.trim());
                }
            } else if let Some((name, value)) = argument.split_once('=') {
                call.named.insert(name, value);
            } else {
                call.positional.push(argument);
            }
        }
        call
    }

    fn number(&self, name: &str, default: f64) -> f64 {
        self.named
            .get(name)
            .map_or(default, |text| text.parse().unwrap())
    }

    /// A positional argument, of numbers of which the first is meant where there may be several.
    fn count(&self, index: usize) -> usize {
        self.positional[index].parse().unwrap()
    }

    /// A number for every axis, or a tuple of them.
    fn kernel(&self, index: usize, rank: usize) -> Vec<usize> {
        let lens: Vec<usize> = tuple(self.positional[index]);
        if lens.len() == 1 {
            vec![lens[0]; rank]
        } else {
            lens
        }
    }

    /// That of `Conv2d`.
    fn rank(&self) -> usize {
        let digit = self.name.chars().find(char::is_ascii_digit);
        digit.and_then(|digit| digit.to_digit(10)).unwrap() as usize
    }
}

/// At the commas that are in no brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// `(0, 1)`, or one number.
fn tuple<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    let text = text.trim_start_matches('(').trim_end_matches(')');
    split(text)
        .iter()
        .map(|number| number.parse().unwrap())
        .collect()
}

/// What `compat` has for a call: a scheme, and of a layer the shape that it gives.
struct Rule {
    scheme: Box<dyn Scheme>,
    shape: Option<Vec<u64>>,
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
        assert_eq!(parameter.zero_row(), None);
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

/// By the name of the call and its arguments. Of a layer that reads the number of its inputs from
/// what it is called with, that number is read from the shape.
fn rule(framework: &str, call: &Call<'_>, shape: &[usize]) -> Result<Rule, InitError> {
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

fn nonlinearity(name: &str) -> Nonlinearity {
    match name {
        "linear" | "conv2d" => Nonlinearity::Linear,
        "sigmoid" => Nonlinearity::Sigmoid,
        "tanh" => Nonlinearity::Tanh,
        "relu" => Nonlinearity::Relu,
        "leaky_relu" => Nonlinearity::LeakyRelu,
        "selu" => Nonlinearity::Selu,
        _ => panic!("{name}"),
    }
}

fn torch_layer(call: &Call<'_>) -> Result<Rule, InitError> {
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

/// Tensors of one scheme, and their moments about 0.
struct Drawn {
    n: f64,
    second_moment: f64,
    mean: f64,
    kurtosis: f64,
    zeros: f64,
    /// Those of independent units, values or tensors, of the mean, the second moment and the
    /// kurtosis.
    deviations: [f64; 3],
    units: f64,
    is_elementwise: bool,
    is_random: bool,
    /// The largest sizes, in falling order.
    largest: Vec<f64>,
}

impl Drawn {
    fn new(scheme: &dyn Scheme, law: &Law, shape: &[usize], row_n: f64, key: &Key) -> Self {
        let size: usize = shape.iter().product();
        let draw = |index: usize| -> ArrayD<f32> {
            scheme
                .init_keyed(&key.child_index(index as u64), shape)
                .unwrap()
        };
        let is_random = draw(0) != draw(1);
        let is_elementwise = law.is_elementwise() && is_random;
        // Enough tensors to tell how they differ, where they are the units.
        let least = if is_elementwise { 1 } else { 16 };
        let tensors = LARGE.min(row_n as usize).div_ceil(size).max(least);
        let arrays: Vec<ArrayD<f32>> = (0..tensors).map(draw).collect();
        let n = (tensors * size) as f64;

        let (mut sums, mut zeros) = ([0.0; 3], 0.0);
        let mut sizes = Vec::with_capacity(tensors * size);
        for array in &arrays {
            for &value in array {
                let x = f64::from(value);
                sums[0] += x;
                sums[1] += x * x;
                sums[2] += x * x * x * x;
                if x == 0.0 {
                    zeros += 1.0;
                }
                sizes.push(x.abs());
            }
        }
        let [mean, second, fourth] = sums.map(|sum| sum / n);
        let kurtosis = fourth / (second * second);

        // To first order, the kurtosis moves with x^4 / m2^2 - 2 kurtosis x^2 / m2.
        let terms = |x: f64| {
            let square = x * x / second;
            [x, x * x, square * square - 2.0 * kurtosis * square]
        };
        let mut spread = Spread::default();
        for array in &arrays {
            let mut means = [0.0; 3];
            for &value in array {
                let terms = terms(f64::from(value));
                if is_elementwise {
                    spread.add(terms);
                } else {
                    for (mean, term) in means.iter_mut().zip(terms) {
                        *mean += term / size as f64;
                    }
                }
            }
            if !is_elementwise {
                spread.add(means);
            }
        }
        sizes.sort_unstable_by(|a, b| b.total_cmp(a));
        sizes.truncate(RANK);
        Drawn {
            n,
            second_moment: second,
            mean,
            kurtosis,
            zeros: zeros / n,
            deviations: spread.deviations(),
            units: if is_elementwise { n } else { tensors as f64 },
            is_elementwise,
            is_random,
            largest: sizes,
        }
    }

    /// The standard errors of as many values as a row has.
    fn errors(&self, n: f64) -> [f64; 3] {
        let units = n * self.units / self.n;
        self.deviations.map(|deviation| deviation / units.sqrt())
    }
}

/// Sums of independent terms and of their squares, after the first is taken away.
#[derive(Default)]
struct Spread {
    count: f64,
    origin: Option<[f64; 3]>,
    sums: [f64; 3],
    squares: [f64; 3],
}

impl Spread {
    fn add(&mut self, terms: [f64; 3]) {
        let origin = *self.origin.get_or_insert(terms);
        self.count += 1.0;
        for i in 0..3 {
            let term = terms[i] - origin[i];
            self.sums[i] += term;
            self.squares[i] += term * term;
        }
    }

    fn deviations(&self) -> [f64; 3] {
        let n = self.count;
        std::array::from_fn(|i| {
            let mean = self.sums[i] / n;
            ((self.squares[i] / n - mean * mean).max(0.0) * n / (n - 1.0)).sqrt()
        })
    }
}

/// Whether the values of a row, and those that are drawn here, are of the scheme's law.
fn judge(row: &Row, scheme: &dyn Scheme, key: &Key) -> Result<(), String> {
    let weight = Weight::new(&row.shape[..]).unwrap();
    let law = scheme.law(&weight).unwrap();
    let (mean, variance) = (law.mean().unwrap(), law.variance().unwrap());
    let second = variance + mean * mean;
    let drawn = Drawn::new(scheme, &law, &row.shape, row.n, key);
    let standard = NormalLaw::standard();
    let quantile = standard.inverse_cdf(1.0 - FALSE_ALARMS / CHECKS / 2.0);

    let near = |name: &str, value: f64, expected: f64, error: f64, scale: f64| {
        // Values are rounded to f32, and moments were taken of those.
        let tolerance = quantile * error + 3e-7 * scale;
        if (value - expected).abs() <= tolerance {
            return Ok(());
        }
        Err(format!(
            "{name} is {value}, not {expected}: tolerance {tolerance}"
        ))
    };
    if second == 0.0 {
        let all = [
            row.second_moment,
            row.max_abs,
            1.0 - row.zeros,
            drawn.second_moment,
        ];
        return if all == [0.0; 4] && row.kurtosis.is_none() {
            Ok(())
        } else {
            Err(format!("second moment is {}, not 0", row.second_moment))
        };
    }

    let row_kurtosis = row.kurtosis.ok_or("kurtosis is missing")?;
    // About the mean, a law knows its kurtosis; about 0, only if that is the mean.
    let told = law.kurtosis().filter(|_| mean == 0.0);
    for (values, n, found) in [
        ("row's", row.n, [row.mean, row.second_moment, row_kurtosis]),
        (
            "drawn",
            drawn.n,
            [drawn.mean, drawn.second_moment, drawn.kurtosis],
        ),
    ] {
        let errors = drawn.errors(n);
        let name = |moment: &str| format!("{moment} of the {values} values");
        near(&name("second moment"), found[1], second, errors[1], second)?;
        near(&name("mean"), found[0], mean, errors[0], second.sqrt())?;
        match told {
            Some(kurtosis) => near(&name("kurtosis"), found[2], kurtosis, errors[2], kurtosis)?,
            None => {
                let error = errors[2].hypot(drawn.errors(drawn.n)[2]);
                near(
                    &name("kurtosis"),
                    found[2],
                    drawn.kurtosis,
                    error,
                    drawn.kurtosis,
                )?;
            }
        }
    }

    // The support, from both sides.
    let (low, high) = law.support().unwrap();
    let bound = low.abs().max(high.abs());
    if row.max_abs > bound * (1.0 + 1e-6) {
        return Err(format!("largest is {}, above {bound}", row.max_abs));
    }
    if told == Some(3.0) {
        let tail = standard.inverse_cdf(1.0 - FALSE_ALARMS / CHECKS / 2.0 / row.n);
        if row.max_abs > tail * variance.sqrt() {
            return Err(format!("largest is {}, of a normal law", row.max_abs));
        }
    }
    let least = match (drawn.is_random, drawn.is_elementwise) {
        // One that is not random has its largest everywhere.
        (false, _) => bound * (1.0 - 1e-6),
        (true, true) => *drawn.largest.last().unwrap(),
        // Of dependent values no rank is known.
        (true, false) => 0.0,
    };
    // There are no fewer values in the row, but for what fills the last tensor or makes up the sixteen.
    if row.max_abs < least && drawn.n <= 1.1 * row.n {
        return Err(format!("largest is {}, below {least}", row.max_abs));
    }
    // Of a continuous law a value of f32 is 0 once in 2^23 times or less: ten in 10^6 are a chance
    // of 1e-14. All others have their zeros by place or by number.
    if (row.zeros - drawn.zeros).abs() > 10.0 / row.n {
        return Err(format!(
            "share of zeros is {}, not {}",
            row.zeros, drawn.zeros
        ));
    }
    Ok(())
}

#[test]
fn every_row_is_matched_by_the_rule_for_its_call() {
    let rows = rows();
    assert_eq!(rows.len(), ROWS);
    let key = key("frameworks");
    for (index, row) in rows.iter().enumerate() {
        let call = Call::parse(&row.call);
        let rule = rule(&row.framework, &call, &row.shape).unwrap();
        if let Some(shape) = &rule.shape {
            let shape: Vec<usize> = shape.iter().map(|&len| len as usize).collect();
            assert_eq!(shape, row.shape, "{}", row.call);
        }
        if let Some(fans) = row.fans {
            let weight = Weight::new(&row.shape[..]).unwrap();
            assert_eq!((weight.fan_in().unwrap(), weight.fan_out().unwrap()), fans);
        }
        if let Err(error) = judge(row, &*rule.scheme, &key.child_index(index as u64)) {
            panic!("{} {} {:?}: {error}", row.framework, row.call, row.shape);
        }
    }
}

/// The row of a call, of the only or first shape.
fn of(rows: &[Row], framework: &str, call: &str) -> usize {
    let found = |row: &Row| row.framework == framework && row.call == call;
    rows.iter()
        .position(found)
        .unwrap_or_else(|| panic!("no row {call}"))
}

#[test]
fn a_wrong_rule_is_rejected() {
    let rows = rows();
    let key = key("frameworks, wrong rules");
    let refuse = |framework: &str, call: &str, wrong: &dyn Scheme, reason: &str| {
        let row = &rows[of(&rows, framework, call)];
        rejected(judge(row, wrong, &key), reason);
    };
    let second = "second moment of the row's";
    let kurtosis = "kurtosis of the row's";

    // Fans swapped, a gain forgotten, the paper's default for the layers', a table's gain exact.
    let kaiming = "kaiming_normal_(mode=fan_in,nonlinearity=relu,a=0)";
    let swapped = pytorch::kaiming_normal_(0.0, Mode::FanOut, Nonlinearity::Relu).unwrap();
    refuse("torch", kaiming, &swapped, second);
    refuse("torch", kaiming, &LeCunNormal, second);
    refuse(
        "torch",
        "xavier_uniform_(gain=1.66667)",
        &pytorch::xavier_uniform_(1.5925).unwrap(),
        second,
    );
    refuse("torch", "xavier_uniform_(gain=1)", &XavierUniform, second);
    refuse(
        "torch.layer",
        "Linear(300,200).weight",
        &fanin::HeUniform,
        second,
    );
    // Truncated for untruncated, and the other way.
    refuse("torch", kaiming, &fanin::HeTruncatedNormal, kurtosis);
    let untruncated = jax::variance_scaling(2.0, Fan::In, Family::Normal).unwrap();
    refuse("jax", "he_normal()", &untruncated, kurtosis);
    refuse("keras", "GlorotNormal()", &fanin::GlorotUniform, kurtosis);
    // Bounds in standard deviations, a deviation before the cut for one after it.
    let cut = fanin::compat::timm::trunc_normal_tf_(0.0, 0.02, -2.0, 2.0).unwrap();
    refuse(
        "torch",
        "trunc_normal_(std=0.02,a=-2.0,b=2.0)",
        &cut,
        second,
    );
    let stated = Normal::new(0.0, 0.02).unwrap();
    refuse("jax", "truncated_normal(0.02)", &stated, second);
    // The fans of the operation, where the framework reads the shape.
    let right = |n: f64| Uniform::new(-1.0 / n.sqrt(), 1.0 / n.sqrt()).unwrap();
    refuse(
        "torch.layer",
        "ConvTranspose2d(16,32,3).weight",
        &right(144.0),
        second,
    );
    refuse(
        "torch.layer",
        "Conv2d(16,32,3,groups=4).weight",
        &right(144.0),
        second,
    );
    refuse(
        "keras.layer",
        "DepthwiseConv2D(3).kernel",
        &right(3.0),
        second,
    );
    // Queries, keys and values by themselves; the gates of an LSTM by themselves.
    let embed = fanin::GlorotUniform
        .law(&Weight::new((64, 64)).unwrap())
        .unwrap();
    let parts = right(3.0 / embed.variance().unwrap() / 3.0);
    refuse(
        "torch.layer",
        "MultiheadAttention(64,8).in_proj_weight",
        &parts,
        second,
    );
    let gate = fanin::GlorotUniform
        .law(&Weight::new((64, 40)).unwrap())
        .unwrap();
    let gates = right(1.0 / 3.0 / gate.variance().unwrap());
    refuse("keras.layer", "LSTM(64).kernel", &gates, second);
    // Axes: a batch that counts as a kernel; an embedding of variance 1.
    let call = "variance_scaling(1.0,fan_in,truncated_normal,{'in_axis': 1, 'out_axis': 2, 'batch_axis': 0})";
    let kernel = jax::lecun_normal().in_axis([1]).out_axis([2]);
    refuse("jax", call, &kernel, second);
    let unit = Normal::new(0.0, 1.0).unwrap();
    refuse("flax.layer", "Embed(1000,64).embedding", &unit, second);
    // Structure: no forget gate, another gain, groups forgotten, another share of zeros.
    refuse("keras.layer", "LSTM(64).bias", &Zeros, "second moment is");
    let louder = Orthogonal::with_gain(1.01).unwrap();
    refuse("torch", "orthogonal_(gain=1)", &louder, second);
    refuse(
        "torch",
        "dirac_(groups=2)",
        &pytorch::dirac_(1).unwrap(),
        second,
    );
    refuse(
        "torch",
        "sparse_(sparsity=0.1,std=0.01)",
        &pytorch::sparse_(0.12, 0.01).unwrap(),
        second,
    );
    // Moments of an orthogonal matrix, drawn from independent values.
    let row = of(&rows, "torch", "orthogonal_(gain=1)");
    let loose = Normal::new(0.0, rows[row].second_moment.sqrt()).unwrap();
    rejected(judge(&rows[row], &loose, &key), "kurtosis of the row's");
}

#[test]
fn a_wrong_row_is_rejected() {
    let key = key("frameworks, wrong rows");
    let judged = |change: &dyn Fn(&mut Row)| {
        let mut rows = rows();
        let index = of(&rows, "torch", "xavier_uniform_(gain=1)");
        change(&mut rows[index]);
        judge(&rows[index], &pytorch::xavier_uniform_(1.0).unwrap(), &key)
    };
    judged(&|_| {}).unwrap();
    rejected(judged(&|row| row.max_abs *= 1.001), "largest is");
    rejected(judged(&|row| row.max_abs *= 0.99), "largest is");
    rejected(judged(&|row| row.zeros = 0.001), "share of zeros");
    rejected(
        judged(&|row| row.mean += 0.02 * row.second_moment.sqrt()),
        "mean of the row's",
    );
    rejected(
        judged(&|row| row.second_moment *= 1.01),
        "second moment of the row's",
    );
}

#[test]
fn the_table_of_gains_is_pytorchs() {
    let fixture = fixture();
    let gains: &std::collections::HashMap<String, JsonValue> =
        fixture["torch_gains"].get().unwrap();
    assert_eq!(gains.len(), 8);
    for (text, gain) in gains {
        let (name, param) = match text.split_once('(') {
            Some((name, param)) => (name, Some(param.trim_end_matches(')').parse().unwrap())),
            None => (text.as_str(), None),
        };
        let ours = pytorch::calculate_gain(nonlinearity(name), param).unwrap();
        assert_eq!(Some(&ours), gain.get(), "{text}");
    }
}

/// Other shapes than those of the rows, against the formulas of the frameworks' sources.
#[test]
fn layers_of_other_shapes() -> Result<(), InitError> {
    let std = |rule: Rule| {
        let shape = rule.shape.unwrap();
        let shape: Vec<usize> = shape.iter().map(|&len| len as usize).collect();
        let law = rule.scheme.law(&Weight::new(&shape[..]).unwrap()).unwrap();
        (shape, law.variance().unwrap())
    };
    let torch = |text: &str| std(torch_layer(&Call::parse(text)).unwrap());
    let (shape, variance) = torch("Conv1d(6,8,5,groups=2).bias");
    assert_eq!(shape, [8]);
    assert!((variance * 45.0 - 1.0).abs() < 1e-15);
    let (shape, variance) = torch("ConvTranspose3d(6,8,(1,2,3),groups=2).weight");
    assert_eq!(shape, [6, 4, 1, 2, 3]);
    assert!((variance * 72.0 - 1.0).abs() < 1e-15);
    let (shape, variance) = torch("MultiheadAttention(12,3).out_proj.weight");
    assert_eq!(shape, [12, 12]);
    assert!((variance * 36.0 - 1.0).abs() < 1e-15);

    // Keys of another size: three projections, each by itself.
    let separate = pytorch::MultiheadAttention::new(12, 3)
        .kdim(20)
        .add_bias_kv(true);
    let laws: Vec<_> = (separate.parameters()?.iter())
        .map(|p| (p.name().to_string(), p.law().unwrap().variance().unwrap()))
        .collect();
    let expected = [
        ("q_proj_weight", 2.0 / 24.0),
        ("k_proj_weight", 2.0 / 32.0),
        ("v_proj_weight", 2.0 / 24.0),
        ("in_proj_bias", 0.0),
        ("out_proj.weight", 1.0 / 36.0),
        ("out_proj.bias", 0.0),
        ("bias_k", 2.0 / 24.0),
        ("bias_v", 2.0 / 24.0),
    ];
    for ((name, variance), (their, theirs)) in laws.iter().zip(expected) {
        assert_eq!(name, their);
        assert!((variance - theirs).abs() <= 1e-15);
    }
    assert_eq!(laws.len(), expected.len());

    // A fused weight is asked part by part: the plain shape is what PyTorch sees.
    let qkv = pytorch::xavier_uniform_(1.0)?.describe(Fused::qkv(64))?;
    assert_eq!(qkv.law().and_then(Law::variance), Some(1.0 / 64.0));
    Ok(())
}

#[test]
fn a_module_draws_each_parameter_by_the_key_of_its_name() -> Result<(), InitError> {
    let key = key("module");
    let lstm = keras::LSTM::new(5, 3);
    let state = lstm.init_keyed::<f32>(&key)?;
    let names: Vec<&str> = state.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["kernel", "recurrent_kernel", "bias"]);
    let kernel = lstm
        .recurrent_kernel()?
        .init_keyed::<f32>(&key.child("recurrent_kernel"))?;
    same(&state[1].1, &kernel.clone().into_dyn());
    // One matrix for all gates: orthonormal rows.
    let product = kernel.dot(&kernel.t());
    assert!(
        (product - ndarray::Array2::<f32>::eye(3))
            .iter()
            .all(|x| x.abs() < 1e-6)
    );
    Ok(())
}
