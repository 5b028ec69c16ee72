//! Counting errors.

/// The largest error of one function on one range of words, and how the others lie.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    words: u64,
    over_one: u64,
    worst: f64,
    at: u64,
}

impl Tally {
    pub fn add(&mut self, word: u64, ulps: f64) {
        self.words += 1;
        self.over_one += u64::from(ulps > 1.0);
        self.keep_worse(ulps, word);
    }

    pub fn merge(&mut self, other: &Self) {
        self.words += other.words;
        self.over_one += other.over_one;
        self.keep_worse(other.worst, other.at);
    }

    /// A NaN is the worst of all, and stays.
    fn keep_worse(&mut self, ulps: f64, word: u64) {
        if !(ulps <= self.worst) && !self.worst.is_nan() {
            (self.worst, self.at) = (ulps, word);
        }
    }

    /// One row of a table; `digits` is the width of a word in hexadecimal.
    pub fn print(&self, name: &str, digits: usize) {
        let Self {
            words, worst, at, ..
        } = *self;
        let share = 100.0 * self.over_one as f64 / words as f64;
        println!(
            "| {name} | {words} | {worst:.3} | `{at:#0width$x}` | {share:.3} % |",
            width = digits + 2
        );
    }

    pub fn assert_at_most(&self, bound: f64, name: &str) {
        assert!(
            self.worst <= bound,
            "{name}: {} ULP at {:#x}, bound {bound}",
            self.worst,
            self.at
        );
    }
}

pub fn header(title: &str) {
    println!("\n| {title} | words | largest error, ULP | at word | above 1 ULP |");
    println!("|---|---:|---:|---|---:|");
}

/// The larger of two errors; a NaN is larger than any.
pub fn worse(a: f64, b: f64) -> f64 {
    if a <= b || b.is_nan() { b } else { a }
}
