//! What the tests share: bits of floats, generators that count, checks that read as facts.

#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "every test binary uses a part of this module"
)]

pub(crate) mod evidence;
pub(crate) mod registry;
pub(crate) mod source;

use std::{convert::Infallible, fmt::Display};

use fanin::{
    Element, InitError, Initializer, IntoWeight, Key, Law, Report, Scheme, TestResult, Verdict,
    Weight,
};
use ndarray::{Array, ArrayD, Dimension};
use proptest::test_runner::{Config, RngSeed};
use rand::{SeedableRng, TryRng, rngs::StdRng};

/// A float type whose bits and neighbours can be read.
pub(crate) trait Bits: Element {
    fn bits(self) -> u64;
    /// Exact.
    fn wide(self) -> f64;
    /// Rounded to nearest, by way of `f32` where the type is narrower.
    fn nearest(value: f64) -> Self;
    /// Consecutive numbers have consecutive ordinals, on both sides of 0.
    fn ordinal(self) -> i64;
}

macro_rules! bits {
    ($float:ty, $sign:expr, $from:expr) => {
        impl Bits for $float {
            fn bits(self) -> u64 {
                u64::from(self.to_bits())
            }

            fn wide(self) -> f64 {
                f64::from(self)
            }

            fn nearest(value: f64) -> Self {
                $from(value)
            }

            fn ordinal(self) -> i64 {
                let size = (self.bits() & ($sign - 1)) as i64;
                if self.bits() >= $sign { -size } else { size }
            }
        }
    };
}

bits!(f32, 1_u64 << 31, |value| value as f32);
bits!(f64, 1_u64 << 63, |value| value);
#[cfg(feature = "half")]
bits!(half::f16, 1_u64 << 15, |value| half::f16::from_f32(
    value as f32
));
#[cfg(feature = "half")]
bits!(half::bf16, 1_u64 << 15, |value| {
    half::bf16::from_f32(value as f32)
});

/// Calls a function that is generic over the element type, for each of them.
macro_rules! for_each_element {
    ($function:ident($($argument:expr),* $(,)?)) => {{
        $function::<f32>($($argument),*);
        $function::<f64>($($argument),*);
        #[cfg(feature = "half")]
        {
            $function::<half::f16>($($argument),*);
            $function::<half::bf16>($($argument),*);
        }
    }};
}
pub(crate) use for_each_element;

/// Property tests are fixed: the same cases in every run, so that a statistical one is not flaky
/// and its rate of false alarms, which depends on their number, is what is written.
pub(crate) fn cases(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(0x5eed),
        failure_persistence: None,
        ..Config::default()
    }
}

/// A key for a test, by its name.
pub(crate) fn key(name: &str) -> Key {
    Key::from_seed(0).child(name)
}

/// A generator that counts the bytes that are taken from it.
#[derive(Debug)]
pub(crate) struct Counting {
    rng: StdRng,
    pub(crate) bytes: usize,
}

impl Counting {
    pub(crate) fn new() -> Self {
        Counting {
            rng: StdRng::seed_from_u64(9),
            bytes: 0,
        }
    }
}

impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.bytes += 4;
        self.rng.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.bytes += 8;
        self.rng.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.bytes += bytes.len();
        self.rng.try_fill_bytes(bytes)
    }
}

/// Equal shapes and equal bits: `==` would take 0 for -0 and tell NaN from itself.
#[track_caller]
pub(crate) fn same<F: Bits, D: Dimension>(a: &Array<F, D>, b: &Array<F, D>) {
    assert_eq!(a.shape(), b.shape());
    for (index, (a, b)) in a.iter().zip(b).enumerate() {
        assert_eq!(a.bits(), b.bits(), "{a} and {b} at flat index {index}");
    }
}

/// That a report fails, by that test.
#[track_caller]
pub(crate) fn caught(report: &Report, by: &str) {
    let verdict = report.test(by).map(TestResult::verdict);
    assert_eq!(verdict, Some(Verdict::Failed), "by {by}:\n{report}");
}

/// An error, by its text in full.
#[track_caller]
pub(crate) fn refused<T>(result: Result<T, impl Display>, text: &str) {
    match result {
        Ok(_) => panic!("accepted, though it should be refused: {text}"),
        Err(error) => assert_eq!(error.to_string(), text),
    }
}

fn weight_shape(weight: &Weight) -> Vec<usize> {
    weight.shape().to_vec()
}

/// That drawing fails with this text in every form, and that neither the generator nor the
/// caller's array has changed.
#[track_caller]
pub(crate) fn draws_nothing<F: Bits>(
    scheme: &dyn Scheme,
    weight: impl IntoWeight + Clone,
    text: &str,
) {
    let mut rng = Counting::new();
    refused(scheme.init::<F, _, _>(&mut rng, weight.clone()), text);
    refused(
        scheme.init_keyed::<F, _>(key("error"), weight.clone()),
        text,
    );

    let weight = weight.into_weight().unwrap();
    let untouched = ArrayD::from_elem(weight_shape(&weight), F::nearest(7.0));
    let mut array = untouched.clone();
    if weight == Weight::new(weight_shape(&weight)).unwrap() {
        refused(scheme.fill(&mut rng, &mut array), text);
    }
    refused(
        scheme
            .filler(key("error"), &weight)
            .and_then(|filler| filler.fill(&mut array)),
        text,
    );
    assert_eq!(array, untouched);
    assert_eq!(rng.bytes, 0);
}
