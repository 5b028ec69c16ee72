//! Sinusoids of positions.

use std::fmt;

use super::spelled::{self, Spelled, Spelling};
use crate::error::{InitError, TooLarge, non_negative};
use crate::law::Law;
use crate::num::functions::in_f64;
use crate::num::memory::room_for;
use crate::scheme::Scheme;
use crate::weight::Weight;
use crate::word::Waves;

/// Sines and cosines of positions, at frequencies that fall off geometrically: the position embedding of
/// Transformers that is not trained. A weight is `[.., positions, channels]`; what comes before these two axes
/// repeats them.
///
/// With `d` channels, `i` from 0 to `d / 2 - 1`, and the longest period `2 pi P` of the two sources:
///
/// | [`Waves`] | frequency `i` | channels |
/// |---|---|---|
/// | `Interleaved` (Vaswani et al.) | `P^(-2 i / d)` | sine in `2 i`, cosine in `2 i + 1` |
/// | `Halves` (Whisper, tensor2tensor, fairseq) | `P^(-i / (d / 2 - 1))` | sine in `i`, cosine in `d / 2 + i` |
///
/// - `P` is 10,000 unless [`max_period`](Sinusoids::max_period) says otherwise.
/// - The number of channels is even; for `Halves` it is at least 4.
/// - Computed in `f64` with functions of `docs/stream.md`, to 1e-16 by the position, and rounded once: values are
///   the same on every machine.
/// - Frameworks compute angles in `f32`: the check accepts what is up to `1e-6 + 3e-7 p` off for `p` positions,
///   or as far as [`tolerance`](Sinusoids::tolerance) says.
///
/// ```
/// use fanin::{Initializer, Key, Sinusoids, Waves};
/// use ndarray::Array2;
///
/// let whisper = Sinusoids::new(Waves::Halves);
/// let w: Array2<f32> = whisper.init_keyed(Key::from_seed(0), (1500, 384))?;
/// assert_eq!((w[[0, 0]], w[[0, 192]]), (0.0, 1.0));
/// assert_eq!((w[[1, 0]], w[[1, 192]]), (1.0_f32.sin(), 1.0_f32.cos()));
/// assert_eq!(w[[1499, 191]], 0.149_339_26); // sin(1499 / 10000)
/// assert_eq!(whisper.to_string(), "sinusoids(layout=halves)");
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.5. A. Radford et al., "Robust speech
/// recognition via large-scale weak supervision", 2022: `sinusoids` in the code of Whisper.
#[derive(Clone, Copy, PartialEq)]
pub struct Sinusoids {
    waves: Waves,
    max_period: f64,
    tolerance: Option<f64>,
}

/// The longest period by default, in units of 2 pi.
const PERIOD: f64 = 10_000.0;

impl Sinusoids {
    /// With channels in that order.
    #[must_use]
    pub const fn new(waves: Waves) -> Self {
        Sinusoids {
            waves,
            max_period: PERIOD,
            tolerance: None,
        }
    }

    /// The same with another longest period, in units of 2 pi positions.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless it is at least 1 and at most 1e15.
    pub fn max_period(mut self, max_period: f64) -> Result<Self, InitError> {
        if !(1.0..=1e15).contains(&max_period) {
            return Err(InitError::InvalidParameter {
                name: "max_period",
                value: max_period,
                rule: "from 1 to 1e15",
            });
        }
        self.max_period = max_period;
        Ok(self)
    }

    /// The same where the check accepts values as far from these, beside rounding. What is drawn does not
    /// change.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if it is negative, NaN or infinite.
    pub fn tolerance(mut self, distance: f64) -> Result<Self, InitError> {
        self.tolerance = Some(non_negative("tolerance", distance)?);
        Ok(self)
    }

    /// The frequencies, in turns by position.
    fn frequencies(&self, half: usize) -> Vec<f64> {
        let steps = match self.waves {
            Waves::Interleaved => half as f64,
            Waves::Halves => half as f64 - 1.0,
        };
        let fall = in_f64::ln(self.max_period) / steps;
        let turns = |i: usize| in_f64::exp(-(fall * i as f64)) / (2.0 * std::f64::consts::PI);
        (0..half).map(turns).collect()
    }
}

impl Scheme for Sinusoids {
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] for fewer than two axes, or a number of channels that is odd or too
    /// small; [`InitError::TooLarge`] without room for 8 bytes a value.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let &[.., positions, channels] = weight.shape() else {
            return Err(InitError::InvalidParameter {
                name: "number of axes",
                value: weight.shape().len() as f64,
                rule: "at least 2 for Sinusoids: positions and channels",
            });
        };
        if weight.is_empty() {
            return Law::constant(0.0);
        }
        let (least, rule) = match self.waves {
            Waves::Interleaved => (2, "even, for a sine and a cosine each"),
            Waves::Halves => (4, "even and at least 4, since d / 2 - 1 is a divisor"),
        };
        if channels % 2 != 0 || channels < least {
            return Err(InitError::InvalidParameter {
                name: "number of channels",
                value: channels as f64,
                rule,
            });
        }
        let bytes = (positions as u64).saturating_mul(channels as u64);
        let bytes = bytes.saturating_mul(size_of::<f64>() as u64);
        if !room_for(bytes) {
            return Err(TooLarge::no_room(0, bytes).error(weight.shape()));
        }
        let half = channels / 2;
        let frequencies = self.frequencies(half);
        let mut values = vec![0.0; positions * channels];
        for (position, row) in values.chunks_exact_mut(channels).enumerate() {
            for (i, frequency) in frequencies.iter().enumerate() {
                let (sin, cos) = in_f64::sin_cos_of_turns(position as f64 * frequency);
                let (at_sin, at_cos) = match self.waves {
                    Waves::Interleaved => (2 * i, 2 * i + 1),
                    Waves::Halves => (i, half + i),
                };
                (row[at_sin], row[at_cos]) = (sin, cos);
            }
        }
        let tolerance = self.tolerance.unwrap_or(1e-6 + 3e-7 * positions as f64);
        Law::table(weight, values.into(), 1, tolerance)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Debug for Sinusoids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sinusoids::new(Waves::{:?})", self.waves)?;
        if self.max_period != PERIOD {
            write!(f, ".max_period({:?})", self.max_period)?;
        }
        if let Some(tolerance) = self.tolerance {
            write!(f, ".tolerance({tolerance:?})")?;
        }
        Ok(())
    }
}

impl Spelled for Sinusoids {
    const NAME: &'static str = "sinusoids";

    fn arguments(&self, call: &mut Spelling) {
        call.number_unless(PERIOD, "max_period", self.max_period);
        call.named("layout", self.waves);
        if let Some(tolerance) = self.tolerance {
            call.number("tolerance", tolerance);
        }
    }
}

spelled::display!(Sinusoids);
