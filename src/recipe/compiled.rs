//! A rule whose texts have been read.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::fault::{Fault, Place, Problem};
use super::filled::Filled;
use super::parameter::Parameter;
use super::pattern::{Bound, Pattern};
use super::rule::{Decision, Rule};
use super::scope::{Probe, Scope};
use super::text::Text;
use super::tolerant::Tolerant;
use super::variables::Values;
use crate::error::TextProblem;
use crate::scheme::Scheme;
use crate::syntax;
use crate::text::parse_with;
use crate::weight::{Reading, Weight};

/// A rule whose texts have been read, as far as they can be without a parameter.
pub(super) struct Compiled {
    pub(super) rule: Arc<Rule>,
    pub(super) place: Place,
    pub(super) patterns: Vec<Pattern>,
    /// Whether its patterns and conditions are right, so that what it decides is known.
    pub(super) decides: bool,
    /// Whether what it decides with is right.
    pub(super) is_sound: bool,
    reading: Option<Filled>,
    with: Option<Filled>,
    without: Option<Filled>,
    fans_of: Option<Filled>,
    /// What is the same for all parameters.
    fixed_reading: OnceCell<Reading>,
    fixed_scheme: OnceCell<Arc<dyn Scheme>>,
}

/// What a rule says of a name.
pub(super) enum Answer {
    NoMatch,
    /// It matches, but a condition does not hold.
    NotNow,
    Decides(Bound),
}

/// Why a rule cannot decide; `None` if that has been told.
pub(super) type Refusal = Option<Problem>;

impl Compiled {
    /// What is wrong with the rule of that number, whatever the model, is added to the faults.
    pub(super) fn new(
        rule: &Rule,
        number: usize,
        values: &Values,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let place = rule.place.unwrap_or(Place::Rule(number + 1));
        let title = rule.title();
        let before = faults.len();
        let patterns = patterns(rule, place, values, faults);
        let probe = Probe {
            values,
            bound: (patterns.iter().flat_map(Pattern::names))
                .map(String::as_str)
                .collect(),
        };
        let mut filled = |text: &Option<Text>| -> Option<Filled> {
            let text = text.as_ref()?;
            let read = Filled::new(text.as_str()).and_then(|filled| {
                filled.probe(&probe)?;
                Ok(filled)
            });
            read.map_err(|fault| faults.push(text.wrong(Some(place), Some(&title), fault)))
                .ok()
        };
        let (with, without) = (filled(&rule.with), filled(&rule.without));
        let (reading, fans_of) = (filled(&rule.reading), filled(&rule.fans_of));
        let decides = faults.len() == before;
        let mut fixed_reading = OnceCell::new();
        if let (Some(text), Some(plain)) =
            (&rule.reading, reading.as_ref().and_then(Filled::as_plain))
        {
            match Reading::new(plain) {
                Ok(reading) => fixed_reading = OnceCell::from(reading),
                Err(error) => faults.push(text.fault(Some(place), Some(&title), error)),
            }
        }
        if let Decision::Text(text) = &rule.decision {
            let error = parse_with(text.as_str(), &probe).err();
            if let Some(error) = error.and_then(|error| probe.explain(error)) {
                faults.push(text.fault(Some(place), Some(&title), error));
            }
        }
        if rule
            .tolerance
            .is_some_and(|distance| !(distance >= 0.0 && distance.is_finite()))
        {
            let what = "a tolerance that is finite and at least 0";
            faults.push(Fault::new(
                Some(place),
                Some(&title),
                Problem::Expected { what },
            ));
        }
        Compiled {
            rule: Arc::new(Rule {
                place: Some(place),
                ..rule.clone()
            }),
            place,
            decides,
            is_sound: faults.len() == before,
            reading,
            with,
            without,
            fans_of,
            fixed_reading,
            fixed_scheme: OnceCell::new(),
            patterns,
        }
    }

    /// What the rule says of a parameter, whose name has these segments.
    pub(super) fn answer(
        &self,
        parameter: &Parameter,
        segments: &[&str],
        names: &HashMap<&str, usize>,
        values: &Values,
    ) -> Answer {
        let name = parameter.name();
        let mut patterns = self.patterns.iter();
        let Some(bound) = patterns.find_map(|pattern| pattern.bind_segments(name, segments)) else {
            return Answer::NoMatch;
        };
        if self
            .rule
            .axes
            .is_some_and(|axes| axes != parameter.shape().len())
        {
            return Answer::NotNow;
        }
        let has = |sibling: &Filled| {
            let scope = Scope::new(values, &bound, parameter.shape());
            let name = sibling_of(name, sibling, &scope);
            name.is_ok_and(|name| names.contains_key(name.as_str()))
        };
        let holds = self.with.as_ref().is_none_or(has)
            && self.without.as_ref().is_none_or(|sibling| !has(sibling));
        match holds {
            true => Answer::Decides(bound),
            false => Answer::NotNow,
        }
    }

    /// The weight of a parameter, without the fans of a sibling.
    pub(super) fn weight(
        &self,
        parameter: &Parameter,
        bound: &Bound,
        values: &Values,
    ) -> Result<Weight, Refusal> {
        let shape = parameter.shape();
        let refused = |error| Some(Problem::Reading(error));
        let (Some(filled), Some(text)) = (&self.reading, &self.rule.reading) else {
            let weight = match parameter.own_reading() {
                Some(reading) => Weight::read(reading, shape),
                None => Weight::new(shape),
            };
            return weight.map_err(refused);
        };
        if let Some(reading) = self.fixed_reading.get() {
            return Weight::read(reading, shape).map_err(refused);
        }
        let scope = Scope::new(values, bound, shape);
        let reading = filled.fill(&scope).map_err(|fault| {
            let error = scope.explain(fault.in_text(text.as_str()));
            (!scope.is_faulty()).then_some(Problem::Text(error))
        })?;
        let reading = Reading::new(&reading).map_err(refused)?;
        let weight = Weight::read(&reading, shape).map_err(refused);
        if !scope.is_local() {
            let _ = self.fixed_reading.set(reading);
        }
        weight
    }

    /// The full name of the sibling whose fans a parameter has.
    pub(super) fn fans_of(
        &self,
        parameter: &Parameter,
        bound: &Bound,
        values: &Values,
    ) -> Result<Option<String>, Refusal> {
        let (Some(filled), Some(text)) = (&self.fans_of, &self.rule.fans_of) else {
            return Ok(None);
        };
        let scope = Scope::new(values, bound, parameter.shape());
        let sibling = sibling_of(parameter.name(), filled, &scope).map_err(|fault| {
            let error = scope.explain(fault.in_text(text.as_str()));
            (!scope.is_faulty()).then_some(Problem::Text(error))
        })?;
        Ok(Some(sibling))
    }

    /// The scheme of a parameter; `None` to leave it alone.
    pub(super) fn scheme(
        &self,
        parameter: &Parameter,
        weight: &Weight,
        bound: &Bound,
        values: &Values,
    ) -> Result<Option<Arc<dyn Scheme>>, Refusal> {
        let scheme = match &self.rule.decision {
            Decision::Leave => return Ok(None),
            Decision::Scheme(scheme) => scheme.clone(),
            Decision::Fn(choose) => {
                choose(parameter, weight).map_err(|error| Some(Problem::Scheme(error)))?
            }
            Decision::AsAsked => match parameter.asked() {
                Some(scheme) => scheme.clone(),
                None => return Err(Some(Problem::NothingAsked)),
            },
            Decision::Text(text) => match self.fixed_scheme.get() {
                Some(scheme) => scheme.clone(),
                None => {
                    let scope = Scope::new(values, bound, parameter.shape());
                    let scheme = parse_with(text.as_str(), &scope).map_err(|error| {
                        let error = scope.explain(error);
                        (!scope.is_faulty()).then_some(Problem::Text(error))
                    })?;
                    if !scope.is_local() {
                        let _ = self.fixed_scheme.set(scheme.clone());
                    }
                    scheme
                }
            },
        };
        let (distance, stray) = (self.rule.tolerance.unwrap_or(0.0), self.rule.stray);
        Ok(Some(match distance > 0.0 || stray.is_some() {
            true => Arc::new(Tolerant::new(scheme, distance, stray)),
            false => scheme,
        }))
    }
}

fn patterns(rule: &Rule, place: Place, values: &Values, faults: &mut Vec<Fault>) -> Vec<Pattern> {
    if rule.patterns.is_empty() {
        let what = "a name or a pattern, as **.bias";
        faults.push(Fault::new(Some(place), None, Problem::Expected { what }));
    }
    let mut patterns = Vec::new();
    for text in &rule.patterns {
        let pattern = Pattern::new(text.as_str()).and_then(|pattern| {
            let Some(name) = pattern.names().iter().find(|name| values.has(name)) else {
                return Ok(pattern);
            };
            let start = text.as_str().find(&format!("{{{name}}}")).unwrap_or(0);
            let at = start..start + name.len() + 2;
            let why = "a variable has this name; give the number another".to_string();
            Err(syntax::Fault::new(at, TextProblem::Refused { why }))
        });
        match pattern {
            Ok(pattern) => patterns.push(pattern),
            Err(fault) => faults.push(text.wrong(Some(place), Some(text.as_str()), fault)),
        }
    }
    patterns
}

/// The full name of a sibling: its text in place of as many segments at the end of a name.
fn sibling_of(name: &str, sibling: &Filled, scope: &Scope<'_>) -> Result<String, syntax::Fault> {
    let sibling = sibling.fill(scope)?;
    let segments = sibling.split('.').count();
    let mut ends = name.rmatch_indices('.').map(|(at, _)| at + 1);
    let parent = ends.nth(segments - 1).map_or("", |end| &name[..end]);
    Ok(format!("{parent}{sibling}"))
}
