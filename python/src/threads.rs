//! The threads that large arrays are filled and checked on.
//!
//! rayon's own pool is no choice: a process that was forked has none of its threads, and would wait for them
//! for ever. So there is a pool of this package, and a new one in another process.

use std::num::NonZero;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Elements from which on the engine asks for threads, or somewhat fewer.
const MANY: usize = 1 << 14;

struct Threads {
    /// 0 for as many as the machine has, or as `RAYON_NUM_THREADS` says.
    wanted: usize,
    made: Option<(u32, Arc<ThreadPool>)>,
}

/// It is locked by threads that hold the interpreter's lock, so that no fork comes in between.
static THREADS: Mutex<Threads> = Mutex::new(Threads {
    wanted: 0,
    made: None,
});

/// Where something is done: here, or on the threads.
pub(crate) struct Place(Option<Arc<ThreadPool>>);

/// Where an array of that many elements is worked on, if what is done may ask for threads for few, too. It is
/// called with the interpreter's lock.
pub(crate) fn place(_: Python<'_>, elements: usize, for_few: bool) -> PyResult<Place> {
    if elements < MANY && !for_few {
        return Ok(Place(None));
    }
    pool().map(|pool| Place(Some(pool)))
}

impl Place {
    /// Does it, without the interpreter's lock.
    pub(crate) fn run<T: Send>(&self, py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => py.detach(|| pool.install(work)),
            // It is over before another thread could use the lock.
            None => work(),
        }
    }
}

fn pool() -> PyResult<Arc<ThreadPool>> {
    let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((process, pool)) = &threads.made {
        if *process == process::id() {
            return Ok(pool.clone());
        }
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads.wanted)
        .thread_name(|number| format!("fanin {number}"))
        .build()
        .map_err(|error| PyRuntimeError::new_err(format!("threads cannot be started: {error}")))?;
    let pool = Arc::new(pool);
    let before = threads.made.replace((process::id(), pool.clone()));
    if let Some((process, pool)) = before {
        if process != process::id() {
            // Its threads are not in this process: to end them is to wait for them.
            std::mem::forget(pool);
        }
    }
    Ok(pool)
}

/// The number of threads that large arrays are filled on; with a number, sets it first. The values do not
/// depend on it.
///
/// It is that of the environment's ``RAYON_NUM_THREADS`` at first, or of the machine.
#[pyfunction]
#[pyo3(signature = (number=None))]
pub(crate) fn threads(number: Option<usize>) -> PyResult<usize> {
    if let Some(number) = number {
        let number = NonZero::new(number).filter(|number| number.get() <= 4096);
        let number = number
            .ok_or_else(|| PyValueError::new_err("the number of threads must be from 1 to 4096"))?;
        let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
        threads.wanted = number.get();
        if let Some((process, pool)) = threads.made.take() {
            if process != process::id() {
                std::mem::forget(pool);
            }
        }
    }
    Ok(pool()?.current_num_threads())
}
