//! The program in a directory of its own.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A recipe with a small model.
pub(crate) const RECIPE: &str = r#"
name = "small"
about = "Two layers"

[variables]
layers = { model = "count('h.{i}.w')", default = 2 }
width = 64
rows = 40

[[rules]]
names = "h.{i}.w"
scheme = "normal(std=0.02 / sqrt(2 * layers))"

[[rules]]
names = ["emb", "head.w"]
scheme = "he_normal"

[[rules]]
names = ["**.b", "steps"]
scheme = "zeros"

[model]
"emb" = ["rows", "width"]
"h.{i < layers}.w" = ["width", "width"]
"h.{i < layers}.b" = ["width"]
"head.w" = [10, "width"]
"steps" = { shape = [], dtype = "i64" }
"#;

/// A directory in which the program runs.
pub(crate) struct Place(TempDir);

/// What the program did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    /// With the recipe as `small.toml`.
    pub(crate) fn new() -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        place.write("small.toml", RECIPE);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanin"));
        command.current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    /// Runs the program with the words of a line; what stands in quotes is one word.
    pub(crate) fn run(&self, line: &str) -> Ran {
        let mut command = self.command();
        for (number, part) in line.split('\'').enumerate() {
            match number % 2 {
                0 => command.args(part.split_whitespace()),
                _ => command.arg(part),
            };
        }
        let output = command.output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs what succeeds, and says nothing on the error output.
    #[track_caller]
    pub(crate) fn out(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{line}");
        ran.out
    }

    /// The names of all files, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}
