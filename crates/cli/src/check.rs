//! `fanin check`

use fanin::Key;
use fanin_safetensors::{Checker, Checkpoint, Finding, Outcome};
use serde_json::{Value, json};

use crate::args::Check;
use crate::bar::Bar;
use crate::failure::Failure;
use crate::{output, recipe};

/// Whether it passed.
pub(crate) fn run(arguments: &Check) -> Result<bool, Failure> {
    let recipe = recipe::load(&arguments.chosen)?;
    let checkpoint = Checkpoint::open(&arguments.checkpoint)?;
    // The key does not matter.
    let plan = recipe.plan(&Key::from_seed(0), checkpoint.parameters())?;
    let bar = Bar::new(checkpoint.bytes());
    let progress = |bytes| bar.add(bytes);
    let outcome = Checker::new(&plan)
        .significance(arguments.significance)
        .progress(&progress)
        .check(&checkpoint);
    bar.clear();
    let outcome = outcome?;
    match arguments.json {
        true => output::print_json(&json(&outcome))?,
        false => output::print(&outcome)?,
    }
    Ok(outcome.passed())
}

fn json(outcome: &Outcome) -> Value {
    json!({
        "passed": outcome.passed(),
        "tensors": outcome.tensors(),
        "values": outcome.values(),
        "significance": outcome.significance(),
        "left_alone": outcome.left(),
        "findings": outcome.findings().iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "subject": finding.subject().to_string(),
        "test": finding.test(),
        "expected": finding.expected(),
        "found": finding.found(),
        "statistic": finding.statistic(),
        "p_value": finding.p_value(),
    })
}
