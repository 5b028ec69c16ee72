//! `fanin show`

use fanin::{Key, Planned};
use serde_json::{Value, json};

use crate::args::Show;
use crate::failure::Failure;
use crate::{output, recipe};

pub(crate) fn run(arguments: &Show) -> Result<(), Failure> {
    // The key does not show.
    let key = Key::from_seed(0);
    let plan = recipe::load(&arguments.chosen)?.plan_like(
        &key,
        arguments.like.as_deref(),
        arguments.dtype,
    )?;
    if !arguments.json {
        return output::print(plan.to_string().trim_end());
    }
    output::print_json(&json!({
        "tensors": plan.len(),
        "elements": plan.elements(),
        "bytes": plan.bytes(),
        "parameters": plan.iter().map(parameter).collect::<Vec<_>>(),
    }))
}

fn parameter(planned: &Planned) -> Value {
    let weight = planned.weight();
    json!({
        "name": planned.name(),
        "shape": weight.shape(),
        "dtype": planned.dtype().to_string(),
        "reading": weight.reading().to_string(),
        "rule": planned.rule().patterns().collect::<Vec<_>>(),
        "scheme": planned.scheme().map(|scheme| scheme.text()),
        "law": planned.law(),
        "std": planned.std(),
        "elements": planned.elements(),
        "bytes": planned.bytes(),
    })
}
