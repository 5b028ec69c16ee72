//! Laws that belong to a shape: matrices, patterns, few connections, repeated outputs.

use std::sync::Arc;

use crate::common::{
    Bits,
    evidence::{Claim, FALSE_ALARMS, rejected, two_tails},
    for_each_element, key, refused,
    registry::every_scheme,
    same,
};
use fanin::{
    Axis, BilinearKernel, Centre, Constant, Conv, DeltaOrthogonal, Dense, Dirac, Flat,
    ForgetGateBias, Fused, HeNormal, Icnr, Identity, InitError, Initializer, Key, Layout, Normal,
    Orthogonal, Scheme, Sparse, Uniform, Weight,
};
use ndarray::{Array, Array1, Array2, Array4, ArrayD, Axis as Dim, IxDyn, ShapeBuilder, Slice, s};
use rand::{Rng, SeedableRng, rngs::StdRng};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Every scheme of this kind with weights that it is for, in layouts that are easy and that are not.
fn catalogue() -> Vec<(Box<dyn Scheme>, Weight)> {
    let of_shape = every_scheme().into_iter().filter(|entry| entry.is_of_shape);
    let all: Vec<_> = of_shape
        .flat_map(|entry| {
            let scheme: Arc<dyn Scheme> = entry.scheme.into();
            let weights = entry.weights.into_iter();
            weights.map(move |weight| (Box::new(scheme.clone()) as _, weight))
        })
        .collect();
    assert_eq!(all.len(), 140);
    all
}

const ICNR_OF_A_MATRIX: &str = "number of spatial axes is 0, but it must be at least 1 for Icnr: \
                                say which axes are a kernel's with Conv or a reading";

fn whole<F: Bits>(scheme: &dyn Scheme, key: &Key, weight: &Weight) -> ArrayD<F> {
    scheme.init_keyed(key.clone(), weight).unwrap()
}

fn parts_and_views<F: Bits>() {
    let key = key("parts and views");
    for (scheme, weight) in catalogue() {
        let whole = whole::<F>(&scheme, &key, &weight);
        let lens: Vec<usize> = whole.shape().to_vec();

        let ranges: Vec<_> = lens.iter().map(|&n| n / 3..n - n / 4).collect();
        let part: ArrayD<F> = scheme
            .filler(key.clone(), &weight)
            .unwrap()
            .region(&ranges[..])
            .unwrap();
        let cut = whole.slice_each_axis(|axis| Slice::from(ranges[axis.axis.index()].clone()));
        same(&part, &cut.to_owned());

        let (from, to) = (whole.len() / 5, whole.len() - whole.len() / 7);
        let flat: Array1<F> = (scheme
            .filler(key.clone(), &weight)
            .and_then(|filler| filler.region(Flat(from as u64..to as u64))))
        .unwrap();
        assert_eq!(
            flat.as_slice().unwrap(),
            &whole.as_slice().unwrap()[from..to],
            "{scheme:?}"
        );

        let mut fortran = ArrayD::<F>::zeros(IxDyn(&lens).f());
        (scheme
            .filler(key.clone(), &weight)
            .and_then(|filler| filler.fill(&mut fortran)))
        .unwrap();
        same(&fortran.as_standard_layout().to_owned(), &whole);

        let doubled: Vec<usize> = lens.iter().map(|n| 2 * n).collect();
        let mut strided = ArrayD::<F>::zeros(IxDyn(&doubled));
        let mut view = strided.slice_each_axis_mut(|_| Slice::new(0, None, -2));
        (scheme
            .filler(key.clone(), &weight)
            .and_then(|filler| filler.fill(&mut view)))
        .unwrap();
        same(&view.as_standard_layout().to_owned(), &whole);
    }
}

#[test]
fn parts_and_views_are_slices_of_the_whole() {
    for_each_element!(parts_and_views());
}

#[test]
fn sixteen_bits_and_f64_are_the_same_network() {
    let key = key("precisions");
    for (scheme, weight) in catalogue() {
        let narrow = whole::<f32>(&scheme, &key, &weight);
        let wide = whole::<f64>(&scheme, &key, &weight);
        for (a, b) in narrow.iter().zip(&wide) {
            assert!((f64::from(*a) - b).abs() < 2e-5, "{scheme:?}");
            assert_eq!(*a == 0.0, *b == 0.0);
        }
        #[cfg(feature = "half")]
        for (a, b) in whole::<half::bf16>(&scheme, &key, &weight)
            .iter()
            .zip(&narrow)
        {
            // The next number, where the nearest lies beyond a bound.
            let apart = a.to_bits().abs_diff(half::bf16::from_f32(*b).to_bits());
            assert!(
                apart <= u16::from(law_is_bounded(&scheme, &weight)),
                "{scheme:?}"
            );
        }
    }
}

/// Whether values of a law are kept within bounds that are no numbers of every type.
#[cfg(feature = "half")]
fn law_is_bounded(scheme: &dyn Scheme, weight: &Weight) -> bool {
    let bounds = weight
        .parts()
        .map(|part| scheme.law(part).unwrap().support().unwrap());
    bounds
        .into_iter()
        .any(|(low, high)| low.is_finite() && low > 0.0 || high.is_finite() && high < 1.0)
        || format!("{scheme:?}").contains("Uniform")
}

/// The factor 4 doubles every value, exactly; 0 makes zeros; the law says so.
fn factors<F: Bits>() {
    let key = key("factors");
    for (scheme, weight) in catalogue() {
        let one = whole::<F>(&scheme, &key, &weight);
        let two = whole::<F>(&scheme.as_ref().scaled(4.0).unwrap(), &key, &weight);
        for (one, two) in one.iter().zip(&two) {
            assert_eq!(two.wide(), 2.0 * one.wide());
        }
        let none = scheme.as_ref().scaled(0.0).unwrap();
        let zeros = whole::<F>(&none, &key, &weight);
        assert!(zeros.iter().all(|x| x.bits() == 0));
        for part in weight.parts() {
            let (law, zero) = (scheme.law(part).unwrap(), none.law(part).unwrap());
            assert_eq!((zero.mean(), zero.variance()), (Some(0.0), Some(0.0)));
            assert_eq!(zero.support(), Some((0.0, 0.0)));
            let four = law.clone().scaled(4.0).unwrap();
            assert_eq!(
                four.variance(),
                law.variance().map(|variance| 4.0 * variance)
            );
            assert_eq!(four.kurtosis(), law.kurtosis());
        }
    }
}

#[test]
fn factors_multiply_the_variance() {
    for_each_element!(factors());
}

#[test]
fn empty_weights_are_filled_by_doing_nothing() {
    let key = key("empty");
    let mut laws = 0;
    for scheme in [
        &Identity as &dyn Scheme,
        &Dirac,
        &Sparse::new(3, 1.0).unwrap(),
        &Orthogonal,
        &DeltaOrthogonal,
        &BilinearKernel,
        &Icnr::new(HeNormal, 1).unwrap(),
    ] {
        for shape in [(0, 5, 3), (5, 0, 3), (5, 5, 0), (0, 0, 0)] {
            let w = scheme.init_keyed::<f32, _>(key.clone(), shape).unwrap();
            assert_eq!(w.dim(), shape);
        }
        // What a law says of no elements is not NaN. A plain shape of two axes has no kernel, which
        // repetition needs.
        match scheme.law(&Weight::new((0, 5)).unwrap()) {
            Ok(law) => {
                assert_eq!(law.variance(), Some(0.0));
                laws += 1;
            }
            Err(error) => refused::<()>(Err(error), ICNR_OF_A_MATRIX),
        }
    }
    assert_eq!(laws, 6);
    let none: Array1<f32> = ForgetGateBias.init_keyed(key.clone(), 0).unwrap();
    assert!(none.is_empty());
}

/// Mean, variance, kurtosis, least and largest of all values, as they are.
fn moments(values: &ArrayD<f64>) -> [f64; 5] {
    let n = values.len() as f64;
    let mean = values.sum() / n;
    let central = |power| values.fold(0.0, |sum, x| sum + (x - mean).powi(power)) / n;
    let least = values.fold(f64::INFINITY, |a, b| a.min(*b));
    let largest = values.fold(f64::NEG_INFINITY, |a, b| a.max(*b));
    let variance = central(2);
    [
        mean,
        variance,
        central(4) / (variance * variance),
        least,
        largest,
    ]
}

#[test]
fn patterns_have_the_moments_that_their_laws_say() {
    let key = key("moments");
    let mut patterns = 0;
    for (scheme, weight) in catalogue() {
        for part in weight.parts() {
            let law = scheme.law(part).unwrap();
            let draw = |key| -> ArrayD<f64> { whole(&scheme, key, part) };
            let values = draw(&key);
            // Of patterns with factors none are told.
            let is_pattern = law.is_elementwise() && values == draw(&key.child("other"));
            if !is_pattern || law.mean().is_none() {
                continue;
            }
            patterns += 1;
            let found = moments(&values);
            let (least, largest) = law.support().unwrap();
            let told = [law.mean(), law.variance(), law.kurtosis()].map(Option::unwrap);
            for (found, told) in found
                .into_iter()
                .zip(told.into_iter().chain([least, largest]))
            {
                assert!(
                    (found - told).abs() <= 1e-12 * told.abs(),
                    "{scheme:?}: {found} {told}"
                );
            }
        }
    }
    assert_eq!(patterns, 48);
}

/// 3000 matrices of 4 outputs: the variance is exact, the fourth moment a mean of independent means.
fn matrices(
    scheme: &dyn Scheme,
    inputs: usize,
    kernel: usize,
    kurtosis: f64,
) -> Result<(), String> {
    let axes = [
        Axis::Batch(3000),
        Axis::Output(4),
        Axis::Input(inputs),
        Axis::Kernel(kernel),
    ];
    let w = scheme.init_keyed::<f64, _>(key("matrices"), axes).unwrap();
    let law = scheme.law(&Weight::from_axes(axes).unwrap()).unwrap();
    let variance = law.variance().unwrap();
    assert!((w.mapv(|x| x * x).mean().unwrap() / variance - 1.0).abs() < 1e-12);
    let (low, high) = law.support().unwrap();
    assert!(w.iter().all(|x| (low..=high).contains(x)));
    let fourths: Vec<f64> = (w.axis_iter(Dim(0)))
        .map(|matrix| matrix.mapv(|x| (x * x / variance).powi(2)).mean().unwrap())
        .collect();
    let n = fourths.len() as f64;
    let mean = fourths.iter().sum::<f64>() / n;
    let square = fourths.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    if two_tails((mean - kurtosis) / (square / n).sqrt()) < FALSE_ALARMS / 4.0 {
        return Err(format!("kurtosis is {mean}, not {kurtosis}"));
    }
    assert!((law.kurtosis().unwrap() - kurtosis).abs() < 1e-12);
    Ok(())
}

#[test]
fn matrices_have_the_moments_that_their_laws_say() {
    // 3 n / (n + 2), with n the larger of the lengths, and once more by the zeros of a kernel.
    let gain = Orthogonal.gain(1.3).unwrap();
    assert_eq!(matrices(&gain, 3, 2, 18.0 / 8.0), Ok(()));
    assert_eq!(matrices(&gain, 2, 1, 2.0), Ok(()));
    assert_eq!(matrices(&DeltaOrthogonal, 5, 3, 45.0 / 7.0), Ok(()));
    assert_eq!(matrices(&DeltaOrthogonal, 2, 4, 8.0), Ok(()));
    // Controls: independent normal values.
    rejected(matrices(&gain, 3, 2, 3.0), "kurtosis");
    rejected(matrices(&DeltaOrthogonal, 5, 3, 9.0), "kurtosis");
}

fn orthonormal<F: Bits>(limit: f64) {
    let key = key("orthonormal");
    let check = |what: &str, matrix: Array2<F>, gain: f64| {
        let matrix = matrix.mapv(|x| x.wide() / gain);
        let product = match matrix.nrows() <= matrix.ncols() {
            true => matrix.dot(&matrix.t()),
            false => matrix.t().dot(&matrix),
        };
        let defect = product - Array2::<f64>::eye(matrix.nrows().min(matrix.ncols()));
        let defect = defect.fold(0.0_f64, |a, x| a.max(x.abs()));
        assert!(defect < limit, "{what}: {defect:e}");
    };
    let two = Orthogonal.gain(2.0).unwrap();
    for shape in [(1, 1), (1, 9), (9, 1), (30, 50), (50, 30), (70, 70)] {
        check("dense", two.init_keyed(key.clone(), shape).unwrap(), 2.0);
    }
    let qkv: Array2<F> = two.init_keyed(key.clone(), Fused::qkv(20)).unwrap();
    for part in qkv.axis_chunks_iter(Dim(0), 20) {
        check("part", part.to_owned(), 2.0);
    }
    let heads = [Axis::Input(12), Axis::Batch(3), Axis::Output(5)];
    for head in two
        .init_keyed::<F, _>(key.clone(), heads)
        .unwrap()
        .axis_iter(Dim(1))
    {
        check("head", head.to_owned(), 2.0);
    }
    // More inputs than outputs, and fewer, in groups, outputs last.
    for (outputs, inputs) in [(8, 24), (24, 8)] {
        let conv = Conv::new([3, 4])
            .inputs(inputs)
            .outputs(outputs)
            .groups(2)
            .layout(Layout::HWIO);
        let w: Array4<F> = DeltaOrthogonal.init_keyed(key.clone(), conv).unwrap();
        for group in w.axis_chunks_iter(Dim(3), outputs / 2) {
            check("delta", group.slice(s![1, 1, .., ..]).to_owned(), 1.0);
        }
        assert_eq!(
            w.iter().filter(|x| !x.is_zero()).count(),
            outputs * inputs / 2
        );
        let w: Array4<F> = (two.init_keyed(key.clone(), conv)).unwrap();
        for group in w.axis_chunks_iter(Dim(3), outputs / 2) {
            let shape = (6 * inputs, outputs / 2);
            check(
                "group",
                group.to_owned().into_shape_with_order(shape).unwrap(),
                2.0,
            );
        }
    }
}

#[test]
fn orthonormal_in_every_type_group_batch_and_part() {
    orthonormal::<f64>(1e-13);
    orthonormal::<f32>(1e-5);
    // Entries rounded by a share u: a product of unit vectors moves by 2 u at most, and u^2.
    #[cfg(feature = "half")]
    {
        orthonormal::<half::f16>(2.0_f64.powi(-10) + 1e-5);
        orthonormal::<half::bf16>(2.0_f64.powi(-7) + 1e-4);
    }
}

#[test]
fn a_pattern_is_the_same_in_every_layout() {
    let key = key("layouts");
    for scheme in [
        &Dirac as &dyn Scheme,
        &Dirac.gain(3.0).unwrap().centre(Centre::Lower),
        &DeltaOrthogonal,
        &BilinearKernel,
        &Icnr::new(Dirac, 2).unwrap(),
    ] {
        let conv = Conv::new([4, 3]).inputs(6).outputs(12).groups(3);
        let of = |layout| -> Array4<f64> {
            scheme.init_keyed(key.clone(), conv.layout(layout)).unwrap()
        };
        let oihw = of(Layout::OIHW);
        assert!(oihw.iter().any(|x| *x != 0.0));
        assert_eq!(of(Layout::HWIO).permuted_axes([3, 2, 0, 1]), oihw);
        assert_eq!(of(Layout::OHWI).permuted_axes([0, 3, 1, 2]), oihw);
        assert_eq!(of(Layout::HWOI).permuted_axes([2, 3, 0, 1]), oihw);
        assert_eq!(of(Layout::IOHW).permuted_axes([1, 0, 2, 3]), oihw);
    }
}

#[test]
fn the_centre_of_an_even_kernel_is_where_it_is_said_to_be() {
    let key = key("centre");
    let places = |scheme: &dyn Scheme, shape: [usize; 4]| -> Vec<(usize, usize)> {
        let w: Array4<f32> = scheme.init_keyed(key.clone(), shape).unwrap();
        let indexed = w.indexed_iter().filter(|(_, x)| **x != 0.0);
        indexed.map(|((.., y, x), _)| (y, x)).collect()
    };
    let upper = DeltaOrthogonal.centre(Centre::Upper);
    let lower = Dirac.centre(Centre::Lower);
    assert_eq!(places(&Dirac, [1, 1, 4, 6]), [(2, 3)]);
    assert_eq!(places(&lower, [1, 1, 4, 6]), [(1, 2)]);
    assert_eq!(places(&DeltaOrthogonal, [1, 1, 4, 6]), [(1, 2)]);
    assert_eq!(places(&upper, [1, 1, 4, 6]), [(2, 3)]);
    assert_eq!(places(&Dirac, [1, 1, 5, 1]), [(2, 0)]);
    assert_eq!(places(&lower, [1, 1, 5, 1]), [(2, 0)]);
}

#[test]
fn every_part_has_a_pattern_of_its_own() {
    let key = key("parts");
    for layout in [Layout::OUT_IN, Layout::IN_OUT] {
        let fused = Fused::new([3, 5, 2]).inputs(4).layout(layout);
        let w: Array2<f32> = Identity.init_keyed(key.clone(), fused).unwrap();
        let w = if layout == Layout::IN_OUT {
            w.reversed_axes()
        } else {
            w
        };
        for (first, len) in [(0, 3), (3, 5), (8, 2)] {
            let part = w.slice(s![first..first + len, ..]);
            let identity = Array2::from_shape_fn((len, 4), |(o, i)| f32::from(u8::from(o == i)));
            assert_eq!(part, identity);
        }
        // Three equal ones.
        let w: Array2<f32> =
            (Identity.init_keyed(key.clone(), Fused::qkv(3).layout(layout))).unwrap();
        let w = if layout == Layout::IN_OUT {
            w.reversed_axes()
        } else {
            w
        };
        for part in w.axis_chunks_iter(Dim(0), 3) {
            assert_eq!(part, Array2::<f32>::eye(3));
        }
    }
}

/// Every output has exactly that many values that are not 0, and these are those of a normal law.
fn counted<F: Bits>() {
    let key = key("counted");
    let conv = Conv::new([3, 3]).inputs(60).outputs(40).groups(4);
    let weights = [
        Weight::new(conv).unwrap(),
        Weight::new(conv.layout(Layout::HWIO)).unwrap(),
        Weight::new(Fused::new([17, 23]).inputs(135).layout(Layout::IN_OUT)).unwrap(),
    ];
    let outputs_last = [false, true, true];
    for (weight, last) in weights.iter().zip(outputs_last) {
        let sparse = whole::<F>(&Sparse::new(11, 0.5).unwrap(), &key, weight);
        let dense = whole::<F>(&Normal::new(0.0, 0.5).unwrap(), &key, weight);
        let axis = if last { sparse.ndim() - 1 } else { 0 };
        for output in sparse.axis_iter(Dim(axis)) {
            assert_eq!(output.iter().filter(|x| !x.is_zero()).count(), 11);
        }
        for (sparse, dense) in sparse.iter().zip(&dense) {
            assert!(sparse.is_zero() || sparse == dense);
        }
    }
    // None and all.
    let none = Sparse::new(0, 1.0).unwrap();
    assert!(whole::<F>(&none, &key, &weights[0]).iter().all(F::is_zero));
    let law = none.law(&weights[0]).unwrap();
    assert_eq!((law.support(), law.kurtosis()), (Some((0.0, 0.0)), None));
    let all = whole::<F>(&Sparse::new(135, 1.0).unwrap(), &key, &weights[0]);
    same(
        &all,
        &whole(&Normal::new(0.0, 1.0).unwrap(), &key, &weights[0]),
    );
}

#[test]
fn sparse_keeps_exactly_so_many_normal_values() {
    for_each_element!(counted());
    let weight = Weight::new((3000, 200)).unwrap();
    let w = whole::<f64>(&Sparse::new(15, 0.5).unwrap(), &key("kept"), &weight);
    let kept: Vec<f64> = w.iter().copied().filter(|x| *x != 0.0).collect();
    assert_eq!(kept.len(), 45_000);
    assert_eq!(Claim::normal(0.0, 0.25).judge(&kept, FALSE_ALARMS), Ok(()));
    rejected(
        Claim::normal(0.0, 0.2625).judge(&kept, FALSE_ALARMS),
        "second moment",
    );
    let law = (Sparse::new(15, 0.5).unwrap().law(&weight)).unwrap();
    assert!((law.variance().unwrap() - 0.25 * 15.0 / 200.0).abs() < 1e-15);
    assert!((law.kurtosis().unwrap() - 3.0 * 200.0 / 15.0).abs() < 1e-11);
}

/// Whether all 35 sets of 3 of 7 are as likely.
fn uniform_sets(sets: impl Iterator<Item = [bool; 7]>) -> Result<(), String> {
    let mut counts = [0_u32; 128];
    for set in sets {
        counts[(0..7).map(|i| usize::from(set[i]) << i).sum::<usize>()] += 1;
    }
    let threes = (0..128_usize).filter(|set| set.count_ones() == 3);
    let total: u32 = counts.iter().sum();
    let expected = f64::from(total) / 35.0;
    let square: f64 = threes
        .map(|set| (f64::from(counts[set]) - expected).powi(2) / expected)
        .sum();
    let chance = ChiSquared::new(34.0).unwrap().sf(square);
    if chance < FALSE_ALARMS {
        return Err(format!("chi-squared is {square}: by chance {chance:e}"));
    }
    Ok(())
}

#[test]
fn every_set_of_connections_is_as_likely() {
    let sparse = Sparse::new(3, 1.0).unwrap();
    let w: Array2<f32> = sparse.init_keyed(key("sets"), (35_000, 7)).unwrap();
    let sets = |w: &Array2<f32>| -> Vec<[bool; 7]> {
        w.rows()
            .into_iter()
            .map(|row| std::array::from_fn(|i| row[i] != 0.0))
            .collect()
    };
    assert_eq!(uniform_sets(sets(&w).into_iter()), Ok(()));
    // Neighbouring outputs, and a value's size, have no say in it: sets of every other output, of
    // those whose neighbour keeps its first connection.
    let all = sets(&w);
    let after = all.windows(2).filter(|pair| pair[0][0]).map(|pair| pair[1]);
    assert_eq!(uniform_sets(after), Ok(()));
    // Control: a connection is taken with chance 3 / 7 from the left, and what is missing at the end.
    let mut rng = StdRng::seed_from_u64(1);
    let hasty = (0..35_000).map(|_| {
        let mut set = [false; 7];
        let mut wanted = 3;
        for i in 0..7 {
            let must = 7 - i == wanted;
            if wanted > 0 && (must || rng.next_u32() % 7 < 3) {
                set[i] = true;
                wanted -= 1;
            }
        }
        set
    });
    rejected(uniform_sets(hasty), "chi-squared");
}

/// Correlation of two arrays, in standard errors.
fn correlation(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    (a * b).sum() / ((a * a).sum() * (b * b).sum()).sqrt() * (a.len() as f64).sqrt()
}

#[test]
fn matrices_and_choices_have_draws_of_their_own() {
    let key = key("own draws");
    let q: Array2<f64> = Orthogonal.init_keyed(key.clone(), (90, 90)).unwrap();
    let z: Array2<f64> = (Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(key.clone(), (90, 90)))
    .unwrap();
    // Were they those of the elements, the first column of one would be the first row of the other.
    let first = |m: &Array2<f64>| m.slice(s![.., ..1]).to_owned();
    let across = |m: &Array2<f64>| m.slice(s![..1, ..]).t().to_owned();
    for (a, b) in [(&q, &z), (&q, &z.t().to_owned())] {
        assert!(correlation(a, b).abs() < 5.0);
        assert!(correlation(&first(a), &first(b)).abs() < 5.0);
        assert!(correlation(&across(a), &first(b)).abs() < 5.0);
    }
    // Control: a matrix made of these very draws.
    let norm = first(&z).mapv(|x| x * x).sum().sqrt();
    assert!(correlation(&(first(&z) / norm), &first(&z)).abs() > 9.0);

    // Whether a value is kept has nothing to do with its size: 8100 values, half of them kept.
    let w: Array2<f64> = (Sparse::new(45, 1.0)
        .unwrap()
        .init_keyed(key.clone(), (90, 90)))
    .unwrap();
    let kept = w.mapv(|x| if x == 0.0 { -1.0 } else { 1.0 });
    let size = z.mapv(|x| x * x - 1.0);
    assert!(correlation(&kept, &size).abs() < 5.0);
    let large = size.mapv(|x| if x > 0.0 { 1.0 } else { -1.0 });
    assert!(correlation(&large, &size).abs() > 9.0);

    // Nor do two parts, or two batches, choose alike.
    let twice: Array2<f64> = (Sparse::new(9, 1.0).unwrap())
        .init_keyed(key.clone(), Fused::new([90, 90]).inputs(90))
        .unwrap();
    let (a, b) = twice.view().split_at(Dim(0), 90);
    let chosen = |w: ndarray::ArrayView2<f64>| w.mapv(|x| if x == 0.0 { -0.1 } else { 0.9 });
    assert!(correlation(&chosen(a), &chosen(b)).abs() < 5.0);
    assert!(correlation(&chosen(a), &chosen(a)).abs() > 9.0);
}

fn icnr<F: Bits>() {
    let key = key("icnr");
    let schemes: [&dyn Scheme; 4] = [
        &HeNormal,
        &Uniform::new(-0.3, 0.7).unwrap(),
        &Orthogonal,
        &Sparse::new(5, 1.0).unwrap(),
    ];
    for scheme in schemes {
        for layout in [Layout::OIHW, Layout::HWIO, Layout::OHWI, Layout::HWOI] {
            let conv = |outputs| {
                Conv::new([3, 2])
                    .inputs(6)
                    .outputs(outputs)
                    .groups(2)
                    .layout(layout)
            };
            let small: Array4<F> = scheme.init_keyed(key.clone(), conv(4)).unwrap();
            let icnr = Icnr::new(scheme, 3).unwrap();
            let large: Array4<F> = icnr.init_keyed(key.clone(), conv(36)).unwrap();
            let axis = large.shape().iter().position(|&len| len == 36).unwrap();
            for (output, values) in large.axis_iter(Dim(axis)).enumerate() {
                let expected = small.index_axis(Dim(axis), output / 9);
                same(&values.to_owned(), &expected.to_owned());
            }
            let weight = Weight::new(conv(36)).unwrap();
            let law = icnr.law(&weight).unwrap();
            let small = scheme.law(&Weight::new(conv(4)).unwrap()).unwrap();
            assert_eq!(law.variance(), small.variance());
            assert_eq!(
                (law.kurtosis(), law.support()),
                (small.kurtosis(), small.support())
            );
        }
    }
}

#[test]
fn icnr_repeats_what_the_scheme_draws() {
    for_each_element!(icnr());
    // In one and three dimensions.
    let key = key("icnr dimensions");
    let w = (Icnr::new(HeNormal, 2).unwrap())
        .init_keyed::<f32, _>(key.clone(), Conv::new([3]).inputs(2).outputs(8))
        .unwrap();
    assert_eq!(w.slice(s![2, .., ..]), w.slice(s![3, .., ..]));
    assert_ne!(w.slice(s![1, .., ..]), w.slice(s![2, .., ..]));
    let w = (Icnr::new(HeNormal, 2).unwrap())
        .init_keyed::<f32, _>(key.clone(), Conv::new([3, 1, 2]).inputs(2).outputs(16))
        .unwrap();
    assert_eq!(
        w.slice(s![8, .., .., .., ..]),
        w.slice(s![15, .., .., .., ..])
    );
    // A law that the element type cannot hold is refused behind it too.
    #[cfg(feature = "half")]
    {
        let narrow = Icnr::new(Uniform::new(1.0002, 1.0008).unwrap(), 2).unwrap();
        let w = narrow.init_keyed::<half::f16, _>(key.clone(), (4, 1, 1, 1));
        assert!(matches!(w, Err(InitError::BoundsTooNarrow { .. })));
    }
}

#[test]
fn the_forget_gate_is_the_one_that_is_meant() {
    let key = key("forget");
    let bias = |scheme: ForgetGateBias| -> Vec<f32> {
        let b: Array1<f32> = scheme.init_keyed(key.clone(), 8).unwrap();
        b.to_vec()
    };
    let one = ForgetGateBias;
    assert_eq!(bias(one), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    let half = ForgetGateBias.value(0.5).unwrap();
    assert_eq!(
        bias(half.at(2).unwrap()),
        [0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0]
    );
    assert_eq!(bias(one.at(3).unwrap())[6..], [1.0, 1.0]);
}

#[test]
fn debug_is_the_call() {
    for (scheme, text) in [
        (&Identity as &dyn Scheme, "Identity"),
        (&Identity.gain(0.5).unwrap(), "Identity.gain(0.5)"),
        (&Dirac, "Dirac"),
        (
            &Dirac.gain(2.0).unwrap().centre(Centre::Lower),
            "Dirac.gain(2.0).centre(Centre::Lower)",
        ),
        (&DeltaOrthogonal, "DeltaOrthogonal"),
        (
            &DeltaOrthogonal.gain(2.0).unwrap().centre(Centre::Upper),
            "DeltaOrthogonal.gain(2.0).centre(Centre::Upper)",
        ),
        (&Sparse::new(15, 1.0).unwrap(), "Sparse::new(15, 1.0)"),
        (
            &BilinearKernel.scaled(2.0).unwrap(),
            "BilinearKernel.scaled(2.0)",
        ),
        (&Icnr::new(HeNormal, 2).unwrap(), "Icnr::new(HeNormal, 2)"),
        (&ForgetGateBias, "ForgetGateBias"),
        (
            &ForgetGateBias.value(0.5).unwrap().at(2).unwrap(),
            "ForgetGateBias.value(0.5).at(2)",
        ),
    ] {
        assert_eq!(format!("{scheme:?}"), text);
    }
}

#[test]
fn errors_say_what_to_do() {
    let key = key("errors");
    let draw =
        |scheme: &dyn Scheme, weight: Weight| scheme.init_keyed::<f32, _>(key.clone(), weight);
    let conv = |outputs| Weight::new(Conv::new([3, 3]).inputs(4).outputs(outputs)).unwrap();
    refused(
        draw(&Identity, conv(4)),
        "number of places of the kernel is 9, but it must be 1 for Identity; the identity of a \
         convolution is Dirac",
    );
    let matrix = |law: &str| {
        format!(
            "{law} needs an axis of outputs and one of inputs, which a weight of shape [4], read as _, lacks; a plain shape is read as [out, in, kernel...]; name the axes with a reading, as .read(\"i o\")"
        )
    };
    for (scheme, law) in [
        (&Identity as &dyn Scheme, "an identity"),
        (&Dirac, "an identity"),
        (&DeltaOrthogonal, "a delta-orthogonal law"),
        (&Sparse::new(1, 1.0).unwrap(), "a sparse law"),
        (&BilinearKernel, "a bilinear kernel"),
    ] {
        refused(draw(scheme, Weight::vector(4)), &matrix(law));
    }
    refused(
        draw(&Sparse::new(37, 1.0).unwrap(), conv(4)),
        "number of non-zeros of an output is 37, but it must be at most the number of its \
         connections",
    );
    refused(
        fanin::Law::sparse_inputs(&conv(4), 37, 1.0),
        "number of non-zeros of an input is 37, but it must be at most the number of its \
         connections",
    );
    refused(
        Sparse::new(3, 0.0),
        "standard deviation is 0, but it must be finite and above 0",
    );
    refused(
        draw(&BilinearKernel, Weight::new((1, 1, 65_537)).unwrap()),
        "length of a bilinear kernel is 65537, but it must be at most 65,536",
    );
    refused(
        Icnr::new(HeNormal, 0),
        "upscale is 0, but it must be at least 1",
    );
    let icnr = Icnr::new(HeNormal, 2).unwrap();
    refused(
        draw(
            &icnr,
            Weight::new(Dense::new().inputs(4).outputs(4)).unwrap(),
        ),
        ICNR_OF_A_MATRIX,
    );
    refused(
        draw(&icnr, conv(6)),
        "number of outputs is 6, but it must be a multiple of how often each is repeated \
         (upscale^d for Icnr, in every group)",
    );
    refused(
        draw(
            &icnr,
            Weight::new(Conv::new([3, 3]).inputs(4).outputs(8).groups(4)).unwrap(),
        ),
        "number of outputs is 2, but it must be a multiple of how often each is repeated \
         (upscale^d for Icnr, in every group)",
    );
    refused(
        draw(&Icnr::new(HeNormal, usize::MAX).unwrap(), conv(4)),
        "number of outputs is 4, but it must be a multiple of how often each is repeated \
         (upscale^d for Icnr, in every group)",
    );
    let two = [
        Axis::Output(4),
        Axis::Output(4),
        Axis::Input(2),
        Axis::Kernel(3),
    ];
    refused(
        draw(&icnr, Weight::from_axes(two).unwrap()),
        "number of axes of outputs is 2, but it must be 1, for outputs that are repeated",
    );
    for (blocks, which) in [(4, 4), (0, 0)] {
        refused(
            fanin::Law::gate(&Weight::vector(8), 1.0, blocks, which),
            &format!("number of the gate is {which}, but it must be below that of the gates"),
        );
    }
    refused(
        draw(&ForgetGateBias, Weight::vector(10)),
        "number of outputs of a weight with gates is 10, but it must be a multiple of the number \
         of its gates (4 of an LSTM)",
    );
    refused(
        ForgetGateBias.at(4),
        "position of the forget gate is 4, but it must be 0, 1, 2 or 3",
    );
    // Scale and support that the type cannot hold.
    refused(
        draw(&Dirac.gain(1e39).unwrap(), conv(4)),
        "the standard deviation 1e39 is out of the range of f32, which is \
         1.1754943508222875e-38 to 3.4028234663852886e38: choose another scale or a wider element \
         type",
    );
}

#[test]
fn what_no_machine_can_hold_is_an_error_and_a_pattern_needs_no_memory() {
    let key = key("huge");
    let side = 1_usize << 31;
    // 2^62 elements are 2^64 bytes of f32, of which a row is wanted.
    let mut row = Array::from_elem((1, 4), 7.0_f32);
    for scheme in [&Orthogonal as &dyn Scheme, &DeltaOrthogonal] {
        let region = (5..6, 0..4);
        let error = scheme
            .filler(key.clone(), (side, side))
            .and_then(|filler| filler.fill_region(region, &mut row));
        refused(
            error,
            "shape [2147483648, 2147483648] is too large: there is no room for the matrices of its \
             law, of 2^64 or more bytes, which are made whole also for a part of them",
        );
        assert_eq!(row, Array::from_elem((1, 4), 7.0));
        // Bytes that can be counted, and no machine has.
        let side = 1_usize << 23;
        let error = scheme
            .filler(key.clone(), (side, side))
            .and_then(|filler| filler.fill_region((5..6, 0..4), &mut row));
        assert!(matches!(error, Err(InitError::TooLarge { .. })));
        assert_eq!(row, Array::from_elem((1, 4), 7.0));
        // Nothing of it costs nothing.
        let none: Array2<f32> = (scheme
            .filler(key.clone(), (side, side))
            .and_then(|filler| filler.region((5..5, ..))))
        .unwrap();
        assert_eq!(none.dim(), (0, side));
    }
    // In a fused weight, only the parts that the region touches; the last is small.
    let fused = Fused::new([side, 4]).inputs(side - 1);
    let part = Orthogonal
        .filler(key.clone(), fused)
        .and_then(|filler| filler.region::<f32, _>((0..1, 0..4)));
    assert!(matches!(part, Err(InitError::TooLarge { .. })));

    for (outputs, inputs) in [(1_usize << 20, 1_usize << 20), (1 << 32, (1 << 32) - 1)] {
        let rows = outputs - 3..outputs - 1;
        let columns = outputs - 5..inputs;
        let w: Array2<f32> = (Dirac
            .filler(key.clone(), (outputs, inputs))
            .and_then(|filler| filler.region((rows, columns))))
        .unwrap();
        for ((row, column), x) in w.indexed_iter() {
            assert_eq!(*x, f32::from(u8::from(column == row + 2)));
        }
    }
    // Few outputs of very many.
    let sparse = Sparse::new(5, 1.0).unwrap();
    let w: Array2<f32> = (sparse
        .filler(key.clone(), (1 << 40, 1 << 12))
        .and_then(|filler| filler.region((1 << 39..(1 << 39) + 3, ..))))
    .unwrap();
    for output in w.rows() {
        assert_eq!(output.iter().filter(|x| **x != 0.0).count(), 5);
    }
    let edge = (1_usize << 40) - 1..(1 << 40) + 1;
    let bias: Array1<f32> = (ForgetGateBias
        .filler(key.clone(), 1 << 42)
        .and_then(|filler| filler.region((edge,))))
    .unwrap();
    assert_eq!(bias.to_vec(), [0.0, 1.0]);
}

/// No call makes such a law without a weight, whose shape the text gives.
#[test]
fn debug_of_a_law_is_the_call_and_a_shape() {
    use fanin::{Centre, Law};
    let weight = Weight::new((4, 2, 3)).unwrap();
    let says = |law: Result<Law, InitError>, text: &str| {
        assert_eq!(
            format!("{:?}", law.unwrap()),
            format!("{text}for [4, 2, 3]")
        );
    };
    says(
        Law::orthogonal(&weight, 1.5),
        "Law::orthogonal(&weight, 1.5) ",
    );
    says(
        Law::orthogonal(&weight, 1.5).and_then(|law| law.scaled(4.0)),
        "Law::orthogonal(&weight, 3.0) ",
    );
    says(
        Law::delta_orthogonal(&weight, 1.0, Centre::Lower),
        "Law::delta_orthogonal(&weight, 1.0, Centre::Lower) ",
    );
    says(
        Law::dirac(&weight, 2.0, Centre::Upper),
        "Law::dirac(&weight, 2.0, Centre::Upper) ",
    );
    says(
        Law::sparse(&weight, 3, 0.5),
        "Law::sparse(&weight, 3, 0.5) ",
    );
    says(
        Law::sparse_inputs(&weight, 3, 0.5),
        "Law::sparse_inputs(&weight, 3, 0.5) ",
    );
    says(Law::bilinear(&weight, 1.0), "Law::bilinear(&weight, 1.0) ");
    says(
        Law::gate(&weight, 1.0, 4, 1),
        "Law::gate(&weight, 1.0, 4, 1) ",
    );
    says(
        Icnr::new(HeNormal, 2).unwrap().law(&weight),
        "Law::normal(0.0, 0.3333333333333333), each output 2 times, ",
    );
}

#[test]
fn a_law_says_what_it_is() {
    let describe = |scheme: &dyn Scheme, weight: Weight| {
        let description = scheme.describe(weight).unwrap().to_string();
        description.split("; ").nth(1).unwrap().to_string()
    };
    let conv = || Weight::new(Conv::new([3, 3]).inputs(4).outputs(8)).unwrap();
    assert_eq!(
        describe(&Sparse::new(9, 1.0).unwrap(), conv()),
        "sparse, 9 normal values per output, mean 0, variance 0.25"
    );
    assert_eq!(
        describe(&Dirac, conv()),
        "identity, mean 0.0138889, variance 0.013696"
    );
    assert_eq!(
        describe(&ForgetGateBias, Weight::vector(8)),
        "constant in block 1 of 4, mean 0.25, variance 0.1875"
    );
    assert_eq!(
        describe(&Icnr::new(Constant::new(0.5).unwrap(), 2).unwrap(), conv()),
        "4 equal outputs in a row, mean 0.5, variance 0"
    );
}
