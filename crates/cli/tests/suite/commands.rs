//! Each command does what its help says.

use std::io::Read;
use std::process::Stdio;

use fanin::{Key, Recipe};
use fanin_safetensors::Checkpoint;
use serde_json::Value;

use crate::common::{Place, RECIPE};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn show_prints_a_line_for_each_parameter() {
    let place = Place::new();
    let out = place.out("show small.toml");
    let line = "h.1.w   [64, 64] as o i, f32  normal(std=0.01)";
    assert!(out.lines().any(|own| own.starts_with(line)), "{out}");
    assert_eq!(out.lines().count(), 9, "{out}");
    let shown = json(&place.out("show small.toml --set layers=8 --dtype bf16 --json"));
    assert_eq!(shown["tensors"], 19);
    let parameter = &shown["parameters"][1];
    assert_eq!(parameter["name"], "h.0.w");
    assert_eq!(
        (&parameter["std"], &parameter["dtype"]),
        (&0.005.into(), &"bf16".into())
    );
    assert_eq!(shown["parameters"][18]["dtype"], "i64");
    // The depth comes from the model.
    place.write(
        "names.txt",
        "h.0.w 8x8\nh.1.w 8x8\nh.2.w 8x8\nemb 3x8\nh.0.b 8",
    );
    let shown = json(&place.out("show small.toml --like names.txt --json"));
    assert_eq!(
        shown["parameters"][0]["scheme"],
        format!("normal(std={})", 0.02 / 6.0_f64.sqrt())
    );
    assert!(
        place
            .out("show gpt2 --set layers=96")
            .contains("transformer.h.95.attn.c_attn.weight")
    );
}

#[test]
fn init_writes_what_the_library_draws_and_check_passes() {
    let place = Place::new();
    let out = place.out("init small.toml --seed 42 -o a.safetensors");
    assert!(
        out.starts_with("wrote a.safetensors: 7 tensors, 11521 values, "),
        "{out}"
    );
    assert_eq!(place.names(), ["a.safetensors", "small.toml"]);
    let recipe = Recipe::from_toml(RECIPE).unwrap();
    let plan = recipe
        .plan(&Key::from_seed(42), recipe.parameters().unwrap())
        .unwrap();
    let checkpoint = Checkpoint::open(place.path("a.safetensors")).unwrap();
    for planned in plan.iter().filter(|planned| planned.dtype().is_float()) {
        let found = checkpoint
            .get(planned.name())
            .unwrap()
            .array::<f32>()
            .unwrap();
        assert_eq!(found, planned.filler().unwrap().array::<f32>().unwrap());
    }
    let (key, note) = &checkpoint.metadata()[0];
    assert_eq!(
        (key.as_str(), json(note)["seed"].as_u64()),
        ("fanin", Some(42))
    );
    let out = place.out("check small.toml a.safetensors");
    assert!(out.starts_with("passed: 7 tensors, 11521 values"), "{out}");

    // The same seed, the same bytes; a directory of shards, the same values.
    place.out("init small.toml --seed 42 -o b.safetensors --json");
    assert!(place.read("a.safetensors") == place.read("b.safetensors"));
    let written = json(&place.out("init small.toml --seed 42 -o c --shard-size 20kB --json"));
    assert_eq!(written["files"].as_array().unwrap().len(), 4);
    place.out("check small.toml c");
    place.out("check small.toml c/model.safetensors.index.json");
    // Another one's names and types.
    place.out("init small.toml --like c --dtype f16 --seed 42 -o d.safetensors");
    let shown = json(&place.out("show small.toml --like d.safetensors --json"));
    assert_eq!(shown["bytes"], 2 * 11520 + 8);
    // Only when told.
    assert_eq!(
        place
            .run("init small.toml --seed 43 -o a.safetensors")
            .status,
        2
    );
    place.out("init small.toml --seed 43 -o a.safetensors --force");
    assert!(place.read("a.safetensors") != place.read("b.safetensors"));
}

#[test]
fn init_onto_copies_what_is_not_drawn() {
    let place = Place::new();
    place.out("init small.toml --seed 1 -o base.safetensors");
    place.out(
        "init small.toml --seed 2 --onto base.safetensors --only 'head.**' -o tuned.safetensors",
    );
    let open = |name: &str| Checkpoint::open(place.path(name)).unwrap();
    let (base, tuned) = (open("base.safetensors"), open("tuned.safetensors"));
    for tensor in base.tensors().filter(|tensor| tensor.dtype().is_float()) {
        let same = tuned.get(tensor.name()).unwrap().array::<f32>().unwrap()
            == tensor.array::<f32>().unwrap();
        assert_eq!(same, tensor.name() != "head.w", "{}", tensor.name());
    }
    // Five rows more.
    place.out("init small.toml --set rows=45 --seed 9 -o like.safetensors");
    place.out("init small.toml --like like.safetensors --seed 3 --onto base.safetensors --grow emb -o grown.safetensors");
    let grown = open("grown.safetensors")
        .get("emb")
        .unwrap()
        .array::<f32>()
        .unwrap();
    let (grown, old) = (
        grown.as_slice().unwrap().to_vec(),
        base.get("emb").unwrap().array::<f32>().unwrap(),
    );
    assert_eq!(grown[..40 * 64], *old.as_slice().unwrap());
    let recipe = Recipe::from_toml(RECIPE).unwrap().set("rows", 45.0);
    let plan = recipe
        .plan(&Key::from_seed(3), recipe.parameters().unwrap())
        .unwrap();
    let drawn = plan
        .get("emb")
        .unwrap()
        .filler()
        .unwrap()
        .array::<f32>()
        .unwrap();
    assert_eq!(grown[40 * 64..], drawn.as_slice().unwrap()[40 * 64..]);
    place.out("check small.toml grown.safetensors");
}

#[test]
fn a_check_that_fails_says_what_and_ends_with_1() {
    let place = Place::new();
    place.out("init small.toml --seed 1 -o a.safetensors");
    // The residual scaling of a model twice as deep.
    place.write("deep.toml", RECIPE.replace("2 * layers", "4 * layers"));
    let ran = place.run("check deep.toml a.safetensors");
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    assert!(
        ran.out.starts_with("FAILED: 7 tensors, 11521 values"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("h.0.w  variance      std 0.00707                    std 0.0"),
        "{}",
        ran.out
    );
    let ran = place.run("check deep.toml a.safetensors --json");
    let found = json(&ran.out);
    assert_eq!((ran.status, &found["passed"]), (1, &false.into()));
    let finding = &found["findings"][0];
    assert_eq!(
        (&finding["subject"], &finding["test"]),
        (&"h.0.w".into(), &"variance".into())
    );
    assert!(finding["statistic"].as_f64().unwrap() > 1.8);
}

#[test]
fn lists_and_descriptions() {
    let place = Place::new();
    assert!(
        place
            .out("schemes")
            .lines()
            .any(|line| line.starts_with("he_normal "))
    );
    assert!(json(&place.out("schemes --json")).as_array().unwrap().len() > 20);
    assert!(
        place
            .out("recipes")
            .lines()
            .any(|line| line.starts_with("gpt2 "))
    );
    assert_eq!(
        json(&place.out("recipes --json")).as_array().unwrap().len(),
        fanin::recipes().len()
    );
    let out = place.out("describe he_normal 256x784");
    assert_eq!(
        out,
        "HeNormal for [256, 784] as o i: fan_in 784, fan_out 256; normal, mean 0, variance 0.00255102; std \
         0.0505076\n"
    );
    let said = json(&place.out("describe he_normal 784x256 --reading 'i o' --json"));
    assert_eq!(
        (&said["fan_in"], &said["scheme"]),
        (&784.0.into(), &"he_normal".into())
    );
    assert_eq!(said["variance"], 2.0 / 784.0);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            place
                .out(&format!("completions {shell}"))
                .contains("shard-size"),
            "{shell}"
        );
    }
}

#[test]
fn help_has_examples() {
    let place = Place::new();
    for command in ["", "show", "init", "check", "describe", "completions"] {
        let out = place.out(&format!("{command} --help"));
        assert!(
            out.contains("Example") && out.contains("fanin "),
            "{command}: {out}"
        );
        assert!(
            out.lines().all(|line| line.chars().count() <= 120),
            "{command}: {out}"
        );
    }
    assert_eq!(
        place.out("--version"),
        concat!("fanin ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

/// A reader that has enough of it.
#[test]
fn a_broken_pipe_is_quiet() {
    let place = Place::new();
    for line in [
        "show gpt2 --set layers=400",
        "completions bash",
        "schemes --json",
    ] {
        let mut command = place.command();
        command.args(line.split_whitespace());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut some = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut some).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), output.stderr.len()),
            (Some(0), 0),
            "{line}"
        );
    }
}

/// The help's own example.
#[test]
fn gpt2_small() {
    let place = Place::new();
    place.out("init gpt2 --set layers=12 --set width=64 --seed 42 -o gpt2.safetensors");
    place.out("check gpt2 gpt2.safetensors");
}
