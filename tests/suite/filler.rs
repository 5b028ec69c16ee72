//! A filler gives the same values however it is read, by however many threads.

use fanin::{
    Flat, FromDistribution, HeNormal, InitError, Initializer, IntoWeight, Key, Normal, Orthogonal,
    Scheme, Verdict, Zeros,
};
use ndarray::{Array1, Array2, ArrayD, Axis, Ix2, Slice};

use crate::common::{
    Bits, for_each_element, key, refused,
    registry::{Entry, every_scheme},
    same,
};

fn every_form<F: Bits>() {
    let mut read = 0;
    for Entry {
        scheme,
        weights,
        name,
        ..
    } in every_scheme()
    {
        for weight in &weights {
            let key = key("filler").child(&name);
            let whole: ArrayD<F> = scheme.init_keyed(key.clone(), weight).unwrap();
            let filler = scheme.filler(key, weight).unwrap();
            filler.fits::<F>().unwrap();
            let flat: Vec<F> = whole.iter().copied().collect();
            let bits = |values: &[F]| values.iter().map(|x| x.bits()).collect::<Vec<_>>();

            // Parts before the whole, so that what is kept comes from parts.
            let n = flat.len();
            let mut values = vec![F::nan(); n];
            for (from, to) in [(n / 2, n), (n / 3, n - n / 5), (0, n / 2)] {
                let range = from as u64..to as u64;
                filler.fill_slice(range, &mut values[from..to]).unwrap();
                assert_eq!(bits(&values[from..to]), bits(&flat[from..to]), "{name}");
            }
            filler.fill_slice(.., &mut values).unwrap();
            assert_eq!(bits(&values), bits(&flat), "{name}");
            let last = Axis(whole.ndim() - 1);
            let columns = whole.len_of(last);
            for column in [0, columns / 2, columns - 1] {
                let slice = Slice::from(column..column + 1);
                let expected = whole.slice_axis(last, slice).to_owned();
                let mut ranges: Vec<_> = whole.shape().iter().map(|&len| 0..len).collect();
                ranges[last.0] = column..column + 1;
                same(&filler.region(&ranges[..]).unwrap(), &expected);
                let mut reversed = ArrayD::<F>::zeros(expected.t().raw_dim());
                let mut view = reversed.view_mut().reversed_axes();
                filler.fill_region(&ranges[..], &mut view).unwrap();
                same(&view.to_owned(), &expected);
            }
            same(&filler.array().unwrap(), &whole);
            let mut other = ArrayD::from_elem(whole.raw_dim(), F::nan());
            filler.fill(&mut other).unwrap();
            same(&other, &whole);
            read += 1;
        }
    }
    assert!(read > 150, "{read}");
}

#[test]
fn every_form_gives_the_same_values() {
    for_each_element!(every_form());
}

/// For a whole, a slice and a region, the values that are drawn pass, and others do not.
#[test]
fn own_values_pass_and_others_do_not() {
    let (mut passed, mut caught) = (0, 0);
    for Entry {
        scheme,
        weights,
        name,
        is_known,
        is_random,
        ..
    } in every_scheme()
    {
        let weight = weights.iter().max_by_key(|weight| weight.len()).unwrap();
        let filler = scheme.filler(key("passes").child(&name), weight).unwrap();
        let whole: ArrayD<f64> = filler.array().unwrap();
        let (n, rows) = (weight.len(), whole.shape()[0]);
        let mut ranges: Vec<_> = whole.shape().iter().map(|&len| 0..len).collect();
        ranges[0] = rows / 4..rows;
        let part: ArrayD<f64> = filler.region(&ranges[..]).unwrap();
        let mut flat = vec![0.0_f64; (n - n / 4) as usize];
        filler.fill_slice(n / 4.., &mut flat).unwrap();
        let all = whole.as_standard_layout().to_owned();
        for report in [
            filler.check(&whole),
            filler.check_slice(.., all.as_slice().unwrap()),
            filler.check_slice(n / 4.., &flat),
            filler.check_region(&ranges[..], &part),
        ] {
            let report = report.unwrap();
            assert!(report.passed(), "{name}:\n{report}");
            passed += 1;
        }
        if !is_known || (is_random && part.len() < 30) {
            continue;
        }
        // One value that no law of the registry has there.
        let (mut part, mut flat) = (part, flat);
        if let Some(value) = part.iter_mut().nth(1) {
            *value = 100.0;
        }
        if let Some(value) = flat.get_mut(1) {
            *value = 100.0;
        }
        let reports = [
            filler.check_region(&ranges[..], &part).unwrap(),
            filler.check_slice(n / 4.., &flat).unwrap(),
        ];
        for report in reports {
            assert!(!report.passed(), "{name}:\n{report}");
            caught += 1;
        }
    }
    assert_eq!(passed, 4 * 112);
    assert!(caught > 140, "{caught}");
}

/// What only the whole shows is not known of a part, and is said to be so.
#[test]
fn orthogonality_of_some_rows_is_not_known() {
    let filler = Orthogonal.filler(key("rows"), (40, 30)).unwrap();
    let rows: Array2<f32> = filler.region((3..20, ..)).unwrap();
    let report = filler.check_region((3..20, ..), &rows).unwrap();
    assert!(report.passed(), "{report}");
    let structure = report.test("structure").map(fanin::TestResult::verdict);
    assert_eq!(structure, Some(Verdict::Unknown));
    let report = filler.check_region((3..20, ..), &(rows * 10.0)).unwrap();
    assert!(!report.passed(), "{report}");
}

/// Zeros, and values that are dense, are no part of a sparse tensor; zeros and normal values of another size
/// are no rows of an orthogonal matrix.
#[test]
fn parts_of_structured_laws_are_looked_at() {
    let failed = |report: fanin::Report, by: &str| {
        let verdict = report.test(by).map(fanin::TestResult::verdict);
        assert_eq!(verdict, Some(Verdict::Failed), "{by}:\n{report}");
    };
    let shape = (60, 50);
    let sparse = fanin::Sparse::new(7, 0.3).unwrap();
    let filler = sparse.filler(key("sparse part"), shape).unwrap();
    let dense: Array2<f64> = (Normal::new(0.0, 0.3).unwrap())
        .init_keyed(key("dense"), (40, 50))
        .unwrap();
    let zeros = Array2::<f64>::zeros((40, 50));
    for wrong in [&dense, &zeros] {
        failed(filler.check_region((20.., ..), wrong).unwrap(), "non-zeros");
    }
    // Columns hold no unit whole.
    for wrong in [&dense, &zeros] {
        let wrong = Array2::from_shape_fn((60, 33), |(i, j)| wrong[(i % 40, j)]);
        let report = filler.check_region((.., ..33), &wrong).unwrap();
        failed(report, "share of non-zeros");
    }
    let own: Array2<f64> = filler.region((.., ..33)).unwrap();
    assert!(filler.check_region((.., ..33), &own).unwrap().passed());

    let filler = Orthogonal.filler(key("rows part"), (100, 90)).unwrap();
    let own: Array2<f64> = filler.region((10..60, ..)).unwrap();
    assert!(filler.check_region((10..60, ..), &own).unwrap().passed());
    for wrong in [&own * 0.0, &own * 0.5] {
        failed(filler.check_region((10..60, ..), &wrong).unwrap(), "norm");
    }
}

#[test]
fn a_wrong_place_or_shape_is_an_error() {
    let filler = HeNormal.filler(key("errors"), (3, 4)).unwrap();
    let mut buffer = [7.0_f32; 12];
    refused(
        filler.fill_slice(5..13, &mut buffer[..8]),
        "the range 5..13 does not fit axis 0 of shape [12]: it must not end before it begins, \
         nor beyond the axis",
    );
    let unequal = "the weight or region has shape [7], in a weight read as o i, but the array has shape [12]: they must be equal";
    refused(filler.fill_slice(5.., &mut buffer), unequal);
    refused(filler.check_slice(5.., &buffer), unequal);
    refused(
        filler.check(&Array2::<f32>::zeros((4, 3))),
        "the weight or region has shape [3, 4], in a weight read as o i, but the array has shape [4, 3]: they must be equal; the \
         array is transposed: if it is stored as [in, out], read its shape with .read(\"i o\")",
    );
    assert_eq!(buffer, [7.0; 12]);

    // Each read checks its own element type.
    let narrow = Normal::new(0.0, 1e-39).unwrap();
    let filler = narrow.filler(key("errors"), 12).unwrap();
    assert!(filler.fits::<f64>().is_ok());
    assert!(matches!(
        filler.fits::<f32>(),
        Err(InitError::StdOutOfRange { .. })
    ));
    assert!(filler.fill_slice(.., &mut buffer).is_err());
    assert_eq!(buffer, [7.0; 12]);
    let wide: Array1<f64> = filler.array().unwrap();
    assert!(filler.check(&wide).unwrap().passed());
}

#[test]
fn a_failure_is_not_remembered() {
    // Its one matrix is larger than any memory.
    let huge = Orthogonal.filler(key("huge"), (1 << 22, 1 << 22)).unwrap();
    for _ in 0..2 {
        let one: Result<Array2<f32>, _> = huge.region((5..6, 7..8));
        assert!(matches!(one, Err(InitError::TooLarge { .. })));
    }
    // Nothing is made for nothing.
    let none: Array2<f32> = huge.region((5..5, 7..8)).unwrap();
    assert_eq!(none.len(), 0);
}

#[test]
fn it_borrows_nothing_and_is_shared() {
    fn shared<T: Send + Sync + 'static>(value: T) -> T {
        value
    }
    let filler = {
        let scheme: Box<dyn Scheme> = Box::new(HeNormal);
        let weight = (3, 4).into_weight().unwrap();
        shared(scheme.filler(Key::from_seed(1), &weight).unwrap())
    };
    let text = format!("{filler:?}");
    assert!(text.contains("HeNormal") && !text.contains(&Key::from_seed(1).to_string()));
    assert_eq!(filler.describe(), &HeNormal.describe(vec![3, 4]).unwrap());
    let many = [
        HeNormal
            .filler(Key::from_seed(1), (3, 4))
            .unwrap()
            .into_dyn(),
        Zeros.filler(Key::from_seed(2), 4).unwrap().into_dyn(),
    ];
    assert_eq!(
        many.map(|filler| filler.array::<f32>().unwrap().ndim()),
        [2, 1]
    );
}

/// However it is read, the index is that of the whole weight.
#[test]
fn a_distribution_that_fails_tells_the_place() {
    use rand::RngExt;
    let scheme = FromDistribution::from_fn("mostly", |rng: &mut dyn rand::Rng| {
        let x: f64 = rng.random();
        if x < 0.01 { f64::INFINITY } else { x }
    });
    let brought: Array1<f64> =
        FromDistribution::from_fn("all", |rng: &mut dyn rand::Rng| rng.random())
            .init_keyed(key("brought"), 1200)
            .unwrap();
    let filler = scheme.filler(key("brought"), (30, 40)).unwrap();
    let place = |result: Result<(), InitError>| match result {
        Err(InitError::NonFiniteDraw { index, .. }) => index,
        other => panic!("{other:?}"),
    };
    let first = |from: usize| brought.iter().skip(from).position(|&x| x < 0.01).unwrap() + from;
    let mut all = vec![0.0_f64; 1200];
    assert_eq!(place(filler.fill_slice(.., &mut all)), first(0) as u64);
    assert_eq!(
        place(filler.fill_slice(500.., &mut all[500..])),
        first(500) as u64
    );
    let rows = filler.region::<f64, _>((20.., ..)).map(drop);
    assert_eq!(place(rows), first(800) as u64);
    let flat = filler.region::<f64, _>(Flat(900..)).map(drop);
    assert_eq!(place(flat), first(900) as u64);
}

/// Two threads may make the same matrix; all read the same. Each task itself works on the pool's threads.
#[cfg(feature = "parallel")]
#[test]
fn threads_share_a_filler() {
    use rayon::iter::{IntoParallelIterator, ParallelIterator};

    let weight = [
        fanin::Axis::Batch(13),
        fanin::Axis::Output(96),
        fanin::Axis::Input(80),
    ];
    let schemes: [Box<dyn Scheme>; 3] = [
        Box::new(Orthogonal),
        Box::new(fanin::Sparse::new(7, 0.1).unwrap()),
        Box::new(HeNormal),
    ];
    for scheme in &schemes {
        let whole: ndarray::Array3<f32> = scheme.init_keyed(key("shared"), weight).unwrap();
        for threads in 2..=8 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let filler = scheme.filler(key("shared"), weight).unwrap();
            let read = |column: usize| {
                let columns: ndarray::Array3<f32> =
                    filler.region((.., .., column..column + 1)).unwrap();
                let expected = whole.slice(ndarray::s![.., .., column..column + 1]);
                assert_eq!(columns, expected);
                // Within a task of the pool, all of it, on the pool.
                if column % 40 == 0 {
                    assert_eq!(filler.array::<f32>().unwrap(), whole);
                }
            };
            pool.build()
                .unwrap()
                .install(|| (0..80).into_par_iter().for_each(read));
        }
    }
}

#[test]
fn a_shape_reads_as_arrays_do() {
    // The dimension of the whole follows from the weight.
    let filler = HeNormal.filler(key("dimension"), (6, 5)).unwrap();
    let array = filler.array::<f32>().unwrap();
    let same_type: Array2<f32> = array;
    assert_eq!(same_type.raw_dim(), Ix2(6, 5));
}
