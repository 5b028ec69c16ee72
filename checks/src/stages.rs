//! Where the time of a standard normal `f32` or `f64` draw goes: each part is timed alone over 2^20
//! elements, on one thread, in place.
//!
//! The parts do not add up to the whole: a processor works on several at once. Each loop is the
//! kernel's with the rest left out, and stores what it has.

use std::{hint::black_box, time::Instant};

use fanin::{
    Initializer, Key, Normal,
    internals::{
        LANES, LEN, LOW_WORDS, Lanes, Seeds, WORDS, dispatched, radius_f32, radius_f64,
        radius_squared_f64, reduce_f64, sin_cos_f32, sin_cos_f64,
    },
};
use ndarray::ArrayViewMut1;

const TOTAL: usize = 1 << 20;
const ROUNDS: usize = 101;
const GROUP: usize = 2 * LANES;

dispatched! {
    /// The words of `f32` draws, two a pair, unused.
    fn words(lanes: &mut Lanes, out: &mut [u32]) {
        let mut lanes = *lanes;
        for out in out.chunks_exact_mut(LANES) {
            out.copy_from_slice(&lanes.step());
        }
    }

    /// The low words too, and both put together.
    fn words_64(high: &mut Lanes, low: &mut Lanes, out: &mut [u64]) {
        let (mut high, mut low) = (*high, *low);
        for out in out.chunks_exact_mut(LANES) {
            let (high, low) = (high.step(), low.step());
            for lane in 0..LANES {
                out[lane] = u64::from(high[lane]) << 32 | u64::from(low[lane]);
            }
        }
    }

    /// A radius for every second element, of words that are there.
    fn radii(words: &[u32], out: &mut [f32]) {
        for (out, word) in out.iter_mut().zip(words) {
            *out = radius_f32(*word);
        }
    }

    fn reductions_64(words: &[u64], ds: &mut [f64], exponents: &mut [f64]) {
        for ((d, exponent), word) in ds.iter_mut().zip(exponents).zip(words) {
            (*d, *exponent) = reduce_f64(*word);
        }
    }

    fn logarithms_64(ds: &[f64], exponents: &[f64], out: &mut [f64]) {
        for ((out, d), exponent) in out.iter_mut().zip(ds).zip(exponents) {
            *out = radius_squared_f64(*d, *exponent);
        }
    }

    fn roots_64(squares: &[f64], out: &mut [f64]) {
        for (out, square) in out.iter_mut().zip(squares) {
            *out = square.sqrt();
        }
    }

    /// Sine and cosine of every second word, of words that are there.
    fn angles(words: &[u32], out: &mut [f32]) {
        for (group, words) in out.chunks_exact_mut(GROUP).zip(words.chunks_exact(LANES)) {
            for lane in 0..LANES {
                let (sin, cos) = sin_cos_f32(words[lane]);
                group[lane] = sin;
                group[LANES + lane] = cos;
            }
        }
    }

    fn angles_64(words: &[u64], out: &mut [f64]) {
        for (group, words) in out.chunks_exact_mut(GROUP).zip(words.chunks_exact(LANES)) {
            for lane in 0..LANES {
                let (sin, cos) = sin_cos_f64(words[lane]);
                group[lane] = sin;
                group[LANES + lane] = cos;
            }
        }
    }

    /// The values of a block whose words are there.
    fn products(words: &[u32], out: &mut [f32]) {
        for (group, words) in out.chunks_exact_mut(GROUP).zip(words.chunks_exact(GROUP)) {
            for lane in 0..LANES {
                let radius = radius_f32(words[lane]);
                let (sin, cos) = sin_cos_f32(words[LANES + lane]);
                group[lane] = radius * sin;
                group[LANES + lane] = radius * cos;
            }
        }
    }
}

/// The median time of a call, in ns per element.
fn time(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e9 / TOTAL as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn row(what: &str, time: f64, whole: f64) {
    println!("| {what} | {time:.3} | {:.0} % |", 100.0 * time / whole);
}

/// The program.
///
/// # Errors
///
/// None.
pub fn main() -> Result<(), lexopt::Error> {
    let key = Key::from_seed(1);
    let law = Normal::new(0.0, 1.0).expect("a law");
    let blocks = (TOTAL / LEN) as u64;

    let mut words_32 = vec![0_u32; LEN];
    let mut values = vec![0.0_f32; TOTAL];
    let mut drawn = values.clone();
    let fill = |out: &mut [f32]| {
        law.fill_keyed(key.clone(), &mut ArrayViewMut1::from(&mut *out))
            .expect("a law");
        black_box(out);
    };
    // What is taken apart is what the library draws.
    fill(&mut drawn);
    let mut seeds = Seeds::new(&key, WORDS);
    for (number, out) in (0..).zip(values.chunks_exact_mut(LEN)) {
        words(&mut Lanes::new(*seeds.of(number)), &mut words_32);
        products(&words_32, out);
    }
    assert_eq!(values, drawn);

    let whole = time(|| fill(&mut values));
    println!("| `f32`, part | ns per element | of the whole |");
    println!("|---|---:|---:|");
    row("the whole call", whole, whole);
    let seeding = time(|| {
        let mut seeds = Seeds::new(&key, WORDS);
        for number in 0..blocks {
            black_box(seeds.of(number));
        }
    });
    row("seeds of the blocks", seeding, whole);
    let seed = *Seeds::new(&key, WORDS).of(0);
    let mut each = |what: &str, run: &mut dyn FnMut(&mut [f32])| {
        let time = time(|| {
            for out in values.chunks_exact_mut(LEN) {
                run(out);
                black_box(out);
            }
        });
        row(what, time, whole);
    };
    let mut made = vec![0_u32; LEN];
    each("words, kept in the first cache", &mut |_| {
        words(&mut Lanes::new(black_box(seed)), &mut made);
        black_box(&mut made);
    });
    let mut kept = vec![0.0_f32; LEN];
    each("radii, the same", &mut |_| {
        radii(black_box(&words_32[..LEN / 2]), &mut kept[..LEN / 2]);
        black_box(&mut kept);
    });
    each("angles, the same", &mut |_| {
        angles(black_box(&words_32[..LEN / 2]), &mut kept);
        black_box(&mut kept);
    });
    each(
        "radii, angles and products, of words that are there",
        &mut |_| {
            products(black_box(&words_32), &mut kept);
            black_box(&mut kept);
        },
    );
    each("store: a copy of a block to its place", &mut |out| {
        out.copy_from_slice(black_box(&kept));
    });
    each("memset", &mut |out| out.fill(black_box(0.5)));

    let [mut high, mut low] = [WORDS, LOW_WORDS].map(|stream| *Seeds::new(&key, stream).of(0));
    let mut words_of_64 = vec![0_u64; LEN];
    let mut values = vec![0.0_f64; TOTAL];
    let fill = |out: &mut [f64]| {
        law.fill_keyed(key.clone(), &mut ArrayViewMut1::from(&mut *out))
            .expect("a law");
        black_box(out);
    };
    fill(&mut values);
    words_64(
        &mut Lanes::new(high),
        &mut Lanes::new(low),
        &mut words_of_64,
    );
    for (n, value) in values[..LEN].iter().enumerate() {
        let (radius, place) = (n / GROUP * GROUP + n % LANES, n % GROUP);
        let (sin, cos) = sin_cos_f64(words_of_64[radius + LANES]);
        let angle = if place < LANES { sin } else { cos };
        assert_eq!(*value, radius_f64(words_of_64[radius]) * angle);
    }

    let whole = time(|| fill(&mut values));
    println!("\n| `f64`, part | ns per element | of the whole |");
    println!("|---|---:|---:|");
    row("the whole call", whole, whole);
    let seeding = time(|| {
        let mut seeds = [WORDS, LOW_WORDS].map(|stream| Seeds::new(&key, stream));
        for number in 0..blocks {
            black_box(seeds.each_mut().map(|seeds| *seeds.of(number)));
        }
    });
    row("seeds of the blocks", seeding, whole);
    let mut each = |what: &str, run: &mut dyn FnMut(&mut [f64])| {
        let time = time(|| {
            for out in values.chunks_exact_mut(LEN) {
                run(out);
                black_box(out);
            }
        });
        row(what, time, whole);
    };
    let mut made = vec![0_u64; LEN];
    each("words, kept in the first cache", &mut |_| {
        (high, low) = (black_box(high), black_box(low));
        words_64(&mut Lanes::new(high), &mut Lanes::new(low), &mut made);
        black_box(&mut made);
    });
    let mut kept = vec![0.0_f64; LEN];
    let mut ds = vec![0.0_f64; LEN / 2];
    let (mut exponents, mut squares) = (ds.clone(), ds.clone());
    each("reductions of radii, the same", &mut |_| {
        reductions_64(black_box(&words_of_64[..LEN / 2]), &mut ds, &mut exponents);
        black_box((&mut ds, &mut exponents));
    });
    each("their logarithms", &mut |_| {
        logarithms_64(black_box(&ds), &exponents, &mut squares);
        black_box(&mut squares);
    });
    each("their roots", &mut |_| {
        roots_64(black_box(&squares), &mut kept[..LEN / 2]);
        black_box(&mut kept);
    });
    each("angles", &mut |_| {
        angles_64(black_box(&words_of_64[..LEN / 2]), &mut kept);
        black_box(&mut kept);
    });
    each("store: a copy of a block to its place", &mut |out| {
        out.copy_from_slice(black_box(&kept));
    });
    each("memset", &mut |out| out.fill(black_box(0.5)));
    Ok(())
}
