//! A random driver of the whole public surface of `fanin`, `fanin-signal` and `fanin-compat`: extreme
//! parameters, nested schemes, every operation, views of any strides, regions, checks, signals, layers of
//! frameworks.
//!
//! ```text
//! driver [--seconds N | --cases N] [--seed N] [--area NAME] [--control NAME | --controls]
//! ```
//!
//! Case `n` is made of the seed `n` alone, and so a case that fails is replayed by `--seed n --cases 1`. Each
//! runs under a watchdog, under an allocator with a limit, and in a process of its own with many others: an
//! abort is reported with its seed, too. What must hold is the list of [`Property`]. `--control NAME` plants
//! a fault against one of them, and the run then succeeds only if it was detected; `--controls` does so for
//! each in turn.
//!
//! | file | |
//! |---|---|
//! | `case.rs` | a case: its dice, its calls, its properties |
//! | `watch.rs`, `memory.rs` | the watchdog, the allocator |
//! | `dice.rs`, `schemes.rs`, `weights.rs`, `arrays.rs` | what cases are made of |
//! | `draws.rs`, `rules.rs`, `signal.rs`, `layers.rs` | an area of the surface each, a row of [`AREAS`] |

mod arrays;
mod case;
mod dice;
mod draws;
mod layers;
mod memory;
mod rules;
mod schemes;
mod signal;
mod watch;
mod weights;

use std::{
    env, fs,
    io::{BufRead, BufReader},
    panic::{self, AssertUnwindSafe},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use case::{Broken, Case, Property};

/// A name, how many of 64 cases are of it, and what a case does.
type Area = (&'static str, u64, fn(&mut Case));

/// The areas of the surface.
const AREAS: [Area; 4] = [
    ("draws", 45, draws::run),
    ("rules", 1, rules::run),
    ("signal", 6, signal::run),
    ("layers", 12, layers::run),
];

/// A run ends after this number of failures.
const MOST_FAILURES: usize = 10;

struct Options {
    seed: u64,
    cases: u64,
    time: Duration,
    area: Option<String>,
    planted: Option<Property>,
    controls: bool,
    /// Set in the process that does the work: the file with the case that runs.
    worker: Option<String>,
}

fn options() -> Result<Options, lexopt::Error> {
    use lexopt::prelude::{Long, ValueExt};

    let mut options = Options {
        seed: 1,
        cases: u64::MAX,
        time: Duration::from_secs(60),
        area: None,
        planted: None,
        controls: false,
        worker: None,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("cases") => {
                options.cases = parser.value()?.parse()?;
                options.time = Duration::MAX;
            }
            Long("seconds") => options.time = Duration::from_secs(parser.value()?.parse()?),
            Long("area") => options.area = Some(parser.value()?.parse()?),
            Long("control") => {
                let name: String = parser.value()?.parse()?;
                let found = Property::ALL
                    .iter()
                    .find(|property| property.name() == name);
                options.planted = Some(*found.ok_or(format!("no control {name}"))?);
            }
            Long("controls") => options.controls = true,
            Long("worker") => options.worker = Some(parser.value()?.parse()?),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    if let Some(file) = &options.worker {
        return work(&options, file);
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    if options.controls {
        return controls();
    }
    let seen = supervise(&arguments);
    match options.planted {
        None if seen.is_empty() => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
        Some(planted) if seen.iter().any(|name| name == planted.name()) => {
            println!("the planted fault against {} was detected", planted.name());
            ExitCode::SUCCESS
        }
        Some(planted) => {
            println!("NOT SEEN: the planted fault against {}", planted.name());
            ExitCode::FAILURE
        }
    }
}

/// Every control in turn, with as many cases as it takes to come to what it spoils.
fn controls() -> ExitCode {
    let mut missed = Vec::new();
    for property in Property::ALL {
        let arguments = ["--control", property.name(), "--cases", "4000"];
        let seen = supervise(&arguments.map(String::from));
        println!(
            "control {}: {}",
            property.name(),
            if seen.iter().any(|name| name == property.name()) {
                "seen"
            } else {
                missed.push(property.name());
                "NOT SEEN"
            }
        );
    }
    if missed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs a worker to its end, however that is: the names of the properties that were broken.
fn supervise(arguments: &[String]) -> Vec<String> {
    let file = env::temp_dir().join(format!("fanin-driver-{}", std::process::id()));
    let mut worker = Command::new(env::current_exe().expect("this program has a path"))
        .args(arguments)
        .arg("--worker")
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started");
    let mut seen = Vec::new();
    let text = worker.stdout.take().expect("it is piped");
    for line in BufReader::new(text).lines().map_while(Result::ok) {
        println!("{line}");
        if let Some(broken) = line.strip_prefix("BROKEN ") {
            seen.extend(broken.split(' ').next().map(String::from));
        }
    }
    let status = worker.wait().expect("it was started");
    if !status.success() && seen.is_empty() {
        let last = fs::read_to_string(&file).unwrap_or_default();
        println!("BROKEN abort {last}: {status}");
        seen.push(Property::Abort.name().to_string());
    }
    fs::remove_file(&file).ok();
    seen
}

/// What a run has done of an area.
#[derive(Clone, Copy, Default)]
struct Tally {
    cases: u64,
    calls: u64,
}

fn work(options: &Options, file: &str) -> ExitCode {
    // A panic is reported as a broken property, with its place.
    panic::set_hook(Box::new(|info| watch::panicked(&info.to_string())));
    // A planted endless loop need not be waited for.
    watch::start(file, options.planted.is_some());
    let began = Instant::now();
    let mut tallies = [Tally::default(); AREAS.len()];
    let mut failures = 0;
    for seed in options.seed..options.seed.saturating_add(options.cases) {
        if began.elapsed() >= options.time || failures == MOST_FAILURES {
            break;
        }
        let mut case = Case::new(seed, options.planted);
        let area = match &options.area {
            Some(name) => AREAS.iter().position(|(area, ..)| area == name),
            None => pick(case.dice.below(64)),
        };
        let Some(area) = area else {
            eprintln!("no such area");
            return ExitCode::from(2);
        };
        let result = panic::catch_unwind(AssertUnwindSafe(|| AREAS[area].2(&mut case)));
        watch::rest();
        tallies[area].cases += 1;
        tallies[area].calls += case.calls;
        if let Err(payload) = result {
            let (property, detail) = match payload.downcast_ref::<Broken>() {
                Some(broken) => (broken.property, broken.detail.clone()),
                None => (Property::Panic, watch::last_panic()),
            };
            let name = property.name();
            println!(
                "BROKEN {name} --seed {seed} --cases 1: in {}: {detail}",
                case.last
            );
            failures += 1;
            if options.planted == Some(property) {
                break;
            }
        }
    }
    for ((name, ..), tally) in AREAS.iter().zip(tallies) {
        println!("{name}: {} cases, {} calls", tally.cases, tally.calls);
    }
    let calls: u64 = tallies.iter().map(|tally| tally.calls).sum();
    println!(
        "{calls} calls in {:.0} s, peak of {} MiB, {failures} failures",
        began.elapsed().as_secs_f64(),
        memory::most() >> 20
    );
    if failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn pick(mut roll: u64) -> Option<usize> {
    AREAS.iter().position(|&(_, share, _)| {
        let is_this = roll < share;
        roll = roll.saturating_sub(share);
        is_this
    })
}
