//! The links of the pages: relative ones lead to what is there, and the repository's address is in
//! one place.
//!
//! A page's relative links are resolved by what shows it: in a checkout as paths; by a registry, under
//! the package's `repository`. So that is the one place where the address stands: `repository` of
//! `[workspace.package]` in Cargo.toml, which every package inherits. It is not known yet.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The address of the repository: that of `[workspace.package]` in Cargo.toml, and there alone.
const REPOSITORY: Option<&str> = None;

/// What is published.
const PACKAGES: [&str; 3] = ["", "crates/signal", "crates/compat"];

/// Sites that hold repositories: an address there whose second part is `fanin` is this one's.
const HOSTS: [&str; 4] = ["github.com/", "gitlab.com/", "codeberg.org/", "git.sr.ht/"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a directory whose names end in one of these.
fn files(directory: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" {
                files(&path, ends, found);
            }
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}

fn all(ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&root(), ends, &mut found);
    found.sort();
    found
}

/// The targets of a page's links and pictures, outside code.
fn links(page: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut is_code = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        // Between backticks, every second piece is code.
        for piece in line.split('`').step_by(2) {
            for after in piece.split("](").skip(1) {
                targets.extend(after.split_once(')').map(|(target, _)| target));
            }
        }
    }
    targets
}

/// The anchor of a heading, as it is made from its text.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    });
    kept.collect()
}

/// What is wrong with a link of a page in that directory.
fn broken(directory: &Path, page: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, part) = target.split_once('#').unwrap_or((target, ""));
    let file = directory.join(path);
    if !file.exists() {
        return Some(format!("{target}: there is no such file"));
    }
    if part.is_empty() {
        return None;
    }
    let text = if path.is_empty() {
        page.to_string()
    } else {
        read(&file)
    };
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    if headings.any(|heading| anchor(heading) == part) {
        None
    } else {
        Some(format!("{target}: there is no such heading"))
    }
}

#[test]
fn relative_links_lead_somewhere() {
    let mut count = 0;
    for page in all(&[".md"]) {
        let text = read(&page);
        for target in links(&text) {
            let fault = broken(page.parent().unwrap(), &text, target);
            assert_eq!(fault, None, "{}", page.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} links were found");
}

/// Controls of the test above.
#[test]
fn a_link_that_leads_nowhere_is_found() {
    let page = "# A heading, `code`\n[a](b.md) and ![c](d/e.svg#f), not `[g](h)`\n```\n[i](j)\n```\n[k](#l)";
    assert_eq!(links(page), ["b.md", "d/e.svg#f", "#l"]);
    let fault = |target| broken(&root(), page, target);
    assert_eq!(fault("README.md"), None);
    assert_eq!(fault("#a-heading-code"), None);
    assert!(fault("b.md").is_some());
    assert!(fault("#l").is_some());
    assert!(fault("README.md#no-such-heading").is_some());
}

/// A reader who has only the package cannot see a picture that is not in it. (`.ci/run` looks into
/// the packages.)
#[test]
fn pictures_lie_in_the_package_of_their_page() {
    let mut count = 0;
    for package in PACKAGES {
        let directory = root().join(package);
        let mut pages = Vec::new();
        files(&directory.join("docs"), &[".md"], &mut pages);
        pages.push(directory.join("README.md"));
        for page in pages {
            for target in links(&read(&page)) {
                if target.ends_with(".svg") || target.ends_with(".png") {
                    let picture = page.parent().unwrap().join(target);
                    let picture = picture.canonicalize().unwrap();
                    assert!(picture.starts_with(directory.join("docs").canonicalize().unwrap()));
                    count += 1;
                }
            }
        }
    }
    assert!(count > 0, "no picture was found");
}

/// Whether a text has an address of this repository, or of one that is called as this one is.
fn has_address(text: &str) -> bool {
    HOSTS.iter().any(|host| {
        text.split(host).skip(1).any(|after| {
            let name = after.split('/').nth(1).unwrap_or("");
            let name = name.split(|c: char| !c.is_alphanumeric()).next();
            name == Some("fanin")
        })
    })
}

#[test]
fn the_address_is_in_one_place() {
    assert!(has_address("see https://github.com/some/fanin/blob/main"));
    assert!(has_address("(https://codeberg.org/some/fanin)"));
    assert!(!has_address("https://github.com/some/ndarray"));

    for file in all(&[".md", ".toml", ".rs", ".sh", ".py"]) {
        let is_here = file.ends_with("tests/suite/links.rs");
        let text = read(&file);
        let text = match REPOSITORY {
            Some(address) if file == root().join("Cargo.toml") => {
                let line = format!("repository = \"{address}\"\n");
                assert_eq!(text.matches(&line).count(), 1, "Cargo.toml");
                text.replacen(&line, "", 1)
            }
            _ => text,
        };
        assert!(is_here || !has_address(&text), "{}", file.display());
    }
    for package in PACKAGES {
        let manifest = read(&root().join(package).join("Cargo.toml"));
        let inherits = manifest.contains("\nrepository.workspace = true\n");
        assert_eq!(inherits, REPOSITORY.is_some(), "{package}/Cargo.toml");
    }
}

/// Each package has the licences' texts, all the same.
#[test]
fn licences_are_copies() {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        for package in PACKAGES {
            let copy = root().join(package).join(name);
            assert_eq!(read(&copy), read(&root().join(name)), "{package}");
        }
    }
}
