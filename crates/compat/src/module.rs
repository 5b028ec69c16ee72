//! A layer.

use fanin::{Element, InitError, Initializer as _, Key, TooLarge};
use ndarray::ArrayD;
use rand::Rng;

use crate::Parameter;

/// A framework's layer: its parameters, under the names that it gives them.
///
/// ```
/// use fanin_compat::{Module, pytorch};
/// use fanin::Key;
///
/// let lstm = pytorch::LSTM::new(40, 64);
/// let names: Vec<_> = lstm.parameters()?.iter().map(|p| p.name().to_string()).collect();
/// assert_eq!(names, ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]);
///
/// let state = lstm.init_keyed::<f32>(Key::from_seed(0).child("lstm"))?;
/// assert_eq!(state[1].1.shape(), [256, 64]);
/// # Ok::<(), fanin::InitError>(())
/// ```
pub trait Module {
    /// Every parameter, under the framework's names. The order is fixed, but it is not the
    /// framework's for every layer: match parameters by name.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] for arguments that do not go together, such as a number of
    /// channels that is not a multiple of the groups; [`InitError::TooLarge`] for a shape that no
    /// array can have.
    fn parameters(&self) -> Result<Vec<Parameter>, InitError>;

    /// The name and the values of every parameter, each drawn by [the child](Key::child) of the key
    /// that has its name.
    ///
    /// # Errors
    ///
    /// As [`parameters`](Module::parameters) and [`Parameter::init_keyed`].
    fn init_keyed<F: Element>(&self, key: Key) -> Result<Vec<(String, ArrayD<F>)>, InitError> {
        draw(&self.parameters()?, &key)
    }

    /// The same, from one key that is drawn from `rng`.
    ///
    /// # Errors
    ///
    /// As [`init_keyed`](Module::init_keyed).
    fn init<F: Element, R: Rng + ?Sized>(
        &self,
        rng: &mut R,
    ) -> Result<Vec<(String, ArrayD<F>)>, InitError> {
        let parameters = self.parameters()?;
        // A call that fails has drawn nothing.
        for parameter in &parameters {
            can_draw::<F>(parameter)?;
        }
        draw(&parameters, &Key::from_rng(rng))
    }
}

/// Whether a new array could be drawn, as far as can be known without drawing it.
fn can_draw<F: Element>(parameter: &Parameter) -> Result<(), InitError> {
    let weight = parameter.weight();
    parameter
        .scheme()
        .filler(Key::from_seed(0), weight)?
        .fits::<F>()?;
    // And whether there is room.
    let room = usize::try_from(weight.len());
    room.is_ok_and(|len| Vec::<F>::new().try_reserve_exact(len).is_ok())
        .then_some(())
        .ok_or_else(|| {
            let bytes = weight.len().saturating_mul(size_of::<F>() as u64);
            TooLarge::no_room(bytes, 0).error(weight.shape())
        })
}

fn draw<F: Element>(
    parameters: &[Parameter],
    key: &Key,
) -> Result<Vec<(String, ArrayD<F>)>, InitError> {
    let draw = |parameter: &Parameter| {
        let name = parameter.name().to_string();
        let values = parameter.init_keyed(key.child(&name))?;
        Ok((name, values))
    };
    parameters.iter().map(draw).collect()
}
