//! Patterns: as a simple reference says, and never for long.

use crate::common::key;
use fanin::{Parameter, Recipe, Rule};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::test_runner::RngSeed;

/// The value of `i` that a pattern binds in a name; -1 for a match without `i`, `None` for no match.
fn bound(pattern: &str, name: &str) -> Option<f64> {
    let scheme = if pattern.contains("{i}") {
        "constant(i)"
    } else {
        "constant(-1)"
    };
    let recipe = Recipe::new()
        .rule(Rule::text(pattern, scheme).optional())
        .rule(Rule::text("**", "constant(-2)").optional());
    let plan = recipe.plan(
        &key("pattern"),
        [Parameter::new(name, [1]).dtype(fanin::Dtype::F64)],
    );
    let value = plan.unwrap().get(name).unwrap().constant().unwrap();
    (value != -2.0).then_some(value)
}

/// What `i` is in a match, if it has one; `None` for no match.
type Match = Option<Option<u64>>;

/// The same by trying everything, from short to long.
fn reference(pattern: &[&str], name: &[&str], i: Option<u64>) -> Match {
    match (pattern, name) {
        ([], _) => name.is_empty().then_some(i),
        (["**", rest @ ..], _) => (0..=name.len()).find_map(|n| reference(rest, &name[n..], i)),
        ([own, rest @ ..], [first, others @ ..]) => {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            let then = |i| reference(rest, others, i);
            segment(&letters(own), &letters(first), None, i, &then)
        }
        _ => None,
    }
}

fn segment(
    own: &[char],
    letters: &[char],
    before: Option<char>,
    i: Option<u64>,
    then: &dyn Fn(Option<u64>) -> Match,
) -> Match {
    let after = |n: usize| n.checked_sub(1).map_or(before, |last| Some(letters[last]));
    match own {
        [] if letters.is_empty() => then(i),
        ['*', rest @ ..] => {
            (0..=letters.len()).find_map(|n| segment(rest, &letters[n..], after(n), i, then))
        }
        ['{', 'i', '}', rest @ ..] => {
            let len = letters.iter().take_while(|c| c.is_ascii_digit()).count();
            let digits: String = letters[..len].iter().collect();
            let is_whole = !before.is_some_and(|c| c.is_ascii_digit())
                && (len == 1 || !digits.starts_with('0'));
            let value = digits.parse().ok().filter(|_| is_whole)?;
            if i.is_some_and(|i| i != value) {
                return None;
            }
            segment(rest, &letters[len..], after(len), Some(value), then)
        }
        [one, rest @ ..] if letters.first() == Some(one) => {
            segment(rest, &letters[1..], after(1), i, then)
        }
        _ => None,
    }
}

fn referenced(pattern: &str, name: &str) -> Option<f64> {
    fn segments(text: &str) -> Vec<&str> {
        text.split('.').collect()
    }
    let i = reference(&segments(pattern), &segments(name), None)?;
    Some(i.map_or(-1.0, |i| i as f64))
}

#[test]
fn patterns_by_hand() {
    for (pattern, name, expected) in [
        ("**.bias", "bias", Some(-1.0)),
        ("**.bias", "a.b.bias", Some(-1.0)),
        ("**.bias", "a.xbias", None),
        ("**", "a.b", Some(-1.0)),
        ("a.**", "a", Some(-1.0)),
        ("a.**.b", "a.b", Some(-1.0)),
        ("a.*.b", "a.b", None),
        ("*.b", ".b", Some(-1.0)),
        ("a*", "a", Some(-1.0)),
        ("a*c.d", "abc.d", Some(-1.0)),
        ("*", "a.b", None),
        ("h.{i}.w", "h.12.w", Some(12.0)),
        ("h.{i}.w", "h.012.w", None),
        ("h.{i}.w", "h.0.w", Some(0.0)),
        ("h.{i}.w", "h.x.w", None),
        ("l{i}", "l12", Some(12.0)),
        ("*{i}", "l12", Some(12.0)),
        ("*{i}*", "a1b2", Some(1.0)),
        ("1{i}", "12", None),
        ("{i}.**.{i}", "1.2.1", Some(1.0)),
        ("**.{i}.**.{i}", "1.2.3.2", Some(2.0)),
        ("{i}.{i}", "1.2", None),
        ("**.{i}.**", "a.3.b.4", Some(3.0)),
        ("{i}", "9007199254740991", Some(9_007_199_254_740_991.0)),
        ("{i}", "9007199254740992", None),
        ("{i}", "99999999999999999999999999", None),
        ("é*.ü", "éx.ü", Some(-1.0)),
    ] {
        assert_eq!(bound(pattern, name), expected, "{pattern} {name}");
        if !name.contains("90071992") {
            assert_eq!(
                referenced(pattern, name),
                expected,
                "the reference: {pattern} {name}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, rng_seed: RngSeed::Fixed(0xfa21), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_the_reference_says(
        pattern in prop::collection::vec(prop::sample::select(vec![
            "**", "a", "*", "b1", "{i}", "*a", "a*", "{i}a", "a{i}", "*{i}*", "a*b*", "1", "x*{i}",
        ]), 1..6),
        name in prop::collection::vec(prop::sample::select(vec![
            "a", "b1", "1", "2", "ab", "a1", "1a", "x12", "a1b", "", "01", "aab", "x1x2",
        ]), 1..7),
    ) {
        let (pattern, name) = (pattern.join("."), name.join("."));
        assert_eq!(bound(&pattern, &name), referenced(&pattern, &name), "{pattern:?} {name:?}");
    }

    /// No text is a panic, whatever it is the text of, and every fault has one.
    #[test]
    fn any_text_is_read_or_refused(
        tame in prop::string::string_regex("[a-c.*{}i<= 0-9+/()'\\[\\],-]{0,24}").unwrap(),
        wild in any::<String>(),
    ) {
        for text in [&tame, &wild] {
            let recipe = Recipe::new()
                .variable("n", text.as_str())
                .variable_of_model("m", text.clone())
                .parameter(text.clone(), [text.as_str()])
                .parameter("a.{i < 2}", ["1", text])
                .rule(Rule::text(text.as_str(), text.clone()).reading(text.clone()).with(text.clone()))
                .rule(Rule::text("**.{i}.**", text.clone()).fans_of(text.clone()).reading(text.clone()))
                .rule(Rule::text("**", "zeros").optional());
            for recipe in [recipe.clone(), recipe.set(text.clone(), 3.0)] {
                if let Err(error) = recipe.parameters() {
                    assert!(!error.to_string().is_empty());
                }
                let names = [text.as_str(), "a.1.b", "b"].map(|name| Parameter::new(name, [2, 3]));
                if let Err(error) = recipe.plan(&key("any"), names) {
                    assert!(error.faults().iter().all(|fault| !fault.to_string().is_empty()));
                }
            }
        }
    }
}

/// A pattern that other matchers need exponential time for.
#[test]
fn no_pattern_takes_long() {
    let name = vec!["a1"; 3000].join(".");
    let stars = "*a".repeat(300) + "b";
    let segments = vec!["**.a1"; 150].join(".") + ".b";
    let numbers = (0..20_000)
        .map(|i| i.to_string())
        .collect::<Vec<_>>()
        .join(".");
    let started = std::time::Instant::now();
    assert_eq!(bound(&stars, &"a".repeat(10_000)), None);
    assert_eq!(bound(&segments, &name), None);
    assert_eq!(bound("**.{i}.**.{i}.**.b", &numbers), None);
    let error = Recipe::new().rule(Rule::text("a".repeat(1025), "zeros"));
    assert!(error.plan(&key("long"), []).is_err());
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
