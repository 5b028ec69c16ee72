//! Bad input, and what is said of it.

use std::fs;
use std::path::Path;

use fanin_safetensors::parameters;
use tempfile::tempdir;

/// A file of a header and so many bytes.
fn file(header: &str, bytes: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.resize(file.len() + bytes, 0);
    file
}

/// What is said of a file of that name and content.
#[track_caller]
fn says(name: &str, content: impl AsRef<[u8]>, expected: &str) {
    let folder = tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    is_said_of(&path, expected);
}

#[track_caller]
fn is_said_of(path: &Path, expected: &str) {
    let error = parameters(path).unwrap_err().to_string();
    let place = format!("{}", path.display());
    assert_eq!(error.replace(&place, "PATH"), expected);
}

#[test]
fn headers() {
    let name = "a.safetensors";
    let says = |content: Vec<u8>, expected: &str| {
        says(
            name,
            content,
            &format!("PATH cannot be read as safetensors: {expected}"),
        );
    };
    let one = r#"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#;
    says(
        vec![1, 2, 3],
        "it has 3 bytes, but the length of the header alone takes 8",
    );
    says(
        file("", 0).into_iter().map(|_| 255).collect(),
        "its first 8 bytes say that the header has 18446744073709551615 bytes, but 100,000,000 are the most: it \
         is another format",
    );
    says(
        file(one, 0)[..40].to_vec(),
        "it is cut off: the header should have 57 bytes, but only 32 follow its length",
    );
    says(
        file("[1, 2]", 0),
        "the header is not the JSON that it should be: invalid type: sequence, expected an object with an entry \
         for each tensor at line 1 column 0",
    );
    says(
        file("{\"a\":{\"dtype\"", 0),
        "the header is not the JSON that it should be: EOF while parsing an object at line 1 column 13",
    );
    let twice = format!("{},{}", &one[..one.len() - 1], &one[1..]);
    says(file(&twice, 48), "the header has the name `a` twice");
    let metadata = r#"{"__metadata__":{"x":"1","x":"2"}}"#;
    says(
        file(metadata, 0),
        "the header is not the JSON that it should be: __metadata__ has `x` twice at line 1 column 34",
    );
    says(
        file(&one.replace("F32", "F8_E4M3"), 6),
        "the tensor `a` has elements of F8_E4M3, for which there are no laws: convert it to f32, f64, f16, bf16, \
         or integers",
    );
    says(
        file(&one.replace("[2,3]", "[9223372036854775808,2]"), 24),
        "the tensor `a` has the shape [9223372036854775808, 2], which is more than 2^64 bytes",
    );
    says(
        file(&one.replace("[0,24]", "[0,20]"), 20),
        "the tensor `a` takes 24 bytes by shape and type, but its offsets 0 and 20 say otherwise",
    );
    says(
        file(&one.replace("[0,24]", "[24,0]"), 24),
        "the tensor `a` takes 24 bytes by shape and type, but its offsets 24 and 0 say otherwise",
    );
    says(
        file(&one.replace("[0,24]", "[8,32]"), 32),
        "the tensor `a` begins at byte 8 of the values, but the one before it ends at 0",
    );
    let overlap = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[6,10]}}"#;
    says(
        file(overlap, 10),
        "the tensor `b` begins at byte 6 of the values, but the one before it ends at 8",
    );
    says(
        file(one, 23),
        "its values take 24 bytes by the header, but 23 are there: it is cut off, or another file",
    );
    says(
        file(one, 25),
        "its values take 24 bytes by the header, but 25 are there: it is cut off, or another file",
    );
    // A header of 101 MB, which is there.
    let mut long = file("", 101_000_000);
    long[..8].copy_from_slice(&101_000_000_u64.to_le_bytes());
    says(
        long,
        "its first 8 bytes say that the header has 101000000 bytes, but 100,000,000 are the most: it is another \
         format",
    );
}

#[test]
fn what_is_not_there() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("none.safetensors");
    is_said_of(
        &path,
        "cannot open PATH: No such file or directory (os error 2)",
    );
    is_said_of(
        folder.path(),
        "PATH holds no checkpoint: neither an index (*.safetensors.index.json) nor a file *.safetensors; name the \
         file",
    );
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    write("model-00002-of-00003.safetensors.part", b"");
    is_said_of(
        folder.path(),
        "PATH is not whole: model-00002-of-00003.safetensors is missing; run again what writes it",
    );
    let shard = file(
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        4,
    );
    write("model-00001-of-00003.safetensors", &shard);
    write("model-00003-of-00003.safetensors", &shard);
    is_said_of(
        folder.path(),
        "PATH is not whole: model-00002-of-00003.safetensors is missing; run again what writes it",
    );
    write("model-00002-of-00003.safetensors", &shard);
    is_said_of(
        folder.path(),
        "model-00001-of-00003.safetensors and model-00002-of-00003.safetensors both have a tensor `a`: a checkpoint \
         has each name once",
    );
    write("other.safetensors", &shard);
    is_said_of(
        folder.path(),
        "PATH holds model-00001-of-00003.safetensors and other.safetensors, and no index that says which is meant: \
         name the file",
    );
}

#[test]
fn indices() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors.index.json");
    let shard =
        |name: &str| format!(r#"{{"{name}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#);
    fs::write(folder.path().join("1.safetensors"), file(&shard("a"), 4)).unwrap();
    fs::write(folder.path().join("2.safetensors"), file(&shard("b"), 4)).unwrap();
    let says = |content: &str, expected: &str| {
        fs::write(&path, content).unwrap();
        is_said_of(
            &path,
            &format!("PATH cannot be read as an index of shards: {expected}"),
        );
    };
    says(
        "{\"metadata\": {}}",
        "it is not the JSON that it should be: missing field `weight_map` at line 1 column 16",
    );
    says(
        r#"{"weight_map": {"a": "1.safetensors", "a": "2.safetensors"}}"#,
        "it has the name `a` twice",
    );
    says(
        r#"{"weight_map": {"a": "../1.safetensors"}}"#,
        "it names the file `../1.safetensors`, but shards lie beside their index",
    );
    says(
        r#"{"weight_map": {"a": "1.safetensors", "c": "2.safetensors"}}"#,
        "it says that `c` is in 2.safetensors, which has no such tensor",
    );
    says(
        r#"{"weight_map": {"a": "2.safetensors", "b": "1.safetensors"}}"#,
        "it says that `a` is in 2.safetensors, which has no such tensor",
    );
    let more = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"c":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#;
    fs::write(folder.path().join("1.safetensors"), file(more, 4)).unwrap();
    says(
        r#"{"weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}"#,
        "it does not name `c`, which 1.safetensors has",
    );
    fs::write(&path, r#"{"weight_map": {"a": "3.safetensors"}}"#).unwrap();
    is_said_of(
        &path,
        "PATH is not whole: 3.safetensors is missing; run again what writes it",
    );
}

#[test]
fn lists() {
    let says = |name: &str, content: &str, expected: &str| {
        says(
            name,
            content,
            &format!("PATH cannot be read as a list of shapes: {expected}"),
        );
    };
    let entry = r#"; an entry is "name": [2, 3], or "name": {"shape": [2, 3], "dtype": "f32"}"#;
    says(
        "a.json",
        "{\"a\": [2, -3]}",
        &format!("a shape must be a list of whole numbers at line 1 column 14{entry}"),
    );
    says(
        "a.json",
        "{\"a\": [2], \"a\": [3]}",
        "it has the name `a` twice",
    );
    says("a.json", "{}", "it has no entries");
    says(
        "a.json",
        r#"{"a": {"shape": [2], "dtype": "f31"}}"#,
        "`a` has the type `f31`, which is none of f64, f32, f16, bf16, i8 to i64, u8 to u64 and bool",
    );
    says(
        "a.txt",
        "a 2x3\nb 2xx3",
        "line 2 is `b 2xx3`, but a line is a name, a shape as 2x3 or [2, 3], and maybe a type as f32",
    );
    says("a.txt", "a 2x3\na 2", "it has the name `a` twice");
    says("a.txt", "# nothing\n", "it has no entries");
}
