//! What schemes are made of: each combinator, and each around each other.

use crate::common::{Bits, for_each_element, key, refused, same};
use fanin::{
    Along, Axis, ByPart, Conv, Flat, HeNormal, HeUniform, Icnr, InitError, Initializer, IntoWeight,
    Law, LogUniform, Map, Normal, Scheme, Signs, Sinusoids, SparseOf, Table, Uniform, Waves,
    Weight, ZeroRows, Zeros, from_fn, parse,
};
use ndarray::{Array1, Array2, ArrayD, ShapeBuilder, Slice};
use std::sync::Arc;

/// A scheme, a weight, and whether two keys give different values.
type Row = (Box<dyn Scheme>, Weight, bool);

fn rows() -> Vec<Row> {
    fn row(scheme: impl Scheme + 'static, weight: impl IntoWeight, is_random: bool) -> Row {
        (Box::new(scheme), weight.into_weight().unwrap(), is_random)
    }
    let normal = Normal::new(0.0, 1.0).unwrap();
    let steps = LogUniform::new(0.001, 0.1).unwrap();
    let given = Array2::from_shape_fn((48, 40), |(i, j)| (i * 40 + j) as f64 / 7.0 - 100.0);
    let parts = ByPart::new().part(normal).part(Zeros).part(HeUniform);
    let conv = Conv::new([3, 3]).inputs(20).outputs(32);
    let shape = (48, 40);
    vec![
        row(HeNormal.scaled(0.3).unwrap(), shape, true),
        row(parts, shape.read("([20 4 24] o) i"), true),
        row(Icnr::new(HeNormal, 2).unwrap(), conv, true),
        row(normal.zero_rows([0, 17]).unwrap(), shape, true),
        row(normal.zero_rows([3]).unwrap().axis(1), shape, true),
        row(
            HeUniform
                .scaled_along(0, (0..48).map(|n| f64::from(n) / 10.0))
                .unwrap(),
            shape,
            true,
        ),
        row(steps.sparse(7).unwrap(), shape, true),
        row(Signs::new(0.3).unwrap().sparse(7).unwrap(), shape, true),
        row(steps, shape, true),
        row(steps.mapped(Map::InverseSoftplus).unwrap(), shape, true),
        row(normal.mapped(Map::Exp).unwrap(), shape, true),
        row(
            from_fn("lecun", |weight| Law::normal(0.0, 1.0 / weight.fan_in()?)),
            shape,
            true,
        ),
        row(Table::new(given).unwrap(), shape, false),
        row(Along::new(0, "ln(n + 1)").unwrap(), shape, false),
        row(Sinusoids::new(Waves::Halves), shape, false),
    ]
}

fn region_is_a_slice<F: Bits>(scheme: &dyn Scheme, weight: &Weight) {
    let filler = scheme.filler(key("combinators"), weight).unwrap();
    let whole: ArrayD<F> = filler.array().unwrap();
    for (from, to) in [(0, 1), (1, 3), (2, 5)] {
        let ranges: Vec<_> = (whole.shape().iter())
            .map(|&len| len * from / 5..(len * to / 5).max(len * from / 5 + 1))
            .collect();
        let region: ArrayD<F> = filler.region(&ranges[..]).unwrap();
        let part = whole.slice_each_axis(|at| Slice::from(ranges[at.axis.index()].clone()));
        same(&region, &part.to_owned());
    }
    let flat: Vec<F> = whole.iter().copied().collect();
    for (start, end) in [(0, 33), (31, 64), (7, 1900)] {
        let part: Array1<F> = filler.region(Flat(start..end)).unwrap();
        let expected = flat[start as usize..end as usize].to_vec();
        same(&part, &Array1::from_vec(expected));
    }
}

fn any_order<F: Bits>(scheme: &dyn Scheme, weight: &Weight) {
    let filler = scheme.filler(key("combinators"), weight).unwrap();
    let whole: ArrayD<F> = filler.array().unwrap();
    let mut columns = ArrayD::<F>::zeros(whole.raw_dim().f());
    filler.fill(&mut columns).unwrap();
    same(&columns, &whole);
    let mut strided = ArrayD::<F>::zeros(whole.raw_dim() * 2);
    let mut view = strided.slice_each_axis_mut(|_| Slice::new(0, None, -2));
    filler.fill(&mut view).unwrap();
    same(&view.to_owned(), &whole);
}

/// Narrow values are the `f32` values, rounded, but at a bound.
fn types_agree<F: Bits>(scheme: &dyn Scheme, weight: &Weight) {
    let draw = |key| -> (ArrayD<f32>, ArrayD<F>) {
        let filler = scheme.filler(key, weight).unwrap();
        (filler.array().unwrap(), filler.array().unwrap())
    };
    let (single, other) = draw(key("combinators"));
    let largest = single.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let mut apart = 0;
    for (a, b) in single.iter().zip(&other) {
        let (a, b) = (f64::from(*a), b.wide());
        if size_of::<F>() == 8 {
            // Refined: the draws of `f32` are cells of 2^-23 of a deviation.
            let distance = (a - b).abs();
            assert!(distance <= 2e-6 * f64::from(largest), "{scheme:?}: {a} {b}");
        } else {
            apart += usize::from(F::nearest(a).wide() != b);
        }
    }
    assert!(apart <= single.len() / 100, "{scheme:?}: {apart}");
}

fn checked<F: Bits>(scheme: &dyn Scheme, weight: &Weight) {
    let filler = scheme.filler(key("combinators"), weight).unwrap();
    let whole: ArrayD<F> = filler.array().unwrap();
    let report = filler.check(&whole).unwrap();
    assert!(report.passed(), "{scheme:?}\n{report}");
    let region: ArrayD<F> = filler.region(Flat(100..1500)).unwrap().into_dyn();
    let report = filler.check_region(Flat(100..1500), &region).unwrap();
    assert!(report.passed(), "{scheme:?}\n{report}");
    // Controls: half as large again, and shifted: zeros are no zeros, and steps have other logarithms.
    for wrong in [
        whole.mapv(|x| F::nearest(1.5 * x.wide())),
        whole.mapv(|x| F::nearest(x.wide() + 0.3)),
    ] {
        let report = filler.check(&wrong).unwrap();
        assert!(!report.passed(), "{scheme:?}\n{report}");
    }
}

/// Twice every value, where that is exact.
fn scales<F: Bits>(scheme: &dyn Scheme, weight: &Weight) {
    let draw = |scheme: &dyn Scheme| -> ArrayD<F> {
        scheme.init_keyed(key("combinators"), weight).unwrap()
    };
    let (one, four) = (draw(scheme), draw(&scheme.scaled(4.0).unwrap()));
    for (one, four) in one.iter().zip(&four) {
        if one.is_normal() {
            assert_eq!(four.wide(), 2.0 * one.wide(), "{scheme:?}");
        }
    }
}

#[test]
fn each_by_itself() {
    for (scheme, weight, is_random) in rows() {
        for_each_element!(region_is_a_slice(&*scheme, &weight));
        for_each_element!(any_order(&*scheme, &weight));
        for_each_element!(types_agree(&*scheme, &weight));
        for_each_element!(checked(&*scheme, &weight));
        for_each_element!(scales(&*scheme, &weight));
        let draw = |name| -> ArrayD<f32> { scheme.init_keyed(key(name), &weight).unwrap() };
        assert_eq!(draw("one") != draw("another"), is_random, "{scheme:?}");
    }
}

/// Every combinator around every other: drawn, cut, checked, or refused where the law is made, and then all
/// of a kind are.
#[test]
fn each_around_each_other() {
    let around = [
        "{}.scaled(0.25)",
        "{}.exp",
        "{}.zero_rows(at=[1])",
        "{}.scaled_along(axis=1, variance=n + 1)",
        "{}.sparse(nonzeros=3)",
        "icnr({}, upscale=2)",
        "by_part({}, {})",
    ];
    // Outputs 16 in two parts of 8, which may be repeated four times.
    let weight = Weight::read("(2 o) i k k", (16, 6, 3, 2)).unwrap();
    let mut refusals = Vec::new();
    let mut drawn = 0;
    for inner in around {
        let inner = inner.replace("{}", "normal(std=0.5)");
        for outer in around {
            let text = outer.replace("{}", &inner);
            let scheme = parse(&text).unwrap();
            let filler = match scheme.filler(key("around"), &weight) {
                Ok(filler) => filler,
                Err(
                    InitError::NotIndependent { .. }
                    | InitError::Unsuited { .. }
                    | InitError::LawOfAnotherShape { .. }
                    | InitError::InvalidParameter { .. },
                ) => {
                    refusals.push(text);
                    continue;
                }
                Err(error) => panic!("{text}: {error}"),
            };
            let whole: ArrayD<f32> = filler.array().unwrap();
            let report = filler.check(&whole).unwrap();
            assert!(report.passed(), "{text}\n{report}");
            let region: ArrayD<f32> = filler.region((3..11, 1..5, .., 1..)).unwrap().into_dyn();
            let part = whole.slice(ndarray::s![3..11, 1..5, .., 1..]).to_owned();
            same(&region, &part.into_dyn());
            let mut wrong = whole;
            wrong.mapv_inplace(|x| x * 2.0 + 0.5);
            assert!(!filler.check(&wrong).unwrap().passed(), "{text}");
            drawn += 1;
        }
    }
    assert_eq!(drawn + refusals.len(), 49);
    let expected = REFUSED.map(str::to_string);
    assert_eq!(refusals, expected);
}

/// What is left of a matrix, a choice or a repetition, and a part of a part, has no law.
const REFUSED: [&str; 14] = [
    // Of so wide a law no variance is left.
    "normal(std=0.5).exp.exp",
    "normal(std=0.5).zero_rows(at=[1]).exp",
    "normal(std=0.5).zero_rows(at=[1]).sparse(nonzeros=3)",
    "normal(std=0.5).scaled_along(axis=1, variance=n + 1).exp",
    "normal(std=0.5).scaled_along(axis=1, variance=n + 1).sparse(nonzeros=3)",
    "normal(std=0.5).sparse(nonzeros=3).exp",
    "normal(std=0.5).sparse(nonzeros=3).zero_rows(at=[1])",
    "normal(std=0.5).sparse(nonzeros=3).scaled_along(axis=1, variance=n + 1)",
    "normal(std=0.5).sparse(nonzeros=3).sparse(nonzeros=3)",
    "icnr(normal(std=0.5), upscale=2).exp",
    "icnr(normal(std=0.5), upscale=2).zero_rows(at=[1])",
    "icnr(normal(std=0.5), upscale=2).scaled_along(axis=1, variance=n + 1)",
    "icnr(normal(std=0.5), upscale=2).sparse(nonzeros=3)",
    // 8 outputs are no 16 times some.
    "icnr(icnr(normal(std=0.5), upscale=2), upscale=2)",
];

#[test]
fn fans_and_the_other_rows_are_those_of_the_scheme_alone() {
    let rows =
        |scheme: &dyn Scheme| -> Array2<f32> { scheme.init_keyed(key("rows"), (60, 30)).unwrap() };
    let (padded, all) = (rows(&HeNormal.zero_rows([59, 0]).unwrap()), rows(&HeNormal));
    for (n, (padded, all)) in padded.rows().into_iter().zip(all.rows()).enumerate() {
        match n {
            0 | 59 => assert!(padded.iter().all(|x| x.to_bits() == 0)),
            _ => assert_eq!(padded, all),
        }
    }
    let law = HeNormal
        .zero_rows([0, 59])
        .unwrap()
        .law(&Weight::new((60, 30)).unwrap());
    let variance = law.unwrap().variance().unwrap();
    assert!((variance / (2.0 / 30.0 * 58.0 / 60.0) - 1.0).abs() < 1e-14);
}

#[test]
fn what_does_not_fit() {
    let normal = Normal::new(0.0, 1.0).unwrap();
    refused(
        normal.zero_rows([5]).unwrap().describe((5, 3)),
        "place of a row of zeros is 5, but it must be below the length of its axis, counted from 0",
    );
    refused(
        normal.zero_rows([0]).unwrap().axis(2).describe((5, 3)),
        "axis of the factors is 2, but it must be below the number of axes of the weight, counted from 0",
    );
    assert!(matches!(
        normal.scaled_along(0, [1.0, 2.0]).unwrap().describe((3, 3)),
        Err(InitError::TableOfAnotherShape { .. })
    ));
    refused(
        fanin::Orthogonal.zero_rows([0]).unwrap().describe((3, 3)),
        "a row of zeros is for laws whose values are independent, and not for this one (orthogonal, mean \
         0, variance 0.333333): a matrix, a choice or a repetition with other factors is another law; draw \
         the rows that are to differ as parts, with ByPart",
    );
    let uniform = Uniform::new(-1.0, 1.0).unwrap();
    refused(
        uniform.mapped(Map::Ln).unwrap().describe(3),
        "least value of what is mapped is -1, but it must be above 0 for ln",
    );
    refused(
        fanin::Identity.mapped(Map::Exp).unwrap().describe((2, 2)),
        "a map is for laws whose values are independent, and not for this one (identity, mean 0.5, variance \
         0.25): a normal, uniform or truncated normal law is mapped, or one of them mapped; map it before \
         anything else is done with it",
    );
    // A value that becomes 0, and a logarithm of one.
    let tiny = LogUniform::new(1e-60, 1.0).unwrap();
    let draw = |scheme: &dyn Scheme| scheme.init_keyed::<f32, _>(key("tiny"), 3);
    assert!(matches!(draw(&tiny), Err(InitError::ValueVanishes { .. })));
    let small = Uniform::new(1e-60, 1.0).unwrap().mapped(Map::Ln).unwrap();
    assert!(matches!(draw(&small), Err(InitError::ValueVanishes { .. })));
    assert!(tiny.init_keyed::<f64, _>(key("tiny"), 3).is_ok());
    refused(
        Sinusoids::new(Waves::Halves).describe((3, 2)),
        "number of channels is 2, but it must be even and at least 4, since d / 2 - 1 is a divisor",
    );
    refused(
        Sinusoids::new(Waves::Halves).describe(3),
        "number of axes is 1, but it must be at least 2 for Sinusoids: positions and channels",
    );
    assert!(Along::new(0, "ln(n)").unwrap().describe(3).is_err());
}

/// Closed forms of the moments, and of those of sums of factors.
#[test]
fn moments_of_mapped_laws() {
    let near = |a: Option<f64>, b: f64| assert!((a.unwrap() / b - 1.0).abs() < 1e-10, "{a:?} {b}");
    for (low, high) in [(0.001, 0.1), (0.999, 1.0), (1e-8, 1e3)] {
        let (law, l) = (Law::log_uniform(low, high).unwrap(), (high / low).ln());
        let mean = (high - low) / l;
        near(law.mean(), mean);
        if high / low > 2.0 {
            near(
                law.variance(),
                (high * high - low * low) / (2.0 * l) - mean * mean,
            );
        }
        assert_eq!(law.support(), Some((low, high)));
    }
    let log_normal = Law::normal(0.3, 0.25).unwrap().mapped(Map::Exp).unwrap();
    near(log_normal.mean(), (0.3_f64 + 0.125).exp());
    near(
        log_normal.variance(),
        0.25_f64.exp_m1() * (0.6_f64 + 0.25).exp(),
    );
    let (w, w4) = (0.25_f64.exp(), (0.25_f64).exp().powi(4));
    near(
        log_normal.kurtosis(),
        w4 + 2.0 * w.powi(3) + 3.0 * w.powi(2) - 3.0,
    );
    // A logit of a uniform value is logistic: variance pi^2 / 3, of what lies between 1e-9 and 1 - 1e-9.
    let logistic = Law::uniform(1e-9, 1.0 - 1e-9)
        .unwrap()
        .mapped(Map::Logit)
        .unwrap();
    assert!(
        (logistic.variance().unwrap() / (std::f64::consts::PI.powi(2) / 3.0) - 1.0).abs() < 1e-3
    );
}

#[test]
fn sinusoids_are_those_of_the_papers() {
    let draw = |waves| -> Array2<f64> {
        Sinusoids::new(waves)
            .init_keyed(key("waves"), (50, 8))
            .unwrap()
    };
    let (halves, turns) = (draw(Waves::Halves), draw(Waves::Interleaved));
    for p in 0..50 {
        for i in 0..4 {
            let angle = p as f64 / 10_000_f64.powf(i as f64 / 3.0);
            assert!((halves[[p, i]] - angle.sin()).abs() < 1e-13);
            assert!((halves[[p, 4 + i]] - angle.cos()).abs() < 1e-13);
            let angle = p as f64 / 10_000_f64.powf(i as f64 / 4.0);
            assert!((turns[[p, 2 * i]] - angle.sin()).abs() < 1e-13);
            assert!((turns[[p, 2 * i + 1]] - angle.cos()).abs() < 1e-13);
        }
    }
    // What a framework computes in `f32` passes; what is off by 1e-3 does not.
    let scheme = Sinusoids::new(Waves::Interleaved);
    let single = Array2::from_shape_fn((1500, 64), |(p, c)| {
        let rate = (-(10_000_f32.ln()) * (c / 2 * 2) as f32 / 64.0).exp();
        let angle = p as f32 * rate;
        if c % 2 == 0 { angle.sin() } else { angle.cos() }
    });
    assert!(scheme.check((1500, 64), &single).unwrap().passed());
    assert!(
        !scheme
            .check((1500, 64), &(single * 1.002))
            .unwrap()
            .passed()
    );
}

#[test]
fn parts_know_their_own_places() {
    let scheme: Arc<dyn Scheme> = parse("by_part(normal(std=1).zero_rows(at=[0]), ones)").unwrap();
    let w: Array2<f32> = scheme
        .init_keyed(key("parts"), (6, 5).read("(2 o) i"))
        .unwrap();
    let alone: Array2<f32> = parse("normal(std=1)")
        .unwrap()
        .init_keyed(key("parts"), (6, 5))
        .unwrap();
    assert!(w.row(0).iter().all(|&x| x == 0.0));
    assert_eq!(w.row(2), alone.row(2));
    assert!(w.row(3).iter().all(|&x| x == 1.0));
    let turns: Array2<f32> = (parse("normal(std=1).zero_rows(at=[1])").unwrap())
        .init_keyed(key("parts"), (6, 5).read("(o 2) i"))
        .unwrap();
    assert!(turns.row(2).iter().chain(turns.row(3)).all(|&x| x == 0.0));
    assert_eq!(turns.row(4), alone.row(4));
}

#[test]
fn what_was_given_is_read_back() {
    let padded = HeNormal.zero_rows([4, 1, 4]).unwrap();
    assert_eq!((padded.inner(), padded.at()), (&HeNormal, &[1, 4][..]));
    assert_eq!(padded, ZeroRows::new(HeNormal, [1, 4]).unwrap());
    assert_ne!(padded.clone().axis(1), padded);
    let sparse = SparseOf::new(HeNormal, 3).unwrap();
    assert_eq!((sparse.inner(), sparse.nonzeros()), (&HeNormal, 3));
    let mapped = HeNormal.mapped(Map::Exp).unwrap();
    assert_eq!((mapped.inner(), mapped.map()), (&HeNormal, Map::Exp));
    let along = HeNormal.scaled_along(0, [1.0]).unwrap();
    assert_eq!(along.inner(), &HeNormal);
    assert_ne!(along, HeNormal.scaled_along(0, [2.0]).unwrap());
    let axes = [Axis::Output(2), Axis::Input(3)];
    assert!(along.describe(axes).is_err());
}
