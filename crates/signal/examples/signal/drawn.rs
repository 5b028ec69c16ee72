//! Layers whose weights exist only while they are used: a hundred layers of a thousand units need no
//! more memory than one.

use fanin::{InitError, Initializer, Key, Nonlinearity, Scheme};
use fanin_signal::{Differentiable, Pass, SignalError};
use ndarray::{Array2, ArrayView2};

/// A dense layer `[width, width]` without a bias, whose weight is drawn anew for every pass. A key gives
/// the same weight each time.
pub(crate) struct Drawn<'a> {
    pub(crate) scheme: &'a dyn Scheme,
    pub(crate) key: Key,
    pub(crate) width: usize,
    pub(crate) activation: &'a dyn Nonlinearity,
}

impl Drawn<'_> {
    fn weight(&self) -> Result<Array2<f32>, InitError> {
        self.scheme
            .init_keyed(self.key.clone(), (self.width, self.width))
    }
}

impl Differentiable for Drawn<'_> {
    fn forward(&self, input: ArrayView2<'_, f64>) -> Result<Pass, SignalError> {
        let (input, scale) = narrow(input);
        let z = input.dot(&self.weight()?.t());
        let z = z.mapv(|z| f64::from(z) * scale);
        Ok(Pass::activated(z, self.activation))
    }

    fn backward(
        &self,
        input: ArrayView2<'_, f64>,
        pass: &Pass,
        gradient: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, SignalError> {
        let slopes = pass.slopes().unwrap_or(input);
        let (gradient, scale) = narrow((&gradient * &slopes).view());
        let gradient = gradient.dot(&self.weight()?);
        Ok(gradient.mapv(|value| f64::from(value) * scale))
    }

    fn name(&self) -> String {
        format!("{:?}", self.activation)
    }
}

/// In `f32`, which products are faster in, and of size 1, so that a signal can vanish and explode
/// beyond its range.
fn narrow(values: ArrayView2<'_, f64>) -> (Array2<f32>, f64) {
    let size = values.fold(0.0_f64, |size, value| size.max(value.abs()));
    let scale = if size > 0.0 { size } else { 1.0 };
    (values.mapv(|value| (value / scale) as f32), scale)
}
