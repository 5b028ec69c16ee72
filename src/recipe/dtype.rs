//! Types of elements, by their names in checkpoints.

use std::fmt;
use std::str::FromStr;

use crate::error::{InitError, TextProblem};
use crate::syntax::{Fault, nearest};

/// The type of a parameter's elements, as checkpoints name it.
///
/// It prints as `f32`, `bf16` or `i64`; names of PyTorch and NumPy (`float32`, `bfloat16`) and of safetensors
/// (`F32`, `BF16`) are read, too. Every type can be planned; `f16` and `bf16` are drawn with the feature `half`.
///
/// ```
/// use fanin::{Dtype, InitError};
///
/// let bf16: Dtype = "BF16".parse()?;
/// assert_eq!((bf16, bf16.size()), (Dtype::Bf16, 2));
/// assert_eq!("float32".parse::<Dtype>()?.to_string(), "f32");
/// let error = "flaot32".parse::<Dtype>().unwrap_err();
/// assert!(error.to_string().ends_with("there is no element type of this name; the nearest is float32"));
/// # Ok::<(), InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Dtype {
    /// IEEE 754, 64 bits.
    F64,
    /// IEEE 754, 32 bits.
    #[default]
    F32,
    /// IEEE 754, 16 bits.
    F16,
    /// The upper 16 bits of an `f32`.
    Bf16,
    /// Integers of 8 bits.
    I8,
    /// Integers of 16 bits.
    I16,
    /// Integers of 32 bits.
    I32,
    /// Integers of 64 bits.
    I64,
    /// Integers of 8 bits, not negative.
    U8,
    /// Integers of 16 bits, not negative.
    U16,
    /// Integers of 32 bits, not negative.
    U32,
    /// Integers of 64 bits, not negative.
    U64,
    /// A byte that is 0 or 1.
    Bool,
}

/// Each with its name, and with other spellings of it in lower case.
const NAMES: [(Dtype, &str, &[&str]); 13] = [
    (Dtype::F64, "f64", &["float64", "double"]),
    (Dtype::F32, "f32", &["float32", "float"]),
    (Dtype::F16, "f16", &["float16", "half"]),
    (Dtype::Bf16, "bf16", &["bfloat16"]),
    (Dtype::I8, "i8", &["int8"]),
    (Dtype::I16, "i16", &["int16"]),
    (Dtype::I32, "i32", &["int32"]),
    (Dtype::I64, "i64", &["int64"]),
    (Dtype::U8, "u8", &["uint8"]),
    (Dtype::U16, "u16", &["uint16"]),
    (Dtype::U32, "u32", &["uint32"]),
    (Dtype::U64, "u64", &["uint64"]),
    (Dtype::Bool, "bool", &[]),
];

impl Dtype {
    /// Bytes of an element.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Dtype::F64 | Dtype::I64 | Dtype::U64 => 8,
            Dtype::F32 | Dtype::I32 | Dtype::U32 => 4,
            Dtype::F16 | Dtype::Bf16 | Dtype::I16 | Dtype::U16 => 2,
            Dtype::I8 | Dtype::U8 | Dtype::Bool => 1,
        }
    }

    /// Whether its numbers are floats, which any law may be drawn in.
    #[must_use]
    pub const fn is_float(self) -> bool {
        matches!(self, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::Bf16)
    }

    /// The least and the greatest number, of a type of integers.
    pub(super) const fn limits(self) -> Option<(i128, i128)> {
        Some(match self {
            Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::Bf16 => return None,
            Dtype::I8 => (i8::MIN as i128, i8::MAX as i128),
            Dtype::I16 => (i16::MIN as i128, i16::MAX as i128),
            Dtype::I32 => (i32::MIN as i128, i32::MAX as i128),
            Dtype::I64 => (i64::MIN as i128, i64::MAX as i128),
            Dtype::U8 => (0, u8::MAX as i128),
            Dtype::U16 => (0, u16::MAX as i128),
            Dtype::U32 => (0, u32::MAX as i128),
            Dtype::U64 => (0, u64::MAX as i128),
            Dtype::Bool => (0, 1),
        })
    }
}

/// What `FromStr` reads.
impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = NAMES.iter().find(|(dtype, ..)| dtype == self);
        f.pad(own.map_or("", |(_, name, _)| name))
    }
}

/// Upper case is as good as lower.
impl FromStr for Dtype {
    type Err = InitError;

    fn from_str(text: &str) -> Result<Self, InitError> {
        let lower = text.to_ascii_lowercase();
        let is_own = |name: &str, others: &[&str]| name == lower || others.contains(&&*lower);
        let own = NAMES.iter().find(|(_, name, others)| is_own(name, others));
        own.map(|(dtype, ..)| *dtype).ok_or_else(|| {
            let names = NAMES.iter();
            let names = names.flat_map(|(_, name, others)| others.iter().chain([name]).copied());
            let problem = TextProblem::UnknownName {
                kind: "element type",
                nearest: nearest(text, names),
            };
            Fault::new(0..text.len(), problem).in_text(text)
        })
    }
}
