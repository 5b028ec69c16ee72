//! `fanin init`

use std::collections::HashSet;
use std::time::Instant;

use fanin::{Key, Parameter, Plan, Recipe, Rule, Zeros};
use fanin_safetensors::{Checkpoint, Writer, Written};
use serde_json::json;

use crate::args::Init;
use crate::bar::Bar;
use crate::failure::Failure;
use crate::{launcher, output, recipe, size};

pub(crate) fn run(arguments: &Init) -> Result<(), Failure> {
    let began = Instant::now();
    let key = Key::from_seed(arguments.seed);
    let recipe = recipe::load(&arguments.chosen)?;
    // Without another source, what is copied says what there is.
    let like = arguments.like.as_deref().or(arguments.onto.as_deref());
    let plan = recipe.plan_like(&key, like, arguments.dtype)?;
    let bar = Bar::new(plan.bytes());
    let progress = |bytes| bar.add(bytes);
    let mut writer = Writer::new(&plan)
        .seed(arguments.seed)
        .shard_size(arguments.shard_size)
        .replace(arguments.force)
        .progress(&progress);
    if let Some(rank) = launcher::rank(arguments)? {
        writer = writer.rank(rank);
    }
    let written = match &arguments.onto {
        None => writer.write(&arguments.output),
        Some(base) => {
            if arguments.only.is_empty() && arguments.grow.is_empty() {
                return Err(Failure::NothingToDraw);
            }
            let base = Checkpoint::open(base)?;
            let drawn = matching(&plan, &arguments.only)?;
            let grown = matching(&plan, &arguments.grow)?;
            let is_copied = |name: &str| !drawn.contains(name);
            let is_grown = |name: &str| grown.contains(name);
            let writer = writer.copying(&base, &is_copied).growing(&is_grown);
            writer.write(&arguments.output)
        }
    };
    bar.clear();
    report(arguments, &plan, &written?, began)
}

/// The names of a plan that some patterns match; each pattern matches one at least.
fn matching(plan: &Plan, patterns: &[String]) -> Result<HashSet<String>, Failure> {
    if patterns.is_empty() {
        return Ok(HashSet::new());
    }
    let mut recipe = Recipe::new();
    for pattern in patterns {
        recipe = recipe.rule(Rule::leave(pattern.as_str()));
    }
    let recipe = recipe.rule(Rule::new("**", Zeros).optional());
    let names = plan
        .iter()
        .map(|planned| Parameter::new(planned.name(), []));
    let matched = recipe
        .plan(&Key::from_seed(0), names)
        .map_err(|error| Failure::Plan {
            what: "--only and --grow".to_string(),
            error,
        })?;
    let matched = matched.iter().filter(|planned| planned.is_left());
    Ok(matched.map(|planned| planned.name().to_string()).collect())
}

fn report(arguments: &Init, plan: &Plan, written: &Written, began: Instant) -> Result<(), Failure> {
    if arguments.json {
        return output::print_json(&json!({
            "files": written.files(),
            "bytes": written.bytes(),
            "tensors": plan.len(),
            "elements": plan.elements(),
            "seed": arguments.seed,
            "whole": written.is_whole(),
            "seconds": began.elapsed().as_secs_f64(),
        }));
    }
    let files = match written.files() {
        [one] => one.display().to_string(),
        files => format!("{} files in {}", files.len(), arguments.output.display()),
    };
    let seconds = began.elapsed().as_secs_f64();
    if !written.is_whole() {
        return output::print(format_args!(
            "wrote this process's share of {} in {seconds:.2} s; others are missing",
            arguments.output.display()
        ));
    }
    output::print(format_args!(
        "wrote {files}: {} tensors, {} values, {} in {seconds:.2} s",
        plan.len(),
        plan.elements(),
        size::short(written.bytes()),
    ))
}
