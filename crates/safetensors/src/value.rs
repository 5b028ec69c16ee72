//! Elements as bytes of a file, which are little-endian.

use fanin::Dtype;
use half::{bf16, f16};

/// An element that tensors of a checkpoint can have: the floats `f64`, `f32`, `f16` and `bf16`, and integers.
/// Those of `bool` are read as `u8`.
///
/// The trait is sealed.
pub trait Value: Copy + Send + Sync + sealed::Sealed {
    /// The types of which it is an element.
    const DTYPES: &'static [Dtype];
}

mod sealed {
    use zerocopy::{FromBytes, Immutable, IntoBytes};

    pub trait Sealed: Sized + FromBytes + IntoBytes + Immutable {
        /// With its bytes in the opposite order.
        fn swapped(self) -> Self;
    }
}

macro_rules! value {
    ($($kind:ty, [$($dtype:ident),+], |$value:ident| $swapped:expr;)*) => {
        $(
            impl Value for $kind {
                const DTYPES: &'static [Dtype] = &[$(Dtype::$dtype),+];
            }

            impl sealed::Sealed for $kind {
                fn swapped(self) -> Self {
                    let $value = self;
                    $swapped
                }
            }
        )*
    };
}

value! {
    f64, [F64], |x| f64::from_bits(x.to_bits().swap_bytes());
    f32, [F32], |x| f32::from_bits(x.to_bits().swap_bytes());
    f16, [F16], |x| f16::from_bits(x.to_bits().swap_bytes());
    bf16, [Bf16], |x| bf16::from_bits(x.to_bits().swap_bytes());
    i8, [I8], |x| x;
    i16, [I16], |x| x.swap_bytes();
    i32, [I32], |x| x.swap_bytes();
    i64, [I64], |x| x.swap_bytes();
    u8, [U8, Bool], |x| x;
    u16, [U16], |x| x.swap_bytes();
    u32, [U32], |x| x.swap_bytes();
    u64, [U64], |x| x.swap_bytes();
}

/// Turns values of this machine into those whose bytes a file has, and back.
pub(crate) fn little_endian<V: Value>(values: &mut [V]) {
    if cfg!(target_endian = "big") {
        for value in values {
            *value = value.swapped();
        }
    }
}

/// The first expression with a float type under the given name, or the second for other types.
macro_rules! floats {
    ($dtype:expr, $kind:ident => $float:expr, _ => $other:expr) => {
        match $dtype {
            fanin::Dtype::F64 => {
                type $kind = f64;
                $float
            }
            fanin::Dtype::F32 => {
                type $kind = f32;
                $float
            }
            fanin::Dtype::F16 => {
                type $kind = half::f16;
                $float
            }
            fanin::Dtype::Bf16 => {
                type $kind = half::bf16;
                $float
            }
            _ => $other,
        }
    };
}
pub(crate) use floats;

/// A whole number as the bytes that a type of integers has for it; the type can hold it.
pub(crate) fn integer(dtype: Dtype, value: f64) -> Vec<u8> {
    // Not every u64 is an i64.
    let bytes = if value >= 0.0 {
        (value as u64).to_le_bytes()
    } else {
        (value as i64).to_le_bytes()
    };
    // Two's complement: a narrower type has the lower bytes.
    bytes[..dtype.size()].to_vec()
}

#[cfg(test)]
mod tests {
    use super::integer;
    use fanin::Dtype;

    #[test]
    fn integers() {
        assert_eq!(integer(Dtype::I64, -1.0), (-1_i64).to_le_bytes());
        assert_eq!(integer(Dtype::I16, -300.0), (-300_i16).to_le_bytes());
        assert_eq!(integer(Dtype::U8, 255.0), [255]);
        assert_eq!(
            integer(Dtype::U64, 1.8e19),
            18_000_000_000_000_000_000_u64.to_le_bytes()
        );
        assert_eq!(integer(Dtype::Bool, 1.0), [1]);
    }
}
