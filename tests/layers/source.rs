//! Sources as a graph of files: which file names what is defined in which other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The files below `src/`, by their path from there.
#[derive(Clone)]
pub(crate) struct Sources {
    texts: BTreeMap<String, String>,
    files: BTreeMap<String, Arc<File>>,
    edges: BTreeSet<(String, String)>,
}

impl Sources {
    /// Those of this crate, without what is compiled for tests only.
    pub(crate) fn of_the_library() -> Self {
        static LIBRARY: OnceLock<Sources> = OnceLock::new();
        LIBRARY.get_or_init(Sources::read_library).clone()
    }

    fn read_library() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut texts = BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(&root).unwrap().components();
                    let name: Vec<_> = name
                        .map(|part| part.as_os_str().to_str().unwrap())
                        .collect();
                    let text = std::fs::read_to_string(&path).unwrap();
                    texts.insert(name.join("/"), text);
                }
            }
        }
        let files = (texts.iter())
            .map(|(path, text)| (path.clone(), Arc::new(File::parse(path, text))))
            .collect();
        let mut sources = Sources {
            texts,
            files,
            edges: BTreeSet::new(),
        };
        sources.connect();
        sources
    }

    /// Adds code to a file, which may be new.
    pub(crate) fn append(&mut self, path: &str, code: &str) {
        let text = self.texts.entry(path.to_string()).or_default();
        text.push('\n');
        text.push_str(code);
        let file = Arc::new(File::parse(path, text));
        self.files.insert(path.to_string(), file);
        self.connect();
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Pairs of files, of which the first names something in the second.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (&str, &str)> {
        let edges = self.edges.iter();
        edges.map(|(from, to)| (from.as_str(), to.as_str()))
    }

    /// The files that reach each other, in sets of two and more. `lib.rs` lists all and is in none.
    pub(crate) fn circles(&self) -> Vec<Vec<&str>> {
        let paths: Vec<&str> = self.paths().filter(|path| *path != "lib.rs").collect();
        let number = |path: &str| paths.binary_search(&path).ok();
        let mut next = vec![Vec::new(); paths.len()];
        for (from, to) in self.edges() {
            if let (Some(from), Some(to)) = (number(from), number(to)) {
                next[from].push(to);
            }
        }
        let reach = |from: usize| {
            let (mut seen, mut ahead) = (vec![false; paths.len()], vec![from]);
            while let Some(file) = ahead.pop() {
                for &to in &next[file] {
                    if !std::mem::replace(&mut seen[to], true) {
                        ahead.push(to);
                    }
                }
            }
            seen
        };
        let reached: Vec<Vec<bool>> = (0..paths.len()).map(reach).collect();
        let mut circles = BTreeSet::new();
        for from in (0..paths.len()).filter(|&from| reached[from][from]) {
            let with = (0..paths.len()).filter(|&to| reached[from][to] && reached[to][from]);
            circles.insert(with.map(|file| paths[file]).collect::<Vec<_>>());
        }
        circles.into_iter().collect()
    }

    fn connect(&mut self) {
        // What a file compiles for tests only is no part of the library.
        let tests: BTreeSet<String> = (self.files.values())
            .flat_map(|file| file.test_modules.iter().cloned())
            .collect();
        let is_test = |path: &str| {
            let mut tests = tests.iter();
            tests.any(|module| {
                let rest = path.strip_prefix(module.as_str());
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            })
        };
        self.files.retain(|path, _| !is_test(path));
        self.texts.retain(|path, _| !is_test(path));
        let mut edges = BTreeSet::new();
        for (path, file) in &self.files {
            let named = file.names.iter();
            let others = named.filter_map(|name| defined_in(&self.files, name, 0));
            let others = others.filter(|to| to != path);
            edges.extend(others.map(|to| (path.clone(), to.to_string())));
        }
        self.edges = edges;
    }
}

/// A file's names: absolute paths from the root of the crate.
struct File {
    /// What its code names, but for what it only passes on.
    names: BTreeSet<Vec<String>>,
    /// What it passes on: a name here, and what that is elsewhere.
    exports: BTreeMap<String, Vec<String>>,
    /// The modules that it compiles for tests only, as paths of files without their extension.
    test_modules: BTreeSet<String>,
}

impl File {
    fn parse(path: &str, text: &str) -> Self {
        let mut module: Vec<String> = path
            .trim_end_matches(".rs")
            .split('/')
            .map(Into::into)
            .collect();
        if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
            module.pop();
        }
        let mut file = File {
            names: BTreeSet::new(),
            exports: BTreeMap::new(),
            test_modules: BTreeSet::new(),
        };
        let tokens: TokenStream = text.parse().expect("code");
        file.walk(
            &module,
            tokens,
            path.ends_with("mod.rs") || path == "lib.rs",
        );
        file
    }

    fn walk(&mut self, module: &[String], tokens: TokenStream, passes_on: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        // The modules that are declared here can be named without `self`.
        let children: BTreeSet<String> = (tokens.windows(2))
            .filter(|pair| is_word(&pair[0], "mod"))
            .map(|pair| pair[1].to_string())
            .collect();
        let mut at = 0;
        while at < tokens.len() {
            if is_test(&tokens[at..]) {
                at += 2;
                let item = at;
                // To the end of the item: a semicolon, or a block.
                while at < tokens.len() && !is_punct(&tokens[at], ';') && !is_block(&tokens[at]) {
                    at += 1;
                }
                if let Some(place) = tokens[item..at.min(tokens.len())]
                    .iter()
                    .position(|token| is_word(token, "mod"))
                {
                    let name = tokens[item + place + 1].to_string();
                    let path: Vec<String> = module.iter().cloned().chain([name]).collect();
                    self.test_modules.insert(path.join("/"));
                }
                at += 1;
                continue;
            }
            let is_use = is_word(&tokens[at], "use");
            if is_use {
                let is_public = at > 0
                    && (is_word(&tokens[at - 1], "pub")
                        || at > 1 && is_word(&tokens[at - 2], "pub"));
                let end = at
                    + tokens[at..]
                        .iter()
                        .position(|token| is_punct(token, ';'))
                        .unwrap_or(1);
                for (name, alias) in leaves(&tokens[at + 1..end]) {
                    let Some(name) = absolute(module, &children, name) else {
                        continue;
                    };
                    if is_public && passes_on {
                        self.exports.insert(alias, name);
                    } else {
                        self.names.insert(name);
                    }
                }
                at = end;
                continue;
            }
            match &tokens[at] {
                TokenTree::Group(group) => {
                    let named = at
                        .checked_sub(2)
                        .filter(|&two| is_word(&tokens[two], "mod"));
                    let inner = named.map(|two| tokens[two + 1].to_string());
                    let inner: Vec<String> = module.iter().cloned().chain(inner).collect();
                    self.walk(&inner, group.stream(), false);
                }
                TokenTree::Ident(_) => {
                    let path = path(&tokens[at..]);
                    let before = at.checked_sub(1).map(|before| &tokens[before]);
                    let is_start = !before.is_some_and(|token| is_punct(token, ':'));
                    if is_start && path.len() > 1 {
                        let steps = 3 * (path.len() - 1);
                        self.names.extend(absolute(module, &children, path));
                        at += steps;
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// The words that `::` joins, from the first token on.
fn path(tokens: &[TokenTree]) -> Vec<String> {
    let mut words = vec![tokens[0].to_string()];
    let mut rest = &tokens[1..];
    while let [a, b, TokenTree::Ident(word), after @ ..] = rest {
        if !(is_punct(a, ':') && is_punct(b, ':')) {
            break;
        }
        words.push(word.to_string());
        rest = after;
    }
    words
}

/// The names of a tree of imports, each with what it is called here.
fn leaves(tree: &[TokenTree]) -> Vec<(Vec<String>, String)> {
    let mut all = Vec::new();
    for branch in tree.split(|token| is_punct(token, ',')) {
        let (mut words, mut rest) = (Vec::new(), branch);
        loop {
            match rest {
                [TokenTree::Ident(word), after @ ..] if *word != "as" => {
                    words.push(word.to_string());
                    rest = after;
                }
                [TokenTree::Punct(punct), after @ ..] if punct.as_char() == ':' => rest = after,
                _ => break,
            }
        }
        match rest {
            [TokenTree::Group(group), ..] => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for (tail, alias) in leaves(&inner) {
                    let alias = if tail == ["self"] {
                        words.last().cloned().unwrap_or(alias)
                    } else {
                        alias
                    };
                    let tail = tail.into_iter().filter(|word| word != "self");
                    all.push((words.iter().cloned().chain(tail).collect(), alias));
                }
            }
            [TokenTree::Ident(_as), alias, ..] => all.push((words, alias.to_string())),
            _ if !words.is_empty() => {
                let alias = words.last().cloned().unwrap_or_default();
                all.push((words, alias));
            }
            _ => {}
        }
    }
    all
}

/// A path from the root of the crate; `None` for one of another crate, or of what is in scope.
fn absolute(
    module: &[String],
    children: &BTreeSet<String>,
    mut path: Vec<String>,
) -> Option<Vec<String>> {
    let mut base = module.to_vec();
    match path.first()?.as_str() {
        "crate" => base.clear(),
        "self" => {}
        "super" => {
            base.pop();
            while path.get(1).is_some_and(|word| word == "super") {
                path.remove(0);
                base.pop();
            }
        }
        child if children.contains(child) => path.insert(0, String::new()),
        _ => return None,
    }
    base.extend(path.into_iter().skip(1));
    Some(base)
}

/// The file in which a name is defined, through those that pass it on.
fn defined_in<'a>(
    files: &'a BTreeMap<String, Arc<File>>,
    name: &[String],
    depth: usize,
) -> Option<&'a str> {
    let file = |prefix: &[String]| {
        let path = prefix.join("/");
        let candidates = if path.is_empty() {
            vec!["lib.rs".to_string()]
        } else {
            vec![format!("{path}.rs"), format!("{path}/mod.rs")]
        };
        let found = candidates
            .iter()
            .find_map(|path| files.get_key_value(path.as_str()));
        found.map(|(path, file)| (path.as_str(), file))
    };
    let len = (0..=name.len())
        .rev()
        .find(|&len| file(&name[..len]).is_some())?;
    let (path, found) = file(&name[..len])?;
    match name.get(len).and_then(|item| found.exports.get(item)) {
        Some(export) if depth < 8 => defined_in(files, export, depth + 1),
        // The root defines nothing.
        None if path == "lib.rs" => None,
        _ => Some(path),
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if *ident == word)
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether tokens begin with `#[cfg(test)]`, or with `#[cfg(all(test, ..))]`.
fn is_test(tokens: &[TokenTree]) -> bool {
    let [hash, TokenTree::Group(attribute), ..] = tokens else {
        return false;
    };
    let text = attribute.stream().to_string().replace(' ', "");
    is_punct(hash, '#') && (text.starts_with("cfg(test)") || text.starts_with("cfg(all(test,"))
}
