//! Random arguments, many of them at the edge of what there is.

use fanin::Key;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

pub(crate) struct Dice(StdRng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(StdRng::seed_from_u64(seed))
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Below `bound`, which is above 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.random_range(0..bound)
    }

    pub(crate) fn index(&mut self, bound: usize) -> usize {
        self.0.random_range(0..bound)
    }

    /// Once in `n` times.
    pub(crate) fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    pub(crate) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.index(of.len())]
    }

    pub(crate) fn key(&mut self) -> Key {
        Key::from_seed(self.word())
    }

    /// Nearly half of the time extreme.
    pub(crate) fn number(&mut self) -> f64 {
        const EDGES: [f64; 24] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            5e-324,
            -5e-324,
            2.2e-308,
            1e-310,
            1e-170,
            1e-160,
            1.5e-154,
            1e-45,
            1e-38,
            6e-8,
            6.1e-5,
            65504.0,
            1e38,
            3.4e38,
            1e150,
            1e154,
            1e300,
            1.7e308,
            f64::INFINITY,
            f64::NAN,
        ];
        match self.below(20) {
            0..6 => *self.one_of(&EDGES),
            6..9 => f64::from_bits(self.word()),
            9..11 => {
                let exponent = self.unit() * 620.0 - 310.0;
                let sign = if self.once_in(4) { -1.0 } else { 1.0 };
                sign * 10_f64.powf(exponent)
            }
            11 => -self.unit(),
            _ => self.positive(),
        }
    }

    /// A positive number of ordinary size.
    pub(crate) fn positive(&mut self) -> f64 {
        10_f64.powf(self.unit() * 4.0 - 3.0)
    }

    /// Mostly of ordinary size and positive.
    pub(crate) fn mostly_positive(&mut self) -> f64 {
        if self.once_in(4) {
            self.number()
        } else {
            self.positive()
        }
    }

    /// A length or count, seldom extreme.
    pub(crate) fn count(&mut self) -> usize {
        match self.below(16) {
            0 => 0,
            1 => 1,
            2 => *self.one_of(&[
                usize::MAX,
                usize::MAX - 1,
                1 << 31,
                (1 << 32) - 1,
                1 << 40,
                1 << 62,
                1 << 63,
            ]),
            3 => 1 << self.below(64),
            4..8 => self.index(300) + 1,
            _ => self.index(20) + 1,
        }
    }

    /// A small length.
    pub(crate) fn small(&mut self) -> usize {
        self.index(12) + 1
    }
}
