//! The watchdog: a case that takes too long ends the process, and names itself.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long one case may run: of the thread's own time, where the system tells it, and by the clock, on a
/// machine that does other things as well.
const OWN: Duration = Duration::from_secs(30);
const CLOCK: Duration = Duration::from_secs(120);

struct State {
    /// The case that runs.
    running: Option<(u64, &'static str, Instant, Duration)>,
    /// Has its seed, for the process that watches over this one.
    file: Option<File>,
    panic: String,
}

static STATE: Mutex<State> = Mutex::new(State {
    running: None,
    file: None,
    panic: String::new(),
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `file` is for the case that runs; `is_control` if one that does not end is planted.
pub(crate) fn start(file: &str, is_control: bool) {
    state().file = File::create(file).ok();
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_millis(200));
            let running = state().running;
            if let Some((seed, call, since, own)) = running {
                let (clock, own) = (since.elapsed(), own_time().saturating_sub(own));
                let most = if is_control { OWN } else { CLOCK };
                if own > OWN || clock > most {
                    println!(
                        "BROKEN ends --seed {seed} --cases 1: in {call}: still runs after \
                         {clock:.0?}, {own:.0?} of its own"
                    );
                    std::process::exit(1);
                }
            }
        }
    });
}

/// What the main thread has run so far: on Linux, the first number of a file; elsewhere nothing.
fn own_time() -> Duration {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let first = text
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok());
    Duration::from_nanos(first.unwrap_or(0))
}

/// A case begins.
pub(crate) fn begin(seed: u64) {
    let own = own_time();
    let mut state = state();
    state.running = Some((seed, "", Instant::now(), own));
    if let Some(file) = &mut state.file {
        // Padded, so that nothing of a longer line is left.
        let line = format!("--seed {seed:<20} --cases 1");
        file.seek(SeekFrom::Start(0)).ok();
        file.write_all(line.as_bytes()).ok();
    }
}

/// The case calls this.
pub(crate) fn call(what: &'static str) {
    if let Some(running) = &mut state().running {
        running.1 = what;
    }
}

/// Nothing runs.
pub(crate) fn rest() {
    state().running = None;
}

pub(crate) fn panicked(what: &str) {
    state().panic = what.replace('\n', " ");
}

pub(crate) fn last_panic() -> String {
    state().panic.clone()
}
