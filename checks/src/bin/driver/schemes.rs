//! Random schemes: every constructor, those of the frameworks, and what they are nested in.

use fanin::{
    Activation, BilinearKernel, Centre, Constant, Custom, DeltaOrthogonal, Dirac, Family, Fan,
    ForgetGateBias, FromDistribution, GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal,
    HeTruncatedNormal, HeUniform, Icnr, Identity, InitError, LeCunNormal, LeCunTruncatedNormal,
    LeCunUniform, Normal, Ones, Orthogonal, Scaled, Scheme, Sparse, TruncatedNormal, Uniform,
    VarianceScaling, XavierNormal, Zeros,
};
use fanin_compat::{jax, keras, pytorch};
use rand_distr::{Beta, Cauchy, LogNormal, StandardNormal, StudentT};

use crate::case::Case;

pub(crate) type Any = Box<dyn Scheme>;

/// A scheme, where its arguments are such that there is one.
pub(crate) fn scheme(case: &mut Case, depth: u32) -> Option<Any> {
    if depth > 0 && case.dice.once_in(3) {
        let inner = scheme(case, depth - 1)?;
        return nested(case, inner);
    }
    match case.dice.below(4) {
        0 => boxed(named(case)),
        1 => boxed(framework(case)),
        _ => boxed(own(case)),
    }
}

fn boxed(scheme: Result<Any, InitError>) -> Option<Any> {
    // An error has a text.
    scheme.map_err(|error| error.to_string()).ok()
}

fn nested(case: &mut Case, inner: Any) -> Option<Any> {
    if case.dice.once_in(3) {
        let upscale = match case.dice.below(8) {
            0 => case.dice.word(),
            1 => 0,
            n => n,
        };
        case.call("Icnr::new");
        boxed(Icnr::new(inner, upscale as usize).map(|scheme| Box::new(scheme) as Any))
    } else {
        let factor = case.dice.mostly_positive();
        case.call("Scaled::new");
        boxed(Scaled::new(inner, factor).map(|scheme| Box::new(scheme) as Any))
    }
}

pub(crate) fn activation(case: &mut Case) -> Activation {
    let a = case.dice.mostly_positive();
    let all = [
        Activation::Linear,
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Relu,
        Activation::LeakyRelu(a),
        Activation::Relu6,
        Activation::Elu(a),
        Activation::Selu,
        Activation::Celu(a),
        Activation::Gelu,
        Activation::GeluTanh,
        Activation::QuickGelu,
        Activation::Silu,
        Activation::Mish,
        Activation::Softplus,
        Activation::Softsign,
        Activation::Hardswish,
        Activation::Hardtanh,
        Activation::Erf,
        Activation::Sin,
        Activation::SquaredRelu,
    ];
    *case.dice.one_of(&all)
}

/// A closure, many of which no quadrature likes.
pub(crate) fn closure(case: &mut Case) -> Option<Custom> {
    let a = case.dice.mostly_positive();
    let functions: [fn(f64, f64) -> f64; 12] = [
        |a, x| (a * x).tanh(),
        |_, x| x.max(0.0),
        |a, x| x - (a * x).floor() / a,
        |a, x| (40.0 * a * x).sin(),
        |_, x| (x * x).exp(),
        |_, x| 1.0 / x,
        |_, _| f64::NAN,
        |a, x| if x > a { 1.0 } else { 0.0 },
        |_, x| x.ln(),
        |_, x| x.floor(),
        |a, _| a,
        |a, x| a * x * x * x,
    ];
    let f = *case.dice.one_of(&functions);
    let name = match case.dice.below(16) {
        0 => "n".repeat(70_000),
        1 => String::new(),
        _ => "closure".to_string(),
    };
    let mut custom = Custom::new(name, move |x| f(a, x));
    if case.dice.once_in(4) {
        let slope = case.dice.number();
        custom = custom.slope(move |x| if slope > 1.0 { x } else { slope });
    }
    if case.dice.once_in(3) {
        let kinks: Vec<f64> = (0..case.dice.below(30))
            .map(|_| case.dice.mostly_positive())
            .collect();
        case.call("kinks_at");
        custom = custom.kinks_at(&kinks).ok()?;
    }
    Some(custom)
}

pub(crate) fn fan(case: &mut Case) -> Fan {
    *(case.dice).one_of(&[Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage])
}

pub(crate) fn family(case: &mut Case) -> Family {
    *(case.dice).one_of(&[Family::Normal, Family::Uniform, Family::TruncatedNormal])
}

fn named(case: &mut Case) -> Result<Any, InitError> {
    macro_rules! one_of {
        ($($scheme:ident),*) => {{
            let all: Vec<(Any, VarianceScaling)> =
                vec![$((Box::new($scheme), $scheme.variance_scaling())),*];
            let chosen = case.dice.index(all.len());
            all.into_iter().nth(chosen).expect("it is one of them")
        }};
    }
    case.call("a named scheme");
    let (scheme, scaling) = one_of!(
        HeNormal,
        HeUniform,
        HeTruncatedNormal,
        LeCunNormal,
        LeCunUniform,
        LeCunTruncatedNormal,
        XavierNormal,
        GlorotNormal,
        GlorotUniform,
        GlorotTruncatedNormal
    );
    if !case.dice.once_in(4) {
        return Ok(scheme);
    }
    let activation = activation(case);
    case.call("from_activation");
    Ok(Box::new(VarianceScaling::from_activation(
        activation,
        scaling.fan(),
        scaling.family(),
    )?))
}

/// A law that asks the weight for nothing.
#[derive(Debug)]
struct Own(fanin::Law);

impl Scheme for Own {
    fn law(&self, _: &fanin::Weight) -> Result<fanin::Law, InitError> {
        Ok(self.0.clone())
    }
}

fn own(case: &mut Case) -> Result<Any, InitError> {
    let centre = *case.dice.one_of(&[Centre::Lower, Centre::Upper]);
    let [a, b] = [case.dice.number(), case.dice.number()];
    let [std, gain] = [case.dice.mostly_positive(), case.dice.mostly_positive()];
    let (fan, family) = (fan(case), family(case));
    // Bounds that mostly lie around the mean.
    let (low, high) = if case.dice.once_in(3) {
        (a, b)
    } else {
        let mean = if a.is_finite() { a } else { 0.0 };
        (mean - gain, mean + std * 3.0)
    };
    case.call("a constructor");
    Ok(match case.dice.below(22) {
        0 => Box::new(VarianceScaling::new(gain, fan, family)?),
        1 => Box::new(VarianceScaling::from_gain(gain, fan, family)?),
        2 | 3 => Box::new(Normal::new(a, std)?),
        4 => Box::new(Uniform::new(a.min(b), a.max(b))?),
        5 => Box::new(Uniform::new(low, high)?),
        6 | 7 => Box::new(TruncatedNormal::from_parent(a, std, low, high)?),
        8 => Box::new(TruncatedNormal::from_std(a, gain, low, high)?),
        9 => Box::new(Constant::new(a)?),
        10 => Box::new(Orthogonal.gain(gain)?),
        11 => Box::new(DeltaOrthogonal.gain(gain)?.centre(centre)),
        12 => Box::new(Dirac.gain(gain)?.centre(centre)),
        13 => Box::new(Identity.gain(gain)?),
        14 => Box::new(Sparse::new(case.dice.below(9) as usize, std)?),
        15 => Box::new(BilinearKernel),
        16 => Box::new(
            ForgetGateBias
                .value(gain)?
                .at(case.dice.below(5) as usize)?,
        ),
        17 => Box::new(Zeros),
        18 => Box::new(Ones),
        19 => Box::new(Own(fanin::Law::centred_truncated_normal(std, gain)?)),
        _ => brought(case)?,
    })
}

/// A distribution, and what is true of it: its check passes.
fn brought(case: &mut Case) -> Result<Any, InitError> {
    let [a, b] = [case.dice.mostly_positive(), case.dice.mostly_positive()];
    case.call("FromDistribution");
    // What is not true is taken or refused.
    let said = FromDistribution::new(StandardNormal).moments(a, b);
    let said = said.and_then(|scheme| scheme.kurtosis(b)?.support(-a, b));
    let _ = said.map_err(|error| error.to_string());
    let positive = case.dice.positive();
    let (scheme, moments, kurtosis, support) = match case.dice.below(5) {
        0 => {
            let normal = FromDistribution::new(StandardNormal);
            (normal, Some((0.0, 1.0)), Some(3.0), None)
        }
        1 => {
            let cauchy = Cauchy::new(0.0, positive).expect("it is positive");
            (FromDistribution::new(cauchy), None, None, None)
        }
        2 => {
            let law = LogNormal::new(0.0, positive).expect("so is this");
            let square = positive * positive;
            let moments = ((0.5 * square).exp(), square.exp_m1() * square.exp());
            (FromDistribution::new(law), Some(moments), None, None)
        }
        3 => {
            let law = StudentT::new(positive).expect("and this");
            let moments = (positive > 2.0).then(|| (0.0, positive / (positive - 2.0)));
            (FromDistribution::new(law), moments, None, None)
        }
        _ => {
            let beta = Beta::new(2.0, 3.0).expect("these are positive");
            let (moments, kurtosis) = ((0.4, 0.04), 3.0 - 9.0 / 14.0);
            let support = Some((0.0, 1.0));
            (
                FromDistribution::new(beta),
                Some(moments),
                Some(kurtosis),
                support,
            )
        }
    };
    let Some((mean, variance)) = moments.filter(|_| case.dice.once_in(2)) else {
        return Ok(Box::new(scheme));
    };
    let mut scheme = scheme.moments(mean, variance)?;
    if let Some(kurtosis) = kurtosis.filter(|_| case.dice.once_in(2)) {
        scheme = scheme.kurtosis(kurtosis)?;
    }
    if let Some((low, high)) = support {
        scheme = scheme.support(low, high)?;
    }
    Ok(Box::new(scheme))
}

fn framework(case: &mut Case) -> Result<Any, InitError> {
    let [a, b] = [case.dice.number(), case.dice.number()];
    let [gain, std] = [case.dice.mostly_positive(), case.dice.mostly_positive()];
    let (fan, family) = (fan(case), family(case));
    let axis = case.dice.below(9) as isize - 4;
    let mode = *(case.dice).one_of(&[pytorch::Mode::FanIn, pytorch::Mode::FanOut]);
    let nonlinearity = *case.dice.one_of(&[
        pytorch::GainFor::Linear,
        pytorch::GainFor::Sigmoid,
        pytorch::GainFor::Tanh,
        pytorch::GainFor::Relu,
        pytorch::GainFor::LeakyRelu,
        pytorch::GainFor::Selu,
    ]);
    let count = case.dice.count();
    case.call("a framework's initialiser");
    Ok(match case.dice.below(30) {
        0 => Box::new(pytorch::xavier_normal_(gain)?),
        1 => Box::new(pytorch::xavier_uniform_(gain)?),
        2 => Box::new(pytorch::kaiming_normal_(a, mode, nonlinearity)?),
        3 => Box::new(pytorch::kaiming_uniform_(a, mode, nonlinearity)?),
        4 => Box::new(pytorch::normal_(a, std)?),
        5 => Box::new(pytorch::uniform_(a, b)?),
        6 => Box::new(pytorch::trunc_normal_(0.0, std, -2.0 * gain, 2.0)?),
        7 => Box::new(pytorch::constant_(a)?),
        8 => Box::new(pytorch::zeros_()),
        9 => Box::new(pytorch::eye_()),
        10 => Box::new(pytorch::dirac_(count)?),
        11 => Box::new(pytorch::orthogonal_(gain)?),
        12 => Box::new(pytorch::sparse_(case.dice.unit(), std)?),
        13 => Box::new(keras::glorot_normal()),
        14 => Box::new(keras::variance_scaling(gain, fan, family)?),
        15 => Box::new(keras::random_normal(a, std)?),
        16 => Box::new(keras::random_uniform(a, b)?),
        17 => Box::new(keras::truncated_normal(a, std)?),
        18 => Box::new(keras::constant(a)?),
        19 => Box::new(keras::orthogonal(gain)?),
        20 => Box::new(keras::identity(gain)?),
        21 => Box::new(keras::he_uniform()),
        22 => Box::new(jax::variance_scaling(gain, fan, family)?),
        23 => Box::new(jax::normal(std)?),
        24 => Box::new(jax::uniform(gain)?),
        25 => Box::new(jax::truncated_normal(std, a, b)?),
        26 => Box::new(jax::constant(a)?),
        27 => Box::new(jax::orthogonal(gain, axis)?),
        28 => Box::new(jax::delta_orthogonal(gain)?),
        _ => Box::new(jax::glorot_normal()),
    })
}
