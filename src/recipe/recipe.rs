//! A recipe: rules in an order.

use std::collections::HashSet;
use std::sync::Arc;

use super::dtype::Dtype;
use super::fault::{Fault, Place, PlanError, Problem};
use super::parameter::Parameter;
use super::pattern::Pattern;
use super::plan::{Drawn, Plan, Planned};
use super::rule::{Decision, Rule};
use crate::engine::{Element, holds};
use crate::error::InitError;
use crate::key::Key;
use crate::law::{Draws, Laws};
use crate::scheme::{Scheme, laws};
use crate::text::parse;
use crate::weight::Weight;

/// A whole model by the names of its parameters: rules, of which the first that matches a name decides.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    rules: Vec<Arc<Rule>>,
}

impl Recipe {
    /// Without rules.
    #[must_use]
    pub fn new() -> Self {
        Recipe::default()
    }

    /// With one rule more, after all others.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(Arc::new(rule));
        self
    }

    /// What the recipe decides for a model.
    ///
    /// # Errors
    ///
    /// [`PlanError`] with all faults.
    pub fn plan(
        &self,
        key: &Key,
        parameters: impl IntoIterator<Item = Parameter>,
    ) -> Result<Plan, PlanError> {
        let mut faults = Vec::new();
        let mut rules = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            let place = Place::Rule(number + 1);
            let mut patterns = Vec::new();
            for text in rule.patterns() {
                match Pattern::new(text) {
                    Ok(pattern) => patterns.push(pattern),
                    Err(fault) => faults.push(Fault {
                        place: Some(place),
                        name: None,
                        problem: Problem::Scheme(fault.in_text(text)),
                    }),
                }
            }
            rules.push((rule, place, patterns));
        }
        let mut seen = HashSet::new();
        let mut planned = Vec::new();
        for parameter in parameters {
            let name = parameter.shared_name();
            let mut fault = |place, problem| {
                faults.push(Fault {
                    place,
                    name: Some(name.to_string()),
                    problem,
                });
            };
            if !seen.insert(name.clone()) {
                fault(None, Problem::Duplicate);
                continue;
            }
            let matching = |(_, _, patterns): &&(_, _, Vec<Pattern>)| {
                patterns.iter().any(|pattern| pattern.matches(&name))
            };
            let Some((rule, place, _)) = rules.iter().find(matching) else {
                let nearest = Vec::new();
                fault(None, Problem::NoRule { nearest });
                continue;
            };
            match one(rule, &parameter, key) {
                Ok(one) => planned.push(one),
                Err(problem) => fault(Some(*place), problem),
            }
        }
        if faults.is_empty() {
            Ok(Plan::new(planned))
        } else {
            Err(PlanError::new(faults))
        }
    }
}

fn one(rule: &Arc<Rule>, parameter: &Parameter, key: &Key) -> Result<Planned, Problem> {
    let weight = match &rule.reading {
        Some(reading) => Weight::read(reading, parameter.shape()),
        None => Weight::new(parameter.shape()),
    };
    let weight = weight.map_err(Problem::Reading)?;
    let scheme = match &rule.decision {
        Decision::Scheme(scheme) => Some(scheme.clone()),
        Decision::Text(text) => Some(parse(text).map_err(Problem::Scheme)?),
        Decision::Fn(choose) => Some(choose(parameter, &weight).map_err(Problem::Scheme)?),
        Decision::AsAsked => Some(parameter.asked().cloned().ok_or(Problem::NothingAsked)?),
        Decision::Leave => None,
    };
    let dtype = parameter.element_type();
    Ok(Planned {
        name: parameter.shared_name(),
        drawn: scheme
            .map(|scheme| drawn(scheme, &weight, dtype))
            .transpose()?,
        weight,
        dtype,
        rule: rule.clone(),
        key: key.child(parameter.name()),
    })
}

fn drawn(scheme: Arc<dyn Scheme>, weight: &Weight, dtype: Dtype) -> Result<Drawn, Problem> {
    let laws = laws(&scheme, weight).map_err(Problem::Scheme)?;
    let (law, std, constant) = match &laws {
        Laws::One(law) => {
            let constant = match law.draws() {
                Draws::Constant(value) => Some(value),
                _ => None,
            };
            (law.to_string(), law.std(), constant)
        }
        Laws::ByPart { parts, .. } => {
            let texts: Vec<String> = parts.iter().map(|(_, law)| law.to_string()).collect();
            let stds: Vec<Option<f64>> = parts.iter().map(|(_, law)| law.std()).collect();
            let first = stds.first().copied().flatten();
            let std = first.filter(|_| stds.iter().all(|std| *std == first));
            (texts.join("; "), std, None)
        }
    };
    if let Some((least, greatest)) = dtype.limits() {
        let is_held =
            |value: f64| value.fract() == 0.0 && (least as f64..=greatest as f64).contains(&value);
        if !constant.is_some_and(is_held) {
            return Err(Problem::Integers { dtype, law });
        }
    } else {
        fits(&laws, dtype).map_err(|error| Problem::ElementType { dtype, error })?;
    }
    Ok(Drawn {
        scheme,
        law,
        std,
        constant,
    })
}

/// Whether a float type can hold the laws. Without the feature `half` its types are not known, nor drawn.
fn fits(laws: &Laws, dtype: Dtype) -> Result<(), InitError> {
    fn of<F: Element>(laws: &Laws) -> Result<(), InitError> {
        holds::<F>(laws)
    }
    match dtype {
        Dtype::F64 => of::<f64>(laws),
        Dtype::F32 => of::<f32>(laws),
        #[cfg(feature = "half")]
        Dtype::F16 => of::<half::f16>(laws),
        #[cfg(feature = "half")]
        Dtype::Bf16 => of::<half::bf16>(laws),
        _ => Ok(()),
    }
}
