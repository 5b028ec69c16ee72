//! Every law and element type, from 64 elements to 2^28, in place and freshly allocated:
//!
//!     cargo bench --bench fill --features half
//!
//! uses all threads; with `RAYON_NUM_THREADS=1` before it, one. What `rand` and `rand_distr` take
//! with `SmallRng`, and memset, is under `beside`. Everything that is timed is compared first: only
//! `checked` returns a buffer to time.

use std::{fmt::Debug, hint::black_box, time::Duration};

use divan::{Bencher, Divan, counter::ItemsCount};
use fanin::{
    Constant, Element, Flat, FromDistribution, Initializer, Key, Normal, Scheme, TruncatedNormal,
    Uniform,
};
use half::{bf16, f16};
use ndarray::{Array1, ArrayViewMut1};
use rand::{RngExt, SeedableRng, distr::Distribution, rngs::SmallRng};
use rand_distr::{Exp1, StandardNormal};

const LENS: [usize; 5] = [1 << 6, 1 << 12, 1 << 16, 1 << 20, 1 << 24];

fn main() {
    // Enough for a median; the options of the command line come after, and win.
    Divan::default()
        .max_time(Duration::from_millis(250))
        .config_with_args()
        .main();
}

/// The laws. Each is built as it is used: that is part of a call.
mod laws {
    use super::{Constant, Exp1, FromDistribution, Normal, Scheme, TruncatedNormal, Uniform};

    pub(crate) fn constant() -> impl Scheme {
        Constant::new(0.5).expect("a law")
    }

    pub(crate) fn normal() -> impl Scheme {
        Normal::new(0.0, 1.0).expect("a law")
    }

    pub(crate) fn uniform() -> impl Scheme {
        Uniform::new(-0.05, 0.05).expect("a law")
    }

    pub(crate) fn truncated() -> impl Scheme {
        TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0).expect("a law")
    }

    pub(crate) fn brought() -> impl Scheme {
        FromDistribution::new(Exp1)
    }
}

fn key() -> Key {
    Key::from_seed(1)
}

/// What `fill` writes into a buffer, after a comparison of some elements with `alone`.
fn checked<F: Element>(
    len: usize,
    mut fill: impl FnMut(&mut [F]),
    alone: impl Fn(usize) -> F,
) -> Vec<F> {
    let mut buffer = vec![F::zero(); len];
    fill(&mut buffer);
    for index in (0..len).step_by(len / 61 + 1) {
        assert_eq!(buffer[index], alone(index), "element {index}");
    }
    buffer
}

fn fill<F: Element>(scheme: &impl Scheme, buffer: &mut [F]) {
    scheme
        .fill_keyed(key(), &mut ArrayViewMut1::from(buffer))
        .expect("a law that the type can hold");
}

fn init<F: Element>(scheme: &impl Scheme, len: usize) -> Array1<F> {
    scheme
        .init_keyed(key(), len)
        .expect("a law that the type can hold")
}

/// An element drawn alone.
fn alone<F: Element>(scheme: &impl Scheme, len: usize, index: usize) -> F {
    let filler = scheme.filler(key(), len).expect("a law");
    let region = filler.region(Flat(index as u64..=index as u64));
    region.expect("a region of the whole")[0]
}

fn in_place<F: Element, S: Scheme>(bencher: Bencher<'_, '_>, len: usize, law: fn() -> S) {
    let law = law();
    let mut buffer: Vec<F> = checked(len, |out| fill(&law, out), |i| alone(&law, len, i));
    bencher.counter(ItemsCount::new(len)).bench_local(|| {
        fill(&law, &mut buffer);
        black_box(&mut buffer);
    });
}

fn fresh<F: Element, S: Scheme>(bencher: Bencher<'_, '_>, len: usize, law: fn() -> S) {
    let law = law();
    let whole = |out: &mut [F]| out.copy_from_slice(&init::<F>(&law, len).to_vec());
    drop(checked(len, whole, |i| alone(&law, len, i)));
    bencher
        .counter(ItemsCount::new(len))
        .bench_local(|| init::<F>(&law, len));
}

macro_rules! laws {
    ($how:ident: $($law:ident)*) => {
        mod $how {
            use super::*;
            $(
                #[divan::bench(types = [f32, f64, f16, bf16], args = LENS)]
                fn $law<F: Element>(bencher: Bencher<'_, '_>, len: usize) {
                    super::$how::<F, _>(bencher, len, laws::$law);
                }
            )*
        }
    };
}

laws!(in_place: constant normal uniform truncated brought);
laws!(fresh: constant normal uniform truncated brought);

/// A gibibyte.
mod large {
    use super::*;

    macro_rules! large {
        ($($law:ident)*) => {$(
            #[divan::bench(args = [1_usize << 28], sample_count = 3, max_time = 20)]
            fn $law(bencher: Bencher<'_, '_>, len: usize) {
                in_place::<f32, _>(bencher, len, laws::$law);
            }
        )*};
    }
    large!(constant normal uniform truncated brought);

    #[divan::bench(args = [1_usize << 28], sample_count = 3, max_time = 20)]
    fn memset(bencher: Bencher<'_, '_>, len: usize) {
        beside::set::<f32>(bencher, len);
    }
}

/// The same by other means, on one thread and in place.
mod beside {
    use super::*;

    /// Times a loop over a generator's samples, which are first drawn twice.
    fn samples<F, D>(bencher: Bencher<'_, '_>, len: usize, law: D)
    where
        F: Element + Debug,
        D: Distribution<F> + Copy,
    {
        fn draw<F, D: Distribution<F> + Copy>(rng: &mut SmallRng, law: D, out: &mut [F]) {
            for value in out {
                *value = rng.sample(law);
            }
        }
        let seeded = || SmallRng::seed_from_u64(1);
        let again: Vec<F> = seeded().sample_iter(law).take(len).collect();
        let mut buffer = checked(len, |out| draw(&mut seeded(), law, out), |i| again[i]);
        let mut rng = seeded();
        bencher.counter(ItemsCount::new(len)).bench_local(|| {
            draw(&mut rng, law, &mut buffer);
            black_box(&mut buffer);
        });
    }

    pub(crate) fn set<F: Element>(bencher: Bencher<'_, '_>, len: usize) {
        let value = F::one();
        let mut buffer = checked(len, |out| out.fill(black_box(value)), |_| value);
        bencher.counter(ItemsCount::new(len)).bench_local(|| {
            buffer.fill(black_box(value));
            black_box(&mut buffer);
        });
    }

    #[divan::bench(types = [f32, f64, f16, bf16], args = LENS)]
    fn memset<F: Element>(bencher: Bencher<'_, '_>, len: usize) {
        set::<F>(bencher, len);
    }

    #[divan::bench(types = [f32, f64, f16, bf16], args = LENS)]
    fn memset_fresh<F: Element>(bencher: Bencher<'_, '_>, len: usize) {
        drop(checked(len, |out| out.fill(F::one()), |_| F::one()));
        bencher
            .counter(ItemsCount::new(len))
            .bench_local(|| vec![black_box(F::one()); len]);
    }

    #[divan::bench(types = [f32, f64], args = LENS)]
    fn rand_distr_normal<F: Element>(bencher: Bencher<'_, '_>, len: usize)
    where
        StandardNormal: Distribution<F>,
    {
        samples(bencher, len, StandardNormal);
    }

    #[divan::bench(types = [f32, f64], args = LENS)]
    fn rand_distr_exp1<F: Element>(bencher: Bencher<'_, '_>, len: usize)
    where
        Exp1: Distribution<F>,
    {
        samples(bencher, len, Exp1);
    }

    #[divan::bench(args = LENS)]
    fn rand_uniform_f32(bencher: Bencher<'_, '_>, len: usize) {
        let law = rand::distr::Uniform::new(-0.05_f32, 0.05).expect("a law");
        samples(bencher, len, law);
    }

    #[divan::bench(args = LENS)]
    fn rand_uniform_f64(bencher: Bencher<'_, '_>, len: usize) {
        let law = rand::distr::Uniform::new(-0.05_f64, 0.05).expect("a law");
        samples(bencher, len, law);
    }
}
