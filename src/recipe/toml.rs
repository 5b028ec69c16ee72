//! A recipe as TOML.

use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::dtype::Dtype;
use super::fault::{Fault, Place, PlanError, Problem};
use super::model::Entry;
use super::quantity::{Amount, Quantity};
use super::recipe::Recipe;
use super::rule::{Decision, Patterns, Rule};
use super::text::Text;
use super::variables::{Values, Variable};
use crate::syntax::nearest;

impl Recipe {
    /// The recipe that a TOML file says: see `docs/recipes.md` in the repository for its keys.
    ///
    /// ```
    /// use fanin::{Key, Parameter, Recipe};
    ///
    /// let recipe = Recipe::from_toml(r#"
    ///     [variables]
    ///     layers = { model = "count('**.h.{i}.**')", default = 12 }
    ///
    ///     [[rules]]
    ///     names = "**.c_proj.weight"
    ///     reading = "i o"
    ///     scheme = "normal(std=0.02 / sqrt(2 * layers))"
    ///
    ///     [[rules]]
    ///     names = "**.bias"
    ///     scheme = "zeros"
    /// "#)?;
    /// let names = (0..8).map(|i| Parameter::new(format!("h.{i}.c_proj.weight"), [256, 64]));
    /// let names = names.chain([Parameter::new("h.0.c_proj.bias", [64])]);
    /// let plan = recipe.plan(&Key::from_seed(42), names)?;
    /// assert_eq!(plan.get("h.7.c_proj.weight").unwrap().std(), Some(0.005));
    ///
    /// let error = Recipe::from_toml("[[rules]]\nnames = '**.bias'\nscheme = 'zeroes'").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "line 3, column 11: **.bias: cannot read this text:\n  \
    ///        zeroes\n  \
    ///        ^^^^^^ there is no scheme of this name; the nearest is zeros"
    /// );
    /// # Ok::<(), fanin::PlanError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError`] with all that is wrong whatever the model: what is not TOML, keys and values that do not belong
    /// there, texts that cannot be read. Each has its line and column.
    pub fn from_toml(text: &str) -> Result<Self, PlanError> {
        let file = &File::new(text);
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            let problem = Problem::Syntax(error.message().to_string());
            PlanError::new(vec![Fault::new(Some(file.place(at.start)), None, problem)])
        })?;
        let mut faults = Vec::new();
        let recipe = file.recipe(table.get_ref(), &mut faults);
        // What is wrong with the variables of a model that is not there is not told.
        let values = Values::new(&recipe.variables, &recipe.set, None, &mut faults);
        recipe.compiled(&values, &mut faults);
        faults.sort_by_key(Fault::place);
        match faults.is_empty() {
            true => Ok(recipe),
            false => Err(PlanError::new(faults)),
        }
    }
}

/// As [`Recipe::from_toml`].
impl FromStr for Recipe {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        Recipe::from_toml(text)
    }
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// The text of a file.
struct File<'a> {
    text: &'a str,
    /// Where lines begin.
    lines: Vec<usize>,
    /// Bytes that are not the first of their character.
    inner: Vec<usize>,
}

const RECIPE: [&str; 5] = ["name", "about", "variables", "rules", "model"];
const RULE: [&str; 12] = [
    "names",
    "reading",
    "scheme",
    "leave",
    "as_asked",
    "optional",
    "axes",
    "with",
    "without",
    "fans_of",
    "tolerance",
    "stray",
];

impl<'a> File<'a> {
    fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        let inner = (0..text.len()).filter(|&byte| !text.is_char_boundary(byte));
        File {
            text,
            lines: [0].into_iter().chain(ends).collect(),
            inner: inner.collect(),
        }
    }

    /// The line and column of a byte.
    fn place(&self, byte: usize) -> Place {
        let line = self.lines.partition_point(|&start| start <= byte);
        let start = line.checked_sub(1).and_then(|line| self.lines.get(line));
        let start = start.copied().unwrap_or(0);
        let inner = |end: usize| self.inner.partition_point(|&inner| inner < end);
        Place::Line {
            line,
            column: byte - start - (inner(byte) - inner(start)) + 1,
        }
    }

    fn fault(&self, at: &Range<usize>, name: &str, problem: Problem) -> Fault {
        Fault::new(Some(self.place(at.start)), Some(name), problem)
    }

    fn expected(&self, at: &Range<usize>, name: &str, what: &'static str) -> Fault {
        self.fault(at, name, Problem::Expected { what })
    }

    /// The entries of a table in the order of the file.
    fn entries<'b, 'c>(table: &'b DeTable<'c>) -> Vec<(&'b Key<'c>, &'b Value<'c>)> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, value)| (key.span().start, value.span().start));
        entries
    }

    fn unknown(&self, key: &Key<'_>, known: &[&'static str], faults: &mut Vec<Fault>) {
        let problem = Problem::Unknown {
            kind: "key",
            nearest: nearest(key.get_ref(), known.iter().copied()),
        };
        faults.push(self.fault(&key.span(), key.get_ref(), problem));
    }

    fn recipe(&self, table: &DeTable<'_>, faults: &mut Vec<Fault>) -> Recipe {
        let mut recipe = Recipe::default();
        for (key, value) in Self::entries(table) {
            match key.get_ref().as_ref() {
                "name" => recipe.name = self.text(key, value, faults).map(|text| text.text),
                "about" => recipe.about = self.text(key, value, faults).map(|text| text.text),
                "variables" => {
                    for (key, value) in self.table(key, value, faults) {
                        recipe.variables.push(self.variable(key, value, faults));
                    }
                }
                "rules" => {
                    let Some(rules) = value.get_ref().as_array() else {
                        let what = "rules, each below a line [[rules]]";
                        faults.push(self.expected(&key.span(), key.get_ref(), what));
                        continue;
                    };
                    for rule in rules {
                        recipe.rules.extend(self.rule(rule, faults));
                    }
                }
                "model" => {
                    for (key, value) in self.table(key, value, faults) {
                        recipe.model.extend(self.entry(key, value, faults));
                    }
                }
                _ => self.unknown(key, &RECIPE, faults),
            }
        }
        recipe
    }

    fn table<'b, 'c>(
        &self,
        key: &Key<'_>,
        value: &'b Value<'c>,
        faults: &mut Vec<Fault>,
    ) -> Vec<(&'b Key<'c>, &'b Value<'c>)> {
        match value.get_ref() {
            DeValue::Table(table) => Self::entries(table),
            _ => {
                let what = "a table, below a line with its name in brackets";
                faults.push(self.expected(&value.span(), key.get_ref(), what));
                Vec::new()
            }
        }
    }

    fn text(&self, key: &Key<'_>, value: &Value<'_>, faults: &mut Vec<Fault>) -> Option<Text> {
        let text = self.as_text(value);
        if text.is_none() {
            let what = "a text in quotation marks";
            faults.push(self.expected(&value.span(), key.get_ref(), what));
        }
        text
    }

    fn as_text(&self, value: &Value<'_>) -> Option<Text> {
        let text = value.get_ref().as_str()?;
        Some(self.located(text, value.span()))
    }

    /// A text that stands at that place of the file, with its quotation marks if it has any.
    fn located(&self, text: &str, at: Range<usize>) -> Text {
        let raw = self.text.get(at.clone()).unwrap_or("");
        let quotes = ["\"\"\"", "'''", "\"", "'", ""];
        let quote = quotes.into_iter().find(|quote| raw.starts_with(quote));
        let quote = quote.map_or(0, str::len);
        let inner = raw
            .get(quote..raw.len().saturating_sub(quote))
            .unwrap_or("");
        // The first line of a long text may be empty.
        let without = inner.strip_prefix("\r\n").or(inner.strip_prefix('\n'));
        let own = without.filter(|_| quote == 3).unwrap_or(inner);
        let start = at.start + quote + (inner.len() - own.len());
        let is_verbatim = own == text;
        Text {
            text: text.to_string(),
            place: Some(self.place(if is_verbatim { start } else { at.start })),
            is_verbatim,
        }
    }

    fn number(&self, value: &Value<'_>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => {
                i128::from_str_radix(number.as_str(), number.radix()).ok()? as f64
            }
            DeValue::Float(number) => number.as_str().parse().ok()?,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    fn quantity(&self, value: &Value<'_>) -> Option<Quantity> {
        let amount = match self.as_text(value) {
            Some(text) => Amount::Text(text),
            None => Amount::Number(self.number(value)?),
        };
        Some(Quantity(amount))
    }

    fn flag(&self, key: &Key<'_>, value: &Value<'_>, faults: &mut Vec<Fault>) -> bool {
        value.get_ref().as_bool().unwrap_or_else(|| {
            let what = "true or false";
            faults.push(self.expected(&value.span(), key.get_ref(), what));
            true
        })
    }

    fn variable(&self, key: &Key<'_>, value: &Value<'_>, faults: &mut Vec<Fault>) -> Variable {
        let name = key.get_ref();
        let mut variable = Variable {
            name: name.to_string(),
            place: Some(self.place(key.span().start)),
            model: None,
            default: None,
        };
        let what = "a number, arithmetic as text, or { model = .., default = .. }";
        let DeValue::Table(table) = value.get_ref() else {
            variable.default = self.quantity(value);
            if variable.default.is_none() {
                faults.push(self.expected(&value.span(), name, what));
                variable.default = Some(Quantity::from(1));
            }
            return variable;
        };
        for (key, value) in Self::entries(table) {
            match key.get_ref().as_ref() {
                "model" => variable.model = self.text(key, value, faults),
                "default" => {
                    variable.default = self.quantity(value);
                    if variable.default.is_none() {
                        let what = "a number, or arithmetic as text";
                        faults.push(self.expected(&value.span(), name, what));
                    }
                }
                _ => self.unknown(key, &["model", "default"], faults),
            }
        }
        if table.is_empty() {
            faults.push(self.expected(&value.span(), name, what));
        }
        variable
    }

    fn rule(&self, value: &Value<'_>, faults: &mut Vec<Fault>) -> Option<Rule> {
        let DeValue::Table(table) = value.get_ref() else {
            let what = "a rule, below a line [[rules]]";
            faults.push(self.expected(&value.span(), "rules", what));
            return None;
        };
        let before = faults.len();
        let mut rule = Rule::of(Patterns(Vec::new()), Decision::Leave);
        let (mut names, mut decision) = (None, None);
        for (key, value) in Self::entries(table) {
            let name = key.get_ref().as_ref();
            match name {
                "names" => {
                    names = Some(key.span());
                    rule.patterns = self.patterns(key, value, faults);
                }
                "scheme" | "leave" | "as_asked" => {
                    let own = match name {
                        "scheme" => self.text(key, value, faults).map(Decision::Text),
                        "leave" => self.flag(key, value, faults).then_some(Decision::Leave),
                        _ => self.flag(key, value, faults).then_some(Decision::AsAsked),
                    };
                    if own.is_some() && decision.is_some() {
                        let what = "one of scheme, leave and as_asked, and not two";
                        faults.push(self.expected(&key.span(), name, what));
                    }
                    decision = own.or(decision);
                }
                "optional" => rule.optional = self.flag(key, value, faults),
                "reading" => rule.reading = self.text(key, value, faults),
                "with" => rule.with = self.text(key, value, faults),
                "without" => rule.without = self.text(key, value, faults),
                "fans_of" => rule.fans_of = self.text(key, value, faults),
                "axes" => {
                    let axes = self
                        .number(value)
                        .filter(|n| n.fract() == 0.0 && (0.0..=255.0).contains(n));
                    rule.axes = axes.map(|axes| axes as usize);
                    if axes.is_none() {
                        let what = "a whole number of axes";
                        faults.push(self.expected(&value.span(), name, what));
                    }
                }
                "tolerance" => {
                    rule.tolerance = self.number(value);
                    if rule.tolerance.is_none() {
                        let what = "a number, how far a value may be away in a check";
                        faults.push(self.expected(&value.span(), name, what));
                    }
                }
                "stray" => {
                    rule.stray = self.number(value);
                    if rule.stray.is_none() {
                        let what = "a number, which a framework leaves in place of a draw";
                        faults.push(self.expected(&value.span(), name, what));
                    }
                }
                _ => self.unknown(key, &RULE, faults),
            }
        }
        let at = names.unwrap_or(value.span());
        rule.place = Some(self.place(at.start));
        if !table.contains_key("names") {
            let what = "names = .., a pattern or a list of patterns";
            faults.push(self.expected(&at, "rules", what));
        }
        match decision {
            Some(decision) => rule.decision = decision,
            None if faults.len() == before => {
                let what = "scheme = \"..\", leave = true or as_asked = true in this rule";
                faults.push(self.expected(&at, &rule.title(), what));
            }
            None => {}
        }
        // What else is wrong with it is told, too.
        (!rule.patterns.is_empty()).then_some(rule)
    }

    fn patterns(&self, key: &Key<'_>, value: &Value<'_>, faults: &mut Vec<Fault>) -> Vec<Text> {
        let Some(list) = value.get_ref().as_array() else {
            let text = self.as_text(value);
            if text.is_none() {
                let what = "a pattern in quotation marks, or a list of patterns";
                faults.push(self.expected(&value.span(), key.get_ref(), what));
            }
            return text.into_iter().collect();
        };
        let texts = list.iter();
        texts
            .filter_map(|value| self.text(key, value, faults))
            .collect()
    }

    fn entry(&self, key: &Key<'_>, value: &Value<'_>, faults: &mut Vec<Fault>) -> Option<Entry> {
        let name = key.get_ref();
        let mut entry = Entry {
            name: self.located(name, key.span()),
            shape: Vec::new(),
            dtype: None,
        };
        let shape = match value.get_ref() {
            DeValue::Table(table) if table.contains_key("shape") => {
                for (key, value) in Self::entries(table) {
                    match key.get_ref().as_ref() {
                        "shape" => {}
                        "dtype" => {
                            let text = self.text(key, value, faults)?;
                            match text.as_str().parse::<Dtype>() {
                                Ok(dtype) => entry.dtype = Some(dtype),
                                Err(error) => faults.push(text.fault(None, Some(name), error)),
                            }
                        }
                        _ => self.unknown(key, &["shape", "dtype"], faults),
                    }
                }
                table.get("shape")
            }
            DeValue::Table(_) => {
                let what = "a shape, or { shape = [..], dtype = \"..\" }; a name with dots stands in quotation marks";
                faults.push(self.expected(&key.span(), name, what));
                return None;
            }
            _ => Some(value),
        }?;
        let what = "a shape: a list of lengths, each a number or arithmetic as text";
        let Some(lens) = shape.get_ref().as_array() else {
            faults.push(self.expected(&shape.span(), name, what));
            return None;
        };
        for len in lens {
            match self.quantity(len) {
                Some(len) => entry.shape.push(len),
                None => {
                    faults.push(self.expected(&len.span(), name, what));
                    return None;
                }
            }
        }
        Some(entry)
    }
}
