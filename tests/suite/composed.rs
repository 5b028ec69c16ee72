//! Laws, closures and schemes for each part as schemes.

use crate::common::{key, refused, same};
use fanin::{
    ByPart, FromDistribution, Fused, GlorotNormal, HeNormal, InitError, Initializer, IntoWeight,
    Law, Normal, Orthogonal, Scheme, Table, Uniform, Weight, Zeros, from_fn,
};
use ndarray::{Array1, Array2, Array3, s};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::sync::Arc;

#[test]
fn a_law_is_a_scheme() {
    let law = Law::normal(0.5, 0.25).unwrap();
    let scheme: Box<dyn Scheme> = Box::new(law.clone());
    let w: Array1<f32> = scheme.init_keyed(key("law"), 100).unwrap();
    let expected: Array1<f32> = (Normal::new(0.5, 0.5).unwrap())
        .init_keyed(key("law"), 100)
        .unwrap();
    same(&w, &expected);
    // A law stays a law where it is scaled.
    let scaled: Law = law.clone().scaled(4.0).unwrap();
    assert_eq!(scaled, Law::normal(1.0, 1.0).unwrap());
    let through_trait = Initializer::scaled(law, 4.0).unwrap();
    assert_eq!(through_trait.law(&Weight::vector(3)), Ok(scaled));

    let of_shape = Law::orthogonal(&Weight::new((4, 3)).unwrap(), 1.0).unwrap();
    refused(
        of_shape.describe((3, 4)),
        "the scheme has a law that was made for shape [4, 3], but its weight has shape [3, 4], read as o i: \
         make the law of the weight that Scheme::law is given",
    );
}

#[test]
fn a_closure_is_a_scheme() {
    let he = from_fn("he", |weight| Law::normal(0.0, 2.0 / weight.fan_in()?));
    let scheme: Arc<dyn Scheme> = Arc::new(he.clone());
    let w: Array2<f64> = scheme.init_keyed(key("closure"), (30, 20)).unwrap();
    same(&w, &HeNormal.init_keyed(key("closure"), (30, 20)).unwrap());
    assert_eq!(
        (format!("{scheme:?}"), he.name()),
        ("<he>".to_string(), "he")
    );
    assert!(matches!(he.describe(5), Err(InitError::NoFan { .. })));
}

#[test]
fn each_part_has_its_scheme() {
    let uniform = Uniform::new(-0.1, 0.1).unwrap();
    let scheme = ByPart::new().part(GlorotNormal).part(uniform).part(Zeros);
    assert_eq!(scheme.schemes().len(), 3);
    let weight = || (60, 20).read("([30 18 12] o) i");
    let w: Array2<f64> = scheme.init_keyed(key("parts"), weight()).unwrap();
    // What the scheme of a part gives all parts is what that part has here.
    let of_all =
        |scheme: &dyn Scheme| -> Array2<f64> { scheme.init_keyed(key("parts"), weight()).unwrap() };
    for (scheme, rows) in [
        (&GlorotNormal as &dyn Scheme, 0..30),
        (&uniform, 30..48),
        (&Zeros, 48..60),
    ] {
        let part = s![rows, ..];
        assert_eq!(w.slice(part), of_all(scheme).slice(part));
    }
    let filler = scheme.filler(key("parts"), weight()).unwrap();
    let rows: Array2<f64> = filler.region((25..50, ..)).unwrap();
    assert_eq!(rows, w.slice(s![25..50, ..]));
    assert!(filler.check(&w).unwrap().passed());
    // Control: parts in another order.
    let other = ByPart::new().part(uniform).part(GlorotNormal).part(Zeros);
    assert!(!other.check(weight(), &w).unwrap().passed());

    // In turns, scaled, and collected from a list.
    let list: [Arc<dyn Scheme>; 2] = [Arc::new(Orthogonal), Arc::new(Zeros)];
    let scheme = list.into_iter().collect::<ByPart>().scaled(4.0).unwrap();
    let w: Array2<f64> = (scheme.init_keyed(key("turns"), (12, 6).read("(o 2) i"))).unwrap();
    let q = w.slice(s![..;2, ..]);
    let defect = q.dot(&q.t()) - Array2::<f64>::eye(6) * 4.0;
    assert!(defect.iter().all(|x| x.abs() < 1e-13));
    assert!(w.slice(s![1..;2, ..]).iter().all(|&x| x == 0.0));
}

#[test]
fn parts_and_schemes_are_as_many() {
    let two = ByPart::new().part(HeNormal).part(Zeros);
    refused(
        two.describe(Fused::new([4, 4, 4]).inputs(5)),
        "the number of schemes is 2, but that of the parts of the weight, each read as o i, is 3: give one scheme for each part, in their order",
    );
    refused(
        two.describe((4, 5).read("(1 o) i")),
        "the number of schemes is 2, but that of the parts of the weight, each read as o i, is 1: give one scheme for each part, in their order",
    );
    refused(
        two.describe((4, 5)),
        "ByPart is not for a weight read as o i: it has a scheme for each part of a weight, and this \
         one has no parts: say where they are with a reading, as .read(\"(3 o) i\"), or use one scheme",
    );
    assert!(ByPart::default().describe((4, 5).read("(2 o) i")).is_err());
    // What a scheme says of its part.
    let scheme = ByPart::new().part(HeNormal).part(HeNormal);
    assert!(matches!(
        scheme.describe(8.read("(2 o)")),
        Err(InitError::NoFan { .. })
    ));
}

#[test]
fn distributions_without_debug() {
    struct Bare;
    impl Distribution<f64> for Bare {
        fn sample<R: rand::Rng + ?Sized>(&self, rng: &mut R) -> f64 {
            StandardNormal.sample(rng)
        }
    }
    let draw =
        |scheme: &dyn Scheme| -> Array1<f64> { scheme.init_keyed(key("bare"), 5000).unwrap() };
    let bare = FromDistribution::named("bare", Bare);
    let closure = FromDistribution::from_fn("closure", |rng: &mut dyn rand::Rng| {
        rng.sample(StandardNormal)
    });
    let known = draw(&FromDistribution::new(StandardNormal));
    same(&draw(&bare), &known);
    same(&draw(&closure), &known);
    assert_eq!(format!("{bare:?}"), "FromDistribution::new(<bare>)");
    assert_eq!(format!("{closure:?}"), "FromDistribution::new(<closure>)");
}

#[test]
fn given_values() {
    let given = Array2::from_shape_fn((30, 20), |(i, j)| (i as f64 - 11.3) * 0.7 + j as f64 / 3.0);
    let table = Table::new(given.clone()).unwrap();
    let w: Array2<f64> = table.init_keyed(key("table"), (30, 20)).unwrap();
    same(&w, &given);
    let filler = table.filler(key("table"), (30, 20)).unwrap();
    let part: Array2<f32> = filler.region((3..8, 5..)).unwrap();
    assert_eq!(part, given.slice(s![3..8, 5..]).mapv(|x| x as f32));
    let mut slice = [0.0_f64; 100];
    filler.fill_slice(7..107, &mut slice).unwrap();
    assert!(slice.iter().eq(given.iter().skip(7).take(100)));
    // Twice every value, and zeros.
    let twice: Array2<f64> = (table.clone().scaled(4.0).unwrap())
        .init_keyed(key("table"), (30, 20))
        .unwrap();
    same(&twice, &given.mapv(|x| 2.0 * x));

    // The moments of the law are those of the values.
    let law = table.law(&Weight::new((30, 20)).unwrap()).unwrap();
    let (mean, n) = (given.mean().unwrap(), given.len() as f64);
    let power = |k| given.mapv(|x: f64| (x - mean).powi(k)).sum() / n;
    let near = |a: Option<f64>, b: f64| assert!((a.unwrap() / b - 1.0).abs() < 1e-12);
    near(law.mean(), mean);
    near(law.variance(), power(2));
    near(law.kurtosis(), power(4) / (power(2) * power(2)));
    let least = given.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(law.support().unwrap().0, least);
    assert!(law.is_bit_stable() && law.is_elementwise());
    assert_eq!(
        Table::new(Array2::zeros((2, 2)))
            .unwrap()
            .describe((2, 2))
            .unwrap()
            .std(),
        Some(0.0)
    );
}

#[test]
fn values_along_an_axis() {
    let along = Table::along(1, [0.5, -1.5, 0.25]).unwrap();
    let w: Array3<f64> = along.init_keyed(key("along"), (2, 3, 4)).unwrap();
    for (j, value) in [0.5, -1.5, 0.25].into_iter().enumerate() {
        assert!(w.slice(s![.., j, ..]).iter().all(|&x| x == value));
    }
    let ramp = Table::from_fn("ramp", 0, |n| n as f64 + 1.0);
    let w: Array2<f32> = ramp.init_keyed(key("ramp"), (5, 2)).unwrap();
    assert_eq!(w.column(1).to_vec(), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(w.column(0), w.column(1));
    let law = ramp.law(&Weight::new((5, 2)).unwrap()).unwrap();
    assert_eq!(
        (law.mean(), law.variance(), law.is_bit_stable()),
        (Some(3.0), Some(2.0), false)
    );
    assert_eq!(
        ramp.describe((5, 2)).unwrap().to_string(),
        "<ramp along axis 0> for [5, 2] as o i: fan_in 2, fan_out 5; given values, mean 3, variance 2; \
         std 1.41421"
    );
}

#[test]
fn a_table_is_checked_with_its_tolerance() {
    let exact = Table::new(Array1::from_vec(vec![1.0, 0.0, -3.0])).unwrap();
    let off = Array1::from_vec(vec![1.0_f64 + 1e-6, -1e-6, -3.0 + 1e-6]);
    assert!(!exact.check(3, &off).unwrap().passed());
    let wide = exact.clone().tolerance(2e-6).unwrap();
    assert!(wide.check(3, &off).unwrap().passed());
    assert!(!wide.clone().check(3, &(&off + 2e-6)).unwrap().passed());
    // It is scaled as the values are, and goes for a region.
    let scaled = wide.clone().scaled(4.0).unwrap();
    assert!(scaled.check(3, &(&off * 2.0)).unwrap().passed());
    let filler = wide.filler(key("wide"), 3).unwrap();
    assert!(filler.check_slice(1.., &[-1e-6, -3.0]).unwrap().passed());
    assert!(!filler.check_slice(1.., &[-3e-6, -3.0]).unwrap().passed());
    assert!(exact.clone().tolerance(-1.0).is_err());
}

#[test]
fn a_function_of_an_axis_that_no_memory_holds() {
    let table = Table::from_fn("n", 0, |n| n as f64);
    assert!(table.law(&Weight::new((usize::MAX, 0)).unwrap()).is_ok());
    #[cfg(target_pointer_width = "64")]
    assert!(matches!(
        table.describe(1_usize << 58),
        Err(InitError::TooLarge { .. })
    ));
}

#[test]
fn tables_that_do_not_fit() {
    let table = Table::new(Array2::<f64>::ones((2, 3))).unwrap();
    refused(
        table.describe((3, 2)),
        "the table has shape [2, 3] but the weight has shape [3, 2], read as o i: they must be equal; the \
         array is transposed: if it is stored as [in, out], read its shape with .read(\"i o\")",
    );
    let along = Table::along(1, [1.0, 2.0]).unwrap();
    refused(
        along.describe((2, 3)),
        "the table has 2 values along axis 1, but a weight of shape [2, 3], read as o i, has 3 places there: give one value for each",
    );
    refused(
        along.describe(3),
        "axis of the table is 1, but it must be below the number of axes of the weight, counted from 0",
    );
    refused(
        Table::along(0, [1.0, f64::NAN]),
        "value of the table is NaN, but it must be finite",
    );
    let bad = Table::from_fn("bad", 0, |n| 1.0 / n as f64);
    refused(
        bad.describe(3),
        "value of the table is inf, but it must be finite",
    );
    // Beyond the type: an error, before anything is written.
    let large = Table::along(0, [1.0, 1e100]).unwrap();
    let mut w = Array1::<f32>::zeros(2);
    assert!(matches!(
        large.fill_keyed(key("large"), &mut w),
        Err(InitError::StdOutOfRange { .. } | InitError::ValueOutOfRange { .. })
    ));
    assert_eq!(w.to_vec(), [0.0; 2]);
    let mut w = Array1::<f64>::zeros(2);
    large.fill_keyed(key("large"), &mut w).unwrap();
    assert_eq!(w.to_vec(), [1.0, 1e100]);
    refused(
        Table::along(0, [1.0, -1e200]).unwrap().describe(2),
        "variance of the table is inf, but it must be finite",
    );
    // A table for one part may lie along an axis.
    let half = ByPart::new()
        .part(Table::along(1, [1.0, 2.0]).unwrap())
        .part(Zeros);
    let w: Array2<f64> = half
        .init_keyed(key("half"), Fused::new([1, 1]).inputs(2))
        .unwrap();
    assert_eq!(w, ndarray::arr2(&[[1.0, 2.0], [0.0, 0.0]]));
}

/// An embedding with a row of zeros for padding, by shard.
#[test]
fn a_row_of_zeros() {
    let normal = Normal::new(0.0, 1.0).unwrap();
    let scheme = ByPart::new().part(normal).part(Zeros).part(normal);
    let weight = || (1282, 16).read("([1280 1 1] o) i");
    let filler = scheme.filler(key("padding"), weight()).unwrap();
    let whole: Array2<f32> = scheme.init_keyed(key("padding"), weight()).unwrap();
    assert!(whole.row(1280).iter().all(|&x| x == 0.0));
    assert!(whole.row(1281).iter().all(|&x| x != 0.0));
    let shard: Array2<f32> = filler.region((641..1282, ..)).unwrap();
    assert_eq!(shard, whole.slice(s![641.., ..]));
    assert!(filler.check(&whole).unwrap().passed());
    assert!(
        filler
            .check_region((641..1282, ..), &shard)
            .unwrap()
            .passed()
    );
    // Control: a value in the padding row.
    let mut wrong = whole;
    wrong[[1280, 3]] = 0.5;
    assert!(!filler.check(&wrong).unwrap().passed());
}
