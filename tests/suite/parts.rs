//! Parts of an axis, in any position, beside batches, kernels and groups.

use crate::common::{key, same};
use fanin::{
    Axis, Flat, Fused, GlorotNormal, HeNormal, Identity, InitError, Initializer, IntoWeight, Law,
    Orthogonal, Scheme, Sparse, Weight,
};
use ndarray::{Array1, Array2, Array3, ArrayD, ArrayView2, Axis as Dim, Slice, s};

/// Another constant for each part: its number, and how many there are.
#[derive(Debug)]
struct Numbered;

impl Scheme for Numbered {
    fn law(&self, weight: &Weight) -> Result<Law, InitError> {
        let (number, count) = weight.part().unwrap_or((0, 1));
        Law::constant((10 * count + number) as f64)
    }
}

/// The numbers of the parts along the axis, from an array that `Numbered` fills.
#[track_caller]
fn numbers(text: &str, shape: &[usize], axis: usize) -> Vec<usize> {
    let w: ArrayD<f64> = Numbered.init_keyed(key("parts"), shape.read(text)).unwrap();
    let lanes = w.axis_iter(Dim(axis));
    lanes
        .map(|lane| {
            let first = lane.iter().next().copied().unwrap();
            assert!(lane.iter().all(|&value| value == first), "{text}");
            first as usize
        })
        .collect()
}

#[test]
fn a_part_knows_its_number() {
    assert_eq!(numbers("(3 o) i", &[6, 2], 0), [30, 30, 31, 31, 32, 32]);
    assert_eq!(numbers("(o 3) i", &[6, 2], 0), [30, 31, 32, 30, 31, 32]);
    assert_eq!(numbers("i (o 3)", &[2, 6], 1), [30, 31, 32, 30, 31, 32]);
    assert_eq!(numbers("b (2 o) i", &[3, 4, 2], 1), [20, 20, 21, 21]);
    assert_eq!(
        numbers("k i ([1 3] o) k", &[2, 3, 4, 2], 2),
        [20, 21, 21, 21]
    );
    assert_eq!(numbers("o (2 i)", &[3, 4], 1), [20, 20, 21, 21]);
    assert_eq!(
        numbers("(2 [3 1 1] o) i", &[10, 2], 0),
        [30, 30, 30, 31, 32, 30, 30, 30, 31, 32]
    );
    assert_eq!(
        numbers("(2 2 o) i", &[8, 2], 0),
        [20, 20, 21, 21, 20, 20, 21, 21]
    );
    // A part without elements has a number all the same.
    assert_eq!(numbers("([1 0 2] o) i", &[3, 2], 0), [30, 32, 32]);
    assert_eq!(numbers("o i", &[3, 2], 0), [10; 3]);
}

/// With 2^17 values in each part, one standard error is sqrt(2 / 2^17) = 0.39 %; five of them, for two
/// parts and two sides, are a rate of 2.3e-6. Glorot's variance of the shape as stored, with 128
/// outputs in place of 64, is a factor of 0.6, which is refused.
#[test]
fn experts_with_gate_and_up_in_one_axis() {
    let gate_and_up = Axis::OutputParts { count: 2, len: 64 };
    let experts = [Axis::Batch(64), gate_and_up, Axis::Input(32)];
    let w: Array3<f64> = GlorotNormal.init_keyed(key("experts"), experts).unwrap();
    assert_eq!(w.dim(), (64, 128, 32));
    let read: Array3<f64> = GlorotNormal
        .init_keyed(key("experts"), (64, 128, 32).read("b (2 o) i"))
        .unwrap();
    same(&read, &w);
    let close = |values: &Array3<f64>, variance: f64| {
        let halves = [s![.., ..64, ..], s![.., 64.., ..]];
        halves.into_iter().all(|half| {
            let second_moment = values.slice(half).mapv(|x| x * x).mean().unwrap();
            (second_moment / variance - 1.0).abs() < 5.0 * (2.0 / 131_072_f64).sqrt()
        })
    };
    assert!(close(&w, 2.0 / 96.0));
    let stored = [Axis::Batch(64), Axis::Output(128), Axis::Input(32)];
    let w: Array3<f64> = GlorotNormal.init_keyed(key("experts"), stored).unwrap();
    assert!(!close(&w, 2.0 / 96.0));
    assert!(GlorotNormal.check(experts, &read).unwrap().passed());
    assert!(!GlorotNormal.check(experts, &w).unwrap().passed());
    let text = GlorotNormal.describe(experts).unwrap().to_string();
    assert!(text.contains("fan_in 32, fan_out 64"), "{text}");
}

/// The matrix of outputs and inputs that a part is.
fn is_orthogonal(matrix: ArrayView2<'_, f64>) -> bool {
    let (rows, columns) = matrix.dim();
    let product = match rows <= columns {
        true => matrix.dot(&matrix.t()),
        false => matrix.t().dot(&matrix),
    };
    let unit = Array2::<f64>::eye(rows.min(columns));
    (product - unit).iter().all(|x| x.abs() < 1e-13)
}

#[test]
fn every_part_is_orthogonal() {
    let scheme = Orthogonal;
    let key = key("orthogonal");
    let batches: Array3<f64> =
        (scheme.init_keyed(key.clone(), (3, 12, 8).read("b (2 o) i"))).unwrap();
    for batch in batches.outer_iter() {
        assert!(is_orthogonal(batch.slice(s![..6, ..])));
        assert!(is_orthogonal(batch.slice(s![6.., ..])));
        assert!(!is_orthogonal(batch));
    }
    let turns: Array2<f64> = (scheme.init_keyed(key.clone(), (12, 8).read("(o 3) i"))).unwrap();
    for part in 0..3 {
        assert!(is_orthogonal(turns.slice(s![part..;3, ..])));
    }
    assert!(!is_orthogonal(turns.slice(s![..4, ..])));
    let inputs: Array2<f64> =
        (scheme.init_keyed(key.clone(), (6, 20).read("o ([12 8] i)"))).unwrap();
    assert!(is_orthogonal(inputs.slice(s![.., ..12])) && is_orthogonal(inputs.slice(s![.., 12..])));
    // Queries of two heads and their key and value, twice.
    let heads: Array2<f64> =
        (scheme.init_keyed(key.clone(), (16, 20).read("(2 [4 2 2] o) i"))).unwrap();
    let queries = heads.select(Dim(0), &[0, 1, 2, 3, 8, 9, 10, 11]);
    assert!(is_orthogonal(queries.view()));
    let ones: Array2<f64> = (Identity.init_keyed(key.clone(), (6, 3).read("(o 2) i"))).unwrap();
    assert_eq!(ones.slice(s![1..;2, ..]), Array2::<f64>::eye(3));
}

/// Schemes of every kind over parts of every kind: a region is the slice of the whole, and the check
/// passes on it and on no other part.
#[test]
fn parts_by_region_and_by_check() {
    let cases: [(&str, &[usize]); 7] = [
        ("b (2 o) i", &[4, 24, 10]),
        ("(o 3) i", &[36, 20]),
        ("i (o 3)", &[20, 36]),
        ("(2 [9 5 4] o) i", &[36, 20]),
        ("o (2 i) k", &[24, 12, 3]),
        ("k ([7 5] o) k i", &[3, 12, 2, 9]),
        ("k k i (2 o), drawn as o i k k", &[3, 2, 9, 12]),
    ];
    let schemes: [Box<dyn Scheme>; 4] = [
        Box::new(HeNormal),
        Box::new(Orthogonal.gain(1.5).unwrap()),
        Box::new(Sparse::new(2, 0.5).unwrap()),
        Box::new(Numbered),
    ];
    for (text, shape) in cases {
        for scheme in &schemes {
            let key = key(text);
            let w: ArrayD<f32> = scheme.init_keyed(key.clone(), shape.read(text)).unwrap();
            let filler = scheme.filler(key.clone(), shape.read(text)).unwrap();
            let report = scheme.check(shape.read(text), &w).unwrap();
            assert!(report.passed(), "{scheme:?} {text}: {report}");
            // Rows in the order turned round: patterns and matrices are no longer where they were.
            let mut turned = w.clone();
            turned.invert_axis(Dim(shape.len() - 1));
            turned.mapv_inplace(|x| x * 1.5 + 0.1);
            assert!(!scheme.check(shape.read(text), &turned).unwrap().passed());

            let ranges: Vec<_> = shape.iter().map(|&len| len / 3..len - len / 5).collect();
            let part: ArrayD<f32> = filler.region(&ranges[..]).unwrap();
            let slice = w.slice_each_axis(|axis| Slice::from(ranges[axis.axis.index()].clone()));
            same(&part, &slice.to_owned());
            assert!(filler.check_region(&ranges[..], &part).unwrap().passed());
            let len = w.len();
            let flat: Array1<f32> = filler.region(Flat(len as u64 / 7..len as u64 - 3)).unwrap();
            same(&flat, &w.flatten().slice(s![len / 7..len - 3]).to_owned());
        }
    }
}

/// Parts along the first axis are what they were before there were readings.
#[test]
fn fused_layers_are_parts() {
    let fused = Fused::new([8, 3, 5]).inputs(6);
    let read = || (16, 6).read("([8 3 5] o) i");
    assert_eq!(Weight::new(fused).unwrap(), Weight::new(read()).unwrap());
    for scheme in [&GlorotNormal as &dyn Scheme, &Orthogonal] {
        let w: Array2<f64> = scheme.init_keyed(key("fused"), fused).unwrap();
        same(&scheme.init_keyed(key("fused"), read()).unwrap(), &w);
    }
}

#[test]
fn bad_parts() {
    let text = |weight: Result<Weight, InitError>| weight.unwrap_err().to_string();
    assert_eq!(
        text(Weight::new(Fused::new([]).inputs(3))),
        "number of parts is 0, but it must be at least 1"
    );
    let two = [
        Axis::OutputParts { count: 2, len: 3 },
        Axis::InputParts { count: 2, len: 3 },
    ];
    assert_eq!(
        text(Weight::from_axes(two)),
        "number of axes with parts is 2, but it must be at most 1"
    );
    let huge = Axis::InputParts {
        count: usize::MAX,
        len: 2,
    };
    assert!(matches!(
        Weight::from_axes([huge]),
        Err(InitError::TooLarge { .. })
    ));
    // As many as no text may have, of no length and of one.
    for len in [0, 1] {
        let many = Axis::OutputParts {
            count: 1 << 17,
            len,
        };
        assert_eq!(
            text(Weight::from_axes([many])),
            "number of parts is 131072, but it must be at most 65,536"
        );
    }
    let endless = Axis::OutputParts {
        count: usize::MAX,
        len: 0,
    };
    assert!(Weight::from_axes([endless]).is_err());
    // Lengths whose product is no number that can be counted, beside an axis as long as can be.
    #[cfg(target_pointer_width = "64")]
    for reading in [
        "(9007199254740991 [9007199254740991] o)",
        "(9007199254740991 60000 o)",
    ] {
        assert!(Weight::read(reading, usize::MAX).is_err(), "{reading}");
    }
}

/// A text of ten thousand letters is refused, or read, at once.
#[test]
fn a_long_reading_takes_no_longer_than_its_text() {
    let letters = "o ".repeat(10_000);
    let reading = format!("{letters}, drawn as {letters}");
    let reading = fanin::Reading::new(&reading).unwrap();
    assert!(Weight::read(reading, vec![1_usize; 10_000]).is_ok());
}
