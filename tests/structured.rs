//! Laws whose values hang together: identities, sparse and orthogonal weights, interpolation, copies,
//! gates.

mod common;

use std::collections::HashMap;

use fanin::{
    Axis, BilinearKernel, Centre, Conv, ConvTranspose, DeltaOrthogonal, Dirac, Element, Flat,
    ForgetGateBias, Fused, HeNormal, Icnr, Identity, InitError, Initializer, Key, Layout, Normal,
    Orthogonal, Scheme, Sparse, Weight,
};
use ndarray::{Array1, Array2, Array3, Array4, ArrayD, Axis as Dim, IxDyn, ShapeBuilder, Slice, s};

fn key() -> Key {
    Key::from_seed(11)
}

/// Every scheme of this file, each with a weight that it is made for.
fn cases() -> Vec<(Box<dyn Scheme>, Weight)> {
    fn case(
        scheme: impl Scheme + 'static,
        weight: impl fanin::IntoWeight,
    ) -> (Box<dyn Scheme>, Weight) {
        (Box::new(scheme), Weight::new(weight).unwrap())
    }
    let grouped = || Conv::new(12, 8, [3, 2]).groups(4);
    let hwio = || Conv::new(12, 8, [3, 2]).layout(Layout::HWIO);
    vec![
        case(Identity::with_gain(0.75).unwrap(), (7, 9)),
        case(
            Identity::new(),
            [Axis::Input(5), Axis::Batch(3), Axis::Output(6)],
        ),
        case(
            Identity::new(),
            Fused::outputs([4, 6, 5], 5).layout(Layout::IN_OUT),
        ),
        case(Dirac::new(), grouped()),
        case(
            Dirac::new().with_centre(Centre::Lower).scaled(4.0).unwrap(),
            hwio(),
        ),
        case(Sparse::new(5, 0.5).unwrap(), (30, 41)),
        case(Sparse::new(7, 1.0).unwrap(), grouped()),
        case(Sparse::new(9, 1.0).unwrap(), hwio()),
        case(
            Sparse::new(3, 2.0).unwrap(),
            Fused::outputs([4, 6], 5).layout(Layout::IN_OUT),
        ),
        case(Orthogonal::new(), (13, 13)),
        case(Orthogonal::with_gain(1.25).unwrap(), grouped()),
        case(Orthogonal::new().scaled(0.5).unwrap(), hwio()),
        case(Orthogonal::new(), Fused::outputs([8, 3], 6)),
        case(DeltaOrthogonal::new(), Conv::new(6, 10, [2, 3])),
        case(DeltaOrthogonal::with_gain(2.0).unwrap(), grouped()),
        case(BilinearKernel, ConvTranspose::new(6, 6, [4, 3]).groups(3)),
        case(Icnr::new(HeNormal, 4).unwrap(), Conv::new(12, 5, [3, 2])),
        case(Icnr::new(HeNormal, 4).unwrap(), hwio()),
        case(
            Icnr::new(Orthogonal::new(), 3).unwrap(),
            Conv::new(12, 5, [3]).layout(Layout::OHWI),
        ),
        case(ForgetGateBias::new(1.0).unwrap(), 4 * 9),
        case(
            ForgetGateBias::new(0.5).unwrap().with_gate(0, 3).unwrap(),
            (6, 3),
        ),
    ]
}

fn parts_are_slices<F: Element>() {
    for (scheme, weight) in cases() {
        let shape: Vec<usize> = weight.shape().iter().map(|&len| len as usize).collect();
        let whole: ArrayD<F> = scheme.init_keyed(&key(), &weight).unwrap();
        // Any order in memory.
        let mut fortran = ArrayD::<F>::zeros(IxDyn(&shape).f());
        scheme
            .fill_as_keyed(&key(), &weight, fortran.view_mut())
            .unwrap();
        assert_eq!(fortran, whole, "{scheme:?}");
        let mut wide = ArrayD::<F>::zeros(shape.iter().map(|n| 2 * n).collect::<Vec<_>>());
        let mut strided = wide.slice_each_axis_mut(|_| Slice::new(0, None, -2));
        scheme
            .fill_as_keyed(&key(), &weight, strided.view_mut())
            .unwrap();
        assert_eq!(strided, whole, "{scheme:?}");
        // A third of every axis, and its last place.
        for last in [false, true] {
            let range = |len: usize| match last {
                true => len - 1..len,
                false => len / 3..2 * len / 3 + 1,
            };
            let ranges: Vec<_> = shape.iter().map(|&len| range(len)).collect();
            let part: ArrayD<F> = scheme.init_region(&key(), &weight, &*ranges).unwrap();
            let slice = whole.slice_each_axis(|axis| ranges[axis.axis.index()].clone().into());
            assert_eq!(part, slice, "{scheme:?}");
        }
        let len = whole.len();
        for range in [0..1, len / 5..len - len / 7, len - 1..len, 3..3] {
            let flat: Array1<F> = scheme
                .init_region(&key(), &weight, Flat(range.clone()))
                .unwrap();
            assert_eq!(
                flat.as_slice().unwrap(),
                &whole.as_slice().unwrap()[range],
                "{scheme:?}"
            );
        }
        // Nothing of a weight without elements.
        let empty: Array2<F> = scheme.init_keyed(&key(), (0, 5)).unwrap();
        assert!(empty.is_empty());
    }
}

#[test]
fn regions_and_views_are_slices_of_the_whole() {
    parts_are_slices::<f32>();
    parts_are_slices::<f64>();
    #[cfg(feature = "half")]
    {
        parts_are_slices::<half::f16>();
        parts_are_slices::<half::bf16>();
    }
}

/// The moments that a law states, against those of its arrays: exact for patterns; for the others
/// over so many keys that the tolerance is 5 standard errors. (Orthonormal matrices have a fixed sum of
/// squares, and less noise than independent values.) 5.7e-7 for each comparison that is not exact.
#[test]
fn moments_are_those_of_the_values() {
    for (scheme, weight) in cases() {
        for part in weight.parts() {
            let law = scheme.law(part).unwrap();
            let (mean, variance) = (law.mean().unwrap(), law.variance().unwrap());
            let second = variance + mean * mean;
            let copies = if format!("{scheme:?}").starts_with("Icnr") {
                4.0
            } else {
                1.0
            };
            let kurtosis = law.kurtosis().unwrap_or(1.0);
            let exact = law.is_elementwise();
            let error = |deviation: f64| if exact { 1e-12 } else { 5.0 * deviation };
            let (mut n, mut sums) = (0.0, [0.0; 2]);
            let mut support = (f64::INFINITY, f64::NEG_INFINITY);
            // As many values as the control needs.
            let enough = 11_000.0 * (kurtosis - 1.0) * copies;
            let keys = if exact {
                1
            } else {
                enough as u64 / part.len() + 1
            };
            for index in 0..keys {
                let w: ArrayD<f64> = scheme.init_keyed(&key().child_index(index), part).unwrap();
                n += w.len() as f64;
                sums[0] += w.sum();
                sums[1] += w.mapv(|x| x * x).sum();
                support = w.fold(support, |(low, high), &x| (low.min(x), high.max(x)));
            }
            let rough = (copies / n).sqrt();
            assert!(
                (sums[0] / n - mean).abs() < error(variance.sqrt() * rough),
                "{scheme:?}"
            );
            let relative = ((kurtosis - 1.0).max(0.01)).sqrt() * rough;
            assert!(
                (sums[1] / n / second - 1.0).abs() < error(relative),
                "{scheme:?}: {} not {second}",
                sums[1] / n
            );
            // The control: 5 % more would not pass.
            assert!(exact || error(relative) < 0.05, "{scheme:?}");
            let (low, high) = law.support().unwrap();
            assert!(low <= support.0 && support.1 <= high, "{scheme:?}");
            if exact {
                assert_eq!((low, high), support, "{scheme:?}");
            }
        }
    }
}

#[test]
fn layouts_of_a_pattern_are_one_operation() {
    let conv = || Conv::new(6, 4, [3, 5]);
    for scheme in [&Dirac::new() as &dyn Scheme, &BilinearKernel] {
        let oihw: Array4<f32> = scheme.init_keyed(&key(), conv()).unwrap();
        let hwio: Array4<f32> = scheme
            .init_keyed(&key(), conv().layout(Layout::HWIO))
            .unwrap();
        let ohwi: Array4<f32> = scheme
            .init_keyed(&key(), conv().layout(Layout::OHWI))
            .unwrap();
        assert_eq!(hwio.permuted_axes([3, 2, 0, 1]), oihw);
        assert_eq!(ohwi.permuted_axes([0, 3, 1, 2]), oihw);
    }
}

#[test]
fn a_dirac_convolution_passes_its_channels_on() {
    // Of four groups from 2 to 3 channels, the first two outputs of each are its inputs.
    let w: Array4<f32> = Dirac::new()
        .init_keyed(&key(), Conv::new(12, 8, [3, 3]).groups(4))
        .unwrap();
    let ones: Vec<_> = w
        .indexed_iter()
        .filter(|(_, x)| **x != 0.0)
        .map(|(at, _)| at)
        .collect();
    let expected: Vec<_> = (0..4)
        .flat_map(|group| [0, 1].map(|i| (3 * group + i, i, 1, 1)))
        .collect();
    assert_eq!(ones, expected);
}

#[test]
fn sparse_outputs_have_the_exact_number_of_connections_anywhere() {
    let (units, inputs, nonzeros) = (2000, 8, 3);
    let w: Array2<f32> = Sparse::new(nonzeros, 1.0)
        .unwrap()
        .init_keyed(&key(), (units, inputs))
        .unwrap();
    let mut sets: HashMap<Vec<usize>, f64> = HashMap::new();
    for unit in w.rows() {
        let set: Vec<usize> = (0..inputs).filter(|&i| unit[i] != 0.0).collect();
        assert_eq!(set.len(), nonzeros as usize);
        *sets.entry(set).or_default() += 1.0;
    }
    // 56 sets, as likely: chi-squared with 55 degrees of freedom is below 124.4 but for 3e-7.
    let expected = units as f64 / 56.0;
    let chi_squared = |sets: &HashMap<Vec<usize>, f64>, expected: f64| -> f64 {
        sets.values()
            .map(|n| (n - expected).powi(2) / expected)
            .sum()
    };
    assert_eq!(sets.len(), 56);
    assert!(chi_squared(&sets, expected) < 124.4);
    // The control: sets that are always next to each other, of which there are 8, are refused.
    let neighbours: HashMap<Vec<usize>, f64> =
        (0..8).map(|i| (vec![i], units as f64 / 8.0)).collect();
    assert!(chi_squared(&neighbours, expected) > 124.4);

    // What is kept is what the normal law has there.
    let normal: Array2<f32> = Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(&key(), (units, inputs))
        .unwrap();
    assert!(w.iter().zip(&normal).all(|(w, z)| *w == 0.0 || w == z));
}

#[test]
fn what_belongs_to_no_element_has_a_key_of_its_own() {
    // The matrix is not made of the draws of the elements, nor of those of any child.
    let n = 32;
    let q: Array2<f64> = Orthogonal::new().init_keyed(&key(), (n, n)).unwrap();
    let column = q.column(0);
    for other in [
        key(),
        key().child_index(0),
        key().child("0"),
        key().child(""),
    ] {
        let z: Array1<f64> = Normal::new(0.0, 1.0)
            .unwrap()
            .init_keyed(&other, n)
            .unwrap();
        let length = z.dot(&z).sqrt();
        // The first column would be these draws over their length.
        let distance = (&z / length - column).mapv(f64::abs).sum();
        assert!(distance > 0.1);
    }
}

#[test]
fn delta_orthogonal_keeps_lengths_either_way() {
    for (outputs, inputs) in [(10, 6), (6, 10), (8, 8)] {
        let w: Array4<f64> = DeltaOrthogonal::new()
            .init_keyed(&key(), Conv::new(outputs, inputs, [4, 3]))
            .unwrap();
        let centre: Array2<f64> = w.slice(s![.., .., 1, 1]).to_owned();
        let product = if outputs < inputs {
            centre.dot(&centre.t())
        } else {
            centre.t().dot(&centre)
        };
        let defect = (product - Array2::<f64>::eye(outputs.min(inputs))).mapv(f64::abs);
        assert!(defect.iter().all(|x| *x < 1e-13));
        let outside = w
            .indexed_iter()
            .filter(|((_, _, y, x), _)| (*y, *x) != (1, 1));
        assert!(outside.into_iter().all(|(_, value)| *value == 0.0));
    }
}

#[test]
fn a_bilinear_kernel_keeps_a_constant_picture() {
    // Enlarged by 3 with a kernel of 6: away from the edges each output sums over 2 inputs.
    let w: Array3<f64> = BilinearKernel
        .init_keyed(&key(), ConvTranspose::new(1, 1, [6]).stride([3]))
        .unwrap();
    let mut out = [0.0; 3 * 9 + 6];
    for input in 0..9 {
        for place in 0..6 {
            out[3 * input + place] += w[[0, 0, place]];
        }
    }
    assert!(out[3..27].iter().all(|x| (x - 1.0).abs() < 1e-15));
}

#[test]
fn icnr_repeats_what_its_scheme_draws_for_the_smaller_weight() {
    let scheme = Icnr::new(HeNormal, 4).unwrap();
    for layout in [Layout::OIHW, Layout::HWIO, Layout::OHWI] {
        let weight = |outputs| Conv::new(outputs, 5, [3, 2]).layout(layout);
        let large: Array4<f32> = scheme.init_keyed(&key(), weight(12)).unwrap();
        let small: Array4<f32> = HeNormal.init_keyed(&key(), weight(3)).unwrap();
        let axis = Dim(if layout == Layout::HWIO { 3 } else { 0 });
        for output in 0..12 {
            assert_eq!(
                large.index_axis(axis, output),
                small.index_axis(axis, output / 4)
            );
        }
    }
    let law = scheme
        .law(&Weight::new(Conv::new(12, 5, [3, 2])).unwrap())
        .unwrap();
    assert_eq!(law.variance(), Some(2.0 / 30.0));
    assert!(!law.is_elementwise());
}

#[test]
fn small_regions_of_huge_patterns_are_cheap() {
    let n = 1 << 20;
    let w: Array2<f32> = (Identity::new().init_region(&key(), (n, n), (n - 2.., n - 3..))).unwrap();
    assert_eq!(w, ndarray::arr2(&[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]));
    // Of a whole matrix, all of it would have to be made.
    let huge = (1_usize << 31, 1_usize << 31);
    let w: Result<Array2<f32>, _> = Orthogonal::new().init_region(&key(), huge, (..1, ..1));
    assert!(matches!(w, Err(InitError::TooLarge { .. })));
    let w: Result<Array2<f32>, _> =
        Sparse::new(1, 1.0)
            .unwrap()
            .init_region(&key(), huge, (..1, ..1));
    assert!(matches!(w, Err(InitError::TooLarge { .. })));
}

#[test]
fn a_factor_of_zero_gives_zeros() {
    for (scheme, weight) in cases() {
        let w: ArrayD<f32> = scheme
            .scaled(0.0)
            .unwrap()
            .init_keyed(&key(), &weight)
            .unwrap();
        assert!(w.iter().all(|x| *x == 0.0));
    }
}

#[track_caller]
fn refused(scheme: &dyn Scheme, weight: impl fanin::IntoWeight, text: &str) {
    let weight = Weight::new(weight).unwrap();
    assert_eq!(scheme.law(&weight).unwrap_err().to_string(), text);
}

#[test]
fn what_does_not_fit_is_an_error() {
    refused(
        &Identity::new(),
        (4, 4, 3),
        "receptive field of an identity is 3.0, but it must be 1; for a kernel of more places there \
         is Dirac",
    );
    refused(
        &Sparse::new(10, 1.0).unwrap(),
        (4, 9),
        "number of non-zeros of an output is 10.0, but it must be at most the number of its \
         connections",
    );
    refused(
        &Icnr::new(HeNormal, 4).unwrap(),
        (6, 4, 3, 3),
        "number of outputs is 6.0, but it must be a multiple of the number of copies",
    );
    refused(
        &Icnr::new(HeNormal, 4).unwrap(),
        Conv::new(8, 4, [3]).groups(2),
        "number of groups is 2.0, but it must be 1 where outputs are repeated",
    );
    refused(
        &ForgetGateBias::new(1.0).unwrap(),
        10,
        "number of outputs of a weight in blocks is 10.0, but it must be a multiple of the number \
         of its blocks (4 for the gates of an LSTM)",
    );
    refused(
        &BilinearKernel,
        (1, 1, 70_000),
        "length of a bilinear kernel is 70000.0, but it must be at most 65,536",
    );
    for (scheme, law) in [
        (&Identity::new() as &dyn Scheme, "an identity"),
        (&Dirac::new(), "an identity"),
        (&Sparse::new(1, 1.0).unwrap(), "a sparse law"),
        (&DeltaOrthogonal::new(), "a delta-orthogonal law"),
        (&BilinearKernel, "a bilinear kernel"),
        (
            &Icnr::new(HeNormal, 2).unwrap(),
            "a law of repeated outputs",
        ),
    ] {
        let shape = vec![6];
        let error = scheme.law(&Weight::vector(6)).unwrap_err();
        assert_eq!(error, InitError::NotAMatrix { law, shape });
    }
    let texts = [
        Orthogonal::with_gain(-1.0).unwrap_err(),
        Identity::with_gain(f64::NAN).unwrap_err(),
        DeltaOrthogonal::with_gain(f64::INFINITY).unwrap_err(),
        Sparse::new(1, -0.5).unwrap_err(),
        ForgetGateBias::new(-1.0).unwrap_err(),
        ForgetGateBias::new(1.0)
            .unwrap()
            .with_gate(4, 4)
            .unwrap_err(),
        Icnr::new(HeNormal, 0).unwrap_err(),
    ];
    assert_eq!(
        texts.map(|error| error.to_string()),
        [
            "gain is -1.0, but it must be finite and at least 0",
            "gain is NaN, but it must be finite and at least 0",
            "gain is inf, but it must be finite and at least 0",
            "standard deviation is -0.5, but it must be finite and at least 0",
            "value is -1.0, but it must be finite and at least 0",
            "gate is 4.0, but it must be below the number of gates",
            "number of copies is 0.0, but it must be at least 1",
        ]
    );
}

#[test]
fn debug_is_the_call() {
    let texts = [
        (
            format!("{:?}", Identity::with_gain(2.0).unwrap()),
            "Identity::with_gain(2.0)",
        ),
        (format!("{:?}", Identity::new()), "Identity::new()"),
        (
            format!("{:?}", Dirac::new().with_centre(Centre::Lower)),
            "Dirac::new().with_centre(Centre::Lower)",
        ),
        (
            format!("{:?}", Sparse::new(15, 0.1).unwrap()),
            "Sparse::new(15, 0.1)",
        ),
        (
            format!(
                "{:?}",
                DeltaOrthogonal::with_gain(2.0)
                    .unwrap()
                    .with_centre(Centre::Upper)
            ),
            "DeltaOrthogonal::with_gain(2.0).with_centre(Centre::Upper)",
        ),
        (
            format!("{:?}", Icnr::new(HeNormal, 4).unwrap()),
            "Icnr::new(HeNormal, 4)",
        ),
        (
            format!(
                "{:?}",
                ForgetGateBias::new(1.0).unwrap().with_gate(0, 3).unwrap()
            ),
            "ForgetGateBias::new(1.0).with_gate(0, 3)",
        ),
    ];
    for (text, call) in texts {
        assert_eq!(text, call);
    }
}
