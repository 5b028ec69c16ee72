//! The maps over slices of words, on every level of instructions that the library has.
//!
//! The loops are those of the library's `kernel.rs` without the generator: a map, inlined into a
//! function that is compiled for the level.

use fanin::internals::{self, DISPATCHED, Truncation};
use multiversion::multiversion;

/// What the library's functions have versions for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Level {
    Avx512,
    Avx2,
    Baseline,
}

/// Those that this machine can run, the best first.
///
/// # Panics
///
/// If the library's levels are others.
pub fn levels() -> Vec<Level> {
    let mut targets: Vec<&str> = DISPATCHED
        .split('"')
        .filter(|text| text.starts_with("x86_64+"))
        .collect();
    targets.sort_unstable();
    targets.dedup();
    let ours = [
        "x86_64+avx2+bmi2",
        "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+avx2+bmi2",
    ];
    assert_eq!(targets, ours);
    let mut levels = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2");
        if avx2
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            levels.push(Level::Avx512);
        }
        if avx2 {
            levels.push(Level::Avx2);
        }
    }
    levels.push(Level::Baseline);
    levels
}

macro_rules! on_levels {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:ident: $type:ty),*) $body:block)*) => {$(
        $(#[$attribute])*
        pub fn $name(level: Level, $($argument: $type),*) {
            #[multiversion(targets(
                "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+avx2+bmi2"
            ))]
            fn avx512($($argument: $type),*) $body
            #[multiversion(targets("x86_64+avx2+bmi2"))]
            fn avx2($($argument: $type),*) $body
            fn baseline($($argument: $type),*) $body
            match level {
                Level::Avx512 => avx512($($argument),*),
                Level::Avx2 => avx2($($argument),*),
                Level::Baseline => baseline($($argument),*),
            }
        }
    )*};
}

on_levels! {
    fn radius_f32(words: &[u32], out: &mut [f32]) {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = internals::radius_f32(word);
        }
    }

    fn radius_f64(words: &[u64], out: &mut [f64]) {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = internals::radius_f64(word);
        }
    }

    fn sin_cos_f32(words: &[u32], sin: &mut [f32], cos: &mut [f32]) {
        for ((sin, cos), &word) in sin.iter_mut().zip(cos).zip(words) {
            (*sin, *cos) = internals::sin_cos_f32(word);
        }
    }

    fn sin_cos_f64(words: &[u64], sin: &mut [f64], cos: &mut [f64]) {
        for ((sin, cos), &word) in sin.iter_mut().zip(cos).zip(words) {
            (*sin, *cos) = internals::sin_cos_f64(word);
        }
    }

    fn uniform_f32(words: &[u32], out: &mut [f32]) {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = internals::uniform_f32(word);
        }
    }

    fn uniform_f64(words: &[u64], out: &mut [f64]) {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = internals::uniform_f64(word);
        }
    }

    fn truncated_f32(truncation: &Truncation, words: &[u32], out: &mut [f32]) {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = truncation.depth_f32(word);
        }
        for out in out {
            *out = truncation.draw_f32(*out);
        }
    }

    fn truncated_f64(truncation: &Truncation, words: &[u64], out: &mut [f64]) {
        for (out, &word) in out.iter_mut().zip(words) {
            *out = truncation.depth_f64(word);
        }
        for out in out {
            *out = truncation.draw_f64(*out);
        }
    }
}
