//! Laws, closures and schemes for each part as schemes.

use crate::common::{key, refused, same};
use fanin::{
    ByPart, FromDistribution, Fused, GlorotNormal, HeNormal, InitError, Initializer, IntoWeight,
    Law, Normal, Orthogonal, Scheme, Uniform, Weight, Zeros, from_fn,
};
use ndarray::{Array1, Array2, s};
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
        "the scheme has a law that was made for shape [4, 3], but its weight has shape [3, 4]: \
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
        "there are 2 schemes for 3 parts of a weight: give one scheme for each part, in their order",
    );
    refused(
        two.describe((4, 5).read("(1 o) i")),
        "there are 2 schemes for 1 parts of a weight: give one scheme for each part, in their order",
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
