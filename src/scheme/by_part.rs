//! A scheme for each part.

use std::fmt;
use std::sync::Arc;

use super::scheme::deeper;
use super::spelled::{self, Spelled, Spelling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A scheme for each part of a weight: the first scheme is that of part 0.
///
/// Parts are those of a [`Fused`](crate::Fused) layer, of an
/// [axis with parts](crate::Axis::OutputParts), or of a [reading](crate::Reading) that has some. There must
/// be one scheme for each part, in the order of [`Weight::parts`]. Every scheme sees its own part:
/// its shape and its fans.
///
/// ```
/// use fanin::{ByPart, Initializer, IntoWeight, Key, Orthogonal, Zeros};
/// use ndarray::{Array2, s};
///
/// // Queries and keys are orthogonal, values start at 0.
/// let scheme = ByPart::new().part(Orthogonal).part(Orthogonal).part(Zeros);
/// let w: Array2<f32> = scheme.init_keyed(Key::from_seed(0), (192, 64).read("(3 o) i"))?;
/// assert!(w.slice(s![..128, ..]).iter().all(|&x| x != 0.0));
/// assert!(w.slice(s![128.., ..]).iter().all(|&x| x == 0.0));
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// Rows of zeros are parts, too: an embedding of 1282 rows whose row 1280 is for padding is
/// `(1282, 16).read("([1280 1 1] o) i")`, with [`Zeros`](crate::Zeros) for the second of three parts. Each
/// part has its own draws.
///
/// Collect schemes that are already in a list: `[Arc::new(..), ..].into_iter().collect::<ByPart>()`.
#[derive(Clone, Default)]
pub struct ByPart {
    schemes: Vec<Arc<dyn Scheme>>,
}

impl ByPart {
    /// A `ByPart` without schemes: add them with [`part`](ByPart::part).
    #[must_use]
    pub fn new() -> Self {
        ByPart::default()
    }

    /// Adds a scheme for the next part.
    #[must_use]
    pub fn part(mut self, scheme: impl Scheme + 'static) -> Self {
        // Not kept, since what is very deep cannot be dropped either.
        self.schemes.push(match deeper(scheme.depth()) {
            Ok(_) => Arc::new(scheme),
            Err(error) => Arc::new(TooDeep(error)),
        });
        self
    }

    /// The schemes, in the order of the parts.
    #[must_use]
    pub fn schemes(&self) -> &[Arc<dyn Scheme>] {
        &self.schemes
    }
}

impl<S: Scheme + 'static> FromIterator<S> for ByPart {
    fn from_iter<I: IntoIterator<Item = S>>(schemes: I) -> Self {
        schemes.into_iter().fold(ByPart::new(), ByPart::part)
    }
}

impl Scheme for ByPart {
    /// # Errors
    ///
    /// [`InitError::Unsuited`] for a weight that is not part of another; [`InitError::PartCount`] if the numbers
    /// of schemes and of parts differ; [`InitError::InvalidParameter`] for a part with 32 schemes within each
    /// other; and the errors of the scheme for its part.
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let Some((number, parts)) = weight.part() else {
            return Err(InitError::Unsuited {
                scheme: "ByPart",
                reading: weight.reading().to_string(),
                rule: "it has a scheme for each part of a weight, and this one has no parts: say where \
                       they are with a reading, as .read(\"(3 o) i\"), or use one scheme",
            });
        };
        match self.schemes.get(number) {
            Some(scheme) if self.schemes.len() == parts => scheme.law(weight),
            _ => Err(InitError::PartCount {
                schemes: self.schemes.len(),
                parts,
                reading: weight.reading().to_string(),
            }),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn depth(&self) -> usize {
        let depths = self.schemes.iter().map(Scheme::depth);
        depths.max().unwrap_or(0) + 1
    }
}

/// Stands for a scheme that holds too many within each other.
#[derive(Debug)]
struct TooDeep(InitError);

impl Scheme for TooDeep {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Err(self.0.clone())
    }
}

impl fmt::Debug for ByPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByPart::new()")?;
        for scheme in &self.schemes {
            write!(f, ".part({scheme:?})")?;
        }
        Ok(())
    }
}

impl Spelled for ByPart {
    const NAME: &'static str = "by_part";

    fn arguments(&self, call: &mut Spelling) {
        for scheme in &self.schemes {
            call.value(scheme.text());
        }
    }
}

spelled::display!(ByPart);
