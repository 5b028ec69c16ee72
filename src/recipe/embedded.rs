//! The recipes of `recipes/`.

use super::fault::{Fault, PlanError, Problem};
use super::recipe::Recipe;
use crate::syntax::nearest;

/// Names, each with the text of the file that has it.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../recipes/", $name, ".toml")))),*]
    };
}

const RECIPES: &[(&str, &str)] = embedded![
    "bert",
    "convnext",
    "efficientnet",
    "gpt2",
    "llama",
    "mamba",
    "pytorch",
    "resnet",
    "t5",
    "vit",
    "whisper",
];

/// The names of the recipes that come with the crate, for [`Recipe::named`].
///
/// ```
/// assert!(fanin::recipes().any(|name| name == "gpt2"));
/// ```
#[must_use]
pub fn recipes() -> impl ExactSizeIterator<Item = &'static str> {
    RECIPES.iter().map(|(name, _)| *name)
}

impl Recipe {
    /// A recipe that comes with the crate, by its name: see [`recipes`](crate::recipes).
    ///
    /// ```
    /// use fanin::{Key, Recipe};
    ///
    /// let gpt2 = Recipe::named("gpt2")?;
    /// let plan = gpt2.plan(&Key::from_seed(42), gpt2.parameters()?)?;
    /// assert_eq!((plan.len(), plan.elements()), (148, 124_439_808));
    /// # Ok::<(), fanin::PlanError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError`] with the nearest names, if there is none of this name.
    pub fn named(name: &str) -> Result<Self, PlanError> {
        let Some((_, text)) = RECIPES.iter().find(|(own, _)| *own == name) else {
            let problem = Problem::Unknown {
                kind: "recipe",
                nearest: nearest(name, recipes()),
            };
            return Err(PlanError::new(vec![Fault::new(None, Some(name), problem)]));
        };
        Recipe::from_toml(text)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Recipe, recipes};
    use crate::key::Key;

    #[test]
    fn the_list_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
        let files = std::fs::read_dir(folder).unwrap();
        let mut files: Vec<String> = files
            .filter_map(|file| {
                let name = file.unwrap().file_name().into_string().unwrap();
                name.strip_suffix(".toml").map(ToString::to_string)
            })
            .collect();
        files.sort();
        assert!(recipes().eq(files.iter().map(String::as_str)), "{files:?}");
    }

    #[test]
    fn each_is_named_as_its_file_and_plans_its_own_model() {
        for name in recipes() {
            let recipe = Recipe::named(name).unwrap();
            assert_eq!(recipe.name(), Some(name));
            assert!(recipe.about().is_some(), "{name}");
            // Those of many architectures have no model of their own.
            let Ok(parameters) = recipe.parameters() else {
                assert!(recipe.model.is_empty(), "{name}");
                without.push(name);
                continue;
            };
            let plan = recipe.plan(&Key::from_seed(0), parameters).unwrap();
            assert!(plan.len() > 1, "{name}");
        }
        assert_eq!(without, ["convnext", "efficientnet", "pytorch", "resnet"]);
    }

    /// Counted from the libraries' own state dicts.
    #[test]
    fn the_models_are_the_published_ones() {
        for (name, tensors, elements) in [
            ("bert", 206, 110_106_428),
            ("gpt2", 148, 124_439_808),
            ("llama", 291, 6_738_415_616),
            ("mamba", 242, 129_135_360),
            ("t5", 131, 60_506_624),
            ("vit", 152, 86_567_656),
            ("whisper", 167, 37_760_640),
        ] {
            let parameters = Recipe::named(name).unwrap().parameters().unwrap();
            let count: u64 = parameters
                .iter()
                .map(|parameter| parameter.shape().iter().product::<usize>() as u64)
                .sum();
            assert_eq!((parameters.len(), count), (tensors, elements), "{name}");
        }
    }
}
