//! Texts, as trees and as faults.

use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::test_runner::RngSeed;

use super::{Arguments, Chain, Fault, Lookup, MAX_DEPTH, NoVariables, Sum, Value, nearest};
use crate::error::TextProblem;

/// Two variables, and what else a recipe knows.
struct Some12;

impl Lookup for Some12 {
    fn variable(&self, name: &str) -> Result<f64, TextProblem> {
        match name {
            "layers" => Ok(12.0),
            "i" => Ok(3.0),
            _ => NoVariables.variable(name),
        }
    }

    fn dim(&self, axis: usize) -> Result<f64, TextProblem> {
        Ok(100.0 + axis as f64)
    }

    fn count(&self, pattern: &str) -> Result<f64, TextProblem> {
        Ok(pattern.len() as f64)
    }
}

/// Every variable is this number.
struct Every(f64);

impl Lookup for Every {
    fn variable(&self, _: &str) -> Result<f64, TextProblem> {
        Ok(self.0)
    }
}

fn value(text: &str) -> Result<f64, Fault> {
    Sum::read(text)?.value(&Some12)
}

#[test]
fn arithmetic() {
    for (text, expected) in [
        ("0.02 / sqrt(2 * 12)", 0.02 / 24_f64.sqrt()),
        ("0.02/sqrt(2*layers)", 0.02 / 24_f64.sqrt()),
        ("1 - 2 - 3", -4.0),
        ("2 - -3 * 2", 8.0),
        ("--2", 2.0),
        ("12 / 3 / 2", 2.0),
        ("2 * (i + 1)", 8.0),
        ("50_257", 50_257.0),
        (".5e1", 5.0),
        ("1e-6", 1e-6),
        ("1E+2", 100.0),
        ("1e-6-1", 1e-6 - 1.0),
        ("ceil(7 / 2) * floor(7 / 2)", 12.0),
        ("min(layers, 4) + max(i, -1)", 7.0),
        ("dim(1) / dim(i - 3)", 1.01),
        ("count('h.{i}') + 1", 6.0),
    ] {
        assert_eq!(value(text), Ok(expected), "{text}");
    }
    // However long, a sum is no deeper.
    let long = "1+".repeat(100_000) + "1";
    assert_eq!(value(&long), Ok(100_001.0));
}

#[test]
fn arithmetic_that_is_none() {
    for (text, at, problem) in [
        ("", 0..0, "expected a number"),
        ("1 +", 3..3, "expected a number"),
        ("1 2", 2..3, "expected the end of the number, or + - * /"),
        ("(1", 2..2, "expected ) or + - * /"),
        ("sqrt 2", 5..6, "expected ( after sqrt"),
        ("1.2.3", 0..5, "expected a number, as 784, 0.02 or 1e-6"),
        ("2x", 0..2, "expected a number, as 784, 0.02 or 1e-6"),
        ("1__0", 0..4, "expected a number, as 784, 0.02 or 1e-6"),
        ("1e999", 0..5, "this is inf, but a number must be finite"),
        (
            "1 / (2 - 2)",
            0..11,
            "this is inf, but a number must be finite",
        ),
        ("sqrt(-1)", 0..8, "this is NaN, but a number must be finite"),
        ("min(1)", 0..6, "expected two numbers, as min(a, b)"),
        ("min(1, 2, 3)", 8..9, "expected ) or + - * /"),
        ("ceil(1, 2)", 6..7, "expected ) or + - * /"),
        ("max 2", 4..5, "expected ( after max"),
        ("dim(0.5)", 4..7, "expected the number of an axis, from 0"),
        (
            "dim('h')",
            0..8,
            "expected dim(axis) or dim('pattern', axis)",
        ),
        ("sqrt('h')", 0..9, "expected a number in parentheses"),
        (
            "count(2)",
            0..8,
            "expected a pattern in quotation marks, as count('**.h.{i}.**')",
        ),
        (
            "dim('h', 1)",
            0..11,
            "dim('pattern', axis) is only for variables of a recipe that come from the model",
        ),
        ("2 * depth", 4..9, "there is no variable of this name"),
        (
            "2 % 3",
            2..3,
            "expected a name, a number or a mark of punctuation",
        ),
        (
            "2 * é",
            4..6,
            "expected a name, a number or a mark of punctuation",
        ),
    ] {
        let fault = value(text).unwrap_err();
        assert_eq!(
            (fault.at, fault.problem.to_string()),
            (at, problem.to_string()),
            "{text}"
        );
    }
}

#[test]
fn a_chain() {
    let text =
        r#"icnr(he_normal.scaled(0.5), upscale = 2, at='o i', of=[1, relu, -n]).scaled(1 / 3)"#;
    let chain = Chain::read(text).unwrap();
    assert_eq!(
        (chain.head.name.as_str(), chain.head.at.clone()),
        ("icnr", 0..4)
    );
    assert_eq!(chain.at(), 0..text.len());
    assert_eq!(chain.as_name(), None);
    let mut arguments = Arguments::new(&chain.head);
    let Value::Chain(inner) = arguments.required("scheme").unwrap() else {
        panic!("a scheme");
    };
    assert_eq!(&text[inner.at()], "he_normal.scaled(0.5)");
    let Value::Text(at, place) = arguments.required("at").unwrap() else {
        panic!("a text");
    };
    assert_eq!((at.as_str(), &text[place.clone()]), ("o i", "'o i'"));
    let upscale = arguments.optional("upscale").unwrap().unwrap();
    assert_eq!(upscale.sum().unwrap().value(&NoVariables), Ok(2.0));
    let Value::List(list, _) = arguments.required("of").unwrap() else {
        panic!("a list");
    };
    assert_eq!(list.len(), 3);
    let Value::Chain(relu) = &list[1] else {
        panic!("a name");
    };
    assert_eq!(relu.as_name(), Some("relu"));
    assert_eq!(list[1].sum().unwrap().value(&Every(7.0)), Ok(7.0));
    assert_eq!(list[2].sum().unwrap().value(&Every(7.0)), Ok(-7.0));
    assert_eq!(arguments.optional("mean"), Ok(None));
    assert_eq!(arguments.end(), Ok(()));
    let [scaled] = chain.methods.as_slice() else {
        panic!("a method");
    };
    assert_eq!(&text[scaled.whole.clone()], "scaled(1 / 3)");
    assert_eq!(
        Chain::read(" he_normal ").unwrap().as_name(),
        Some("he_normal")
    );
    assert_eq!(Chain::read("zeros()").unwrap().as_name(), None);
}

#[test]
fn chains_that_are_none() {
    for (text, at, problem) in [
        ("", 0..0, "expected a name"),
        ("3", 0..1, "expected a name"),
        (
            "normal(std=0.02",
            15..15,
            "expected ) or , and another argument",
        ),
        (
            "normal(std 0.02)",
            11..15,
            "expected ) or , and another argument",
        ),
        (
            "normal(std=)",
            11..12,
            "expected a number, a name, a text in quotation marks or a list",
        ),
        (
            "normal(std=0.02) 3",
            17..18,
            "expected the end, or . and a method",
        ),
        ("normal.", 7..7, "expected a name"),
        ("f([1, 2)", 7..8, "expected ] or , and another value"),
        (
            "f(\"a)",
            2..5,
            "expected a quotation mark at the end of this text",
        ),
        (
            "f(a=1, 2)",
            7..8,
            "expected an argument with its name, as name=value, after one that has its name",
        ),
    ] {
        let fault = Chain::read(text).unwrap_err();
        assert_eq!(
            (fault.at, fault.problem.to_string()),
            (at, problem.to_string()),
            "{text}"
        );
    }
}

#[test]
fn arguments_that_are_not_right() {
    for (text, at, problem) in [
        (
            "normal()",
            0..8,
            "the argument std is missing; give std=...",
        ),
        (
            "normal(1, std=2)",
            10..15,
            "this was given before; give it once",
        ),
        (
            "normal(std=1, mean=2, mean=3)",
            22..28,
            "this was given before; give it once",
        ),
        (
            "normal(1, 2)",
            10..11,
            "expected an argument with its name, as name=value",
        ),
        (
            "normal(1, mena=2)",
            10..14,
            "there is no argument of this name; the nearest are mean, std",
        ),
    ] {
        let chain = Chain::read(text).unwrap();
        let mut arguments = Arguments::new(&chain.head);
        let taken = arguments
            .required("std")
            .and_then(|_| arguments.optional("mean"));
        let fault = taken.and_then(|_| arguments.end()).unwrap_err();
        assert_eq!(
            (fault.at, fault.problem.to_string()),
            (at, problem.to_string()),
            "{text}"
        );
    }
}

#[test]
fn depth_has_a_limit() {
    let parentheses = |depth: usize| "(".repeat(depth) + "1" + &")".repeat(depth);
    let lists = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let signs = |depth: usize| "-".repeat(depth) + "1";
    let calls = |depth: usize| "f(".repeat(depth) + &")".repeat(depth);
    let methods = |depth: usize| "f".to_string() + &".g(1)".repeat(depth);
    let problem = TextProblem::TooDeep { limit: MAX_DEPTH };
    for of_depth in [
        &parentheses as &dyn Fn(usize) -> String,
        &lists,
        &signs,
        &calls,
    ] {
        assert!(Value::read(&of_depth(MAX_DEPTH)).is_ok());
        for depth in [MAX_DEPTH + 1, 100_000] {
            assert_eq!(Value::read(&of_depth(depth)).unwrap_err().problem, problem);
        }
    }
    // The arguments of the last are one deeper.
    assert!(Chain::read(&methods(MAX_DEPTH - 1)).is_ok());
    for depth in [MAX_DEPTH, 100_000] {
        assert_eq!(Chain::read(&methods(depth)).unwrap_err().problem, problem);
    }
}

#[test]
fn nearest_names() {
    let names = [
        "he_normal",
        "he_uniform",
        "lecun_normal",
        "orthogonal",
        "zeros",
    ];
    assert_eq!(nearest("he_nromal", names)[0], "he_normal");
    assert_eq!(nearest("He_Normal", names)[0], "he_normal");
    assert_eq!(nearest("ortogonal", names), ["orthogonal"]);
    assert_eq!(nearest("zzz", names), [""; 0]);
    assert_eq!(nearest("x", ["b", "a"]), ["a", "b"]);
    assert_eq!(nearest(&"x".repeat(100_000), names), [""; 0]);
}

#[test]
fn an_error_marks_its_place() {
    let error = Chain::read("f(2, é%)").unwrap_err().in_text("f(2, é%)");
    assert_eq!(
        error.to_string(),
        "cannot read this text:\n  f(2, é%)\n       ^ expected a name, a number or a mark of punctuation"
    );
    // A long one is shown around the place.
    let long = "f(".to_string() + &"1, ".repeat(40) + "a b)" + &"c".repeat(60);
    let text = Chain::read(&long).unwrap_err().in_text(&long).to_string();
    let lines: Vec<&str> = text.lines().collect();
    let [_, shown, marked] = lines.as_slice() else {
        panic!("{text}");
    };
    assert!(shown.starts_with("  ...") && shown.ends_with("ccc..."));
    assert_eq!(shown.find("b)"), marked.find('^'));
    assert!(marked.ends_with("^ expected ) or , and another argument"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(0x5eed), failure_persistence: None, ..ProptestConfig::default() })]

    /// No text is a panic, and an error is within the text, with what it says of it.
    #[test]
    fn any_text_is_read_or_refused(
        text in prop::string::string_regex("[a-c(),.=+*/0-9e\\[\\]\"' _-]{0,40}").unwrap(),
        wild in any::<String>(),
    ) {
        for text in [text, wild] {
            let faults = [
                Chain::read(&text).err(),
                Value::read(&text).err(),
                Sum::read(&text).and_then(|sum| sum.value(&Every(2.0))).err(),
            ];
            for fault in faults.into_iter().flatten() {
                assert!(fault.at.start <= fault.at.end && fault.at.end <= text.len());
                assert!(fault.in_text(&text).to_string().contains('^'));
            }
        }
    }
}
