//! From a recipe and the parameters of a model to a plan, or to all that is wrong.

use std::collections::HashMap;
use std::mem::discriminant;
use std::sync::Arc;

use super::compiled::{Answer, Compiled, Refusal};
use super::drawn::Drawn;
use super::dtype::Dtype;
use super::fault::{Fault, Place, PlanError, Problem};
use super::parameter::Parameter;
use super::pattern::Bound;
use super::plan::{Plan, Planned};
use super::recipe::Recipe;
use super::variables::Values;
use crate::key::Key;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// How far a sibling's fans may be from the parameter that has them.
const FARTHEST: usize = 8;

/// Names that are shown as the nearest.
const SHOWN: usize = 3;

/// Faults for which the nearest names are looked for, and names that are looked at for each: it takes a
/// microsecond for each letter of a pattern and ten names.
const EXPLAINED: usize = 50;
const LOOKED_AT: usize = 1000;

pub(super) fn plan(
    recipe: &Recipe,
    key: &Key,
    parameters: impl IntoIterator<Item = Parameter>,
) -> Result<Plan, PlanError> {
    let all: Vec<Parameter> = parameters.into_iter().collect();
    let mut faults = Vec::new();
    let values = Values::new(&recipe.variables, &recipe.set, Some(&all), &mut faults);
    let rules = recipe.compiled(&values, &mut faults);
    let mut planning = Planning {
        names: HashMap::with_capacity(all.len()),
        parameters: &all,
        values,
        rules,
        decided: Vec::with_capacity(all.len()),
        faults: Faults::default(),
    };
    planning.decide();
    let weights = planning.weights();
    let planned = planning.planned(key, &weights);
    faults.extend(planning.idle());
    faults.extend(planning.faults.list);
    match faults.is_empty() {
        true => Ok(Plan::new(planned)),
        false => Err(PlanError::new(faults)),
    }
}

struct Planning<'a> {
    parameters: &'a [Parameter],
    /// The place of every name.
    names: HashMap<&'a str, usize>,
    values: Values,
    rules: Vec<Compiled>,
    /// Of every parameter, the number of the rule that decides it and what its pattern bound.
    decided: Vec<Option<(usize, Bound)>>,
    faults: Faults,
}

impl Planning<'_> {
    /// Which rule decides which parameter.
    fn decide(&mut self) {
        for (place, parameter) in self.parameters.iter().enumerate() {
            self.names.entry(parameter.name()).or_insert(place);
        }
        let are_known = self.rules.iter().all(|rule| rule.decides);
        for (place, parameter) in self.parameters.iter().enumerate() {
            if self.names.get(parameter.name()) != Some(&place) {
                self.faults.add(None, parameter, Problem::Duplicate);
                self.decided.push(None);
                continue;
            }
            let segments: Vec<&str> = parameter.name().split('.').collect();
            let mut rules = self.rules.iter().enumerate();
            let decided = rules.find_map(|(number, rule)| {
                match rule.answer(parameter, &segments, &self.names, &self.values) {
                    Answer::Decides(bound) => Some((number, bound)),
                    _ => None,
                }
            });
            // A pattern that cannot be read may be the one that is missing.
            if decided.is_none() && are_known {
                let nearest = self.nearest_patterns(parameter.name());
                self.faults
                    .add(None, parameter, Problem::NoRule { nearest });
            }
            self.decided.push(decided);
        }
    }

    fn nearest_patterns(&self, name: &str) -> Vec<String> {
        // One like it has them.
        if self.faults.is_listed(name) || self.faults.list.len() >= EXPLAINED {
            return Vec::new();
        }
        let patterns = self.rules.iter().flat_map(|rule| &rule.patterns);
        let distances = patterns.map(|pattern| {
            let distance = pattern.distance(name);
            (distance, pattern.letters(), pattern.to_string())
        });
        nearest(distances)
    }

    /// The weight of every parameter that a rule decides and can read.
    fn weights(&mut self) -> Vec<Option<Weight>> {
        let mut weights = Vec::with_capacity(self.parameters.len());
        for (parameter, decided) in self.parameters.iter().zip(&self.decided) {
            let weight = decided.as_ref().and_then(|(number, bound)| {
                let rule = &self.rules[*number];
                if !rule.is_sound {
                    return None;
                }
                let weight = rule.weight(parameter, bound, &self.values);
                weight
                    .map_err(|why| self.faults.refuse(rule.place, parameter, why))
                    .ok()
            });
            weights.push(weight);
        }
        let mut with_fans = Vec::new();
        for (place, decided) in self.decided.iter().enumerate() {
            let (Some((number, _)), Some(_)) = (decided, &weights[place]) else {
                continue;
            };
            let weight = self.with_fans(place, &weights).unwrap_or_else(|why| {
                let rule = self.rules[*number].place;
                self.faults.refuse(rule, &self.parameters[place], why);
                Some(None)
            });
            with_fans.extend(weight.map(|weight| (place, weight)));
        }
        for (place, weight) in with_fans {
            weights[place] = weight;
        }
        weights
    }

    /// The weight of a parameter whose rule gives it the fans of a sibling; `None` of one whose rule does not.
    fn with_fans(
        &self,
        place: usize,
        weights: &[Option<Weight>],
    ) -> Result<Option<Option<Weight>>, Refusal> {
        let mut chain = Vec::new();
        let mut at = place;
        // From sibling to sibling, to the one whose shape has the fans.
        while let Some(sibling) = self.sibling(at)? {
            let Some(&next) = self.names.get(sibling.as_str()) else {
                return Err(Some(Problem::NoSibling { sibling }));
            };
            if chain.len() == FARTHEST {
                return Err(Some(Problem::FansInCircle));
            }
            chain.push(next);
            at = next;
        }
        let (Some(last), Some(own)) = (chain.last(), &weights[place]) else {
            return Ok(None);
        };
        match &weights[*last] {
            Some(fans) => Ok(Some(Some(own.clone().with_fans_of(fans)))),
            // What is wrong with that one has been told.
            None => Err(None),
        }
    }

    fn sibling(&self, place: usize) -> Result<Option<String>, Refusal> {
        let Some((number, bound)) = &self.decided[place] else {
            return Ok(None);
        };
        self.rules[*number].fans_of(&self.parameters[place], bound, &self.values)
    }

    fn planned(&mut self, key: &Key, weights: &[Option<Weight>]) -> Vec<Planned> {
        let mut all = Vec::with_capacity(weights.len());
        let mut known: Vec<Vec<Known>> = self.rules.iter().map(|_| Vec::new()).collect();
        for (place, (parameter, weight)) in self.parameters.iter().zip(weights).enumerate() {
            let (Some((number, bound)), Some(weight)) = (&self.decided[place], weight) else {
                continue;
            };
            let rule = &self.rules[*number];
            let dtype = parameter.element_type();
            let drawn = rule.scheme(parameter, weight, bound, &self.values);
            let drawn = drawn.and_then(|scheme| {
                let drawn = scheme.map(|scheme| once(&mut known[*number], scheme, weight, dtype));
                drawn.transpose().map_err(Some)
            });
            match drawn {
                Ok(drawn) => all.push(Planned {
                    name: parameter.shared_name(),
                    weight: weight.clone(),
                    dtype,
                    rule: Arc::clone(&rule.rule),
                    key: key.child(parameter.name()),
                    drawn,
                }),
                Err(why) => self.faults.refuse(rule.place, parameter, why),
            }
        }
        all
    }

    /// Faults of rules that decide nothing.
    fn idle(&self) -> Vec<Fault> {
        let mut counts = vec![0_usize; self.rules.len()];
        for (number, _) in self.decided.iter().flatten() {
            counts[*number] += 1;
        }
        if self.rules.iter().any(|rule| !rule.decides) {
            return Vec::new();
        }
        let rules = self.rules.iter().zip(counts);
        let idle = rules.filter(|(rule, count)| *count == 0 && !rule.rule.optional);
        let faults = idle.enumerate().map(|(number, (rule, _))| {
            let problem = self.why_idle(rule, number < EXPLAINED);
            Fault::new(Some(rule.place), Some(&rule.rule.title()), problem)
        });
        faults.collect()
    }

    fn why_idle(&self, rule: &Compiled, with_nearest: bool) -> Problem {
        let (mut names, mut first) = (0, None);
        let (mut shadowed, mut by) = (0, Vec::new());
        for (parameter, decided) in self.parameters.iter().zip(&self.decided) {
            let segments: Vec<&str> = parameter.name().split('.').collect();
            match rule.answer(parameter, &segments, &self.names, &self.values) {
                Answer::NoMatch => {}
                Answer::NotNow => {
                    names += 1;
                    first = first.or(Some(parameter.name()));
                }
                Answer::Decides(_) => {
                    let Some((number, _)) = decided else { continue };
                    let other = &self.rules[*number];
                    let other = (other.place, other.rule.title());
                    shadowed += 1;
                    if !by.contains(&other) {
                        by.push(other);
                    }
                }
            }
        }
        match first {
            _ if shadowed > 0 => Problem::Shadowed {
                names: shadowed,
                by,
            },
            Some(first) => Problem::NeverHolds {
                names,
                first: first.to_string(),
            },
            None => Problem::MatchesNothing {
                nearest: match with_nearest {
                    true => self.nearest_names(rule),
                    false => Vec::new(),
                },
            },
        }
    }

    fn nearest_names(&self, rule: &Compiled) -> Vec<String> {
        // Of names that differ in their numbers alone, the first.
        let mut names = HashMap::new();
        for (place, parameter) in self.parameters.iter().enumerate() {
            names.entry(skeleton(parameter.name())).or_insert(place);
        }
        let mut places: Vec<usize> = names.into_values().collect();
        places.sort_unstable();
        let places = places.into_iter().take(LOOKED_AT);
        let distances = places.flat_map(|place| {
            let name = self.parameters[place].name();
            rule.patterns
                .iter()
                .map(move |pattern| (pattern.distance(name), pattern.letters(), name.to_string()))
        });
        nearest(distances)
    }
}

/// What has been found out for one weight of a rule, whose scheme may be that of others.
type Known = (Weight, Dtype, Drawn);

/// Weights of a rule that are kept.
const KEPT: usize = 8;

/// What there is to draw, asked once for weights that are alike.
fn once(
    known: &mut Vec<Known>,
    scheme: Arc<dyn Scheme>,
    weight: &Weight,
    dtype: Dtype,
) -> Result<Drawn, Problem> {
    let like = known.iter().find(|(own, of, drawn)| {
        *of == dtype && Arc::ptr_eq(&drawn.scheme, &scheme) && own == weight
    });
    if let Some((_, _, drawn)) = like {
        return Ok(drawn.clone());
    }
    let drawn = Drawn::new(scheme, weight, dtype)?;
    if known.len() == KEPT {
        known.remove(0);
    }
    known.push((weight.clone(), dtype, drawn.clone()));
    Ok(drawn)
}

/// The few that are nearest, of distances with the letters that could differ; each once.
fn nearest(distances: impl Iterator<Item = (usize, usize, String)>) -> Vec<String> {
    // At most every other letter, and not twice as many as for the best.
    let near = distances.filter(|(distance, letters, _)| distance * 2 <= *letters);
    let mut near: Vec<(usize, String)> = near.map(|(distance, _, name)| (distance, name)).collect();
    near.sort_by_key(|(distance, _)| *distance);
    let best = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance <= 2 * best);
    let mut names: Vec<String> = Vec::new();
    for (_, name) in near {
        if !names.contains(&name) && names.len() < SHOWN {
            names.push(name);
        }
    }
    names
}

/// A name without its numbers.
fn skeleton(name: &str) -> String {
    let mut skeleton = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '0'..='9' if skeleton.ends_with('#') => {}
            '0'..='9' => skeleton.push('#'),
            _ => skeleton.push(letter),
        }
    }
    skeleton
}

/// Faults of parameters, those of like names together.
#[derive(Default)]
struct Faults {
    list: Vec<Fault>,
    /// Where those of a name without its numbers are, by rule and kind.
    like: HashMap<String, Vec<usize>>,
}

impl Faults {
    fn add(&mut self, place: Option<Place>, parameter: &Parameter, problem: Problem) {
        let like = self.like.entry(skeleton(parameter.name())).or_default();
        for &number in like.iter() {
            let fault = &mut self.list[number];
            let is_same =
                fault.place() == place && discriminant(fault.problem()) == discriminant(&problem);
            if is_same {
                fault.add();
                return;
            }
        }
        like.push(self.list.len());
        self.list
            .push(Fault::new(place, Some(parameter.name()), problem));
    }

    /// Unless it has been told.
    fn refuse(&mut self, place: Place, parameter: &Parameter, why: Refusal) {
        if let Some(problem) = why {
            self.add(Some(place), parameter, problem);
        }
    }

    fn is_listed(&self, name: &str) -> bool {
        self.like.contains_key(&skeleton(name))
    }
}
