//! Layers as functions of a batch.

use std::fmt;

use fanin::Nonlinearity;
use ndarray::{Array2, ArrayView2};

use crate::SignalError;

/// A layer of any kind, as a function of a batch, for [`measure`](crate::measure).
///
/// Batches are `[examples, values]`; a layer with more axes flattens them. Implement it for a
/// custom layer, or use [`from_fn`]. [`DenseLayer`](crate::DenseLayer) is the dense layer.
///
/// The trait is object-safe, and implemented for `&L` and `Box<L>`.
pub trait Differentiable {
    /// Sends a batch through: `[examples, inputs]` to `[examples, outputs]`.
    ///
    /// # Errors
    ///
    /// [`SignalError::LayerMismatch`] for a batch of another width.
    fn forward(&self, input: ArrayView2<'_, f64>) -> Result<Pass, SignalError>;

    /// The vector-Jacobian product: from the gradient in the output, `[examples, outputs]`, that in
    /// the input, `[examples, inputs]`, at the input that `pass` was made from.
    ///
    /// # Errors
    ///
    /// [`SignalError::LayerMismatch`] for shapes that do not belong together.
    fn backward(
        &self,
        input: ArrayView2<'_, f64>,
        pass: &Pass,
        gradient: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, SignalError>;

    /// The layer's name in the report; empty by default.
    fn name(&self) -> String {
        String::new()
    }
}

/// The result of sending a batch through a layer.
#[derive(Clone, Debug)]
pub struct Pass {
    output: Array2<f64>,
    /// Pre-activations and the slopes there.
    activation: Option<(Array2<f64>, Array2<f64>)>,
}

impl Pass {
    /// An output, `[examples, outputs]`, without pre-activations or slopes.
    #[must_use]
    pub fn new(output: Array2<f64>) -> Self {
        Pass {
            output,
            activation: None,
        }
    }

    /// The output of an activation for pre-activations, `[examples, outputs]`.
    #[must_use]
    pub fn activated(preactivation: Array2<f64>, activation: &dyn Nonlinearity) -> Self {
        let output = preactivation.mapv(|z| activation.value(z));
        let slopes = preactivation.mapv(|z| activation.derivative(z));
        Pass {
            output,
            activation: Some((preactivation, slopes)),
        }
    }

    /// The layer's output, which is the input of the next layer.
    #[must_use]
    pub fn output(&self) -> ArrayView2<'_, f64> {
        self.output.view()
    }

    /// The pre-activations, if they are known.
    #[must_use]
    pub fn preactivation(&self) -> Option<ArrayView2<'_, f64>> {
        self.activation.as_ref().map(|(z, _)| z.view())
    }

    /// The activation's derivative there, if that is known.
    #[must_use]
    pub fn slopes(&self) -> Option<ArrayView2<'_, f64>> {
        self.activation.as_ref().map(|(_, slopes)| slopes.view())
    }
}

impl<L: Differentiable + ?Sized> Differentiable for &L {
    fn forward(&self, input: ArrayView2<'_, f64>) -> Result<Pass, SignalError> {
        (**self).forward(input)
    }

    fn backward(
        &self,
        input: ArrayView2<'_, f64>,
        pass: &Pass,
        gradient: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, SignalError> {
        (**self).backward(input, pass, gradient)
    }

    fn name(&self) -> String {
        (**self).name()
    }
}

impl<L: Differentiable + ?Sized> Differentiable for Box<L> {
    fn forward(&self, input: ArrayView2<'_, f64>) -> Result<Pass, SignalError> {
        (**self).forward(input)
    }

    fn backward(
        &self,
        input: ArrayView2<'_, f64>,
        pass: &Pass,
        gradient: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, SignalError> {
        (**self).backward(input, pass, gradient)
    }

    fn name(&self) -> String {
        (**self).name()
    }
}

/// Two closures as a [`Differentiable`]: see [`from_fn`].
#[derive(Clone)]
pub struct FromFn<F, B> {
    name: String,
    forward: F,
    backward: B,
}

/// A layer from a function of a batch, and its vector-Jacobian product as a function of that batch and
/// the gradient in the output. The name is for the report.
///
/// ```
/// use fanin::Key;
/// use fanin_signal::{from_fn, measure};
/// use ndarray::{Array2, ArrayView2, array};
///
/// // A custom residual branch: y = x + x^3 / 10.
/// let cubic = from_fn(
///     "cubic",
///     |x: ArrayView2<f64>| x.mapv(|x| x + x * x * x / 10.0),
///     |x: ArrayView2<f64>, gradient: ArrayView2<f64>| &gradient * &x.mapv(|x| 1.0 + 0.3 * x * x),
/// );
/// let batch: Array2<f64> = array![[1.0, -1.0], [2.0, 0.0]];
/// let report = measure(&[&cubic, &cubic], batch.view(), &Key::from_seed(0))?;
/// assert!((report.layers()[0].preactivation_second_moment - (2.0 * 1.1 * 1.1 + 2.8 * 2.8) / 4.0).abs() < 1e-12);
/// # Ok::<(), fanin_signal::SignalError>(())
/// ```
pub fn from_fn<F, B>(name: impl Into<String>, forward: F, backward: B) -> FromFn<F, B>
where
    F: Fn(ArrayView2<'_, f64>) -> Array2<f64>,
    B: Fn(ArrayView2<'_, f64>, ArrayView2<'_, f64>) -> Array2<f64>,
{
    FromFn {
        name: name.into(),
        forward,
        backward,
    }
}

impl<F, B> Differentiable for FromFn<F, B>
where
    F: Fn(ArrayView2<'_, f64>) -> Array2<f64>,
    B: Fn(ArrayView2<'_, f64>, ArrayView2<'_, f64>) -> Array2<f64>,
{
    fn forward(&self, input: ArrayView2<'_, f64>) -> Result<Pass, SignalError> {
        Ok(Pass::new((self.forward)(input)))
    }

    fn backward(
        &self,
        input: ArrayView2<'_, f64>,
        _: &Pass,
        gradient: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, SignalError> {
        Ok((self.backward)(input, gradient))
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl<F, B> fmt::Debug for FromFn<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "from_fn({:?}, .., ..)", self.name)
    }
}

/// That an array has the shape that it must have.
pub(crate) fn matches(
    what: &'static str,
    found: (usize, usize),
    expected: (usize, usize),
) -> Result<(), SignalError> {
    if found == expected {
        return Ok(());
    }
    Err(SignalError::LayerMismatch {
        layer: None,
        what,
        found: [found.0, found.1],
        expected: [expected.0, expected.1],
    })
}

/// The error of a layer, with its number.
pub(crate) fn at(layer: usize) -> impl Fn(SignalError) -> SignalError {
    move |error| match error {
        SignalError::LayerMismatch {
            layer: None,
            what,
            found,
            expected,
        } => SignalError::LayerMismatch {
            layer: Some(layer),
            what,
            found,
            expected,
        },
        other => other,
    }
}
