//! `fanin schemes` and `fanin recipes`

use fanin::Recipe;
use serde_json::json;

use crate::args::Plain;
use crate::failure::Failure;
use crate::output;

pub(crate) fn schemes(arguments: &Plain) -> Result<(), Failure> {
    if arguments.json {
        let all = fanin::names().map(|name| {
            let aliases: Vec<&str> = name.aliases().map(|(alias, _)| alias).collect();
            json!({
                "name": name.name(),
                "usage": name.usage(),
                "meaning": name.meaning(),
                "aliases": aliases,
            })
        });
        return output::print_json(&all.collect());
    }
    let rows =
        fanin::names().map(|name| vec![name.usage().to_string(), name.meaning().to_string()]);
    output::print_table(&rows.collect::<Vec<_>>())
}

pub(crate) fn recipes(arguments: &Plain) -> Result<(), Failure> {
    let all = fanin::recipes().map(|name| {
        let recipe = Recipe::named(name).map_err(|error| Failure::Plan {
            what: format!("recipe {name}"),
            error,
        })?;
        Ok((name, recipe))
    });
    let all = all.collect::<Result<Vec<_>, Failure>>()?;
    if arguments.json {
        let all = all.iter().map(|(name, recipe)| {
            let variables: Vec<&str> = recipe.variables().collect();
            json!({"name": name, "about": recipe.about(), "variables": variables})
        });
        return output::print_json(&all.collect());
    }
    let rows = all.iter().map(|(name, recipe)| {
        let variables: Vec<&str> = recipe.variables().collect();
        let about = recipe.about().unwrap_or("");
        vec![
            name.to_string(),
            about.to_string(),
            format!("({})", variables.join(", ")),
        ]
    });
    output::print_table(&rows.collect::<Vec<_>>())
}
