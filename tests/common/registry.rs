//! Every scheme and every law, each with weights that it accepts and what is to be expected of it.
//!
//! A test that is about schemes in general goes through [`every_scheme`], so that a new scheme is
//! added here and nowhere else. `tests/suite/registry.rs` fails for a scheme, or a constructor of `Law`,
//! that is not here, and for an expectation that is not so.

use fanin::{
    Activation, Along, Axis, BilinearKernel, ByPart, Centre, Constant, Conv, ConvTranspose,
    DeltaOrthogonal, DepthwiseConv, Dirac, Family, Fan, ForgetGateBias, FromDistribution, Fused,
    GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform,
    Icnr, Identity, InitError, Initializer, IntoWeight, Law, Layout, LeCunNormal,
    LeCunTruncatedNormal, LeCunUniform, LogUniform, Map, Normal, Ones, Orthogonal, ScaledAlong,
    Scheme, Signs, Sinusoids, Sparse, Table, TruncatedNormal, Uniform, VarianceScaling, Waves,
    Weight, XavierNormal, Zeros, from_fn,
};
use ndarray::Array2;
use rand_distr::{Exp1, StandardNormal, StandardUniform};

/// A scheme of the user's own, in five lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mine;
impl Scheme for Mine {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        Law::normal(0.0, 1.0 / (4.0 * weight.fan_in()?))
    }
}

/// A scheme, and what is to be expected of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) scheme: Box<dyn Scheme>,
    /// What `Debug` prints of it, which is the call that makes it.
    pub(crate) name: String,
    /// Its type, without a path or arguments.
    pub(crate) type_name: &'static str,
    /// The constructor, of a law.
    pub(crate) constructor: Option<&'static str>,
    /// Weights that it accepts, the first of them small.
    pub(crate) weights: Vec<Weight>,
    /// Whether its variance is one over a fan, so that it refuses a weight whose fans are 0.
    pub(crate) needs_fan: bool,
    /// Whether two keys give different values.
    pub(crate) is_random: bool,
    /// Whether a value depends on its own draw alone.
    pub(crate) is_elementwise: bool,
    /// Whether its law is for weights of one shape only.
    pub(crate) is_of_shape: bool,
    /// Whether every machine draws the same bits.
    pub(crate) is_bit_stable: bool,
    /// Whether it comes with a factor, or the square of a gain, which is multiplied by those of
    /// `Scaled`.
    pub(crate) has_factor: bool,
    /// Whether the check of its law knows enough to refuse an array with a value of 100.
    pub(crate) is_known: bool,
}

/// A random scheme for any shape, without fans.
fn entry<S: Scheme + 'static>(scheme: S, weights: Vec<Weight>) -> Entry {
    let path = std::any::type_name::<S>().split('<').next().unwrap();
    Entry {
        name: format!("{scheme:?}"),
        scheme: Box::new(scheme),
        type_name: path.rsplit("::").next().unwrap(),
        constructor: None,
        weights,
        needs_fan: false,
        is_random: true,
        is_elementwise: true,
        is_of_shape: false,
        is_bit_stable: true,
        has_factor: false,
        is_known: true,
    }
}

impl Entry {
    /// A scheme for any shape with a fan.
    fn of_fan(scheme: impl Scheme + 'static) -> Self {
        let mut entry = entry(scheme, plain());
        entry.needs_fan = true;
        entry
    }

    /// One for any shape, without a fan.
    fn of_any(scheme: impl Scheme + 'static) -> Self {
        let mut entry = entry(scheme, plain());
        entry.weights.push(Weight::vector(33));
        entry
    }

    /// One for any shape, which one value would tell little of.
    fn of_some(scheme: impl Scheme + 'static, weights: Vec<Weight>) -> Self {
        entry(scheme, weights)
    }

    /// The same value everywhere.
    fn constant(scheme: impl Scheme + 'static) -> Self {
        Entry::of_any(scheme).not_random()
    }

    /// Values that follow from their place.
    fn pattern(scheme: impl Scheme + 'static, weights: Vec<Weight>) -> Self {
        let mut entry = entry(scheme, weights).not_random();
        entry.is_of_shape = true;
        entry
    }

    /// Values that are not independent.
    fn joint(scheme: impl Scheme + 'static, weights: Vec<Weight>) -> Self {
        let mut entry = entry(scheme, weights);
        entry.is_of_shape = true;
        entry.is_elementwise = false;
        entry
    }

    /// Independent values of a law that follows from their place.
    fn placed(scheme: impl Scheme + 'static, weights: Vec<Weight>) -> Self {
        let mut entry = entry(scheme, weights);
        entry.is_of_shape = true;
        entry
    }

    /// A distribution of the caller's.
    fn brought(scheme: FromDistribution) -> Self {
        let mut entry = Entry::of_any(scheme);
        entry.is_bit_stable = false;
        entry
    }

    fn not_random(mut self) -> Self {
        self.is_random = false;
        self
    }

    fn not_known(mut self) -> Self {
        self.is_known = false;
        self
    }

    fn not_bit_stable(mut self) -> Self {
        self.is_bit_stable = false;
        self
    }

    fn needs_fan(mut self) -> Self {
        self.needs_fan = true;
        self
    }

    fn has_factor(mut self) -> Self {
        self.has_factor = true;
        self
    }

    /// A law that this constructor has made.
    fn made_by(mut self, constructor: &'static str) -> Self {
        self.constructor = Some(constructor);
        self
    }
}

/// `Entry::kind(law)` of `Law::constructor(arguments)`.
macro_rules! law {
    ($kind:ident: $constructor:ident($($argument:expr),*) $(, $weights:expr)?) => {
        Entry::$kind(made(Law::$constructor($($argument),*)) $(, $weights)?)
            .made_by(stringify!($constructor))
    };
}

/// What a constructor returns, which can fail or cannot.
trait Made<T> {
    fn made(self) -> T;
}

impl<T> Made<T> for Result<T, InitError> {
    #[track_caller]
    fn made(self) -> T {
        self.unwrap()
    }
}

impl Made<Law> for Law {
    fn made(self) -> Law {
        self
    }
}

#[track_caller]
fn made<T>(value: impl Made<T>) -> T {
    value.made()
}

#[track_caller]
fn weight(weight: impl IntoWeight) -> Weight {
    weight.into_weight().unwrap()
}

/// Plain shapes.
fn plain() -> Vec<Weight> {
    vec![
        weight((3, 40)),
        weight((40, 33)),
        weight((12, 5, 3, 3)),
        weight((1, 7)),
        weight((1, 1)),
    ]
}

/// A matrix, several beside each other, parts of several lengths.
fn dense() -> Vec<Weight> {
    vec![
        weight((7, 11)),
        weight([Axis::Input(9), Axis::Batch(3), Axis::Output(5)]),
        weight(Fused::new([3, 5, 2]).inputs(4).layout(Layout::IN_OUT)),
    ]
}

/// A convolution in every layout.
fn conv(conv: Conv<[usize; 2]>) -> Vec<Weight> {
    let layouts = [Layout::OIHW, Layout::HWIO, Layout::OHWI, Layout::HWOI];
    layouts
        .map(|layout| weight(conv.layout(layout)))
        .into_iter()
        .collect()
}

/// A convolution in groups.
fn grouped() -> Vec<Weight> {
    conv(Conv::new([3, 2]).inputs(12).outputs(8).groups(4))
}

/// A convolution of which outputs may be repeated 4 times.
fn wide() -> Vec<Weight> {
    conv(Conv::new([3, 2]).inputs(6).outputs(8))
}

fn matrices() -> Vec<Weight> {
    let fused = Fused::gru(5).inputs(8).layout(Layout::IN_OUT);
    [dense(), grouped(), vec![weight(fused)]].concat()
}

/// Every scheme and law.
pub(crate) fn every_scheme() -> Vec<Entry> {
    [
        named(),
        elementwise(),
        patterns(),
        joint(),
        placed(),
        combined(),
        laws(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The one that prints itself so.
#[track_caller]
pub(crate) fn scheme(name: &str) -> Box<dyn Scheme> {
    every_scheme()
        .into_iter()
        .find(|entry| entry.name == name)
        .unwrap_or_else(|| panic!("{name} is not registered"))
        .scheme
}

/// The family and its members that have names.
fn named() -> Vec<Entry> {
    let scaling =
        |variance, fan, family| Entry::of_fan(VarianceScaling::new(variance, fan, family).unwrap());
    let with_gain = VarianceScaling::from_gain(1.5, Fan::In, Family::Normal).unwrap();
    vec![
        Entry::of_fan(LeCunNormal),
        Entry::of_fan(LeCunUniform),
        Entry::of_fan(LeCunTruncatedNormal),
        Entry::of_fan(HeNormal),
        Entry::of_fan(HeUniform),
        Entry::of_fan(HeTruncatedNormal),
        Entry::of_fan(XavierNormal),
        Entry::of_fan(GlorotNormal),
        Entry::of_fan(GlorotUniform),
        Entry::of_fan(GlorotTruncatedNormal),
        scaling(3.0, Fan::Out, Family::Normal),
        scaling(3.0, Fan::Average, Family::Uniform),
        scaling(0.3, Fan::In, Family::Uniform),
        scaling(2.7, Fan::GeometricAverage, Family::Uniform),
        scaling(2.0, Fan::In, Family::TruncatedNormal),
        scaling(0.7, Fan::Out, Family::TruncatedNormal),
        Entry::of_fan(with_gain),
        Entry::of_fan(
            VarianceScaling::from_activation(Activation::Tanh, Fan::In, Family::Normal).unwrap(),
        ),
        // A factor times that of another scheme, once and again.
        Entry::of_fan(HeNormal.scaled(0.3).unwrap()).has_factor(),
        Entry::of_fan(HeNormal.scaled(0.3).unwrap().scaled(0.7).unwrap()).has_factor(),
        Entry::of_fan(HeTruncatedNormal.scaled(0.5).unwrap()).has_factor(),
        Entry::of_fan(Mine),
    ]
}

/// A scheme for any shape, each value mapped.
fn mapped(scheme: impl Scheme + 'static, map: Map) -> Entry {
    Entry::of_any(scheme.mapped(map).unwrap())
}

/// Schemes without fans whose values are independent.
fn elementwise() -> Vec<Entry> {
    let cut = |mean, std, low, high| {
        Entry::of_any(TruncatedNormal::from_parent(mean, std, low, high).unwrap())
    };
    let with_std = TruncatedNormal::from_std(0.0, 0.02, -0.04, 0.04).unwrap();
    // Wide enough for values of 16 bits to meet the bounds.
    let bound = 1.582_310_048_511_173_9;
    let wide = Uniform::new(-bound, bound).unwrap();
    let normal = |mean, std| Normal::new(mean, std).unwrap();
    let uniform = |low, high| Uniform::new(low, high).unwrap();
    let constant = |value| Constant::new(value).unwrap();
    let exponential = FromDistribution::new(Exp1).moments(1.0, 1.0).unwrap();
    let bounded = FromDistribution::new(StandardUniform)
        .moments(0.5, 1.0 / 12.0)
        .and_then(|scheme| scheme.kurtosis(1.8))
        .and_then(|scheme| scheme.support(0.0, 1.0))
        .unwrap();
    vec![
        Entry::of_any(normal(0.0, 1.0)),
        Entry::of_any(normal(-1.5, 0.25)),
        Entry::of_any(normal(-3.0, 0.3)),
        Entry::of_any(normal(1.0, 0.01)),
        Entry::constant(constant(0.7)),
        Entry::of_any(uniform(-0.3, 0.5)),
        Entry::of_any(uniform(0.0, 0.05)),
        Entry::of_any(uniform(0.9, 1.1)),
        Entry::constant(uniform(0.7, 0.7)),
        Entry::of_any(wide.scaled(0.399_408_062_932_843_8).unwrap()).has_factor(),
        cut(0.0, 1.0, -2.0, 2.0),
        cut(0.0, 0.02, -2.0, 2.0),
        cut(0.0, 1.0, 0.5, f64::INFINITY),
        cut(0.0, 0.25, 2.5, f64::INFINITY),
        cut(0.1, 0.3, -0.1, 0.15),
        cut(0.1, 0.5, -0.3, 2.0),
        Entry::of_any(with_std),
        Entry::of_some(Signs::new(0.5).unwrap(), plain()[..3].to_vec()),
        Entry::constant(Zeros),
        Entry::constant(Ones),
        Entry::constant(constant(0.1)),
        Entry::constant(constant(-0.1)),
        Entry::constant(constant(-0.7).scaled(0.0).unwrap()).has_factor(),
        Entry::of_any(LogUniform::new(0.001, 0.1).unwrap()),
        Entry::of_any(LogUniform::new(0.3, 0.5).unwrap().scaled(0.3).unwrap()).has_factor(),
        mapped(LogUniform::new(0.001, 0.1).unwrap(), Map::InverseSoftplus),
        mapped(uniform(0.1, 0.8), Map::Logit),
        mapped(normal(-1.0, 0.5), Map::Exp),
        Entry::of_any(
            (TruncatedNormal::from_parent(1.0, 0.5, 0.2, 3.0).unwrap())
                .mapped(Map::Ln)
                .unwrap(),
        ),
        // Nothing is known of the first. The others have bounds, and moments by which a sample of
        // one value, 100, may come from an exponential law.
        Entry::brought(FromDistribution::new(StandardUniform)).not_known(),
        Entry::brought(exponential).not_known(),
        Entry::brought(bounded),
    ]
}

/// Values that follow from their place.
fn patterns() -> Vec<Entry> {
    let diracs = || {
        [
            grouped(),
            vec![weight(DepthwiseConv::new([3, 3]).channels(4).multiplier(2))],
        ]
        .concat()
    };
    let transposed = ConvTranspose::new([4, 3]).inputs(6).outputs(6).groups(6);
    let kernels = || [grouped(), vec![weight(transposed)]].concat();
    let bias = || vec![Weight::vector(28)];
    let table = Array2::from_shape_fn((7, 5), |(i, j)| (i as f64 - 2.0) * 0.3 + j as f64 * 0.01);
    let along = Table::along(1, [0.5, -0.25, 1.5, -0.75, 0.125]).unwrap();
    let (matrix, cube) = (weight((7, 5)), weight((2, 5, 3)));
    vec![
        Entry::pattern(Table::new(table).unwrap(), vec![matrix.clone()]),
        Entry::pattern(along, vec![matrix, cube]),
        Entry::pattern(
            Along::new(1, "ln(n + 1)").unwrap(),
            vec![weight((7, 5)), weight((2, 5, 3))],
        ),
        Entry::pattern(
            Sinusoids::new(Waves::Interleaved),
            vec![weight((7, 6)), weight((2, 5, 4))],
        ),
        Entry::pattern(Sinusoids::new(Waves::Halves), vec![weight((30, 8))]),
        Entry::pattern(Identity.zero_rows([2]).unwrap(), vec![weight((7, 11))]),
        Entry::pattern(Identity, dense()),
        Entry::pattern(Identity.gain(0.3).unwrap(), dense()).has_factor(),
        Entry::pattern(Dirac, diracs()),
        Entry::pattern(Dirac.gain(0.3).unwrap(), diracs()).has_factor(),
        Entry::pattern(Dirac.centre(Centre::Lower), diracs()),
        Entry::pattern(BilinearKernel, kernels()),
        Entry::pattern(BilinearKernel.scaled(0.3).unwrap(), kernels()).has_factor(),
        Entry::pattern(ForgetGateBias, bias()),
        Entry::pattern(ForgetGateBias.value(0.3).unwrap().at(2).unwrap(), bias()).has_factor(),
    ]
}

/// Values that are not independent: matrices, few connections, repeated outputs.
fn joint() -> Vec<Entry> {
    let sparse = |nonzeros, std| Sparse::new(nonzeros, std).unwrap();
    let loud = Orthogonal.gain(2.5).unwrap();
    let quiet = DeltaOrthogonal.gain(0.8).unwrap();
    let twice = Icnr::new(Icnr::new(HeNormal, 1).unwrap(), 2).unwrap();
    vec![
        Entry::joint(Orthogonal, matrices()),
        Entry::joint(loud.scaled(0.3).unwrap(), dense()).has_factor(),
        Entry::joint(DeltaOrthogonal, grouped()),
        Entry::joint(quiet.centre(Centre::Upper), grouped()).has_factor(),
        Entry::joint(sparse(3, 0.5), matrices()),
        Entry::joint(sparse(1, 1.0).scaled(0.3).unwrap(), dense()).has_factor(),
        Entry::joint(Icnr::new(LeCunNormal, 1).unwrap(), wide()).needs_fan(),
        Entry::joint(Icnr::new(LeCunNormal, 2).unwrap(), wide()).needs_fan(),
        Entry::joint(Icnr::new(HeUniform, 2).unwrap(), wide()).needs_fan(),
        Entry::joint(Icnr::new(Orthogonal, 2).unwrap(), wide()),
        Entry::joint(Icnr::new(sparse(3, 0.5), 2).unwrap(), wide()),
        Entry::joint(Icnr::new(Dirac, 2).unwrap(), wide()).not_random(),
        Entry::joint(twice, wide()).needs_fan(),
    ]
}

/// Zeros and factors along axes, and few connections, of other schemes.
fn placed() -> Vec<Entry> {
    let normal = |mean, std| Normal::new(mean, std).unwrap();
    let uniform = Uniform::new(0.9, 1.1).unwrap();
    let threes = || vec![weight((3, 40)), weight((3, 5, 3, 3))];
    let log_uniform = LogUniform::new(0.001, 0.1).unwrap();
    let falling =
        |scheme: HeNormal| ScaledAlong::from_fn(scheme, "falling", 0, |n| 0.5 / (n as f64 + 1.0));
    let rows = normal(0.0, 1.0).zero_rows([0, 2]).unwrap();
    let along = |scheme| ScaledAlong::formula(scheme, 1, "1 + n / 2").unwrap();
    let both = along(HeUniform).zero_rows([1]).unwrap();
    let signs = Signs::new(0.5).unwrap();
    let channels = normal(0.0, 1.0).zero_rows([1]).unwrap().axis(1);
    vec![
        Entry::placed(rows, plain()[..3].to_vec()),
        Entry::placed(log_uniform.zero_rows([0]).unwrap(), threes()),
        Entry::placed(
            HeNormal.scaled_along(0, [1.0, 0.25, 0.0]).unwrap(),
            threes(),
        )
        .needs_fan(),
        Entry::placed(uniform.scaled_along(0, [1.0, 0.3, 2.0]).unwrap(), threes()),
        Entry::placed(falling(HeNormal).unwrap(), threes())
            .needs_fan()
            .not_bit_stable(),
        Entry::placed(both, threes()).needs_fan(),
        Entry::joint(log_uniform.sparse(3).unwrap(), matrices()),
        Entry::joint(signs.sparse(2).unwrap(), dense()),
        Entry::joint(HeNormal.sparse(3).unwrap().scaled(0.3).unwrap(), dense())
            .needs_fan()
            .has_factor(),
        Entry::joint(Icnr::new(channels, 2).unwrap(), wide()[..1].to_vec()),
    ]
}

/// A closure, and schemes for each part, which return the law of a part: `tests/suite/composed.rs` has
/// whole weights.
fn combined() -> Vec<Entry> {
    let quarter =
        |weight: &Weight| -> Result<Law, InitError> { Law::normal(0.0, 0.25 / weight.fan_in()?) };
    let turns = weight([Axis::OutputParts { count: 2, len: 5 }, Axis::Input(6)]);
    let whole = [weight(Fused::new([3, 5]).inputs(4)), turns];
    let parts: Vec<Weight> = whole.iter().flat_map(Weight::parts).cloned().collect();
    let two = |gain| Orthogonal.gain(gain).unwrap();
    let mut of_fan = Entry::of_fan(ByPart::new().part(HeNormal).part(LeCunUniform));
    of_fan.weights = parts.clone();
    vec![
        Entry::of_fan(from_fn("quarter", quarter)),
        of_fan,
        Entry::joint(ByPart::new().part(two(1.0)).part(two(2.0)), parts).has_factor(),
    ]
}

/// One for every constructor of `Law`, as schemes.
fn laws() -> Vec<Entry> {
    let matrix = || vec![weight((7, 11))];
    let kernel = || vec![weight((8, 6, 3, 2))];
    let [of, kernel_of, bias] = [weight((7, 11)), weight((8, 6, 3, 2)), Weight::vector(28)];
    vec![
        law!(constant: constant(0.25)),
        law!(of_any: normal(0.5, 0.01)),
        law!(of_any: uniform(-0.2, 0.1)),
        law!(of_any: centred_uniform(0.02)),
        law!(of_any: log_uniform(0.01, 2.0)),
        law!(of_some: signs(0.25), matrix()),
        law!(of_any: truncated_normal(0.1, 0.09, -0.1, 0.5)),
        law!(of_any: centred_truncated_normal(0.01, 2.0)),
        law!(of_any: distribution(StandardNormal))
            .not_bit_stable()
            .not_known(),
        law!(joint: orthogonal(&of, 1.5), matrix()).has_factor(),
        law!(joint: delta_orthogonal(&kernel_of, 1.5, Centre::Lower), kernel()).has_factor(),
        law!(pattern: dirac(&kernel_of, 2.0, Centre::Upper), kernel()).has_factor(),
        law!(joint: sparse(&of, 4, 2.0), matrix()),
        law!(joint: sparse_of(&of, 4, Law::normal(0.5, 0.04).unwrap()), matrix()),
        law!(joint: sparse_inputs(&of, 3, 0.5), matrix()),
        law!(pattern: bilinear(&kernel_of, 1.5), kernel()).has_factor(),
        law!(pattern: gate(&bias, 0.5, 4, 3), vec![Weight::vector(28)]),
    ]
}
