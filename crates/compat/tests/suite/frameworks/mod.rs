//! What PyTorch, Keras, JAX and Flax really draw, beside what `fanin-compat` says that they draw.
//!
//! data/frameworks.json has one row per call. A rule reads the call, its name and its arguments, and
//! makes the scheme that `compat` has under that name. The law's moments must then be those of the
//! row's values, and those of an array that is drawn here.
//!
//! Tolerances are quantiles of Student's law, times the standard error of the statistic. Values of an element-wise law
//! are independent; of another law, only tensors are, and the errors are those of the means of
//! tensors. Their sizes are taken from the array that is drawn here.

mod call;
mod drawn;
mod row;
mod rule;

use self::call::Call;
use self::drawn::Drawn;
use self::row::{Row, fixture, rows};
use self::rule::{Rule, nonlinearity, rule, torch_layer};
use crate::common::{
    evidence::{FALSE_ALARMS, rejected},
    key, same,
};
use approx::assert_relative_eq;
use fanin::{
    Family, Fan, Fused, InitError, Initializer, Key, Law, LeCunNormal, LeCunUniform, Normal,
    Orthogonal, Scheme, Uniform, Weight, Zeros,
};
use fanin_compat::{
    Module, jax, keras,
    pytorch::{self, GainFor, Mode},
};
use statrs::distribution::{ContinuousCDF, Normal as NormalLaw, StudentsT};
use tinyjson::JsonValue;

const ROWS: usize = 322;

/// The checks of every row: three moments, the support and the zeros, of the values there and of
/// those here.
const CHECKS: f64 = 10.0 * ROWS as f64;

/// The most values that are drawn here for a row.
const LARGE: usize = 1 << 15;

/// The rank of a value among those drawn here. Equally many values of the same law all lie below it
/// with probability 2^-40, which is below the rate of false alarms of a check.
const RANK: usize = 40;

/// By how many standard errors, estimated from `units` independent units, a moment is off with the
/// probability that a check has: a quantile of Student's law. The means of a tensor's values, and of
/// very many values, are practically normal.
fn quantile(units: f64) -> f64 {
    let student = StudentsT::new(0.0, 1.0, units - 1.0).unwrap();
    -student.inverse_cdf(FALSE_ALARMS / CHECKS / 2.0)
}

/// By mpmath's incomplete beta function: this far out a library may be wrong.
#[test]
fn quantiles_are_right() {
    for (units, expected) in [
        (16.0, 14.508_014_48),
        (32.0, 9.072_613_153),
        (65_536.0, 6.294_388_813),
    ] {
        assert_relative_eq!(quantile(units), expected, max_relative = 1e-6);
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
    let quantile = quantile(drawn.units);

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
        // For dependent values no rank is known.
        (true, false) => 0.0,
    };
    // There are no fewer values in the row, but for what fills the last tensor or makes up the least
    // number of them.
    if row.max_abs < least && drawn.n <= 1.1 * row.n {
        return Err(format!("largest is {}, below {least}", row.max_abs));
    }
    // A value of a continuous law in f32 is 0 once in 2^23 times or less: ten in 10^6 have
    // probability 1e-14. All others have their zeros by place or by number.
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
            assert_eq!(*shape, row.shape, "{}", row.call);
        }
        if let Some(fans) = row.fans {
            let weight = Weight::new(&row.shape[..]).unwrap();
            assert_eq!((weight.fan_in().unwrap(), weight.fan_out().unwrap()), fans);
        }
        if let Err(error) = judge(row, &*rule.scheme, &key.child_index(index)) {
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
    let swapped = pytorch::kaiming_normal_(0.0, Mode::FanOut, GainFor::Relu).unwrap();
    refuse("torch", kaiming, &swapped, second);
    refuse("torch", kaiming, &LeCunNormal, second);
    refuse(
        "torch",
        "xavier_uniform_(gain=1.66667)",
        &pytorch::xavier_uniform_(1.5925).unwrap(),
        second,
    );
    refuse("torch", "xavier_uniform_(gain=1)", &LeCunUniform, second);
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
    let cut = jax::truncated_normal(0.02, -2.0, 2.0).unwrap();
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
    // Queries, keys and values separately; the gates of an LSTM separately.
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
    let louder = Orthogonal.gain(1.01).unwrap();
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

    // Keys of another size: three separate projections.
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

    // A fused weight has a law for each part: the plain shape is what PyTorch sees.
    let qkv = pytorch::xavier_uniform_(1.0)?.describe(Fused::qkv(64))?;
    assert_eq!(qkv.law().and_then(Law::variance), Some(1.0 / 64.0));
    Ok(())
}

#[test]
fn a_module_draws_each_parameter_by_the_key_of_its_name() -> Result<(), InitError> {
    let key = key("module");
    let lstm = keras::LSTM::new(5, 3);
    let state = lstm.init_keyed::<f32>(key.clone())?;
    let names: Vec<&str> = state.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["kernel", "recurrent_kernel", "bias"]);
    let kernel = lstm
        .recurrent_kernel()?
        .init_keyed::<f32>(key.child("recurrent_kernel"))?;
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
