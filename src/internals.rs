//! What the programs of `checks/` see of the inside: hidden, and only under `--cfg fanin_checks`.
//!
//! No interface, and no promise: it is here so that checks of single maps and words hold the library's
//! own code to account, and that this is the one file that knows where that code is.

#![allow(clippy::must_use_candidate, reason = "its only callers are the checks")]

use crate::engine;
use crate::key::Key;

#[doc(hidden)]
pub use crate::dispatched;

/// The source of [`dispatched`], whose targets the checks compare with those that they force.
pub const DISPATCHED: &str = include_str!("num/dispatch.rs");

/// Elements in a block.
pub const LEN: usize = engine::BLOCK_LEN;
/// Generators in a block.
pub const LANES: usize = engine::LANES;
/// The stream of a key that every draw takes its words from.
pub const WORDS: u64 = engine::WORDS;
/// That of the low words of an `f64` draw.
pub const LOW_WORDS: u64 = engine::LOW_WORDS;

// Inlined as the maps themselves are: the loops of the checks must vectorise as the kernel's do.
macro_rules! shown {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {$(
        /// The map of that name.
        #[inline(always)]
        pub fn $name($($argument: $type),*) -> $result {
            engine::$name($($argument),*)
        }
    )*};
}

shown! {
    fn radius_f32(w: u32) -> f32;
    fn radius_f64(w: u64) -> f64;
    fn reduce_f64(w: u64) -> (f64, f64);
    fn radius_squared_f64(d: f64, k: f64) -> f64;
    fn sin_cos_f32(w: u32) -> (f32, f32);
    fn sin_cos_f64(w: u64) -> (f64, f64);
    fn uniform_f32(w: u32) -> f32;
    fn uniform_f64(w: u64) -> f64;
}

/// The seeds of a key's blocks in one of its streams.
#[derive(Debug)]
pub struct Seeds(engine::Seeds);

impl Seeds {
    /// Those of a key and a stream.
    pub fn new(key: &Key, stream: u64) -> Self {
        Seeds(engine::Seeds::new(key, stream))
    }

    /// The seed of a block.
    pub fn of(&mut self, block: u64) -> &[[u32; LANES]; 4] {
        self.0.of(block)
    }
}

/// The generators of a block.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "that of the inside has none")]
pub struct Lanes(engine::Lanes);

impl Lanes {
    /// Those of a seed.
    pub fn new(seed: [[u32; LANES]; 4]) -> Self {
        Lanes(engine::Lanes::new(seed))
    }

    /// The next word of every lane.
    #[inline(always)]
    pub fn step(&mut self) -> [u32; LANES] {
        self.0.step()
    }
}

/// What the truncated draws between two bounds have in common.
#[derive(Clone, Copy, Debug)]
pub struct Truncation(engine::Truncation);

impl Truncation {
    /// Between bounds in standard deviations of the parent.
    pub fn new(low: f64, high: f64) -> Option<Self> {
        engine::Truncation::new(low, high).map(Truncation)
    }

    /// The first step of a draw in `f32`.
    #[inline(always)]
    pub fn depth_f32(&self, w: u32) -> f32 {
        self.0.depth_f32(w)
    }

    /// The second.
    #[inline(always)]
    pub fn draw_f32(&self, depth: f32) -> f32 {
        self.0.draw_f32(depth)
    }

    /// The first step of a draw in `f64`.
    #[inline(always)]
    pub fn depth_f64(&self, w: u64) -> f64 {
        self.0.depth_f64(w)
    }

    /// The second.
    #[inline(always)]
    pub fn draw_f64(&self, depth: f64) -> f64 {
        self.0.draw_f64(depth)
    }
}
