//! The layers of `src/`, as `docs/design.md` has them: which module may import which, no two files
//! in a circle, and no file below the top in which policy, check and mechanism meet.
//!
//! `source.rs` reads paths out of code, `table.rs` is the table; what is asserted is here.

mod source;
mod table;

use source::Sources;
use table::faults;

#[test]
fn the_library_keeps_its_layers() {
    let sources = Sources::of_the_library();
    assert!(sources.len() > 60, "files were found");
    // The reader sees what a person sees: an import, a path in code, a file behind a re-export.
    for edge in [
        ("engine/write/mod.rs", "engine/read/reader.rs"),
        ("scheme/parameters.rs", "error.rs"),
        ("initializer.rs", "scheme/laws.rs"),
        ("check/check.rs", "law/draws.rs"),
    ] {
        assert!(
            sources.edges().any(|(from, to)| (from, to) == edge),
            "{edge:?}"
        );
    }
    let faults = faults(&sources);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The paths below `src/` that a page names.
fn named(page: &str) -> Vec<&str> {
    let quoted = page.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|name| name.strip_prefix("src/"))
        .filter(|name| !name.contains("NAME"))
        .collect()
}

#[test]
fn the_design_page_names_files_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/design.md")).unwrap();
    let exists = |name: &&str| root.join("src").join(name).exists();
    let names = named(&page);
    assert!(names.len() > 40, "the walk has 26");
    let missing: Vec<_> = names.iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // Every row of the table is there, with what is in use of it.
    for row in table::ROWS {
        let used = row
            .iter()
            .filter(|name| exists(name) || exists(&&*format!("{name}.rs")));
        let used: Vec<String> = used.map(|name| format!("`{name}`")).collect();
        let line = format!("| {} |", used.join(", "));
        assert!(used.is_empty() || page.contains(&line), "{line}");
    }
    assert_eq!(named("`src/a.rs` src/b.rs `c.rs`"), ["a.rs"]);
    assert!(!exists(&"a.rs"));
}

/// The library with one file added, or one whose text is appended to.
#[track_caller]
fn rejected(path: &str, code: &str, fault: &str) {
    let mut sources = Sources::of_the_library();
    sources.append(path, code);
    let faults = faults(&sources);
    assert!(
        faults.iter().any(|found| found.contains(fault)),
        "{fault:?} is not among {faults:#?}"
    );
}

#[track_caller]
fn accepted(path: &str, code: &str) {
    let mut sources = Sources::of_the_library();
    sources.append(path, code);
    assert_eq!(faults(&sources), Vec::<String>::new());
}

#[test]
fn imports_upwards_are_rejected() {
    let fault = "error.rs imports law/law.rs";
    rejected("error.rs", "use crate::law::Law;", fault);
    rejected(
        "error.rs",
        "use crate::{word::Centre, law::{Law, Laws}};",
        fault,
    );
    rejected("error.rs", "use super::law::Law as Other;", fault);
    rejected(
        "error.rs",
        "use super::law::*;",
        "error.rs imports law/mod.rs",
    );
    rejected(
        "error.rs",
        "fn f() { crate::law::Law::constant(0.0); }",
        fault,
    );
    rejected(
        "error.rs",
        "macro_rules! m { () => { $crate::law::Law } }",
        fault,
    );
    rejected("error.rs", "use crate::Law;", fault);
    rejected(
        "num/root.rs",
        "use super::super::law::Law;",
        "num/root.rs imports law/law.rs",
    );
    // In a row of several, from those to the left.
    rejected(
        "num/root.rs",
        "use crate::key::Key;",
        "num/root.rs imports key.rs",
    );
    accepted("key.rs", "use crate::num::root::root_of_product;");
}

#[test]
fn policy_check_and_mechanism_do_not_meet() {
    rejected(
        "scheme/normal.rs",
        "use crate::engine::Element;",
        "scheme/normal.rs imports engine/element.rs",
    );
    rejected(
        "check/check.rs",
        "use crate::scheme::Scheme;",
        "check/check.rs imports scheme/scheme.rs",
    );
    rejected(
        "check/check.rs",
        "use crate::engine::fill;",
        "check/check.rs imports engine/write/mod.rs",
    );
    accepted("check/check.rs", "use crate::engine::Element as Again;");
}

#[test]
fn circles_of_files_are_rejected() {
    rejected(
        "law/law.rs",
        "use crate::law::Laws;",
        "circle of files: law/by_part.rs, law/law.rs",
    );
    rejected(
        "weight/dims.rs",
        "use super::Weight;",
        "circle of files: weight/dims.rs, weight/order.rs, weight/weight.rs",
    );
}

#[test]
fn unknown_modules_are_rejected() {
    rejected("extra.rs", "", "extra is not in the table");
    rejected("extra/mod.rs", "", "extra is not in the table");
}

#[test]
fn tests_comments_and_strings_are_not_imports() {
    accepted(
        "error.rs",
        "// use crate::law::Law;\n/// [`crate::law::Law`]\nfn f() {}",
    );
    accepted("error.rs", "const TEXT: &str = \"use crate::law::Law;\";");
    accepted(
        "error.rs",
        "#[cfg(test)]\nmod more { use crate::law::Law; }",
    );
    accepted("error.rs", "#[cfg(test)]\nuse crate::law::Law;");
}
