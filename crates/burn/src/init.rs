//! Modules, initialised.

use burn_core::module::Module;
use fanin::{Key, Parameter, Recipe};

use crate::error::BurnError;
use crate::map::Give;
use crate::visit::Noted;

/// Initialises a module: each parameter by the rule that decides its name, under the key `key.child(name)`. See
/// [the crate](crate#how-a-module-is-initialised).
///
/// # Errors
///
/// [`BurnError::Faults`] with everything that is wrong, before anything is drawn; a clone of the module is then as it was,
/// and what was lazy still is. [`BurnError::Draw`] where there is no room.
pub fn init<M: Module>(module: M, recipe: &Recipe, key: &Key) -> Result<M, BurnError> {
    let mut noted = Noted::new(recipe);
    module.visit(&mut noted);
    let faults = std::mem::take(&mut noted.faults);
    let plan = match recipe.plan(key, noted.parameters()) {
        Ok(plan) if faults.is_empty() => plan,
        plan => {
            return Err(BurnError::Faults {
                parameters: faults,
                plan: plan.err(),
            });
        }
    };
    let mut give = Give::new(&plan);
    let module = module.map(&mut give);
    match give.error {
        Some(error) => Err(error),
        None => Ok(module),
    }
}

/// The names, shapes and element types of a module's parameters, in its order, each with the
/// [reading](Parameter::reading) that its type has. Nothing is initialised. [`Recipe::plan`] takes them, and the plan
/// prints as a table.
///
/// The recipe decides whether running means and variances are among them, and nothing else.
///
/// ```
/// use burn_core::tensor::Device;
/// use burn_nn::LinearConfig;
/// use fanin::{HeNormal, Key, Recipe, Rule};
///
/// let linear = LinearConfig::new(784, 256).with_bias(false).init(&Device::flex());
/// let recipe = Recipe::new().rule(Rule::new("weight", HeNormal));
/// let parameters = fanin_burn::parameters(&linear, &recipe)?;
/// let plan = recipe.plan(&Key::from_seed(42), parameters)?;
/// assert_eq!(plan.get("weight").unwrap().weight().to_string(), "[784, 256] as i o: fan_in 784, fan_out 256");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`BurnError::Faults`] with all parameters of which nothing can be drawn.
pub fn parameters<M: Module>(module: &M, recipe: &Recipe) -> Result<Vec<Parameter>, BurnError> {
    let mut noted = Noted::new(recipe);
    module.visit(&mut noted);
    if noted.faults.is_empty() {
        return Ok(noted.parameters());
    }
    Err(BurnError::Faults {
        parameters: noted.faults,
        plan: None,
    })
}
