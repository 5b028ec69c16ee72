//! Laws that belong to a shape, and laws of parts, over weights of every kind.

use std::ops::Range;

use ndarray::{Array1, ArrayD, ArrayViewD, IxDyn, ShapeBuilder};

use super::{Tested, assert_bits, assert_sees_errors, for_every_type};
use crate::{
    Along, Axis, BilinearKernel, Centre, Conv, DeltaOrthogonal, Dirac, Flat, ForgetGateBias, Fused,
    GlorotNormal, GlorotTruncatedNormal, HeUniform, Icnr, Identity, InitError, Initializer, Key,
    Layout, LogUniform, Normal, Orthogonal, ScaledAlong, Scheme, Sparse, Table, Weight,
    engine::reference::{Axes, Law, Role, Shape, Unit, ln, of_weight, product},
};

use Role::{Batch as B, Input as I, Kernel as K, Output as O, Vector as V};

/// A weight, and what the reference has for it.
struct Case {
    name: &'static str,
    weight: Weight,
    shape: Shape,
}

fn weights() -> Vec<Case> {
    let case = |name, weight: Result<Weight, InitError>, axes: &Axes| Case {
        name,
        weight: weight.unwrap(),
        shape: Shape {
            axes: axes.to_vec(),
            fused: None,
        },
    };
    let fused = |name, weight: Result<Weight, InitError>, axes: &Axes, axis, lens: &[u64]| Case {
        shape: Shape {
            axes: axes.to_vec(),
            fused: Some((axis, lens.to_vec())),
        },
        ..case(name, weight, axes)
    };
    let conv = Conv::new([3, 2]).inputs(6).outputs(8);
    let (batch, output, input) = (Axis::Batch(3), Axis::Output(8), Axis::Input(5));
    vec![
        case("vector", Ok(Weight::vector(24)), &[(V, 24)]),
        case("tall", Weight::new((8, 5)), &[(O, 8), (I, 5)]),
        case("wide", Weight::new((4, 33)), &[(O, 4), (I, 33)]),
        // Elements of several blocks, and matrices of several stretches and blocks of columns.
        case("large", Weight::new((68, 66)), &[(O, 68), (I, 66)]),
        case(
            "transposed",
            Weight::from_axes([Axis::Input(10), Axis::Output(12)]),
            &[(I, 10), (O, 12)],
        ),
        case(
            "convolution",
            Weight::new(conv),
            &[(O, 8), (I, 6), (K, 3), (K, 2)],
        ),
        case(
            "convolution, HWIO",
            Weight::new(conv.layout(Layout::HWIO)),
            &[(K, 3), (K, 2), (I, 6), (O, 8)],
        ),
        case(
            "grouped",
            Weight::new(conv.groups(2)),
            &[(B, 2), (O, 4), (I, 3), (K, 3), (K, 2)],
        ),
        case(
            "grouped, OHWI",
            Weight::new(conv.groups(2).layout(Layout::OHWI)),
            &[(B, 2), (O, 4), (K, 3), (K, 2), (I, 3)],
        ),
        case(
            "grouped, HWIO",
            Weight::new(conv.groups(2).layout(Layout::HWIO)),
            &[(K, 3), (K, 2), (I, 3), (B, 2), (O, 4)],
        ),
        case(
            "convolution, grouped inputs",
            Weight::read("(g i) o k k, groups 2", (6, 4, 4, 3)),
            &[(B, 2), (I, 3), (O, 4), (K, 4), (K, 3)],
        ),
        case(
            "batched",
            Weight::from_axes([batch, output, input]),
            &[(B, 3), (O, 8), (I, 5)],
        ),
        case(
            "batched within",
            Weight::from_axes([input, batch, output]),
            &[(I, 5), (B, 3), (O, 8)],
        ),
        fused(
            "fused",
            Weight::new(Fused::new([8, 4, 4]).inputs(9)),
            &[(O, 16), (I, 9)],
            0,
            &[8, 4, 4],
        ),
        fused(
            "fused within, with an empty part",
            Weight::new(Fused::new([4, 0, 8]).inputs(9).layout(Layout::IN_OUT)),
            &[(I, 9), (O, 12)],
            1,
            &[4, 0, 8],
        ),
        fused(
            "parts between batches and kernels",
            Weight::read("b k ([4 8] o) i k", (2, 3, 12, 3, 2)),
            &[(B, 2), (K, 3), (O, 12), (I, 3), (K, 2)],
            2,
            &[4, 8],
        ),
        fused(
            "parts that take turns",
            Weight::read("(o 3) i", (24, 9)),
            &[(O, 24), (I, 9)],
            0,
            &[1, 1, 1],
        ),
        fused(
            "parts of unequal lengths in two turns, of inputs",
            Weight::read("o (2 [3 4] i)", (8, 14)),
            &[(O, 8), (I, 14)],
            1,
            &[3, 4],
        ),
        // Parts that begin within a group, and of which one is longer than a block.
        fused(
            "fused, large",
            Weight::new(Fused::new([44, 4]).inputs(53)),
            &[(O, 48), (I, 53)],
            0,
            &[44, 4],
        ),
    ]
}

/// What `torch`'s `sparse_` does.
#[derive(Debug)]
struct SparseInputs(usize, f64);

impl Scheme for SparseInputs {
    fn law(&self, weight: &Weight) -> Result<crate::Law, InitError> {
        crate::Law::sparse_inputs(weight, self.0, self.1)
    }
}

struct Kind {
    scheme: Box<dyn Scheme>,
    law: fn(&Axes) -> Law,
    factors: &'static [f64],
    /// Whether there is such a law for these axes, of a whole weight or of a part.
    fits: fn(&Axes) -> bool,
}

fn fan_in(axes: &Axes) -> f64 {
    product(axes, &[I, K]) as f64
}

fn average_fan(axes: &Axes) -> f64 {
    (fan_in(axes) + product(axes, &[O, K]) as f64) / 2.0
}

fn is_matrix(axes: &Axes) -> bool {
    axes.iter().any(|axis| axis.0 == I)
}

/// Large matrices take long, so that `Orthogonal` alone is tested on them.
fn is_small_matrix(axes: &Axes) -> bool {
    is_matrix(axes) && axes.iter().map(|axis| axis.1).product::<u64>() < 1000
}

fn has_kernel(axes: &Axes) -> bool {
    axes.iter().any(|axis| axis.0 == K)
}

/// For `Icnr` by 2 for every axis of the kernel.
fn times(axes: &Axes) -> u64 {
    1 << axes.iter().filter(|axis| axis.0 == K).count()
}

fn repeated(law: Law, axes: &Axes) -> Law {
    Law::Repeated {
        law: Box::new(law),
        times: times(axes),
    }
}

/// The axes of the smaller weight.
fn smaller(axes: &Axes) -> Vec<(Role, u64)> {
    let shorter =
        |&(role, len): &(Role, u64)| (role, if role == O { len / times(axes) } else { len });
    axes.iter().map(shorter).collect()
}

fn falling(n: u64) -> f64 {
    (n as f64 - 1.0) * (n as f64 - 1.0) / 9.0
}

fn not_second(n: u64) -> f64 {
    f64::from(n != 2 && n != 3)
}

fn kinds() -> Vec<Kind> {
    let kind = |scheme: Box<dyn Scheme>, law, factors, fits| Kind {
        scheme,
        law,
        factors,
        fits,
    };
    vec![
        // The laws of the parts differ, the draws are those of the whole.
        kind(
            Box::new(GlorotNormal),
            |axes| Law::Normal {
                mean: 0.0,
                variance: 1.0 / average_fan(axes),
            },
            &[],
            is_matrix,
        ),
        kind(
            Box::new(GlorotTruncatedNormal.scaled(0.3).unwrap()),
            |axes| Law::CentredTruncated {
                variance: 1.0 / average_fan(axes),
            },
            &[0.3],
            is_matrix,
        ),
        kind(
            Box::new(HeUniform),
            |axes| Law::CentredUniform {
                variance: 2.0 / fan_in(axes),
            },
            &[],
            is_matrix,
        ),
        kind(
            Box::new(Identity.gain(0.7).unwrap()),
            |_| Law::Dirac {
                gain: 0.7,
                lower: false,
            },
            &[],
            |axes| is_matrix(axes) && !has_kernel(axes),
        ),
        kind(
            Box::new(Dirac.gain(0.7).unwrap().scaled(0.3).unwrap()),
            |_| Law::Dirac {
                gain: 0.7,
                lower: false,
            },
            &[0.3],
            is_matrix,
        ),
        kind(
            Box::new(Dirac.centre(Centre::Lower)),
            |_| Law::Dirac {
                gain: 1.0,
                lower: true,
            },
            &[],
            is_matrix,
        ),
        kind(
            Box::new(BilinearKernel.scaled(0.3).unwrap()),
            |_| Law::Bilinear,
            &[0.3],
            is_matrix,
        ),
        kind(
            Box::new(ForgetGateBias.value(0.7).unwrap().at(2).unwrap()),
            |_| Law::Block {
                value: 0.7,
                which: 2,
                of: 4,
            },
            &[],
            |_| true,
        ),
        kind(
            Box::new(Table::from_fn("ramp", 0, ramp).scaled(0.3).unwrap()),
            |_| Law::Along {
                axis: 0,
                value: ramp,
            },
            &[0.3],
            // An axis with groups is two here.
            |axes| axes.iter().all(|(role, _)| *role != B),
        ),
        kind(
            Box::new(Along::new(0, "ln(n + 1)").unwrap()),
            |_| Law::Along {
                axis: 0,
                value: |n| ln((n + 1) as f64),
            },
            &[],
            |axes| axes.iter().all(|(role, _)| *role != B),
        ),
        // Factors along axes, of what is drawn with bounds, and of what follows from its place.
        kind(
            Box::new(
                ScaledAlong::formula(HeUniform, 0, "(n - 1) * (n - 1) / 9")
                    .and_then(|scheme| scheme.zero_rows([3, 2])?.axis(1).scaled(0.3))
                    .unwrap(),
            ),
            |axes| Law::Factored {
                law: Box::new(Law::CentredUniform {
                    variance: 2.0 / fan_in(axes),
                }),
                axes: vec![(0, falling), (1, not_second)],
            },
            &[0.3],
            |axes| is_matrix(axes) && axes[1].1 > 3 && axes.iter().all(|(role, _)| *role != B),
        ),
        kind(
            Box::new(Dirac.zero_rows([2]).unwrap()),
            |_| Law::Factored {
                law: Box::new(Law::Dirac {
                    gain: 1.0,
                    lower: false,
                }),
                axes: vec![(0, |n| f64::from(n != 2))],
            },
            &[],
            |axes| is_matrix(axes) && axes.iter().all(|(role, _)| *role != B),
        ),
        kind(
            Box::new(
                (LogUniform::new(0.1, 2.0).unwrap().sparse(3).unwrap())
                    .scaled(0.3)
                    .unwrap(),
            ),
            |_| Law::SparseOf {
                law: Box::new(Law::LogUniform {
                    low: 0.1,
                    high: 2.0,
                }),
                n: 3,
            },
            &[0.3],
            is_matrix,
        ),
        // A gain is a factor: the root is that of the rounded product.
        kind(
            Box::new(Sparse::new(3, SPARSE.0).unwrap().scaled(SPARSE.1).unwrap()),
            |_| Law::Sparse {
                unit: Unit::Output,
                n: 3,
                std: SPARSE.0,
            },
            &[SPARSE.1],
            is_matrix,
        ),
        kind(
            Box::new(SparseInputs(2, 0.75)),
            |_| Law::Sparse {
                unit: Unit::Input,
                n: 2,
                std: 0.75,
            },
            &[],
            is_matrix,
        ),
        kind(
            Box::new(Orthogonal.gain(1.3).unwrap().scaled(0.3).unwrap()),
            |_| Law::Orthogonal { gain: 1.3 },
            &[0.3],
            is_matrix,
        ),
        kind(
            Box::new(DeltaOrthogonal.gain(0.9).unwrap()),
            |_| Law::DeltaOrthogonal {
                gain: 0.9,
                lower: true,
            },
            &[],
            is_small_matrix,
        ),
        kind(
            Box::new(DeltaOrthogonal.centre(Centre::Upper)),
            |_| Law::DeltaOrthogonal {
                gain: 1.0,
                lower: false,
            },
            &[],
            is_small_matrix,
        ),
        kind(
            Box::new(Icnr::new(GlorotNormal.scaled(0.3).unwrap(), 2).unwrap()),
            |axes| {
                let law = Law::Normal {
                    mean: 0.0,
                    variance: 1.0 / average_fan(&smaller(axes)),
                };
                repeated(law, axes)
            },
            &[0.3],
            has_kernel,
        ),
        kind(
            Box::new(Icnr::new(Sparse::new(3, 0.5).unwrap(), 2).unwrap()),
            |axes| {
                let law = Law::Sparse {
                    unit: Unit::Output,
                    n: 3,
                    std: 0.5,
                };
                repeated(law, axes)
            },
            &[],
            has_kernel,
        ),
        kind(
            Box::new(Icnr::new(Orthogonal, 2).unwrap()),
            |axes| repeated(Law::Orthogonal { gain: 1.0 }, axes),
            &[],
            has_kernel,
        ),
    ]
}

/// Values along an axis.
fn ramp(place: u64) -> f64 {
    0.37 * place as f64 - 1.1
}

/// A standard deviation and a factor of which `sqrt(std * std * factor)` and the root of the exact
/// product of `std * std` and the factor are two numbers.
const SPARSE: (f64, f64) = (0.01, 2.2);

fn key() -> Key {
    Key::from_seed(5).child("structured")
}

/// (start, length): ends of lanes, groups and blocks, and what is next to them.
const STRETCHES: [(usize, usize); 11] = [
    (0, 17),
    (1, 15),
    (3, 0),
    (15, 1),
    (16, 33),
    (17, 31),
    (32, 64),
    (33, 2049),
    (2047, 33),
    (2048, 65),
    (2049, 2047),
];

fn check<F: Tested>(case: &Case, kind: &Kind) {
    let Kind {
        scheme,
        law,
        factors,
        ..
    } = kind;
    let Case {
        name,
        weight,
        shape,
    } = case;
    let what = format!("{name}, {scheme:?}");
    let expected = of_weight(law, factors, F::ELEMENT, &key().to_bytes(), shape);
    let whole = scheme.init_keyed::<F, _>(key(), weight).unwrap();
    assert_bits(&whole, &expected, &what);
    assert_sees_errors(&whole, &expected, &what);

    for (start, len) in STRETCHES {
        if start + len <= expected.len() {
            let range = start..start + len;
            let values: Array1<F> = scheme
                .filler(key(), weight)
                .unwrap()
                .region(Flat(range.start as u64..range.end as u64))
                .unwrap();
            assert_bits(
                &values,
                &expected[range],
                format_args!("{what}, {start}, {len}"),
            );
        }
    }

    // A box from the middle of every axis, and all but the first step of the last axis, columns first in
    // memory.
    let lens = weight.shape().to_vec();
    let expected = ArrayViewD::from_shape(IxDyn(&lens), &expected).unwrap();
    let expected = |ranges: &[Range<usize>]| -> Vec<f64> {
        let own = expected.slice_each_axis(|axis| ranges[axis.axis.index()].clone().into());
        own.iter().copied().collect()
    };
    let ranges: Vec<Range<usize>> = lens.iter().map(|len| len / 3..len - len / 4).collect();
    let values: ArrayD<F> = scheme
        .filler(key(), weight)
        .unwrap()
        .region(&ranges[..])
        .unwrap();
    assert_bits(
        &values,
        &expected(&ranges),
        format_args!("{what}, {ranges:?}"),
    );
    let mut ranges: Vec<Range<usize>> = lens.iter().map(|&len| 0..len).collect();
    ranges[lens.len() - 1].start = 1;
    let mut values = ArrayD::<F>::zeros(ranges.iter().map(Range::len).collect::<Vec<_>>().f());
    scheme
        .filler(key(), weight)
        .unwrap()
        .fill_region(&ranges[..], &mut values)
        .unwrap();
    assert_bits(
        &values,
        &expected(&ranges),
        format_args!("{what}, {ranges:?}"),
    );
}

#[test]
fn weights_are_those_of_the_reference() {
    let mut checked = 0;
    for case in weights() {
        for kind in kinds() {
            if (kind.fits)(&case.shape.axes) {
                for_every_type!(check(&case, &kind));
                checked += 1;
            }
        }
    }
    // The two laws along an axis are for the 12 weights without batches or groups, those with factors for the 11 of
    // them that are matrices, of which 10 have more than 3 places along axis 1. For the others: the vector has 1 law;
    // of the 18 matrices, the 7 with a kernel have all but the identity, and the rest all but the 3 that are
    // repeated and, if they are large, the 2 of small matrices.
    let along = 2 * 12 + 11 + 10;
    assert_eq!(checked, 1 + 7 * 16 + 11 * 14 - 2 * 2 + along);
}

/// The two readings of the scale of a sparse law differ for the pair that is checked.
#[test]
fn a_sparse_scale_is_a_rounded_product() {
    let (std, factor) = SPARSE;
    let weight = Weight::new((1, 64)).unwrap();
    let scheme = Sparse::new(64, std).unwrap().scaled(factor).unwrap();
    let sparse = scheme.init_keyed::<f64, _>(key(), &weight).unwrap();
    let scheme = Normal::new(0.0, std).unwrap().scaled(factor).unwrap();
    let normal = scheme.init_keyed::<f64, _>(key(), &weight).unwrap();
    assert_ne!(sparse, normal);
}
