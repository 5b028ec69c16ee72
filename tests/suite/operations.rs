//! Weights that know their operation: shapes, fans, parts; and laws of whole matrices on them.

use crate::common::key;
use fanin::{
    Axis, Conv, ConvTranspose, Dense, DepthwiseConv, Embedding, Flat, Fused, GlorotNormal,
    HeNormal, Icnr, InitError, Initializer, IntoWeight, Key, Layout, Orthogonal, Weight,
};
use ndarray::{Array1, Array2, Array4, ArrayD, Axis as Dim, s};

#[track_caller]
fn answers(weight: impl IntoWeight, shape: &[usize], fan_in: f64, fan_out: f64) {
    let weight = Weight::new(weight).unwrap();
    assert_eq!(weight.shape(), shape);
    assert_eq!(
        (weight.fan_in(), weight.fan_out()),
        (Ok(fan_in), Ok(fan_out))
    );
}

#[test]
fn fans_of_operations() {
    answers(Dense::new().inputs(20).outputs(30), &[30, 20], 20.0, 30.0);
    answers(
        Dense::new().inputs(20).outputs(30).layout(Layout::IN_OUT),
        &[20, 30],
        20.0,
        30.0,
    );
    answers(
        Dense::new().inputs(20).outputs(30).layout(Layout::HWIO),
        &[20, 30],
        20.0,
        30.0,
    );
    answers(
        Conv::new([3, 5]).inputs(16).outputs(32),
        &[32, 16, 3, 5],
        240.0,
        480.0,
    );
    answers(
        Conv::new([3, 5])
            .inputs(16)
            .outputs(32)
            .layout(Layout::HWIO),
        &[3, 5, 16, 32],
        240.0,
        480.0,
    );
    answers(
        Conv::new([3, 5])
            .inputs(16)
            .outputs(32)
            .layout(Layout::OHWI),
        &[32, 3, 5, 16],
        240.0,
        480.0,
    );
    answers(
        Conv::new([3]).inputs(16).outputs(32).groups(4),
        &[32, 4, 3],
        12.0,
        24.0,
    );
    answers(
        Conv::new([3])
            .inputs(16)
            .outputs(32)
            .groups(4)
            .layout(Layout::HWIO),
        &[3, 4, 32],
        12.0,
        24.0,
    );
    answers(
        Conv::new([2, 2, 2]).inputs(16).outputs(32),
        &[32, 16, 2, 2, 2],
        128.0,
        256.0,
    );
    answers(
        Conv::new(vec![2; 5]).inputs(16).outputs(32),
        &[32, 16, 2, 2, 2, 2, 2],
        512.0,
        1024.0,
    );
    answers(
        Conv::new([4, 4]).inputs(16).outputs(32).stride([2, 2]),
        &[32, 16, 4, 4],
        256.0,
        128.0,
    );
    answers(
        Conv::new([3, 3]).inputs(16).outputs(32).groups(16),
        &[32, 1, 3, 3],
        9.0,
        18.0,
    );
    answers(
        DepthwiseConv::new([3, 3]).channels(16).multiplier(2),
        &[3, 3, 16, 2],
        9.0,
        18.0,
    );
    answers(
        ConvTranspose::new([4, 4]).inputs(6).outputs(8),
        &[6, 8, 4, 4],
        96.0,
        128.0,
    );
    answers(
        ConvTranspose::new([4, 4])
            .inputs(6)
            .outputs(8)
            .stride([2, 2]),
        &[6, 8, 4, 4],
        24.0,
        128.0,
    );
    answers(
        ConvTranspose::new([4]).inputs(6).outputs(8).groups(2),
        &[6, 4, 4],
        12.0,
        16.0,
    );
    answers(
        ConvTranspose::new([4, 4])
            .inputs(6)
            .outputs(8)
            .layout(Layout::HWOI),
        &[4, 4, 8, 6],
        96.0,
        128.0,
    );
    answers(
        Embedding::new().count(1000).width(64),
        &[1000, 64],
        1.0,
        64.0,
    );
    answers(
        Embedding::new().count(1000).width(64).tied(),
        &[1000, 64],
        64.0,
        1000.0,
    );
    answers(Fused::qkv(64), &[192, 64], 64.0, 64.0);
    answers(
        Fused::lstm(64).inputs(40).layout(Layout::IN_OUT),
        &[40, 256],
        40.0,
        64.0,
    );
}

#[test]
fn channels_that_are_not_named_are_errors() {
    let missing = |weight: Result<Weight, InitError>| match weight {
        Err(error @ InitError::Missing { name, .. }) => {
            let text = format!("{name} of this operation is not given: name it, with .{name}(..)");
            assert_eq!(error.to_string(), text);
            name
        }
        other => panic!("{other:?}"),
    };
    let missing = |shapes: [Result<Weight, InitError>; 2]| shapes.map(missing);
    let conv = Conv::new([3, 3]);
    assert_eq!(
        missing([Weight::new(conv.outputs(2)), Weight::new(conv.inputs(2))]),
        ["inputs", "outputs"]
    );
    let up = ConvTranspose::new([3, 3]);
    assert_eq!(
        missing([Weight::new(up.outputs(2)), Weight::new(up.inputs(2))]),
        ["inputs", "outputs"]
    );
    let dense = Dense::new();
    assert_eq!(
        missing([Weight::new(dense.outputs(2)), Weight::new(dense.inputs(2))]),
        ["inputs", "outputs"]
    );
    let table = Embedding::new();
    assert_eq!(
        missing([Weight::new(table.width(2)), Weight::new(table.count(2))]),
        ["count", "width"]
    );
    let depthwise = DepthwiseConv::new([3]);
    assert_eq!(
        missing([Weight::new(depthwise), Weight::new(Fused::lstm(2))]),
        ["channels", "inputs"]
    );
}

/// It is for a convolution whose outputs are shuffled; the blocks that would have to be equal in the kernel
/// of a transposed one are others.
#[test]
fn a_transposed_convolution_has_no_shuffle() {
    let up = ConvTranspose::new([4, 4])
        .inputs(64)
        .outputs(12)
        .stride([2, 2]);
    let array = (Icnr::new(HeNormal, 2).unwrap()).init_keyed::<f32, _>(key("icnr"), up);
    assert_eq!(
        array.unwrap_err().to_string(),
        "Icnr is not for a weight read as i o k k, stride 2 2, transposed: it is for the convolution \
         before a sub-pixel shuffle, which a transposed convolution does not have; without a \
         checkerboard that one starts with BilinearKernel"
    );
}

#[test]
fn channels_that_groups_do_not_divide_are_errors() {
    let text = |weight: Result<Weight, InitError>| weight.unwrap_err().to_string();
    assert_eq!(
        text(Weight::new(Conv::new([3]).inputs(15).outputs(32).groups(4))),
        "number of inputs is 15, but it must be a multiple of the number of groups"
    );
    assert_eq!(
        text(Weight::new(
            ConvTranspose::new([3]).inputs(4).outputs(15).groups(4)
        )),
        "number of outputs is 15, but it must be a multiple of the number of groups"
    );
    assert_eq!(
        text(Weight::new(Conv::new([3]).inputs(16).outputs(32).groups(0))),
        "number of groups is 0, but it must be at least 1"
    );
    assert_eq!(
        text(Weight::new(
            Conv::new([3, 3]).inputs(16).outputs(32).stride([2, 0])
        )),
        "stride is 0, but it must be at least 1 along every axis"
    );
    assert_eq!(
        text(Weight::new(
            ConvTranspose::new(vec![3, 3])
                .inputs(16)
                .outputs(32)
                .stride(vec![2])
        )),
        "number of strides is 1, but it must be that of the axes of the kernel"
    );
}

#[test]
fn parts_of_a_fused_weight_have_their_own_laws() {
    let fused = Fused::new([96, 32]).inputs(64);
    let w: Array2<f64> = GlorotNormal.init_keyed(Key::from_seed(1), fused).unwrap();
    // The draws are those of the places in the whole.
    let standard: Array2<f64> = fanin::Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(Key::from_seed(1), (128, 64))
        .unwrap();
    let (first, second) = w.view().split_at(Dim(0), 96);
    let std = |outputs: f64| (2.0 / (64.0 + outputs)).sqrt();
    for (part, rows, outputs) in [(first, 0..96, 96.0), (second, 96..128, 32.0)] {
        let z = standard.slice(s![rows, ..]);
        assert!(
            (&part - &(&z * std(outputs)))
                .iter()
                .all(|d| d.abs() < 1e-15)
        );
    }
    let description = GlorotNormal.describe(fused).unwrap();
    assert_eq!(description.law(), None);
    assert_eq!(
        description.to_string(),
        "GlorotNormal for [128, 64] as ([96 32] o) i: 2 parts\n  \
         [96, 64]: fan_in 64, fan_out 96; normal, mean 0, variance 0.0125; std 0.111803\n  \
         [32, 64]: fan_in 64, fan_out 32; normal, mean 0, variance 0.0208333; std 0.144338"
    );
    // Every part the same law: one law for all.
    let law = GlorotNormal.describe(Fused::qkv(64)).unwrap();
    assert_eq!(law.std(), Some((1.0_f64 / 64.0).sqrt()));
    assert_eq!(
        Weight::new(fused)
            .unwrap()
            .fan_out()
            .unwrap_err()
            .to_string(),
        "a weight of shape [128, 64], read as ([96 32] o) i, has no fan_out as a whole, since its parts \
         differ in it; use each of Weight::parts"
    );
}

#[track_caller]
fn is_orthonormal(matrix: &Array2<f64>, limit: f64) {
    let wide = matrix.nrows() <= matrix.ncols();
    let product = if wide {
        matrix.dot(&matrix.t())
    } else {
        matrix.t().dot(matrix)
    };
    let n = product.nrows();
    let defect = (&product - &Array2::<f64>::eye(n)).fold(0.0_f64, |a, x| a.max(x.abs()));
    assert!(defect < limit, "{defect:e}");
}

#[test]
fn every_part_group_and_batch_is_orthogonal_by_itself() {
    let scheme = Orthogonal;
    let key = Key::from_seed(2);
    let lstm: Array2<f64> = (scheme.init_keyed(
        key.clone(),
        Fused::lstm(24).inputs(24).layout(Layout::IN_OUT),
    ))
    .unwrap();
    let gates: Vec<Array2<f64>> = (lstm.axis_chunks_iter(Dim(1), 24))
        .map(|gate| gate.to_owned())
        .collect();
    gates.iter().for_each(|gate| is_orthonormal(gate, 1e-13));
    assert_ne!(gates[0], gates[1]);

    let conv: Array4<f64> = (scheme.init_keyed(
        key.clone(),
        Conv::new([3, 3]).inputs(8).outputs(20).groups(4),
    ))
    .unwrap();
    for group in conv.axis_chunks_iter(Dim(0), 5) {
        let matrix = group.to_shape((5, 18)).unwrap().to_owned();
        is_orthonormal(&matrix, 1e-13);
    }
    // In another layout: outputs last.
    let conv: Array4<f64> = (scheme.init_keyed(
        key.clone(),
        Conv::new([3, 3]).inputs(2).outputs(20).layout(Layout::HWIO),
    ))
    .unwrap();
    is_orthonormal(&conv.to_shape((18, 20)).unwrap().to_owned(), 1e-13);

    let heads = [Axis::Input(12), Axis::Batch(3), Axis::Output(5)];
    let heads = scheme.init_keyed::<f64, _>(key.clone(), heads).unwrap();
    for head in heads.axis_iter(Dim(1)) {
        is_orthonormal(&head.to_owned(), 1e-13);
    }
}

#[test]
fn regions_of_whole_matrices_are_slices() {
    let key = Key::from_seed(3);
    let scheme = Orthogonal.gain(1.5).unwrap();
    let experts = || [Axis::Batch(5), Axis::Output(7), Axis::Input(9)];
    let whole = scheme.init_keyed::<f32, _>(key.clone(), experts()).unwrap();
    let part = (scheme
        .filler(key.clone(), experts())
        .and_then(|filler| filler.region::<f32, _>((2..4, 1..6, ..))))
    .unwrap();
    assert_eq!(part, whole.slice(s![2..4, 1..6, ..]));
    let flat: Array1<f32> = (scheme
        .filler(key.clone(), experts())
        .and_then(|filler| filler.region(Flat(100..250))))
    .unwrap();
    assert_eq!(
        flat.as_slice().unwrap(),
        &whole.as_slice().unwrap()[100..250]
    );

    let fused = Fused::new([8, 3, 5]).inputs(6).layout(Layout::IN_OUT);
    let whole: Array2<f32> = scheme.init_keyed(key.clone(), fused).unwrap();
    let part: Array2<f32> = (scheme
        .filler(key.clone(), fused)
        .and_then(|filler| filler.region((2..5, 4..13))))
    .unwrap();
    assert_eq!(part, whole.slice(s![2..5, 4..13]));
    let flat: Array1<f32> = (scheme
        .filler(key.clone(), fused)
        .and_then(|filler| filler.region(Flat(21..70))))
    .unwrap();
    assert_eq!(flat.as_slice().unwrap(), &whole.as_slice().unwrap()[21..70]);
}

#[test]
fn a_law_of_another_shape_is_an_error() {
    #[derive(Debug)]
    struct Wrong;
    impl fanin::Scheme for Wrong {
        fn law(&self, _: &Weight) -> Result<fanin::Law, InitError> {
            fanin::Law::orthogonal(&Weight::new((3, 4))?, 1.0)
        }
    }
    let w: Result<Array2<f32>, _> = Wrong.init_keyed(Key::from_seed(0), (4, 3));
    assert_eq!(
        w.unwrap_err().to_string(),
        "the scheme has a law that was made for shape [3, 4], but its weight has shape [4, 3], read as o i: make \
         the law of the weight that Scheme::law is given"
    );
    let bias: Result<ArrayD<f32>, _> = Orthogonal.init_keyed(Key::from_seed(0), Weight::vector(4));
    assert_eq!(
        bias.unwrap_err().to_string(),
        "an orthogonal law needs an axis of outputs and one of inputs, which a weight of shape [4], \
         read as _, lacks; a plain shape is read as [out, in, kernel...]; name the axes with a reading, as .read(\"i o\")"
    );
    assert!(
        HeNormal
            .init_keyed::<f32, _>(Key::from_seed(0), (3, 4))
            .is_ok()
    );
}
