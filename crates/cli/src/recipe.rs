//! A recipe by its path or name, and what it plans.

use std::fs;
use std::path::{Path, PathBuf};

use fanin::{Dtype, Key, Parameter, Plan, PlanError, Recipe};

use crate::args::Chosen;
use crate::failure::Failure;

/// A recipe with its variables set.
pub(crate) struct Loaded {
    what: String,
    recipe: Recipe,
}

/// Reads a recipe: a path has a separator or ends in `.toml`, and anything else is a name.
pub(crate) fn load(chosen: &Chosen) -> Result<Loaded, Failure> {
    let given = &chosen.recipe;
    let path = PathBuf::from(given);
    let is_path = path.components().count() > 1 || given.ends_with(".toml") || path.is_file();
    let refused = |error| Failure::Plan {
        what: format!("recipe {given}"),
        error,
    };
    let mut recipe = match is_path {
        true => from_file(&path)?.map_err(refused)?,
        false => Recipe::named(given).map_err(refused)?,
    };
    for (name, value) in &chosen.set {
        recipe = recipe.set(name, *value);
    }
    Ok(Loaded {
        what: given.clone(),
        recipe,
    })
}

fn from_file(path: &Path) -> Result<Result<Recipe, PlanError>, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Recipe {
        path: path.to_path_buf(),
        source,
    })?;
    Ok(Recipe::from_toml(&text))
}

impl Loaded {
    fn refused(&self, error: PlanError) -> Failure {
        Failure::Plan {
            what: format!("recipe {}", self.what),
            error,
        }
    }

    /// The names, shapes and types of its model.
    pub(crate) fn parameters(&self, dtype: Option<Dtype>) -> Result<Vec<Parameter>, Failure> {
        let dtype = dtype.unwrap_or(Dtype::F32);
        self.recipe
            .parameters_of(dtype)
            .map_err(|error| self.refused(error))
    }

    /// The plan for some parameters.
    pub(crate) fn plan(&self, key: &Key, parameters: Vec<Parameter>) -> Result<Plan, Failure> {
        self.recipe
            .plan(key, parameters)
            .map_err(|error| self.refused(error))
    }

    /// The plan for the model of a source, or the recipe's own, in a type of floats.
    pub(crate) fn plan_like(
        &self,
        key: &Key,
        like: Option<&Path>,
        dtype: Option<Dtype>,
    ) -> Result<Plan, Failure> {
        let Some(like) = like else {
            return self.plan(key, self.parameters(dtype)?);
        };
        let parameters = fanin_safetensors::parameters(like)?.into_iter();
        let parameters = parameters.map(|parameter| match dtype {
            Some(dtype) if parameter.element_type().is_float() => parameter.dtype(dtype),
            _ => parameter,
        });
        self.plan(key, parameters.collect())
    }
}
