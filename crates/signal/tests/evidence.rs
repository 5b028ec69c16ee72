//! `docs/evidence.md` against what a test can measure again. That the page quotes the tables beside it
//! rightly is held by `checks/tests/evidence.rs`.

#[allow(dead_code, reason = "the example prints what the test does not need")]
#[path = "../examples/claims/initial.rs"]
mod initial;

use std::{collections::BTreeMap, fs, path::Path};

use approx::assert_relative_eq;
use fanin::{Activation, Key};
use fanin_signal::Layer;

/// A file of `docs/`.
fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
#[ignore = "half a minute without optimisation: `ci/long.sh references` runs it with"]
fn claims_about_the_start_are_measured_again() {
    let text = read("evidence/claims.csv");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    let written: BTreeMap<String, f64> = rows.collect::<Result<_, _>>().unwrap();
    for measured in initial::claims(&Key::from_seed(42)).unwrap() {
        let written = written[measured.name];
        if measured.name == "saxe.orthogonal" {
            // What rounding leaves of 0.
            assert!(measured.value < 1e-12 && written < 1e-12);
        } else {
            assert_relative_eq!(measured.value, written, max_relative = 1e-4);
        }
    }
}

#[test]
fn the_growth_of_selu_is_what_the_page_says() {
    let layer = Layer::new(1.0, Activation::Selu).unwrap();
    let growth = 100.0 * (layer.chi(1.0).unwrap() - 1.0);
    let page = read("evidence.md");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = format!("second moment grows by {growth:.1} % for every layer");
    assert!(
        page.contains(&sentence),
        "the page does not say: {sentence}"
    );
}
