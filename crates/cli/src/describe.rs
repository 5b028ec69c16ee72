//! `fanin describe`

use fanin::{Initializer, Law, Weight};
use serde_json::json;

use crate::args::Describe;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Describe) -> Result<(), Failure> {
    let scheme = fanin::parse(&arguments.scheme)?;
    let shape = &arguments.shape.0[..];
    let weight = match &arguments.reading {
        Some(reading) => Weight::read(reading.as_str(), shape)?,
        None => Weight::new(shape)?,
    };
    let description = scheme.describe(&weight)?;
    if !arguments.json {
        return output::print(description);
    }
    let law = description.law();
    output::print_json(&json!({
        "scheme": scheme.text(),
        "shape": description.shape(),
        "reading": description.reading().to_string(),
        "fan_in": description.fan_in(),
        "fan_out": description.fan_out(),
        "law": law.map(ToString::to_string),
        "mean": law.and_then(Law::mean),
        "std": description.std(),
        "variance": law.and_then(Law::variance),
        "kurtosis": law.and_then(Law::kurtosis),
        "parts": description.parts().iter().map(ToString::to_string).collect::<Vec<_>>(),
    }))
}
