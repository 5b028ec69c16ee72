//! What a module has, noted without initialising anything.

use std::collections::HashMap;

use burn_core::module::{ModuleVisitor, Param};
use burn_core::tensor::{Bool, DType, Int, Tensor};
use fanin::{Parameter, Recipe, Rule};

use crate::dtype;
use crate::error::Fault;
use crate::layout::{is_running, reading};
use crate::path::Path;
use crate::seen::Seen;

/// The parameters that a recipe has to decide, and those of which nothing can be drawn.
#[derive(Debug)]
pub(crate) struct Noted<'a> {
    recipe: &'a Recipe,
    path: Path,
    found: Vec<Found>,
    pub(crate) faults: Vec<Fault>,
}

#[derive(Debug)]
struct Found {
    parameter: Parameter,
    /// The module that holds it, and the field.
    field: (String, String),
}

impl<'a> Noted<'a> {
    pub(crate) fn new(recipe: &'a Recipe) -> Self {
        Noted {
            recipe,
            path: Path::default(),
            found: Vec::new(),
            faults: Vec::new(),
        }
    }

    fn note(&mut self, shape: &[usize], dtype: DType) {
        let (module, field) = self.path.field();
        if is_running(module, field) && !names(self.recipe, field) {
            return;
        }
        let name = self.path.name();
        let Some(known) = dtype::of(dtype) else {
            self.faults.push(Fault::ElementType { name, dtype });
            return;
        };
        self.found.push(Found {
            parameter: Parameter::new(name, shape).dtype(known),
            field: (module.to_string(), field.to_string()),
        });
    }

    /// In the order of the module, with readings where its types tell.
    pub(crate) fn parameters(self) -> Vec<Parameter> {
        let shapes: HashMap<String, Vec<usize>> = self
            .found
            .iter()
            .map(|Found { parameter, .. }| {
                (parameter.name().to_string(), parameter.shape().to_vec())
            })
            .collect();
        let found = self.found.into_iter();
        found
            .map(
                |Found {
                     parameter,
                     field: (module, field),
                 }| {
                    let bias = parameter.name().strip_suffix("weight");
                    let bias = bias.and_then(|module| shapes.get(&format!("{module}bias")));
                    let bias = bias.and_then(|shape| shape.first().copied());
                    match reading(&module, &field, parameter.shape(), bias) {
                        Some(reading) => parameter.reading(reading),
                        None => parameter,
                    }
                },
            )
            .collect()
    }
}

/// Whether a pattern ends in that name.
fn names(recipe: &Recipe, field: &str) -> bool {
    let mut patterns = recipe.rules().flat_map(Rule::patterns);
    patterns.any(|pattern| pattern.rsplit('.').next() == Some(field))
}

impl ModuleVisitor for Noted<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let seen = Seen::of(param);
        self.note(&seen.shape, seen.dtype);
    }

    fn visit_int<const D: usize>(&mut self, param: &Param<Tensor<D, Int>>) {
        self.note(param.lazy_shape().as_slice(), param.base().dtype());
    }

    fn visit_bool<const D: usize>(&mut self, param: &Param<Tensor<D, Bool>>) {
        self.note(param.lazy_shape().as_slice(), param.base().dtype());
    }
}
