//! Bad input: each has its text, ends with 2, and writes nothing.

use std::fs;

use crate::common::{Place, RECIPE};

/// What is refused, with what is said of it, behind `fanin: `.
#[track_caller]
fn refused(place: &Place, line: &str, expected: &str) {
    let before = place.names();
    let ran = place.run(line);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{line}");
    let text = ran.err.trim_end();
    let own = text
        .strip_prefix("fanin: ")
        .or_else(|| text.strip_prefix("error: "));
    let own = own.unwrap_or(text);
    assert!(own.starts_with(expected), "{line}\n{own}\n{expected}");
    assert_eq!(place.names(), before, "{line}");
}

/// A file of a header and so many bytes.
fn file(header: &str, bytes: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.resize(file.len() + bytes, 0);
    file
}

#[test]
fn what_is_not_there() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    refused(
        &place,
        "check small.toml none.safetensors",
        "cannot open none.safetensors: No such file or directory (os error 2)",
    );
    refused(
        &place,
        "show none.toml",
        "cannot read the recipe none.toml: No such file or directory (os error 2)",
    );
    refused(&place, "show gtp2", "recipe gtp2: ");
    refused(
        &place,
        "check small.toml empty",
        "empty holds no checkpoint: neither an index (*.safetensors.index.json) nor a file *.safetensors; name the file",
    );
    refused(
        &place,
        "init small.toml --seed 1 -o no/such/model.safetensors",
        "cannot create no/such/model.safetensors.part: No such file or directory (os error 2)",
    );
    place.write(
        "model.safetensors.index.json",
        r#"{"weight_map": {"a": "model-00001-of-00002.safetensors"}}"#,
    );
    refused(
        &place,
        "check small.toml model.safetensors.index.json",
        "model.safetensors.index.json is not whole: model-00001-of-00002.safetensors is missing; run again what \
         writes it",
    );
}

#[test]
fn files_that_lie() {
    let place = Place::new();
    let one = r#"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#;
    let says = |content: Vec<u8>, expected: &str| {
        place.write("a.safetensors", content);
        let expected = format!("a.safetensors cannot be read as safetensors: {expected}");
        refused(&place, "check small.toml a.safetensors", &expected);
        refused(
            &place,
            "init small.toml --like a.safetensors --seed 1 -o x.safetensors",
            &expected,
        );
    };
    says(
        file(one, 24)[..30].to_vec(),
        "it is cut off: the header should have 57 bytes, but only 22 follow",
    );
    says(
        file(one, 20),
        "its values take 24 bytes by the header, but 20 are there",
    );
    says(
        file(&one.replace("[0,24]", "[4,28]"), 28),
        "the tensor `a` begins at byte 4 of the values, but the one before it ends at 0",
    );
    says(
        vec![255; 64],
        "its first 8 bytes say that the header has 18446744073709551615 bytes",
    );
    let twice = format!("{},{}", &one[..one.len() - 1], &one[1..]);
    says(file(&twice, 48), "the header has the name `a` twice");
    says(
        file(&one.replace("F32", "F8_E5M2"), 6),
        "the tensor `a` has elements of F8_E5M2, for which there are no laws",
    );
    says(
        file("{", 0),
        "the header is not the JSON that it should be: ",
    );
}

#[test]
fn shapes_and_names() {
    let place = Place::new();
    place.write("huge.txt", "emb 9223372036854775808x2");
    refused(
        &place,
        "show small.toml --like huge.txt",
        "recipe small.toml: ",
    );
    place.write("list.txt", "emb 2x3 f31");
    refused(
        &place,
        "show small.toml --like list.txt",
        "list.txt cannot be read as a list of shapes: `emb` has the type `f31`",
    );
    place.write("list.json", "{\"emb\": [1, 2}");
    refused(
        &place,
        "show small.toml --like list.json",
        "list.json cannot be read as a list of shapes: ",
    );
    place.write("names.txt", "h.0.w 8x8\nh.0.weight 8x8\nemb 2x3\nh.0.b 8\n");
    let ran = place.run("init small.toml --like names.txt --seed 1 -o x.safetensors");
    assert!(ran.err.contains("h.0.weight"), "{}", ran.err);
    refused(
        &place,
        "init small.toml --like names.txt --seed 1 -o x.safetensors",
        "recipe small.toml: ",
    );
    // Integers that are no constant.
    place.write("types.txt", "h.0.w 8x8 i32\nemb 2x3\nh.0.b 8\n");
    refused(
        &place,
        "show small.toml --like types.txt",
        "recipe small.toml: ",
    );
}

#[test]
fn recipes() {
    let place = Place::new();
    let says = |change: (&str, &str), parts: &[&str]| {
        assert!(RECIPE.contains(change.0));
        place.write("bad.toml", RECIPE.replacen(change.0, change.1, 1));
        refused(
            &place,
            "init bad.toml --seed 1 -o x.safetensors",
            "recipe bad.toml: ",
        );
        let err = place.run("init bad.toml --seed 1 -o x.safetensors").err;
        assert!(
            parts.iter().all(|part| err.contains(part)),
            "{parts:?}: {err}"
        );
    };
    // A syntax error.
    says(
        ("names = \"h.{i}.w\"", "names = h.{i}.w"),
        &["line 11", "column"],
    );
    // An unknown scheme, an unbound variable, a division by 0.
    says(("he_normal", "he_norml"), &["he_norml", "he_normal"]);
    says(("2 * layers", "2 * layer"), &["layer"]);
    says(("sqrt(2 * layers)", "(layers - 2)"), &["0"]);
    // A rule that decides nothing.
    says(
        (
            "[model]",
            "[[rules]]\nnames = \"tail\"\nscheme = \"zeros\"\n\n[model]",
        ),
        &["tail"],
    );
}

#[test]
fn arguments() {
    let place = Place::new();
    let lines = [
        ("show", "the following required arguments were not provided"),
        (
            "show small.toml --set layers",
            "invalid value 'layers' for '--set <NAME=NUMBER>': it must be NAME=NUMBER",
        ),
        (
            "show small.toml --set layers=two",
            "invalid value 'layers=two'",
        ),
        (
            "init small.toml -o x.safetensors",
            "the following required arguments were not provided",
        ),
        (
            "init small.toml --seed -1 -o x",
            "unexpected argument '-1' found",
        ),
        (
            "init small.toml --seed 18446744073709551616 -o x",
            "invalid value '18446744073709551616' for '--seed",
        ),
        (
            "init small.toml --seed 1 -o x --dtype f31",
            "invalid value 'f31' for '--dtype <TYPE>'",
        ),
        (
            "init small.toml --seed 1 -o x --dtype i64",
            "invalid value 'i64' for '--dtype <TYPE>': i64 is no type of floats",
        ),
        (
            "init small.toml --seed 1 -o x --shard-size 5X",
            "invalid value '5X' for '--shard-size <SIZE>': `5X` is no size",
        ),
        (
            "init small.toml --seed 1 -o x --only emb",
            "the following required arguments were not provided",
        ),
        (
            "describe he_normal 2xx3",
            "invalid value '2xx3' for '<SHAPE>': `2xx3` is no shape",
        ),
        ("describe he_norml 2x3", ""),
        ("describe he_normal 3", ""),
        ("draw", "unrecognized subcommand 'draw'"),
    ];
    for (line, expected) in lines {
        refused(&place, line, expected);
    }
    place.out("init small.toml --seed 1 -o a.safetensors");
    refused(
        &place,
        "check small.toml a.safetensors --significance 2",
        "significance is 2, but it must be above 0 and below 1",
    );
    refused(
        &place,
        "init small.toml --seed 2 -o a.safetensors",
        "a.safetensors exists: remove it, or allow to replace it",
    );
    refused(
        &place,
        "init small.toml --seed 2 --onto a.safetensors -o b.safetensors",
        "--onto copies a checkpoint: say which parameters to draw anew with --only, or which have new rows with --grow",
    );
    refused(
        &place,
        "init small.toml --seed 2 --onto a.safetensors --only none -o b.safetensors",
        "--only and --grow: ",
    );
    place.write(
        "rules.toml",
        "[[rules]]\nnames = \"**\"\nscheme = \"zeros\"",
    );
    refused(
        &place,
        "show rules.toml",
        "recipe rules.toml: the recipe has no names and shapes of its own: give those of a model",
    );
    place.write(
        "leave.toml",
        RECIPE.replace("scheme = \"he_normal\"", "leave = true"),
    );
    refused(
        &place,
        "init leave.toml --seed 1 -o b.safetensors",
        "the rule for `emb` leaves it alone, so that there is nothing to write: copy it from a checkpoint",
    );
}

/// No more than so many blocks of 1024 bytes may be written to a file. (The signal that would end the program is
/// ignored, as by whoever wants to hear of it.)
#[cfg(target_os = "linux")]
#[test]
fn no_room() {
    let place = Place::new();
    let before = place.names();
    let program = env!("CARGO_BIN_EXE_fanin");
    for out in ["big.safetensors", "big"] {
        let line = format!(
            "trap '' XFSZ; ulimit -f 100; exec {program} init small.toml --set rows=9000 --seed 1 -o {out}"
        );
        let output = std::process::Command::new("bash")
            .args(["-c", &line])
            .current_dir(place.path(""))
            .output()
            .unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{err}"
        );
        assert!(err.starts_with("fanin: cannot write big"), "{err}");
        assert!(
            err.trim_end()
                .ends_with("File too large (os error 27); nothing is left of it"),
            "{err}"
        );
        assert_eq!(place.names(), before);
    }
}

/// A file system that is full, where one can be made: by root.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let place = Place::new();
    fs::create_dir(place.path("disk")).unwrap();
    let program = env!("CARGO_BIN_EXE_fanin");
    let line = format!(
        "mount -t tmpfs -o size=1m none disk || exit 77
         {program} init small.toml --set rows=9000 --seed 1 -o disk/big.safetensors; status=$?
         ls disk; exit $status"
    );
    let output = std::process::Command::new("unshare")
        .args(["-m", "bash", "-c", &line])
        .current_dir(place.path(""))
        .output();
    let Ok(output) = output else {
        return println!("SKIPPED: a full disk: no unshare");
    };
    let err = String::from_utf8(output.stderr).unwrap();
    if output.status.code() != Some(2) && (err.contains("mount") || err.contains("unshare")) {
        return println!("SKIPPED: a full disk: {err}");
    }
    let expected = "fanin: cannot write disk/big.safetensors (2340464 bytes): No space left on device (os error 28); \
                    nothing is left of it\n";
    assert_eq!(err, expected);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

/// What a signal leaves is not called a checkpoint, and the next run replaces it.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_leaves_a_part() {
    let place = Place::new();
    let mut command = place.command();
    let line = "init small.toml --set rows=3000000 --seed 1 -o big.safetensors";
    let mut child = command.args(line.split_whitespace()).spawn().unwrap();
    while !place.names().contains(&"big.safetensors.part".to_string()) {
        std::thread::sleep(std::time::Duration::from_millis(1));
        assert!(child.try_wait().unwrap().is_none());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.names(), ["big.safetensors.part", "small.toml"]);
    place.out("init small.toml --seed 1 -o big.safetensors");
    assert_eq!(place.names(), ["big.safetensors", "small.toml"]);
}

/// No permission; root has it all the same.
#[cfg(unix)]
#[test]
fn no_permission() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    fs::create_dir(place.path("mine")).unwrap();
    fs::set_permissions(place.path("mine"), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(place.path("mine/test"), "").is_ok() {
        return println!("SKIPPED: no permission: root has it");
    }
    refused(
        &place,
        "init small.toml --seed 1 -o mine/a.safetensors",
        "cannot create mine/a.safetensors.part: Permission denied (os error 13)",
    );
}
