//! Own draws, of which the check refuses one in a million at most.

use fanin::{
    Axis, Constant, Conv, DeltaOrthogonal, Element, FromDistribution, Fused, HeNormal,
    HeTruncatedNormal, HeUniform, Icnr, Initializer, IntoWeight, Key, Normal, Orthogonal, Scheme,
    Sparse, TruncatedNormal, Uniform, Weight,
};
use ndarray::ArrayD;
use rand_distr::Exp1;

/// Arrays of a registered scheme's own weight for one of the smallest.
const OWN: u64 = 8;

type Schemes = Vec<Box<dyn Scheme>>;

/// What is hard for the check: few units in the last place, far tails; and a scheme of every law.
fn schemes() -> Schemes {
    let truncated = |mean, std, low, high| {
        Box::new(TruncatedNormal::from_parent(mean, std, low, high).unwrap())
    };
    let ulp = f64::EPSILON / 2.0;
    let mut all: Schemes = vec![
        Box::new(HeNormal),
        Box::new(HeUniform),
        Box::new(HeTruncatedNormal),
        Box::new(HeNormal.scaled(0.3).unwrap()),
        Box::new(Normal::new(0.5, 0.02).unwrap()),
        Box::new(Normal::new(0.1, 1e-6).unwrap()),
        Box::new(Uniform::new(0.0, 0.05).unwrap()),
        Box::new(Uniform::new(0.9, 1.1).unwrap()),
        truncated(0.0, 0.02, -2.0, 2.0),
        truncated(0.0, 1.0, 0.5, f64::INFINITY),
        truncated(0.1, 0.3, -0.1, 0.15),
        truncated(0.0, 1.0, 20.0, f64::INFINITY),
        truncated(0.0, 1.0, 50.0, f64::INFINITY),
        truncated(0.0, 1.0, 280.0, f64::INFINITY),
        truncated(0.0, 1.0, 800.0, f64::INFINITY),
        truncated(7.0, 0.0475, 0.069, 0.312),
        truncated(1.0, 3.7e-16, 1.0, 8.0),
        Box::new(Uniform::new(1.0, 1.0 + 16.0 * ulp).unwrap()),
        Box::new(FromDistribution::new(Exp1).moments(1.0, 1.0).unwrap()),
        Box::new(Icnr::new(HeUniform, 2).unwrap()),
        Box::new(Constant::new(0.1).unwrap()),
        Box::new(Orthogonal),
        Box::new(Orthogonal.gain(1.4).unwrap()),
        Box::new(DeltaOrthogonal),
        Box::new(Sparse::new(1, 0.1).unwrap()),
    ];
    for units in [1.0, 2.0, 4.0, 16.0, 64.0, 256.0, 1024.0] {
        all.push(Box::new(Normal::new(0.93, units * ulp).unwrap()));
    }
    all
}

/// Shapes small, odd and large, each with how many arrays of it there are for one of the smallest.
fn weights() -> Vec<(Weight, u64)> {
    let weight = |weight: &dyn Fn() -> Weight, times| (weight(), times);
    vec![
        weight(&|| Weight::new((1, 1)).unwrap(), 64),
        weight(&|| Weight::new((1, 2)).unwrap(), 64),
        weight(&|| Weight::new((2, 2)).unwrap(), 64),
        weight(&|| Weight::new((3, 3)).unwrap(), 64),
        weight(&|| Weight::new((5, 1)).unwrap(), 64),
        weight(&|| Weight::new((3, 7, 2)).unwrap(), 32),
        weight(&|| Weight::new((8, 8)).unwrap(), 32),
        weight(&|| Weight::new((17, 31)).unwrap(), 16),
        weight(&|| Weight::new((24, 10, 3, 3)).unwrap(), 4),
        weight(
            &|| Weight::new(Conv::new([1, 1]).inputs(256).outputs(256).groups(64)).unwrap(),
            4,
        ),
        weight(
            &|| {
                [Axis::Batch(1024), Axis::Output(2), Axis::Input(2)]
                    .into_weight()
                    .unwrap()
            },
            4,
        ),
        weight(
            &|| Weight::new(Fused::new([40, 0, 24]).inputs(20)).unwrap(),
            8,
        ),
        weight(&|| Weight::new((100, 101)).unwrap(), 2),
        weight(&|| Weight::new((600, 517)).unwrap(), 0),
    ]
}

/// How many of a scheme's own draws are refused, of how many.
fn false_alarms<F: Element>(
    scheme: &dyn Scheme,
    weight: &Weight,
    arrays: u64,
    key: &Key,
) -> (u64, u64) {
    let (mut failed, mut tried) = (0, 0);
    for index in 0..arrays {
        // Not every type holds every law, and not every law is for every weight.
        let Ok(w): Result<ArrayD<F>, _> =
            scheme.init_keyed(key.child_index(index as usize), weight)
        else {
            return (0, 0);
        };
        let report = scheme.check(weight, &w).unwrap();
        tried += 1;
        if !report.passed() {
            failed += 1;
            if failed == 1 {
                println!(
                    "REFUSED: {scheme:?} {:?} array {index}\n{report}",
                    weight.shape()
                );
            }
        }
    }
    (failed, tried)
}

/// How many were refused, and how many there were: about `arrays`, or one of every kind. Beside the schemes
/// that are hard for the check there are `registered` ones, each with weights of its own.
pub(crate) fn refused<F: Element>(
    name: &str,
    arrays: u64,
    registered: Vec<(Box<dyn Scheme>, Vec<Weight>)>,
) -> (u64, u64) {
    let weights = weights();
    let hard = schemes().into_iter().map(|scheme| (scheme, Vec::new()));
    let schemes: Vec<_> = hard.chain(registered).collect();
    let units: u64 = weights.iter().map(|(_, times)| times).sum();
    let one = arrays / (schemes.len() as u64 * units);
    let root = Key::from_seed(20);
    let mut sum = (0, 0);
    for (scheme, own) in &schemes {
        let own = own.iter().map(|weight| (weight, &OWN));
        let weights = weights.iter().map(|(weight, times)| (weight, times));
        for (weight, times) in own.chain(weights) {
            // Large ones only where there are many others.
            let least = u64::from(*times > 0 || arrays > 10_000);
            let key = root.child(format!("{name} {scheme:?} {:?}", weight.shape()));
            let (failed, tried) =
                false_alarms::<F>(&**scheme, weight, least.max(one * times), &key);
            sum = (sum.0 + failed, sum.1 + tried);
        }
    }
    sum
}
