//! Weights of complex numbers: two real draws of half the variance.

use std::fmt;

use ndarray::{Array, ArrayRef, Dimension, IxDyn};
use num_complex::Complex;

use crate::check::Report;
use crate::engine::Element;
use crate::error::{InitError, TooLarge};
use crate::filler::Filler;
use crate::key::Key;
use crate::num::memory::room_for;
use crate::scheme::{Scaled, Scheme};
use crate::weight::{IntoRegion, IntoWeight, Weight};

/// A tensor of complex numbers, as a [`Filler`] is one of real numbers: real and imaginary parts are what a
/// scheme draws with half its variance, under the keys `key.child("re")` and `key.child("im")`.
///
/// - For a scheme around 0 of variance `v`, `E |w|^2 = v`: `HeNormal` keeps `E |w|^2 = 2 / fan_in`. Of a normal
///   law the modulus has Rayleigh's law of parameter `sqrt(v / 2)`, and the phase is uniform: what Trabelsi et al.
///   draw. A mean `m` becomes `(m + i m) / sqrt(2)`.
/// - Draws depend on the key and the flat index alone, and regions are slices of the whole, as those of a filler.
/// - A law whose values are not independent is refused: real and imaginary orthogonal matrices do not make a unitary
///   one.
/// - The elements are [`num_complex::Complex`], as ndarray has them. [`real`](ComplexFiller::real) and
///   [`imaginary`](ComplexFiller::imaginary) are fillers of their own, for tensors that store them apart.
///
/// ```
/// use fanin::{ComplexFiller, HeNormal, Key};
/// use ndarray::{Array2, s};
/// use num_complex::Complex;
///
/// let filler = ComplexFiller::new(HeNormal, Key::from_seed(0), (300, 200))?;
/// let w: Array2<Complex<f32>> = filler.array()?;
/// let second_moment = w.mapv(|w| f64::from(w.norm_sqr())).mean().unwrap();
/// // 60,000 squares of Rayleigh's law: one standard error is 1 / sqrt(60,000) = 0.4 %.
/// assert!((second_moment * 200.0 / 2.0 - 1.0).abs() < 0.02);
/// let rows: Array2<Complex<f32>> = filler.region((7..9, ..))?;
/// assert_eq!(rows, w.slice(s![7..9, ..]));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// C. Trabelsi et al., "Deep complex networks", ICLR 2018 (arXiv:1705.09792), section 3.6.
pub struct ComplexFiller<D = IxDyn> {
    real: Filler<D>,
    imaginary: Filler<D>,
}

impl<D: Dimension> ComplexFiller<D> {
    /// What `scheme` has for a weight under a key.
    ///
    /// # Errors
    ///
    /// As [`Initializer::filler`](crate::Initializer::filler); and [`InitError::NotIndependent`] for a law that
    /// is not element-wise.
    pub fn new<S, W>(scheme: S, key: Key, weight: W) -> Result<Self, InitError>
    where
        S: Scheme,
        W: IntoWeight<Dim = D>,
    {
        let weight = weight.into_weight()?;
        let half = Scaled::new(scheme, 0.5)?;
        let real = Filler::new(&half, key.child("re"), weight.clone())?;
        is_elementwise(&half, &weight)?;
        let imaginary = Filler::new(&half, key.child("im"), weight)?;
        Ok(ComplexFiller { real, imaginary })
    }

    /// The real parts.
    pub const fn real(&self) -> &Filler<D> {
        &self.real
    }

    /// The imaginary parts.
    pub const fn imaginary(&self) -> &Filler<D> {
        &self.imaginary
    }

    /// The whole as a new array, in row-major order.
    ///
    /// # Errors
    ///
    /// As [`Filler::array`].
    pub fn array<F: Element>(&self) -> Result<Array<Complex<F>, D>, InitError> {
        self.has_room::<F>(self.real.weight().len())?;
        let real = self.real.array::<F>()?;
        complex(real, |array| {
            self.imaginary
                .fill(&mut array.view_mut().split_complex().im)
        })
    }

    /// Part of it as a new array.
    ///
    /// # Errors
    ///
    /// As [`Filler::region`].
    pub fn region<F: Element, G: IntoRegion + Clone>(
        &self,
        region: G,
    ) -> Result<Array<Complex<F>, G::Dim>, InitError> {
        let real = self.real.region::<F, G>(region.clone())?;
        self.has_room::<F>(real.len() as u64)?;
        complex(real, |array| {
            let imaginary = &mut array.view_mut().split_complex().im;
            self.imaginary.fill_region(region, imaginary)
        })
    }

    /// Fills an array of any memory order with the whole.
    ///
    /// # Errors
    ///
    /// As [`Filler::fill`].
    pub fn fill<F: Element, E: Dimension>(
        &self,
        array: &mut ArrayRef<Complex<F>, E>,
    ) -> Result<(), InitError> {
        let mut parts = array.view_mut().split_complex();
        self.real.fill(&mut parts.re)?;
        self.imaginary.fill(&mut parts.im)
    }

    /// Whether real and imaginary parts of an array are what the scheme draws: see [`Filler::check`]. That they
    /// are independent of each other is not looked at.
    ///
    /// # Errors
    ///
    /// As [`Filler::check`].
    pub fn check<F: Element, E: Dimension>(
        &self,
        array: &ArrayRef<Complex<F>, E>,
    ) -> Result<[Report; 2], InitError> {
        let parts = array.view().split_complex();
        Ok([
            self.real.check(&parts.re)?,
            self.imaginary.check(&parts.im)?,
        ])
    }

    /// Whether there is room for complex numbers beside their real parts.
    fn has_room<F>(&self, len: u64) -> Result<(), InitError> {
        let bytes = len.saturating_mul(3 * size_of::<F>() as u64);
        if room_for(bytes) {
            Ok(())
        } else {
            Err(TooLarge::no_room(bytes, 0).error(self.real.weight().shape()))
        }
    }
}

/// Whether a scheme's values are independent.
fn is_elementwise(scheme: &dyn Scheme, weight: &Weight) -> Result<(), InitError> {
    for part in weight.parts().filter(|part| !part.is_empty()) {
        let law = scheme.law(part)?;
        if !law.is_elementwise() {
            return Err(InitError::NotIndependent {
                what: "a complex weight of two real ones",
                law: law.to_string(),
                rule: "draw real and imaginary parts by fillers of their own, if that is what is meant",
            });
        }
    }
    Ok(())
}

/// Complex numbers of their real parts, with what writes the imaginary ones.
fn complex<F: Element, D: Dimension>(
    real: Array<F, D>,
    imaginary: impl FnOnce(&mut Array<Complex<F>, D>) -> Result<(), InitError>,
) -> Result<Array<Complex<F>, D>, InitError> {
    let mut array = real.mapv(|real| Complex::new(real, F::zero()));
    drop(real);
    imaginary(&mut array)?;
    Ok(array)
}

impl<D> fmt::Debug for ComplexFiller<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ComplexFiller")
            .field("real", &self.real)
            .field("imaginary", &self.imaginary)
            .finish()
    }
}
