//! Every fault of a recipe, by its text.

use std::sync::Arc;

use crate::common::key;
use fanin::{
    Constant, Dtype, FromDistribution, HeNormal, InitError, Normal, Ones, Parameter, Place,
    Problem, Recipe, Rule, Scheme, Zeros,
};

/// What a recipe has to say of parameters with these names, of shape [8, 4].
#[track_caller]
fn faults(recipe: &Recipe, names: &[&str]) -> String {
    let all = names.iter().map(|name| Parameter::new(*name, [8, 4]));
    told(recipe, all)
}

#[track_caller]
fn told(recipe: &Recipe, parameters: impl IntoIterator<Item = Parameter>) -> String {
    let error = recipe.plan(&key("recipe"), parameters).unwrap_err();
    assert!(!error.faults().is_empty());
    assert_eq!(format!("{error:?}"), error.to_string());
    error.to_string()
}

/// A rule that only its own fault is told of.
fn only(rule: Rule) -> Recipe {
    Recipe::new().rule(rule)
}

#[test]
fn names_without_a_rule() {
    let recipe = Recipe::new()
        .rule(Rule::new("**.h.{i}.attn.c_proj.weight", HeNormal))
        .rule(Rule::new("**.bias", Zeros));
    let names = [
        "h.0.attn.c_proj.weight",
        "h.0.attn.c_prj.weight",
        "h.1.attn.c_prj.weight",
        "a.bias",
        "wte",
    ];
    assert_eq!(
        faults(&recipe, &names),
        "h.0.attn.c_prj.weight and 1 like it: no rule decides this parameter; the nearest is \
         **.h.{i}.attn.c_proj.weight: add a rule, of the kind leave if it is not to be drawn\n\
         wte: no rule decides this parameter: add a rule, of the kind leave if it is not to be drawn"
    );
    let all = names.map(|name| Parameter::new(name, [8, 4]));
    let error = recipe.plan(&key("recipe"), all).unwrap_err();
    let [first, _] = error.faults() else {
        panic!("{error}")
    };
    assert_eq!(
        (first.name(), first.others()),
        (Some("h.0.attn.c_prj.weight"), 1)
    );
    assert_eq!(first.place(), None);
    assert!(matches!(first.problem(), Problem::NoRule { nearest, .. } if nearest.len() == 1));
}

#[test]
fn a_name_twice() {
    assert_eq!(
        faults(&only(Rule::new("**", Zeros)), &["a", "b", "a"]),
        "a: the model has this name twice: name it once"
    );
}

#[test]
fn rules_that_decide_nothing() {
    let recipe = Recipe::new()
        .rule(Rule::new("**.bias", Zeros))
        .rule(Rule::new("**.fc.*", HeNormal))
        .rule(Rule::new("**.lstm.bias", Ones))
        .rule(Rule::new(["fc.*", "b.bias"], Ones))
        .rule(Rule::new("**.wieght", Ones))
        .rule(Rule::new("**.q", Ones))
        .rule(Rule::new("**.weight", Ones).axes(3))
        .rule(Rule::new("**.p", Ones).optional())
        .rule(Rule::new("**.weight", Ones));
    assert_eq!(
        faults(
            &recipe,
            &["a.lstm.bias", "b.bias", "fc.weight", "x.weight", "y.weight"]
        ),
        "rule 3: **.lstm.bias: this rule decides nothing: the one name that it matches is decided before, by \
         rule 1 (**.bias): move it up\n\
         rule 4: fc.*, b.bias: this rule decides nothing: the 2 names that it matches are decided before, by \
         rule 1 (**.bias) and rule 2 (**.fc.*): move it up\n\
         rule 5: **.wieght: this rule matches no name of the model; the nearest are fc.weight, x.weight, \
         y.weight: mend the pattern, or make the rule optional\n\
         rule 6: **.q: this rule matches no name of the model: mend the pattern, or make the rule optional\n\
         rule 7: **.weight: this rule decides nothing: its axes, with or without hold for none of the 3 names that \
         it matches, as fc.weight: mend the condition, or make the rule optional"
    );
    let all = ["b.bias", "a.lstm.bias"].map(|name| Parameter::new(name, [8, 4]));
    let recipe = only(Rule::new("**.bias", Zeros)).rule(Rule::new("**.lstm.bias", Ones));
    let error = recipe.plan(&key("recipe"), all).unwrap_err();
    let [fault] = error.faults() else {
        panic!("{error}")
    };
    assert_eq!(fault.place(), Some(Place::Rule(2)));
    let Problem::Shadowed { names: 1, by, .. } = fault.problem() else {
        panic!("{fault}")
    };
    assert_eq!(by[..], [(Place::Rule(1), "**.bias".to_string())]);
}

#[test]
fn patterns_that_are_none() {
    for (pattern, marks, problem) in [
        (
            "",
            "^",
            "expected a name, or a pattern as **.bias, of at most 1024 bytes",
        ),
        (
            "**h.x",
            "^^",
            "expected ** alone between two dots, as **.h, or one * within a segment",
        ),
        (
            "a.{i",
            "  ^^",
            "expected the name of a number in braces, as {i}",
        ),
        (
            "a.{}",
            "  ^^",
            "expected the name of a number in braces, as {i}",
        ),
        (
            "a.{i < 3}",
            "  ^^^^^^^",
            "expected the name of a number in braces, as {i}",
        ),
        ("a.i}", "   ^", "expected { before }, as in {i}"),
        (
            "{i}{j}",
            "   ^^^",
            "expected a letter, a dot or * between two numbers",
        ),
        (
            "{i}.{j}.{i}.{j}",
            "            ^^^",
            "expected another name: one number of a pattern may come more than once",
        ),
        (
            "h.{std}",
            "  ^^^^^",
            "a variable has this name; give the number another",
        ),
    ] {
        let recipe = only(Rule::new(pattern, Zeros)).variable("std", 1);
        assert_eq!(
            faults(&recipe, &["a"]),
            format!("rule 1: {pattern}: cannot read this text:\n  {pattern}\n  {marks} {problem}")
        );
    }
    let recipe = only(Rule::new(Vec::<String>::new(), Zeros));
    assert_eq!(
        faults(&recipe, &["a"]),
        "rule 1: expected a name or a pattern, as **.bias"
    );
}

#[test]
fn schemes_that_cannot_be_read() {
    for (scheme, marks, problem) in [
        (
            "zeroes",
            "^^^^^^",
            "there is no scheme of this name; the nearest is zeros",
        ),
        (
            "normal(std=sdt)",
            "           ^^^",
            "there is no variable of this name; the nearest are std, i",
        ),
        (
            "normal(std=2 * sdt)",
            "               ^^^",
            "there is no variable of this name; the nearest are std, i",
        ),
        (
            "normal(mean=std)",
            "^^^^^^^^^^^^^^^^",
            "the argument std is missing; give std=...",
        ),
        (
            "normal(std=1 / (i - 3))",
            "           ^^^^^^^^^^^",
            "this is inf, but a number must be finite",
        ),
        (
            "normal(std=i - 4)",
            "^^^^^^^^^^^^^^^^^",
            "standard deviation is -1, but it must be finite and at least 0",
        ),
        (
            "normal(std=dim(2))",
            "           ^^^^^^",
            "shape [8, 4] has no axis 2; axes are counted from 0",
        ),
        (
            "normal(std=count('a'))",
            "           ^^^^^^^^^^",
            "count('pattern') is only for variables of a recipe that come from the model",
        ),
    ] {
        let recipe = only(Rule::text("h.{i}", scheme)).variable("std", 1);
        let text = faults(&recipe, &["h.3"]);
        let shown = format!(": cannot read this text:\n  {scheme}\n  {marks} {problem}");
        assert!(
            text == format!("rule 1: h.{{i}}{shown}") || text == format!("rule 1: h.3{shown}"),
            "{text}"
        );
    }
}

#[test]
fn shapes_and_schemes_that_do_not_fit() {
    let recipe = Recipe::new()
        .rule(Rule::new("a", Zeros).reading("i o k"))
        .rule(Rule::new("b", Zeros).reading("i q"))
        .rule(Rule::new("c", Zeros).reading("({3} o) i"))
        .rule(Rule::new("d", Zeros).reading("({0.5} o) i"))
        .rule(Rule::new("e", HeNormal).reading("_ _"))
        .rule(Rule::new("f", Normal::new(0.0, 1e-60).unwrap()))
        .rule(Rule::new("g", Zeros).reading("({x} o) i"))
        .rule(Rule::new("h", Zeros).tolerance(f64::NAN))
        .rule(Rule::from_fn(
            "i",
            |_, weight| -> Result<Arc<dyn Scheme>, InitError> {
                Ok(Arc::new(Constant::new(weight.len() as f64 / 0.0)?))
            },
        ));
    assert_eq!(
        faults(&recipe, &["a", "b", "c", "d", "e", "f", "g", "h", "i"]),
        "\
rule 2: b: cannot read this text:
  i q
    ^ expected a letter for each axis, with blanks between: o (outputs), i (inputs), k (kernel), b (batch) or _ (none)
rule 7: g: cannot read this text:
  ({x} o) i
    ^ there is no variable of this name
rule 8: h: expected a tolerance that is finite and at least 0
rule 1: a: cannot read this text:
  i o k
      ^ the reading has 3 axes, but shape [8, 4] has 2: give one letter for each axis
rule 3: c: cannot read this text:
  (3 o) i
  ^^^^^ axis 0 of shape [8, 4] has length 8, which is not a multiple of 3
rule 4: d: cannot read this text:
  ({0.5} o) i
    ^^^ this is 0.5, but it must be a whole number from 0 to 2^53
rule 5: e: a weight of shape [8, 4] has no fan_in: a shape of fewer than two axes is a vector; state \
its fans with .fans(fan_in, fan_out), say what its axes count with a reading, as .read(\"o\"), or use a scheme \
without a fan (Zeros, Constant, Normal)
rule 6: f: f32 cannot hold the law: the standard deviation 1e-60 is out of the range of f32, which is \
1.1754943508222875e-38 to 3.4028234663852886e38: choose another scale or a wider element type
rule 9: i: value is inf, but it must be finite"
    );
}

#[test]
fn types_that_cannot_hold_a_law() {
    let recipe = Recipe::new().rule(Rule::text("**", "normal(std=1)"));
    let told_of = |rule: Rule, dtype| told(&only(rule), [Parameter::new("a", [3]).dtype(dtype)]);
    let rule = |scheme: &str| Rule::text("**", scheme);
    let refused = |dtype: &str, law: &str| {
        format!(
            "rule 1: a: {dtype} takes one whole number that it has, for all elements, and not {law}: give a \
             constant, or leave the parameter alone"
        )
    };
    assert_eq!(
        told(&recipe, [Parameter::new("a", [3]).dtype(Dtype::I64)]),
        refused("i64", "normal, mean 0, variance 1")
    );
    assert_eq!(
        told_of(rule("constant(0.5)"), Dtype::I32),
        refused("i32", "constant 0.5")
    );
    assert_eq!(
        told_of(rule("constant(256)"), Dtype::U8),
        refused("u8", "constant 256")
    );
    assert_eq!(
        told_of(rule("constant(-1)"), Dtype::Bool),
        refused("bool", "constant -1")
    );
    assert!(told_of(rule("constant(1e300)"), Dtype::U64).contains("u64 takes one"));
    #[cfg(feature = "half")]
    assert!(
        told_of(rule("constant(1e6)"), Dtype::F16)
            .starts_with("rule 1: a: f16 cannot hold the law: ")
    );
    // A distribution of the caller's has no law that is known.
    let own = Rule::new("**", FromDistribution::new(rand_distr::StandardUniform));
    assert!(told_of(own, Dtype::I8).contains("i8 takes one whole number"));
}

#[test]
fn siblings_and_layers_that_are_not_there() {
    let recipe = Recipe::new()
        .rule(Rule::new("a.bias", HeNormal).fans_of("weight"))
        .rule(Rule::new("b.x", HeNormal).fans_of("y"))
        .rule(Rule::new("b.y", HeNormal).fans_of("x"))
        .rule(Rule::as_asked("head"));
    let circle = "the rule takes the fans of a parameter that has them of others, which have them of this one, or \
                  is more than 8 others away: name the one whose shape has the fans";
    assert_eq!(
        faults(&recipe, &["a.bias", "b.x", "b.y", "head"]),
        format!(
            "rule 1: a.bias: the rule takes the fans of a.weight, which the model does not have\n\
             rule 2: b.x: {circle}\n\
             rule 3: b.y: {circle}\n\
             rule 4: head: the rule takes what the layer itself asks for, but the model does not say what that is: \
             give a scheme"
        )
    );
}

#[test]
fn variables_without_a_value() {
    let recipe = Recipe::new()
        .variable_of_model("layers", "count('**.h.{i}.x')")
        .variable("half", "layers / 2")
        .rule(Rule::text("**", "constant(half)"));
    assert_eq!(
        faults(&recipe, &["h.0.y"]),
        "rule 1: h.0.y: cannot read this text:\n  \
           constant(half)\n           \
                    ^^^^ there is no value for the variable layers: no name of the model is **.h.{i}.x, and it \
         has no default; set it"
    );
    assert!(
        recipe
            .clone()
            .set("layers", 2.0)
            .plan(&key("recipe"), [Parameter::new("a", [1])])
            .is_ok()
    );
    let circle = Recipe::new()
        .variable("a", "b + 1")
        .variable("b", "a")
        .variable("gelu", 1)
        .variable("sqrt", 1)
        .variable("2x", 1)
        .variable("n", f64::NAN)
        .variable("n", 1)
        .variable("u", "1 / 0")
        .variable("t", "1 +")
        .variable_of_model("m", "dim('**', 1)")
        .variable_of_model("o", "dim('**', 2)")
        .variable_of_model("p", "count('**p')")
        .rule(Rule::text("**", "constant(a + m)"))
        .set("q", 1.0)
        .set("b2", f64::INFINITY);
    let all = [Parameter::new("x", [2, 3]), Parameter::new("y", [2, 4])];
    let (text, name) = (
        "cannot read this text:",
        "expected another name: this one means something in texts of schemes",
    );
    assert_eq!(
        told(&circle, all),
        format!(
            "\
a: expected a value that does not depend on itself
gelu: {name}
sqrt: {name}
2x: expected a name of letters, digits and _
n: expected another name: this variable was given before
n: expected a finite number
u: {text}
  1 / 0
  ^^^^^ this is inf, but a number must be finite
t: {text}
  1 +
     ^ expected a number
m: {text}
  dim('**', 1)
  ^^^^^^^^^^^^ axis 1 has length 3 in x, but 4 in y: give a pattern for those that agree
o: {text}
  dim('**', 2)
  ^^^^^^^^^^^^ x has no axis 2; axes are counted from 0
p: {text}
  count('**p')
  ^^^^^^^^^^^^ this is no pattern: expected ** alone between two dots, as **.h, or one * within a segment
b2: there is no variable of this name; the nearest is b
q: there is no variable of this name; the nearest are a, b, m"
        )
    );
}

#[test]
fn models_that_cannot_be_counted() {
    let told = |recipe: Recipe| recipe.parameters().unwrap_err().to_string();
    assert_eq!(
        told(Recipe::new()),
        "the recipe has no names and shapes of its own: give those of a model, or the recipe a section [model]"
    );
    assert_eq!(
        told(
            Recipe::new()
                .variable("n", 1e12)
                .parameter("h.{i < n}.{j < n}", [1])
        ),
        "the ranges come to more than 1048576 names: is a variable too large?"
    );
    let range = "expected a range in braces, as {i < layers} or {1 <= i < layers}, or a number that one counts, as {i}";
    for (name, shape, marks, problem) in [
        ("h.{i", "1", "  ^", range),
        ("h.{i}", "1", "  ^^^", range),
        ("h.{1 < 2 < 3}", "1", "  ^^^^^^^^^^^", range),
        ("h.{2 < n}", "1", "  ^^^^^^^", range),
        (
            "h.{i < n}.{i < n}",
            "1",
            "          ^^^^^^^",
            "this was given before; give it once",
        ),
        (
            "h.{i < m}",
            "1",
            "       ^",
            "there is no variable of this name; the nearest is n",
        ),
        (
            "h.{i < n / 2}",
            "1",
            "       ^^^^^",
            "this is 1.5, but it must be a whole number from 0 to 2^53",
        ),
        ("", "1", "^", "expected a name"),
    ] {
        let recipe = Recipe::new().variable("n", 3).parameter(name, [shape]);
        assert_eq!(
            told(recipe),
            format!("{name}: cannot read this text:\n  {name}\n  {marks} {problem}")
        );
    }
    for (shape, problem) in [
        (
            "width",
            "^^^^^ there is no variable of this name; the nearest are i, n",
        ),
        (
            "n - 4",
            "^^^^^ this is -1, but it must be a whole number from 0 to 2^53",
        ),
        (
            "n / 2",
            "^^^^^ this is 1.5, but it must be a whole number from 0 to 2^53",
        ),
    ] {
        let recipe = Recipe::new()
            .variable("n", 3)
            .parameter("h.{i < n}", ["1", shape]);
        assert_eq!(
            told(recipe),
            format!("h.{{i < n}}: cannot read this text:\n  {shape}\n  {problem}")
        );
    }
}
