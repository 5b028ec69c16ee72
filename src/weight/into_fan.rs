//! Numbers that are fans.

/// A number that can state a fan: `usize`, `u32`, `u64`, `i32` or `f64`.
///
/// The trait is sealed. A fan that is not above 0 is an error when a scheme uses it; see
/// [`Weight::fans`](crate::Weight::fans).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a fan",
    label = "not a number that a fan is stated as",
    note = "a fan is a `usize`, `u32`, `u64`, `i32` or `f64`"
)]
pub trait IntoFan: sealed::Sealed + Copy {
    /// The number; exact up to 2^53.
    fn into_fan(self) -> f64;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! fans {
    ($($number:ty)*) => {$(
        impl sealed::Sealed for $number {}

        impl IntoFan for $number {
            #[allow(
                clippy::cast_lossless,
                trivial_numeric_casts,
                reason = "one line for numbers of every kind"
            )]
            fn into_fan(self) -> f64 {
                self as f64
            }
        }
    )*};
}

fans!(usize u32 u64 i32 f64);
