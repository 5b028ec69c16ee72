//! The table of docs/design.md, section "Layers", and what breaks it.

use std::collections::BTreeSet;

use super::source::Sources;

/// From the bottom up; in a row, from left to right. A module imports from rows before its own, and
/// from modules to its left.
pub(crate) const ROWS: [&[&str]; 9] = [
    &["word"],
    &["error"],
    &["num", "syntax", "key"],
    &["weight", "activation"],
    &["law"],
    &["engine"],
    &["scheme", "check"],
    &["describe", "filler", "initializer", "complex"],
    &["text", "recipe"],
];

/// Policy, check and mechanism: below the top rows, they do not meet.
const APART: [(&str, &str); 2] = [("scheme", "engine"), ("check", "scheme")];

/// What the check knows of the engine: its float types.
const FLOAT_TYPES: &str = "engine/element.rs";

/// Not part of the library: a window for the measurements in `checks/`.
const WINDOW: &str = "internals";

/// Where a module stands: its row, and its place in it.
fn rank(module: &str) -> Option<(usize, usize)> {
    ROWS.iter().enumerate().find_map(|(row, modules)| {
        let place = modules.iter().position(|&name| name == module)?;
        Some((row, place))
    })
}

/// The top-level module of a file.
fn module(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// What breaks the table, one line each.
pub(crate) fn faults(sources: &Sources) -> Vec<String> {
    let mut faults = BTreeSet::new();
    for path in sources.paths() {
        let module = module(path);
        if module != "lib" && module != WINDOW && rank(module).is_none() {
            faults.insert(format!("{module} is not in the table"));
        }
    }
    for (from, to) in sources.edges() {
        let (importer, imported) = (module(from), module(to));
        if importer == "lib" || importer == WINDOW || importer == imported {
            continue;
        }
        let apart = APART.contains(&(importer, imported))
            || (importer == "check" && imported == "engine" && to != FLOAT_TYPES);
        if apart || rank(imported) >= rank(importer) {
            faults.insert(format!("{from} imports {to}"));
        }
    }
    for circle in sources.circles() {
        faults.insert(format!("circle of files: {}", circle.join(", ")));
    }
    faults.into_iter().collect()
}
