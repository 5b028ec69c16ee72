//! Schemes, activations and words as texts: what prints is read back, what is wrong is shown.

use crate::common::{key, refused, registry::every_scheme};
use fanin::{
    Activation, ByPart, Centre, Family, Fan, HeNormal, Icnr, InitError, Initializer, IntoWeight,
    Law, Normal, Orthogonal, Scaled, Scheme, TextProblem, VarianceScaling, Weight, Zeros, from_fn,
    names, parse,
};
use ndarray::ArrayD;
use proptest::prelude::{any, prop_assert_eq, proptest};
use std::sync::Arc;

/// Every scheme that is registered and has a text, with the same law for every weight, part by part.
#[test]
fn what_prints_is_read_back() {
    let mut without = Vec::new();
    let mut read = 0;
    for entry in every_scheme() {
        let text = entry.scheme.text();
        if text.contains('<') {
            without.push(entry.type_name);
            let error = parse(&text).unwrap_err();
            let InitError::Text { problem, .. } = error else {
                panic!("{error}");
            };
            assert_eq!(problem, TextProblem::NoText, "{text}");
            continue;
        }
        let again = parse(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again.text(), text);
        for part in entry.weights.iter().flat_map(Weight::parts) {
            assert_eq!(again.law(part), entry.scheme.law(part), "{text}");
        }
        read += 1;
    }
    without.sort_unstable();
    without.dedup();
    assert_eq!(
        without,
        [
            "FromDistribution",
            "FromFn",
            "Law",
            "Mine",
            "ScaledAlong",
            "Table"
        ]
    );
    assert!(read > 65, "{read}");
}

proptest! {
    /// Any numbers, to the bit.
    #[test]
    fn numbers_are_read_back(bits in any::<u64>(), factor in any::<u64>()) {
        let number = f64::from_bits(bits);
        let factor = f64::from_bits(factor).abs();
        if let Ok(scheme) = Normal::new(number, 0.5).and_then(|scheme| scheme.scaled(factor)) {
            let again: Scaled<Arc<dyn Scheme>> = scheme.to_string().parse().unwrap();
            prop_assert_eq!(again.factor().to_bits(), scheme.factor().to_bits());
            let inner: Normal = again.inner().text().parse().unwrap();
            prop_assert_eq!(inner.mean().to_bits(), number.to_bits());
        }
        if let Ok(scheme) = VarianceScaling::new(factor, Fan::Out, Family::Uniform) {
            prop_assert_eq!(scheme.to_string().parse(), Ok(scheme));
        }
        let activation = Activation::LeakyRelu(number);
        if number.is_finite() {
            prop_assert_eq!(activation.to_string().parse(), Ok(activation));
        }
    }

    /// No text panics; what is read prints as it was, or as what is read as that.
    #[test]
    fn any_text_is_read_or_refused(
        text in "(he_normal|normal|icnr|by_part|scaled|orthogonal|[().,=<>'\"*/ -]|std|gain|[0-9]{1,3}){0,12}",
    ) {
        if let Ok(scheme) = parse(&text) {
            let printed = scheme.text();
            prop_assert_eq!(parse(&printed).unwrap().text(), printed);
        }
    }
}

/// What a text is read as, by how it prints.
#[track_caller]
fn reads(text: &str, as_text: &str) {
    match parse(text) {
        Ok(scheme) => assert_eq!(scheme.text(), as_text),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn good_texts() {
    reads(" he_normal ( ) ", "he_normal");
    reads("kaiming_normal", "he_normal");
    reads("msra.scaled( 1/2 )", "he_normal.scaled(0.5)");
    reads("eye(gain=2)", "identity(gain=2)");
    reads("normal(mean=0, std=2e-2)", "normal(std=0.02)");
    reads("normal(std=0.02 / sqrt(4),)", "normal(std=0.01)");
    reads("constant(-0.0)", "constant(-0)");
    reads("constant(value=1e-300)", "constant(1e-300)");
    reads("orthogonal(1.4)", "orthogonal(gain=1.4)");
    reads("orthogonal(gain=1)", "orthogonal");
    reads("dirac(centre=lower)", "dirac(centre=lower)");
    reads("delta_orthogonal(centre=lower)", "delta_orthogonal");
    reads(
        "truncated_normal(parent_std=1, low=-inf, high=2)",
        "truncated_normal(parent_std=1, low=-inf, high=2)",
    );
    reads(
        "variance_scaling(variance=2, fan=fan_avg, family=truncated_normal)",
        "variance_scaling(2, fan=average, family=truncated_normal)",
    );
    reads(
        "variance_scaling(activation=relu, fan=in, family=normal)",
        "variance_scaling(2, fan=in, family=normal)",
    );
    reads(
        "variance_scaling(gain=2, fan=in, family=normal)",
        "variance_scaling(4, fan=in, family=normal)",
    );
    reads(
        "forget_gate_bias(0.5, at=2)",
        "forget_gate_bias(value=0.5, at=2)",
    );
    reads(
        "icnr(by_part(he_normal.scaled(2)), upscale=1_0).scaled(0)",
        "icnr(by_part(he_normal.scaled(2)), upscale=10).scaled(0)",
    );
    reads("by_part()", "by_part");
    reads(
        "along(axis=1, value=ln ( n+1 ))",
        "along(axis=1, value=ln(n + 1))",
    );
    reads(
        "along(axis=0, value=((n)) * (2 - (n / 3)) - -n / (4 * 5), tolerance=1e-6)",
        "along(axis=0, value=n * (2 - n / 3) - -n / (4 * 5), tolerance=1e-6)",
    );
    reads(
        "sinusoids(layout=interleaved, max_period=1_000)",
        "sinusoids(max_period=1000, layout=interleaved)",
    );
    reads(
        "normal(std=1).zero_rows([7, 0,7], axis=2).scaled_along(axis=0, variance=n)",
        "normal(std=1).zero_rows(at=[0, 7], axis=2).scaled_along(axis=0, variance=n)",
    );
    reads(
        "log_uniform(low=1e-3, high=exp(0)).inverse_softplus().sparse(4)",
        "log_uniform(low=0.001, high=1).inverse_softplus.sparse(nonzeros=4)",
    );
}

/// The place, as what stands there, and the problem.
#[track_caller]
fn is_bad(text: &str, place: &str, problem: &str) {
    match parse(text) {
        Ok(scheme) => panic!("{text} is read as {}", scheme.text()),
        Err(InitError::Text {
            text: whole,
            at,
            problem: found,
            ..
        }) => {
            assert_eq!(whole, text);
            assert_eq!((&text[at], &found.to_string()[..]), (place, problem));
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn names_that_are_none() {
    let no = |nearest| format!("there is no scheme of this name; the nearest are {nearest}");
    is_bad(
        "he_nrmal",
        "he_nrmal",
        "there is no scheme of this name; the nearest is he_normal",
    );
    is_bad(
        "HeNormal.scaled(2)",
        "HeNormal",
        "there is no scheme of this name; the nearest are he_normal, normal",
    );
    is_bad("kaiming", "kaiming", &no("kaiming_normal, kaiming_uniform"));
    is_bad(
        "glorot",
        "glorot",
        &no("glorot_normal, glorot_uniform, glorot_truncated_normal"),
    );
    is_bad("cauchy", "cauchy", "there is no scheme of this name");
    is_bad(
        "xavier_uniform",
        "xavier_uniform",
        "this name has several meanings; write glorot_uniform for 2 / (fan_in + fan_out), \
         as PyTorch and JAX have it, or lecun_uniform for 1 / fan_in, as Caffe has it",
    );
    is_bad(
        "trunc_normal(std=0.02)",
        "trunc_normal",
        "this name has several meanings; write truncated_normal with parent_std for the \
         deviation before the law is cut, as PyTorch has it, or with std for that of the values",
    );
    is_bad(
        "he_normal.scale(2)",
        "scale",
        "there is no method of this name; the nearest is scaled",
    );
    is_bad(
        "variance_scaling(1, fan=inn, family=normal)",
        "inn",
        "there is no fan of this name; the nearest is in",
    );
    is_bad(
        "variance_scaling(1, fan=in, family=cauchy)",
        "cauchy",
        "there is no family of this name; the nearest are normal, uniform, truncated_normal",
    );
    is_bad(
        "variance_scaling(activation=rellu, fan=in, family=normal)",
        "rellu",
        "there is no activation of this name; the nearest is relu",
    );
    is_bad(
        "dirac(centre=middle)",
        "middle",
        "there is no centre of this name; the nearest are lower, upper",
    );
    is_bad(
        "normal(sdt=0.02)",
        "sdt",
        "there is no argument of this name; the nearest are std, mean",
    );
    is_bad(
        "uniform(low=0, hihg=1)",
        "hihg",
        "there is no argument of this name; the nearest are high, low",
    );
    is_bad(
        "truncated_normal(std=1, lo=0, high=1)",
        "lo",
        "there is no argument of this name; the nearest is low",
    );
    is_bad(
        "zeros.scaled(varaince=2)",
        "varaince",
        "there is no argument of this name; the nearest is variance",
    );
    is_bad(
        "normal(std=1).inverse_soft",
        "inverse_soft",
        "there is no method of this name; the nearest is inverse_softplus",
    );
    is_bad(
        "sinusoids(layout=halfs)",
        "halfs",
        "there is no layout of waves of this name; the nearest are halves, interleaved",
    );
    is_bad(
        "along(axis=1, value=ln(m + 1))",
        "m",
        "there is no variable of this name; the nearest is n",
    );
    is_bad("constant(pi)", "pi", "there is no variable of this name");
}

#[test]
fn arguments_that_are_wrong() {
    is_bad(
        "normal",
        "normal",
        "the argument std is missing; give std=...",
    );
    is_bad(
        "normal(0.02)",
        "normal(0.02)",
        "the argument std is missing; give std=...",
    );
    is_bad(
        "normal(0, std=0.02)",
        "0",
        "expected an argument with its name, as name=value",
    );
    is_bad(
        "normal(std=1, sdt=2)",
        "sdt",
        "there is no argument of this name; the nearest are std, mean",
    );
    is_bad(
        "normal(std=1, std=1)",
        "std=1",
        "this was given before; give it once",
    );
    is_bad("he_normal(2)", "2", "expected no argument");
    is_bad(
        "he_normal(gain=2)",
        "gain",
        "there is no argument of this name",
    );
    is_bad(
        "uniform(low=1)",
        "uniform(low=1)",
        "the argument high is missing; give high=...",
    );
    is_bad(
        "variance_scaling(fan=in, family=normal)",
        "variance_scaling(fan=in, family=normal)",
        "give one of the arguments variance, gain, activation",
    );
    is_bad(
        "variance_scaling(1, gain=1, fan=in, family=normal)",
        "variance_scaling(1, gain=1, fan=in, family=normal)",
        "give one of the arguments variance, gain, activation",
    );
    is_bad(
        "truncated_normal(low=0, high=1)",
        "truncated_normal(low=0, high=1)",
        "give one of the arguments std (of the values), parent_std (of the normal law before it is cut)",
    );
    is_bad(
        "icnr(2, upscale=2)",
        "2",
        "expected a scheme, as he_normal or normal(std=0.02)",
    );
    is_bad(
        "icnr(he_normal, upscale=1.5)",
        "1.5",
        "expected a whole number, from 0 to 2^53",
    );
    is_bad(
        "by_part(first=zeros)",
        "first",
        "expected a scheme for each part, without a name",
    );
    is_bad("constant(zeros())", "zeros()", "expected a number");
    is_bad(
        "zeros.zero_rows(at=3)",
        "3",
        "expected a list of places, as [0, 5]",
    );
    is_bad(
        "zeros.zero_rows(at=[0.5])",
        "0.5",
        "expected a whole number, from 0 to 2^53",
    );
    is_bad("normal(std=1).exp(2)", "2", "expected no argument");
    is_bad(
        "he_normal.scaled_along(0, variance=[1])",
        "scaled_along(0, variance=[1])",
        "the argument axis is missing; give axis=...",
    );
    is_bad("constant(ln 2)", "2", "expected ( after ln");
    is_bad(
        "variance_scaling(activation=leaky_relu, fan=in, family=normal)",
        "leaky_relu",
        "the argument slope is missing; give slope=...",
    );
}

#[test]
fn values_that_are_refused() {
    is_bad(
        "he_normal.scaled(-1)",
        "scaled(-1)",
        "variance factor is -1, but it must be finite and at least 0",
    );
    is_bad(
        "by_part(zeros, orthogonal(gain=-1))",
        "orthogonal(gain=-1)",
        "gain is -1, but it must be finite and at least 0",
    );
    is_bad(
        "uniform(low=-inf, high=0)",
        "inf",
        "there is no variable of this name",
    );
    is_bad(
        "he_normal.scaled_along(axis=0, variance=[1, -1])",
        "scaled_along(axis=0, variance=[1, -1])",
        "variance factor is -1, but it must be finite and at least 0",
    );
    is_bad(
        "log_uniform(low=0, high=1)",
        "log_uniform(low=0, high=1)",
        "low is 0, but it must be from 1e-304 to 1e304",
    );
    is_bad(
        "constant(ln(0))",
        "ln(0)",
        "this is NaN, but a number must be finite",
    );
    is_bad(
        "constant(1 / 0)",
        "1 / 0",
        "this is inf, but a number must be finite",
    );
    is_bad(
        "truncated_normal(std=1, low=1, high=-1)",
        "truncated_normal(std=1, low=1, high=-1)",
        "low is 1, but it must be below high; the bounds are the last two arguments, the lower first",
    );
    is_bad(
        "icnr(he_normal, upscale=0)",
        "icnr(he_normal, upscale=0)",
        "upscale is 0, but it must be at least 1",
    );
}

#[test]
fn texts_that_are_none() {
    is_bad("", "", "expected a name");
    is_bad("he normal", "normal", "expected the end, or . and a method");
    is_bad("normal(std=1", "", "expected ) or , and another argument");
    is_bad("2", "2", "expected a name");
    is_bad(
        "zeros & ones",
        "&",
        "expected a name, a number or a mark of punctuation",
    );
    is_bad(
        "by_part(zeros, <mine>).scaled(2)",
        "<mine>",
        "what stands in angle brackets cannot be read back: closures, laws and distributions of the \
         caller's have no text; make it in code",
    );
    let deep = |levels| format!("{}zeros{}", "by_part(".repeat(levels), ")".repeat(levels));
    assert!(parse(&deep(32)).is_ok());
    let Err(InitError::Text { problem, .. }) = parse(&deep(33)) else {
        panic!("too deep");
    };
    assert!(matches!(problem, TextProblem::TooDeep { limit: 32, .. }));
    assert!(parse(&format!("zeros{}", ".scaled(1)".repeat(33))).is_err());
}

#[test]
fn one_type() {
    assert_eq!("kaiming_normal".parse(), Ok(HeNormal));
    assert_eq!("orthogonal(gain=2)".parse(), Orthogonal.gain(2.0));
    let icnr: Icnr<Arc<dyn Scheme>> = "icnr(zeros, upscale=3)".parse().unwrap();
    assert_eq!(
        (icnr.scheme().text(), icnr.upscale()),
        ("zeros".to_string(), 3)
    );
    let parts: ByPart = "by_part(zeros, he_normal)".parse().unwrap();
    assert_eq!(parts.schemes().len(), 2);
    let boxed: Box<dyn Scheme> = "he_normal.scaled(2)".parse().unwrap();
    assert_eq!(boxed.text(), "he_normal.scaled(2)");
    let scaled: Scaled<Arc<dyn Scheme>> = "zeros.scaled(2).scaled(3)".parse().unwrap();
    assert_eq!(
        (scaled.inner().text(), scaled.factor()),
        ("zeros.scaled(2)".to_string(), 3.0)
    );
    // Another's name, a method, no method.
    let error = "zeros".parse::<HeNormal>().unwrap_err().to_string();
    assert!(error.ends_with("^^^^^ expected he_normal"), "{error}");
    assert!("he_normal.scaled(2)".parse::<HeNormal>().is_err());
    assert!("he_normal".parse::<Scaled<Arc<dyn Scheme>>>().is_err());
}

#[test]
fn words() {
    for fan in [Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage] {
        assert_eq!(fan.to_string().parse(), Ok(fan));
    }
    assert_eq!("fan_geo_avg".parse(), Ok(Fan::GeometricAverage));
    for family in [Family::Normal, Family::Uniform, Family::TruncatedNormal] {
        assert_eq!(family.to_string().parse(), Ok(family));
    }
    for centre in [Centre::Upper, Centre::Lower] {
        assert_eq!(centre.to_string().parse(), Ok(centre));
    }
    assert!("fan_in + 1".parse::<Fan>().is_err());
    assert!("".parse::<Family>().is_err());
    for (text, activation) in [
        ("linear", Activation::Linear),
        ("sigmoid", Activation::Sigmoid),
        ("tanh", Activation::Tanh),
        ("relu", Activation::Relu),
        ("leaky_relu(0.2)", Activation::LeakyRelu(0.2)),
        ("relu6", Activation::Relu6),
        ("elu(0.5)", Activation::Elu(0.5)),
        ("selu", Activation::Selu),
        ("celu(2)", Activation::Celu(2.0)),
        ("gelu", Activation::Gelu),
        ("gelu_tanh", Activation::GeluTanh),
        ("quick_gelu", Activation::QuickGelu),
        ("silu", Activation::Silu),
        ("mish", Activation::Mish),
        ("softplus", Activation::Softplus),
        ("softsign", Activation::Softsign),
        ("hardswish", Activation::Hardswish),
        ("hardtanh", Activation::Hardtanh),
        ("erf", Activation::Erf),
        ("sin", Activation::Sin),
        ("squared_relu", Activation::SquaredRelu),
    ] {
        assert_eq!(text.parse(), Ok(activation));
        assert_eq!(activation.to_string(), text);
    }
    assert_eq!("elu".parse(), Ok(Activation::Elu(1.0)));
    assert_eq!(
        "leaky_relu(slope=0.01)".parse(),
        Ok(Activation::LeakyRelu(0.01))
    );
    assert_eq!("gelu_new".parse(), Ok(Activation::GeluTanh));
    let error = "celu(0)".parse::<Activation>().unwrap_err().to_string();
    assert!(error.contains("scale of Celu is 0"), "{error}");
    assert!("relu(1)".parse::<Activation>().is_err());
    assert!("relu.scaled(1)".parse::<Activation>().is_err());
}

#[test]
fn the_table_of_names() {
    let mut seen = std::collections::BTreeSet::new();
    for name in names() {
        assert!(name.usage().starts_with(name.name()));
        assert!(!name.meaning().is_empty());
        assert!(seen.insert(name.name()));
        for (alias, origin) in name.aliases() {
            assert!(seen.insert(alias) && !origin.is_empty());
            assert_eq!(parse(alias).unwrap().text(), name.name());
        }
    }
    assert_eq!(names().len(), 30);
    // Every registered scheme that has a text begins with one of them.
    for entry in every_scheme() {
        let text = entry.scheme.text();
        let name = text.split(['(', '.']).next().unwrap();
        assert!(
            text.contains('<') || names().any(|known| known.name() == name),
            "{text}"
        );
    }
}

#[test]
fn a_text_of_ones_own() {
    #[derive(Debug)]
    struct Half;
    impl Scheme for Half {
        fn law(&self, _: &Weight) -> Result<Law, InitError> {
            Law::constant(0.5)
        }
        fn text(&self) -> String {
            "constant(0.5)".to_string()
        }
    }
    let scheme: Arc<dyn Scheme> = Arc::new(Half.scaled(4.0).unwrap());
    let again = parse(&scheme.text()).unwrap();
    let draw = |scheme: &dyn Scheme| -> ArrayD<f32> {
        scheme.init_keyed(key("half"), &Weight::vector(2)).unwrap()
    };
    assert_eq!(draw(&scheme), draw(&again));
    let mine = ByPart::new()
        .part(from_fn("mine", |_| Law::constant(0.0)))
        .part(Zeros);
    assert_eq!(mine.text(), "by_part(<mine>, zeros)");
    assert_eq!(
        format!("{:>12}|{:<10}|", HeNormal, Fan::In),
        "   he_normal|in        |"
    );
}

/// In code as in a text: 32 schemes within each other, and no more.
#[test]
fn nesting_ends_in_code_too() {
    let mut scheme: Arc<dyn Scheme> = Arc::new(HeNormal);
    for depth in 2..=32 {
        scheme = Arc::new(scheme.scaled(1.5).unwrap());
        assert_eq!(scheme.depth(), depth);
    }
    let text = "number of schemes within each other is 33, but it must be at most 32; factors of one scheme \
                multiply: give their product";
    refused(Arc::clone(&scheme).scaled(1.5), text);
    refused(Icnr::new(Arc::clone(&scheme), 2), text);
    let parts = ByPart::new().part(scheme).part(HeNormal);
    refused(parts.describe((4, 2).read("(2 o) i")), text);
    // However many are tried, nothing gets deep enough to exhaust the stack.
    let mut nested = ByPart::new().part(HeNormal);
    for _ in 0..100_000 {
        nested = ByPart::new().part(nested);
    }
    assert!(nested.depth() <= 32);
}
