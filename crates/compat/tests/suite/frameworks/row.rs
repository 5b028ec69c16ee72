//! The rows of data/frameworks.json.

use tinyjson::JsonValue;

pub(crate) fn fixture() -> JsonValue {
    include_str!("../../../data/frameworks.json")
        .parse()
        .unwrap()
}

/// A row: a call, and the moments of what it drew.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) framework: String,
    pub(crate) call: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) fans: Option<(f64, f64)>,
    pub(crate) n: f64,
    pub(crate) mean: f64,
    pub(crate) second_moment: f64,
    pub(crate) kurtosis: Option<f64>,
    pub(crate) max_abs: f64,
    pub(crate) zeros: f64,
}

pub(crate) fn rows() -> Vec<Row> {
    let fixture = fixture();
    let rows: &Vec<JsonValue> = fixture["rows"].get().unwrap();
    rows.iter().map(row).collect()
}

fn row(row: &JsonValue) -> Row {
    let fields: &std::collections::HashMap<String, JsonValue> = row.get().unwrap();
    let number = |name: &str| {
        fields
            .get(name)
            .and_then(|value| value.get::<f64>().copied())
    };
    let text = |name: &str| fields[name].get::<String>().unwrap().clone();
    let shape: &Vec<JsonValue> = fields["shape"].get().unwrap();
    let lens = shape.iter().map(|len| *len.get::<f64>().unwrap() as usize);
    Row {
        framework: text("framework"),
        call: text("call"),
        shape: lens.collect(),
        fans: number("fan_in").zip(number("fan_out")),
        n: number("n").unwrap(),
        mean: number("mean").unwrap(),
        second_moment: number("second_moment").unwrap(),
        kurtosis: number("kurtosis"),
        max_abs: number("max_abs").unwrap(),
        zeros: number("zeros").unwrap(),
    }
}
