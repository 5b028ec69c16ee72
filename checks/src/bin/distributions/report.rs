//! The p-values of a sample, and tables of them.

use crate::{
    cells::Cells,
    chance,
    faults::Fault,
    laws::Law,
    pairs::{KINDS, TESTS},
    sample::{self, End, POWERS, SIGMAS, Sample},
};

pub struct Report {
    name: &'static str,
    chi_squared: f64,
    kolmogorov: f64,
    powers: [f64; POWERS],
    /// The ends, the number of draws beyond, and the number that is expected.
    ends: Vec<(End, u64, f64, f64)>,
    pairs: Vec<[f64; TESTS.len()]>,
}

impl Report {
    pub fn of(law: &Law, pieces: u64, fault: Option<Fault>) -> Self {
        let cells = Cells::new(law);
        let ends = sample::ends(law);
        let sample = Sample::of(law, &cells, &ends, pieces, fault);
        let n = sample.draws as f64;
        Report {
            name: law.name,
            chi_squared: chance::chi_squared(&sample.counts, &cells.masses),
            kolmogorov: chance::kolmogorov(&sample.counts, &cells.below),
            powers: std::array::from_fn(|i| {
                let expected = law.moments[i + 1];
                let variance = law.moments[2 * (i + 1)] - expected * expected;
                chance::normal((sample.powers[i] / n - expected) / (variance / n).sqrt())
            }),
            ends: ends
                .into_iter()
                .zip(sample.beyond)
                .map(|(end, beyond)| {
                    let p = chance::count(beyond, n, end.mass);
                    (end, beyond, n * end.mass, p)
                })
                .collect(),
            pairs: sample
                .pairs
                .iter()
                .map(|pairs| pairs.chances(law, &cells))
                .collect(),
        }
    }

    /// Every p-value and the name of its test.
    pub fn chances(&self) -> Vec<(f64, String)> {
        let mut all = vec![
            (self.chi_squared, "chi-squared".to_owned()),
            (self.kolmogorov, "Kolmogorov".to_owned()),
        ];
        all.extend(
            (1..)
                .zip(self.powers)
                .map(|(k, p)| (p, format!("moment {k}"))),
        );
        all.extend(self.ends.iter().map(|(end, _, _, p)| {
            let side = if end.is_upper { "upper" } else { "lower" };
            (*p, format!("beyond {} sigma, {side}", end.sigmas))
        }));
        for (chances, (_, kind)) in self.pairs.iter().zip(KINDS) {
            all.extend(
                chances
                    .iter()
                    .zip(TESTS)
                    .map(|(&p, test)| (p, format!("{kind}: {test}"))),
            );
        }
        for (_, test) in &mut all {
            *test = format!("{}, {test}", self.name);
        }
        all
    }

    fn end(&self, is_upper: bool, sigmas: u32) -> String {
        self.ends
            .iter()
            .find(|(end, ..)| (end.is_upper, end.sigmas) == (is_upper, sigmas))
            .map_or_else(String::new, |(_, beyond, expected, p)| {
                let digits = if *expected < 100.0 { 1 } else { 0 };
                format!("{beyond} ({expected:.digits$}) {p:.2}")
            })
    }
}

/// Three tables.
pub fn print(reports: &[Report]) {
    let row = |name: &str, cells: Vec<String>| println!("| {name} | {} |", cells.join(" | "));
    let rule = |columns: usize| println!("|---|{}", "---:|".repeat(columns));
    let two = |p: f64| format!("{p:.2}");

    println!();
    let mut head = vec!["chi-squared".to_owned(), "Kolmogorov".to_owned()];
    head.extend((1..=POWERS).map(|k| format!("moment {k}")));
    row("p-values", head);
    rule(2 + POWERS);
    for report in reports {
        let mut cells = vec![two(report.chi_squared), two(report.kolmogorov)];
        cells.extend(report.powers.map(two));
        row(report.name, cells);
    }

    for (is_upper, side) in [(false, "lower"), (true, "upper")] {
        println!();
        let head = SIGMAS.map(|sigmas| format!("{sigmas} sigma"));
        row(
            &format!("draws (expected) p-value beyond, {side} end"),
            head.to_vec(),
        );
        rule(SIGMAS.len());
        for report in reports {
            let cells = SIGMAS.map(|sigmas| report.end(is_upper, sigmas));
            row(report.name, cells.to_vec());
        }
    }

    println!();
    let head = KINDS.map(|(_, kind)| kind.to_owned());
    row("p-values of values, squares, cells of pairs", head.to_vec());
    rule(KINDS.len());
    for report in reports {
        let cells = report.pairs.iter().map(|ps| ps.map(two).join(", "));
        row(report.name, cells.collect());
    }
}
