//! What people come with, each in a few lines of theirs.

use std::str::FromStr;
use std::sync::Arc;

use fanin::num_complex::Complex;
use fanin::{
    ByPart, ComplexFiller, FromDistribution, Fused, GlorotNormal, HeNormal, InitError, Initializer,
    IntoWeight, Key, Law, LogUniform, Normal, Orthogonal, Scheme, Table, Uniform, Weight, Zeros,
    depth, from_fn, parse,
};
use ndarray::{Array1, Array2, Array3, Axis, s};

use crate::common::key;

type Result<T = ()> = std::result::Result<T, InitError>;

/// A network whose scheme comes from a text, for any float type.
#[test]
fn an_mlp_from_a_text() -> Result {
    fn mlp<F: fanin::Element>(scheme: &str, widths: &[usize], key: &Key) -> Result<Vec<Array2<F>>> {
        let scheme = parse(scheme)?;
        let layers = widths.windows(2).zip(0..);
        layers
            .map(|(pair, layer)| scheme.init_keyed(key.child_index(layer), (pair[1], pair[0])))
            .collect()
    }
    let layers = mlp::<f32>("he_uniform.scaled(1 / 2)", &[784, 256, 10], &key("mlp"))?;
    assert_eq!(layers[1].dim(), (10, 256));
    assert!(mlp::<f64>("he_unifrom", &[3, 2], &key("mlp")).is_err());
    Ok(())
}

/// One from a file of configuration.
#[cfg(feature = "serde")]
#[test]
fn a_scheme_from_a_toml_file() {
    #[derive(serde::Deserialize, serde::Serialize)]
    struct Config {
        seed: u64,
        weight: Box<dyn Scheme>,
        bias: fanin::Constant,
        activation: fanin::Activation,
        reading: fanin::Reading,
    }
    let text = "seed = 1\nweight = \"orthogonal(gain=1.4)\"\nbias = \"constant(0.1)\"\n\
                activation = \"gelu\"\nreading = \"i o\"\n";
    let config: Config = toml::from_str(text).unwrap();
    assert_eq!(config.seed, 1);
    assert_eq!(toml::to_string(&config).unwrap(), text);
    let error = toml::from_str::<Config>(&text.replace("orthogonal", "ortogonal"));
    assert!(error.err().unwrap().to_string().contains("orthogonal"));
    let closure: Box<dyn Scheme> = Box::new(from_fn("mine", |_| Law::normal(0.0, 1.0)));
    assert!(toml::Value::try_from(&*closure).is_err());
}

/// Memory that something else owns, by four readers of rows, columns and tiles.
#[test]
fn slices_rows_columns_and_tiles() -> Result {
    let filler = HeNormal.filler(key("tiles"), (60, 40))?;
    let mut whole = vec![0.0_f32; 60 * 40];
    filler.fill_slice(.., &mut whole)?;
    let whole = Array2::from_shape_vec((60, 40), whole).unwrap();
    for rank in 0..4 {
        let (row, column) = (15 * rank, 10 * rank);
        let rows: Array2<f32> = filler.region((row..row + 15, ..))?;
        let columns: Array2<f32> = filler.region((.., column..column + 10))?;
        let tile: Array2<f32> = filler.region((row..row + 15, column..column + 10))?;
        assert_eq!(rows, whole.slice(s![row..row + 15, ..]));
        assert_eq!(columns, whole.slice(s![.., column..column + 10]));
        assert_eq!(tile, rows.slice(s![.., column..column + 10]));
    }
    Ok(())
}

#[test]
fn an_lstm_with_a_bias_that_remembers() -> Result {
    let weight = Fused::lstm(128).inputs(64);
    let recurrent: Array2<f32> = Orthogonal.init_keyed(key("hh"), Fused::lstm(128).inputs(128))?;
    let inputs: Array2<f32> = HeNormal.init_keyed(key("ih"), weight)?;
    let bias: Array1<f32> = fanin::ForgetGateBias.init_keyed(key("b"), 512)?;
    assert_eq!((inputs.dim(), recurrent.dim()), ((512, 64), (512, 128)));
    assert_eq!((bias[0], bias[128]), (0.0, 1.0));
    Ok(())
}

/// Queries of 512, keys and values of 128 units each, in one array.
#[test]
fn grouped_query_attention() -> Result {
    let weight = Weight::read("([512 128 128] o) i", (768, 512))?;
    let w: Array2<f32> = Orthogonal
        .init_keyed(key("gqa"), &weight)?
        .into_dimensionality()
        .unwrap();
    let keys = w.slice(s![512..640, ..]);
    let defect = keys.dot(&keys.t()) - Array2::<f32>::eye(128);
    assert!(defect.iter().all(|x| x.abs() < 1e-5));
    Ok(())
}

/// Eight experts, gate and up projections fused; the down projections start small.
#[test]
fn a_mixture_of_experts() -> Result {
    let up: Array3<f32> = GlorotNormal.init_keyed(key("up"), (8, 128, 32).read("b (2 o) i"))?;
    let down: Array3<f32> = Normal::new(0.0, 0.02)?
        .scaled(depth::gpt2(12)?.variance())?
        .init_keyed(key("down"), (8, 32, 64).read("b o i"))?;
    // 2 / (32 + 64), and 0.02 / sqrt(24).
    assert!((up.std(0.0) / (2.0_f32 / 96.0).sqrt() - 1.0).abs() < 0.02);
    assert!((down.std(0.0) / (0.02 / 24_f32.sqrt()) - 1.0).abs() < 0.03);
    Ok(())
}

/// A is random and B is 0, so that the sum starts as it was.
#[test]
fn a_low_rank_adapter() -> Result {
    let a: Array2<f32> = fanin::LeCunUniform.init_keyed(key("a"), (8, 512))?;
    let b: Array2<f32> = Zeros.init_keyed(key("b"), (512, 8))?;
    assert!(b.dot(&a).iter().all(|&x| x == 0.0));
    Ok(())
}

/// V. Sitzmann et al., "Implicit neural representations with periodic activation functions", NeurIPS 2020,
/// section 3.2: U(-sqrt(6 / n) / 30, sqrt(6 / n) / 30), and U(-1 / n, 1 / n) in the first layer.
#[test]
fn siren() -> Result {
    let first = from_fn("siren, first", |weight| {
        let bound = 1.0 / weight.fan_in()?;
        Law::uniform(-bound, bound)
    });
    let w: Array2<f32> = first.init_keyed(key("first"), (256, 2))?;
    let hidden = fanin::HeUniform.scaled(1.0 / 900.0)?;
    let v: Array2<f32> = hidden.init_keyed(key("hidden"), (256, 256))?;
    assert!(w.iter().all(|x| x.abs() <= 0.5));
    let bound = (6.0_f32 / 256.0).sqrt() / 30.0;
    assert!(v.iter().all(|x| x.abs() <= bound * 1.000_001));
    Ok(())
}

/// A. Gu and T. Dao, "Mamba", 2023: A_log is ln(n + 1) along the state; PyTorch computes it in `f32`.
#[test]
fn mambas_a_log() -> Result {
    let a_log = parse("along(axis=1, value=ln(n + 1), tolerance=1e-6)")?;
    let w: Array2<f32> = a_log.init_keyed(key("a_log"), (1536, 16))?;
    assert_eq!(w[(7, 0)], 0.0);
    assert!((w[(9, 15)] - 16_f32.ln()).abs() < 1e-6);
    let theirs = Array2::from_shape_fn((1536, 16), |(_, n)| (n as f32 + 1.0).ln());
    assert!(a_log.check((1536, 16), &theirs)?.passed());
    assert!(!a_log.check((1536, 16), &(w * 1.01))?.passed());
    Ok(())
}

/// Its bias of the step: softplus of it is log-uniform between 0.001 and 0.1.
#[test]
fn mambas_step() -> Result {
    let bias = parse("log_uniform(low=0.001, high=0.1).inverse_softplus")?;
    let b: Array1<f32> = bias.init_keyed(key("dt_bias"), 1536)?;
    assert!(bias.check(1536, &b)?.passed());
    // Theirs: exp(u (ln 0.1 - ln 0.001) + ln 0.001), and dt + ln(-expm1(-dt)).
    let u: Array1<f64> = Uniform::new(0.0, 1.0)?.init_keyed(key("u"), 1536)?;
    let dt = u.mapv(|u| (u * 100_f64.ln() + 0.001_f64.ln()).exp() as f32);
    let theirs = dt.mapv(|dt| dt + (-(-dt).exp_m1()).ln());
    assert!(bias.check(1536, &theirs)?.passed());
    // A uniform step is not log-uniform.
    let wrong = u.mapv(|u| (0.001 + 0.099 * u).exp_m1().ln() as f32);
    assert!(!bias.check(1536, &wrong)?.passed());
    Ok(())
}

/// Each order of magnitude as often: regularisers, learning rates by parameter.
#[test]
fn rates_of_every_order_of_magnitude() -> Result {
    let rates: Array1<f64> = LogUniform::new(1e-6, 1.0)?.init_keyed(key("rates"), 6000)?;
    for decade in 0..6 {
        let (low, high) = (10_f64.powi(-decade - 1), 10_f64.powi(-decade));
        let count = rates
            .iter()
            .filter(|rate| (low..high).contains(*rate))
            .count();
        // 1000, with a standard deviation of 29.
        assert!((830..1170).contains(&count), "{count}");
    }
    Ok(())
}

/// Heads that start at different scales, and one that starts at 0.
#[test]
fn a_scale_along_an_axis() -> Result {
    let scheme = parse("glorot_normal.scaled_along(axis=0, variance=[1, 0.5, 0.25, 0])")?;
    let w: Array3<f32> = scheme.init_keyed(key("heads"), (4, 64, 32).read("b o i"))?;
    let one: Array3<f32> = GlorotNormal.init_keyed(key("heads"), (4, 64, 32).read("b o i"))?;
    assert_eq!(w.index_axis(Axis(0), 0), one.index_axis(Axis(0), 0));
    assert_eq!(w.index_axis(Axis(0), 2), &one.index_axis(Axis(0), 2) * 0.5);
    assert!(w.index_axis(Axis(0), 3).iter().all(|&x| x == 0.0));
    Ok(())
}

/// C. Trabelsi et al., "Deep complex networks", ICLR 2018: E |w|^2 is 2 / fan_in.
#[test]
fn complex_weights() -> Result {
    let filler = ComplexFiller::new(HeNormal, key("complex"), (256, 128))?;
    let mut w = Array2::<Complex<f32>>::zeros((256, 128));
    filler.fill(&mut w)?;
    assert_eq!(w, filler.array()?);
    let [real, imaginary] = filler.check(&w)?;
    assert!(real.passed() && imaginary.passed());
    // 32,768 squares, each with a standard deviation of its mean.
    let second = w.mapv(|w| f64::from(w.norm_sqr())).mean().unwrap() * 128.0 / 2.0;
    assert!((second - 1.0).abs() < 0.03, "{second}");
    // Control: the whole variance for each.
    let twice = w.mapv(|w| w * 2_f32.sqrt());
    assert!(!filler.check(&twice)?[0].passed());
    assert!(ComplexFiller::new(Orthogonal, key("complex"), (4, 4)).is_err());
    Ok(())
}

/// A program's option is a scheme.
#[test]
fn a_command_line() {
    let command = || {
        let scheme = clap::Arg::new("init").long("init").value_parser(parse);
        clap::Command::new("train").arg(scheme.default_value("he_normal"))
    };
    let given = command().get_matches_from(["train", "--init", "orthogonal(gain=1.4)"]);
    let scheme: &Arc<dyn Scheme> = given.get_one("init").unwrap();
    assert_eq!(scheme.text(), "orthogonal(gain=1.4)");
    let wrong = command().try_get_matches_from(["train", "--init", "ortogonal"]);
    let error = wrong.unwrap_err().to_string();
    assert!(error.contains("the nearest is orthogonal"), "{error}");
}

/// The first directions of a data set, as its rows; any shard of them.
#[test]
fn a_start_from_given_values() -> Result {
    let directions = Array2::from_shape_fn((4, 6), |(i, j)| ((i * 6 + j) as f64).sin());
    let start = Table::new(directions.clone())?;
    let shard: Array2<f64> = start.filler(key("pca"), (4, 6))?.region((1..3, ..))?;
    assert_eq!(shard, directions.slice(s![1..3, ..]));
    assert!(start.init_keyed::<f64, _>(key("pca"), (6, 4)).is_err());
    Ok(())
}

/// Row 1280 of 1282 is for padding; a shard that holds it knows.
#[test]
fn an_embedding_with_a_row_of_zeros() -> Result {
    let scheme = parse("normal(std=1).zero_rows(at=[1280])")?;
    let filler = scheme.filler(key("embedding"), (1282, 16))?;
    let shard: Array2<f32> = filler.region((1270..1282, ..))?;
    let is_zero = |row: usize| shard.row(row).iter().all(|&x| x == 0.0);
    assert_eq!(
        (0..12).filter(|&row| is_zero(row)).collect::<Vec<_>>(),
        [10]
    );
    let (whole, all): (Array2<f32>, Array2<f32>) = (
        filler.array()?,
        Normal::new(0.0, 1.0)?.init_keyed(key("embedding"), (1282, 16))?,
    );
    assert!(filler.check(&whole)?.passed() && !filler.check(&all)?.passed());
    assert_eq!(whole.slice(s![..1280, ..]), all.slice(s![..1280, ..]));
    Ok(())
}

/// A scheme of one's own, and a distribution by a closure.
#[test]
fn a_scheme_and_a_distribution_of_the_users() -> Result {
    use rand::RngExt;
    let small = from_fn("small", |weight| {
        Law::normal(0.0, 1.0 / (3.0 * weight.fan_in()?))
    });
    assert_eq!(small.describe((3, 12))?.std(), Some(1.0 / 6.0));
    let sign = |rng: &mut dyn rand::Rng| if rng.random() { 1.0 } else { -1.0 };
    let signs = FromDistribution::from_fn("signs", sign).moments(0.0, 1.0)?;
    let s: Array1<f32> = signs.init_keyed(key("signs"), 1000)?;
    assert!(s.iter().all(|x| x.abs() == 1.0));
    Ok(())
}

/// A law of its own for each part: an update gate that starts closed.
#[test]
fn a_scheme_for_each_part() -> Result {
    let gates = ByPart::new()
        .part(Orthogonal)
        .part(Uniform::new(-0.1, 0.1)?)
        .part(Zeros);
    let w: Array2<f32> = gates.init_keyed(key("gates"), (96, 32).read("(3 o) i"))?;
    assert!(w.slice(s![64.., ..]).iter().all(|&x| x == 0.0));
    let two = ByPart::new().part(Orthogonal).part(Zeros);
    assert!(
        two.init_keyed::<f32, _>(key("gates"), (96, 32).read("(3 o) i"))
            .is_err()
    );
    Ok(())
}

/// One layer, as [in, out] of one framework and as [out, in] of another, is the same network.
#[test]
fn one_layer_in_two_layouts() -> Result {
    let rows: Array2<f32> = HeNormal.init_keyed(key("layout"), (256, 784).read("o i"))?;
    let columns: Array2<f32> =
        HeNormal.init_keyed(key("layout"), (784, 256).read("i o, drawn as o i"))?;
    assert_eq!(columns.t(), rows);
    Ok(())
}

/// A table of rules for a model: what every parameter is, by a text each.
#[test]
fn a_model_by_texts() -> Result {
    let rules = [
        ("wte.weight", "normal(std=0.02)", vec![100, 32]),
        ("h.0.mlp.c_fc.weight", "normal(std=0.02)", vec![32, 128]),
        (
            "h.0.mlp.c_proj.weight",
            "normal(std=0.02 / sqrt(2 * 12))",
            vec![128, 32],
        ),
        ("h.0.mlp.c_proj.bias", "zeros", vec![32]),
    ];
    let root = key("model");
    for (name, text, shape) in rules {
        let scheme: Arc<dyn Scheme> = parse(text)?;
        let filler = scheme.filler(root.child(name), shape)?;
        let values = filler.array::<f32>()?;
        assert!(filler.check(&values)?.passed(), "{name}");
        assert_eq!(
            values.len_of(Axis(0)) as u64 * (values.len() / values.len_of(Axis(0))) as u64,
            filler.weight().len()
        );
    }
    assert_eq!(
        Normal::from_str("normal(std=0.02)")?,
        Normal::new(0.0, 0.02)?
    );
    Ok(())
}
