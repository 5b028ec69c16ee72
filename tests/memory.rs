//! What a call takes of memory beside its result: less than 1 MiB a thread, 256 KiB where the array
//! is not contiguous, and nothing for one element. A law of whole matrices takes more: its matrix.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicIsize, Ordering::Relaxed},
    },
};

use fanin::{
    Axis as Role, Element, Flat, FromDistribution, HeNormal, HeTruncatedNormal, Initializer, Key,
    Normal, Orthogonal, Scheme, TruncatedNormal, Uniform,
};
use ndarray::{Array1, Array2, Array3, ArrayViewMut2, Axis, ShapeBuilder, s};
use rand_distr::StandardUniform;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Bytes in use and the most that were, over all threads that take part; calls of this thread.
static USED: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);
thread_local! {
    static TAKES_PART: Cell<bool> = const { Cell::new(false) };
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

/// Counts what this thread allocates and frees from now on. The others are the test harness' and
/// those of tests that wait or have ended, whose own allocations are none of ours.
fn take_part() {
    TAKES_PART.set(true);
}

impl Counting {
    fn add(size: usize) {
        let size = size as isize; // No layout is larger.
        if TAKES_PART.get() {
            PEAK.fetch_max(USED.fetch_add(size, Relaxed) + size, Relaxed);
        }
        CALLS.set(CALLS.get() + 1);
    }
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Counting::add(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    // So that pages of zeros are not touched.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Counting::add(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        if TAKES_PART.get() {
            USED.fetch_sub(layout.size() as isize, Relaxed);
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(start, layout) }
    }

    // `realloc` is that of the trait, which allocates, copies and frees: as much as can be needed.
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One at a time measures, of its own thread and those that it has started to take part.
fn alone() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    #[cfg(feature = "parallel")]
    static START: std::sync::Once = std::sync::Once::new();
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    #[cfg(feature = "parallel")]
    START.call_once(|| {
        let pool = rayon::ThreadPoolBuilder::new()
            .start_handler(|_| take_part())
            .exit_handler(|_| TAKES_PART.set(false));
        pool.build_global().unwrap();
        rayon::broadcast(|_| ()); // They have started.
    });
    take_part();
    Turn(turn)
}

struct Turn(#[allow(dead_code, reason = "held until it is dropped")] MutexGuard<'static, ()>);

impl Drop for Turn {
    fn drop(&mut self) {
        TAKES_PART.set(false);
    }
}

/// The most bytes that were in use at once meanwhile, above what was before.
fn peak<T>(run: impl FnOnce() -> T) -> (usize, T) {
    let before = USED.load(Relaxed);
    PEAK.store(before, Relaxed);
    let result = run();
    let most = PEAK.load(Relaxed) - before;
    (most.try_into().unwrap(), result)
}

#[track_caller]
fn at_most(bound: usize, used: usize, what: &str) {
    assert!(used <= bound, "{what}: {used} bytes, more than {bound}");
}

/// Runs it in pools of several sizes, and tells it their size.
fn with_threads(run: impl Fn(usize) + Sync) {
    #[cfg(feature = "parallel")]
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .start_handler(|_| take_part())
            .exit_handler(|_| TAKES_PART.set(false))
            .build()
            .unwrap();
        // The threads have started when all of them have run something.
        pool.broadcast(|_| ());
        pool.install(|| run(threads));
    }
    #[cfg(not(feature = "parallel"))]
    run(1);
}

/// New arrays, arrays in place, regions of a larger tensor, and views of several orders.
fn every_way<F: Element>(scheme: &dyn Scheme, rows: usize, columns: usize, threads: usize) {
    let key = Key::from_seed(1);
    let result = rows * columns * size_of::<F>();
    let (used, mut array) = peak(|| {
        scheme
            .init_keyed::<F, _>(key.clone(), (rows, columns))
            .unwrap()
    });
    at_most(result + threads * MIB, used, "a new array");

    let (used, ()) = peak(|| scheme.fill_keyed(key.clone(), &mut array).unwrap());
    at_most(threads * MIB, used, "an array in place");

    let whole = (2 * rows + 3, 2 * columns + 3);
    let region = || (2..rows + 2, 1..columns + 1);
    let part = |mut array: ArrayViewMut2<'_, F>, scratch: usize, what: &str| {
        let (used, ()) = peak(|| {
            scheme
                .filler(key.clone(), whole)
                .unwrap()
                .fill_region(region(), &mut array)
                .unwrap();
        });
        at_most(threads * scratch, used, what);
    };
    part(array.view_mut(), MIB, "a region");

    // The axes of the same memory in the opposite order.
    let mut fortran = array.into_shape_with_order((columns, rows)).unwrap();
    part(
        fortran.view_mut().reversed_axes(),
        256 * KIB,
        "a region in Fortran order",
    );
    let (used, ()) = peak(|| {
        let mut view = fortran.view_mut().reversed_axes();
        scheme.fill_keyed(key.clone(), &mut view).unwrap();
    });
    at_most(threads * 256 * KIB, used, "an array in Fortran order");
    drop(fortran);

    let mut wide = Array2::<F>::zeros((rows, 2 * columns));
    let mut view = wide.slice_mut(s![.., ..;2]);
    view.invert_axis(Axis(0));
    let (used, ()) = peak(|| scheme.fill_keyed(key.clone(), &mut view).unwrap());
    at_most(threads * 256 * KIB, used, "every second column, backwards");
    drop(wide);

    let mut cube = Array3::<F>::zeros((columns, rows / 16, 16).f()).permuted_axes([1, 2, 0]);
    let (used, ()) = peak(|| scheme.fill_keyed(key.clone(), &mut cube).unwrap());
    at_most(threads * 256 * KIB, used, "axes in no order at all");
}

#[test]
fn less_than_a_mebibyte_a_thread_beside_the_result() {
    let _turn = alone();
    // In a debug build, which takes its time, 2 MiB of f32 cut into eight for the threads.
    let rows = if cfg!(debug_assertions) { 128 } else { 4096 };
    let normal = Normal::new(0.1, 0.3).unwrap();
    with_threads(|threads| {
        every_way::<f32>(&HeNormal, rows, 4096, threads);
        every_way::<f64>(&normal, rows / 2, 4096, threads);
        every_way::<f32>(&Uniform::new(-0.3, 0.5).unwrap(), rows / 2, 2048, threads);
        let truncated = TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0).unwrap();
        every_way::<f32>(&truncated, rows / 2, 2048, threads);
        let brought = FromDistribution::new(StandardUniform);
        every_way::<f32>(&brought, rows / 2, 1024, threads);
        #[cfg(feature = "half")]
        every_way::<half::bf16>(&HeNormal, rows, 2048, threads);
    });
}

/// 64 MiB, on as many threads as the caller has.
#[test]
fn a_large_array_takes_no_more() {
    let _turn = alone();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let key = Key::from_seed(1);
    let mut array = Array2::<f32>::zeros((4096, 4096));
    HeNormal.fill_keyed(key.clone(), &mut array).unwrap(); // Starts the threads.
    let (used, ()) = peak(|| HeNormal.fill_keyed(key.clone(), &mut array).unwrap());
    at_most(threads * MIB, used, "an array in place");
    let mut fortran = array.view_mut().reversed_axes();
    let (used, ()) = peak(|| HeNormal.fill_keyed(key.clone(), &mut fortran).unwrap());
    at_most(threads * 256 * KIB, used, "an array in Fortran order");
}

/// A gibibyte, in every way: 10 GiB are written, and 3 GiB are in use at once.
#[test]
#[ignore = "takes 3 GiB of memory; part of ci/long.sh"]
fn a_gibibyte_in_every_way() {
    let _turn = alone();
    with_threads(|threads| every_way::<f32>(&HeNormal, 16_384, 16_384, threads));
}

/// A gibibyte once, for the resident size of the process as the system sees it.
#[test]
#[ignore = "takes 1 GiB of memory; part of ci/long.sh"]
fn a_gibibyte() {
    let _turn = alone();
    let array: Array2<f32> = HeNormal
        .init_keyed(Key::from_seed(1), (16_384, 16_384))
        .unwrap();
    assert_eq!(array.len() * size_of::<f32>(), 1 << 30);
}

/// The same memory in Fortran order.
#[test]
#[ignore = "takes 1 GiB of memory; part of ci/long.sh"]
fn a_gibibyte_in_fortran_order() {
    let _turn = alone();
    let mut array = Array2::<f32>::zeros((16_384, 16_384).f());
    HeNormal.fill_keyed(Key::from_seed(1), &mut array).unwrap();
    assert!(array.iter().step_by(1 << 16).all(|x| *x != 0.0));
}

/// What `Orthogonal` says that a matrix takes, of draws of `size` bytes: itself, its reflections,
/// and 33 of its columns and 16 KiB a thread.
fn matrix_takes((rows, columns): (usize, usize), size: usize, threads: usize) -> usize {
    let (long, short) = (rows.max(columns), rows.min(columns));
    let blocks = short.div_ceil(64);
    // From the first row of its first reflection on, each block is 64 wide.
    let reflections: usize = (0..blocks)
        .map(|block| (long - 64 * block).next_multiple_of(4) * 64 + 64 * 64 + 1024)
        .sum();
    let thread = 33 * long.next_multiple_of(4) * size + 16 * KIB;
    (rows * columns + reflections) * size + threads * thread
}

#[test]
fn a_matrix_takes_itself_and_its_reflections() {
    fn check<F: Element>(shape: (usize, usize), draw: usize, threads: usize) {
        let mut array = Array2::<F>::zeros(shape);
        let (used, ()) = peak(|| {
            let key = Key::from_seed(1);
            Orthogonal.fill_keyed(key.clone(), &mut array).unwrap();
        });
        at_most(matrix_takes(shape, draw, threads), used, "a matrix");
        // Else nothing has been counted.
        assert!(used > shape.0 * shape.1 * draw);
    }
    let _turn = alone();
    let n = if cfg!(debug_assertions) { 160 } else { 1024 };
    with_threads(|threads| {
        check::<f32>((n, n), 4, threads);
        check::<f64>((n, n / 2), 8, threads);
        check::<f32>((n / 4, n), 4, threads);
        #[cfg(feature = "half")]
        check::<half::bf16>((n, n / 2), 4, threads);
    });
}

#[test]
fn a_region_makes_the_batches_that_it_touches() {
    let _turn = alone();
    let shape = [Role::Batch(64), Role::Output(48), Role::Input(80)];
    with_threads(|threads| {
        let mut array = Array3::<f32>::zeros((1, 2, 3));
        let (used, ()) = peak(|| {
            let (key, region) = (Key::from_seed(1), (17..18, 5..7, 70..73));
            Orthogonal
                .filler(key.clone(), shape)
                .unwrap()
                .fill_region(region, &mut array)
                .unwrap();
        });
        // All 64 would take 960 KiB without their reflections.
        at_most(matrix_takes((48, 80), 4, threads), used, "one matrix of 64");
    });
}

#[test]
fn one_element_is_drawn_without_allocation() {
    fn calls<F: Element>(scheme: &dyn Scheme) -> usize {
        let key = Key::from_seed(1);
        let mut flat = Array1::<F>::zeros(1);
        let mut block = Array2::<F>::zeros((1, 1));
        let whole = (1 << 20, 1 << 20);
        let filler = scheme.filler(key, whole).unwrap();
        let before = CALLS.get();
        for index in [0, 12_345_678_901, (1 << 40) - 1] {
            filler
                .fill_region(Flat(index..index + 1), &mut flat)
                .unwrap();
            let (row, column) = ((index >> 20) as usize, index as usize & ((1 << 20) - 1));
            filler
                .fill_region((row..row + 1, column..column + 1), &mut block)
                .unwrap();
        }
        CALLS.get() - before
    }
    let _turn = alone();
    assert_eq!(calls::<f32>(&HeNormal), 0);
    assert_eq!(calls::<f64>(&HeNormal), 0);
    #[cfg(feature = "half")]
    assert_eq!(calls::<half::f16>(&HeNormal), 0);
    assert_eq!(calls::<f32>(&Normal::new(0.1, 0.3).unwrap()), 0);
    assert_eq!(calls::<f32>(&Uniform::new(-0.3, 0.5).unwrap()), 0);
    assert_eq!(calls::<f32>(&HeTruncatedNormal), 0);
    let truncated = TruncatedNormal::from_parent(0.1, 1.0, -1.0, f64::INFINITY).unwrap();
    assert_eq!(calls::<f32>(&truncated), 0);
    assert_eq!(calls::<f64>(&truncated), 0);
}

/// A control: a temporary of the result's size is counted, on every thread that takes part, and not
/// on others.
#[test]
fn a_temporary_is_seen() {
    let temporary = || drop(std::hint::black_box(vec![1_u8; 4 * MIB]));
    // Rayon's threads start and end at any time, so that some tens of KiB may come and go.
    let seen = |used: usize| assert!(used.abs_diff(4 * MIB) <= MIB / 2, "{used}");
    let _turn = alone();
    seen(peak(temporary).0);
    let elsewhere = || std::thread::spawn(temporary).join().unwrap();
    assert!(peak(elsewhere).0 <= MIB / 2);
    #[cfg(feature = "parallel")]
    {
        let pool = rayon::ThreadPoolBuilder::new()
            .start_handler(|_| take_part())
            .exit_handler(|_| TAKES_PART.set(false));
        let pool = pool.num_threads(1).build().unwrap();
        seen(peak(|| pool.install(temporary)).0);
        seen(peak(|| rayon::join(temporary, || ())).0);
        with_threads(|_| seen(peak(temporary).0));
    }
    let before = CALLS.get();
    drop(std::hint::black_box(Box::new(1_u8)));
    assert_eq!(CALLS.get() - before, 1);
}
