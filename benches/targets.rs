//! The targets of the engine, and its measured figures: `cargo bench --bench targets`.
//!
//! Every row is a ratio of two things that are timed in turn, in one run, so that a machine that
//! slows down slows both; the figure is the ratio of their medians. Everything that is timed is
//! first compared with elements that are drawn singly. The targets against other libraries are in
//! `checks/peers`.

use std::{hint::black_box, time::Instant};

use fanin::{
    Axis, Element, Flat, HeNormal, Initializer, Key, Normal, Orthogonal, Scheme, TruncatedNormal,
    Uniform,
};
use half::{bf16, f16};
use ndarray::{Array2, Array3, ArrayViewMut1, ArrayViewMut2, ShapeBuilder, s};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use rand_distr::StandardNormal;
use rayon::ThreadPoolBuilder;

/// Pairs of timings for a row, and the time that each should take at least, for the clock's
/// resolution.
const PAIRS: usize = 25;
const AT_LEAST: f64 = 2e-4;

struct Row {
    what: &'static str,
    /// Seconds of the two, per element or call.
    times: (f64, f64),
    /// The ratio, and what it must not be below or above.
    measured: f64,
    target: Target,
}

enum Target {
    AtLeast(f64),
    AtMost(f64),
    None,
}

/// The median seconds of one call of each, timed in turn.
fn time(mut a: impl FnMut(), mut b: impl FnMut()) -> (f64, f64) {
    fn calls(f: &mut impl FnMut()) -> usize {
        f();
        let start = Instant::now();
        f();
        (AT_LEAST / start.elapsed().as_secs_f64().max(1e-9)).ceil() as usize
    }
    // Once without the clock, so that the threads of a pool are awake: one that wakes up may for some
    // milliseconds share the processor of the one that woke it.
    fn once(f: &mut impl FnMut(), calls: usize) -> f64 {
        f();
        let start = Instant::now();
        for _ in 0..calls {
            f();
        }
        start.elapsed().as_secs_f64() / calls as f64
    }
    let (calls_a, calls_b) = (calls(&mut a), calls(&mut b));
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..PAIRS {
        times[0].push(once(&mut a, calls_a));
        times[1].push(once(&mut b, calls_b));
    }
    let [a, b] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[PAIRS / 2]
    });
    (a, b)
}

/// Fills a slice, and returns it so that the compiler must.
fn fill<F: Element>(scheme: &dyn Scheme, key: &Key, slice: &mut [F]) {
    scheme
        .fill_keyed(key.clone(), &mut ArrayViewMut1::from(&mut *slice))
        .expect("a law that the type can hold");
    black_box(slice);
}

/// A filled buffer of `len` elements, after a comparison of some of them with elements that are
/// drawn singly.
fn buffer<F: Element>(scheme: &dyn Scheme, key: &Key, len: usize) -> Vec<F> {
    let mut buffer = vec![F::zero(); len];
    fill(scheme, key, &mut buffer);
    for index in (0..len).step_by(len / 61 + 1) {
        let alone = scheme
            .filler(key.clone(), len)
            .and_then(|filler| filler.region::<F, _>(Flat(index as u64..=index as u64)))
            .expect("a region of the whole");
        assert_eq!(alone[0], buffer[index], "{scheme:?}, element {index}");
    }
    buffer
}

fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads")
        .install(run)
}

/// One law against another, or against what a user would write, on one thread and in place.
fn in_place(rows: &mut Vec<Row>) {
    const LEN: usize = 1 << 20;
    let key = Key::from_seed(1);
    let standard = Normal::new(0.0, 1.0).expect("a law");
    let he = HeNormal;
    let uniform = Uniform::new(-0.05, 0.05).expect("a law");
    let mut rng = SmallRng::seed_from_u64(1);
    let mut other_32 = vec![0.0_f32; LEN];
    let mut other_64 = vec![0.0_f64; LEN];

    let mut f32s = buffer::<f32>(&standard, &key, LEN);
    let level = if cfg!(any(fanin_level = "avx2", fanin_level = "baseline")) {
        Target::AtLeast(3.5)
    } else {
        Target::AtLeast(5.5)
    };
    rows.push(Row::per_element(
        "normal f32, over rand_distr::StandardNormal",
        LEN,
        time(
            || normals(&mut other_32, &mut rng),
            || fill(&standard, &key, &mut f32s),
        ),
        level,
    ));
    let mut scaled = buffer::<f32>(&Normal::new(0.0, 0.05).expect("a law"), &key, LEN);
    let user = rand_distr::Normal::new(0.0_f32, 0.05).expect("a law");
    rows.push(Row::per_element(
        "normal f32 of std 0.05, over rand_distr::Normal",
        LEN,
        time(
            || {
                for value in &mut other_32 {
                    *value = rng.sample(user);
                }
                black_box(&mut other_32);
            },
            || fill(&Normal::new(0.0, 0.05).expect("a law"), &key, &mut scaled),
        ),
        Target::None,
    ));
    let mut by_fan = buffer::<f32>(&Normal::new(0.0, 0.05).expect("a law"), &key, LEN);
    rows.push(Row::per_element(
        "normal f32 of std 0.05, of the time of N(0, 1)",
        LEN,
        time(
            || fill(&Normal::new(0.0, 0.05).expect("a law"), &key, &mut by_fan),
            || fill(&standard, &key, &mut f32s),
        ),
        Target::AtMost(1.05),
    ));
    let mut f64s = buffer::<f64>(&standard, &key, LEN);
    rows.push(Row::per_element(
        "normal f64, over rand_distr::StandardNormal",
        LEN,
        time(
            || normals(&mut other_64, &mut rng),
            || fill(&standard, &key, &mut f64s),
        ),
        Target::AtLeast(1.1),
    ));
    let mut halves = buffer::<f16>(&standard, &key, LEN);
    rows.push(Row::per_element(
        "normal f16, of the time of f32",
        LEN,
        time(
            || fill(&standard, &key, &mut halves),
            || fill(&standard, &key, &mut f32s),
        ),
        Target::AtMost(1.25),
    ));
    let mut brains = buffer::<bf16>(&standard, &key, LEN);
    rows.push(Row::per_element(
        "normal bf16, of the time of f32",
        LEN,
        time(
            || fill(&standard, &key, &mut brains),
            || fill(&standard, &key, &mut f32s),
        ),
        Target::AtMost(1.15),
    ));
    let mut uniforms = buffer::<f32>(&uniform, &key, LEN);
    let user = rand::distr::Uniform::new(-0.05_f32, 0.05).expect("a law");
    rows.push(Row::per_element(
        "uniform f32, over rand::distr::Uniform",
        LEN,
        time(
            || {
                for value in &mut other_32 {
                    *value = rng.sample(user);
                }
                black_box(&mut other_32);
            },
            || fill(&uniform, &key, &mut uniforms),
        ),
        Target::AtLeast(3.0),
    ));
    for (what, low, high) in [
        (
            "truncated normal f32 at -2 and 2, of the time of normal",
            -2.0,
            2.0,
        ),
        ("the same at 0.5 and 3", 0.5, 3.0),
        ("the same from 0 on", 0.0, f64::INFINITY),
        ("the same from 10 on", 10.0, f64::INFINITY),
    ] {
        let truncated = TruncatedNormal::from_parent(0.0, 1.0, low, high).expect("a law");
        let mut cut = buffer::<f32>(&truncated, &key, LEN);
        rows.push(Row::per_element(
            what,
            LEN,
            time(
                || fill(&truncated, &key, &mut cut),
                || fill(&standard, &key, &mut f32s),
            ),
            Target::AtMost(2.2),
        ));
    }
    let mut small = || {
        let array: Array2<f32> = he.init(&mut rng, (8, 8)).expect("a law");
        black_box(array);
    };
    let times = time(&mut small, || {});
    rows.push(Row {
        what: "8 x 8 f32, whole init call, in units of 250 ns",
        times,
        measured: times.0 / 250e-9,
        target: Target::AtMost(1.0),
    });
    let mut one = Array2::<f32>::zeros((1, 1));
    let place = (1 << 29) + 12_345;
    let filler = he.filler(key.clone(), (1 << 30, 1 << 10)).expect("a law");
    let times = time(
        || {
            let region = (place..=place, 777..778);
            filler.fill_region(region, &mut one).expect("a region");
            black_box(&mut one);
        },
        || {},
    );
    rows.push(Row {
        what: "one element of 2^40, in units of 2 us",
        times,
        measured: times.0 / 2e-6,
        target: Target::AtMost(1.0),
    });
    let truncated = TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0).expect("a law");
    let filler = truncated
        .filler(key.clone(), (1 << 30, 1 << 10))
        .expect("a law");
    let times = time(
        || {
            let region = (place..=place, 777..778);
            filler.fill_region(region, &mut one).expect("a region");
            black_box(&mut one);
        },
        || {},
    );
    rows.push(Row {
        what: "the same of a truncated normal law",
        times,
        measured: times.0 / 2e-6,
        target: Target::AtMost(1.0),
    });
}

fn normals<F: Element>(slice: &mut [F], rng: &mut SmallRng)
where
    StandardNormal: rand_distr::Distribution<F>,
{
    for value in &mut *slice {
        *value = rng.sample(StandardNormal);
    }
    black_box(slice);
}

/// Regions and memory orders, on one thread.
fn shapes(rows: &mut Vec<Row>) {
    let key = Key::from_seed(2);
    let (height, width) = (50_000, 4096);
    let mut columns = Array2::<f32>::zeros((height, width / 8));
    let mut rows_ = Array2::<f32>::zeros((height / 8, width));
    rows.push(Row::per_element(
        "an eighth of the columns of (50000, 4096), of that of its rows",
        height * width / 8,
        time(
            || region(&key, (height, width), (0..height, 512..1024), &mut columns),
            || region(&key, (height, width), (0..height / 8, 0..width), &mut rows_),
        ),
        Target::AtMost(3.0),
    ));
    // Times of both per element of the whole. The parts are first compared with it.
    let table = (50_257, 768);
    let mut all = Array2::<f32>::zeros(table);
    for (what, range, most) in [
        (
            "a quarter of the columns of (50257, 768), of all",
            192..384,
            0.45,
        ),
        ("one of its columns, of all", 300..301, 0.3),
    ] {
        let mut some = Array2::<f32>::zeros((table.0, range.len()));
        region(&key, table, (0..table.0, range.clone()), &mut some);
        region(&key, table, (0..table.0, 0..table.1), &mut all);
        assert_eq!(some, all.slice(s![.., range.clone()]));
        rows.push(Row::per_element(
            what,
            all.len(),
            time(
                || region(&key, table, (0..table.0, range.clone()), &mut some),
                || region(&key, table, (0..table.0, 0..table.1), &mut all),
            ),
            Target::AtMost(most),
        ));
    }
    let mut contiguous = Array2::<f32>::zeros((4096, 4096));
    let mut fortran = Array2::<f32>::zeros((4096, 4096).f());
    HeNormal
        .fill_keyed(key.clone(), &mut contiguous)
        .expect("a law");
    HeNormal
        .fill_keyed(key.clone(), &mut fortran)
        .expect("a law");
    assert_eq!(contiguous, fortran);
    rows.push(Row::per_element(
        "4096 x 4096 f32 in Fortran order, of contiguous",
        4096 * 4096,
        time(
            || matrix(&key, fortran.view_mut()),
            || matrix(&key, contiguous.view_mut()),
        ),
        Target::AtMost(3.0),
    ));
}

/// Part of a weight of that shape.
fn region(
    key: &Key,
    whole: (usize, usize),
    ranges: (std::ops::Range<usize>, std::ops::Range<usize>),
    array: &mut Array2<f32>,
) {
    HeNormal
        .filler(key.clone(), whole)
        .and_then(|filler| filler.fill_region(ranges, array))
        .expect("a region");
    black_box(array);
}

fn matrix(key: &Key, mut view: ArrayViewMut2<'_, f32>) {
    HeNormal.fill_keyed(key.clone(), &mut view).expect("a law");
    black_box(view);
}

/// Threads, and memory that is fresh.
fn threads(rows: &mut Vec<Row>) {
    let key = Key::from_seed(3);
    let [one, two] = [1, 2].map(|threads| {
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads")
    });
    let law = HeNormal;
    let mut flat = Array2::<f32>::zeros((4096, 4096));
    let mut fortran = Array2::<f32>::zeros((4096, 4096).f());
    let mut again = flat.clone();
    rows.push(Row::per_element(
        "2 threads, 2^24 f32 in place: times as fast as 1",
        1 << 24,
        time(
            || one.install(|| matrix(&key, flat.view_mut())),
            || two.install(|| matrix(&key, again.view_mut())),
        ),
        Target::AtLeast(1.85),
    ));
    assert_eq!(flat, again);
    let mut fortran_again = fortran.clone();
    rows.push(Row::per_element(
        "2 threads, 4096 x 4096 in Fortran order: times as fast as 1",
        1 << 24,
        time(
            || one.install(|| matrix(&key, fortran.view_mut())),
            || two.install(|| matrix(&key, fortran_again.view_mut())),
        ),
        Target::AtLeast(1.6),
    ));
    for (what, pool) in [
        (
            "fresh 4096 x 4096 f32, 1 thread, of memset of fresh memory",
            &one,
        ),
        ("the same with 2 threads", &two),
    ] {
        rows.push(Row::per_element(
            what,
            1 << 24,
            time(
                || {
                    let array: Array2<f32> =
                        pool.install(|| law.init_keyed(key.clone(), (4096, 4096)).expect("a law"));
                    black_box(array);
                },
                || {
                    let mut memory = vec![0.0_f32; 1 << 24];
                    pool.install(|| {
                        use rayon::prelude::*;
                        let chunk = memory.len() / rayon::current_num_threads();
                        memory
                            .par_chunks_mut(chunk)
                            .for_each(|chunk| chunk.fill(1.0));
                    });
                    black_box(memory);
                },
            ),
            Target::AtMost(1.4),
        ));
    }
}

/// Orthogonal matrices, on one thread.
fn orthogonal(rows: &mut Vec<Row>) {
    let key = Key::from_seed(5);
    let scheme = Orthogonal;
    let axes = [Axis::Batch(1000), Axis::Output(64), Axis::Input(64)];
    let mut one = Array2::<f32>::zeros((1024, 1024));
    let mut many = Array3::<f32>::zeros((1000, 64, 64));
    let (one_len, many_len) = (one.len() as f64, many.len() as f64);
    let (one, many) = time(
        || {
            scheme.fill_keyed(key.clone(), &mut one).expect("a matrix");
            black_box(&mut one);
        },
        || {
            scheme
                .filler(key.clone(), axes)
                .and_then(|filler| filler.fill(&mut many))
                .expect("matrices");
            black_box(&mut many);
        },
    );
    let (one, many) = (one / one_len, many / many_len);
    rows.push(Row {
        what: "orthogonal 1024 x 1024 f32, in units of 20 ns an element",
        times: (one, many),
        measured: one / 20e-9,
        target: Target::AtMost(1.0),
    });
    rows.push(Row {
        what: "1000 batches of 64 x 64, of that for an element",
        times: (many, one),
        measured: many / one,
        target: Target::AtMost(1.0),
    });
}

/// From 2^12 to 2^28 elements: how much slower an element gets, beside memset's.
fn growth(rows: &mut Vec<Row>) {
    let key = Key::from_seed(4);
    let law = Normal::new(0.0, 1.0).expect("a law");
    let of = |len: usize| {
        let mut values = buffer::<f32>(&law, &key, len);
        let mut memory = vec![1.0_f32; len];
        let (fill, memset) = time(
            || fill(&law, &key, &mut values),
            || {
                memory.fill(black_box(0.5));
                black_box(&mut memory);
            },
        );
        (fill / len as f64, memset / len as f64)
    };
    let (small, large) = (of(1 << 12), of(1 << 28));
    rows.push(Row {
        what: "an element at 2^28 over one at 2^12: more ns than memset's, in units of 0.1 ns",
        times: (large.0, small.0),
        measured: ((large.0 - small.0) - (large.1 - small.1)) * 1e10,
        target: Target::AtMost(1.0),
    });
}

impl Row {
    fn per_element(what: &'static str, len: usize, (a, b): (f64, f64), target: Target) -> Self {
        let len = len as f64;
        Row {
            what,
            times: (a / len, b / len),
            measured: a / b,
            target,
        }
    }

    fn print(&self) {
        let (target, verdict) = match self.target {
            Target::AtLeast(least) => (format!(">= {least}"), self.measured >= least),
            Target::AtMost(most) => (format!("<= {most}"), self.measured <= most),
            Target::None => (String::new(), true),
        };
        println!(
            "{:78} {:8.3} {target:>8} {:7} {:9.3} {:9.3}",
            self.what,
            self.measured,
            if verdict { "" } else { "missed" },
            self.times.0 * 1e9,
            self.times.1 * 1e9,
        );
    }
}

fn main() {
    println!(
        "{:78} {:>8} {:>8} {:7} {:>9} {:>9}",
        "", "measured", "target", "", "ns, first", "second"
    );
    let mut rows = Vec::new();
    with_threads(1, || {
        let mut rows = Vec::new();
        in_place(&mut rows);
        shapes(&mut rows);
        orthogonal(&mut rows);
        growth(&mut rows);
        rows
    })
    .into_iter()
    .for_each(|row| rows.push(row));
    threads(&mut rows);
    for row in &rows {
        row.print();
    }
}
