//! Recipes as TOML: every key, and every fault with its line and column.

use crate::common::key;
use fanin::{Dtype, Parameter, Place, Problem, Recipe};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::test_runner::RngSeed;

#[track_caller]
fn refused(text: &str, faults: &str) {
    let error = Recipe::from_toml(text).unwrap_err();
    assert_eq!(error.to_string(), faults);
    assert!((error.faults().iter()).all(|fault| matches!(fault.place(), Some(Place::Line { .. }))));
}

const ALL: &str = r#"
name = "all"
about = """
Every key."""

[variables]
layers = { model = "count('h.{i}.w')", default = 0x10 }
width = { model = "dim('h.0.w', 1)", default = "2 * layers" }
std = 0.5
inner = "4 * width"

[[rules]]
names = "h.{i}.w"
reading = "i ({2} o)"
scheme = '''normal(
  std=std / sqrt(2 * layers))'''
axes = 2

[[rules]]
names = ["h.{i}.b", "**.c"]
fans_of = "w"
with = "w"
without = "v"
scheme = "lecun_uniform"
tolerance = 1e-6

[[rules]]
names = "ids"
leave = true

[[rules]]
names = "**.head"
as_asked = true
optional = true

[model]
"h.{i < layers}.w" = ["width", 6]
"h.{i < layers}.b" = ["inner"]
ids = { shape = [1, 512], dtype = "i64" }
"#;

#[test]
fn every_key() {
    let recipe: Recipe = ALL.parse().unwrap();
    assert_eq!(
        (recipe.name(), recipe.about()),
        (Some("all"), Some("Every key."))
    );
    assert!(recipe.variables().eq(["layers", "width", "std", "inner"]));
    let parameters = recipe
        .clone()
        .set("layers", 2.0)
        .parameters_of(Dtype::F64)
        .unwrap();
    let all: Vec<String> = (parameters.iter())
        .map(|one| format!("{} {:?} {}", one.name(), one.shape(), one.element_type()))
        .collect();
    assert_eq!(
        all,
        [
            "h.0.w [4, 6] f64",
            "h.0.b [16] f64",
            "h.1.w [4, 6] f64",
            "h.1.b [16] f64",
            "ids [1, 512] i64",
        ]
    );
    let plan = recipe.plan(&key("toml"), parameters).unwrap();
    let weight = plan.get("h.1.w").unwrap();
    assert_eq!(weight.std(), Some(0.25));
    assert_eq!(weight.weight().reading().to_string(), "i (2 o)");
    assert_eq!(
        weight.rule().place().unwrap().to_string(),
        "line 13, column 1"
    );
    assert_eq!(plan.get("h.1.b").unwrap().weight().fan_in(), Ok(4.0));
    assert!(plan.get("ids").unwrap().is_left());
    assert_eq!(recipe.parameters().unwrap()[0].shape(), [32, 6]);
    // A rule of code in the same recipe.
    let recipe = recipe.rule(fanin::Rule::text("x", "zeros"));
    let error = recipe
        .plan(&key("toml"), [Parameter::new("ids", [1])])
        .unwrap_err();
    let places: Vec<String> = error
        .faults()
        .iter()
        .map(|fault| fault.place().unwrap().to_string())
        .collect();
    assert_eq!(places, ["line 13, column 1", "line 20, column 1", "rule 5"]);
}

#[test]
fn what_is_not_toml() {
    refused(
        "names = ",
        "line 1, column 9: this is not TOML: string values must be quoted, expected literal string",
    );
    refused(
        "a = 1\nname = \"x\"\n[[rules]\n",
        "line 3, column 9: this is not TOML: unclosed array table, expected `]`",
    );
}

#[test]
fn faults_of_a_file_have_their_line_and_column() {
    refused(
        r#"
nmae = "x"
about = 3
[variables]
layers = { model = "count('**.h.{i}.ln_1.weigt')", defualt = 3 }
std = "0.02 * foo"
in = 3
many = [1]
none = {}
inf = inf
[[rules]]
names = ["**h.x", "a.{i}{j}", "{layers}.x", 7]
scheme = "normal(std=2 * qux)"
[[rules]]
names = "**.bias"
scheme = """zeros
  .scaled(0.5, 3)"""
foo = 3
leave = true
[[rules]]
names = "a"
axes = 1.5
optional = "yes"
tolerance = "1"
scheme = "zeros"
[[rules]]
scheme = "zeros"
[[rules]]
names = "b"
[[rules]]
names = "b"
leave = false
[model]
transformer.wte.weight = [1, 2]
a = 3
b = [1, true]
c = { shape = [1], dtype = "f33", x = 1 }
"#,
        r#"line 2, column 1: nmae: there is no key of this name; the nearest is name
line 3, column 9: about: expected a text in quotation marks
line 5, column 52: defualt: there is no key of this name; the nearest are default, model
line 6, column 15: std: cannot read this text:
  0.02 * foo
         ^^^ there is no variable of this name
line 7, column 1: in: expected another name: this one means something in texts of schemes
line 8, column 8: many: expected a number, arithmetic as text, or { model = .., default = .. }
line 9, column 8: none: expected a number, arithmetic as text, or { model = .., default = .. }
line 10, column 1: inf: expected another name: this one means something in texts of schemes
line 10, column 7: inf: expected a number, arithmetic as text, or { model = .., default = .. }
line 12, column 11: **h.x: cannot read this text:
  **h.x
  ^^ expected ** alone between two dots, as **.h, or one * within a segment
line 12, column 25: a.{i}{j}: cannot read this text:
  a.{i}{j}
       ^^^ expected a letter, a dot or * between two numbers
line 12, column 32: {layers}.x: cannot read this text:
  {layers}.x
  ^^^^^^^^ a variable has this name; give the number another
line 12, column 45: names: expected a text in quotation marks
line 13, column 26: **h.x, a.{i}{j}, {layers}.x: cannot read this text:
  normal(std=2 * qux)
                 ^^^ there is no variable of this name
line 18, column 1: foo: there is no key of this name
line 19, column 1: leave: expected one of scheme, leave and as_asked, and not two
line 22, column 8: axes: expected a whole number of axes
line 23, column 12: optional: expected true or false
line 24, column 13: tolerance: expected a number, how far a value may be away in a check
line 26, column 1: rules: expected names = .., a pattern or a list of patterns
line 29, column 1: b: expected scheme = "..", leave = true or as_asked = true in this rule
line 31, column 1: b: expected scheme = "..", leave = true or as_asked = true in this rule
line 34, column 1: transformer: expected a shape, or { shape = [..], dtype = ".." }; a name with dots stands in quotation marks
line 35, column 5: a: expected a shape: a list of lengths, each a number or arithmetic as text
line 36, column 9: b: expected a shape: a list of lengths, each a number or arithmetic as text
line 37, column 29: c: cannot read this text:
  f33
  ^^^ there is no element type of this name; the nearest is f32
line 37, column 35: x: there is no key of this name; the nearest are dtype, shape"#,
    );
}

#[test]
fn faults_of_texts_have_their_line_and_column() {
    refused(
        "[[rules]]\nnames = [\n  'é**.x',\n  \"a\\u002Eb*{\",\n]\nscheme = \"\"\"\nzeros\n  .scaled(0.5, é)\"\"\"\n",
        "line 3, column 5: é**.x: cannot read this text:\n  é**.x\n   ^^ expected ** alone between two dots, as **.h, or one * within a segment\n\
         line 4, column 3: a.b*{: cannot read this text:\n  a.b*{\n      ^ expected the name of a number in braces, as {i}\n\
         line 8, column 16: é**.x, a.b*{: cannot read this text:\n  zeros   .scaled(0.5, é)\n                       ^ expected a name, a number or a mark of punctuation",
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, rng_seed: RngSeed::Fixed(0x703), failure_persistence: None, ..ProptestConfig::default() })]

    /// No file is a panic, and every fault has a place in it.
    #[test]
    fn any_file_is_read_or_refused(
        at in 0..ALL.len(),
        len in 0..8_usize,
        tame in prop::string::string_regex("[a-c.*{}<=\"'\\[\\]\n 0-9é-]{0,6}").unwrap(),
        wild in any::<String>(),
    ) {
        for text in [tame, wild] {
            let (before, after) = (&ALL[..at], ALL.get(at + len..).unwrap_or(""));
            let changed = [before, &text, after].concat();
            let lines = changed.lines().count() + 1;
            for file in [changed.as_str(), &text] {
                match Recipe::from_toml(file) {
                    Ok(recipe) => {
                        let _ = recipe.parameters().map(|all| recipe.plan(&key("any"), all.into_iter().take(50)));
                    }
                    Err(error) => for fault in error.faults() {
                        let Some(Place::Line { line, column, .. }) = fault.place() else { panic!("{fault}") };
                        assert!(line >= 1 && line <= lines && column >= 1, "{fault}");
                        assert!(!matches!(fault.problem(), Problem::NoModel));
                    },
                }
            }
        }
    }
}
