//! Checkpoints that are what they should be, and some that are not.
//!
//! The false-alarm rate of a whole check is 1e-6, and keys are fixed: each test is a fact, not a chance.

use std::fs;
use std::path::Path;

use fanin::{
    Dtype, HeNormal, Key, Normal, Orthogonal, Parameter, Plan, Recipe, Rule, Sparse, Uniform,
};
use fanin_safetensors::{Checker, Checkpoint, CheckpointError, Finding, Outcome, Subject, Writer};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use tempfile::tempdir;

use crate::common::plan;

fn check(plan: &Plan, path: &Path) -> Outcome {
    Checker::new(plan)
        .check(&Checkpoint::open(path).unwrap())
        .unwrap()
}

/// A tensor as the file has it.
type Tensor = (String, safetensors::Dtype, Vec<usize>, Vec<u8>);

/// Writes a plan, changes its tensors, writes these, and checks them against the plan.
fn changed(plan: &Plan, change: impl FnOnce(&mut Vec<Tensor>)) -> Outcome {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    Writer::new(plan).write(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let mut tensors: Vec<Tensor> = (SafeTensors::deserialize(&bytes)
        .unwrap()
        .tensors()
        .into_iter())
    .map(|(name, view)| {
        (
            name,
            view.dtype(),
            view.shape().to_vec(),
            view.data().to_vec(),
        )
    })
    .collect();
    tensors.sort();
    change(&mut tensors);
    let views = (tensors.iter()).map(|(name, dtype, shape, bytes)| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    check(plan, &path)
}

fn values<'a>(tensors: &'a mut [Tensor], name: &str) -> &'a mut Vec<u8> {
    &mut tensors
        .iter_mut()
        .find(|tensor| tensor.0 == name)
        .unwrap()
        .3
}

/// Applies a function to every value of a tensor of `f32`.
fn map(bytes: &mut [u8], f: impl Fn(usize, f32) -> f32) {
    for (index, bytes) in bytes.chunks_exact_mut(4).enumerate() {
        let x = f32::from_le_bytes((&*bytes).try_into().unwrap());
        bytes.copy_from_slice(&f(index, x).to_le_bytes());
    }
}

/// Each finding as subject, test, and what was found.
fn said(outcome: &Outcome) -> Vec<String> {
    let say = |finding: &Finding| {
        format!(
            "{}: {}: {}",
            finding.subject(),
            finding.test(),
            finding.found()
        )
    };
    outcome.findings().iter().map(say).collect()
}

#[test]
fn what_was_written_passes() {
    let folder = tempdir().unwrap();
    let plan = plan();
    for (name, size) in [("one", u64::MAX), ("shards", 100_000)] {
        let path = folder.path().join(name);
        Writer::new(&plan).shard_size(size).write(&path).unwrap();
        let outcome = check(&plan, &path);
        assert!(outcome.passed(), "{outcome}");
        assert_eq!(
            (outcome.tensors(), outcome.values()),
            (plan.len(), plan.elements())
        );
        assert_eq!(outcome.reports().len(), 9);
    }
}

/// Layers of 4,096 values each: one standard error of the variance of one is 2.2 %, of all 32 it is 0.39 %.
fn layers() -> Plan {
    let recipe = Recipe::new()
        .rule(Rule::new("**.w", HeNormal))
        .rule(Rule::new("**.u", Uniform::new(-0.1, 0.1).unwrap()));
    let names = (0..32).flat_map(|i| [format!("h.{i}.w"), format!("h.{i}.u")]);
    let parameters = names.map(|name| Parameter::new(name, [64, 64]));
    recipe.plan(&Key::from_seed(3), parameters).unwrap()
}

#[test]
fn a_small_error_that_all_layers_share_is_seen() {
    let plan = layers();
    let scaled = |end: &str, by: f32| {
        changed(&plan, |tensors| {
            for (name, _, _, bytes) in tensors {
                if name.ends_with(end) {
                    map(bytes, |_, x| x * by);
                }
            }
        })
    };
    assert!(scaled("w", 1.0).passed());
    let outcome = scaled("w", 1.03);
    let said = said(&outcome);
    assert_eq!(said.len(), 1, "{outcome}");
    assert!(
        said[0].starts_with("all 32 of **.w: variance: 1.02"),
        "{outcome}"
    );
    assert!(outcome.findings()[0].p_value().unwrap() < 1e-12);
    // Of the bounded law the chance is a bound: 2 % less leave the support as it is.
    let outcome = scaled("u", 0.98);
    let is_of_rule = |finding: &Finding| matches!(finding.subject(), Subject::Rule { .. });
    assert!(
        !outcome.passed() && outcome.findings().iter().all(is_of_rule),
        "{outcome}"
    );
    // A control: what no check of this size can see.
    assert!(scaled("w", 1.003).passed());

    let outcome = changed(&plan, |tensors| {
        for (_, _, _, bytes) in tensors {
            // A mean of 0.03 deviations: 1.9 standard errors of each, 11 of all.
            map(bytes, |_, x| x + 0.03 * (2.0_f32 / 64.0).sqrt());
        }
    });
    assert!(
        outcome.findings().iter().any(|finding| {
            finding.test() == "mean" && finding.subject().to_string() == "all 32 of **.w"
        }),
        "{outcome}"
    );
}

#[test]
fn copies_between_tensors_are_seen_at_any_scale() {
    let plan = layers();
    let copied = |from: &str, to: &str, f: fn(usize, f32) -> f32| {
        changed(&plan, |tensors| {
            let source = values(tensors, from).clone();
            *values(tensors, to) = source;
            map(values(tensors, to), f);
        })
    };
    for (f, count) in [(|_, x| x, 1), (|_, x| -x, 1)] as [(fn(usize, f32) -> f32, usize); 2] {
        let outcome = copied("h.3.w", "h.17.w", f);
        let said = said(&outcome);
        assert_eq!(said.len(), count);
        assert_eq!(
            said[0],
            "h.3.w and h.17.w: copies: 63 of 63 stretches share their draws"
        );
        assert!(outcome.findings()[0].p_value().unwrap() < 1e-9);
    }
    // One key in two laws: the draws are those of the other.
    let outcome = copied("h.0.w", "h.1.u", |_, x| (x * 0.3).clamp(-0.1, 0.1));
    assert!(
        said(&outcome)
            .iter()
            .any(|said| said.starts_with("h.0.w and h.1.u: copies: ")),
        "{outcome}"
    );
    // Some rows of one are those of another.
    let outcome = changed(&plan, |tensors| {
        let source = values(tensors, "h.5.w").clone();
        values(tensors, "h.6.w")[256 * 10..256 * 20].copy_from_slice(&source[256 * 30..256 * 40]);
    });
    assert_eq!(
        said(&outcome),
        ["h.5.w and h.6.w: copies: 9 of 63 stretches share their draws"]
    );
    // Many equal layers stand beside the first.
    let outcome = changed(&plan, |tensors| {
        let source = values(tensors, "h.0.w").clone();
        for layer in 1..32 {
            *values(tensors, &format!("h.{layer}.w")) = source.clone();
        }
    });
    let copies = said(&outcome)
        .into_iter()
        .filter(|said| said.starts_with("h.0.w and "))
        .count();
    assert_eq!(copies, 31);
    // One key for all tensors of a seed, as a program that forgets the names has it.
    let recipe = Recipe::new().rule(Rule::new("**", Normal::new(0.0, 1.0).unwrap()));
    let parameter = |name: &str, shape: [usize; 2]| Parameter::new(name, shape);
    let plan = recipe
        .plan(
            &Key::from_seed(1),
            [parameter("a", [32, 100]), parameter("b", [100, 300])],
        )
        .unwrap();
    let outcome = changed(&plan, |tensors| {
        let source = values(tensors, "b")[..4 * 3200].to_vec();
        *values(tensors, "a") = source;
    });
    assert!(
        said(&outcome)[0].starts_with("a and b: copies: "),
        "{outcome}"
    );
}

#[test]
fn copies_of_laws_without_signs_are_seen() {
    let recipe = Recipe::new()
        .rule(Rule::new("o.**", Orthogonal))
        .rule(Rule::new("s.**", Sparse::new(8, 0.1).unwrap()))
        .rule(Rule::new("p.**", Uniform::new(0.0, 1.0).unwrap()));
    let names = ["o.1", "o.2", "s.1", "s.2", "p.1", "p.2"];
    let plan = recipe
        .plan(
            &Key::from_seed(1),
            names.map(|name| Parameter::new(name, [16, 16])),
        )
        .unwrap();
    for kind in ["o", "s", "p"] {
        let outcome = changed(&plan, |tensors| {
            let source = values(tensors, &format!("{kind}.1")).clone();
            *values(tensors, &format!("{kind}.2")) = source;
        });
        assert_eq!(
            said(&outcome),
            [format!("{kind}.1 and {kind}.2: copies: equal draws")]
        );
    }
}

#[test]
fn one_tensor_that_is_wrong_is_named_with_what_was_expected() {
    let plan = plan();
    let outcome = changed(&plan, |tensors| {
        map(values(tensors, "z.weight"), |_, x| x * 1.05)
    });
    assert_eq!(outcome.findings()[0].expected(), "std 0.02");
    assert_eq!(outcome.findings()[0].found(), "std 0.02098 (+4.9 %)");
    let text = outcome.to_string();
    assert!(
        text.starts_with(
            "FAILED: 12 tensors, 293493 values; chance of a false alarm at most 1e-6\nwhat"
        ),
        "{text}"
    );
    assert!(text.contains("z.weight  variance"), "{text}");

    // Integers, constants and NaN.
    let outcome = changed(&plan, |tensors| {
        values(tensors, "n.small")[2] = 4;
        values(tensors, "a.bias")[6] = 1;
        map(values(tensors, "m.square"), |i, x| {
            if i == 99 { f32::NAN } else { x }
        });
    });
    let said = said(&outcome);
    assert!(
        said.contains(&"n.small: values: 1 of 5 differ".to_string()),
        "{outcome}"
    );
    assert!(
        said.contains(&"a.bias: values: 1 differ".to_string()),
        "{outcome}"
    );
    assert!(
        said.iter().any(|said| said.starts_with("m.square: ")),
        "{outcome}"
    );

    // Names, shapes and types.
    let outcome = changed(&plan, |tensors| {
        tensors.retain(|tensor| tensor.0 != "n.mask");
        let square = tensors
            .iter_mut()
            .find(|tensor| tensor.0 == "m.square")
            .unwrap();
        square.2 = vec![6400];
        let count = tensors
            .iter_mut()
            .find(|tensor| tensor.0 == "n.count")
            .unwrap();
        count.1 = safetensors::Dtype::U64;
        tensors.push(("extra".into(), safetensors::Dtype::F32, vec![1], vec![0; 4]));
    });
    assert_eq!(
        self::said(&outcome),
        [
            "n.mask: name: missing",
            "extra: name: not there",
            "m.square: shape: [6400]",
            "n.count: type: u64",
        ]
    );
}

#[test]
fn what_is_left_alone_is_not_checked() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let parameters = || {
        [
            Parameter::new("a", [40, 40]),
            Parameter::new("b", [3]).dtype(Dtype::I64),
        ]
    };
    let all = Recipe::new()
        .rule(Rule::new("b", fanin::Zeros))
        .rule(Rule::new("**", HeNormal));
    let all = all.plan(&Key::from_seed(1), parameters()).unwrap();
    Writer::new(&all).write(&path).unwrap();
    let some = Recipe::new()
        .rule(Rule::leave("b"))
        .rule(Rule::new("**", HeNormal));
    let some = some.plan(&Key::from_seed(1), parameters()).unwrap();
    let outcome = check(&some, &path);
    assert!(outcome.passed());
    assert_eq!(
        (outcome.left(), outcome.values()),
        (&["b".to_string()][..], 1600)
    );
    let text = "passed: 1 tensors, 1600 values; 1 more are left alone and not checked; chance of a false alarm at \
                most 1e-6";
    assert_eq!(outcome.to_string(), text);
    let checkpoint = Checkpoint::open(&path).unwrap();
    let error = Checker::new(&all)
        .significance(1.0)
        .check(&checkpoint)
        .unwrap_err();
    assert!(matches!(error, CheckpointError::Init(_)));
}

/// Own draws of many seeds at a rate that is worth counting: of 60 checks at 0.05, each test of which has an exact
/// chance or a bound, 12 or more fail with a chance of 2e-5 at most.
#[test]
fn false_alarms_are_no_more_than_stated() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let recipe = Recipe::new().rule(Rule::new("**", HeNormal));
    let mut alarms = 0;
    for seed in 0..60 {
        let parameters = (0..6).map(|i| Parameter::new(format!("h.{i}.w"), [30, 20]));
        let plan = recipe.plan(&Key::from_seed(seed), parameters).unwrap();
        Writer::new(&plan).replace(true).write(&path).unwrap();
        let checkpoint = Checkpoint::open(&path).unwrap();
        let outcome = Checker::new(&plan)
            .significance(0.05)
            .check(&checkpoint)
            .unwrap();
        alarms += usize::from(!outcome.passed());
    }
    assert!(alarms < 12, "{alarms}");
}
