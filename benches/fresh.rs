//! Ways to get 4096 x 4096 new `f32`: `cargo bench --bench fresh`.
//!
//! A page of fresh memory is mapped when it is first written to, which costs more than the drawing.
//! `GLIBC_TUNABLES=glibc.malloc.hugetlb=1` before the command requests huge pages where the system
//! provides them on request (`/sys/kernel/mm/transparent_hugepage/enabled` is `madvise`).
//!
//! The ways alternate, so that all run under the same load; each is compared with the first.

use std::{hint::black_box, time::Instant};

use fanin::{HeNormal, Initializer, Key};
use ndarray::{Array2, ArrayViewMut2};
use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

const SHAPE: (usize, usize) = (4096, 4096);
const LEN: usize = SHAPE.0 * SHAPE.1;
const ROUNDS: usize = 15;
/// Elements that are drawn before they are appended: a block of the stream.
const PIECE: usize = 2048;

/// What is timed, whether it is a drawing, and how.
type Way<'a> = (&'static str, bool, Box<dyn FnMut() -> Vec<f32> + 'a>);

fn draw(key: &Key, memory: &mut [f32]) {
    let mut view = ArrayViewMut2::from_shape(SHAPE, memory).expect("as many elements");
    HeNormal.fill_keyed(key.clone(), &mut view).expect("a law");
}

/// Appends pieces to memory that is reserved and never zeroed.
fn extend(key: &Key) -> Vec<f32> {
    let mut memory = Vec::with_capacity(LEN);
    let mut piece = vec![0.0_f32; PIECE];
    let filler = HeNormal.filler(key.clone(), SHAPE).expect("a law");
    for start in (0..LEN).step_by(PIECE) {
        let range = start as u64..(start + PIECE) as u64;
        filler.fill_slice(range, &mut piece).expect("a range");
        memory.extend_from_slice(&piece);
    }
    memory
}

/// The zeroed memory is written to by both threads before it is drawn into by both.
fn touched(pool: &ThreadPool, key: &Key) -> Vec<f32> {
    let mut memory = vec![0.0; LEN];
    pool.install(|| {
        let half = LEN / pool.current_num_threads();
        memory
            .par_chunks_mut(half)
            .for_each(|half| half.iter_mut().step_by(1024).for_each(|x| *x = 1.0));
        draw(key, &mut memory);
    });
    memory
}

fn main() {
    let key = Key::from_seed(1);
    let pool = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads")
    };
    let [one, two] = [pool(1), pool(2)];
    let expected: Array2<f32> = HeNormal.init_keyed(key.clone(), SHAPE).expect("a law");
    let zeroed = || vec![0.0_f32; LEN];
    let drawn = |pool: &ThreadPool| {
        let mut memory = zeroed();
        pool.install(|| draw(&key, &mut memory));
        memory
    };
    let init = |pool: &ThreadPool| {
        let array: Array2<f32> =
            pool.install(|| HeNormal.init_keyed(key.clone(), SHAPE).expect("a law"));
        array.into_raw_vec_and_offset().0
    };
    let set = |pool: &ThreadPool| {
        let mut memory = zeroed();
        let half = LEN / pool.current_num_threads();
        pool.install(|| memory.par_chunks_mut(half).for_each(|half| half.fill(1.0)));
        memory
    };

    let (mut first, mut second) = (zeroed(), zeroed());
    let mut ways: Vec<Way<'_>> = vec![
        ("`init`, 1 thread", true, Box::new(|| init(&one))),
        ("`init`, 2 threads", true, Box::new(|| init(&two))),
        (
            "`vec![0.0; n]`, `fill`, 1 thread",
            true,
            Box::new(|| drawn(&one)),
        ),
        (
            "`vec![0.0; n]`, `fill`, 2 threads",
            true,
            Box::new(|| drawn(&two)),
        ),
        (
            "a write to every page first, 2 threads",
            true,
            Box::new(|| touched(&two, &key)),
        ),
        (
            "`with_capacity`, `extend` of blocks",
            true,
            Box::new(|| one.install(|| extend(&key))),
        ),
        (
            "memset of fresh memory, 1 thread",
            false,
            Box::new(|| set(&one)),
        ),
        (
            "memset of fresh memory, 2 threads",
            false,
            Box::new(|| set(&two)),
        ),
    ];
    for (what, draws, way) in &mut ways {
        assert!(!*draws || expected.as_slice() == Some(&way()[..]), "{what}");
    }
    let mut times = vec![Vec::new(); ways.len() + 2];
    for _ in 0..ROUNDS {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let start = Instant::now();
            let memory = black_box(way.2());
            times.push(start.elapsed().as_secs_f64());
            drop(memory);
        }
        for (i, (pool, memory)) in [(&one, &mut first), (&two, &mut second)]
            .into_iter()
            .enumerate()
        {
            // Threads that have just been used are awake; those of the other pool sleep.
            pool.install(|| draw(&key, memory));
            let start = Instant::now();
            pool.install(|| draw(&key, memory));
            times[ways.len() + i].push(start.elapsed().as_secs_f64());
        }
    }
    assert_eq!(expected.as_slice(), Some(&first[..]));
    assert_eq!(first, second);
    let names = ways.iter().map(|way| way.0);
    let names = names.chain([
        "`fill` of an array that exists, 1 thread",
        "the same, 2 threads",
    ]);
    println!("| 4096 x 4096 `f32` | ms | ns per element |");
    println!("|---|---:|---:|");
    for (what, times) in names.zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let median = times[ROUNDS / 2];
        println!(
            "| {what} | {:.1} | {:.2} |",
            median * 1e3,
            median * 1e9 / LEN as f64
        );
    }
}
