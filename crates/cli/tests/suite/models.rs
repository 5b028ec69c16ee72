//! Checkpoints that the real libraries made, against the recipes of their families.

use std::fs;
use std::path::Path;

use crate::common::Place;

#[test]
fn real_checkpoints_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/models");
    let Ok(files) = fs::read_dir(&folder) else {
        return println!("SKIPPED: no data beside a package");
    };
    let place = Place::new();
    let mut count = 0;
    for path in files.map(|file| file.unwrap().path()) {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        // A family may have several: t5 and t5_gated.
        let family = stem.split('_').next().unwrap();
        let recipe = if family == "plain" { "pytorch" } else { family };
        if path.extension().is_none_or(|end| end != "safetensors") {
            continue;
        }
        let mut command = place.command();
        let output = command.args(["check", recipe]).arg(&path).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.starts_with("passed: "),
            "{stem}: {text}"
        );
        count += 1;
    }
    assert!(count >= 4, "{count}");
}
