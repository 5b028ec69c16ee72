//! Functions for several instruction sets.
//!
//! The best level of the machine is selected at run time. `--cfg fanin_level="..."` limits it to
//! `avx512`, `avx2`, or `baseline` for what the compiler assumes of every machine (SSE2 on x86-64,
//! NEON on aarch64). It is not a Cargo feature, because Cargo unites the features of a crate over
//! all its dependents.

/// Defines functions with a version for each instruction set. The checks use it for their own
/// loops.
#[cfg_attr(fanin_checks, macro_export, doc(hidden))]
macro_rules! dispatched {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:tt)*) $body:block)*) => {$(
        $(#[$attribute])*
        #[cfg_attr(
            not(any(fanin_level = "avx2", fanin_level = "baseline")),
            multiversion::multiversion(targets(
                "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+avx2+bmi2",
                "x86_64+avx2+bmi2",
            ))
        )]
        #[cfg_attr(
            fanin_level = "avx2",
            multiversion::multiversion(targets("x86_64+avx2+bmi2"))
        )]
        pub(crate) fn $name($($argument)*) $body
    )*};
}

/// Elements of a float type in a vector register, as a constant of the level that the body of a
/// dispatched function is compiled for.
#[cfg(not(fanin_level = "baseline"))]
macro_rules! vector_len {
    ($float:ty) => {
        match multiversion::target::selected_target!().suggested_simd_width::<$float>() {
            Some(len) => len,
            None => 16 / size_of::<$float>(),
        }
    };
}
#[cfg(fanin_level = "baseline")]
macro_rules! vector_len {
    ($float:ty) => {
        16 / size_of::<$float>()
    };
}

pub(crate) use {dispatched, vector_len};
