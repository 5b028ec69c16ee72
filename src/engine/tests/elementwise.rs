//! Laws whose values each depend on one draw, over stretches, ranges and memory orders.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView2, ShapeBuilder};
use rand::Rng;
use rand_distr::Distribution;

use super::{Tested, assert_bits, assert_sees_errors, for_every_type};
use crate::{
    Constant, Flat, FromDistribution, GlorotTruncatedNormal, HeNormal, Initializer, Key,
    LeCunUniform, LogUniform, Normal, Scheme, TruncatedNormal, Uniform, Weight,
    engine::reference::{Law, Map, Samples, of_elements},
};

/// A scheme, and the law that it has for the weight of [`ROWS`] outputs and [`COLUMNS`] inputs.
struct Case {
    name: &'static str,
    scheme: Box<dyn Scheme>,
    law: Law,
    factors: &'static [f64],
}

/// More than a grain.
const ROWS: usize = 257;
const COLUMNS: usize = 260;
const LEN: usize = ROWS * COLUMNS;

/// Elements that a thread draws.
const GRAIN: usize = 65_536;

/// Takes words of either size, in an order that depends on them, and bytes.
#[derive(Clone, Copy, Debug)]
struct Mixed;

impl Distribution<f64> for Mixed {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let first = rng.next_u32();
        let rest = match first % 4 {
            0 => rng.next_u64() as f64,
            1 => f64::from(rng.next_u32()),
            2 => {
                let mut bytes = [0; 5];
                rng.fill_bytes(&mut bytes);
                f64::from(bytes[4]) * 16_777_216.0 + f64::from(bytes[0])
            }
            _ => 0.0,
        };
        f64::from(first) / 4_294_967_296.0 - rest / 18_446_744_073_709_551_616.0
    }
}

fn mixed(words: &mut Samples) -> f64 {
    Mixed.sample(words)
}

fn mapped<S: Scheme>(scheme: S, map: crate::Map) -> crate::Mapped<S> {
    scheme.mapped(map).unwrap()
}

fn cases() -> Vec<Case> {
    let inf = f64::INFINITY;
    // A power of two, a standard deviation that is an `f32`, and one that is none; with and without
    // a mean: the kernels differ in these.
    let normal = |name, mean: f64, std: f64| Case {
        name,
        scheme: Box::new(Normal::new(mean, std).unwrap()),
        law: Law::Normal {
            mean,
            variance: std * std,
        },
        factors: &[],
    };
    let uniform = |name, low, high| Case {
        name,
        scheme: Box::new(Uniform::new(low, high).unwrap()),
        law: Law::Uniform { low, high },
        factors: &[],
    };
    let truncated = |name, mean, std, low, high| Case {
        name,
        scheme: Box::new(TruncatedNormal::from_parent(mean, std, low, high).unwrap()),
        law: Law::Truncated {
            mean,
            std,
            low,
            high,
        },
        factors: &[],
    };
    vec![
        normal("normal", 0.0, 0.3),
        normal("normal, a std of f32", 0.0, 0.75),
        normal("normal with a mean", 0.1, 0.3),
        Case {
            name: "HeNormal, scaled twice",
            scheme: Box::new(HeNormal.scaled(0.3).unwrap().scaled(7.0).unwrap()),
            law: Law::Normal {
                mean: 0.0,
                variance: 2.0 / COLUMNS as f64,
            },
            factors: &[0.3, 7.0],
        },
        uniform("uniform", -1.0, 3.0),
        // A bound that `f16` and `bf16` would round outwards.
        uniform("uniform around 0", -0.999_9, 0.999_9),
        Case {
            name: "LeCunUniform, scaled",
            scheme: Box::new(LeCunUniform.scaled(0.7).unwrap()),
            law: Law::CentredUniform {
                variance: 1.0 / COLUMNS as f64,
            },
            factors: &[0.7],
        },
        truncated("truncated", 0.0, 0.3, -0.6, 0.6),
        truncated("truncated, mirrored, with a mean", 0.1, 0.75, -3.0, 0.5),
        truncated("truncated tail, a std of f32", 0.0, 1.0, 4.0, inf),
        truncated("truncated nowhere", 0.0, 0.5, -inf, inf),
        Case {
            name: "GlorotTruncatedNormal, scaled",
            scheme: Box::new(GlorotTruncatedNormal.scaled(3.0).unwrap()),
            law: Law::CentredTruncated {
                variance: 1.0 / ((COLUMNS + ROWS) as f64 / 2.0),
            },
            factors: &[3.0],
        },
        Case {
            name: "log-uniform, scaled",
            scheme: Box::new(LogUniform::new(0.001, 0.1).unwrap().scaled(3.0).unwrap()),
            law: Law::LogUniform {
                low: 0.001,
                high: 0.1,
            },
            factors: &[3.0],
        },
        Case {
            name: "inverse softplus of log-uniform",
            scheme: Box::new(mapped(
                LogUniform::new(0.001, 3.0).unwrap(),
                crate::Map::InverseSoftplus,
            )),
            law: Law::Mapped {
                of: Box::new(Law::LogUniform {
                    low: 0.001,
                    high: 3.0,
                }),
                factors: &[],
                map: Map::InverseSoftplus,
            },
            factors: &[],
        },
        Case {
            name: "log-normal",
            scheme: Box::new(mapped(Normal::new(-0.5, 0.7).unwrap(), crate::Map::Exp)),
            law: Law::Mapped {
                of: Box::new(Law::Normal {
                    mean: -0.5,
                    variance: 0.7 * 0.7,
                }),
                factors: &[],
                map: Map::Exp,
            },
            factors: &[],
        },
        Case {
            name: "logit of uniform, scaled before",
            scheme: Box::new(mapped(
                Uniform::new(0.01, 0.99).unwrap().scaled(0.5).unwrap(),
                crate::Map::Logit,
            )),
            law: Law::Mapped {
                of: Box::new(Law::Uniform {
                    low: 0.01,
                    high: 0.99,
                }),
                factors: &[0.5],
                map: Map::Logit,
            },
            factors: &[],
        },
        Case {
            name: "logarithm of truncated, scaled after",
            scheme: Box::new(
                mapped(
                    TruncatedNormal::from_parent(1.0, 0.5, 0.2, 3.0).unwrap(),
                    crate::Map::Ln,
                )
                .scaled(0.3)
                .unwrap(),
            ),
            law: Law::Mapped {
                of: Box::new(Law::Truncated {
                    mean: 1.0,
                    std: 0.5,
                    low: 0.2,
                    high: 3.0,
                }),
                factors: &[],
                map: Map::Ln,
            },
            factors: &[0.3],
        },
        Case {
            name: "signs, scaled",
            scheme: Box::new(crate::Signs::new(0.7).unwrap().scaled(0.3).unwrap()),
            law: Law::Signs { size: 0.7 },
            factors: &[0.3],
        },
        Case {
            name: "brought",
            scheme: Box::new(FromDistribution::new(Mixed).scaled(0.3).unwrap()),
            law: Law::Brought(mixed),
            factors: &[0.3],
        },
    ]
}

fn key() -> Key {
    Key::from_seed(3).child("elementwise")
}

/// Elements from the start whose values are expected: three blocks and some.
const FIRST: usize = 6_200;

/// Stretches as (start, length), of these. Starts are ends of lanes, groups and blocks and what is next
/// to them; lengths are tails of registers, groups and blocks. Every start meets every short length.
fn stretches() -> impl Iterator<Item = (usize, usize)> {
    let short = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65];
    let starts = short.into_iter().chain([2047, 2048, 2049, 4096, 4097]);
    let with_short = starts.flat_map(move |start| short.map(|len| (start, len)));
    let long = [2047, 2048, 2049, 4096, 4097];
    let with_long = [0, 17]
        .into_iter()
        .flat_map(move |start| long.map(|len| (start, len)));
    with_short
        .chain(with_long)
        .chain([(2049, 2049), (4097, 2048)])
}

/// Ranges of rows and columns: whole groups, one column, one row, nothing, and what crosses a block.
const BOXES: [([usize; 2], [usize; 2]); 5] = [
    ([7, 19], [32, 64]),
    ([0, 23], [17, 18]),
    ([20, 21], [0, COLUMNS]),
    ([4, 4], [3, 9]),
    ([5, 12], [5, 230]),
];

fn check<F: Tested>(case: &Case) {
    let Case {
        name,
        scheme,
        law,
        factors,
    } = case;
    let weight = Weight::new((ROWS, COLUMNS)).unwrap();
    let elements = |range: Range<usize>| {
        let range = range.start as u64..range.end as u64;
        of_elements(law, factors, F::ELEMENT, &key().to_bytes(), range)
    };
    let stretch = |range: Range<usize>, expected: &[f64]| {
        let values: Array1<F> = scheme
            .filler(key(), &weight)
            .unwrap()
            .region(Flat(range.start as u64..range.end as u64))
            .unwrap();
        assert_bits(&values, expected, format_args!("{name}, {range:?}"));
        if range.start == 17 && [33, 2049].contains(&range.len()) {
            assert_sees_errors(&values, expected, name);
        }
    };
    let first = elements(0..FIRST);
    for (start, len) in stretches() {
        stretch(start..start + len, &first[start..start + len]);
    }
    let around = elements(GRAIN - 40..GRAIN + 60);
    for (start, end) in [(0, 40), (0, 41), (7, 100), (39, 41), (40, 73), (41, 99)] {
        stretch(GRAIN - 40 + start..GRAIN - 40 + end, &around[start..end]);
    }

    let rows = FIRST / COLUMNS;
    let first = ArrayView2::from_shape((rows, COLUMNS), &first[..rows * COLUMNS]).unwrap();
    for (rows, columns) in BOXES {
        let region = (rows[0]..rows[1], columns[0]..columns[1]);
        let ranges = [region.0.clone(), region.1.clone()];
        let expected = first.slice_each_axis(|axis| ranges[axis.axis.index()].clone().into());
        let expected: Vec<f64> = expected.iter().copied().collect();
        let values: Array2<F> = scheme
            .filler(key(), &weight)
            .unwrap()
            .region(region.clone())
            .unwrap();
        assert_bits(&values, &expected, format_args!("{name}, {region:?}"));
        let mut values = Array2::<F>::zeros(values.raw_dim().f());
        scheme
            .filler(key(), &weight)
            .unwrap()
            .fill_region(region, &mut values)
            .unwrap();
        assert_bits(
            &values,
            &expected,
            format_args!("{name}, {ranges:?}, columns first"),
        );
    }
}

/// More than a grain, which is drawn on threads where there are some, and the same with the columns
/// first in memory, which is drawn in tiles.
fn whole<F: Tested>(case: &Case) {
    let Case {
        name,
        scheme,
        law,
        factors,
    } = case;
    let range = 0..LEN as u64;
    let expected = of_elements(law, factors, F::ELEMENT, &key().to_bytes(), range);
    let values: Array2<F> = scheme.init_keyed(key(), (ROWS, COLUMNS)).unwrap();
    assert_bits(&values, &expected, name);
    let mut values = Array2::<F>::zeros((ROWS, COLUMNS).f());
    scheme.fill_keyed(key(), &mut values).unwrap();
    assert_bits(&values, &expected, format_args!("{name}, columns first"));
}

/// What is above the kernels is the same for all laws.
#[test]
fn whole_weights_are_those_of_the_reference() {
    let cases = cases();
    let mut some = cases
        .iter()
        .filter(|case| case.name == "uniform" || case.name == "brought");
    for case in [some.next().unwrap(), some.next().unwrap()] {
        for_every_type!(whole(case));
    }
}

#[test]
fn values_are_those_of_the_reference() {
    for case in cases() {
        for_every_type!(check(&case));
    }
}

fn far<F: Tested>(case: &Case, start: u64) {
    let law = &case.law;
    let range = start..start + 70;
    let expected = of_elements(law, case.factors, F::ELEMENT, &key().to_bytes(), range);
    // 2^64 - 1 elements, and no axis longer than a 32-bit machine counts.
    let weight = (Weight::new((4_294_967_295, 641, 6_700_417)).unwrap()).fans(COLUMNS, ROWS);
    let values: Array1<F> = case
        .scheme
        .filler(key(), weight)
        .unwrap()
        .region(Flat(start..start + 70))
        .unwrap();
    assert_bits(&values, &expected, format_args!("{}, {start}", case.name));
    assert_sees_errors(&values, &expected, case.name);
}

/// Where the low word of the keystream's counter is full (block 2^30), and at the last blocks.
#[test]
fn far_blocks_are_those_of_the_reference() {
    for case in cases() {
        for start in [(1 << 41) - 40, (1 << 53) + 3, u64::MAX - 71] {
            for_every_type!(far(&case, start));
        }
    }
}

fn constants<F: Tested>() {
    for (scheme, law) in [
        (
            Box::new(Constant::new(0.1).unwrap()) as Box<dyn Scheme>,
            Law::Constant(0.1),
        ),
        (
            Box::new(Normal::new(0.7, 0.5).unwrap().scaled(0.0).unwrap()),
            Law::Constant(0.0),
        ),
        (
            Box::new(Uniform::new(-0.3, -0.3).unwrap()),
            Law::Uniform {
                low: -0.3,
                high: -0.3,
            },
        ),
    ] {
        for factor in [1.0, 0.3, 0.0] {
            let scheme = (&scheme).scaled(factor).unwrap();
            let values: Array1<F> = scheme.init_keyed(key(), 33).unwrap();
            let expected = of_elements(&law, &[factor], F::ELEMENT, &key().to_bytes(), 0..33);
            assert_bits(&values, &expected, format_args!("{law:?}, {factor}"));
        }
    }
    // And a factor of 0 of what has draws.
    let scheme = Normal::new(-0.1, 0.3).unwrap().scaled(0.0).unwrap();
    let values: Array1<F> = scheme.init_keyed(key(), 33).unwrap();
    assert_bits(&values, &[0.0; 33], "zeros");
}

#[test]
fn constants_are_those_of_the_reference() {
    for_every_type!(constants());
}
