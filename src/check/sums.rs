//! What a test of moments adds up.

/// Sums of standardised values, and what is known of how they vary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sums {
    pub(super) n: f64,
    pub(super) sum: f64,
    pub(super) squares: f64,
    /// What rounding can add to either sum.
    pub(super) slack: [f64; 2],
    /// By how much rounding widens them at most.
    pub(super) widening: f64,
    pub(super) are_normal: bool,
    /// The sum of the fourth moments, where all are known.
    pub(super) fourths: Option<f64>,
    /// The largest size, where all have one.
    pub(super) reach: Option<f64>,
}

impl Sums {
    /// Of no values.
    pub(super) const NONE: Sums = Sums {
        n: 0.0,
        sum: 0.0,
        squares: 0.0,
        slack: [0.0; 2],
        widening: 1.0,
        are_normal: true,
        fourths: Some(0.0),
        reach: Some(0.0),
    };

    pub(super) fn and(&self, other: &Sums) -> Sums {
        let both = |a: Option<f64>, b: Option<f64>| a.zip(b);
        Sums {
            n: self.n + other.n,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
            slack: [0, 1].map(|power| self.slack[power] + other.slack[power]),
            widening: self.widening.max(other.widening),
            are_normal: self.are_normal && other.are_normal,
            fourths: both(self.fourths, other.fourths).map(|(a, b)| a + b),
            reach: both(self.reach, other.reach).map(|(a, b)| a.max(b)),
        }
    }
}
