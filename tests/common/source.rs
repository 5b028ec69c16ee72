//! What the library's sources say that it has, so that a list of a test can be held to be complete.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The names that `lib.rs` exports at the root, by `pub use`.
pub(crate) fn exports(lib: &str) -> BTreeSet<String> {
    let code = without_comments(lib);
    let mut names = BTreeSet::new();
    for used in code.split("pub use ").skip(1) {
        let used = used.split(';').next().unwrap();
        // The last segment of every path: what stands before a brace, `::` or a comma ends.
        for path in used.split([',', '{', '}']) {
            let name = path.rsplit("::").next().unwrap();
            let name = name.rsplit(" as ").next().unwrap().trim();
            assert!(name != "*", "an export that names nothing: {used}");
            if !name.is_empty() {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// The public functions that make a value of that type from none.
pub(crate) fn constructors(type_name: &str, sources: &[String]) -> BTreeSet<String> {
    let start = format!("\nimpl {type_name} {{\n");
    let mut names = BTreeSet::new();
    for source in sources {
        let code = format!("\n{}", without_comments(source));
        for block in code.split(&start).skip(1) {
            let block = block.split("\n}").next().unwrap();
            for function in block.split("\n    pub fn ").skip(1) {
                let signature = function.split('{').next().unwrap();
                let (arguments, returned) = signature.rsplit_once("->").unwrap_or((signature, ""));
                let makes = returned.contains("Self") || returned.contains(type_name);
                if makes && !arguments.contains("self") {
                    let name = arguments.split(['(', '<']).next().unwrap();
                    names.insert(name.to_owned());
                }
            }
        }
    }
    names
}

/// The text of `src/lib.rs`.
pub(crate) fn lib() -> String {
    fs::read_to_string(root().join("lib.rs")).unwrap()
}

/// The texts of all files of `src`.
pub(crate) fn sources() -> Vec<String> {
    fn read(folder: &Path, texts: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, texts);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut texts = Vec::new();
    read(&root(), &mut texts);
    texts
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn without_comments(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap().trim_end());
    lines.collect::<Vec<_>>().join("\n")
}
