//! Names, shapes, types and values of what is there.

use std::fs;

use fanin::{Dtype, Parameter};
use fanin_safetensors::{Checkpoint, CheckpointError, Writer, parameters};
use tempfile::tempdir;

use crate::common::plan;

/// Name, shape and type, sorted.
fn listed(parameters: &[Parameter]) -> Vec<String> {
    let mut all: Vec<String> = parameters.iter().map(|one| format!("{one:?}")).collect();
    all.sort();
    all
}

#[test]
fn every_source_says_the_same() {
    let folder = tempdir().unwrap();
    let plan = plan();
    let expected = listed(&crate::common::parameters());
    let at = |name: &str| folder.path().join(name);
    Writer::new(&plan).write(at("one.safetensors")).unwrap();
    Writer::new(&plan).write(at("one")).unwrap();
    Writer::new(&plan)
        .shard_size(100_000)
        .write(at("shards"))
        .unwrap();
    fs::create_dir(at("bare")).unwrap();
    for entry in fs::read_dir(at("shards")).unwrap().map(Result::unwrap) {
        if entry.path().extension().unwrap() == "safetensors" {
            fs::copy(entry.path(), at("bare").join(entry.file_name())).unwrap();
        }
    }
    let text: String = (plan.iter())
        .map(|planned| {
            format!(
                "{} {:?} {}\n",
                planned.name(),
                planned.weight().shape(),
                planned.dtype()
            )
        })
        .collect();
    fs::write(at("list.txt"), text).unwrap();
    let entries: serde_json::Map<_, _> = (plan.iter())
        .map(|planned| {
            let (shape, dtype) = (planned.weight().shape(), planned.dtype().to_string());
            (
                planned.name().to_string(),
                serde_json::json!({"shape": shape, "dtype": dtype}),
            )
        })
        .collect();
    fs::write(at("list.json"), serde_json::to_string(&entries).unwrap()).unwrap();
    let sources = [
        "one.safetensors",
        "one",
        "shards",
        "shards/model.safetensors.index.json",
        "bare",
        "list.txt",
        "list.json",
    ];
    for source in sources {
        assert_eq!(
            listed(&parameters(at(source)).unwrap()),
            expected,
            "{source}"
        );
    }
    // An index keeps the order of the model, and so does a text.
    for source in ["shards", "list.txt"] {
        let order = parameters(at(source)).unwrap();
        assert!(
            order
                .iter()
                .map(Parameter::name)
                .eq(plan.iter().map(|planned| planned.name()))
        );
    }
}

#[test]
fn values_are_read_by_slice_and_whole() {
    let folder = tempdir().unwrap();
    let plan = plan();
    Writer::new(&plan)
        .shard_size(100_000)
        .write(folder.path().join("model"))
        .unwrap();
    let read = Checkpoint::open(folder.path().join("model")).unwrap();
    assert_eq!((read.len(), read.bytes()), (plan.len(), plan.bytes()));
    let tensor = read.get("m.half").unwrap();
    let whole = plan
        .get("m.half")
        .unwrap()
        .filler()
        .unwrap()
        .array::<half::f16>()
        .unwrap();
    assert_eq!(tensor.array::<half::f16>().unwrap(), whole);
    let mut slice = [half::f16::ZERO; 1500];
    tensor.read(777..2277, &mut slice).unwrap();
    assert_eq!(slice, whole.as_slice().unwrap()[777..2277]);
    tensor.read(..=1499, &mut slice).unwrap();
    assert_eq!(slice, whole.as_slice().unwrap()[..1500]);
    assert_eq!(read.get("n.count").unwrap().array::<i64>().unwrap()[[]], 0);
    assert_eq!(
        read.get("n.mask")
            .unwrap()
            .array::<u8>()
            .unwrap()
            .as_slice(),
        Some(&[1; 7][..])
    );
    assert_eq!(read.get("n.small").unwrap().array::<i8>().unwrap()[4], -3);
    assert_eq!(read.get("m.none").unwrap().array::<f32>().unwrap().len(), 0);

    let error = tensor.read(0..10, &mut [0.0_f32; 10]).unwrap_err();
    let text =
        "the tensor `m.half` has elements of f16, which are not read as f32: read them as f16";
    assert_eq!(error.to_string(), text);
    for range in [(0, 1501), (70_000, 71_500), (u64::MAX - 1499, u64::MAX)] {
        let error = tensor.read(range.0..range.1, &mut slice).unwrap_err();
        assert!(
            matches!(error, CheckpointError::Range { len: 70_070, .. }),
            "{error}"
        );
    }
    let error = read.get("m.halve").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the checkpoint has no tensor `m.halve`; the nearest is `m.half`"
    );
    assert_eq!(read.get("m.half").unwrap().dtype(), Dtype::F16);
}
