//! Tests of the laws that are drawn, through the public interface, on many draws of each:
//! `distributions [--draws N]`, 10^9 unless said otherwise.
//!
//! Every test yields a p-value: how likely independent draws of the law are to look so unlikely.
//! The program fails if one is below 1/1000 over their number, so that with a key chosen at random
//! a faultless library would fail one run in a thousand; the key is fixed. It also fails if the
//! test for a fault does not distinguish a sample with that fault from the law.

mod cells;
mod chance;
mod faults;
mod laws;
mod pairs;
mod report;
mod sample;

use faults::Fault;
use laws::Law;
use report::Report;
use sample::PIECE;

/// How often a run with a random key would fail for no reason.
const FALSE_ALARMS: f64 = 1e-3;

fn main() -> Result<(), lexopt::Error> {
    use lexopt::prelude::{Long, ValueExt};

    let mut draws = 1_000_000_000_u64;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("draws") => draws = parser.value()?.parse::<f64>()?.max(1e6) as u64,
            _ => return Err(argument.unexpected()),
        }
    }
    let pieces = draws.div_ceil(PIECE as u64);
    let draws = pieces * PIECE as u64;
    let laws = Law::all();
    let reports: Vec<Report> = laws
        .iter()
        .map(|law| Report::of(law, pieces, None))
        .collect();
    let count: usize = reports.iter().map(|report| report.chances().len()).sum();
    let threshold = FALSE_ALARMS / count as f64;
    println!("{draws} draws of each law, {count} p-values; one below {threshold:.1e} is a failure");
    report::print(&reports);

    let mut chances: Vec<(f64, String)> = reports.iter().flat_map(Report::chances).collect();
    chances.sort_by(|a, b| a.0.total_cmp(&b.0));
    let below = |p| chances.iter().filter(|chance| chance.0 < p).count();
    println!(
        "\nThe least p-value is {:.1e}, of {}; below 0.01 are {}, below 0.1 {}, below 0.5 {} of {count}.",
        chances[0].0,
        chances[0].1,
        below(0.01),
        below(0.1),
        below(0.5),
    );

    println!("\n| fault in N(0, 1) draws | detected by | p-value |\n|---|---|---:|");
    let mut missed = 0;
    for fault in Fault::all(draws) {
        let report = Report::of(&laws[0], pieces, Some(fault));
        let (name, told_by) = fault.describe();
        let chances = report.chances();
        let (p, _) = chances
            .iter()
            .find(|(_, test)| test.ends_with(&told_by))
            .expect("a test of that name");
        println!("| {name} | {told_by} | {p:.1e} |");
        missed += usize::from(!(*p < threshold));
    }
    // A NaN is a failure.
    let failed = chances.iter().filter(|(p, _)| !(*p >= threshold)).count();
    println!("\nfailed: {failed}; faults that were missed: {missed}");
    if failed + missed > 0 {
        for (p, test) in chances.iter().take_while(|(p, _)| !(*p >= threshold)) {
            println!("FAILED: {test}: p {p:.1e}");
        }
        std::process::exit(1);
    }
    Ok(())
}
