//! What the targets are of: writing beside writing as many bytes in the same way, and the check.
//!
//! `cargo bench -p fanin-safetensors [-- DIRECTORY]`; the directory should be in memory, and is `/dev/shm` unless stated.

use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

use fanin::{Dtype, HeNormal, Key, Parameter, Plan, Recipe, Rule};
use fanin_safetensors::{Checker, Checkpoint, Writer};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

const RUNS: usize = 5;

/// Bytes that are written at once: 65,536 elements of 16 bits.
const CHUNK: usize = 1 << 17;

fn plan(tensors: usize, dtype: Dtype) -> Plan {
    let recipe = Recipe::new().rule(Rule::new("**", HeNormal));
    let parameters =
        (0..tensors).map(|i| Parameter::new(format!("h.{i}.w"), [4096, 4096]).dtype(dtype));
    recipe
        .plan(&Key::from_seed(1), parameters)
        .expect("rules for all")
}

fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

/// Writes as many bytes, from each thread's own buffer, by position.
#[cfg(unix)]
fn write_bytes(path: &Path, bytes: usize) {
    use std::os::unix::fs::FileExt;
    let file = File::create(path).expect("a file");
    file.set_len(bytes as u64).expect("room");
    (0..bytes.div_ceil(CHUNK))
        .into_par_iter()
        .with_min_len(8)
        .for_each_init(
            || vec![1_u8; CHUNK],
            |buffer, number| {
                let from = number * CHUNK;
                let len = CHUNK.min(bytes - from);
                file.write_all_at(&buffer[..len], from as u64)
                    .expect("room");
            },
        );
}

/// The most memory that this process has had, in MiB.
fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

#[cfg(unix)]
fn main() {
    let given = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let folder = given.unwrap_or("/dev/shm".into());
    let path = Path::new(&folder).join("fanin-targets.safetensors");
    let least = |a: f64, b: f64| a.min(b);

    let large = plan(60, Dtype::Bf16);
    let (mut write, mut bytes) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        let _ = fs::remove_file(&path);
        let size = large.bytes() as usize;
        bytes = least(bytes, seconds(|| write_bytes(&path, size)));
        fs::remove_file(&path).expect("it was written");
        write = least(
            write,
            seconds(|| {
                Writer::new(&large).write(&path).expect("room");
            }),
        );
    }
    let count = large.elements() as f64;
    println!(
        "{count:.2e} values of bf16, least of {RUNS} runs, {} threads",
        rayon::current_num_threads()
    );
    println!(
        "  bytes alone {bytes:.2} s, drawn and written {write:.2} s: {:.2} times",
        write / bytes
    );
    println!("  peak memory {:.0} MiB", peak());
    fs::remove_file(&path).expect("it was written");

    let small = plan(8, Dtype::F32);
    Writer::new(&small).write(&path).expect("room");
    let checkpoint = Checkpoint::open(&path).expect("it was written");
    let check = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let checker = Checker::new(&small);
        let mut passed = None;
        let took = pool.expect("threads").install(|| {
            seconds(|| {
                passed = checker.check(&checkpoint).ok();
            })
        });
        assert!(passed.is_some_and(|outcome| outcome.passed()));
        took
    };
    let (mut one, mut two) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        one = least(one, check(1));
        two = least(two, check(2));
    }
    let each = 1e9 / small.elements() as f64;
    println!("check of {:.2e} values of f32", small.elements() as f64);
    println!(
        "  one thread {:.2} ns a value, two {:.2}: {:.2} times as fast",
        one * each,
        two * each,
        one / two
    );
    println!("  peak memory {:.0} MiB", peak());
    fs::remove_file(&path).expect("it was written");
}

#[cfg(not(unix))]
fn main() {
    println!("SKIPPED: memory-backed files are looked for on Unix alone");
}
