//! The engine, through the public calls, against `reference/`: bits, and not tolerances.

mod elementwise;
mod keys;
mod structured;
mod truncated;

use super::reference;

/// An element type, and what the reference calls it.
trait Tested: crate::Element {
    const ELEMENT: reference::Element;
}

impl Tested for f32 {
    const ELEMENT: reference::Element = reference::Element::F32;
}

impl Tested for f64 {
    const ELEMENT: reference::Element = reference::Element::F64;
}

#[cfg(feature = "half")]
impl Tested for half::f16 {
    const ELEMENT: reference::Element = reference::Element::F16;
}

#[cfg(feature = "half")]
impl Tested for half::bf16 {
    const ELEMENT: reference::Element = reference::Element::Bf16;
}

/// Calls a test for every element type.
macro_rules! for_every_type {
    ($test:ident($($argument:expr),*)) => {{
        $test::<f32>($($argument),*);
        $test::<f64>($($argument),*);
        #[cfg(feature = "half")]
        $test::<half::f16>($($argument),*);
        #[cfg(feature = "half")]
        $test::<half::bf16>($($argument),*);
    }};
}
use for_every_type;

/// The place of the first value that is not what is expected, to the bit; the shorter length if the
/// two have not the same.
fn first_difference<'a, F: Tested>(
    values: impl IntoIterator<Item = &'a F>,
    expected: &[f64],
) -> Option<usize> {
    let mut values = values.into_iter();
    for (place, expected) in expected.iter().enumerate() {
        match values.next() {
            // Every type is exact in `f64`, also the sign of a zero.
            Some(value) if value.to_f64().map(f64::to_bits) == Some(expected.to_bits()) => {}
            _ => return Some(place),
        }
    }
    values.next().map(|_| expected.len())
}

#[track_caller]
fn assert_bits<'a, F: Tested>(
    values: impl IntoIterator<Item = &'a F>,
    expected: &[f64],
    what: impl std::fmt::Display,
) {
    let place = first_difference(values, expected);
    assert_eq!(place, None, "{what}, {:?}", F::ELEMENT);
}

/// The comparison sees planted errors of these values, which are what is expected: the last bit of one
/// of them, and all of them one place off.
#[track_caller]
fn assert_sees_errors<'a, F: Tested>(
    values: impl IntoIterator<Item = &'a F> + Clone,
    expected: &[f64],
    what: impl std::fmt::Display,
) {
    let mut planted = expected.to_vec();
    for place in [0, planted.len() / 2, planted.len() - 1] {
        let value = planted[place];
        planted[place] += F::ELEMENT.last_place(value).copysign(value);
        let seen = first_difference(values.clone(), &planted);
        assert_eq!(seen, Some(place), "{what}, {:?}", F::ELEMENT);
        planted[place] = value;
    }
    // Patterns repeat, but no row of values is its own from the second on.
    planted.rotate_left(1);
    let seen = first_difference(values, &planted);
    assert!(seen.is_some(), "{what}, {:?}", F::ELEMENT);
}

#[test]
fn the_comparison_sees_what_it_should() {
    let values = [0.0_f32, -0.5, 1.5];
    let differs = |expected: &[f64]| first_difference(&values, expected);
    assert_eq!(differs(&[0.0, -0.5, 1.5]), None);
    assert_eq!(differs(&[-0.0, -0.5, 1.5]), Some(0));
    assert_eq!(differs(&[0.0, -0.5, 1.5 + f64::EPSILON]), Some(2));
    assert_eq!(differs(&[0.0, -0.5, f64::NAN]), Some(2));
    assert_eq!(differs(&[0.0, -0.5]), Some(2));
    assert_eq!(differs(&[0.0, -0.5, 1.5, 0.0]), Some(3));
}
