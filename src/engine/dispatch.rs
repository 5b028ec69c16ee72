//! Functions for several instruction sets.
//!
//! The best that the machine has is taken, at run time. `--cfg fanin_level="..."` sets the best
//! that is taken: `avx512`, `avx2`, or `baseline` for what the compiler assumes of every machine
//! (SSE2 on x86-64, NEON on aarch64). It is not a Cargo feature, because features of a crate are
//! united over all that depend on it.

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

pub(crate) use dispatched;
