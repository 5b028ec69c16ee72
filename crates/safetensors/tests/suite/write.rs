//! What is written is what the crate safetensors writes, and reads back.

use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use fanin::{Dtype, FromDistribution, Key, Parameter, Recipe, Rule, Zeros};
use fanin_safetensors::{Checkpoint, CheckpointError, Writer};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use tempfile::tempdir;

use crate::common::{drawn, names, parameters, plan, recipe};

/// The type in the other crate's words.
fn of(dtype: Dtype) -> safetensors::Dtype {
    match dtype {
        Dtype::F64 => safetensors::Dtype::F64,
        Dtype::F32 => safetensors::Dtype::F32,
        Dtype::F16 => safetensors::Dtype::F16,
        Dtype::Bf16 => safetensors::Dtype::BF16,
        Dtype::I64 => safetensors::Dtype::I64,
        Dtype::I8 => safetensors::Dtype::I8,
        Dtype::Bool => safetensors::Dtype::BOOL,
        other => panic!("{other}"),
    }
}

#[test]
fn a_file_is_that_of_the_crate_safetensors() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("own.safetensors");
    let plan = plan();
    let count = AtomicU64::new(0);
    let progress = |bytes| {
        count.fetch_add(bytes, Ordering::Relaxed);
    };
    let written = Writer::new(&plan)
        .seed(42)
        .progress(&progress)
        .write(&path)
        .unwrap();
    let own = fs::read(&path).unwrap();
    assert_eq!(
        (written.files(), written.bytes()),
        (&[path][..], own.len() as u64)
    );
    assert_eq!(count.into_inner(), plan.bytes());
    assert_eq!(names(folder.path()), ["own.safetensors"]);

    let values: Vec<_> = plan
        .iter()
        .map(|planned| drawn(&plan, planned.name()))
        .collect();
    let views = (plan.iter().zip(&values)).map(|(planned, bytes)| {
        let shape = planned.weight().shape().to_vec();
        (
            planned.name(),
            TensorView::new(of(planned.dtype()), shape, bytes).unwrap(),
        )
    });
    let theirs = safetensors::serialize(views, None).unwrap();
    // Behind the headers, all bytes are equal; so are the headers, but for the metadata.
    let data = |bytes: &[u8]| {
        let head = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let text = String::from_utf8(bytes[8..8 + head].to_vec()).unwrap();
        (text, bytes[8 + head..].to_vec())
    };
    let ((own_head, own_data), (their_head, their_data)) = (data(&own), data(&theirs));
    assert_eq!(own_data, their_data);
    assert_eq!((own.len() - own_data.len()) % 8, 0);
    let (metadata, rest) = own_head.split_once("},").unwrap();
    assert_eq!(format!("{{{}", rest.trim_end()), their_head.trim_end());
    let start = r#"{"__metadata__":{"fanin":"{\"recipe\":\""#;
    assert!(metadata.starts_with(start), "{metadata}");
    let end = r#"\",\"seed\":42,\"version\":\"0.1.0\"}","format":"pt""#;
    assert!(metadata.ends_with(end), "{metadata}");

    // Read back by that crate.
    let read = SafeTensors::deserialize(&own).unwrap();
    assert_eq!(read.len(), plan.len());
    for planned in &plan {
        let tensor = read.tensor(planned.name()).unwrap();
        assert_eq!(tensor.shape(), planned.weight().shape());
        assert_eq!(
            tensor.data(),
            drawn(&plan, planned.name()),
            "{}",
            planned.name()
        );
    }
    let (_, header) = SafeTensors::read_metadata(&own).unwrap();
    assert_eq!(header.metadata().as_ref().unwrap()["format"], "pt");
}

#[test]
fn shards_are_greedy_in_the_order_of_the_model() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model");
    let parameters = [
        Parameter::new("big", [100, 100]),
        Parameter::new("c", [10, 10]),
        Parameter::new("a", [10, 10]),
        Parameter::new("b", [10, 10]),
        Parameter::new("d", [10, 5]),
    ];
    let plan = recipe().plan(&Key::from_seed(1), parameters).unwrap();
    let written = Writer::new(&plan).shard_size(900).write(&path).unwrap();
    let files = [
        "model-00001-of-00003.safetensors",
        "model-00002-of-00003.safetensors",
        "model-00003-of-00003.safetensors",
        "model.safetensors.index.json",
    ];
    assert_eq!(names(&path), files);
    assert_eq!(written.files().len(), 4);
    let index: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(path.join(files[3])).unwrap()).unwrap();
    assert_eq!(index["metadata"]["total_size"], plan.bytes());
    assert_eq!(index["metadata"]["total_parameters"], plan.elements());
    let map: HashMap<String, String> = serde_json::from_value(index["weight_map"].clone()).unwrap();
    let expected = [("big", 0), ("c", 1), ("a", 1), ("b", 2), ("d", 2)];
    assert_eq!(map.len(), 5);
    for (name, file) in expected {
        assert_eq!(map[name], files[file], "{name}");
        let bytes = fs::read(path.join(files[file])).unwrap();
        let read = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(read.tensor(name).unwrap().data(), drawn(&plan, name));
    }
    // The order of the model comes back.
    let read = Checkpoint::open(&path).unwrap();
    let order: Vec<&str> = read.tensors().map(|tensor| tensor.name()).collect();
    assert_eq!(order, ["big", "c", "a", "b", "d"]);
    // All in one.
    let path = folder.path().join("one");
    Writer::new(&plan).write(&path).unwrap();
    assert_eq!(names(&path), ["model.safetensors"]);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let folder = tempdir().unwrap();
    let plan = plan();
    let write = |threads| {
        let path = folder.path().join(format!("{threads}.safetensors"));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| Writer::new(&plan).write(&path)).unwrap();
        fs::read(path).unwrap()
    };
    let one = write(1);
    assert!(write(2) == one && write(7) == one);
}

#[test]
fn a_file_that_is_there_stays_unless_it_is_to_be_replaced() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    fs::write(&path, "mine").unwrap();
    let plan = plan();
    let error = Writer::new(&plan).write(&path).unwrap_err();
    assert!(matches!(error, CheckpointError::Exists { .. }));
    let text = format!(
        "{} exists: remove it, or allow to replace it",
        path.display()
    );
    assert_eq!(error.to_string(), text);
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    // What an earlier run left under the name of a part is replaced.
    fs::write(
        folder.path().join("model.safetensors.part"),
        vec![1; 10_000_000],
    )
    .unwrap();
    Writer::new(&plan).replace(true).write(&path).unwrap();
    assert_eq!(names(folder.path()), ["model.safetensors"]);
    let bytes = fs::read(&path).unwrap();
    assert_eq!(SafeTensors::deserialize(&bytes).unwrap().len(), plan.len());

    // Shards of another checkpoint would be taken for these.
    let shard = "model-00001-of-00007.safetensors";
    fs::write(folder.path().join(shard), "").unwrap();
    let error = Writer::new(&plan)
        .replace(true)
        .write(folder.path())
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("holds {shard}, which is not of this checkpoint"))
    );
}

#[test]
fn another_process_that_writes_is_seen() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let part = fs::File::create(folder.path().join("model.safetensors.part")).unwrap();
    part.lock().unwrap();
    let error = Writer::new(&plan()).write(&path).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("is being written by another process: wait for it, or write elsewhere")
    );
    drop(part);
    Writer::new(&plan()).write(&path).unwrap();
}

/// A scheme of the caller's that fails while it is drawn.
fn failing(fails: fn() -> f64) -> fanin::Plan {
    let scheme = FromDistribution::from_fn("failing", move |_| fails());
    let recipe = Recipe::new()
        .rule(Rule::new("bad", scheme))
        .rule(Rule::new("**", Zeros));
    let parameters = [
        Parameter::new("good", [300, 300]),
        Parameter::new("bad", [300, 300]),
    ];
    recipe.plan(&Key::from_seed(1), parameters).unwrap()
}

#[test]
fn nothing_is_left_after_an_error_or_a_panic() {
    let folder = tempdir().unwrap();
    let cases: [(fn() -> f64, &str); 2] = [
        (|| f64::NAN, "`bad` cannot be drawn: "),
        (|| panic!("no luck"), "drawing `bad` panicked: no luck"),
    ];
    for (fails, text) in cases {
        let plan = failing(fails);
        for path in ["model.safetensors", "folder"] {
            let error = Writer::new(&plan)
                .shard_size(100)
                .write(folder.path().join(path));
            let error = error.unwrap_err().to_string();
            assert!(error.starts_with(text), "{error}");
            assert_eq!(names(folder.path()), [""; 0]);
        }
    }
}

#[test]
fn what_is_known_beforehand_is_refused_before_anything_is_made() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("new");
    let leave = Recipe::new().rule(Rule::leave("**"));
    let refused = |recipe: &Recipe, parameters: Vec<Parameter>| {
        let plan = recipe.plan(&Key::from_seed(1), parameters).unwrap();
        let error = Writer::new(&plan).write(&path).unwrap_err();
        assert_eq!(names(folder.path()), [""; 0]);
        error.to_string()
    };
    assert_eq!(
        refused(&leave, parameters()),
        "the rule for `z.weight` leaves it alone, so that there is nothing to write: copy it from a checkpoint"
    );
    assert_eq!(
        refused(&recipe(), vec![Parameter::new("__metadata__", [2, 2])]),
        "no tensor can be called `__metadata__`, which the format keeps for itself: call it otherwise"
    );
    let wide = Parameter::new("m.wide", [1 << 31, 1 << 29]);
    assert_eq!(
        refused(&recipe(), vec![wide]),
        "the values of model.safetensors take more bytes than a file can have: write shards"
    );
    // A directory whose own directory is not there.
    let plan = plan();
    let error = Writer::new(&plan)
        .write(folder.path().join("no/such"))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("cannot create the directory "),
        "{error}"
    );
}

#[test]
fn parameters_are_copied_grown_and_drawn() {
    let folder = tempdir().unwrap();
    let (old, new) = (
        folder.path().join("old.safetensors"),
        folder.path().join("new.safetensors"),
    );
    let small = recipe().plan(&Key::from_seed(1), parameters()).unwrap();
    Writer::new(&small).write(&old).unwrap();
    let base = Checkpoint::open(&old).unwrap();
    let grown = parameters()
        .into_iter()
        .map(|parameter| match parameter.name() {
            "z.weight" => Parameter::new("z.weight", [305, 700]),
            _ => parameter,
        });
    let large = recipe().plan(&Key::from_seed(2), grown).unwrap();
    let is_copied = |name: &str| name != "m.half";
    let is_grown = |name: &str| name == "z.weight";
    let writer = Writer::new(&large).copying(&base, &is_copied);
    let error = writer.write(&new).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`z.weight` cannot be copied: the checkpoint has the shape [300, 700], and the plan [305, 700]; draw it"
    );
    writer.growing(&is_grown).write(&new).unwrap();
    let bytes = fs::read(&new).unwrap();
    let read = SafeTensors::deserialize(&bytes).unwrap();
    for planned in &large {
        let name = planned.name();
        let found = read.tensor(name).unwrap();
        let of = if name == "m.half" { &large } else { &small };
        let mut expected = drawn(of, name);
        if name == "z.weight" {
            expected.extend(&drawn(&large, name)[expected.len()..]);
        }
        assert!(found.data() == expected, "{name}");
    }
    // The new rows are those of the new key.
    assert_ne!(
        drawn(&large, "z.weight")[..100],
        drawn(&small, "z.weight")[..100]
    );
}
