//! Pairs of draws that should be independent.

use crate::{
    cells::{Cells, LEVELS},
    chance,
    laws::Law,
};

/// Which draws make a pair.
#[derive(Clone, Copy)]
pub enum Kind {
    /// `n` and `n + lag`, for `n` whose bit of that value is 0, so that pairs do not overlap.
    Lag(usize),
    /// A draw and that of the same place under a child of the key.
    Child,
    /// The draws of one place under two children of the key.
    Children,
}

pub const KINDS: [(Kind, &str); 8] = [
    (Kind::Lag(1), "next lane"),
    (Kind::Lag(8), "lane 8 on"),
    // For uniform and truncated laws, the next word of a lane.
    (Kind::Lag(16), "sine and cosine"),
    (Kind::Lag(32), "next group"),
    (Kind::Lag(2048), "next block"),
    // Blocks that are four apart are seeded by different blocks of keystream.
    (Kind::Lag(8192), "block 4 on"),
    (Kind::Child, "key and child"),
    (Kind::Children, "two children"),
];

/// What is tested of every kind.
pub const TESTS: [&str; 3] = ["values", "squares", "cells"];

/// A standardised draw and its coarse cell.
pub type Draw = (f64, u8);

#[derive(Clone)]
pub struct Pairs {
    count: u64,
    products: f64,
    squares: f64,
    /// The counts of pairs of cells.
    counts: Vec<u64>,
}

impl Pairs {
    pub fn new() -> Self {
        Pairs {
            count: 0,
            products: 0.0,
            squares: 0.0,
            counts: vec![0; LEVELS * LEVELS],
        }
    }

    pub fn add_lag(&mut self, draws: &[Draw], lag: usize) {
        for two in draws.chunks_exact(2 * lag) {
            let (a, b) = two.split_at(lag);
            self.add(a, b);
        }
    }

    pub fn add(&mut self, a: &[Draw], b: &[Draw]) {
        let (mut products, mut squares) = (0.0, 0.0);
        for (&(x, i), &(y, j)) in a.iter().zip(b) {
            products += x * y;
            squares += (x * x - 1.0) * (y * y - 1.0);
            self.counts[usize::from(i) * LEVELS + usize::from(j)] += 1;
        }
        self.count += a.len() as u64;
        self.products += products;
        self.squares += squares;
    }

    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.products += other.products;
        self.squares += other.squares;
        for (a, b) in self.counts.iter_mut().zip(&other.counts) {
            *a += b;
        }
    }

    /// A p-value for each of `TESTS`.
    pub fn chances(&self, law: &Law, cells: &Cells) -> [f64; TESTS.len()] {
        let root = (self.count as f64).sqrt();
        let levels: Vec<f64> = cells
            .masses
            .chunks_exact(cells.masses.len() / LEVELS)
            .map(|masses| masses.iter().sum())
            .collect();
        let masses: Vec<f64> = levels
            .iter()
            .flat_map(|a| levels.iter().map(move |b| a * b))
            .collect();
        [
            chance::normal(self.products / root),
            chance::normal(self.squares / root / (law.moments[4] - 1.0)),
            chance::chi_squared(&self.counts, &masses),
        ]
    }
}
