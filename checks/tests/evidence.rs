//! `evidence.md` against the tables beside it, which `ci/evidence.sh` wrote: every number that the page
//! quotes is the table's. It guards the page, not the library, and so is no part of `cargo test`.

use std::{collections::BTreeMap, fs, path::Path};

/// The folder of the page, from that of the workspace; the tables are in `evidence/` in it.
const DOCS: &str = "crates/signal/docs";

/// A file of that folder.
fn read(name: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = workspace.join(DOCS).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The page as one line.
fn page() -> String {
    let page = read("evidence.md");
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asserts that the page contains this sentence.
#[track_caller]
fn quoted(sentence: &str) {
    assert!(
        page().contains(sentence),
        "the page does not say: {sentence}"
    );
}

/// A table as rows of columns by name.
fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = read(&format!("evidence/{name}.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize().collect::<Result<Vec<_>, _>>().unwrap();
    assert!(!rows.is_empty(), "{name}");
    rows
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

fn claim(name: &str) -> f64 {
    let rows = table("claims");
    let row = rows.iter().find(|row| row["name"] == name).unwrap();
    number(row, "value")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// What holds, holds; and what does not is said.
#[test]
fn the_page_quotes_the_claims() {
    let learnt = claim("he.he");
    let guess = claim("he.xavier");
    quoted(&format!("He's rule learns ({}),", percent(learnt)));
    quoted(&format!(
        "the others have the accuracy of a guess ({}).",
        percent(guess)
    ));
    assert!(learnt > 0.8);
    for name in ["he.glorot", "he.small", "mishkin.tanh.before"] {
        assert_eq!(claim(name), guess);
    }
    for name in ["mishkin.relu", "mishkin.tanh"] {
        assert!(claim(name) > 0.8);
    }
    assert_eq!(claim("mishkin.rescalings"), 1.0);

    let left = claim("glorot.normalised");
    quoted(&format!("is half of it, {left:.3} after 5 layers"));
    assert!((0.45..0.55).contains(&left));
    let left = 100.0 * claim("glorot.standard");
    quoted(&format!(
        "Under the rule before theirs {left:.1} % is left."
    ));

    assert!(claim("saxe.orthogonal") < 1e-12);
    assert!(claim("saxe.normal.largest") > 1.0 && claim("saxe.normal.median") < 1e-5);

    let critical = claim("schoenholz.critical");
    quoted(&format!("the critical point is at {critical:.3}"));
    assert!((critical - 1.76).abs() < 0.005);
    assert!(claim("schoenholz.xi.below").min(claim("schoenholz.xi.above")) > 2000.0);

    for name in [
        "klambauer.from_1",
        "klambauer.from_4",
        "klambauer.from_quarter",
    ] {
        assert!((claim(name) - 1.0).abs() < 0.1);
    }
    let grown = claim("klambauer.gradient");
    assert!(grown > 1000.0);
    quoted(&format!(
        "after 100 layers it is {},{:03.0} times",
        (grown / 1000.0).floor(),
        grown % 1000.0
    ));
}

#[test]
fn the_page_quotes_the_course() {
    let rows = table("course");
    let range = |start: &str, column: &str| {
        let own = rows.iter().filter(|row| row["start"] == start);
        let values: Vec<f64> = own.map(|row| 100.0 * number(row, column)).collect();
        assert_eq!(values.len(), 20);
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        (
            low.round(),
            values.iter().copied().fold(0.0, f64::max).round(),
        )
    };
    for (start, training, test) in [
        ("Zeros", 50.0, 50.0),
        ("Normal::new(0.0, 10.0)", 83.0, 86.0),
        ("HeNormal", 99.0, 96.0),
    ] {
        for (column, printed) in [("training", training), ("test", test)] {
            let (low, high) = range(start, column);
            assert!(low <= printed && printed <= high, "{start} {column}");
        }
    }
    let (low, high) = range("Normal::new(0.0, 10.0)", "test");
    quoted(&format!(
        "20 networks end anywhere from {low} % to {high} % of the test points"
    ));
}

/// The range of factors with nine tenths of the best median.
#[test]
fn the_page_quotes_the_sweep() {
    let rows = table("sweep");
    let mut ranges = Vec::new();
    for depth in ["5", "15", "30"] {
        let mut medians: Vec<(f64, f64)> = Vec::new();
        for row in rows
            .iter()
            .filter(|row| row["depth"] == depth && row["network"] == "0")
        {
            let factor = &row["factor"];
            let own = rows
                .iter()
                .filter(|row| row["depth"] == depth && &row["factor"] == factor);
            let mut accuracies: Vec<f64> = own.map(|row| number(row, "accuracy")).collect();
            accuracies.sort_unstable_by(f64::total_cmp);
            medians.push((number(row, "factor"), accuracies[accuracies.len() / 2]));
        }
        assert_eq!(medians.len(), 25);
        let best = medians
            .iter()
            .map(|&(_, accuracy)| accuracy)
            .fold(0.0, f64::max);
        let good: Vec<f64> = medians
            .iter()
            .filter(|&&(_, accuracy)| accuracy >= 0.9 * best)
            .map(|&(factor, _)| factor)
            .collect();
        ranges.push((good[good.len() - 1] / good[0]).round());
    }
    assert_eq!(ranges[2], 1.0);
    quoted(&format!("with 5 layers a factor of {} between", ranges[0]));
    quoted(&format!(
        "With 15 layers it is a factor of {}, and with 30 only He's own",
        ranges[1]
    ));
}

/// All means of the trial, and the two networks that the page warns of.
#[test]
fn the_page_quotes_the_trial() {
    let rows = table("trial");
    assert_eq!(rows.len(), 6 * 2 * 50);
    for row in &rows {
        let (mean, predicted) = (number(row, "mean"), number(row, "predicted"));
        // 64 networks.
        let standard_error = number(row, "std") / 8.0;
        assert!((mean - predicted).abs() <= 4.0 * standard_error, "{row:?}");
    }
    let spread = |activation: &str| {
        let last = rows.iter().find(|row| {
            row["activation"] == activation && row["moment"] == "signal" && row["layers"] == "50"
        });
        let last = last.unwrap();
        100.0 * number(last, "std") / number(last, "mean")
    };
    quoted(&format!(
        "of 1,000 units and 50 layers differ by {:.0} % of their mean",
        spread("Relu")
    ));
    quoted(&format!(
        "Single networks differ by {:.0} % of their mean",
        spread("Gelu")
    ));
}

/// The greatest depths up to which networks learn, where 6 xi is within what was tried.
#[test]
fn the_page_quotes_the_depths() {
    let rows = table("depth");
    let learnt = |family: &str, variance: &str| -> f64 {
        let own = rows
            .iter()
            .filter(|row| row["family"] == family && row["variance"] == variance);
        let mut depth = 0.0;
        for row in own {
            if number(row, "accuracy") < 0.5 {
                break;
            }
            depth = number(row, "depth");
        }
        depth
    };
    let six_xi = |variance: &str| {
        let row = rows.iter().find(|row| row["variance"] == variance);
        6.0 * number(row.unwrap(), "xi")
    };
    quoted("the theory says within a factor of 2, before a network is drawn, how deep it can be");
    for variance in ["1", "1.25", "3", "4"] {
        for family in ["normal", "orthogonal"] {
            let ratio = learnt(family, variance) / six_xi(variance);
            assert!((0.5..2.0).contains(&ratio), "{variance} {family}: {ratio}");
        }
    }
    let (low, high) = (six_xi("1"), six_xi("4"));
    let (at_low, at_high) = (learnt("normal", "1"), learnt("normal", "4"));
    quoted(&format!(
        "(at 1.0, 6 xi is {low:.0} and networks learn at {at_low})"
    ));
    quoted(&format!("(at 4.0, {high:.0} and {at_high})"));
    for variance in ["1", "1.25", "4"] {
        assert_eq!(learnt("normal", variance), learnt("orthogonal", variance));
    }
    let best = |family| {
        let near = ["1.5", "1.7609546396067393", "2.25"].map(|variance| learnt(family, variance));
        near.into_iter().fold(0.0, f64::max)
    };
    quoted(&format!(
        "normal weights are learnt from up to {} layers",
        best("normal")
    ));
    quoted(&format!(
        "keep all directions alike, up to {}.",
        best("orthogonal")
    ));
    assert!(best("orthogonal") > best("normal"));
}
